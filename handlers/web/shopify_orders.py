"""Shopify's order as its webhooks carry it, read into what we call a report.

Every delivery carries the whole order, so it is one report of its newest state; what it jumped over is filled in by
the order's own rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

from bot.core.order_events import Kind, OrderData, OrderEvent
from bot.core.orders import Address, Order, OrderLine
from handlers.web.platform_fields import (
    MAX_LINES,
    Fen,
    Loose,
    Many,
    Moment,
    MomentOrNone,
    NotUsable,
    Part,
    Pieces,
    Sent,
    address_of,
    discount_of,
    line_of,
    order_no_of,
)

SOURCE: Final = "shopify"
#: Topics that carry an order.
ORDER_TOPICS: Final = frozenset(
    {
        "orders/create", "orders/updated", "orders/edited", "orders/paid", "orders/cancelled", "orders/fulfilled",
        "orders/partially_fulfilled",
    }
)  # fmt: skip
REFUND_TOPIC: Final = "refunds/create"

#: ``authorized``: her bank holds the money for us; reminding her to pay would be wrong.
_PAID: Final = frozenset({"paid", "partially_refunded", "authorized"})


class ShopifyLine(Sent):
    sku: Loose = ""
    product_id: Loose = ""
    name: Loose = ""
    title: Loose = ""
    quantity: Pieces
    #: After edits of the order; older API versions do not send it.
    current_quantity: Pieces | None = None
    price: Fen

    @property
    def pieces(self) -> int:
        return self.quantity if self.current_quantity is None else self.current_quantity


class ShopifyShipping(Sent):
    title: Loose = ""
    price: Fen = 0
    discounted_price: Fen | None = None
    is_removed: bool = False


class ShopifyAddress(Sent):
    name: Loose = ""
    province: Loose = ""
    city: Loose = ""
    address1: Loose = ""
    address2: Loose = ""
    phone: Loose = ""


class ShopifyCustomer(Sent):
    id: Loose = ""


class ShopifyFulfillment(Sent):
    created_at: Moment
    status: Loose = ""
    #: ``delivered`` when the courier told Shopify so.
    shipment_status: Loose = ""
    tracking_company: Loose = ""
    tracking_number: Loose = ""


class ShopifyOrder(Sent):
    id: Loose
    name: Loose
    created_at: Moment
    updated_at: Moment
    cancelled_at: MomentOrNone = None
    currency: Loose
    financial_status: Loose = ""
    fulfillment_status: Loose = ""
    note: Loose = ""
    total_price: Fen
    current_total_price: Fen | None = None
    total_discounts: Fen = 0
    discount_codes: Annotated[tuple[dict[str, Any], ...], Many] = ()
    line_items: Annotated[tuple[ShopifyLine, ...], Many] = ()
    shipping_lines: Annotated[tuple[ShopifyShipping, ...], Many] = ()
    shipping_address: Annotated[ShopifyAddress | None, Part] = None
    customer: Annotated[ShopifyCustomer | None, Part] = None
    fulfillments: Annotated[tuple[ShopifyFulfillment, ...], Many] = ()


class ShopifyTransaction(Sent):
    kind: Loose = ""
    status: Loose = ""
    currency: Loose = ""
    amount: Fen = 0


class ShopifyRefund(Sent):
    order_id: Loose
    created_at: Moment
    transactions: Annotated[tuple[ShopifyTransaction, ...], Many] = ()


def shopify_report(sent: ShopifyOrder, delivery_id: str, currency: str) -> OrderEvent:
    """Raises NotUsable."""
    if sent.currency != currency:
        raise NotUsable(f"the order is in {sent.currency[:3]}; this shop counts in {currency}")
    shipping_fen = _shipping_fen(sent)
    parcels = [parcel for parcel in sent.fulfillments if parcel.status == "success"]
    data = OrderData(
        buyer_id=(sent.customer.id or None) if sent.customer else None,
        lines=_lines(sent),
        goods_fen=max(0, _total_fen(sent) - shipping_fen),
        shipping_fen=shipping_fen,
        discounts=discount_of(_codes(sent), sent.total_discounts),
        address=_address(sent.shipping_address),
        courier=_courier(parcels, sent.shipping_lines),
        tracking_no=next((p.tracking_number for p in reversed(parcels) if p.tracking_number), None),
        created_at=sent.created_at,
        shipped_at=min((p.created_at for p in parcels), default=None),
        note=sent.note or None,
        platform_id=sent.id,
    )
    return OrderEvent(kind_of(sent), order_no_of(sent.name), sent.updated_at, SOURCE, delivery_id, data)


def refund_report(sent: ShopifyRefund, order: Order, delivery_id: str, currency: str) -> OrderEvent:
    """Only the whole sum ends an order; how a part stands, the order's own update tells. Raises NotUsable."""
    paid_back = [
        t for t in sent.transactions if t.kind == "refund" and t.status == "success" and t.currency == currency
    ]
    whole_fen = order.total_fen if order.paid_fen is None else order.paid_fen
    if not paid_back or sum(transaction.amount for transaction in paid_back) < whole_fen:
        raise NotUsable(f"order {order.order_no} was refunded in part, which its own update tells")
    return OrderEvent("refunded", order.order_no, sent.created_at, SOURCE, delivery_id)


def kind_of(sent: ShopifyOrder) -> Kind:
    """What the newest state of the order is; ``changed`` while it waits for money."""
    if sent.financial_status == "refunded":
        return "refunded"
    if sent.cancelled_at is not None or sent.financial_status == "voided":
        return "closed"
    if sent.fulfillment_status == "fulfilled":
        parcels = [parcel for parcel in sent.fulfillments if parcel.status == "success"]
        arrived = parcels and all(parcel.shipment_status == "delivered" for parcel in parcels)
        return "signed" if arrived else "shipped"
    return "paid" if sent.financial_status in _PAID else "changed"


def _total_fen(sent: ShopifyOrder) -> int:
    """What she pays: after edits. Refunds lower that figure too, and then what was bought counts."""
    if sent.current_total_price is None or "refunded" in sent.financial_status or sent.cancelled_at is not None:
        return sent.total_price
    return sent.current_total_price


def _shipping_fen(sent: ShopifyOrder) -> int:
    kept = [line for line in sent.shipping_lines if not line.is_removed]
    return sum(line.price if line.discounted_price is None else line.discounted_price for line in kept)


def _lines(sent: ShopifyOrder) -> tuple[OrderLine, ...]:
    if len(sent.line_items) > MAX_LINES:
        raise NotUsable(f"the order has more than {MAX_LINES} lines")
    # Of a refunded or cancelled order nothing is left; then what was ordered is told.
    left = [(line, line.pieces) for line in sent.line_items if line.pieces]
    bought = left or [(line, line.quantity) for line in sent.line_items if line.quantity]
    return tuple(
        line_of(line.sku, line.product_id, line.name or line.title, pieces, line.price) for line, pieces in bought
    )


def _courier(parcels: Sequence[ShopifyFulfillment], ways: Sequence[ShopifyShipping]) -> str | None:
    named = [*(parcel.tracking_company for parcel in parcels), *(way.title for way in ways)]
    return next((name for name in named if name), None)


def _codes(sent: ShopifyOrder) -> str:
    return " ".join(code for used in sent.discount_codes[:5] if isinstance(code := used.get("code"), str))[:100]


def _address(sent: ShopifyAddress | None) -> Address | None:
    if sent is None:
        return None
    street = " ".join(part for part in (sent.address1, sent.address2) if part)
    return address_of(province=sent.province, city=sent.city, street=street, name=sent.name, phone=sent.phone)
