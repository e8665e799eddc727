"""Erase a person: nothing readable of her stays, neither in the database nor in the files beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from bot.core.erasure import ERASED, Person, digits, hindrances
from bot.core.errors import XiaoerError
from bot.core.photos import owner_of
from bot.core.ports import Clock
from bot.core.ports_keep import EraseStore, PhotoEraser, SmsEraser, Sought

_CHAT = re.compile(r"-?[0-9]{1,20}")
_LEAST_DIGITS = 7
#: An order, its conversation, the orders of that one …: nobody's are linked farther than this.
_ROUNDS = 10


class NotErased(XiaoerError):
    """She was not erased."""


class Photos(PhotoEraser, Protocol):
    async def count(self, owner: str) -> int:
        """Pictures of an owner."""
        ...


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased, or would be."""

    person: Person
    photos: int
    #: Rows deleted or emptied; 0: nothing was done yet.
    rows: int = 0
    messages: int = 0


class Erase:
    def __init__(
        self, store: EraseStore, photos: Photos, sms: SmsEraser, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._store = store
        self._photos = photos
        self._sms = sms
        self._clock = clock
        self._new_id = new_id

    async def find(self, who: str) -> Person:
        """Who is meant by a conversation, an order number, a phone or a Telegram chat; ``phone:…`` and ``order:…`` say
        which. Raises NotErased when that is nobody."""
        for sought in _meanings(who.strip()):
            person = await self._whole(sought)
            if person.known:
                return person
        raise NotErased(
            f"nobody is known by {who}: give a conversation (web:…, telegram:…), an order number or a phone"
        )

    async def preview(self, person: Person) -> Erasure:
        return Erasure(person, sum([await self._photos.count(owner_of(talk.id)) for talk in person.talks]))

    async def __call__(self, person: Person, by: str, *, force: bool = False) -> Erasure:
        """Raises NotErased with what stands in the way; ``force`` overrides all of it but what is on its way now."""
        if person.busy:
            raise NotErased("a message of hers is being handled at this very moment; try again in a minute")
        against = [] if force else list(hindrances(person))
        if against:
            raise NotErased("; ".join([*against, "--force erases her all the same"]))
        # Files first: what is broken off is found again by its rows.
        photos = sum([await self._photos.erase(owner_of(talk.id)) for talk in person.talks])
        messages = await self._sms.erase(person.phones)
        left = f"{ERASED}:{self._new_id()}"
        rows = await self._store.erase_person(person, left, by, self._clock.now())
        await self._store.compact()
        return Erasure(person, photos, rows, messages)

    async def finish(self) -> bool:
        """Wipe what an erasure that was broken off left in the file; whether there was one."""
        due = await self._store.compact_due()
        if due:
            await self._store.compact()
        return due

    async def _whole(self, sought: Sought) -> Person:
        """With the other orders and conversations of whoever is found."""
        person = Person()
        for _ in range(_ROUNDS):
            before, person = sought, await self._store.find_person(sought)
            sought = replace(
                sought,
                talks=_all(talk.id for talk in person.talks),
                orders=_all(order.order_no for order in person.orders),
                buyers=person.buyers,
            )
            talks = [order.conversation_id for order in person.orders if order.conversation_id]
            sought = replace(sought, talks=_all([*sought.talks, *talks]))
            if sought == before:
                break
        return person


def _all(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _meanings(who: str) -> list[Sought]:
    """What it may be, the most certain first."""
    kind, _, rest = who.partition(":")
    if kind == "phone":
        return [Sought(phones=(digits(rest),))] if len(digits(rest)) >= _LEAST_DIGITS else []
    if kind == "order":
        return [Sought(orders=(rest,))]
    if rest:
        return [Sought(talks=(who,))]
    found = [Sought(orders=(who,))] if who else []
    if _CHAT.fullmatch(who):
        found.append(Sought(talks=(f"telegram:{who}",)))
    if len(digits(who)) >= _LEAST_DIGITS and not re.search(r"[A-Za-z]", who):
        found.append(Sought(phones=(digits(who),)))
    return found
