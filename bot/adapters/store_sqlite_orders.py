"""The part of the SQLite store that keeps orders and reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.adapters import store_nudges as nudges
from bot.adapters import store_orders as orders
from bot.adapters.store_rows import error_text, to_ms
from bot.adapters.store_threads import StoreThreads
from bot.core.binding import LOCK_LASTS
from bot.core.nudges import SlotClaim, Unpaid
from bot.core.order_events import OrderEvent
from bot.core.orders import Note, Order, RedFlag
from bot.core.ports_orders import CallRow, EventResult, IdempotencyKey, OrderFilter, OrderPage, PlatformRow, Recovery

_MILLISECOND = timedelta(milliseconds=1)


class SqliteOrders(StoreThreads):
    """Fulfils :class:`bot.core.ports_orders.OrderStore` on the file and the threads of the store that extends it."""

    # --- orders ---

    async def order(self, order_no: str) -> Order | None:
        return self._read(orders.load_order, order_no)

    async def order_by_platform_id(self, source: str, platform_id: str) -> Order | None:
        return self._read(orders.load_by_platform_id, source, platform_id)

    async def orders_of_buyer(self, buyer_id: str, limit: int = 20) -> list[Order]:
        return self._read(orders.orders_of_buyer, buyer_id, limit)

    async def find_orders(self, wanted: OrderFilter, after: str = "", limit: int = 100) -> OrderPage:
        found = await self._read_slowly(
            orders.orders_page, wanted.status, wanted.since, wanted.conversation_id, after, limit + 1
        )
        page = tuple(found[:limit])
        return OrderPage(page, page[-1].order_no if len(found) > limit else "")

    async def take_order_events(
        self,
        events: Sequence[OrderEvent],
        bot_staff_id: str,
        at: datetime,
        key: IdempotencyKey | None = None,
        red_flag: RedFlag = "every_sale",
    ) -> list[EventResult]:
        # Every moment in the zone of the shop's clock, as people will read it.
        local = tuple(e if e.at.tzinfo is None else replace(e, at=e.at.astimezone(at.tzinfo)) for e in events)
        sale = orders.Sale(bot_staff_id, red_flag)
        return await self._write(partial(orders.take_order_events, events=local, sale=sale, at_ms=to_ms(at), key=key))

    async def add_note(
        self, order_no: str, note: Note, at: datetime, key: IdempotencyKey | None = None
    ) -> Order | None:
        return await self._write(partial(orders.add_note, order_no=order_no, note=note, at_ms=to_ms(at), key=key))

    async def bind_order(self, order_no: str, conversation_id: str, at: datetime, how: str) -> bool:
        bind = partial(orders.bind_order, order_no=order_no, conversation_id=conversation_id, at_ms=to_ms(at), how=how)
        return await self._write(bind)

    async def overdue_orders(self, before: datetime, limit: int = 500) -> list[str]:
        return await self._read_slowly(orders.overdue, to_ms(before), limit)

    async def count_binding_try(self, conversation_id: str, order_no: str, limit: int, at: datetime) -> int | None:
        moment = {"at_ms": to_ms(at), "since_ms": to_ms(at - LOCK_LASTS)}
        return await self._write(
            partial(
                orders.count_binding_try, conversation_id=conversation_id, order_no=order_no, limit=limit, at=moment
            )
        )

    async def forget(self, before: datetime, at: datetime, limit: int = 5000) -> int:
        since_ms = to_ms(at - LOCK_LASTS)
        return await self._write(partial(orders.forget, before_ms=to_ms(before), since_ms=since_ms, limit=limit))

    # --- the platform is told ---

    async def claim_platform(self, worker: str, now: datetime, lease_seconds: float, limit: int) -> list[PlatformRow]:
        claim = {
            "worker": worker,
            "now_ms": to_ms(now),
            "lease_until_ms": to_ms(now + timedelta(seconds=lease_seconds)),
            "limit": limit,
        }
        return await self._write(partial(orders.claim_platform, claim=claim))

    async def finish_platform(self, row_id: int, at: datetime) -> None:
        await self._finish_platform(row_id, "sent", "", at)

    async def fail_platform(self, row_id: int, error: str, at: datetime, retry_at: datetime | None) -> None:
        if retry_at is None:
            await self._finish_platform(row_id, "dead", error_text(error), at)
        else:
            row = {"id": row_id, "error": error_text(error), "retry_ms": to_ms(retry_at)}
            await self._write(partial(orders.retry_platform, row=row))

    async def _finish_platform(self, row_id: int, state: str, error: str, at: datetime) -> None:
        row = {"id": row_id, "state": state, "error": error, "at_ms": to_ms(at)}
        await self._write(partial(orders.finish_platform, row=row))

    async def dead_platform(self, limit: int = 100) -> list[PlatformRow]:
        return await self._read_slowly(orders.dead_platform, limit)

    # --- reminders ---

    async def claim_slot(self, claim: SlotClaim, at: datetime) -> bool:
        session = self._session()
        job = partial(
            nudges.claim_slot,
            slot=nudges.slot_params(claim),
            session=session,
            token=session.hold(),
            at_ms=to_ms(at),
        )
        return await self._write(job)

    async def skip_slot(self, claim: SlotClaim, at: datetime) -> bool:
        return await self._write(partial(nudges.skip_slot, slot=nudges.slot_params(claim), at_ms=to_ms(at)))

    async def finish_slot(self, claim: SlotClaim, at: datetime, considered: int, reminded: int) -> None:
        counted = {"at_ms": to_ms(at), "considered": considered, "reminded": reminded}
        await self._write(partial(nudges.finish_slot, slot={**nudges.slot_params(claim), **counted}))

    async def unpaid_page(self, claim: SlotClaim, after: str, limit: int) -> list[Unpaid]:
        pending_ms = to_ms(claim.pending_since)
        return await self._read_slowly(nudges.unpaid_page, nudges.slot_params(claim), pending_ms, after, limit)

    async def claim_reminders(
        self,
        claim: SlotClaim,
        reminds: Sequence[Unpaid],
        held_out: Sequence[str],
        calls: Sequence[tuple[str, str]],
        at: datetime,
    ) -> int:
        job = partial(
            nudges.claim_reminders, claim=claim, reminds=reminds, held_out=held_out, calls=calls, at_ms=to_ms(at)
        )
        return await self._write(job)

    async def calls(self, after: str = "", limit: int = 100) -> list[CallRow]:
        return await self._read_slowly(nudges.calls, after, limit)

    async def recovery(self, since: datetime, window_seconds: float) -> Recovery:
        window_ms = timedelta(seconds=window_seconds) // _MILLISECOND
        return await self._read_slowly(nudges.recovery, to_ms(since), window_ms)
