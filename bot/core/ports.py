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
from bot.core.ledger import LedgerState, Promised
from bot.core.memos import Memo
from bot.core.messages import Attachment, Language, RenderedButton, Reply, Say
from bot.core.nudges import SlotClaim, Unpaid
from bot.core.order_events import OrderEvent
from bot.core.orders import Note, Order, RedFlag, Status
from bot.core.people import Staff
from bot.core.transcript import Before, Page


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


# --- orders ---


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


# --- people ---


@dataclass(frozen=True, slots=True)
class Topic:
    """The staff group's topic of one conversation."""

    conversation_id: str
    chat_id: int
    thread_id: int
    #: The card with buttons; None: not posted yet.
    card_id: int | None = None
    #: What the card shows by now (a hash); another one is posted or edited in.
    card_shown: str = ""
    #: Sequence number of the newest event that staff have been shown.
    posted_seq: int = 0


@dataclass(frozen=True, slots=True)
class Happened:
    """One stored event."""

    seq: int
    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Unposted:
    """A conversation with people in it, or with a case for them, whose topic lags behind."""

    conversation: Conversation
    #: None: has none yet.
    topic: Topic | None
    #: Newest event stored.
    last_seq: int
    #: When the oldest word of the shopper that staff were not shown came; None: none waits, only the card is old.
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A staff member's message whose fate is known and not yet shown beside it."""

    row_id: int
    ref: str
    state: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A handover sheet (E3): what one shift leaves to the next."""

    sheet_id: str
    #: Shift that ended, and its day.
    shift: str
    day: str
    made_at: datetime
    #: Lines as staff read them.
    lines: tuple[str, ...]
    #: Staff id and moment of who confirmed it; empty and None: nobody yet.
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    #: When the supervisor was told that nobody confirmed it.
    escalated_at: datetime | None = None


class PeopleStore(Protocol):
    """Staff, cases, promises and the staff group's topics; fulfilled by the same object as :class:`Store`.

    What writes is one transaction. Cases, promises and conversations are changed by :meth:`Store.commit` only, whose
    version check makes every claim atomic.
    """

    # staff

    async def put_staff(self, staff: Staff) -> None:
        """Add or replace. Raises Conflict when the Telegram account is another one's."""
        ...

    async def staff(self) -> list[Staff]:
        """All of them, disabled ones too, in order of id."""
        ...

    async def put_link_code(self, staff_id: str, code_hash: str, until: datetime) -> None:
        """A one-time code, in place of an older one; kept as SHA-256 only.

        Raises Conflict when it is an unused code of somebody else, StoreError when nobody has this id.
        """
        ...

    async def link_telegram(self, code_hash: str, telegram_id: int, now: datetime) -> Staff | None:
        """Use a code up: the account is that person's from now on, and nobody else's.

        None, and nothing changed: no such code, too old, or disabled.
        """
        ...

    # conversations and cases

    async def case(self, case_id: str) -> Case | None: ...

    async def open_cases(self, role: str = "", limit: int = 500) -> list[Case]:
        """Not closed, oldest first."""
        ...

    async def cases_due(self, now: datetime, limit: int = 100) -> list[Case]:
        """Cases whose alarm is due, earliest first."""
        ...

    async def held_conversations(self, limit: int = 1000) -> list[Conversation]:
        """Those that wait for a person or that a person owns, longest quiet first."""
        ...

    async def events_after(self, conversation_id: str, seq: int, limit: int = 200) -> list[Happened]: ...

    async def last_events(self, conversation_id: str, limit: int) -> list[Happened]:
        """The newest ones, oldest of them first."""
        ...

    # promises

    async def promises(
        self, *, conversation_id: str = "", order_no: str = "", open_only: bool = False, limit: int = 500
    ) -> list[Promised]:
        """Of the ledger, earliest due first."""
        ...

    async def settle_promise(self, promise_id: str, state: LedgerState, by: str, at: datetime) -> bool:
        """False when there is no such open line."""
        ...

    # satisfaction

    async def ratings(self, since: datetime) -> list[tuple[str, str, int, str]]:
        """Case id, staff id (empty: the bot alone), mark and words."""
        ...

    # the staff group

    async def topic(self, conversation_id: str) -> Topic | None: ...

    async def topic_of(self, chat_id: int, thread_id: int) -> Topic | None: ...

    async def put_topic(self, topic: Topic) -> None:
        """Add or replace the conversation's topic."""
        ...

    async def unposted(self, limit: int = 100) -> list[Unposted]:
        """Conversations staff have to be shown something of: those with waiting words first, oldest words first."""
        ...

    async def marks_due(self, limit: int = 100) -> list[Mark]:
        """Messages of people whose delivery ended and was not shown yet, oldest first."""
        ...

    async def mark_shown(self, row_id: int) -> None: ...

    async def waiting_behind(self, row_id: int, limit: int = 20) -> list[InboxRow]:
        """What came in after this inbox row in its conversation and waits for it, oldest first."""
        ...

    async def sent_ids(self, ref: str) -> list[str]:
        """Platform ids of what was sent to the shopper for a staff message, oldest first."""
        ...

    # handover sheets

    async def put_sheet(self, sheet: Sheet) -> bool:
        """Add or replace; False, and nothing stored, when another process made this shift's sheet before (same shift
        and day, other id), or when it was confirmed before."""
        ...

    async def sheets(self, *, open_only: bool = True) -> list[Sheet]:
        """Oldest first."""
        ...


# --- the shop's page ---


class WebStore(Protocol):
    """What the page's chat needs beside :class:`Store`, by the same object. What writes is one transaction."""

    async def secret(self, name: str) -> bytes:
        """32 random bytes, made when first asked for and the same ever after."""
        ...

    async def claim_outbox_of(self, worker: str, now: datetime, conversation_id: str) -> OutboxRow | None:
        """As :meth:`Store.claim_outbox`, of one conversation, and at once even where a later try was agreed on."""
        ...

    async def keep_words(self, row_id: int, reply: Reply) -> None:
        """What a message says that is written just before it is sent, so that the transcript can tell it."""
        ...

    async def recover_channel(self, channel: str) -> int:
        """At start, before :meth:`Store.recover`: sends whose process died in flight wait again; how many.

        Only for a channel whose receivers drop what they have by its number.
        """
        ...

    async def waiting_among(self, conversation_ids: Sequence[str]) -> list[str]:
        """Those with something to be sent."""
        ...

    async def unhandled(self, conversation_id: str) -> list[InboxRow]:
        """What she sent and nobody has worked on yet, oldest first."""
        ...

    async def transcript(self, conversation_id: str, before: Before | None, limit: int) -> Page:
        """The newest ``limit`` lines, or those older than ``before``."""
        ...


class Pages(Protocol):
    """HTML of our own pages."""

    def page(self, name: str, data: Mapping[str, Any]) -> str:
        """``name`` below the templates folder (``shop/home.html``). Raises :class:`bot.core.errors.TemplateError`."""
        ...


class PhotoRefused(Exception):
    """Not a picture we take; the message names what is wrong with it and may be shown."""


class PhotoKeeper(Protocol):
    """Pictures that shoppers sent, made harmless; each is known within its owner's folder only."""

    async def keep(self, owner: str, content: bytes, photo_id: str = "", at: datetime | None = None) -> str:
        """The picture's id: ``photo_id`` (32 hex digits) where given, else the same for the same picture.

        ``at``: from when on its age counts; None: now. Raises :class:`PhotoRefused`.
        """
        ...

    async def forget(self, before: datetime) -> int:
        """Delete what was kept before then; how many pictures."""
        ...

    def path(self, owner: str, photo_id: str) -> str | None:
        """The file of a kept picture; None when ``owner`` has no such one."""
        ...


class PhotoSource(Protocol):
    """Pictures that still lie with a channel."""

    async def fetch(self, handle: str) -> bytes:
        """The content of a file, by the channel's own id of it. Raises :class:`bot.core.errors.ChannelError`."""
        ...


class Platform(Protocol):
    """The shop's platform as far as it takes notes. Raises PlatformError; a call may be repeated without harm."""

    async def read_memo(self, order_no: str) -> Memo | None:
        """As it stands there now; None where the platform does not tell."""
        ...

    async def write_memo(self, order_no: str, memo: Memo, row_id: int) -> None:
        """Put ``memo`` in place of what stands there. ``row_id`` names the write, the same on every try."""
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
