"""Orders, their notes and flags (A10), and which changes of status are permitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.core.catalogue import Text


class Status(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    SIGNED = "signed"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REFUNDED = "refunded"


#: What may follow what; everything else is refused.
NEXT: dict[Status, frozenset[Status]] = {
    Status.UNPAID: frozenset({Status.PAID, Status.CLOSED}),
    Status.PAID: frozenset({Status.SHIPPED, Status.REFUNDED, Status.CLOSED}),
    Status.SHIPPED: frozenset({Status.SIGNED, Status.CONFIRMED, Status.REFUNDED}),
    Status.SIGNED: frozenset({Status.CONFIRMED, Status.REFUNDED}),
    Status.CONFIRMED: frozenset({Status.REFUNDED}),
    Status.CLOSED: frozenset(),
    Status.REFUNDED: frozenset(),
}


class Flag(IntEnum):
    """The platform's flag numbers (A10)."""

    GREY = 0
    RED = 1
    YELLOW = 2
    GREEN = 3
    BLUE = 4
    PINK = 5


@dataclass(frozen=True, slots=True)
class Note:
    """One line on an order: flag, content, handling, time, who (A10's five parts)."""

    content: str
    staff_id: str
    at: datetime
    flag: Flag | None = None
    handling: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    sku: str
    product_id: str
    #: As told to the shopper when ordered; the catalogue may change later.
    name: Text
    color: Text
    size: str
    quantity: int
    #: Per piece, before promotions.
    price_fen: int


@dataclass(frozen=True, slots=True)
class Address:
    region: str
    province: str
    detail: str
    name: str
    phone: str

    def masked(self) -> Address:
        """What may be shown to those who need not see it (E8)."""
        return replace(
            self,
            # Never more than half of it: short ones would stand there whole.
            detail=self.detail[: min(6, len(self.detail) // 2)] + "***" if self.detail else "",
            name=self.name[:1] + "*" * max(len(self.name) - 1, 1) if self.name else "",
            phone=self.phone[:3] + "****" + self.phone[-4:] if len(self.phone) >= 11 else "****",
        )


@dataclass(frozen=True, slots=True)
class Order:
    order_no: str
    conversation_id: str
    status: Status
    lines: tuple[OrderLine, ...]
    #: Sum of goods after promotions, without shipping.
    goods_fen: int
    shipping_fen: int
    #: Ids and told names of the promotions applied, with what each took off.
    discounts: tuple[tuple[str, Text, int], ...]
    gifts: tuple[Text, ...]
    address: Address
    courier: str
    created_at: datetime
    notes: tuple[Note, ...] = ()
    flag: Flag | None = None
    #: Every later change of status, oldest first.
    history: tuple[tuple[Status, datetime, str], ...] = ()

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.shipping_fen

    def may_become(self, status: Status) -> bool:
        return status in NEXT[self.status]


class NotPermitted(ValueError):
    """A change of status that the table does not permit; the order stays as it is."""


def flag_after(current: Flag | None, event: str) -> Flag | None:
    """The one flag an order carries after ``event`` (``reminded`` or ``paid``), by A10's precedence.

    None while unpaid, blue once reminded, red when paid; red stays red.
    """
    if event == "paid":
        return Flag.RED
    if event == "reminded" and current is not Flag.RED:
        return Flag.BLUE
    return current


def change_status(order: Order, status: Status, at: datetime, source: str) -> Order:
    """The order after a permitted change; raises :class:`NotPermitted` otherwise. Payment turns the flag red."""
    if not order.may_become(status):
        raise NotPermitted(f"{order.order_no}: {order.status} cannot become {status}")
    flag = flag_after(order.flag, "paid") if status is Status.PAID else order.flag
    return replace(order, status=status, flag=flag, history=(*order.history, (status, at, source)))
