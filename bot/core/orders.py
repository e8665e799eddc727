"""Orders, their notes and flags (A10), and which changes of status are permitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal

from bot.core.catalogue import Text

#: Where an order was placed.
Source = Literal["chat", "api", "shopify", "woocommerce", "import"]
#: Which payments turn the flag red (A10): of every sale, or only where a special wish or a gift is noted.
RedFlag = Literal["every_sale", "special_wishes"]
#: Notes that say what happened to an order, and no wish.
_ROUTINE = frozenset({"chat order", "sale", "reminded", "buyer says it is paid", "buyer changed her mind"})
#: Bytes of UTF-8 a platform's memo holds.
MEMO_BYTES = 1000
#: Stands at the end of a memo that had to be cut.
CUT = "…"


class Status(StrEnum):
    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    SIGNED = "signed"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REFUNDED = "refunded"


#: What may follow what by our own doing; everything else is refused. A platform may jump (see order_events).
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
    #: Every later change of status with its moment and source, oldest first.
    history: tuple[tuple[Status, datetime, str], ...] = ()
    source: Source = "chat"
    #: The platform's id of the buyer; empty when unknown.
    buyer_id: str = ""
    tracking_no: str = ""
    #: When it was marked as read or printed; changes end here (B6). None: not yet.
    printed_at: datetime | None = None
    #: When the supplier of a marketplace got the money (F2). None: not yet, or nobody tells.
    settled_at: datetime | None = None
    #: Where this very order is paid; empty: by the shop's own rule.
    pay_url: str = ""
    #: What was paid in fact; None: not told, the total counts.
    paid_fen: int | None = None
    #: The platform's memo as last seen, for merging; never ours alone.
    platform_memo: str = ""
    #: Whom the sale counts for (A10, :func:`credited`); empty: not settled yet.
    staff_id: str = ""
    #: She paid already, or changed her mind, or so she says: never reminded again.
    no_reminders: bool = False
    #: When the newest facts taken in were true; older ones are ignored. None: as created.
    changed_at: datetime | None = None
    #: The platform's own key of the order, where it is another one than the number the shopper sees.
    platform_id: str = ""
    #: Counts commits, kept by the store; a commit that read an older one is refused.
    version: int = field(default=0, compare=False)

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.shipping_fen

    def may_become(self, status: Status) -> bool:
        return status in NEXT[self.status]

    def reached_at(self, *statuses: Status) -> datetime | None:
        """When it first was in one of ``statuses``; None: never, or nobody told."""
        return next((at for status, at, _ in self.history if status in statuses), None)

    @property
    def paid_at(self) -> datetime | None:
        """When it was paid; of an order first heard of later, when it was first heard of."""
        return self.reached_at(Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)

    @property
    def shipped_at(self) -> datetime | None:
        return self.reached_at(Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)

    @property
    def signed_at(self) -> datetime | None:
        return self.reached_at(Status.SIGNED, Status.CONFIRMED)

    @property
    def ended(self) -> bool:
        return self.status in (Status.CLOSED, Status.REFUNDED)


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


def credited(order: Order, spoke: Iterable[tuple[str, datetime]], bot_staff_id: str) -> str:
    """Whose staff id the order carries (A10): the last person who spoke before it was paid, else the bot's.

    ``spoke``: staff id and moment of every message of a person in the order's conversation since its previous order;
    the bot's own id among them counts for nothing. Who speaks only after the payment sold nothing.
    """
    paid = order.paid_at
    people = [(at, who) for who, at in spoke if who != bot_staff_id and (paid is None or at <= paid)]
    return max(people)[1] if people else bot_staff_id


def sold_by(orders: Iterable[Order], staff_id: str) -> tuple[Order, ...]:
    """Those that change when a person speaks in their conversation: unpaid ones count for her from now on (A10)."""
    return tuple(
        replace(order, staff_id=staff_id)
        for order in orders
        if order.status is Status.UNPAID and order.staff_id != staff_id
    )


def flag_when_paid(order: Order, rule: RedFlag = "every_sale") -> Flag | None:
    """The flag of an order once it is paid: red; by ``special_wishes`` as it is where nothing special is noted."""
    return flag_after(order.flag, "paid") if rule == "every_sale" or holds_wish(order) else order.flag


def holds_wish(order: Order) -> bool:
    """Whether a special wish or a gift stands in its notes (A6, A10), the buyer's own remark included."""
    return any(note.content.removesuffix(f"_ {note.staff_id}").strip() not in _ROUTINE for note in order.notes)


def with_note(order: Order, note: Note) -> Order:
    """Notes are only ever added to."""
    return replace(order, notes=(*order.notes, note))


def flagged(order: Order, event: str) -> Order:
    return replace(order, flag=flag_after(order.flag, event))


# --- the platform's memo ---


def note_line(note: Note) -> str:
    """``ship by post _ Huilan · 2026-11-23 10:00``: content, handling, who and when on one line (A10)."""
    content = " ".join(f"{note.content} {note.handling}".split())
    # Older notes name the staff in their content already.
    who = "" if content.endswith(f"_ {note.staff_id}") else f" _ {note.staff_id}"
    return f"{content}{who} · {note.at:%Y-%m-%d %H:%M}"


def memo(order: Order, at_most_bytes: int = MEMO_BYTES, before: str = "") -> str:
    """All notes as the one memo a platform holds; a write there overwrites, so what stood ``before`` is kept.

    Lines that are not ours stay first, as they stand; ours follow, oldest first. What is too long is cut at a
    character, with a mark.
    """
    ours = list(dict.fromkeys(note_line(note) for note in order.notes))
    foreign = [line for line in before.splitlines() if line.strip() and not _is_ours(line, ours)]
    return _cut("\n".join([*foreign, *ours]), at_most_bytes)


def _is_ours(line: str, ours: list[str]) -> bool:
    """Also a line that an earlier write cut short."""
    start = line.removesuffix(CUT)
    return line in ours or bool(start != line and start and any(own.startswith(start) for own in ours))


def _cut(text: str, at_most_bytes: int) -> str:
    raw = text.encode()
    if len(raw) <= at_most_bytes:
        return text
    kept = raw[: max(0, at_most_bytes - len(CUT.encode()))].decode(errors="ignore").rstrip()
    return kept + CUT
