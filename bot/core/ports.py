"""What the inside needs of the outside. Adapters fulfil these; services receive them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.events import Event
from bot.core.messages import Language, Reply, Say
from bot.core.orders import Order


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware, in the shop's zone."""
        ...


class Renderer(Protocol):
    def render(self, say: Say, language: Language, channel: str) -> Reply:
        """Words for ``say``. Raises :class:`bot.core.errors.TemplateError`."""
        ...


# --- store ---


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """What a channel delivered, before anybody looked into it."""

    channel: str
    #: Unique within the channel; a second delivery of it is dropped.
    update_id: str
    #: Messages of one conversation are handled in order of arrival, one at a time.
    conversation_id: str
    #: JSON text exactly as it will be handed to the handler.
    payload: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class InboxRow:
    id: int
    channel: str
    update_id: str
    conversation_id: str
    payload: str
    received_at: datetime
    #: How often this row was claimed before.
    attempts: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that deciding needs of one conversation."""

    conversation: Conversation
    #: Commit refuses when the stored version differs. 0: not stored yet.
    version: int
    #: The shopper's orders, oldest first.
    orders: tuple[Order, ...] = ()
    #: Promotions of kind ``limit`` whose one chance this shopper has used (A5).
    used_promotions: frozenset[str] = frozenset()
    #: Pieces reserved by unpaid and unshipped orders, for the SKUs asked for.
    reserved: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """All that one shopper message changes; stored together or not at all."""

    #: None for turns that no inbox row caused.
    inbox_id: int | None
    version: int
    #: After the fold of ``events``.
    conversation: Conversation
    events: tuple[Event, ...]
    replies: tuple[Reply, ...]
    at: datetime
    orders: tuple[Order, ...] = ()
    cases: tuple[Case, ...] = ()
    #: Ids of ``limit`` promotions this turn's order uses up.
    uses_promotions: tuple[str, ...] = ()
    #: SKU -> (pieces this turn reserves, catalogue stock it must stay within).
    reserves: Mapping[str, tuple[int, int]] = field(default_factory=dict)


#: What became of a send. ``uncertain``: the request left and nothing came back; never repeated by itself.
Outcome = Literal["sent", "uncertain", "unreachable", "rejected", "dropped"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    id: int
    conversation_id: str
    channel: str
    reply: Reply
    created_at: datetime
    attempts: int


class Store(Protocol):
    """Durable state. Every method that writes returns after the data is on disk, and is one transaction."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def take_in(self, updates: Sequence[RawUpdate]) -> int:
        """Store what is new; the number of rows that were."""
        ...

    async def claim_inbox(self, worker: str, now: datetime, lease_seconds: float, limit: int) -> list[InboxRow]:
        """The oldest waiting row of each of up to ``limit`` conversations that have none in work.

        A claim whose lease ran out (its process died) may be claimed again.
        """
        ...

    async def fail_inbox(self, row_id: int, error: str, retry_at: datetime | None) -> None:
        """Give a row back for another try at ``retry_at``, or set it aside for people (None)."""
        ...

    async def finish_inbox(self, row_id: int, at: datetime) -> None:
        """A row that needs no turn (not a shopper's message) is done."""
        ...

    async def load(self, conversation_id: str, channel: str, skus: Iterable[str] = ()) -> Loaded:
        """The conversation as stored, or a fresh one of version 0."""
        ...

    async def reserved(self, skus: Iterable[str]) -> Mapping[str, int]:
        """Pieces reserved by unpaid and unshipped orders; SKUs without any are left out."""
        ...

    async def commit(self, turn: Turn) -> None:
        """Events, conversation, orders, cases and outbox, and the inbox row done, in one transaction.

        Raises Conflict (version moved on), AlreadyHandled (inbox row done before) or OutOfStock.
        """
        ...

    async def claim_outbox(self, worker: str, now: datetime, channels: Sequence[str], limit: int) -> list[OutboxRow]:
        """Mark as being sent, and return, the oldest row of each conversation that has none in flight.

        Rows of a conversation that a person owns by now are dropped instead: no bot send starts after a takeover.
        """
        ...

    async def record_delivery(self, row_id: int, outcome: Outcome, at: datetime, platform_id: str = "") -> None: ...

    async def postpone_outbox(self, row_id: int, until: datetime) -> None:
        """Nothing was sent (429); try again then."""
        ...

    async def recover(self, now: datetime) -> int:
        """At start: sends whose process died in flight become uncertain; how many."""
        ...

    async def events(self, conversation_id: str) -> list[Event]:
        """All events, oldest first."""
        ...

    async def orders(self, conversation_id: str) -> list[Order]: ...

    async def cases(self, conversation_id: str) -> list[Case]: ...

    async def outbox(self, conversation_id: str) -> list[tuple[OutboxRow, str]]:
        """Every message ever queued to a conversation with its state, oldest first."""
        ...

    async def ready(self) -> bool:
        """Whether a write would succeed now."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Rows by table and state for /metrics, e.g. ``inbox.pending``, ``outbox.uncertain``."""
        ...


# --- channels ---


class Channel(Protocol):
    """Sends to one platform. Raises RetryLater, Unreachable, Rejected or Uncertain."""

    name: str

    async def send(self, conversation_id: str, reply: Reply) -> str:
        """Deliver one reply; the platform's id of the (last) message."""
        ...

    async def typing(self, conversation_id: str) -> None:
        """Show that an answer is coming; failures are ignored."""
        ...


#: Rows as they leave for a machine-readable command.
Json = Mapping[str, Any]
