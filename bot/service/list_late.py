"""Orders that wait too long for dispatch or arrival (B2, B5), for staff."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from bot.core.order_rules import Late, LateRules, late
from bot.core.orders import Order, Status
from bot.core.ports_orders import OrderFilter, OrderStore

_PAGE = 500


async def late_orders(orders: OrderStore, now: datetime, rules: LateRules) -> AsyncIterator[tuple[Order, Late]]:
    """Paid and not shipped first, then shipped and not signed; each in order of number."""
    for status in (Status.PAID, Status.SHIPPED):
        after = ""
        while True:
            page = await orders.find_orders(OrderFilter(status=status), after, _PAGE)
            for order in page.orders:
                if (found := late(order, now, rules)) is not None:
                    yield order, found
            after = page.next
            if not after:
                break
