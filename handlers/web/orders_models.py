"""What other programs send over the order API, each field described as ``/api/docs`` tells it.

Money is whole fen (¥1 = 100 fen), moments are RFC 3339 with an offset, and nothing is guessed: an unknown field, a
number in quotes or a moment without offset is refused with its path.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from bot.core.catalogue import Text
from bot.core.order_events import Kind, OrderData, OrderEvent
from bot.core.orders import Address, Flag, Note, OrderLine, Status
from bot.core.ports_orders import OrderFilter
from handlers.web.moments import read_moment
from handlers.web.platform_fields import MAX_FEN, MAX_LINES, MAX_QUANTITY

SOURCE = "api"

#: Controls but tab and newline; some databases refuse NUL, and the rest hides what a person should see.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINK = r"^https?://[^\s\"'<>]+$"
_ORDER_NO = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_STAFF_ID = r"^[A-Za-z0-9_-]+$"
_MOMENT_SCHEMA = {
    "type": "string",
    "format": "date-time",
    "description": "RFC 3339 with an offset, between the years 2000 and 2099",
    "examples": ["2026-11-23T10:00:00+08:00"],
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def _visible(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("has a control character")
    return text


def _both(value: Any) -> Any:
    if not isinstance(value, (str, dict)):
        raise ValueError("must be text, or an object with zh and en")
    return {"zh": value} if isinstance(value, str) else value


Moment = Annotated[datetime, BeforeValidator(read_moment), WithJsonSchema(_MOMENT_SCHEMA)]
Words = Annotated[str, Field(max_length=500), AfterValidator(_visible)]
Short = Annotated[str, Field(max_length=64), AfterValidator(_visible)]
OrderNo = Annotated[str, Field(min_length=1, max_length=64, pattern=_ORDER_NO)]
Fen = Annotated[int, Field(ge=0, le=MAX_FEN)]


# --- in ---


class TextIn(_Part):
    """Words in both languages; one alone stands for the other too. Plain text instead of the object means both."""

    zh: Words = Field(default="", description="Chinese")
    en: Words = Field(default="", description="English")

    def text(self) -> Text:
        return Text(self.zh, self.en)


Told = Annotated[
    TextIn,
    BeforeValidator(_both),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "maxLength": 500}, {"$ref": "#/components/schemas/TextIn"}]}
    ),
]  # fmt: skip


def _said(told: TextIn) -> TextIn:
    if not told.text():
        raise ValueError("must not be empty")
    return told


class LineIn(_Part):
    sku: Annotated[str, Field(min_length=1, max_length=64, pattern=r"\S"), AfterValidator(_visible)] = Field(
        description="The shop's own number of this variant; stock is counted by it"
    )
    product_id: Short = Field(default="", description="Id of the product in the shop's knowledge, where it has one")
    name: Annotated[Told, AfterValidator(_said)] = Field(
        description="As the buyer knows it, not empty: text, or an object with zh and en"
    )
    color: Told = Field(default=TextIn(), description="Color as the buyer knows it, like name")
    size: Short = Field(default="", description="As printed on the label, such as XL or 175/92A")
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)] = Field(description="Pieces")
    price_fen: Fen = Field(description="Fen for one piece, before promotions")

    def line(self) -> OrderLine:
        told = (self.name.text(), self.color.text())
        return OrderLine(self.sku, self.product_id, *told, self.size, self.quantity, self.price_fen)


class DiscountIn(_Part):
    id: Short = Field(description="The promotion's id, or any word for it")
    name: Told = Field(description="As the buyer knows it: text, or an object with zh and en")
    off_fen: Fen = Field(description="Fen it takes off the whole order")


class AddressIn(_Part):
    province: Short = Field(default="", description="Province or state, such as 广东")
    region: Short = Field(default="", description="The narrowest place named, city or district, such as 天河")
    detail: Words = Field(default="", description="Street, house and door")
    name: Short = Field(default="", description="Who receives the parcel")
    phone: Annotated[str, Field(max_length=32, pattern=r"^[0-9+() -]*$")] = Field(
        default="", description="The receiver's phone number; never written to a log"
    )

    def address(self) -> Address:
        return Address(self.region, self.province, self.detail, self.name, self.phone)


class OrderIn(_Part):
    """What is told of the order; a field left away says nothing, and what is known stays."""

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MAX_LINES)] | None = Field(
        default=None, description="All lines of the order; needed the first time an order is reported"
    )
    goods_fen: Fen | None = Field(
        default=None, description="Fen for the goods after promotions, without shipping; by default reckoned from lines"
    )
    shipping_fen: Fen | None = Field(default=None, description="Fen for shipping")
    discounts: Annotated[list[DiscountIn], Field(max_length=50)] | None = Field(
        default=None, description="Promotions applied, with what each took off"
    )
    gifts: Annotated[list[Told], Field(max_length=50)] | None = Field(
        default=None, description="Gifts that go along: text, or objects with zh and en"
    )
    address: AddressIn | None = Field(default=None, description="Where it goes")
    courier: Short | None = Field(default=None, description="Who carries it")
    tracking_no: Short | None = Field(default=None, description="The courier's number of the parcel")
    buyer_id: Short | None = Field(default=None, description="The platform's id of the buyer")
    pay_url: Annotated[str, Field(max_length=500, pattern=_LINK)] | None = Field(
        default=None, description="Where this very order is paid; stands in reminders"
    )
    paid_fen: Fen | None = Field(default=None, description="Fen that were paid in fact, where it is not the total")
    created_at: Moment | None = Field(default=None, description="When it was placed; by default the event's moment")
    paid_at: Moment | None = Field(default=None, description="When it was paid, for events that jump over it")
    shipped_at: Moment | None = Field(default=None, description="When it was shipped, for events that jump over it")
    printed_at: Moment | None = Field(
        default=None, description="When its label was printed; the shopper can change nothing after that"
    )
    settled_at: Moment | None = Field(
        default=None, description="When the supplier of a marketplace got the money, for its order clock"
    )
    note: Words | None = Field(default=None, description="The buyer's remark; becomes a note")
    platform_memo: Annotated[str, Field(max_length=1000), AfterValidator(_visible)] | None = Field(
        default=None, description="The memo as it stands on the platform; kept when ours is written back"
    )
    flag: Annotated[int, Field(ge=0, le=5)] | None = Field(
        default=None, description="The flag on the platform: 0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 pink"
    )

    def data(self) -> OrderData:
        same = {
            name: getattr(self, name)
            for name in (
                "buyer_id", "goods_fen", "shipping_fen", "courier", "tracking_no", "pay_url", "paid_fen", "printed_at",
                "settled_at", "platform_memo", "created_at", "paid_at", "shipped_at", "note",
            )
        }  # fmt: skip
        discounts = [(d.id, d.name.text(), d.off_fen) for d in self.discounts or ()]
        return OrderData(
            **same,
            lines=None if self.lines is None else tuple(line.line() for line in self.lines),
            discounts=None if self.discounts is None else tuple(discounts),
            gifts=None if self.gifts is None else tuple(gift.text() for gift in self.gifts),
            address=None if self.address is None else self.address.address(),
            flag=None if self.flag is None else Flag(self.flag),
        )


class EventIn(_Part):
    """Something happened to one order."""

    event: Kind = Field(description="What happened; changed: anything but the status")
    order_no: OrderNo = Field(description="The number the shopper sees: 1 to 64 letters, digits and . _ -")
    at: Moment = Field(
        description="When it happened, RFC 3339 with an offset. An event older than what is known changes nothing; "
        "a moment ahead of our clock counts as now"
    )
    order: OrderIn = Field(default=OrderIn(), description="What is told of the order")

    def report(self) -> OrderEvent:
        return OrderEvent(self.event, self.order_no, self.at, SOURCE, data=self.order.data())


class NoteIn(_Part):
    """A note has five parts: flag, content, handling, time, who."""

    content: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S"), AfterValidator(_visible)] = Field(
        description="What is to be known, such as a special wish"
    )
    handling: Annotated[str, Field(max_length=200), AfterValidator(_visible)] = Field(
        default="", description="What was or is to be done about it"
    )
    staff_id: Annotated[str, Field(min_length=1, max_length=16, pattern=_STAFF_ID)] = Field(
        description="Who writes it: 1 to 16 letters, digits, _ and -"
    )
    flag: Annotated[int, Field(ge=0, le=5)] | None = Field(
        default=None, description="0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 pink; null: none"
    )
    at: Moment | None = Field(default=None, description="When it was written; by default now")

    def note(self, now: datetime) -> Note:
        flag = None if self.flag is None else Flag(self.flag)
        return Note(self.content, self.staff_id, self.at or now, flag, self.handling)


class OrderQuery(_Part):
    """Which orders are asked for."""

    status: Literal["unpaid", "paid", "shipped", "signed", "confirmed", "closed", "refunded"] | None = Field(
        default=None, description="Only orders in this status"
    )
    since: Moment | None = Field(
        default=None, description="Only orders that changed at this moment or later; write a + of the offset as %2B"
    )
    page: Annotated[str, Field(max_length=200), AfterValidator(_visible)] = Field(
        default="", description="The next of the page before; empty for the first page"
    )

    def wanted(self) -> OrderFilter:
        return OrderFilter(Status(self.status) if self.status else None, self.since)
