"""When reminder rounds are due: dated slots of the shop's own clock, each once, whatever the clock does (B1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One round, named by shop-local day and time as they are written in the settings."""

    day: date
    at: time

    @property
    def name(self) -> str:
        """``2026-11-23T10:00``."""
        return f"{self.day.isoformat()}T{self.at:%H:%M}"


def moment(slot: Slot, zone: tzinfo) -> datetime:
    """When it is due, in ``zone``: a time the clock skips at the first valid moment after, a repeated one at once."""
    return _due(slot, zone).astimezone(zone)


def _due(slot: Slot, zone: tzinfo) -> datetime:
    """In UTC; comparing moments of one zone would compare their wall clocks."""
    wall = datetime.combine(slot.day, slot.at, tzinfo=zone)
    due = wall.astimezone(UTC)
    if due.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        return _end_of_gap(wall)
    return due


def _end_of_gap(wall: datetime) -> datetime:
    """The moment the clock jumps over ``wall``, in UTC; clocks jump at whole seconds."""
    zone = wall.tzinfo
    # In a gap, fold 1 reads the time by the offset that holds after the jump: that lies before it.
    start, end = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    offset = end.astimezone(zone).utcoffset()
    before, after = 0, round((end - start) / _SECOND)
    while after - before > 1:
        middle = (before + after) // 2
        if (start + middle * _SECOND).astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return start + after * _SECOND


def slots_between(
    after: datetime, until: datetime, times: Sequence[time], zone: tzinfo
) -> Iterator[tuple[Slot, datetime]]:
    """Every slot due later than ``after`` and not later than ``until``, with its moment, in order."""
    day, last = after.astimezone(zone).date() - _DAY, until.astimezone(zone).date() + _DAY
    after, until = after.astimezone(UTC), until.astimezone(UTC)
    while day <= last:
        slots = [Slot(day, at) for at in times] if exists(day, zone) else []
        for due, slot in sorted((_due(slot, zone), slot) for slot in slots):
            if after < due <= until:
                yield slot, due.astimezone(zone)
        day += _DAY


def exists(day: date, zone: tzinfo) -> bool:
    """A zone that crosses the date line leaves a whole day out; such a day has no slots."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def next_slot(now: datetime, times: Sequence[time], zone: tzinfo) -> tuple[Slot, datetime] | None:
    """The first slot later than ``now``; None when there are no times."""
    return next(slots_between(now, now + 3 * _DAY, times, zone), None)


def latest_slot(now: datetime, times: Sequence[time], zone: tzinfo) -> tuple[Slot, datetime] | None:
    """The slot that ``now`` belongs to: the last one due at or before it."""
    return max(
        slots_between(now - 3 * _DAY, now, times, zone), key=lambda found: found[1].astimezone(UTC), default=None
    )
