from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any

from bot.adapters.clock import SystemClock
from bot.core.errors import RetryLater, StoreError, Uncertain, Unreachable
from bot.core.messages import Reply
from bot.core.pace import Pace
from handlers.loops.metrics import Metrics
from handlers.loops.outbox_sender import OutboxSender, Traffic
from tests.fakes import MemoryStore
from tests.queued import give_to, queue_replies, states
from tests.waiting import until


class Channel:
    """Notes what is sent and when; ``errors`` come first, each once; chats in ``held`` wait for ``release``."""

    def __init__(self, name: str = "telegram", pace: Pace | None = None) -> None:
        self.name = name
        self.pace = pace
        self.sent: list[tuple[str, str]] = []
        self.at: list[float] = []
        self.errors: dict[str, list[Exception]] = {}
        self.held: set[str] = set()
        self.release = asyncio.Event()

    async def send(self, conversation_id: str, reply: Reply) -> str:
        if conversation_id in self.held:
            await self.release.wait()
        if self.errors.get(conversation_id):
            raise self.errors[conversation_id].pop(0)
        self.sent.append((conversation_id, reply.text))
        self.at.append(time.monotonic())
        return str(len(self.sent))

    async def typing(self, conversation_id: str) -> None: ...


@asynccontextmanager
async def sending(store: MemoryStore, *channels: Channel, **how: Any) -> AsyncIterator[OutboxSender]:
    settings = {"poll_seconds": 0.02, "grace_seconds": 1.0, **how}
    sender = OutboxSender(store, {c.name: c for c in channels}, SystemClock(UTC), **settings)
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        sender.stop()
        await asyncio.wait_for(task, 5)


async def test_replies_of_one_conversation_go_out_in_order() -> None:
    store, channel = MemoryStore(), Channel()
    await queue_replies(store, 1, *"abcdef")
    async with sending(store, channel):
        await until(lambda: len(channel.sent) == 6)
    assert [text for _, text in channel.sent] == list("abcdef")
    assert await states(store, 1) == ["sent"] * 6


async def test_a_chat_that_hangs_stalls_no_other() -> None:
    store, channel = MemoryStore(), Channel()
    channel.held = {"telegram:1"}
    for chat in (1, 2, 3):
        await queue_replies(store, chat, "hello")
    async with sending(store, channel):
        await until(lambda: len(channel.sent) == 2)
        assert {chat for chat, _ in channel.sent} == {"telegram:2", "telegram:3"}
        channel.release.set()
        await until(lambda: len(channel.sent) == 3)


async def test_a_blocked_chat_costs_its_own_messages_only() -> None:
    store, channel, metrics = MemoryStore(), Channel(), Metrics()
    channel.errors["telegram:1"] = [Unreachable(), Unreachable()]
    await queue_replies(store, 1, "a", "b")
    await queue_replies(store, 2, "c")
    async with sending(store, channel, metrics=metrics):
        await until(lambda: channel.sent == [("telegram:2", "c")])
        await _until_states(store, 1, ["unreachable", "unreachable"])
    labels = {"channel": "telegram", "outcome": "unreachable"}
    assert metrics.registry.get_sample_value("xiaoer_deliveries_total", labels) == 2


async def test_429_waits_as_long_as_asked_while_others_go_on() -> None:
    store, channel = MemoryStore(), Channel()
    channel.errors["telegram:1"] = [RetryLater(0.3)]
    await queue_replies(store, 1, "late", "later")
    await queue_replies(store, 2, "now")
    started = time.monotonic()
    async with sending(store, channel, poll_seconds=60):
        await until(lambda: len(channel.sent) == 3)
    assert channel.sent == [("telegram:2", "now"), ("telegram:1", "late"), ("telegram:1", "later")]
    assert channel.at[1] - started >= 0.3


async def test_an_uncertain_send_is_not_repeated_and_the_next_one_follows() -> None:
    store, channel = MemoryStore(), Channel()
    channel.errors["telegram:1"] = [Uncertain()]
    await queue_replies(store, 1, "perhaps", "surely")
    async with sending(store, channel):
        await until(lambda: channel.sent)
        await asyncio.sleep(0.1)
    assert channel.sent == [("telegram:1", "surely")]
    assert await states(store, 1) == ["uncertain", "sent"]


async def test_a_chat_gets_a_burst_at_once() -> None:
    store, channel = MemoryStore(), Channel(pace=Pace(chat_per_second=0.01, chat_burst=3))
    await queue_replies(store, 1, *"abcde")
    async with sending(store, channel):
        await until(lambda: len(channel.sent) == 3)
        await asyncio.sleep(0.1)
    assert [text for _, text in channel.sent] == list("abc")


async def test_after_the_burst_a_chat_gets_its_rate() -> None:
    store, channel = MemoryStore(), Channel(pace=Pace(chat_per_second=10, chat_burst=1))
    await queue_replies(store, 1, *"abcd")
    started = time.monotonic()
    async with sending(store, channel, poll_seconds=60):
        await until(lambda: len(channel.sent) == 4)
    assert [text for _, text in channel.sent] == list("abcd")
    assert channel.at[3] - started >= 0.29


async def test_all_chats_together_stay_below_the_overall_rate() -> None:
    store, channel = MemoryStore(), Channel(pace=Pace(per_second=50, burst=5))
    for chat in range(25):
        await queue_replies(store, chat, "hello")
    started = time.monotonic()
    async with sending(store, channel, poll_seconds=60):
        await until(lambda: len(channel.sent) == 25)
    assert channel.at[24] - started >= (25 - 5) / 50 - 0.02


async def test_a_channel_without_a_pace_is_not_slowed_by_one_that_has_it() -> None:
    store, paced, free = MemoryStore(), Channel(pace=Pace(per_second=1, burst=1)), Channel("web")
    for chat in range(5):
        await queue_replies(store, chat, "hello")
        await queue_replies(store, chat, "hello", channel="web")
    async with sending(store, paced, free):
        await until(lambda: len(free.sent) == 5)
    assert len(paced.sent) <= 2


async def test_nothing_is_claimed_that_cannot_be_sent_at_once() -> None:
    """A claimed row whose process dies counts as uncertain: waiting rows must not become that by a restart."""
    store, channel = MemoryStore(), Channel(pace=Pace(per_second=1, burst=2, chat_burst=1))
    for chat in range(5):
        await queue_replies(store, chat, "a", "b")
    async with sending(store, channel):
        await until(lambda: len(channel.sent) == 2)
        await asyncio.sleep(0.05)
        assert (await store.counts()).get("outbox.sending", 0) == 0


async def test_what_waits_for_its_turn_is_not_sent_after_a_person_took_over() -> None:
    store, channel = MemoryStore(), Channel(pace=Pace(chat_per_second=5, chat_burst=1))
    await queue_replies(store, 1, "a", "b", "c")
    async with sending(store, channel):
        await until(lambda: channel.sent)
        await give_to("agent", store, 1)
        await asyncio.sleep(0.4)
    assert channel.sent == [("telegram:1", "a")]
    assert await states(store, 1) == ["sent", "dropped", "dropped"]


async def test_outlives_a_store_that_is_away() -> None:
    store, channel = MemoryStore(), Channel()
    await queue_replies(store, 1, "a")
    store.fail_with = StoreError()
    async with sending(store, channel):
        await asyncio.sleep(0.05)
        store.fail_with = None
        await until(lambda: channel.sent)


async def test_stopping_waits_for_the_sends_on_their_way() -> None:
    store, channel = MemoryStore(), Channel()
    channel.held = {"telegram:1"}
    await queue_replies(store, 1, "a")
    async with sending(store, channel):
        await _until_states(store, 1, ["sending"])
        asyncio.get_running_loop().call_later(0.05, channel.release.set)
    assert await states(store, 1) == ["sent"]


def test_quiet_chats_are_forgotten_and_busy_ones_are_not() -> None:
    traffic = Traffic(Pace(chat_per_second=1, chat_burst=1), 0.0)
    for chat in range(10_000):
        traffic.take(str(chat), 0.0)
    traffic.take("busy", 100.0)
    assert traffic.chat_wait_seconds("busy", 100.0) == 1.0
    assert len(traffic._chats) == 1


async def _until_states(store: MemoryStore, chat: int, wanted: list[str]) -> None:
    async def reached() -> bool:
        return await states(store, chat) == wanted

    await until(reached)
