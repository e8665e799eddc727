"""What people's work needs of the store: staff, cases, promises, topics and sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.events import Event
from bot.core.ledger import LedgerState, Promised
from bot.core.people import Staff
from bot.core.ports import InboxRow


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
