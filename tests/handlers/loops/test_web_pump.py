"""What is queued for the page, and when it counts as sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import StoreError
from bot.core.events import OrderReminded
from bot.core.messages import Reply
from bot.core.nudges import SlotClaim
from bot.core.orders import Flag, Note
from bot.core.ports import OutboxRow, Told, Turn, Written
from bot.core.slots import Slot
from tests.adapters.store_samples import order
from tests.handlers.web.chat_server import CLOCK, Serving, serving
from tests.waiting import until


async def write(row: OutboxRow) -> Written:
    event = OrderReminded(row.ref, "请付款")
    return Written(Reply("请付款"), Told(event, Note("reminded", "XE01", CLOCK.now(), Flag.BLUE)))


async def remind(store: SqliteStore, visitor: str, until_at: datetime) -> None:
    """She has an unpaid order, and a round claims a reminder of it."""
    key, now = f"web:{visitor}", CLOCK.now()
    loaded = await store.load(key, "web")
    placed = replace(order("X1", key), created_at=now)
    await store.commit(Turn(None, loaded.version, loaded.conversation, (), (), now, orders=(placed,)))
    claim = SlotClaim(Slot(now.date(), time(10)), now, until_at, now - timedelta(hours=1))
    (unpaid,) = await store.unpaid_page(claim, "", 10)
    assert await store.claim_reminders(claim, [unpaid], [], [], now) == 1


async def is_in(shop: Serving, visitor: str, states: list[str]) -> bool:
    return await shop.states(visitor) == states


async def test_a_reminder_waits_for_her_and_is_written_when_she_comes(tmp_path: Path) -> None:
    async with serving(tmp_path, write=write) as shop:
        visitor, token = await shop.visitor()
        await remind(shop.store, visitor, CLOCK.now() + timedelta(hours=1))
        assert await shop.states(visitor) == ["waiting"]
        async with shop.page(token) as page:
            await page.told("请付款")
        await until(lambda: is_in(shop, visitor, ["sent"]))
        stored = await shop.store.order("X1")
        assert stored is not None and stored.flag == Flag.BLUE
        async with shop.page(token) as again:
            assert [line["text"] for line in (await again.until("ready"))["lines"]] == ["请付款"]


async def test_a_reminder_she_never_came_for_is_dropped(tmp_path: Path) -> None:
    async with serving(tmp_path, write=write) as shop:
        visitor, token = await shop.visitor()
        await remind(shop.store, visitor, CLOCK.now() - timedelta(seconds=1))
        async with shop.page(token) as page:
            await page.until("ready")
            await until(lambda: is_in(shop, visitor, ["dropped"]))
            assert page.texts == []


async def test_after_a_takeover_nothing_of_the_bot_is_pushed_again(tmp_path: Path) -> None:
    """It was pushed once and no page answered; meanwhile a person took the conversation."""
    async with serving(tmp_path) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token, acks=False) as asleep:
            await asleep.say("在吗", "client-0001")
            await asleep.told("text||在吗")
        await until(lambda: is_in(shop, visitor, ["waiting"]))
        loaded = await shop.store.load(f"web:{visitor}", "web")
        taken = replace(loaded.conversation, owner="agent", agent_id="S1")
        hers = Reply("我是小林", by="S1")
        await shop.store.commit(Turn(None, loaded.version, taken, (), (hers,), CLOCK.now()))
        async with shop.page(token) as page:
            line = await page.told("我是小林")
            assert (line["who"], line["name"]) == ("person", "")
            assert page.texts == ["我是小林"]
        await until(lambda: is_in(shop, visitor, ["dropped", "sent"]))


async def test_no_answer_from_a_page_puts_the_message_back(tmp_path: Path) -> None:
    async with serving(tmp_path, ack_seconds=0.2) as shop:
        visitor, token = await shop.visitor()
        async with shop.page(token, acks=False) as page:
            await page.say("在吗", "client-0001")
            line = await page.told("text||在吗")
            await until(lambda: is_in(shop, visitor, ["waiting"]))
            # It wakes up late; the answer for the earlier push counts.
            await page.send(t="ack", told=line["n"])
            await until(lambda: is_in(shop, visitor, ["sent"]))
            assert page.texts == ["text||在吗"]


async def test_a_hundred_conversations_do_not_wait_for_a_sleeping_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as shop:
        visitors = [await shop.visitor() for _ in range(40)]
        _, asleep = await shop.visitor()

        async def talk(token: str, number: int) -> None:
            async with shop.page(token) as page:
                await page.say(f"m{number}", "client-0001")
                await page.told(f"text||m{number}")

        async with shop.page(asleep, acks=False) as page:
            await page.say("zzz", "client-0001")
            await page.told("text||zzz")
            async with asyncio.timeout(8):
                await asyncio.gather(*(talk(token, n) for n, (_, token) in enumerate(visitors)))


async def test_a_database_that_was_away_and_a_mistake_leave_no_page_unserved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [StoreError("away"), RuntimeError("a mistake")]
    claim = SqliteStore.claim_outbox_of

    async def sometimes(store: SqliteStore, worker: str, now: datetime, conversation_id: str) -> OutboxRow | None:
        if faults:
            raise faults.pop()
        return await claim(store, worker, now, conversation_id)

    monkeypatch.setattr(SqliteStore, "claim_outbox_of", sometimes)
    async with serving(tmp_path) as shop:
        _, token = await shop.visitor()
        async with shop.page(token) as page:
            await page.say("在吗", "client-0001")
            await page.told("text||在吗")
    assert faults == []
