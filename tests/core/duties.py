"""Working time for the engine's tests: by the clock, or by the hours of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.calendar_days import last_moment


class _Days:
    def days_end(self, at: datetime, days: int) -> datetime:
        return last_moment(at, days, at.tzinfo or UTC)


@dataclass(frozen=True)
class AlwaysThere(_Days):
    def deadline(self, at: datetime, role: str, minutes: float) -> datetime:
        return at + timedelta(minutes=minutes)


@dataclass(frozen=True)
class OfficeHours(_Days):
    """Everybody works from ``opens`` to ``closes`` every day."""

    opens: int = 9
    closes: int = 17

    def deadline(self, at: datetime, role: str, minutes: float) -> datetime:
        left = timedelta(minutes=minutes)
        while True:
            start = at.replace(hour=self.opens, minute=0, second=0, microsecond=0)
            until = at.replace(hour=self.closes, minute=0, second=0, microsecond=0)
            start = max(start, at)
            if start + left <= until:
                return start + left
            left -= max(until - start, timedelta())
            at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
