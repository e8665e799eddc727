"""Days of the calendar: counted from the day after, the last one over at its end by the shop's clock (C10)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

_LAST_SECOND = time(23, 59, 59)


def last_moment(at: datetime, days: int, zone: tzinfo) -> datetime:
    """The last second, in ``zone``, of the ``days``-th day after that of ``at``.

    Of a second the clock shows twice the later one; where it skips the end of a day (or the whole day) the moment lies
    before what is skipped, never after it.
    """
    day = at.astimezone(zone).date() + timedelta(days=days)
    wall = datetime.combine(day, _LAST_SECOND, tzinfo=zone)
    # In a gap, fold 1 reads the time by the offset that holds after the jump, which lies before it.
    return wall.replace(fold=1).astimezone(UTC).astimezone(zone)


def first_moment(at: datetime, days: int, zone: tzinfo) -> datetime:
    """When the ``days``-th day after that of ``at`` begins, in ``zone``."""
    return (last_moment(at, days - 1, zone).astimezone(UTC) + timedelta(seconds=1)).astimezone(zone)
