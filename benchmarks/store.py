"""Rates of the SQLite store on this machine: ``python -m benchmarks.store``."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from bot.core.conversation import fold
from bot.core.events import BotSpoke, Event, ShopperSpoke, TopicAnswered
from bot.core.messages import RenderedButton, Reply
from bot.core.ports import InboxRow, Loaded, OutboxRow, RawUpdate, Turn

IN_FLIGHT = 500
TURNS = 10_000
WAITING = 100_000
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
REPLY = Reply("亲，满 99 元包邮，江浙沪次日达哦~", (RenderedButton("看看新品", "menu.new"),), template="fee")


def update(number: int, conversation: int) -> RawUpdate:
    payload = json.dumps({"update_id": number, "message": {"text": "包邮吗", "chat": {"id": conversation}}})
    return RawUpdate("telegram", str(number), f"telegram:{conversation}", payload, NOW)


def show(what: str, count: int, seconds: float) -> None:
    print(f"{what:36}{count / seconds:10,.0f}/s {seconds / count * 1e6:8.1f} us")


def answer(row: InboxRow, loaded: Loaded) -> Turn:
    happened: tuple[Event, ...] = (
        ShopperSpoke(row.update_id, "text", "包邮吗", "zh", NOW.isoformat()),
        TopicAnswered("logistics.fee"),
        BotSpoke("fee", REPLY.text, ("knowledge/logistics.yaml:12",)),
    )
    return Turn(row.id, loaded.version, fold(loaded.conversation, happened), happened, (REPLY,), NOW)


async def in_flight(count: int, work: Callable[[int], Awaitable[object]]) -> float:
    """Seconds for ``count`` pieces of work, IN_FLIGHT at a time."""
    numbers = iter(range(count))

    async def worker() -> None:
        for number in numbers:
            await work(number)

    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return time.perf_counter() - start


async def whole_way(store: SqliteStore) -> None:
    """Every stage of TURNS messages of as many shoppers, each stage apart."""
    show("take_in, one update a call", TURNS, await in_flight(TURNS, lambda n: store.take_in([update(n, n)])))
    rows = await all_claimed(store)
    turns = [answer(row, await store.load(row.conversation_id, "telegram")) for row in rows]
    show("commit, 3 events and 1 reply", TURNS, await in_flight(TURNS, lambda n: store.commit(turns[n])))

    start = time.perf_counter()
    for row in rows:
        await store.load(row.conversation_id, "telegram")
    show("load", TURNS, time.perf_counter() - start)

    sends = await all_sending(store)
    took = await in_flight(TURNS, lambda n: store.record_delivery(sends[n].id, "sent", NOW, "9"))
    show("record_delivery", TURNS, took)


async def all_claimed(store: SqliteStore) -> list[InboxRow]:
    start, rows = time.perf_counter(), list[InboxRow]()
    while claimed := await store.claim_inbox("w", NOW, 60, IN_FLIGHT):
        rows += claimed
    show(f"claim_inbox, {IN_FLIGHT} a call", len(rows), time.perf_counter() - start)
    return rows


async def all_sending(store: SqliteStore) -> list[OutboxRow]:
    start, rows = time.perf_counter(), list[OutboxRow]()
    while claimed := await store.claim_outbox("w", NOW, ["telegram"], IN_FLIGHT):
        rows += claimed
    show(f"claim_outbox, {IN_FLIGHT} a call", len(rows), time.perf_counter() - start)
    return rows


async def deep_queue(store: SqliteStore) -> None:
    """Claims while WAITING rows wait behind one another in 100 conversations."""
    for first in range(0, WAITING, 5000):
        await store.take_in([update(10_000_000 + first + n, n % 100) for n in range(5000)])
    start = time.perf_counter()
    for _ in range(200):
        (row,) = await store.claim_inbox("w", NOW, 60, 1)
        await store.finish_inbox(row.id, NOW)
    show(f"claim and finish, {WAITING:,} waiting", 200, time.perf_counter() - start)
    start = time.perf_counter()
    await store.counts()
    show(f"counts, {WAITING:,} waiting", 1, time.perf_counter() - start)


async def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # on a disk; a memory file system would flatter
        store = SqliteStore(Path(folder) / "shop.db")
        await store.open()
        try:
            await whole_way(store)
            await deep_queue(store)
        finally:
            await store.close()


if __name__ == "__main__":
    asyncio.run(main())
