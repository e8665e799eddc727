"""Numbers per person of the staff, for those who lead (E5). Reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.core.people import Staff, covers
from bot.core.ports import PeopleStore
from bot.core.ports_boards import NumbersStore
from bot.core.staff_numbers import StaffNumbers, staff_numbers


class NumbersRooms(PeopleStore, NumbersStore, Protocol):
    """Both sides of the store."""


def sees_numbers(staff: Staff) -> bool:
    """They go to the supervisor, and nobody is compared before her colleagues."""
    return staff.active and covers(staff.roles, "supervisor")


class ReportNumbers:
    def __init__(self, store: NumbersRooms) -> None:
        self._store = store

    async def __call__(self, since: datetime, until: datetime) -> tuple[StaffNumbers, ...]:
        """``until`` is left out of the time."""
        ratings = await self._store.ratings(since)
        return staff_numbers(
            await self._store.staff(),
            await self._store.received(since, until),
            await self._store.deals(since, until),
            [(staff_id, mark) for _, staff_id, mark, _ in ratings],
        )
