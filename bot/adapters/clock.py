"""The wall clock, in the shop's zone."""

from __future__ import annotations

from datetime import datetime, tzinfo


class SystemClock:
    """Fulfils :class:`bot.core.ports.Clock`."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def now(self) -> datetime:
        return datetime.now(self._zone)
