"""What the inside needs of the outside. Adapters fulfil these; services receive them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.core.case_keys import Earlier
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.events import Event
from bot.core.ledger import Promised
from bot.core.messages import Attachment, Language, RenderedButton, Reply, Say
from bot.core.orders import Note, Order


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
    #: Cases that are not closed, oldest first.
    cases: tuple[Case, ...] = ()


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
    #: New lines of the ledger. Those open without an order go over to the order this turn places, in the same commit.
    promised: tuple[Promised, ...] = ()


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
    #: Empty: ``reply`` is sent as it is. ``reminder``: it is written just before sending, from the order ``ref``.
    #: ``person``: sent whoever owns the conversation; ``ref`` names the person's message, empty for what she decided.
    kind: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a message written just before sending said, stored with its recorded delivery."""

    event: Event
    #: The new note of every order it told; their flags turn as A10 says.
    note: Note
    #: Orders it told; what was queued with them and lost its reason meanwhile is not among them.
    order_nos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A message that was written just before sending."""

    reply: Reply
    told: Told


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

        Rows of a conversation that a person owns by now are dropped instead: no bot send starts after a takeover, not
        even when the bot has the conversation again by then. What a person said is never dropped.
        So are reminders of orders that are unpaid no more, of shoppers who opted out, and those that waited too long.
        """
        ...

    async def record_delivery(
        self, row_id: int, outcome: Outcome, at: datetime, platform_id: str = "", told: Told | None = None
    ) -> None:
        """What became of a send. ``told``, of a reminder that was sent: its event, note and flag in the same commit."""
        ...

    async def queued(self, channels: Sequence[str]) -> bool:
        """Whether anything waits to be sent on ``channels``, now or later."""
        ...

    async def silenced(self, conversation_id: str) -> bool:
        """Whether the bot may not speak: a person owns the conversation, or closed it. Answered without a pause, so
        that nothing can be committed between the answer and what the caller does next."""
        ...

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

    async def earlier_case(self, case_id: str, key: str) -> Earlier | None:
        """The first case that took ``key`` (:mod:`bot.core.case_keys`) before this one did; None: there is none."""
        ...

    async def outbox(self, conversation_id: str) -> list[tuple[OutboxRow, str]]:
        """Every message ever queued to a conversation with its state, oldest first."""
        ...

    async def ready(self) -> bool:
        """Whether a write would succeed now."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Rows by table and state for /metrics, e.g. ``inbox.waiting``, ``outbox.uncertain``."""
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


class StaffRoom(Protocol):
    """The staff's group with topics. Raises TopicGone, RetryLater, Rejected, Unreachable or Uncertain.

    Whoever posts asks :meth:`wait_seconds` before; answers to people come out of what is kept for them.
    """

    chat_id: int

    def wait_seconds(self, count: int = 1, *, urgent: bool = False) -> float:
        """How long until so many messages may be posted; 0: now."""
        ...

    async def open_topic(self, name: str) -> int:
        """Its thread id. A notice appears in the group: it counts as a post."""
        ...

    async def post(
        self,
        thread_id: int | None,
        text: str,
        buttons: Sequence[RenderedButton] = (),
        *,
        reply_to: int | None = None,
        asks: tuple[int, str] | None = None,
    ) -> int:
        """Id of the message. ``thread_id`` None: the general topic. ``asks``: account and name of who is to reply."""
        ...

    async def post_files(
        self, thread_id: int | None, media: Sequence[Attachment], caption: str, *, conversation_id: str = ""
    ) -> int:
        """One file or one album; id of the first message. Pictures that the shop keeps are those of the conversation.

        Rejected also where one of them is not kept any more; nothing was posted then."""
        ...

    async def edit(self, message_id: int, text: str, buttons: Sequence[RenderedButton] = ()) -> bool:
        """False: that message is gone."""
        ...

    async def edit_buttons(self, message_id: int, buttons: Sequence[RenderedButton]) -> None: ...

    async def react(self, message_id: int, emoji: str) -> None: ...

    async def toast(self, query_id: str, text: str, *, alert: bool = False) -> None:
        """Answer to who pressed a button, and nobody else; failures are ignored."""
        ...


#: Rows as they leave for a machine-readable command.
Json = Mapping[str, Any]
