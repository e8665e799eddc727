"""Notes and flags on their way to the platform: merged, retried for about three days, then left to people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.platform_webhook import PlatformWebhook
from bot.adapters.store_sqlite import SqliteStore
from bot.core.catalogue import Text
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Flag, Note, OrderLine
from bot.service.write_back import RETRY_SECONDS, WriteBack, retry_at
from handlers.loops.metrics import Metrics
from handlers.loops.platform_sender import PlatformSender
from tests.fakes import FakeClock
from tests.platform_server import SECRET, PlatformServer
from tests.waiting import until

NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
LINE = OrderLine("T1", "t1", Text("T恤"), Text("黑"), "L", 1, 9900)


@pytest.fixture
def server() -> Iterator[PlatformServer]:
    with PlatformServer() as running:
        yield running


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
async def write_back(store: SqliteStore, server: PlatformServer, clock: FakeClock) -> AsyncIterator[WriteBack]:
    async with PlatformWebhook(server.url, SECRET, clock, 2.0) as webhook:
        yield WriteBack(store, webhook, clock)


async def noted(store: SqliteStore, order_no: str = "26050001", source: str = "import") -> None:
    created = OrderEvent("created", order_no, NOW, source, data=OrderData(lines=(LINE,)))
    await store.take_order_events([created], "XE01", NOW)
    await store.add_note(order_no, Note("加赠袜子", "XE01", NOW), NOW)


async def round_of(store: SqliteStore, write_back: WriteBack, clock: FakeClock) -> list[str]:
    return [await write_back(row) for row in await store.claim_platform("w", clock.now(), 60, 10)]


async def test_a_note_joins_what_stands_on_the_platform(
    store: SqliteStore, server: PlatformServer, write_back: WriteBack, clock: FakeClock
) -> None:
    server.memos["26050001"] = ("客户催过 _ 惠兰", 2)
    await noted(store)
    assert await round_of(store, write_back, clock) == ["written"]
    memo, flag = server.memos["26050001"]
    assert memo.splitlines()[0] == "客户催过 _ 惠兰" and "加赠袜子" in memo
    assert flag == Flag.YELLOW
    assert await round_of(store, write_back, clock) == []


async def test_what_stands_there_already_is_not_written_again(
    store: SqliteStore, server: PlatformServer, write_back: WriteBack, clock: FakeClock
) -> None:
    await noted(store)
    await round_of(store, write_back, clock)
    await store.add_note("26050001", Note("加赠袜子", "XE01", NOW), NOW)
    assert await round_of(store, write_back, clock) == ["unneeded"]
    assert len(server.writes) == 1


async def test_orders_that_nobody_here_served_are_left_alone(
    store: SqliteStore, server: PlatformServer, write_back: WriteBack, clock: FakeClock
) -> None:
    paid = OrderEvent("paid", "26050002", NOW, "import", data=OrderData(lines=(LINE,), note="请发中通"))
    await store.take_order_events([paid], "XE01", NOW)
    assert set(await round_of(store, write_back, clock)) <= {"unneeded"}
    assert server.calls == []


def test_the_waits_grow_to_about_three_days_in_all() -> None:
    total = timedelta(seconds=sum(RETRY_SECONDS))
    assert timedelta(days=2, hours=12) <= total <= timedelta(days=3, hours=12)
    assert list(RETRY_SECONDS) == sorted(RETRY_SECONDS)
    assert retry_at(0, NOW) == NOW + timedelta(minutes=1)
    assert retry_at(len(RETRY_SECONDS), NOW) is None
    assert retry_at(0, NOW, 600) == NOW + timedelta(minutes=10)
    assert retry_at(0, NOW, 10**9) == NOW + timedelta(days=1)


async def test_a_platform_that_stays_away_makes_a_dead_letter_after_nine_tries(
    store: SqliteStore, server: PlatformServer, write_back: WriteBack, clock: FakeClock
) -> None:
    await noted(store)
    server.failures = [503] * 9
    for wait in RETRY_SECONDS:
        assert await round_of(store, write_back, clock) == ["postponed"]
        clock.advance(wait - 1)
        assert await round_of(store, write_back, clock) == []
        clock.advance(1)
    assert await round_of(store, write_back, clock) == ["dead"]
    (letter,) = await store.dead_platform()
    assert (letter.order_no, letter.error) == ("26050001", "answered 503")
    assert (await store.counts())["platform.dead"] == 1
    assert len({call.headers.get("X-Xiaoer-Timestamp") for call in server.calls}) == 9


async def test_an_order_the_platform_does_not_know_is_not_tried_again(
    store: SqliteStore, server: PlatformServer, write_back: WriteBack, clock: FakeClock
) -> None:
    await noted(store)
    server.failures = [404]
    assert await round_of(store, write_back, clock) == ["dead"]


async def test_a_write_that_was_cut_is_repeated_under_the_same_key_with_what_holds_then(
    store: SqliteStore, server: PlatformServer, write_back: WriteBack, clock: FakeClock
) -> None:
    await noted(store)
    server.reads = False
    server.failures = [204, "cut"]
    assert await round_of(store, write_back, clock) == ["postponed"]
    clock.advance(60)
    assert await round_of(store, write_back, clock) == ["written"]
    assert len({call.headers["Idempotency-Key"] for call in server.writes}) == 1


async def test_the_loop_writes_what_waits_and_counts_it(
    store: SqliteStore, server: PlatformServer, write_back: WriteBack, clock: FakeClock
) -> None:
    for number in range(20):
        await noted(store, f"2605{number:04}")
    metrics = Metrics()
    loop = PlatformSender(store, write_back, clock, metrics=metrics, poll_seconds=0.01)
    running = asyncio.create_task(loop.run())
    try:
        await until(lambda: len(server.memos) == 20)
    finally:
        loop.stop()
        await running
    assert len(server.writes) == 20
    assert b'xiaoer_platform_writes_total{outcome="written"} 20.0' in metrics.text({})
