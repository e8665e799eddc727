"""Numbers per person of the staff, for those who lead (E5). Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.core.goods_figures import WHY_NOTS, WhyNot, why_not
from bot.core.people import Staff, covers
from bot.core.ports import Store
from bot.core.ports_boards import NumbersStore
from bot.core.ports_people import PeopleStore
from bot.core.staff_numbers import StaffNumbers, staff_numbers


class NumbersRooms(PeopleStore, NumbersStore, Protocol):
    """Both sides of the store."""


class WhyRooms(Store, NumbersStore, Protocol):
    """What is read of a conversation, and the deals."""


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


class WhyOthersDidNotBuy:
    """Adds to numbers why the buyers a person received, and who bought nothing of her, did not (E5)."""

    def __init__(self, store: WhyRooms) -> None:
        self._store = store
        self._known: dict[str, WhyNot] = {}

    async def __call__(
        self, rows: Iterable[StaffNumbers], since: datetime, until: datetime
    ) -> tuple[StaffNumbers, ...]:
        bought = {(deal.staff_id, deal.conversation_id) for deal in await self._store.deals(since, until)}
        return tuple([await self._with_reasons(row, bought) for row in rows])

    async def _with_reasons(self, row: StaffNumbers, bought: Container[tuple[str, str]]) -> StaffNumbers:
        others = [talk for talk in row.buyers if (row.staff_id, talk) not in bought]
        found = Counter([await self._why(talk) for talk in others])
        return replace(row, not_bought=tuple((why, found[why]) for why in WHY_NOTS if found[why]))

    async def _why(self, conversation_id: str) -> WhyNot:
        if conversation_id not in self._known:
            loaded = await self._store.load(conversation_id, conversation_id.partition(":")[0])
            orders, cases = await self._store.orders(conversation_id), await self._store.cases(conversation_id)
            self._known[conversation_id] = why_not(loaded.conversation, orders, cases)
        return self._known[conversation_id]
