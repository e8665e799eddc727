"""Orders as other programs report and ask for them: events in, orders and notes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Note, Order, RedFlag
from bot.core.ports import Clock
from bot.core.ports_orders import EventResult, IdempotencyKey, OrderFilter, OrderPage, OrderStore

#: The fields of a report that are moments.
_MOMENTS = tuple(f.name for f in fields(OrderData) if f.name.endswith("_at"))


class KeepOrders:
    """Raises StoreError where the database cannot be reached."""

    def __init__(self, store: OrderStore, clock: Clock, bot_staff_id: str, red_flag: RedFlag = "every_sale") -> None:
        self._store = store
        self._clock = clock
        self._bot_staff_id = bot_staff_id
        self._red_flag: RedFlag = red_flag

    async def take(self, events: Sequence[OrderEvent], key: IdempotencyKey | None = None) -> list[EventResult]:
        """One result per event, all in one transaction; at most 1,000. Raises KeyReused."""
        now = self._clock.now()
        events = [_not_after(event, now) for event in events]
        return await self._store.take_order_events(events, self._bot_staff_id, now, key, self._red_flag)

    async def order(self, order_no: str) -> Order | None:
        return await self._store.order(order_no)

    async def order_of(self, source: str, platform_id: str) -> Order | None:
        """The order that a platform knows by this key of its own."""
        return await self._store.order_by_platform_id(source, platform_id)

    def now(self) -> datetime:
        """When something happened whose message does not say."""
        return self._clock.now()

    async def find(self, wanted: OrderFilter, after: str, limit: int) -> OrderPage:
        return await self._store.find_orders(wanted, after, limit)

    async def add_note(self, order_no: str, note: Note, key: IdempotencyKey) -> Order | None:
        """The order with the note; None when there is no such order. Raises KeyReused."""
        now = self._clock.now()
        return await self._store.add_note(order_no, replace(note, at=min(note.at, now)), now, key)


def _not_after(event: OrderEvent, now: datetime) -> OrderEvent:
    """Nothing has happened that lies ahead: a clock that runs fast would make all that follows look old."""
    held = ((name, getattr(event.data, name)) for name in _MOMENTS)
    ahead: dict[str, Any] = {name: now for name, moment in held if moment is not None and moment > now}
    return replace(event, at=min(event.at, now), data=replace(event.data, **ahead) if ahead else event.data)
