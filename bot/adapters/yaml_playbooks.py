"""Playbooks as a shop writes them; each is proved before it may run."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, get_args

from bot.adapters import yaml_fields as read
from bot.adapters.yaml_answers import Facts, fill_facts
from bot.adapters.yaml_book import Book, KeyPath, Place, Reading, Wrong, unknown
from bot.adapters.yaml_fields import Reader, Record, may, need
from bot.adapters.yaml_nodes import Entries, Items, Node, Scalar, shown
from bot.core.cases import ROLES, Reason
from bot.core.catalogue import CAUSES, Answer, Text
from bot.core.orders import Flag, Status
from bot.core.playbook_proof import flaws
from bot.core.playbooks import (
    CalendarDays,
    Choice,
    End,
    Fact,
    FactKind,
    Outcome,
    Playbook,
    Promise,
    PromiseKind,
    Step,
    Wait,
)
from bot.core.promises import BULK

#: A day of working time: what is due "in 5 days" is due after so many hours of duty.
WORKING_DAY_HOURS: Final = 8
_DURATION: Final = re.compile(r"([0-9]{1,4}(?:\.[0-9])?) ?(minute|hour|day)s?")
_FLAGS: Final = {flag.name.lower(): flag for flag in Flag}
#: What an order can still come to; the others are where it ends.
_AWAITED: Final = {status.value: status for status in (Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)}


def _duration(day_hours: int) -> Reader:
    """Minutes of ``15 minutes``, ``2 hours``, ``5 days``."""
    units = {"minute": 1, "hour": 60, "day": 60 * day_hours}

    def minutes(reading: Reading, node: Node, path: KeyPath) -> float:
        words = read.scalar(node, "a time such as 15 minutes")
        match = _DURATION.fullmatch(words)
        if match is None:
            raise Wrong(node, f"{shown(words)!r} is no length of time; write 15 minutes, 2 hours or 5 days")
        return float(match[1]) * units[match[2]]

    return minutes


_working_time = _duration(WORKING_DAY_HOURS)
_clock_time = _duration(24)
_CALENDAR: Final = re.compile(r"([0-9]{1,3}) calendar days?( from the request)?")


def _or_calendar_days(length: Reader) -> Reader:
    """``length``, or :class:`CalendarDays` of ``5 calendar days``, ``5 calendar days from the request``."""

    def read_time(reading: Reading, node: Node, path: KeyPath) -> float | CalendarDays:
        match = _CALENDAR.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None:
            minutes: float = length(reading, node, path)
            return minutes
        return CalendarDays(int(match[1]), match[2] is not None)

    return read_time


def _calendar_days(reading: Reading, node: Node, path: KeyPath) -> CalendarDays:
    match = _CALENDAR.fullmatch(read.scalar(node, "a time such as 7 calendar days"))
    if match is None:
        raise Wrong(node, "is no time in days of the calendar; write 7 calendar days")
    return CalendarDays(int(match[1]), match[2] is not None)


_role = read.one_of("role", ROLES)
_id = read.identifier(most_bytes=16)


#: As faults name it.
_REASON: Final = "playbook of the reason"


def _flag(reading: Reading, node: Node, path: KeyPath) -> Flag:
    return _FLAGS[str(read.one_of("flag", _FLAGS)(reading, node, path))]


def _status(reading: Reading, node: Node, path: KeyPath) -> Status:
    return _AWAITED[str(read.one_of("status", _AWAITED)(reading, node, path))]


def _reason(reading: Reading, node: Node, path: KeyPath) -> str:
    name = str(read.identifier(most_bytes=40)(reading, node, path))
    reading.book.declare(_REASON, name, Place(reading.file, node.line, path))
    return name


def _value(reading: Reading, node: Node, path: KeyPath) -> str:
    """A bare yes or no is the answer to a yes_no fact; ids of choices are small letters anyway."""
    return read.word(reading, node, path).lower()


def _values(reading: Reading, node: Node, path: KeyPath) -> tuple[str, ...]:
    if isinstance(node, Items):
        return tuple(read.many(_value, least=1)(reading, node, path))
    return (_value(reading, node, path),)


_by_fact = read.by_name(_values)


def _when(reading: Reading, node: Node, path: KeyPath) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``{invoice: [vat]}`` or ``{invoice: vat}``."""
    return tuple(_by_fact(reading, node, path).items())


_CHOICE: Final = Record(
    read.build(Choice), {"id": need(_id), "label": need(read.text), "aliases": may(read.many(read.word))}, "a choice"
)

_FACT: Final = Record(
    read.build_located(Fact),
    {
        "id": need(_id),
        "kind": may(read.one_of("kind", get_args(FactKind))),
        "ask": may(read.text),
        "label": need(read.text),
        "choices": may(read.many(_CHOICE)),
        "known_as": may(read.word),
        "aliases": may(read.many(read.word)),
        "when": may(_when),
        "optional": may(read.yes_no),
        "masked": may(read.yes_no),
        "least": may(read.whole(least=0)),
        "most": may(read.whole(least=0)),
        "at": may(_id),
        "answer_within": may(_calendar_days, "answer"),
        "past": may(read.yes_no),
        "below": may(_id),
    },
    "a fact",
)

_PROMISE: Final = Record(
    lambda spot, values: Promise(**_kept_within(values)),
    {
        "kind": need(read.one_of("kind of promise", get_args(PromiseKind))),
        "words": may(read.text),
        "percent": may(read.word),
        "yuan": may(read.word),
        "within": may(_or_calendar_days(_clock_time)),
        "cause": may(read.one_of("cause", (BULK, *CAUSES))),
        "at_most": may(read.word),
    },
    "a promise",
)


def _kept_within(values: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in values.items() if name != "within"}
    within = values.get("within")
    if isinstance(within, CalendarDays):
        return others | {"calendar": within, "within_hours": within.days * 24}
    return others if within is None else others | {"within_hours": within / 60}


def _done_within(values: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in values.items() if name != "within"}
    within = values["within"]
    if isinstance(within, CalendarDays):
        return others | {"calendar": within, "within_minutes": within.days * WORKING_DAY_HOURS * 60}
    return others | {"within_minutes": within}


_OUTCOME: Final = Record(
    read.build_located(Outcome),
    {
        "id": need(_id),
        "label": need(read.text),
        "to": need(_id),
        "enter": may(_FACT),
        "note": may(read.word),
        "flag": may(_flag),
        "promise": may(_PROMISE),
        "tell": may(read.text),
        "opens": may(read.identifier(most_bytes=40)),
        "keeps": may(read.yes_no),
    },
    "an outcome",
)

_WAIT: Final = Record(
    read.build(Wait),
    {
        "status": may(_status),
        "until": may(_id),
        "days": may(read.decimal(most=365)),
        "least_days": may(read.decimal(most=365)),
        "to": need(_id),
        "otherwise": may(_id),
    },
    "waits",
)

_STEP: Final = Record(
    lambda spot, values: Step(source=spot.source, **_done_within(values)),
    {
        "id": need(_id),
        "role": need(_role),
        "does": need(read.text),
        "within": need(_or_calendar_days(_working_time)),
        "remind": may(_working_time, "remind_minutes"),
        "late_role": need(_role),
        "late_tell": may(read.text),
        "tell": may(read.text),
        "when": may(_when),
        "else": may(_id, "otherwise"),
        "waits": may(_WAIT),
        "not_by": may(read.many(_id, least=1)),
        "outcomes": need(read.many(_OUTCOME, least=1)),
    },
    "a step",
)

_FORK: Final = Record(
    lambda spot, values: Step(role="", does=Text(), within_minutes=0, late_role="", source=spot.source, **values),
    {"id": need(_id), "when": need(_when), "goes": need(_id), "else": need(_id, "otherwise")},
    "a fork",
)


def _step(reading: Reading, node: Node, path: KeyPath) -> Any:
    """Where nobody acts it is a fork."""
    is_fork = isinstance(node, Entries) and "goes" in node.nodes
    return (_FORK if is_fork else _STEP)(reading, node, path)


_END: Final = Record(
    read.build(End),
    {
        "id": need(_id),
        "satisfaction": may(read.yes_no),
        "to_bot": may(read.yes_no),
        "then": may(read.identifier(most_bytes=40)),
        "frees": may(read.yes_no),
    },
    "an end",
)

_PLAYBOOK: Final = Record(
    read.build_located(Playbook),
    {
        "id": need(read.declares("playbook")),
        "title": need(read.text),
        "reasons": need(read.many(_reason, least=1)),
        "talks": may(read.yes_no),
        "tell": may(read.text),
        "facts": may(read.many(_FACT)),
        "said": may(read.many(read.word)),
        "unique": may(read.many(_id, least=1)),
        "by_hand": may(read.yes_no),
        "steps": need(read.many(_step, least=1)),
        "ends": need(read.many(_END, least=1)),
    },
    "a playbook",
)

#: What each part of a playbook may hold; the README of the knowledge describes every key.
PARTS: Final = {
    "playbook": _PLAYBOOK,
    "fact": _FACT,
    "choice": _CHOICE,
    "step": _STEP,
    "fork": _FORK,
    "waits": _WAIT,
    "outcome": _OUTCOME,
    "promise": _PROMISE,
    "end": _END,
}


def playbook(reading: Reading, node: Node, path: KeyPath) -> Any:
    """A playbook, proved; where it cannot be read as a whole, the proof waits until it can."""
    before = len(reading.book.problems)
    made: Playbook = _PLAYBOOK(reading, node, path)
    if len(reading.book.problems) == before:
        for flaw in flaws(made):
            line, at = _find(node, path, flaw.where)
            reading.fault(line, at, flaw.what)
    return made


def _find(node: Node, path: KeyPath, where: tuple[str | int, ...]) -> tuple[int, KeyPath]:
    """The line of the part meant, or of what holds it where the part itself is missing; and its key."""
    line = node.line
    for step in where:
        path = (path, step)
        if isinstance(step, int) and isinstance(node, Items) and step < len(node.nodes):
            node = node.nodes[step]
            line = node.line
        elif isinstance(step, str) and isinstance(node, Entries) and step in node.nodes:
            line = node.key_lines[step]
            node = node.nodes[step]
    return line, path


# --- facts of the shop in the words ---


def quote_facts(books: Iterable[Playbook], facts: Facts, book: Book) -> tuple[Playbook, ...]:
    """The playbooks with every ``{service.name}`` in their words replaced by that fact."""
    return tuple(_quoted(one, facts, book, one.source) for one in books)


def _quoted(part: Any, facts: Facts, book: Book, source: str) -> Any:
    if isinstance(part, Text):
        return fill_facts(part, facts, lambda what: book.fault(_place(source), what))
    if isinstance(part, tuple):
        return tuple(_quoted(one, facts, book, source) for one in part)
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return part
    source = getattr(part, "source", "") or source
    values = {field.name: _quoted(getattr(part, field.name), facts, book, source) for field in dataclasses.fields(part)}
    if isinstance(part, Outcome):
        values["note"] = fill_facts(Text(part.note), facts, lambda what: book.fault(_place(source), what)).zh
    return type(part)(**values)


def check_reasons(books: Sequence[Playbook], answers: Sequence[Answer], book: Book) -> None:
    """Every reason of a playbook is given by somebody: the bot, an answer that opens it, or the end of another one."""
    ends = {end.then for one in books for end in one.ends}
    beside = {outcome.opens for one in books for step in one.steps for outcome in step.outcomes}
    said = {reason for one in books if one.said for reason in one.reasons[:1]}
    answered = {name for answer in answers for name in (answer.topic, answer.opens)}
    by_hand = {reason for one in books if one.by_hand for reason in one.reasons}
    given = {*get_args(Reason), *answered, *ends, *beside, *said, *by_hand} - {""}
    for reason, place in book.declared.get(_REASON, {}).items():
        if reason not in given:
            book.fault(place, unknown("reason", reason, given))


def _place(source: str) -> Place:
    file, _, line = source.rpartition(":")
    return Place(file, int(line), (None, "playbooks"))
