from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.core.errors import AlreadyHandled, Conflict, StoreError
from bot.core.ports import InboxRow
from handlers.loops.inbox_worker import InboxWorker, SetAside
from handlers.loops.metrics import Metrics
from tests.fakes import FakeClock, MemoryStore
from tests.queued import NOW, updates
from tests.waiting import until

Handler = Callable[[InboxRow], Awaitable[None]]


@asynccontextmanager
async def working(store: MemoryStore, handler: Handler, **how: Any) -> AsyncIterator[InboxWorker]:
    """A worker that runs until the block ends. The fake clock is moved along so that retries come due."""
    clock = FakeClock(NOW)
    settings = {"poll_seconds": 0.01, "first_retry_seconds": 0.01, "grace_seconds": 1.0, **how}
    worker = InboxWorker(store, {"telegram": handler}, clock, **settings)

    async def tick() -> None:
        while True:
            clock.advance(0.01)
            await asyncio.sleep(0.005)

    tasks = [asyncio.create_task(worker.run()), asyncio.create_task(tick())]
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait_for(tasks[0], 5)
        tasks[1].cancel()


def finishing(store: MemoryStore, handled: list[str]) -> Handler:
    async def handle(row: InboxRow) -> None:
        await asyncio.sleep(0)
        handled.append(row.update_id)
        await store.finish_inbox(row.id, NOW)

    return handle


async def test_one_conversation_is_handled_in_order_one_message_at_a_time() -> None:
    store, handled, at_work = MemoryStore(), list[str](), set[str]()

    async def handle(row: InboxRow) -> None:
        assert row.conversation_id not in at_work
        at_work.add(row.conversation_id)
        await asyncio.sleep(0.001)
        handled.append(row.update_id)
        at_work.remove(row.conversation_id)
        await store.finish_inbox(row.id, NOW)

    await store.take_in(updates(*[1, 2] * 20))
    async with working(store, handle):
        await until(lambda: len(handled) == 40)
    for chat in (0, 1):
        assert [int(n) for n in handled if int(n) % 2 == chat] == sorted(int(n) for n in handled if int(n) % 2 == chat)


async def test_a_slow_conversation_holds_up_no_other() -> None:
    store, handled, release = MemoryStore(), list[str](), asyncio.Event()

    async def handle(row: InboxRow) -> None:
        if row.conversation_id == "telegram:1":
            await release.wait()
        handled.append(row.update_id)
        await store.finish_inbox(row.id, NOW)

    await store.take_in(updates(1, 2, 3, 4))
    async with working(store, handle):
        await until(lambda: len(handled) == 3)
        assert "1" not in handled
        release.set()
        await until(lambda: len(handled) == 4)


async def test_no_more_conversations_than_allowed_run_at_once() -> None:
    store, running, most = MemoryStore(), 0, 0

    async def handle(row: InboxRow) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        await store.finish_inbox(row.id, NOW)

    await store.take_in(updates(*range(30)))
    async with working(store, handle, concurrency=4):
        await _until_done(store, 30)
    assert most == 4


async def test_a_message_stored_while_the_worker_sleeps_is_handled_when_it_is_woken() -> None:
    store, handled = MemoryStore(), list[str]()
    async with working(store, finishing(store, handled), poll_seconds=60) as worker:
        await asyncio.sleep(0.02)
        await store.take_in(updates(1))
        worker.wake()
        await until(lambda: handled == ["1"])


async def test_a_conflict_is_tried_again_at_once() -> None:
    store, tries = MemoryStore(), list[int]()

    async def handle(row: InboxRow) -> None:
        tries.append(row.attempts)
        if len(tries) < 3:
            raise Conflict
        await store.finish_inbox(row.id, NOW)

    await store.take_in(updates(1))
    async with working(store, handle):
        await _until_done(store, 1)
    assert tries == [0, 0, 0]


async def test_endless_conflicts_end_as_any_failure() -> None:
    store = MemoryStore()

    async def handle(row: InboxRow) -> None:
        raise Conflict

    await store.take_in(updates(1))
    async with working(store, handle, max_attempts=2):
        await _until_counted(store, "inbox.set_aside", 1)


async def test_a_failure_is_tried_again_later_and_keeps_the_order() -> None:
    store, handled, failures = MemoryStore(), list[str](), 2

    async def handle(row: InboxRow) -> None:
        nonlocal failures
        if row.update_id == "1" and failures:
            failures -= 1
            raise RuntimeError
        handled.append(row.update_id)
        await store.finish_inbox(row.id, NOW)

    await store.take_in(updates(1, 1, 1))
    async with working(store, handle):
        await until(lambda: len(handled) == 3)
    assert handled == ["1", "2", "3"]


async def test_after_enough_failures_a_message_is_set_aside_and_the_next_ones_go_on() -> None:
    store, handled, told, metrics = MemoryStore(), list[str](), list[str](), Metrics()

    async def handle(row: InboxRow) -> None:
        if row.update_id == "1":
            raise RuntimeError
        handled.append(row.update_id)
        await store.finish_inbox(row.id, NOW)

    async def tell(row: InboxRow) -> None:
        told.append(row.update_id)

    await store.take_in(updates(1, 1))
    async with working(store, handle, max_attempts=3, on_set_aside=tell, metrics=metrics):
        await until(lambda: handled == ["2"])
    assert told == ["1"]
    assert (await store.counts())["inbox.set_aside"] == 1
    assert _count(metrics, "failed") == 2
    assert _count(metrics, "set_aside") == 1
    assert _count(metrics, "handled") == 1


async def test_what_a_handler_sets_aside_is_not_tried_again() -> None:
    store, tries = MemoryStore(), list[int]()

    async def handle(row: InboxRow) -> None:
        tries.append(1)
        raise SetAside("unreadable")

    await store.take_in(updates(1))
    async with working(store, handle):
        await _until_counted(store, "inbox.set_aside", 1)
    assert tries == [1]


async def test_a_message_handled_before_counts_as_done() -> None:
    store, metrics, handled = MemoryStore(), Metrics(), list[str]()

    async def handle(row: InboxRow) -> None:
        handled.append(row.update_id)
        await store.finish_inbox(row.id, NOW)
        raise AlreadyHandled

    await store.take_in(updates(1))
    async with working(store, handle, metrics=metrics):
        await until(lambda: handled)
    assert _count(metrics, "repeated") == 1
    assert _count(metrics, "failed") == 0


async def test_a_handler_that_hangs_is_cut_off_inside_its_lease() -> None:
    store, tries = MemoryStore(), list[int]()

    async def handle(row: InboxRow) -> None:
        tries.append(1)
        if len(tries) == 1:
            await asyncio.sleep(60)
        await store.finish_inbox(row.id, NOW)

    await store.take_in(updates(1))
    async with working(store, handle, lease_seconds=0.2):
        await _until_done(store, 1)
    assert len(tries) == 2


async def test_rows_of_a_channel_that_is_not_served_wait() -> None:
    store, handled = MemoryStore(), list[str]()
    await store.take_in([*updates(1, channel="web"), *updates(1, first=2)])
    async with working(store, finishing(store, handled)):
        await until(lambda: handled)
        await _until_counted(store, "inbox.waiting", 1)
    assert handled == ["2"]


async def test_outlives_a_store_that_is_away() -> None:
    store, handled = MemoryStore(), list[str]()
    await store.take_in(updates(1))
    store.fail_with = StoreError()
    async with working(store, finishing(store, handled)):
        await asyncio.sleep(0.02)
        store.fail_with = None
        await until(lambda: handled == ["1"])


async def test_outlives_a_mistake_in_its_own_round(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryStore):
        broken = True

        async def claim_inbox(self, *args: Any) -> list[InboxRow]:
            if self.broken:
                raise TypeError("secret words")
            return await super().claim_inbox(*args)

    store, handled = Broken(), list[str]()
    await store.take_in(updates(1))
    async with working(store, finishing(store, handled)):
        await until(lambda: "TypeError at " in caplog.text)
        store.broken = False
        await until(lambda: handled == ["1"])
    assert "secret" not in caplog.text


async def test_stopping_finishes_what_is_in_hand() -> None:
    store, began = MemoryStore(), asyncio.Event()

    async def handle(row: InboxRow) -> None:
        began.set()
        await asyncio.sleep(0.05)
        await store.finish_inbox(row.id, NOW)

    await store.take_in(updates(1))
    async with working(store, handle):
        await began.wait()
    assert await store.counts() == {"inbox.done": 1}


async def test_what_does_not_finish_in_the_grace_time_is_given_back() -> None:
    store, began = MemoryStore(), asyncio.Event()

    async def handle(row: InboxRow) -> None:
        began.set()
        await asyncio.sleep(60)

    await store.take_in(updates(1))
    async with working(store, handle, grace_seconds=0.02):
        await began.wait()
    assert await store.counts() == {"inbox.waiting": 1}


async def test_logs_ids_and_places_but_no_words(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()

    async def handle(row: InboxRow) -> None:
        raise ValueError(row.payload)

    await store.take_in(updates(1))
    with caplog.at_level(logging.DEBUG):
        async with working(store, handle, max_attempts=2):
            await _until_counted(store, "inbox.set_aside", 1)
    assert "inbox row 1" in caplog.text
    assert "ValueError at " in caplog.text
    assert "secret" not in caplog.text


def _count(metrics: Metrics, outcome: str) -> float:
    labels = {"channel": "telegram", "outcome": outcome}
    return metrics.registry.get_sample_value("xiaoer_messages_handled_total", labels) or 0.0


async def _until_done(store: MemoryStore, count: int) -> None:
    await _until_counted(store, "inbox.done", count)


async def _until_counted(store: MemoryStore, name: str, count: int) -> None:
    async def counted() -> bool:
        return (await store.counts()).get(name) == count

    await until(counted)
