"""Search over chats, orders and shoppers: what she may look at, in the words she may see (E8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from bot.core.case_effects import Context
from bot.core.conversation import Conversation
from bot.core.desk_lines import DeskLine, desk_lines
from bot.core.discretion import Discretion, discretion, knows, looks_at
from bot.core.orders import Order
from bot.core.people import Staff, covers
from bot.core.ports import Clock, Store
from bot.core.ports_boards import SearchStore
from bot.core.ports_people import PeopleStore
from bot.service.learn import may_propose

LEAST_CHARS: Final = 2
MOST_CHARS: Final = 60
_FOUND: Final = 60
_SHOWN: Final = 30
#: Events of one message of hers: what it was understood as follows it.
_TURN: Final = 12


class SearchRooms(Store, PeopleStore, SearchStore, Protocol):
    """All sides of the store."""


@dataclass(frozen=True, slots=True)
class FoundLine:
    talk: Conversation
    line: DeskLine


@dataclass(frozen=True, slots=True)
class FoundOrder:
    order: Order
    #: Person, phone and address, as far as they are shown; empty: there are none.
    person: str
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    talks: tuple[Conversation, ...] = ()
    lines: tuple[FoundLine, ...] = ()
    orders: tuple[FoundOrder, ...] = ()


class Search:
    def __init__(self, store: SearchRooms, context: Callable[[], Awaitable[Context]], clock: Clock) -> None:
        self._store = store
        self._context = context
        self._clock = clock

    async def __call__(self, staff: Staff, typed: str) -> Found:
        """Empty for what is too short. A hidden value is found by whoever sees it, or types the whole of it."""
        words = " ".join(typed.split())[:MOST_CHARS]
        if len(words) < LEAST_CHARS:
            return Found()
        before = self._clock.now() + timedelta(days=1)
        looking = _Looking(self._store, await self._context(), staff, words)
        talks = [await looking.talk(one) for one in await self._store.find_talks(words, before, _FOUND)]
        lines = [await looking.line(*one) for one in await self._store.find_words(words, before, _FOUND)]
        orders = [await looking.order(one) for one in await self._store.find_orders_like(words, before, _FOUND)]
        return Found(
            tuple(one for one in talks if one)[:_SHOWN],
            tuple(one for one in lines if one)[:_SHOWN],
            tuple(one for one in orders if one)[:_SHOWN],
        )


class _Looking:
    """One search; a conversation is looked up once."""

    def __init__(self, store: SearchRooms, context: Context, staff: Staff, words: str) -> None:
        self._store = store
        self._context = context
        self._staff = staff
        self._words = words.casefold()
        self._known = dict[str, tuple[Conversation, Discretion] | None]()

    async def talk(self, talk_id: str) -> Conversation | None:
        seen = await self._seen(talk_id)
        return seen[0] if seen else None

    async def line(self, talk_id: str, seq: int) -> FoundLine | None:
        seen = await self._seen(talk_id)
        if seen is None:
            return None
        turn = await self._store.events_after(talk_id, seq - 1, _TURN)
        line = next((one for one in desk_lines(turn, {}, seen[1]) if one.seq == seq), None)
        # What stood only in what is hidden from her is not found: else hidden values could be guessed, bit by bit.
        return FoundLine(seen[0], line) if line and self._words in line.text.casefold() else None

    async def order(self, order: Order) -> FoundOrder | None:
        seen = await self._seen(order.conversation_id) if order.conversation_id else None
        if seen is None and (order.conversation_id or not may_propose(self._staff)):
            return None
        whole = seen[1].open if seen else covers(self._staff.roles, "supervisor")
        home = order.address if whole else order.address.masked()
        person = f"{home.name or ''} {home.phone or ''}".strip()
        place = " ".join(part for part in dict.fromkeys((home.province, home.region, home.detail)) if part)
        goods = " ".join(f"{line.name.zh} {line.name.en} {line.sku}" for line in order.lines)
        shown = f"{order.order_no} {person} {place} {goods} {order.tracking_no}".casefold()
        exact = self._words in {(order.address.phone or "").casefold(), order.order_no.casefold()}
        return FoundOrder(order, person, place) if exact or self._words in shown else None

    async def _seen(self, talk_id: str) -> tuple[Conversation, Discretion] | None:
        if talk_id not in self._known:
            self._known[talk_id] = await self._look(talk_id)
        return self._known[talk_id]

    async def _look(self, talk_id: str) -> tuple[Conversation, Discretion] | None:
        loaded = await self._store.load(talk_id, talk_id.partition(":")[0])
        if not loaded.version or not looks_at(self._staff, loaded.cases):
            return None
        talk = loaded.conversation
        matters = [(case, self._context.book(case)) for case in await self._store.cases(talk_id)]
        shown = knows(self._staff, talk, loaded.cases)
        return talk, discretion(shown, talk, loaded.orders, matters)
