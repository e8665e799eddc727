"""Every order whose notes or flag somebody has to carry over to the platform by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.core.memos import concerns_platform
from bot.core.orders import Order
from bot.core.ports_orders import OrderFilter, OrderStore

_PAGE = 500


async def export_notes(store: OrderStore, add: Callable[[Order], None], since: datetime | None = None) -> None:
    """Calls ``add`` for each, in order of number, a page in memory at a time. ``since``: changed then or later."""
    after = ""
    while True:
        page = await store.find_orders(OrderFilter(since=since), after, _PAGE)
        for order in page.orders:
            # The chat's own orders too: for whoever packs them this is the only memo there is.
            if (order.source == "chat" or concerns_platform(order)) and (order.notes or order.flag is not None):
                add(order)
        if not page.next:
            return
        after = page.next
