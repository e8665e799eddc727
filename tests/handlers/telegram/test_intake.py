"""Polling: stored before acknowledged, patient with the network, silent about text and token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot

from bot.adapters.channel_telegram import make_bot
from bot.core.errors import StoreError
from bot.service.take_in import TakeIn
from handlers.loops.backoff import Backoff
from handlers.telegram.intake import Polling, Webhook
from handlers.telegram.updates import KINDS
from tests.fakes import TOKEN, BotApiServer, FakeClock, MemoryStore
from tests.hanging_up import hang_up
from tests.waiting import until


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def bot(api: BotApiServer) -> AsyncIterator[Bot]:
    bot = make_bot(TOKEN, api.base)
    yield bot
    await hang_up(bot)


@asynccontextmanager
async def polling(bot: Bot, store: MemoryStore, **how: Any) -> AsyncIterator[asyncio.Task[None]]:
    settings = {"timeout_seconds": 2, "backoff": Backoff(0.02, 0.05), **how}
    take_in = TakeIn(store, lambda: None)
    task = asyncio.create_task(Polling(bot, take_in, FakeClock(), **settings).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _stored(store: MemoryStore) -> int:
    return (await store.counts()).get("inbox.waiting", 0)


async def test_asks_for_what_it_handles_and_confirms_what_it_stored(api: BotApiServer, bot: Bot) -> None:
    store = MemoryStore()
    async with polling(bot, store):
        numbers = [api.say(7, "one"), api.say(7, "two")]
        await until(lambda: any(c.params.get("offset") == numbers[-1] + 1 for c in api.of("getUpdates")))
        assert await _stored(store) == 2
    assert api.of("deleteWebhook")[0].params.get("drop_pending_updates") in (None, False)
    assert api.of("getUpdates")[0].params == {"timeout": 2, "allowed_updates": list(KINDS)}


async def test_the_menu_of_commands_is_shown_in_both_languages(api: BotApiServer, bot: Bot) -> None:
    async with polling(bot, MemoryStore()):
        await until(lambda: api.of("getUpdates"))
    assert [call.params.get("language_code") for call in api.of("setMyCommands")] == ["zh", "en", None]
    assert api.of("setMyCommands")[2].params["commands"][0] == {"command": "start", "description": "Start"}


async def test_what_could_not_be_stored_is_not_confirmed(api: BotApiServer, bot: Bot) -> None:
    store = MemoryStore()
    store.fail_with = StoreError()
    number = api.say(7, "one")
    async with polling(bot, store):
        await until(lambda: api.of("getUpdates"))
        await asyncio.sleep(0.1)
        assert [update["update_id"] for update in api.pending] == [number]
        store.fail_with = None
        await until(lambda: not api.pending)
    assert await _stored(store) == 1


async def test_killed_between_storing_and_confirming_it_stores_nothing_twice(api: BotApiServer, bot: Bot) -> None:
    store, stored = MemoryStore(), asyncio.Event()

    class Dying(TakeIn):
        async def __call__(self, updates: Any) -> int:
            await super().__call__(updates)
            stored.set()
            await asyncio.sleep(60)
            return 0

    number = api.say(7, "one")
    task = asyncio.create_task(Polling(bot, Dying(store, lambda: None), FakeClock(), timeout_seconds=2).run())
    await stored.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [update["update_id"] for update in api.pending] == [number]
    async with polling(bot, store):
        await until(lambda: not api.pending)
    assert await _stored(store) == 1


async def test_an_update_redelivered_later_is_stored_once(api: BotApiServer, bot: Bot) -> None:
    store = MemoryStore()
    async with polling(bot, store, timeout_seconds=0):
        number = api.say(7, "one")
        for _ in range(2):
            await until(lambda: not api.pending and "offset" not in api.of("getUpdates")[-1].params)
            api.bring({"message": api.message(7, text="one")}, update_id=number)
            await until(lambda: not api.pending)
    assert await _stored(store) == 1


async def test_update_ids_that_begin_anew_after_a_quiet_week_are_read(api: BotApiServer, bot: Bot) -> None:
    store = MemoryStore()
    async with polling(bot, store, timeout_seconds=0):
        api.bring({"message": api.message(7, text="before")}, update_id=900_000)
        await until(lambda: not api.pending)
        await until(lambda: "offset" not in api.of("getUpdates")[-1].params)
        api.bring({"message": api.message(7, text="after")}, update_id=5)
        await until(lambda: not api.pending)
    assert await _stored(store) == 2


async def test_one_odd_update_does_not_block_the_others(api: BotApiServer, bot: Bot) -> None:
    store = MemoryStore()
    async with polling(bot, store):
        api.bring({"message": {"chat": "what is this"}})
        api.say(7, "one")
        await until(lambda: not api.pending)
    assert await _stored(store) == 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 502}, {"cut": True}, {"status": 429, "retry_after": 1}])
async def test_goes_on_after_trouble_on_the_way(api: BotApiServer, bot: Bot, fault: dict[str, Any]) -> None:
    store = MemoryStore()
    api.fail("getUpdates", **fault)
    api.say(7, "one")
    async with polling(bot, store):
        await until(lambda: not api.pending)
    assert await _stored(store) == 1


async def test_goes_on_after_a_mistake_of_ours(api: BotApiServer, bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(TakeIn):
        broken = True

        async def __call__(self, updates: Any) -> int:
            if self.broken:
                raise TypeError("secret words")
            return await super().__call__(updates)

    store = MemoryStore()
    take_in = Broken(store, lambda: None)
    api.say(7, "one")
    task = asyncio.create_task(Polling(bot, take_in, FakeClock(), backoff=Backoff(0.01, 0.01)).run())
    await until(lambda: "TypeError at " in caplog.text)
    take_in.broken = False
    await until(lambda: not api.pending)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await _stored(store) == 1
    assert "secret" not in caplog.text


async def test_another_program_polling_is_named_in_the_log(
    api: BotApiServer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail("getUpdates", status=409, description="Conflict: terminated by other getUpdates request", times=2)
    async with polling(bot, MemoryStore()):
        await until(lambda: len(api.of("getUpdates")) == 3)
    assert "another program reads this bot's updates (409)" in caplog.text


@pytest.mark.parametrize("status", [401, 404])
async def test_a_wrong_token_ends_polling_with_a_sentence(
    api: BotApiServer, bot: Bot, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    api.fail("getUpdates", status=status, description="Unauthorized")
    async with polling(bot, MemoryStore()) as task:
        await asyncio.wait_for(task, 5)
    assert "Telegram does not know this BOT_TOKEN" in caplog.text
    assert "everything else goes on" in caplog.text


async def test_neither_words_nor_token_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    with caplog.at_level(logging.DEBUG, logger="handlers"), caplog.at_level(logging.DEBUG, logger="aiogram"):
        async with BotApiServer() as other:
            stray = make_bot(TOKEN, other.base)
            other.say(7, "secret words")
            async with polling(stray, store):
                await until(lambda: not other.pending)
            other.fail("getUpdates", status=500, description="secret words", times=3)
            async with polling(stray, store):
                await until(lambda: len(other.of("getUpdates")) > 4)
        async with polling(stray, store):
            await asyncio.sleep(0.2)
        await hang_up(stray)
    assert "could not" in caplog.text
    assert "secret" not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text


async def test_the_webhook_is_registered_with_its_secret(api: BotApiServer, bot: Bot) -> None:
    api.fail("setWebhook", status=500)
    await Webhook(bot, f"{api.base}/nowhere", "a-Secret", backoff=Backoff(0.01, 0.01)).run()
    assert api.of("setWebhook")[-1].params == {
        "url": f"{api.base}/nowhere",
        "secret_token": "a-Secret",
        "allowed_updates": list(KINDS),
        "max_connections": 40,
    }


async def test_an_address_telegram_refuses_is_told_and_not_tried_forever(
    api: BotApiServer, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail("setWebhook", status=400, description="Bad Request: bad webhook: HTTPS url must be provided")
    await asyncio.wait_for(Webhook(bot, "http://shop.example.com", "a-Secret").run(), 5)
    assert "telegram.webhook_url" in caplog.text


async def test_a_menu_that_cannot_be_set_does_not_keep_the_shop_closed(api: BotApiServer, bot: Bot) -> None:
    store = MemoryStore()
    api.fail("setMyCommands", status=429, retry_after=3600, times=9)
    api.say(7, "one")
    async with polling(bot, store):
        await until(lambda: not api.pending)
    assert await _stored(store) == 1
