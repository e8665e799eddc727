"""What platforms, people and deadlines report about an order, and what becomes of it.

A platform knows better than we do: it may jump ahead (an order may be shipped before we heard of its payment), and
what it says about an earlier moment than we know of is ignored. A closed or refunded order has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, get_args

from bot.core.catalogue import Text
from bot.core.orders import (
    Address,
    Flag,
    Note,
    Order,
    OrderLine,
    RedFlag,
    Source,
    Status,
    flag_when_paid,
    with_note,
)

Kind = Literal["created", "changed", "paid", "shipped", "signed", "confirmed", "closed", "refunded"]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: Who a remark of the buyer is by, in the note it becomes.
BUYER = "buyer"

_STATUS: dict[Kind, Status] = {
    "paid": Status.PAID,
    "shipped": Status.SHIPPED,
    "signed": Status.SIGNED,
    "confirmed": Status.CONFIRMED,
    "closed": Status.CLOSED,
    "refunded": Status.REFUNDED,
}
_WAY = (Status.UNPAID, Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)
_ORIGINS: tuple[Source, ...] = get_args(Source)


@dataclass(frozen=True, slots=True)
class OrderData:
    """What a report says of the order; None: it says nothing about this, and what is known stays."""

    buyer_id: str | None = None
    lines: tuple[OrderLine, ...] | None = None
    #: Sum of goods after promotions; of a new order the lines' sum when None.
    goods_fen: int | None = None
    shipping_fen: int | None = None
    discounts: tuple[tuple[str, Text, int], ...] | None = None
    gifts: tuple[Text, ...] | None = None
    address: Address | None = None
    courier: str | None = None
    tracking_no: str | None = None
    pay_url: str | None = None
    paid_fen: int | None = None
    printed_at: datetime | None = None
    #: When the supplier of a marketplace got the money (F2).
    settled_at: datetime | None = None
    platform_memo: str | None = None
    #: When the order was placed; the event's moment when None.
    created_at: datetime | None = None
    #: When it was paid and shipped, for reports that jump over these.
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    #: The buyer's remark; becomes a note.
    note: str | None = None
    #: As it stands on the platform; ours of higher rank (blue, red) is kept (A10).
    flag: Flag | None = None
    #: The platform's own key; some of its messages name only that.
    platform_id: str | None = None


#: Fields of the data that an order has by the same name.
_SAME = (
    "buyer_id", "lines", "goods_fen", "shipping_fen", "discounts", "gifts", "address", "courier", "tracking_no",
    "pay_url", "paid_fen", "printed_at", "settled_at", "platform_memo", "platform_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One report about one order."""

    kind: Kind
    order_no: str
    #: Aware; when it happened, by the reporter's clock.
    at: datetime
    #: ``api``, ``shopify``, ``woocommerce``, ``import``, ``deadline``, ``staff:<id>``, ``shopper``.
    source: str
    #: The platform's id of this delivery; a second one of the same source is dropped. Empty: none.
    delivery_id: str = ""
    data: OrderData = OrderData()


@dataclass(frozen=True, slots=True)
class Applied:
    order: Order


@dataclass(frozen=True, slots=True)
class Ignored:
    """Known already, or older than what is known; nothing is wrong."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody has to mend the report."""

    reason: str


Result = Applied | Ignored | Refused


def apply(order: Order | None, event: OrderEvent, bot_staff_id: str, red_flag: RedFlag = "every_sale") -> Result:
    """What ``event`` makes of ``order`` (None: never heard of it). ``red_flag``: which payments turn the flag red."""
    if event.at.tzinfo is None:
        return Refused("at: has no time zone")
    if not event.order_no.strip():
        return Refused("order_no: is missing")
    if order is None:
        return _create(event, bot_staff_id, red_flag)
    if event.kind in _STATUS and not from_platform(event.source) and not order.may_become(_STATUS[event.kind]):
        return Refused(f"an order that is {order.status} cannot become {_STATUS[event.kind]}")
    if order.ended:
        return Ignored(f"the order is {order.status} already")
    if event.kind == "created":
        return Ignored("the order is known already")
    if event.kind == "changed":
        return _change(order, event)
    return _move(order, event, bot_staff_id, red_flag)


def from_platform(source: str) -> bool:
    """Whether ``source`` knows better than our table of permitted changes."""
    return source in _ORIGINS and source != "chat"


def _create(event: OrderEvent, bot_staff_id: str, red_flag: RedFlag) -> Result:
    data = event.data
    if not data.lines:
        missing = "lines: missing, and the order is not known yet" if event.kind != "created" else "lines: is missing"
        return Refused(missing)
    if any(line.quantity < 1 or line.price_fen < 0 for line in data.lines):
        return Refused("lines: a quantity is below 1 or a price below 0")
    goods_fen = data.goods_fen
    if goods_fen is None:
        goods_fen = sum(line.price_fen * line.quantity for line in data.lines)
        goods_fen = max(0, goods_fen - sum(off for _, _, off in data.discounts or ()))
    order = Order(
        order_no=event.order_no,
        conversation_id="",
        status=Status.UNPAID,
        lines=(),
        goods_fen=goods_fen,
        shipping_fen=0,
        discounts=(),
        gifts=(),
        address=Address("", "", "", "", ""),
        courier="",
        created_at=data.created_at or event.at,
        source=_origin(event.source),
        changed_at=event.at,
    )
    order = _with_facts(order, data, event.at)
    if event.kind in _STATUS:
        return _move(order, event, bot_staff_id, red_flag)
    return Applied(order)


def _origin(source: str) -> Source:
    return next((origin for origin in _ORIGINS if origin == source and origin != "chat"), "api")


def _change(order: Order, event: OrderEvent) -> Result:
    if _is_old(order, event):
        return Ignored("older than what is known")
    changed = _with_facts(order, event.data, event.at)
    if replace(changed, changed_at=order.changed_at) == order:
        return Ignored("the same as is known")
    return Applied(replace(changed, changed_at=event.at))


def _move(order: Order, event: OrderEvent, bot_staff_id: str, red_flag: RedFlag) -> Result:
    status = _STATUS[event.kind]
    if status == order.status:
        # Repeated, but a tracking number may have come with it.
        return _change(order, event)
    if status in _WAY and _WAY.index(status) < _WAY.index(order.status):
        return Ignored(f"the order is {order.status} already")
    old = _is_old(order, event)
    data = _only_missing(order, event.data) if old else event.data
    order = _with_facts(order, data, event.at)
    was_paid = order.status is not Status.UNPAID
    order = _advanced(order, status, event)
    if not was_paid and status in _WAY:
        order = _sold(order, event.data.paid_at or event.at, bot_staff_id, red_flag)
    return Applied(order if old else replace(order, changed_at=event.at))


def _is_old(order: Order, event: OrderEvent) -> bool:
    return order.changed_at is not None and event.at < order.changed_at


def _advanced(order: Order, status: Status, event: OrderEvent) -> Order:
    """The status with its history; steps jumped over are written down where the report dates them."""
    told = {Status.PAID: event.data.paid_at, Status.SHIPPED: event.data.shipped_at}
    first = _WAY.index(order.status) + 1
    until = _WAY.index(status) if status in _WAY else (len(_WAY) if status is Status.REFUNDED else first)
    jumped = [(step, at, event.source) for step in _WAY[first:until] if (at := told.get(step)) is not None]
    at = told.get(status) or event.at
    return replace(order, status=status, history=(*order.history, *jumped, (status, at, event.source)))


def _sold(order: Order, at: datetime, bot_staff_id: str, red_flag: RedFlag) -> Order:
    """Payment: the flag, and whose sale it was where somebody of the shop served the buyer (A10)."""
    order = replace(order, flag=flag_when_paid(order, red_flag))
    if not order.conversation_id:
        return order
    staff_id = order.staff_id or bot_staff_id
    return with_note(
        replace(order, staff_id=staff_id), Note("sale", staff_id, at, order.flag if order.flag is Flag.RED else None)
    )


def _with_facts(order: Order, data: OrderData, at: datetime) -> Order:
    told: dict[str, Any] = {name: value for name in _SAME if (value := getattr(data, name)) is not None}
    order = replace(order, **told)
    if data.flag is not None:
        order = replace(order, flag=_merged_flag(order.flag, data.flag))
    return _with_remark(order, data.note, at)


def _with_remark(order: Order, words: str | None, at: datetime) -> Order:
    words = " ".join((words or "").split())
    if not words or any(note.staff_id == BUYER and note.content == words for note in order.notes):
        return order
    return with_note(order, Note(words, BUYER, at))


def _merged_flag(ours: Flag | None, theirs: Flag) -> Flag | None:
    """Red stays red, blue gives way to red and to colors set by people; grey says nothing (A10)."""
    if ours is Flag.RED or theirs is Flag.GREY:
        return ours
    return theirs


def _only_missing(order: Order, data: OrderData) -> OrderData:
    """Of a late report, what nothing is known about yet."""
    known = {name: None for name in _SAME if getattr(order, name) not in (None, "", (), Address("", "", "", "", ""))}
    held = {f.name: getattr(data, f.name) for f in fields(data)}
    return OrderData(**{**held, **known})
