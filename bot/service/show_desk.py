"""What the agents' desk shows: the queue, and one conversation with all that belongs to it. Reads only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.case_effects import Context
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.desk_lines import DeskLine, Who, desk_lines, last_question, last_words
from bot.core.desk_queue import VIEWS, Matter, Queued, View, in_order, in_view, queued
from bot.core.discretion import Discretion, discretion, knows, looks_at
from bot.core.ledger import Promised
from bot.core.orders import Order
from bot.core.people import Staff
from bot.core.ports import Clock, Store
from bot.core.ports_desk import DeskStore, Glance
from bot.core.ports_people import PeopleStore
from bot.core.snooze import CHOICES, Choice, time_of
from bot.service.suggest import Suggest

#: Events of one conversation that are shown at first, and at most.
LINES = 300
MOST_LINES = 5_000
MOST_PROMISES = 50
#: Rows of the queue.
ROWS = 200


class DeskRooms(Store, PeopleStore, DeskStore, Protocol):
    """All sides of the store that the desk reads."""


@dataclass(frozen=True, slots=True)
class Row:
    item: Queued
    who: Who
    staff_id: str
    words: str


@dataclass(frozen=True, slots=True)
class Queue:
    rows: tuple[Row, ...]
    counts: Mapping[View, int]
    now: datetime
    #: When the next one that is put aside comes back; None: none is.
    next_back: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """One conversation, as one person of the staff may see it."""

    talk: Conversation
    lines: tuple[DeskLine, ...]
    #: Older events are not shown.
    more: bool
    orders: tuple[Order, ...]
    #: Open matters, then closed ones; each oldest first.
    matters: tuple[Matter, ...]
    promises: tuple[Promised, ...]
    discretion: Discretion
    #: Differs once anything of it changed.
    mark: str
    now: datetime
    #: Until when she may put it aside by one click: name of the choice, and the time.
    later: tuple[tuple[Choice, datetime], ...] = ()


class ShowDesk:
    def __init__(
        self, store: DeskRooms, context: Callable[[], Awaitable[Context]], suggest: Suggest, clock: Clock
    ) -> None:
        self._store = store
        self._context = context
        self._suggest = suggest
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    async def names(self) -> Mapping[str, str]:
        """Staff id -> name."""
        return {person.staff_id: person.name for person in (await self._context()).duty.staff}

    async def mark(self, conversation_id: str) -> str:
        return await self._store.talk_mark(conversation_id)

    # --- the queue ---

    async def queue(self, staff: Staff, view: View) -> Queue:
        context, matters = await self._context(), await self._matters()
        glances = dict[str, Glance]()
        for kind in ("held", "snoozed"):
            for glance in await self._store.glances(kind, limit=ROWS):
                glances.setdefault(glance.conversation.id, glance)
        missing = [talk_id for talk_id in matters if talk_id not in glances]
        for glance in await self._store.glances_among(missing[:ROWS]):
            glances[glance.conversation.id] = glance
        if view in ("all", "closed"):
            for glance in await self._store.glances("closed" if view == "closed" else "recent", limit=ROWS):
                glances.setdefault(glance.conversation.id, glance)
        now = self._clock.now()
        found = {
            talk_id: queued(
                staff, glance.conversation, _with_books(matters.get(talk_id, []), context), glance.changed_at, now
            )
            for talk_id, glance in glances.items()
            if looks_at(staff, matters.get(talk_id, []))
        }
        counts = {name: sum(in_view(item, name, staff) for item in found.values()) for name in VIEWS}
        shown = in_order((item for item in found.values() if in_view(item, view, staff)), view)[:ROWS]
        rows = tuple(_row(item, glances[item.talk.id]) for item in shown)
        backs = [item.until for item in found.values() if item.until]
        return Queue(rows, counts, now, min(backs, default=None))

    async def _matters(self) -> dict[str, list[Case]]:
        found = dict[str, list[Case]]()
        for case in await self._store.open_cases():
            found.setdefault(case.conversation_id, []).append(case)
        return found

    # --- one conversation ---

    async def allowed(self, staff: Staff, conversation_id: str) -> Conversation | None:
        """None where there is no such one, and where she may not look at it: which of both is not told."""
        loaded = await self._store.load(conversation_id, conversation_id.partition(":")[0])
        if not loaded.version or not looks_at(staff, loaded.cases):
            return None
        return loaded.conversation

    async def sight(self, staff: Staff, conversation_id: str, lines: int = LINES) -> Sight | None:
        if await self.allowed(staff, conversation_id) is None:
            return None
        # Before what it stands for: what comes in between is shown twice rather than not at all.
        mark = await self._store.talk_mark(conversation_id)
        loaded = await self._store.load(conversation_id, conversation_id.partition(":")[0])
        talk, context = loaded.conversation, await self._context()
        cases = sorted(await self._store.cases(conversation_id), key=lambda case: not case.open)
        matters = _with_books(cases, context)
        shown = knows(staff, talk, loaded.cases)
        hiding = discretion(shown, talk, loaded.orders, matters)
        wanted = max(1, min(lines, MOST_LINES))
        happened = await self._store.last_events(conversation_id, wanted)
        states = await self._store.states_of_words(conversation_id)
        now = self._clock.now()
        return Sight(
            talk=talk,
            lines=desk_lines(happened, states, hiding, talk.channel),
            more=bool(happened) and happened[0].seq > 1,
            orders=loaded.orders,
            matters=tuple(matters),
            promises=tuple(await self._store.promises(conversation_id=conversation_id, limit=MOST_PROMISES)),
            discretion=hiding,
            mark=mark,
            now=now,
            later=_later(staff, context, now),
        )

    async def promise(self, conversation_id: str, promise_id: str) -> Promised | None:
        """None: it is of another conversation, or of none."""
        lines = await self._store.promises(conversation_id=conversation_id, limit=MOST_PROMISES)
        return next((line for line in lines if line.promise_id == promise_id), None)

    async def said_before(self, conversation_id: str, ref: str) -> bool:
        """Whether a person's message of this name is on its way, or was."""
        return ref in await self._store.states_of_words(conversation_id, 20)

    async def suggestions(self, staff: Staff, conversation_id: str) -> tuple[str, ...] | None:
        """Replies the knowledge would give to her last question; None: she may not look at it."""
        talk = await self.allowed(staff, conversation_id)
        if talk is None:
            return None
        question = last_question(await self._store.last_events(conversation_id, 60))
        return self._suggest(talk, question, self._clock.now()) if question else ()


def _later(staff: Staff, context: Context, now: datetime) -> tuple[tuple[Choice, datetime], ...]:
    local = now.astimezone(context.duty.zone)
    times = [(choice, time_of(choice, staff, context.duty, local)) for choice in CHOICES]
    return tuple((choice, at) for choice, at in times if at is not None)


def _with_books(cases: list[Case], context: Context) -> list[Matter]:
    return [(case, context.book(case)) for case in cases]


def _row(item: Queued, glance: Glance) -> Row:
    # A list is read over the shoulder: of nobody her phone or address, whoever has the chat.
    who, staff_id, words = last_words(item.talk, glance.last, discretion(False, item.talk, (), ()))
    return Row(item, who, staff_id, words)
