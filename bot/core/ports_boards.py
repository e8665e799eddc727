"""What the desk's boards need of the store, beside :mod:`bot.core.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.core.calls import CallTick, Reminded, SlotRun
from bot.core.orders import Order
from bot.core.quick_replies import QuickReply
from bot.core.staff_numbers import Deal


class QuickStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. What writes is one transaction."""

    async def quick_replies(self, owners: Sequence[str]) -> list[QuickReply]:
        """Most used first."""
        ...

    async def quick_reply(self, quick_id: int) -> QuickReply | None: ...

    async def put_quick_reply(self, reply: QuickReply) -> bool:
        """Add (id 0) or replace owner, name, words and pictures; False where the owner has that name.

        Nothing is stored then.
        """
        ...

    async def quick_pictures(self) -> set[str]:
        """Ids of all pictures that any of them has."""
        ...

    async def drop_quick_reply(self, quick_id: int) -> None: ...

    async def count_quick_reply(self, quick_id: int, at: datetime) -> None:
        """It was used."""
        ...


class CallStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. What writes is one transaction."""

    async def slots_of(self, day: date) -> list[SlotRun]:
        """Reminder rounds of a day that were run, or missed, earliest first."""
        ...

    async def reminded(self, since: datetime, limit: int = 200) -> list[Reminded]:
        """Orders claimed by a round since then, newest first."""
        ...

    async def call_ticks(self, order_nos: Sequence[str]) -> dict[str, CallTick]:
        """The newest tick of each order that has one."""
        ...

    async def put_call_tick(self, tick: CallTick) -> None: ...


class NumbersStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`."""

    async def received(self, since: datetime, until: datetime) -> list[tuple[str, str]]:
        """Staff id and conversation, once each, of whoever spoke where in that time."""
        ...

    async def deals(self, since: datetime, until: datetime) -> list[Deal]:
        """Orders paid in that time that were not given back."""
        ...


class SearchStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. All of it is bounded: what changed lately."""

    async def find_words(self, words: str, before: datetime, limit: int) -> list[tuple[str, int]]:
        """Conversation and number of events whose text may hold ``words``, newest first."""
        ...

    async def find_talks(self, words: str, before: datetime, limit: int) -> list[str]:
        """Conversations whose shopper is called so, newest first."""
        ...

    async def find_orders_like(self, words: str, before: datetime, limit: int) -> list[Order]:
        """Orders whose number begins so, then those of chats in which it stands anywhere."""
        ...
