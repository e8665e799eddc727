"""Look up what a message proves about whose an order is, and count the tries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.binding import (
    MAX_TRIES,
    Claim,
    claimed,
    four_digits,
    judge_link,
    judge_phone,
    judge_user,
    order_of_start,
    spellings,
)
from bot.core.conversation import Conversation
from bot.core.messages import Incoming
from bot.core.orders import Order
from bot.core.ports_orders import OrderStore


class BindOrder:
    """``link_secret``: empty where the shop gives out no links."""

    def __init__(self, store: OrderStore, link_secret: bytes = b"") -> None:
        self._store = store
        self._link_secret = link_secret

    async def claim(self, conversation: Conversation, incoming: Incoming, now: datetime) -> Claim | None:
        """What this message proves, for the decision about it; None when it proves and tries nothing.

        Call it once for a message and keep the answer while the message is decided anew: a try by phone is counted, on
        disk, before anything is said about it. An order that is proved is bound by the turn that stores the decision.
        """
        if conversation.owner == "agent":
            return None
        if incoming.kind == "start":
            return await self._by_link(conversation, incoming)
        if conversation.awaiting == "phone4" and conversation.named_order:
            return await self._by_phone(conversation, incoming, now)
        return None

    async def _by_link(self, conversation: Conversation, incoming: Incoming) -> Claim | None:
        order_no = order_of_start(incoming.action, self._link_secret) if self._link_secret else None
        if order_no is None:
            return None
        order = await self._store.order(order_no)
        return claimed(order_no, order, judge_link(order, conversation.id))

    async def _by_phone(self, conversation: Conversation, incoming: Incoming, now: datetime) -> Claim | None:
        digits, order_no = four_digits(incoming.text), conversation.named_order
        if digits is None:
            return None
        # Counted first: of fifty answers at once five are looked at.
        try_no = await self._store.count_binding_try(conversation.id, order_no, MAX_TRIES, now)
        order = await self._named(order_no)
        return claimed(order_no, order, judge_phone(order, conversation.id, digits, try_no))

    async def _named(self, order_no: str) -> Order | None:
        """As she typed it, or as its platform writes it."""
        found = [await self._store.order(spelling) for spelling in spellings(order_no)]
        return next((order for order in found if order is not None), None)

    async def of_user(self, incoming: Incoming) -> tuple[Order, ...]:
        """Orders of the page's user that become this conversation's with the turn, oldest first.

        The user's signature was checked where the message came in (:func:`bot.core.binding.is_signed_user`).
        """
        if not incoming.user_id:
            return ()
        chat = incoming.conversation_id
        found = reversed(await self._store.orders_of_buyer(incoming.user_id))
        hers = (order for order in found if judge_user(order, chat, incoming.user_id) == "bind")
        return tuple(replace(order, conversation_id=chat) for order in hers)
