"""A month of the shop as tables, to be kept when the rest is forgotten (G5). Pure.

No customer and no colleague's name stands in them, and no free words of hers (E8): ids of cases, orders and staff only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from bot.core.cases import Case
from bot.core.complaint_figures import closed_at, was_late
from bot.core.discretion import Discretion
from bot.core.errors import XiaoerError
from bot.core.ledger import Promised
from bot.core.spans import Span, month_span
from bot.core.staff_numbers import StaffNumbers
from bot.core.unanswered import Question

#: Hides numbers and addresses in words that colleagues wrote.
_HIDE = Discretion(False)
Row = Mapping[str, Any]


class NotOver(XiaoerError):
    """The month is not over."""


class ArchiveRefused(XiaoerError):
    """The archive was not written."""


@dataclass(frozen=True, slots=True)
class Table:
    #: Of its file, without the ending.
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A conversation that a person closed."""

    at: datetime
    channel: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class RoundHeld:
    round_id: str
    day: date
    #: Shop-local time of its slot, ``17:00``.
    at: str
    #: ``done``, ``missed`` or ``running``.
    state: str
    listed: int


def archived_span(month: str, zone: tzinfo, now: datetime, *, so_far: bool = False) -> tuple[str, Span]:
    """Name of the folder, and what belongs into it. Raises NoSuchMonth, and NotOver for a month that is not.

    ``so_far``: of a month that has begun, until ``now``; its folder has the moment in its name.
    """
    span, local = month_span(month, zone), now.astimezone(zone)
    if span.until <= local:
        return month, span
    if span.since > local:
        raise NotOver(f"{month} has not begun")
    if not so_far:
        raise NotOver(f"{month} is not over; --so-far archives what there is of it")
    return f"{month}-so-far-{local:%dT%H%M}", Span(span.since, local, span.before_since)


def closed_table(closed: Iterable[Closed], zone: tzinfo) -> Table:
    rows = ({"closed": _moment(one.at, zone), "channel": one.channel, "staff": one.staff_id} for one in closed)
    return Table("conversations", ("closed", "channel", "staff"), tuple(rows))


def cases_table(cases: Iterable[Case], span: Span, zone: tzinfo) -> Table:
    """Opened or closed in the month."""
    columns = ("case", "reason", "opened", "closed", "outcome", "role", "staff", "order", "late", "follows")
    rows = [_case(case, zone) for case in cases if _belongs(case, span)]
    return Table("cases", columns, tuple(rows))


def _belongs(case: Case, span: Span) -> bool:
    ended = closed_at(case)
    return span.since <= case.opened_at < span.until or (ended is not None and span.since <= ended < span.until)


def _case(case: Case, zone: tzinfo) -> Row:
    ended = closed_at(case)
    return {
        "case": case.case_id,
        "reason": case.reason,
        "opened": _moment(case.opened_at, zone),
        "closed": _moment(ended, zone) if ended else "",
        "outcome": "open" if case.open else case.step,
        "role": case.role,
        "staff": case.assigned,
        "order": case.fact("order_no") or (case.order_nos[-1] if case.order_nos else ""),
        "late": "yes" if was_late(case) else "no",
        "follows": case.follows,
    }


def promises_table(promises: Iterable[Promised], span: Span, zone: tzinfo) -> Table:
    """Made in the month; numbers and addresses in their words are hidden."""
    told = ("promise", "kind", "words", "staff", "role", "made", "due", "state", "settled")
    rows = (_promise(line, zone) for line in promises if span.since <= line.at < span.until)
    return Table("promises", (*told, "percent", "yuan", "order"), tuple(rows))


def _promise(line: Promised, zone: tzinfo) -> Row:
    return {
        "promise": line.promise_id,
        "kind": line.kind,
        "words": _HIDE.words(line.words),
        "staff": line.staff_id,
        "role": line.role,
        "made": _moment(line.at, zone),
        "due": _moment(line.due_at, zone),
        "state": line.state,
        "settled": _moment(line.settled_at, zone) if line.settled_at else "",
        "percent": line.percent,
        "yuan": f"{line.amount_fen / 100:.2f}",
        "order": line.order_no,
    }


def satisfaction_table(marks: Iterable[tuple[str, str, int]]) -> Table:
    """``marks``: case, staff id (empty: the bot alone) and mark; her words are left out."""
    rows = ({"case": case_id, "staff": staff_id, "mark": mark} for case_id, staff_id, mark in marks)
    return Table("satisfaction", ("case", "staff", "mark"), tuple(rows))


def unanswered_table(questions: Iterable[Question], span: Span, zone: tzinfo) -> Table:
    """Asked last in the month, private words hidden."""
    rows = (
        {"question": _HIDE.words(one.words), "times": one.count, "chats": one.chats, "last": _moment(one.last_at, zone)}
        for one in questions
        if span.since <= one.last_at < span.until
    )
    return Table("unanswered", ("question", "times", "chats", "last"), tuple(rows))


def staff_table(numbers: Sequence[StaffNumbers]) -> Table:
    columns = ("staff", "buyers", "deals", "amount", "bought", "marks", "mark_sum", "not_bought")
    rows = (
        {
            "staff": row.staff_id,
            "buyers": len(row.buyers),
            "deals": row.deals,
            "amount": f"{row.amount_fen / 100:.2f}",
            "bought": row.bought,
            "marks": row.marks,
            "mark_sum": row.mark_sum,
            "not_bought": " ".join(f"{why}:{count}" for why, count in row.not_bought),
        }
        for row in numbers
    )
    return Table("staff", columns, tuple(rows))


def rounds_table(held: Iterable[RoundHeld]) -> Table:
    rows = (
        {"round": one.round_id, "day": one.day.isoformat(), "at": one.at, "state": one.state, "listed": one.listed}
        for one in held
    )
    return Table("rounds", ("round", "day", "at", "state", "listed"), tuple(rows))


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes")
