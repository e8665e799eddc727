"""WooCommerce's order as its webhooks carry it (REST API v2 and v3), read into what we call a report."""

from __future__ import annotations

import re
from typing import Annotated, Final

from bot.core.order_events import Kind, OrderData, OrderEvent
from bot.core.orders import Address, OrderLine
from handlers.web.platform_fields import (
    MAX_LINES,
    Fen,
    Gmt,
    GmtOrNone,
    Loose,
    Many,
    NotUsable,
    Part,
    Pieces,
    Sent,
    address_of,
    discount_of,
    line_of,
    order_no_of,
)

SOURCE: Final = "woocommerce"
ORDER_TOPICS: Final = frozenset({"order.created", "order.updated", "order.restored"})
DELETED_TOPIC: Final = "order.deleted"

#: ``on-hold`` waits for a transfer, ``failed`` may be paid again. ``shipped`` and ``delivered`` are no states of
#: WooCommerce itself, but what shops that track parcels add under these names.
_KINDS: Final[dict[str, Kind]] = {
    "pending": "changed",
    "on-hold": "changed",
    "failed": "changed",
    "processing": "paid",
    "completed": "shipped",
    "shipped": "shipped",
    "delivered": "signed",
    "cancelled": "closed",
    "refunded": "refunded",
}
#: What becomes of an order in the trash, its deletion tells.
_ASIDE: Final = frozenset({"draft", "auto-draft", "checkout-draft", "trash"})
#: WooCommerce numbers the provinces of China from CN1 on, in an order of its own.
_PROVINCES: Final = (
    "云南", "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林",
    "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东",
    "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川",
    "贵州", "陕西", "甘肃", "青海", "宁夏", "澳门", "西藏", "新疆",
)  # fmt: skip
_STATE: Final = re.compile(r"CN([1-9]\d?)", re.ASCII)
_LINK: Final = re.compile(r"https?://[^\s\"'<>]{1,480}")


class WooLine(Sent):
    product_id: Loose = ""
    name: Loose = ""
    sku: Loose = ""
    quantity: Pieces
    #: Of all pieces before coupons; tax stands apart.
    subtotal: Fen
    subtotal_tax: Fen = 0


class WooShipping(Sent):
    method_title: Loose = ""


class WooCoupon(Sent):
    code: Loose = ""


class WooAddress(Sent):
    first_name: Loose = ""
    last_name: Loose = ""
    state: Loose = ""
    city: Loose = ""
    address_1: Loose = ""
    address_2: Loose = ""
    phone: Loose = ""


class WooDeleted(Sent):
    """All that is left of an order put into the trash."""

    id: Loose


class WooOrder(Sent):
    id: Loose
    #: What the shopper sees; plugins change it.
    number: Loose = ""
    status: Loose
    currency: Loose
    date_created_gmt: Gmt
    date_modified_gmt: GmtOrNone = None
    date_paid_gmt: GmtOrNone = None
    date_completed_gmt: GmtOrNone = None
    total: Fen
    shipping_total: Fen = 0
    shipping_tax: Fen = 0
    discount_total: Fen = 0
    discount_tax: Fen = 0
    customer_id: Loose = ""
    customer_note: Loose = ""
    payment_url: Loose = ""
    billing: Annotated[WooAddress | None, Part] = None
    shipping: Annotated[WooAddress | None, Part] = None
    line_items: Annotated[tuple[WooLine, ...], Many] = ()
    shipping_lines: Annotated[tuple[WooShipping, ...], Many] = ()
    coupon_lines: Annotated[tuple[WooCoupon, ...], Many] = ()


def woocommerce_report(sent: WooOrder, delivery_id: str, currency: str) -> OrderEvent:
    """Raises NotUsable."""
    if sent.currency != currency:
        raise NotUsable(f"the order is in {sent.currency[:3]}; this shop counts in {currency}")
    if sent.status in _ASIDE:
        raise NotUsable("the order is a draft or lies in the trash")
    # A state some plugin added: its facts are taken in, the order's status stays.
    kind = _KINDS.get(sent.status.removeprefix("wc-"), "changed")
    at = sent.date_modified_gmt or sent.date_created_gmt
    return OrderEvent(kind, order_no_of(sent.number or sent.id), at, SOURCE, delivery_id, _data(sent))


def _data(sent: WooOrder) -> OrderData:
    shipping_fen = sent.shipping_total + sent.shipping_tax
    return OrderData(
        # 0: a guest.
        buyer_id=sent.customer_id if sent.customer_id not in ("", "0") else None,
        lines=_lines(sent),
        goods_fen=max(0, sent.total - shipping_fen),
        shipping_fen=shipping_fen,
        discounts=discount_of(
            " ".join(coupon.code for coupon in sent.coupon_lines)[:100], sent.discount_total + sent.discount_tax
        ),
        address=_address(sent),
        courier=next((line.method_title for line in sent.shipping_lines if line.method_title), None),
        pay_url=sent.payment_url if _LINK.fullmatch(sent.payment_url) else None,
        created_at=sent.date_created_gmt,
        paid_at=sent.date_paid_gmt,
        shipped_at=sent.date_completed_gmt,
        note=sent.customer_note or None,
        platform_id=sent.id,
    )


def _lines(sent: WooOrder) -> tuple[OrderLine, ...]:
    if len(sent.line_items) > MAX_LINES:
        raise NotUsable(f"the order has more than {MAX_LINES} lines")
    return tuple(
        line_of(line.sku, line.product_id, line.name, line.quantity, _each(line))
        for line in sent.line_items
        if line.quantity
    )


def _each(line: WooLine) -> int:
    """Per piece, half a fen up; the sums of the order are told apart, so nothing is lost by it."""
    return (2 * (line.subtotal + line.subtotal_tax) + line.quantity) // (2 * line.quantity)


def _address(sent: WooOrder) -> Address | None:
    """Where it goes, else where the bill goes; older shops ask the phone for the bill only."""
    to, bill = sent.shipping or WooAddress(), sent.billing or WooAddress()
    where = to if to.address_1 or to.city else bill
    return address_of(
        province=_province(where.state),
        city=where.city,
        street=" ".join(part for part in (where.address_1, where.address_2) if part),
        name=" ".join(part for part in (where.first_name, where.last_name) if part),
        phone=to.phone or bill.phone,
    )


def _province(state: str) -> str:
    numbered = _STATE.fullmatch(state)
    if not numbered:
        return state
    number = int(numbered[1])
    return _PROVINCES[number - 1] if number <= len(_PROVINCES) else ""
