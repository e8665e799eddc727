"""Quick replies of the desk: kept, found by what is typed after a slash, filled for one conversation, counted (E7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.core.cases import ROLES
from bot.core.catalogue import Shop
from bot.core.conversation import Conversation
from bot.core.forbidden import forbidden_in
from bot.core.messages import Language
from bot.core.people import Staff
from bot.core.ports import Clock, Store
from bot.core.ports_boards import QuickStore
from bot.core.quick_replies import SHARED, QuickReply, filled, fits, may_change, of_role, owned_by, sees, unfit
from bot.service.learn import may_propose
from bot.service.quick_pictures import QuickPictures

#: Offered at once while typing.
OFFERED = 8


class QuickRooms(Store, QuickStore, Protocol):
    """Both sides of the store."""


@dataclass(frozen=True, slots=True)
class NotKept:
    """``reason``: name of a sentence; ``what``: the phrase that is forbidden."""

    reason: str
    what: str = ""


def may_use(staff: Staff) -> bool:
    """Whoever writes to shoppers."""
    return may_propose(staff)


class QuickReplies:
    def __init__(
        self,
        store: QuickRooms,
        allowed: Callable[[Staff, str], Awaitable[Conversation | None]],
        shop: Callable[[], Shop],
        forbidden: Mapping[Language, Sequence[str]],
        clock: Clock,
        pictures: QuickPictures,
    ) -> None:
        """``allowed``: the conversation, where that person may look at it."""
        self._pictures = pictures
        self._store = store
        self._allowed = allowed
        self._shop = shop
        self._forbidden = forbidden
        self._clock = clock

    async def seen_by(self, staff: Staff) -> list[QuickReply]:
        """Most used first."""
        return await self._store.quick_replies(owners(staff))

    async def save(self, reply: QuickReply, staff: Staff) -> NotKept | None:
        """None: it is kept. A new one, or in place of one that she may change."""
        wanted = replace(reply, changed_by=staff.staff_id, changed_at=self._clock.now(), words=reply.words.strip())
        if not await self._may(staff, wanted):
            return NotKept("role")
        if reason := unfit(wanted):
            return NotKept(reason)
        if phrase := forbidden_in(wanted.words, self._forbidden):
            return NotKept("forbidden", phrase)
        before = await self._store.quick_reply(wanted.quick_id) if wanted.quick_id else None
        if not await self._pictures.keep(staff, wanted.photos, await self._pictures_of(staff)):
            return NotKept("picture")
        if not await self._store.put_quick_reply(wanted):
            await self._pictures.forget(wanted.photos)
            return NotKept("taken")
        await self._pictures.saved(staff)
        await self._pictures.forget(before.photos if before else ())
        return None

    async def drop(self, quick_id: int, staff: Staff) -> NotKept | None:
        before = await self._store.quick_reply(quick_id)
        if before is None or not may_use(staff) or not may_change(staff, before.owner):
            return NotKept("role")
        await self._store.drop_quick_reply(quick_id)
        await self._pictures.forget(before.photos)
        return None

    async def bring(self, staff: Staff, content: bytes) -> str | None:
        """A picture for a quick reply; None: she uses none. Raises PhotoRefused."""
        return await self._pictures.bring(staff, content) if may_use(staff) else None

    async def picture(self, staff: Staff, photo_id: str) -> str | None:
        """Its file; None: there is none, or she sees no quick reply that has it."""
        return self._pictures.path(staff, photo_id, await self._pictures_of(staff))

    async def find(self, staff: Staff, conversation_id: str, typed: str) -> list[QuickReply] | None:
        """With the words filled for that conversation; None: she may not look at it."""
        talk = await self._allowed(staff, conversation_id)
        if talk is None:
            return None
        found = [reply for reply in await self.seen_by(staff) if fits(reply, typed)][:OFFERED]
        if not found:
            return []
        values = await self._values(talk)
        return [replace(reply, words=filled(reply.words, values)) for reply in found]

    async def use(self, staff: Staff, quick_id: int, conversation_id: str) -> list[str] | None:
        """Count it; ids of its pictures, which lie with the conversation now. None: she does not see one of both."""
        reply = await self._store.quick_reply(quick_id)
        if reply is None or not sees(staff, reply.owner) or await self._allowed(staff, conversation_id) is None:
            return None
        await self._store.count_quick_reply(quick_id, self._clock.now())
        return await self._pictures.copy(reply.photos, conversation_id)

    async def _pictures_of(self, staff: Staff) -> set[str]:
        return {photo for reply in await self.seen_by(staff) for photo in reply.photos}

    async def _may(self, staff: Staff, wanted: QuickReply) -> bool:
        if not may_use(staff) or not may_change(staff, wanted.owner):
            return False
        if not wanted.quick_id:
            return True
        before = await self._store.quick_reply(wanted.quick_id)
        return before is not None and may_change(staff, before.owner)

    async def _values(self, talk: Conversation) -> Mapping[str, str]:
        orders = await self._store.orders(talk.id)
        newest = max(orders, key=lambda order: order.created_at, default=None)
        product = self._shop().product_by_id.get(talk.product_id or "")
        return {
            "name": " ".join(talk.name.split()),
            "order_no": newest.order_no if newest else "",
            "product": product.name.get(talk.language) if product else "",
        }


def owners(staff: Staff) -> list[str]:
    """Whose quick replies she sees."""
    return [SHARED, owned_by(staff), *(of_role(role) for role in ROLES if sees(staff, of_role(role)))]
