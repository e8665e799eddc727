"""``answers/learned.yaml``: the one file of the knowledge that the shop writes itself, an entry for every lesson."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.adapters.yaml_answers import bare
from bot.adapters.yaml_files import Templates, load_shop, load_shop_with
from bot.core.catalogue import Shop
from bot.core.errors import KnowledgeError, Problem
from bot.core.ports_learn import Prepared
from bot.core.unanswered import Lesson

_HEADER: Final = (
    "# Generated: what people of the shop proposed on the desk and the owner accepted, newest last.\n"
    "# The shop only ever adds to this file. Entries may be moved to other files, or deleted, by hand.\n"
    "answers:\n"
)
#: More has no place in a generated file: it is time to sort it into the others.
_MOST_BYTES: Final = 1_000_000

#: What no single file shows: forbidden phrases, promises beyond the table.
Check = Callable[[Shop], Sequence[Problem]]


class YamlLearned:
    """Fulfils :class:`bot.core.ports_learn.KnowledgeWriter` below the knowledge folder."""

    def __init__(self, folder: Path, root: Path, templates: Templates, check: Check) -> None:
        self._folder = folder
        self._root = root
        self._templates = templates
        self._check = check
        self.path = folder / "answers" / "learned.yaml"

    async def prepare(self, lesson: Lesson, accepted_by: str, at: datetime) -> Prepared:
        """Raises KnowledgeError."""
        return await asyncio.to_thread(self._prepare, lesson, accepted_by, at)

    async def write(self, prepared: Prepared) -> None:
        """Raises KnowledgeError."""
        await asyncio.to_thread(self._write, prepared)

    def _prepare(self, lesson: Lesson, accepted_by: str, at: datetime) -> Prepared:
        before, running = self._read(), load_shop(self._folder, self._root, self._templates)
        topic = lesson.topic or f"learned.{at:%Y%m%d}.{lesson.lesson_id}"
        if _stands(running, topic, lesson.phrasing):
            return Prepared(running, topic, before, before)
        content = (before or _HEADER.encode()) + _entry(lesson, topic, accepted_by, at).encode()
        if len(content) > _MOST_BYTES:
            raise self._refused("is full; sort its entries into the other files")
        shop = load_shop_with(self._folder, self._root, self.path, content, self._templates)
        problems = [*self._new(shop.warnings, running.warnings), *self._new(self._check(shop), self._check(running))]
        if problems:
            raise KnowledgeError(sorted(problems))
        return Prepared(shop, topic, content, before)

    def _new(self, found: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
        """What was wrong before is not this lesson's."""
        old = set(known)
        return [problem for problem in found if problem not in old]

    def _write(self, prepared: Prepared) -> None:
        if prepared.content == prepared.before:
            return
        if self._read() != prepared.before:
            raise self._refused("was changed meanwhile; try again")
        try:
            _replace(self.path, prepared.content)
        except OSError as error:
            raise self._refused(f"cannot be written: {error.strerror}") from error

    def _read(self) -> bytes:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise self._refused(f"cannot be read: {error.strerror}") from error
        return content if content.endswith(b"\n") or not content else content + b"\n"

    def _refused(self, what: str) -> KnowledgeError:
        return KnowledgeError([Problem(self.path.relative_to(self._folder).as_posix(), 0, "", what)])


def _stands(shop: Shop, topic: str, phrasing: str) -> bool:
    answer = shop.answer_by_topic.get(topic)
    return answer is not None and bare(phrasing) in {bare(words) for words in answer.ask}


def _entry(lesson: Lesson, topic: str, accepted_by: str, at: datetime) -> str:
    """JSON strings are YAML strings; ids of staff hold letters, digits, ``_`` and ``-`` only."""
    lines = [
        f"  - topic: {_quoted(topic)}  # {at:%Y-%m-%d}, proposed by {lesson.by}, accepted by {accepted_by}",
        f"    ask: [{_quoted(lesson.phrasing)}]",
    ]
    replies = [
        f"{name}: {_quoted(words)}" for name, words in (("zh", lesson.reply.zh), ("en", lesson.reply.en)) if words
    ]
    if replies:
        lines.append(f"    reply: {{{', '.join(replies)}}}")
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    # What YAML takes for the end of a line, or not at all, is escaped too.
    return "".join(
        c if c.isprintable() and c not in "\u0085\u2028\u2029\ufeff" else f"\\U{ord(c):08x}"
        for c in json.dumps(words, ensure_ascii=False)
    )


def _replace(path: Path, content: bytes) -> None:
    """Whoever reads it finds the old file or the new one, also after the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
