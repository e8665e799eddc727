"""Keeps the staff group up to date, one post after the other."""

from __future__ import annotations

from bot.service.show_staff import ShowStaff
from handlers.loops.loop import Loop


class StaffPoster(Loop):
    """Woken by whatever stores something; sleeps as long as the group's limits ask for."""

    def __init__(self, show: ShowStaff, *, poll_seconds: float = 1.0, grace_seconds: float = 10.0) -> None:
        super().__init__(1, poll_seconds, grace_seconds)
        self._show = show

    async def _round(self) -> float:
        return min(self._poll_seconds, await self._show.step())
