"""A link that proves whose an order is, for the shop to put where only its buyer sees it."""

from __future__ import annotations

from bot.core.binding import spellings, start_payload
from bot.core.errors import XiaoerError
from bot.core.ports_orders import OrderStore


class NoLink(XiaoerError):
    """For this order no link can be made."""


async def hand_out_link(store: OrderStore, order_no: str, secret: bytes) -> str:
    """The start payload of an order, whose number may be written without its ``#``.

    Raises NoLink for an order nobody knows, and for a number too long for a link.
    """
    found = [await store.order(spelling) for spelling in (order_no, *spellings(order_no))]
    order = next((order for order in found if order is not None), None)
    if order is None:
        raise NoLink(f"there is no order {order_no}")
    try:
        return start_payload(order.order_no, secret)
    except ValueError as error:
        raise NoLink(
            f"{order.order_no}: {error}; its buyer can name it with the last four digits of the phone"
        ) from None
