"""What was said in a conversation, as its shopper may see it: her own words, and what reached her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.events import ShopperSpoke
from bot.core.messages import Reply


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something she did, in the order it was handled."""

    seq: int
    at: datetime
    event: ShopperSpoke


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that reached her."""

    #: Of the outbox row; grows with time.
    row_id: int
    at: datetime
    reply: Reply


Line = Spoken | Arrived


@dataclass(frozen=True, slots=True)
class Before:
    """Where an earlier page ends: only what is older than both."""

    seq: int
    row_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Oldest first."""

    lines: tuple[Line, ...]
    #: Where the next older page begins; None: nothing is older.
    before: Before | None


def latest(spoken: Sequence[Spoken], arrived: Sequence[Arrived], end: Before, limit: int) -> Page:
    """The newest ``limit`` of both, in order of time; what she said stands before what was said in the same moment.

    Both are oldest first and hold up to ``limit`` + 1 of what is older than ``end``, so that it is known whether more
    is left. Each keeps its own order even where a clock was set back.
    """
    lines: list[Line] = []
    mine, theirs = list(spoken), list(arrived)
    while len(lines) < limit and (mine or theirs):
        newer = theirs if theirs and (not mine or theirs[-1].at >= mine[-1].at) else mine
        lines.append(newer.pop())
    lines.reverse()
    more = bool(mine or theirs)
    return Page(tuple(lines), _start(lines, end) if more else None)


def _start(lines: Sequence[Line], end: Before) -> Before:
    return Before(
        min((line.seq for line in lines if isinstance(line, Spoken)), default=end.seq),
        min((line.row_id for line in lines if isinstance(line, Arrived)), default=end.row_id),
    )
