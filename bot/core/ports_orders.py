"""What orders need of the outside: the store of all orders, and the platform they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.core.memos import Memo
from bot.core.nudges import SlotClaim, Unpaid
from bot.core.order_events import OrderEvent
from bot.core.orders import Note, Order, RedFlag, Status


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A caller's name for one request, and what it said: the same key with another body is refused."""

    key: str
    #: SHA-256 of the raw body, hexadecimal.
    body_hash: str


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of one reported event."""

    order_no: str
    #: ``ignored``: known already or older than what is known. ``refused``: somebody must mend the report.
    state: Literal["stored", "ignored", "refused"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Empty fields let every order pass."""

    status: Status | None = None
    #: Changed at this moment or later.
    since: datetime | None = None
    conversation_id: str = ""


@dataclass(frozen=True, slots=True)
class OrderPage:
    orders: tuple[Order, ...]
    #: Handed back to get the next page; empty when this was the last.
    next: str


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """An order's notes or flag changed: its platform is to be told how they are now (the latest holds)."""

    id: int
    order_no: str
    attempts: int
    created_at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class CallRow:
    """An order whose buyer is to be called."""

    order: Order
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came of reminders: orders reminded, and paid within the window after the first one; beside, the held out."""

    reminded: int
    reminded_paid: int
    held_out: int
    held_out_paid: int


class OrderStore(Protocol):
    """Orders of every origin; fulfilled by the same object as :class:`Store`. What writes is one transaction."""

    async def order(self, order_no: str) -> Order | None: ...

    async def order_by_platform_id(self, source: str, platform_id: str) -> Order | None:
        """The order that ``source`` knows by this key of its own."""
        ...

    async def orders_of_buyer(self, buyer_id: str, limit: int = 20) -> list[Order]:
        """Those of a platform's buyer that no conversation has yet, newest first."""
        ...

    async def find_orders(self, wanted: OrderFilter, after: str = "", limit: int = 100) -> OrderPage:
        """In order of number, a page at a time."""
        ...

    async def take_order_events(
        self,
        events: Sequence[OrderEvent],
        bot_staff_id: str,
        at: datetime,
        key: IdempotencyKey | None = None,
        red_flag: RedFlag = "every_sale",
    ) -> list[EventResult]:
        """Apply each event to its order as it is stored now; one result per event, bad ones do not undo good ones.

        A delivery known by source and id is ignored. The same ``key`` and body again gives the results of the first
        time and changes nothing; raises KeyReused for another body. Stock is freed, notes and flags queued for the
        platform, and reminders counted as paid, in the same transaction. Big batches are cut by the caller (500).
        """
        ...

    async def add_note(
        self, order_no: str, note: Note, at: datetime, key: IdempotencyKey | None = None
    ) -> Order | None:
        """The order with its new note (not twice for one key), or None when there is no such order."""
        ...

    async def bind_order(self, order_no: str, conversation_id: str, at: datetime, how: str) -> bool:
        """Give an order to a stored conversation; False when unknown or another one's. ``how`` goes to the log."""
        ...

    async def overdue_orders(self, before: datetime, limit: int = 500) -> list[str]:
        """Numbers of orders taken in chat, placed before then and still unpaid; oldest first."""
        ...

    async def count_binding_try(self, conversation_id: str, order_no: str, limit: int, at: datetime) -> int | None:
        """Count one try to claim an order by number and phone; its number from 1, None when locked.

        Locked is a conversation and an order after ``limit`` tries each, for a day after the last of them; a binding
        that succeeds forgets them.
        """
        ...

    async def forget(self, before: datetime, at: datetime, limit: int = 5000) -> int:
        """Forget up to ``limit`` each of answers and ids of deliveries older than ``before``, and of locks that ended.

        How many were forgotten; call it again until there are none.
        """
        ...

    # the platform is told

    async def claim_platform(self, worker: str, now: datetime, lease_seconds: float, limit: int) -> list[PlatformRow]:
        """Orders to write back, oldest first, one row per order at most; a lease that ran out is claimed anew."""
        ...

    async def finish_platform(self, row_id: int, at: datetime) -> None:
        """Written."""
        ...

    async def fail_platform(self, row_id: int, error: str, at: datetime, retry_at: datetime | None) -> None:
        """Try again at ``retry_at``, or never (None): a dead letter, counted as ``platform.dead``."""
        ...

    async def dead_platform(self, limit: int = 100) -> list[PlatformRow]: ...

    # reminders

    async def claim_slot(self, claim: SlotClaim, at: datetime) -> bool:
        """Whether this process may run the round: nobody did, and nobody who lives is at it. An unfinished round of a
        dead process is given on; repeating it is harmless, since every order is claimed once a slot."""
        ...

    async def skip_slot(self, claim: SlotClaim, at: datetime) -> bool:
        """Write down that a slot nobody ran was missed; False when it was run or written down before, and in a shop
        that never ran a round."""
        ...

    async def finish_slot(self, claim: SlotClaim, at: datetime, considered: int, reminded: int) -> None: ...

    async def unpaid_page(self, claim: SlotClaim, after: str, limit: int) -> list[Unpaid]:
        """Unpaid orders later than number ``after``; reminders counted as of the claim.

        In order of number, and with every order all others of its conversation, so that one message tells them all;
        the last one is where the next page begins. No order comes twice.
        """
        ...

    async def claim_reminders(
        self,
        claim: SlotClaim,
        reminds: Sequence[Unpaid],
        held_out: Sequence[str],
        calls: Sequence[tuple[str, str]],
        at: datetime,
    ) -> int:
        """Claim each order for the slot and queue one message for each conversation, together; orders claimed.

        What was claimed in this slot before, is unpaid no more, talks to a person by now, or belongs to a chat that
        got its message of this slot is left out. ``held_out``:
        numbers to remember for comparing; ``calls``: number and reason for the phone list.
        """
        ...

    async def calls(self, after: str = "", limit: int = 100) -> list[CallRow]:
        """The phone list: orders still unpaid, in order of number."""
        ...

    async def recovery(self, since: datetime, window_seconds: float) -> Recovery:
        """Counts of orders first claimed for a reminder (or held out) since then."""
        ...


class Platform(Protocol):
    """The shop's platform as far as it takes notes. Raises PlatformError; a call may be repeated without harm."""

    async def read_memo(self, order_no: str) -> Memo | None:
        """As it stands there now; None where the platform does not tell."""
        ...

    async def write_memo(self, order_no: str, memo: Memo, row_id: int) -> None:
        """Put ``memo`` in place of what stands there. ``row_id`` names the write, the same on every try."""
        ...
