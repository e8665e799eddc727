"""Complaints and after-sales cases of a span, counted by what tells where they come from (G1). Pure.

Nobody is named: what is counted are kinds, choices out of lists, goods and couriers, never words or persons (E8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final, Literal

from bot.core.approval import APPROVAL
from bot.core.cases import Case
from bot.core.orders import Order

#: Reasons that are no grievance: asked before the sale, for a person alone, or work that another case left.
NO_GRIEVANCE: Final = frozenset(
    {
        "human", "misses", "media", "fact", "order", "gift", "bargain", "bulk", "invoice", "inquiry",
        "free_shipping", "membership", "gift_pickup", "gift_mailing", "payout", "follow_up", "care", "penalty",
        APPROVAL,
    }
)  # fmt: skip
Dimension = Literal["kind", "cause", "product", "courier", "outcome", "party"]
DIMENSIONS: Final[tuple[Dimension, ...]] = ("kind", "cause", "product", "courier", "outcome", "party")
#: Outcome of a case that has reached no end.
STILL_OPEN: Final = "open"
#: Fact in which the party at fault is logged (C15).
PARTY: Final = "party"
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Matter:
    """One case, and the order it is about where that is known."""

    case: Case
    order: Order | None = None
    #: Names of the facts whose value is a choice out of a list: nothing else is counted as a cause.
    choices: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was the case: in the span, and in the one of the same length before it."""

    dimension: Dimension
    #: ``damaged``; of a cause ``damaged.damage=stain``, of an outcome ``damaged.refund``; goods by their id.
    key: str
    count: int
    before: int

    @property
    def change(self) -> int:
        return self.count - self.before


@dataclass(frozen=True, slots=True)
class Total:
    opened: int = 0
    #: Of these, how many another case led on to.
    led_on: int = 0
    closed: int = 0
    #: Of the opened ones, how many had a step nobody did in time.
    late: int = 0
    #: From opening to the end, of those that are closed; None: none is.
    median_hours: float | None = None
    longest_hours: float | None = None

    @property
    def late_share(self) -> float | None:
        """0 to 1; None: nothing was opened."""
        return self.late / self.opened if self.opened else None


@dataclass(frozen=True, slots=True)
class ComplaintFigures:
    since: datetime
    until: datetime
    before_since: datetime
    total: Total
    before: Total
    rows: tuple[Counted, ...]

    def of(self, dimension: Dimension) -> tuple[Counted, ...]:
        return tuple(row for row in self.rows if row.dimension == dimension)


def complaint_figures(
    matters: Iterable[Matter], since: datetime, until: datetime, before_since: datetime | None = None
) -> ComplaintFigures:
    """Of cases opened from ``since`` until before ``until``; the span before begins ``before_since``, or is as long."""
    first = since - (until - since) if before_since is None else before_since
    counted = [matter for matter in matters if matter.case.reason not in NO_GRIEVANCE]
    now = [matter for matter in counted if since <= matter.case.opened_at < until]
    before = [matter for matter in counted if first <= matter.case.opened_at < since]
    rows = (row for dimension in DIMENSIONS for row in _counted(dimension, now, before))
    return ComplaintFigures(since, until, first, _total(now), _total(before), tuple(rows))


def closed_at(case: Case) -> datetime | None:
    """None: it is open."""
    if case.open:
        return None
    return next((entry.at for entry in reversed(case.history) if entry.what == "closed"), None)


def _total(matters: Sequence[Matter]) -> Total:
    hours = [took for matter in matters if (took := _hours(matter.case)) is not None]
    return Total(
        opened=len(matters),
        led_on=sum(bool(matter.case.follows) for matter in matters),
        closed=sum(not matter.case.open for matter in matters),
        late=sum(was_late(matter.case) for matter in matters),
        median_hours=median(hours) if hours else None,
        longest_hours=max(hours, default=None),
    )


def was_late(case: Case) -> bool:
    return any(entry.what == "late" for entry in case.history)


def _hours(case: Case) -> float | None:
    ended = closed_at(case)
    return None if ended is None else (ended - case.opened_at).total_seconds() / _HOUR


def _counted(dimension: Dimension, now: Sequence[Matter], before: Sequence[Matter]) -> list[Counted]:
    here, there = _tally(dimension, now), _tally(dimension, before)
    rows = [Counted(dimension, key, here[key], there[key]) for key in here.keys() | there.keys()]
    return sorted(rows, key=lambda row: (-row.count, -row.before, row.key))


def _tally(dimension: Dimension, matters: Sequence[Matter]) -> Counter[str]:
    return Counter(key for matter in matters for key in _keys(dimension, matter))


def _keys(dimension: Dimension, matter: Matter) -> set[str]:
    """Each counts once for a case, however many pieces of it were in the order."""
    case, order = matter.case, matter.order
    match dimension:
        case "kind":
            return {case.reason}
        case "cause":
            return {f"{case.reason}.{name}={value}" for name, value in _chosen(matter).items() if name != PARTY}
        case "product":
            return {line.product_id or line.sku for line in order.lines} - {""} if order else set()
        case "courier":
            return {order.courier} - {""} if order else set()
        case "outcome":
            return {f"{case.reason}.{STILL_OPEN if case.open else case.step or 'closed'}"}
        case "party":
            return {_chosen(matter)[PARTY]} if PARTY in _chosen(matter) else set()


def _chosen(matter: Matter) -> Mapping[str, str]:
    return {name: value for name, value in matter.case.facts if name in matter.choices and value}
