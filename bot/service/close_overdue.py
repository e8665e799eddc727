"""Close orders of the chat that stay unpaid too long; the goods they held are free again."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.order_events import OrderEvent
from bot.core.ports_orders import OrderStore

_BATCH = 500


class CloseOverdue:
    def __init__(self, orders: OrderStore, bot_staff_id: str, pay_within_hours: float) -> None:
        self._orders = orders
        self._bot_staff_id = bot_staff_id
        self._wait = timedelta(hours=pay_within_hours)

    async def __call__(self, now: datetime) -> int:
        """How many were closed. One that is paid at this very moment stays paid."""
        closed = 0
        while numbers := await self._orders.overdue_orders(now - self._wait, _BATCH):
            events = [OrderEvent("closed", number, now, "deadline") for number in numbers]
            results = await self._orders.take_order_events(events, self._bot_staff_id, now)
            stored = sum(result.state == "stored" for result in results)
            closed += stored
            if stored == 0:
                break
        return closed
