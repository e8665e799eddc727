"""Rates of the SQLite store on this machine: ``python -m benchmarks.store``."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from bot.core.conversation import Conversation, fold
from bot.core.events import BotSpoke, Event, ShopperSpoke, TopicAnswered
from bot.core.messages import RenderedButton, Reply
from bot.core.ports import InboxRow, RawUpdate, Turn

IN_FLIGHT = 500
TURNS = 10_000
WAITING = 100_000
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
REPLY = Reply("亲，满 99 元包邮，江浙沪次日达哦~", (RenderedButton("看看新品", "menu.new"),), template="fee")


def update(number: int, conversation: int) -> RawUpdate:
    payload = '{"update_id": %d, "message": {"text": "包邮吗", "chat": {"id": 1}}}' % number
    return RawUpdate("telegram", str(number), f"telegram:{conversation}", payload, NOW)


def answer(row: InboxRow, conversation: Conversation, version: int) -> Turn:
    happened: tuple[Event, ...] = (
        ShopperSpoke(row.update_id, "text", "包邮吗", "zh", NOW.isoformat()),
        TopicAnswered("logistics.fee"),
        BotSpoke("fee", REPLY.text, ("knowledge/logistics.yaml:12",)),
    )
    return Turn(row.id, version, fold(conversation, happened), happened, (REPLY,), NOW)


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
    took = await in_flight(TURNS, lambda number: store.take_in([update(number, number)]))
    print(f"take_in, one update a call       {TURNS / took:10,.0f}/s")

    rows: list[InboxRow] = []
    start = time.perf_counter()
    while claimed := await store.claim_inbox("w", NOW, 60, IN_FLIGHT):
        rows += claimed
    took = time.perf_counter() - start
    print(f"claim_inbox, {IN_FLIGHT} a call           {len(rows) / took:10,.0f}/s {took / len(rows) * 1e6:8.1f} us a row")

    loaded = [await store.load(row.conversation_id, "telegram") for row in rows]
    turns = [answer(row, was.conversation, was.version) for row, was in zip(rows, loaded, strict=True)]
    took = await in_flight(TURNS, lambda number: store.commit(turns[number]))
    print(f"commit (3 events, 1 reply)       {TURNS / took:10,.0f}/s")

    start = time.perf_counter()
    for row in rows:
        await store.load(row.conversation_id, "telegram", ("SY-T01-BLK-L",))
    took = time.perf_counter() - start
    print(f"load, stored conversation        {TURNS / took:10,.0f}/s {took / TURNS * 1e6:8.1f} us")

    sends: list[int] = []
    start = time.perf_counter()
    while sending := await store.claim_outbox("w", NOW, ["telegram"], IN_FLIGHT):
        sends += [row.id for row in sending]
    took = time.perf_counter() - start
    print(f"claim_outbox, {IN_FLIGHT} a call          {len(sends) / took:10,.0f}/s {took / len(sends) * 1e6:8.1f} us a row")

    took = await in_flight(TURNS, lambda number: store.record_delivery(sends[number], "sent", NOW, "9"))
    print(f"record_delivery                  {TURNS / took:10,.0f}/s")


async def deep_queue(store: SqliteStore) -> None:
    """Claims while WAITING rows wait, all behind one another in 100 conversations."""
    for first in range(0, WAITING, 5000):
        await store.take_in([update(10_000_000 + first + n, n % 100) for n in range(5000)])
    start = time.perf_counter()
    for turn in range(200):
        (row,) = await store.claim_inbox("w", NOW, 60, 1)
        await store.finish_inbox(row.id, NOW)
    took = time.perf_counter() - start
    print(f"claim + finish, {WAITING:,} waiting  {200 / took:10,.0f}/s {took / 200 * 1e6:8.1f} us, one by one, on disk")
    start = time.perf_counter()
    figures = await store.counts()
    print(f"counts                            {(time.perf_counter() - start) * 1e3:9.1f} ms {dict(figures)}")


async def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        store = SqliteStore(Path(folder) / "shop.db")
        await store.open()
        try:
            await whole_way(store)
            await deep_queue(store)
        finally:
            await store.close()


if __name__ == "__main__":
    asyncio.run(main())
