"""The handover sheet (E3): what a shift leaves to the next one, in lines that staff read. Customers are masked (E8)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.group_words import Reader, brief
from bot.core.ledger import Promised
from bot.core.messages import Language

#: Of each kind; a sheet is one message, and what is more than this is counted.
MOST = 10
#: Promises due so soon belong to the next shifts.
AHEAD = timedelta(hours=24)

_WORDS = 40
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
#: Phone numbers, however they are grouped, and whatever else is long enough to be somebody's.
_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){6,}")


def sheet_lines(
    cases: Sequence[Case],
    held: Sequence[Conversation],
    promises: Sequence[Promised],
    now: datetime,
    reader: Reader,
    language: Language,
    titles: Mapping[str, Text],
) -> tuple[str, ...]:
    """Whoever waits for an answer first, then open matters, then promises; empty when nothing is left over.

    ``cases``: those that are not closed. ``held``: conversations that wait for a person or are a person's, longest
    quiet first. ``titles``: of playbooks by id.
    """
    writer = _Writer(now, reader, language, titles)
    asked = {case.conversation_id: case for case in cases if not case.playbook}
    talks = sorted(held, key=_answered)
    talking = {talk.id for talk in talks}
    matters = [case for case in cases if case.state != "collecting" and not _only_talk(case, talking)]
    due = [promise for promise in promises if promise.state == "open" and promise.due_at <= now + AHEAD]
    return (
        *writer.some(writer.talk(talk, asked.get(talk.id)) for talk in talks),
        *writer.some(writer.case(case) for case in sorted(matters, key=lambda case: case.state != "open")),
        *writer.some(writer.promise(promise) for promise in sorted(due, key=lambda promise: promise.due_at)),
    )


def _answered(talk: Conversation) -> bool:
    """Whether a person spoke last, or nobody has said anything."""
    spoke = talk.person_spoke_at
    return talk.owner == "agent" and (talk.last_at is None or (spoke is not None and spoke >= talk.last_at))


def _only_talk(case: Case, talking: set[str]) -> bool:
    """A request for a person stands there already, as the conversation."""
    return not case.playbook and case.conversation_id in talking


class _Writer:
    def __init__(self, now: datetime, reader: Reader, language: Language, titles: Mapping[str, Text]) -> None:
        self._now = now
        self._reader = reader
        self._language = language
        self._titles = titles

    def some(self, lines: Iterable[str]) -> list[str]:
        found = list(lines)
        more = len(found) - MOST
        return found if more <= 0 else [*found[:MOST], self._label("sheet.more", n=str(more))]

    def talk(self, talk: Conversation, case: Case | None) -> str:
        if talk.owner == "waiting":
            kind, since = "sheet.waits", talk.waiting_since or talk.last_at
        else:
            kind, since = "sheet.held" if _answered(talk) else "sheet.unanswered", talk.last_at
        line = self._label(
            kind,
            who=_name(talk.name) or self._reader.labels["customer"],
            staff=self._reader.name(talk.agent_id),
            since=self._time(since) if since else "?",
        )
        about = [f"#{case.case_id}", *self._about(case)] if case else [talk.id]
        return " · ".join([line, *about])

    def case(self, case: Case) -> str:
        line = self._label("sheet.case", title=self._title(case), role=self._role(case.role))
        return " · ".join([f"#{case.case_id} {line}", *self._state(case), *self._about(case)])

    def promise(self, promise: Promised) -> str:
        kind = "sheet.broken" if promise.broken(self._now) else "sheet.due"
        line = self._label(kind, due=self._time(promise.due_at), what=_quoted(promise.words))
        return " · ".join([line, promise.order_no or promise.conversation_id, self._reader.name(promise.staff_id)])

    def _state(self, case: Case) -> list[str]:
        made = [self._reader.name(case.assigned)] if case.assigned else []
        if case.due_at is not None:
            kind = "sheet.late" if case.due_at < self._now else "sheet.until"
            made.append(self._label(kind, due=self._time(case.due_at)))
        return made

    def _about(self, case: Case) -> list[str]:
        words = [f"“{_quoted(case.words)}”"] if case.words.strip() else []
        return [*case.order_nos[:2], *words]

    def _title(self, case: Case) -> str:
        title = self._titles.get(case.playbook)
        return title.get(self._language) if title else self._reader.labels.get(f"reason.{case.reason}", case.reason)

    def _role(self, role: str) -> str:
        return self._reader.labels.get(f"role.{role}", role)

    def _label(self, name: str, **values: str) -> str:
        return self._reader.labels[name].format(**values)

    def _time(self, at: datetime) -> str:
        local, today = at.astimezone(self._reader.zone), self._now.astimezone(self._reader.zone).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%m-%d %H:%M}"


def _name(name: str) -> str:
    shown = brief(name, 20)
    return shown[:1] + "*" * min(max(len(shown) - 1, 1), 3) if shown else ""


def _quoted(words: str) -> str:
    """Short, and without what tells who she is."""
    plain = _EMAIL.sub("***", unicodedata.normalize("NFKC", words))
    return brief(_NUMBER.sub(_ends, plain), _WORDS)


def _ends(found: re.Match[str]) -> str:
    digits = [c for c in found[0] if c.isdigit()]
    return "".join([*digits[:3], "****", *digits[-4:]]) if len(digits) >= 11 else "****"
