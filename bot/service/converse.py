"""One shopper message: load, understand, decide, render, and one commit for everything it changes."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.core.binding import Claim
from bot.core.errors import AlreadyHandled, Conflict, OutOfStock
from bot.core.messages import Incoming
from bot.core.orders import Order
from bot.core.ports import Clock, InboxRow, Store, Turn
from bot.core.understanding.meaning import Meaning
from bot.service.bind_order import BindOrder
from bot.service.compose import Composed, Composer
from bot.service.look_up import look_up
from bot.service.track_parcels import TrackParcels

#: Topics that ask where something is.
_TRACKED = frozenset({"order.status", "order.urge", "logistics.dispatch"})
#: The same message is decided anew this often when somebody else changed the conversation or took the last piece.
MAX_TRIES = 5


class Converse:
    """Handles messages; safe to call concurrently for different conversations."""

    def __init__(
        self,
        store: Store,
        composer: Composer,
        clock: Clock,
        bind: BindOrder | None = None,
        track: TrackParcels | None = None,
    ) -> None:
        self._store = store
        self._bind = bind
        self._track = track
        self._composer = composer
        self._clock = clock

    async def __call__(self, incoming: Incoming, inbox_id: int | None) -> Composed | None:
        """Store everything this message leads to; None when it was handled before.

        Raises Conflict when the conversation kept changing; the inbox row then stays claimed and is tried again.
        """
        tried: list[Claim | None] = []
        for attempt in range(1, MAX_TRIES + 1):
            try:
                return await self._once(incoming, inbox_id, tried)
            except AlreadyHandled:
                return None
            except (Conflict, OutOfStock):
                if attempt == MAX_TRIES:
                    raise
        return None

    async def apologise(self, row: InboxRow) -> None:
        """The worker set a message aside after its last try: the shopper is told and a person is called."""
        now = self._clock.now()
        loaded = await self._store.load(row.conversation_id, row.channel)
        incoming = Incoming(row.channel, row.conversation_id, row.update_id, now, kind="other")
        composed = self._composer.give_up(loaded.conversation, incoming, now, loaded.cases)
        await self._commit(loaded.version, None, composed, now)

    async def _once(self, incoming: Incoming, inbox_id: int | None, tried: list[Claim | None]) -> Composed:
        now = self._clock.now()
        loaded = await self._store.load(incoming.conversation_id, incoming.channel)
        if self._bind is not None and not tried:
            # Once a message: a try by phone is counted, however often the message is decided anew.
            tried.append(await self._bind.claim(loaded.conversation, incoming, now))
        found = await self._bind.of_user(incoming) if self._bind is not None else ()
        orders = (*loaded.orders, *found)
        meaning = self._composer.read(loaded.conversation, incoming, orders)
        skus = self._composer.skus_in_play(loaded.conversation, meaning, incoming)
        compose = partial(
            self._composer.compose,
            loaded.conversation,
            incoming,
            meaning,
            now,
            orders=orders,
            used_promotions=loaded.used_promotions,
            reserved=await self._store.reserved(skus) if skus else {},
            claim=tried[0] if tried else None,
            cases=loaded.cases,
            parcels=await self._track(orders) if self._track and asks_where(meaning) else None,
        )
        composed = compose()
        if seen := await look_up(self._store, self._composer.shop, composed.decision.cases):
            composed = compose(seen=seen)
        await self._commit(loaded.version, inbox_id, composed, now, found)
        return composed

    async def _commit(
        self, version: int, inbox_id: int | None, composed: Composed, now: datetime, found: tuple[Order, ...] = ()
    ) -> None:
        """``found``: orders that become hers with this turn, whatever else it does."""
        decision = composed.decision
        changed = {order.order_no for order in decision.orders}
        await self._store.commit(
            Turn(
                inbox_id=inbox_id,
                version=version,
                conversation=decision.conversation,
                events=decision.events,
                replies=composed.replies,
                at=now,
                orders=(*(order for order in found if order.order_no not in changed), *decision.orders),
                cases=decision.cases,
                uses_promotions=decision.uses_promotions,
                promised=decision.promised,
                reserves=decision.reserves,
            )
        )


def asks_where(meaning: Meaning) -> bool:
    """Whether couriers are to be asked for the answer."""
    return meaning.topic in _TRACKED or any(part.topic in _TRACKED for part in meaning.parts)
