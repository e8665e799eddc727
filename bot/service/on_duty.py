"""Who is on duty now: the roster with the staff list as it is stored, looked up again every few seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.core.catalogue import Hours
from bot.core.people import Duty, Roster
from bot.core.ports import Clock
from bot.core.ports_people import PeopleStore

#: Somebody added, disabled or away counts after so long at the latest; what she may do is looked up at every act.
FRESH = timedelta(seconds=5)


class OnDuty:
    """``talking_minutes``: a shift lasts while one of its customers wrote within so many minutes (E2)."""

    def __init__(
        self,
        store: PeopleStore,
        roster: Roster,
        hours: Sequence[Hours],
        zone: tzinfo,
        clock: Clock,
        talking_minutes: float = 10,
    ) -> None:
        self._store = store
        self._roster = roster
        self._hours = tuple(hours)
        self._zone = zone
        self._clock = clock
        self._talking = timedelta(minutes=talking_minutes)
        self._duty = Duty(roster, (), self._hours, zone)
        self._read_at: datetime | None = None

    def __call__(self) -> Duty:
        """As last looked up."""
        return self._duty

    async def fresh(self) -> Duty:
        """Looked up again where that was too long ago."""
        now = self._clock.now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            await self.refresh()
        return self._duty

    async def refresh(self) -> None:
        now = self._clock.now()
        busy = frozenset(
            talk.agent_id
            for talk in await self._store.held_conversations()
            if talk.owner == "agent" and talk.last_at is not None and now - talk.last_at <= self._talking
        )
        self._duty = Duty(self._roster, await self._store.staff(), self._hours, self._zone, busy)
        self._read_at = now
