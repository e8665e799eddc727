"""The YAML files of a knowledge folder as they lie there, and one hash of them all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from bot.adapters.yaml_cache import SCHEMA
from bot.adapters.yaml_nodes import MAX_BYTES, Fault
from bot.core.errors import KnowledgeError, Problem

#: Folders that hold no knowledge of this kind.
SKIPPED: Final = frozenset({"photos"})


class Source(NamedTuple):
    """One file as it was found."""

    #: As told in problems and sources.
    name: str
    path: Path
    #: In place of what stands there.
    instead: bytes | None = None

    def data(self) -> bytes:
        """Raises Fault when the file cannot be read."""
        if self.instead is not None:
            return self.instead
        if self.path.suffix == ".yml":
            raise Fault(0, "ends in .yml and is not read; rename it to .yaml")
        try:
            with self.path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise Fault(0, f"cannot be opened: {error.strerror}") from None


def sources_of(folder: Path, root: Path) -> list[Source]:
    """Every YAML file below ``folder``, by name; KnowledgeError when there is none."""
    base = folder.resolve()
    top = shown_from(base, root)
    name = base.relative_to(top).as_posix()
    if not base.is_dir():
        what = "is not a folder" if base.exists() else "there is no such folder"
        raise KnowledgeError([Problem(str(folder), 0, "", f"{what}; it should hold the shop's *.yaml files")])
    found = sorted(_yaml_files(base), key=lambda path: path.relative_to(top).as_posix())
    if not found:
        what = "holds no *.yaml file; one with 'answers:' is enough to begin with"
        raise KnowledgeError([Problem(name if name != "." else str(folder), 0, "", what)])
    return [Source(path.relative_to(top).as_posix(), path) for path in found]


def shown_from(base: Path, root: Path) -> Path:
    """The folder that names of files are relative to."""
    return root.resolve() if base.is_relative_to(root.resolve()) else base.parent


def _yaml_files(base: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(base):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith(".")]
        for name in files:
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                yield Path(folder, name)


def hash_of(sources: Sequence[Source]) -> str | None:
    """The hash a build of these files would carry, None when one cannot be read; one file at a time is in memory."""
    total = SourcesHash()
    try:
        for source in sources:
            total.add(source.name, source.data())
    except Fault:
        return None
    return total.hex()


class SourcesHash:
    """Changes with the schema, and with any name or content."""

    def __init__(self) -> None:
        self._total = hashlib.sha256(SCHEMA.encode())

    def add(self, name: str, data: bytes) -> None:
        for part in (os.fsencode(name), data):
            self._total.update(b"%d:" % len(part))
            self._total.update(part)

    def hex(self) -> str:
        return self._total.hexdigest()
