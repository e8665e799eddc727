"""A person of the shop says that an order was paid; for orders whose payment no platform reports."""

from __future__ import annotations

from bot.core.order_events import OrderEvent
from bot.core.orders import Order
from bot.core.people import Staff, covers
from bot.core.ports_people import PeopleStore
from bot.service.keep_orders import KeepOrders
from bot.service.keep_staff import StaffRefused, person_of

#: Who may say so; a manager covers both.
_MAY = ("finance", "supervisor")
#: Orders of these are paid here; the others' platforms know better.
_PAID_HERE = ("chat", "api")
_PLATFORMS = {"shopify": "Shopify", "woocommerce": "WooCommerce", "import": "the platform"}


def may_mark_paid(person: Staff) -> bool:
    return person.active and any(covers(person.roles, role) for role in _MAY)


class MarkPaid:
    """Raises StaffRefused with a sentence where it is not to be; then nothing changed."""

    def __init__(self, store: PeopleStore, orders: KeepOrders) -> None:
        self._store = store
        self._orders = orders

    async def __call__(self, order_no: str, staff_id: str) -> Order:
        """The order as it stands then: paid, with red flag, and the source ``staff:<id>`` in its history."""
        person = person_of(staff_id, await self._store.staff())
        if not may_mark_paid(person):
            why = "is disabled" if not person.active else f"is {', '.join(person.roles)}"
            raise StaffRefused(f"{staff_id} {why}; only finance, supervisor and manager say that an order is paid")
        order = await self._orders.order(order_no)
        _check(order_no, order)
        event = OrderEvent("paid", order_no, self._orders.now(), f"staff:{staff_id}")
        (result,) = await self._orders.take([event])
        if result.state != "stored":
            raise StaffRefused(f"{order_no}: {result.reason}")
        paid = await self._orders.order(order_no)
        assert paid is not None
        return paid


def _check(order_no: str, order: Order | None) -> None:
    if order is None:
        raise StaffRefused(f"there is no order {order_no}")
    if order.source not in _PAID_HERE:
        raise StaffRefused(f"{order_no} is an order of {_PLATFORMS[order.source]}, which says itself when it is paid")
    if order.paid_at is not None and not order.ended:
        raise StaffRefused(f"{order_no} was paid already, {order.paid_at:%Y-%m-%d %H:%M}")
