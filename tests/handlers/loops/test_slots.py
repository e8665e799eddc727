from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from bot.core.orders import Status
from bot.core.ports_orders import IdempotencyKey
from bot.service.close_overdue import CloseOverdue
from bot.service.forget_old import ForgetOld
from bot.service.send_nudges import SendNudges
from handlers.loops.slots import Slots
from tests.adapters.order_samples import BOT, NOW, RULES, unpaid
from tests.adapters.store_samples import answer, order, rows
from tests.fakes import FakeClock
from tests.waiting import until


async def full_shelf() -> Mapping[str, int]:
    return {}


def slots(store: SqliteStore, clock: FakeClock, woken: list[str]) -> Slots:
    return Slots(
        SendNudges(store, full_shelf, RULES),
        CloseOverdue(store, BOT, 72),
        clock,
        forget=ForgetOld(store),
        on_queued=lambda: woken.append("sender"),
        poll_seconds=0.01,
    )


async def test_each_slot_is_run_once_while_the_clock_runs_and_overdue_orders_are_closed(tmp_path: Path) -> None:
    store, clock, woken = SqliteStore(tmp_path / "shop.db"), FakeClock(NOW - timedelta(minutes=2)), list[str]()
    await store.open()
    await unpaid(store)
    turn = answer(None, await store.load("telegram:9", "telegram"))
    await store.commit(replace(turn, orders=(order("OLD", "telegram:9"),)))
    loop = slots(store, clock, woken)
    running = asyncio.create_task(loop.run())
    await asyncio.sleep(0.05)
    assert woken == [], "not due yet"
    clock.advance(180)
    await until(lambda: woken == ["sender"])
    await asyncio.sleep(0.05)
    assert woken == ["sender"]
    ledger = rows(tmp_path / "shop.db", "SELECT at, state FROM slots ORDER BY day, at")
    assert ledger == [("10:00", "missed"), ("16:00", "missed"), ("10:00", "done")]
    clock.advance(72 * 3600)

    async def closed() -> bool:
        stored = await store.order("OLD")
        return stored is not None and stored.status is Status.CLOSED

    await until(closed)
    stored = await store.order("OLD")
    assert stored is not None
    assert stored.history[-1][2] == "deadline"
    other = await store.order("T1")
    assert other is not None
    assert other.status is Status.UNPAID, "a platform closes its own orders"
    assert await store.take_order_events([], BOT, clock.now(), IdempotencyKey("k", "a")) == []
    clock.advance(5 * 86_400)
    await until(lambda: rows(tmp_path / "shop.db", "SELECT count(*) FROM idempotency") == [(0,)])
    loop.stop()
    await running
    await store.close()
