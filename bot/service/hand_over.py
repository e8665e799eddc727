"""People take conversations over, talk in them, and give them back; every act is one commit."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import events as e
from bot.core import ownership
from bot.core.case_effects import Context, goods_fen
from bot.core.conversation import Conversation
from bot.core.errors import Conflict
from bot.core.forbidden import forbidden_in
from bot.core.messages import Attachment, Language, Reply
from bot.core.move import Move
from bot.core.offers import Offer, beyond, offers_in
from bot.core.orders import Flag, Note, with_note
from bot.core.ownership import Done, HeldBy, Refused
from bot.core.people import Staff
from bot.core.promises import NOBODY, most_percent
from bot.service.staff_acts import Acts

log = logging.getLogger(__name__)

#: Events of a conversation in which an edited message is looked for.
_EVENTS = 5_000


@dataclass(frozen=True, slots=True)
class Warned:
    """Not sent. ``forbidden``: it holds a phrase of the list (E6); ``beyond``: it promises more than she may grant;
    ``nobody``: more than anybody may."""

    kind: str
    #: The phrase, or the words of the promise.
    what: str
    #: Who may grant it; of what nobody may, the most that somebody may. Empty for a forbidden phrase.
    role: str = ""


def _warned(offer: Offer, role: str, context: Context) -> Warned:
    if role != NOBODY:
        return Warned("beyond", offer.words, role)
    most = most_percent(context.shop.promises, offer.kind)
    return Warned("nobody", offer.words, f"{most}%" if most else "—")


#: None: this message was handled before.
Answer = Done | HeldBy | Refused | Warned | None


class HandOver:
    """``forbidden``: phrases by language that staff are warned of before they are sent."""

    def __init__(self, acts: Acts, forbidden: Mapping[Language, Sequence[str]], silence_minutes: float = 30) -> None:
        self._acts = acts
        self._forbidden = forbidden
        self._silence = timedelta(minutes=silence_minutes)

    async def take(self, conversation_id: str, channel: str, staff: Staff, inbox_id: int | None = None) -> Answer:
        return await self._acts.act(
            conversation_id, channel, lambda move, context: ownership.take(move, staff, context), inbox_id
        )

    async def say(
        self,
        conversation_id: str,
        channel: str,
        staff: Staff,
        text: str,
        media: tuple[Attachment, ...] = (),
        ref: str = "",
        inbox_id: int | None = None,
        *,
        sure: bool = False,
    ) -> Answer:
        """Send a person's message to the shopper. ``sure``: she was warned of a forbidden phrase and means it."""

        def decide(move: Move, context: Context) -> Answer:
            warned = self._warning(move, staff, text, context, sure=sure)
            return warned or ownership.speak(move, staff, text, media, ref, context)

        return await self._acts.act(conversation_id, channel, decide, inbox_id)

    async def ask_approval(
        self,
        conversation_id: str,
        channel: str,
        staff: Staff,
        text: str,
        media: tuple[Attachment, ...] = (),
        ref: str = "",
        inbox_id: int | None = None,
    ) -> Answer:
        """Put a message that promises beyond her authority before the role that may grant it; sent once approved."""

        def decide(move: Move, context: Context) -> Answer:
            offer = self._beyond(move, staff, text, context)
            if offer is None:
                return ownership.speak(move, staff, text, media, ref, context)
            if offer[1] == NOBODY:
                return _warned(*offer, context)
            return ownership.ask_approval(move, staff, text, offer[0], offer[1], context, media)

        return await self._acts.act(conversation_id, channel, decide, inbox_id)

    async def edit(
        self, conversation_id: str, channel: str, staff: Staff, text: str, ref: str, inbox_id: int | None = None
    ) -> Answer:
        """A person changed a message that she had sent, named by ``ref``; nobody changes what a colleague said."""
        author = await self._author(conversation_id, ref)

        def decide(move: Move, context: Context) -> Answer:
            talk = move.conversation
            if not staff.active:
                return Refused("disabled")
            if talk.owner == "agent" and talk.agent_id != staff.staff_id:
                return HeldBy(talk.agent_id)
            if author != staff.staff_id:
                return Refused("not_yours" if author else "unknown")
            warned = self._warning(move, staff, text, context, sure=False)
            if warned is not None:
                return warned
            move.happen(e.StaffEdited(staff.staff_id, text, ref))
            move.told.append(Reply(text, by=staff.staff_id, ref=ref, edits=True))
            return Done()

        return await self._acts.act(conversation_id, channel, decide, inbox_id)

    async def note(
        self, conversation_id: str, channel: str, staff: Staff, text: str, inbox_id: int | None = None, ref: str = ""
    ) -> Answer:
        return await self._acts.act(
            conversation_id, channel, lambda move, _: ownership.note(move, staff, text, ref), inbox_id
        )

    async def give_back(self, conversation_id: str, channel: str, staff: Staff, inbox_id: int | None = None) -> Answer:
        return await self._acts.act(
            conversation_id, channel, lambda move, context: ownership.give_back(move, staff, context), inbox_id
        )

    async def close(self, conversation_id: str, channel: str, staff: Staff, inbox_id: int | None = None) -> Answer:
        return await self._acts.act(
            conversation_id, channel, lambda move, context: ownership.close(move, staff, context), inbox_id
        )

    async def put_aside(self, conversation_id: str, channel: str, staff: Staff, until: datetime) -> Answer:
        return await self._acts.act(
            conversation_id, channel, lambda move, context: ownership.put_aside(move, staff, until, context)
        )

    async def look_again(self, conversation_id: str, channel: str, staff: Staff) -> Answer:
        return await self._acts.act(conversation_id, channel, lambda move, _: ownership.look_again(move, staff))

    async def order_note(
        self,
        conversation_id: str,
        channel: str,
        staff: Staff,
        order_no: str,
        text: str,
        flag: Flag | None = None,
        inbox_id: int | None = None,
        ref: str = "",
    ) -> Answer:
        """Write on an order of this conversation; a flag given by a person holds (A10)."""

        def decide(move: Move, context: Context) -> Answer:
            order = next((order for order in move.orders if order.order_no == order_no), None)
            if not staff.active or order is None:
                return Refused("unknown" if staff.active else "disabled")
            noted = with_note(order, Note(text, staff.staff_id, move.now, flag))
            move.put_order(noted if flag is None else replace(noted, flag=flag))
            move.happen(e.StaffNoted(staff.staff_id, f"{order_no}: {text}", move.now.isoformat(), ref))
            return Done()

        return await self._acts.act(conversation_id, channel, decide, inbox_id)

    async def give_back_silent(self, now: datetime) -> int:
        """Conversations whose person has been silent for too long go on; how many."""
        count = 0
        gone = {person.staff_id for person in await self._acts.store.staff() if not person.active}
        for talk in await self._acts.store.held_conversations():
            quiet = _quiet(now, talk.last_at, talk.person_spoke_at, talk.snoozed_until) >= self._silence
            if talk.owner == "agent" and (quiet or talk.agent_id in gone):
                count += await self._left_alone(talk)
        return count

    async def _left_alone(self, talk: Conversation) -> bool:
        try:
            return bool(await self._acts.act(talk.id, talk.channel, self._leave))
        except Conflict:
            return False  # somebody is talking at this very moment
        except Exception as error:
            # One conversation that cannot be dealt with must not hold up all others.
            log.error("the silence in %s was not ended: %s", talk.id, type(error).__name__)
            return False

    def _leave(self, move: Move, context: Context) -> bool:
        return ownership.left_alone(move, self._silence, context)

    async def _author(self, conversation_id: str, ref: str) -> str:
        """Whose message it is; empty: no such one was passed on here lately."""
        for one in reversed(await self._acts.store.last_events(conversation_id, _EVENTS) if ref else ()):
            if isinstance(one.event, e.StaffSpoke) and one.event.ref == ref:
                return one.event.staff_id
        return ""

    def _warning(self, move: Move, staff: Staff, text: str, context: Context, *, sure: bool) -> Warned | None:
        phrase = None if sure else forbidden_in(text, self._forbidden)
        if phrase is not None:
            return Warned("forbidden", phrase)
        offer = self._beyond(move, staff, text, context)
        return _warned(*offer, context) if offer else None

    def _beyond(self, move: Move, staff: Staff, text: str, context: Context) -> tuple[Offer, str] | None:
        shop = context.shop
        running = [promotion for promotion, _ in shop.running(move.now)]
        sum_fen = goods_fen(move, shop)
        return beyond(
            shop.promises, staff.roles, offers_in(text), sum_fen, logistics=shop.logistics, promotions=running
        )


def _quiet(now: datetime, *moments: datetime | None) -> timedelta:
    words = [moment for moment in moments if moment]
    return now - max(words) if words else timedelta(0)
