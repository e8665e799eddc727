"""What the order API answers, each field described as ``/api/docs`` tells it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from bot.core.catalogue import Text
from bot.core.orders import Note, Order, OrderLine


class Outcome(BaseModel):
    index: int = Field(description="Place of the event in what was posted, from 0")
    order_no: str | None = Field(description="The event's order number; null where it cannot be read")
    reason: str = Field(description="Why, in words for a person; names the field")


class RefusedOut(Outcome):
    fields: list[str] = Field(description="Paths of the fields to mend, such as order.lines[0].price_fen")


class EventsOut(BaseModel):
    """What became of the events that were posted."""

    stored: int = Field(description="How many changed an order")
    ignored: list[Outcome] = Field(description="Known already, or older than what is known; nothing to do")
    refused: list[RefusedOut] = Field(description="To be mended and posted again, under another idempotency key")
    error: str | None = Field(default=None, description="Set when no event at all could be taken")


class ErrorOut(BaseModel):
    error: str = Field(description="What is wrong, in words for a person")
    fields: list[str] = Field(default=[], description="Paths of the fields to mend, where there are any")


class TextOut(BaseModel):
    zh: str = Field(description="Chinese; empty when only the other is told")
    en: str = Field(description="English; empty when only the other is told")


class LineOut(BaseModel):
    sku: str = Field(description="The shop's own number of this variant")
    product_id: str = Field(description="Id of the product in the shop's knowledge; may be empty")
    name: TextOut = Field(description="As told to the buyer")
    color: TextOut = Field(description="As told to the buyer")
    size: str = Field(description="As printed on the label; may be empty")
    quantity: int = Field(description="Pieces")
    price_fen: int = Field(description="Fen for one piece, before promotions")


class DiscountOut(BaseModel):
    id: str = Field(description="Id of the promotion")
    name: TextOut = Field(description="As told to the buyer")
    off_fen: int = Field(description="Fen it took off")


class AddressOut(BaseModel):
    province: str = Field(description="Province or state")
    region: str = Field(description="City or district")
    detail: str = Field(description="Street, house and door; masked in lists")
    name: str = Field(description="Who receives the parcel; masked in lists")
    phone: str = Field(description="The receiver's phone number; masked in lists")


class NoteOut(BaseModel):
    content: str = Field(description="What is to be known")
    handling: str = Field(description="What was or is to be done about it")
    staff_id: str = Field(description="Who wrote it; buyer: the buyer")
    at: str = Field(description="When, RFC 3339")
    flag: int | None = Field(description="0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 pink; null: none")


class StepOut(BaseModel):
    status: str = Field(description="What it became")
    at: str = Field(description="When, RFC 3339")
    source: str = Field(description="Who told: api, shopify, woocommerce, import, shopper, deadline or staff:<id>")


class OrderOut(BaseModel):
    """An order as it is known now."""

    order_no: str = Field(description="The number the shopper sees")
    status: str = Field(description="unpaid, paid, shipped, signed, confirmed, closed or refunded")
    source: str = Field(description="Where it was placed: chat, api, shopify, woocommerce or import")
    created_at: str = Field(description="When it was placed, RFC 3339")
    changed_at: str | None = Field(description="When the newest facts were true, RFC 3339")
    lines: list[LineOut] = Field(description="What was ordered")
    goods_fen: int = Field(description="Fen for the goods after promotions")
    shipping_fen: int = Field(description="Fen for shipping")
    total_fen: int = Field(description="Fen for goods and shipping")
    paid_fen: int | None = Field(description="Fen that were paid in fact; null: the total")
    discounts: list[DiscountOut] = Field(description="Promotions applied")
    gifts: list[TextOut] = Field(description="Gifts that go along")
    address: AddressOut = Field(description="Where it goes")
    courier: str = Field(description="Who carries it; may be empty")
    tracking_no: str = Field(description="The courier's number of the parcel; may be empty")
    buyer_id: str = Field(description="The platform's id of the buyer; may be empty")
    pay_url: str = Field(description="Where this very order is paid; empty: by the shop's own rule")
    printed_at: str | None = Field(description="When its label was printed, RFC 3339")
    settled_at: str | None = Field(description="When the supplier of a marketplace got the money, RFC 3339")
    in_chat: bool = Field(description="Whether a chat with its buyer is known")
    staff_id: str = Field(description="Whom the sale counts for; empty: not settled yet")
    flag: int | None = Field(description="0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 pink; null: none")
    notes: list[NoteOut] = Field(description="Oldest first; notes are only ever added")
    history: list[StepOut] = Field(description="Every change of status, oldest first")
    platform_memo: str = Field(description="The platform's memo as last seen")


class OrdersOut(BaseModel):
    orders: list[OrderOut] = Field(description="In order of number, at most 100; addresses are masked")
    next: str = Field(description="To be sent as page for the next page; empty when this was the last")


class NotesOut(BaseModel):
    order_no: str = Field(description="The number the shopper sees")
    flag: int | None = Field(
        description="The order's flag: 0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 pink; null: none"
    )
    notes: list[NoteOut] = Field(description="All notes of the order, oldest first")


def order_out(order: Order, *, masked: bool) -> OrderOut:
    address = order.address.masked() if masked else order.address
    return OrderOut(
        order_no=order.order_no,
        status=order.status,
        source=order.source,
        created_at=order.created_at.isoformat(),
        changed_at=_iso(order.changed_at),
        lines=[_line_out(line) for line in order.lines],
        goods_fen=order.goods_fen,
        shipping_fen=order.shipping_fen,
        total_fen=order.total_fen,
        paid_fen=order.paid_fen,
        discounts=[DiscountOut(id=i, name=_text_out(name), off_fen=off) for i, name, off in order.discounts],
        gifts=[_text_out(gift) for gift in order.gifts],
        address=AddressOut(
            province=address.province,
            region=address.region,
            detail=address.detail,
            name=address.name,
            phone=address.phone,
        ),
        courier=order.courier,
        tracking_no=order.tracking_no,
        buyer_id=order.buyer_id,
        pay_url=order.pay_url,
        printed_at=_iso(order.printed_at),
        settled_at=_iso(order.settled_at),
        in_chat=bool(order.conversation_id),
        staff_id=order.staff_id,
        flag=order.flag,
        notes=[note_out(note) for note in order.notes],
        history=[StepOut(status=status, at=at.isoformat(), source=who) for status, at, who in order.history],
        platform_memo=order.platform_memo,
    )


def _line_out(line: OrderLine) -> LineOut:
    return LineOut(
        sku=line.sku,
        product_id=line.product_id,
        name=_text_out(line.name),
        color=_text_out(line.color),
        size=line.size,
        quantity=line.quantity,
        price_fen=line.price_fen,
    )


def note_out(note: Note) -> NoteOut:
    at = note.at.isoformat()
    return NoteOut(content=note.content, handling=note.handling, staff_id=note.staff_id, at=at, flag=note.flag)


def _text_out(text: Text) -> TextOut:
    return TextOut(zh=text.zh, en=text.en)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
