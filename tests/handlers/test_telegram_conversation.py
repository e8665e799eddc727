"""A shopper's chat, from her phone and back over real HTTP, by polling and by webhook."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import StoreError
from bot.core.messages import Incoming, RenderedButton, Reply
from bot.core.ports import Clock, Store
from handlers.telegram.shopper import Converse
from tests.bot_api_server import user
from tests.fakes import BotApiServer, MemoryStore
from tests.handlers.harness import SECRET, Echo, Mode, build
from tests.queued import states
from tests.waiting import until

MEI, LI = 77, 88


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> Mode:
    return cast(Mode, request.param)


def _shop(store: Store, clock: Clock) -> Converse:
    """Offers two buttons to whoever starts, a picture to whoever asks, and repeats the rest."""

    def answer(incoming: Incoming) -> list[Reply]:
        if incoming.kind == "start":
            buttons = (RenderedButton("热销", "m:hot"), RenderedButton("人工", "m:human"))
            return [Reply(f"welcome {incoming.sender_name}", buttons)]
        if incoming.text == "polo":
            return [Reply("纯棉", (RenderedButton("买", "o:p1"),), photo="polo.png")]
        if incoming.text == "long":
            return [Reply("包邮，不满九十九元的收八元。" * 360)]
        return [Reply(f"{incoming.kind}|{incoming.action}|{incoming.text}")]

    return Echo(store, clock, answer)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_a_chat_goes_from_start_over_a_button_to_an_answer(
    api: BotApiServer, mode: Mode, kind: str, tmp_path: Path
) -> None:
    store: Store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "shop.db")
    await store.open()
    async with build(api, mode, store=store, make_converse=_shop):
        api.say(MEI, "/start p1")
        await until(lambda: api.texts(MEI) == ["welcome Mei"])
        assert api.sent(MEI)[0].buttons == ["m:hot", "m:human"]
        api.press(MEI, "m:hot")
        await until(lambda: len(api.sent(MEI)) == 2)
        api.say(MEI, "包邮吗")
        await until(lambda: len(api.sent(MEI)) == 3)
        assert api.texts(MEI)[1:] == ["button|m:hot|热销", "text||包邮吗"]
        await until(lambda: api.of("answerCallbackQuery"))
    assert await states(store, MEI) == ["sent"] * 3
    await store.close()


async def test_every_kind_of_message_is_answered(api: BotApiServer, mode: Mode) -> None:
    file = {"file_id": "F", "file_unique_id": "U"}
    sticker = {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    async with build(api, mode):
        api.bring({"message": api.message(MEI, photo=[{**file, "width": 9, "height": 9}], caption="有货吗")})
        api.bring({"message": api.message(MEI, voice={**file, "duration": 2})})
        api.bring({"message": api.message(MEI, sticker={**file, **sticker})})
        api.bring({"edited_message": api.message(MEI, text="包邮吗", edit_date=1_790_000_001)})
        await until(lambda: len(api.sent(MEI)) == 4)
    assert api.texts(MEI) == ["photo||有货吗", "voice||", "sticker||", "edited||包邮吗"]


async def test_a_name_with_markup_and_emoji_breaks_nothing(api: BotApiServer, mode: Mode) -> None:
    name = "<i>Mei & 😀</b>"
    async with build(api, mode, make_converse=_shop):
        api.say(MEI, "/start", **{"from": user(MEI, first_name=name)})
        await until(lambda: api.texts(MEI) == [f"welcome {name}"])


async def test_an_answer_above_telegrams_limit_arrives_in_parts(api: BotApiServer) -> None:
    async with build(api, make_converse=_shop):
        api.say(MEI, "long")
        await until(lambda: len(api.sent(MEI)) == 2)
    assert "".join(api.texts(MEI)) == "包邮，不满九十九元的收八元。" * 360


async def test_a_product_comes_with_its_picture(api: BotApiServer, tmp_path: Path) -> None:
    (tmp_path / "polo.png").write_bytes(b"a picture")
    async with build(api, make_converse=_shop, photos_root=tmp_path):
        api.say(MEI, "polo")
        await until(lambda: api.sent(MEI))
        assert (api.sent(MEI)[0].method, api.sent(MEI)[0].text) == ("sendPhoto", "纯棉")
        api.press(MEI, "o:p1")
        await until(lambda: len(api.sent(MEI)) == 2)


async def test_two_shoppers_who_type_at_once_are_each_answered_in_order(api: BotApiServer, mode: Mode) -> None:
    words = [str(number) for number in range(15)]
    async with build(api, mode):
        for word in words:
            api.say(MEI, word)
            api.say(LI, word)
        await until(lambda: len(api.sent()) == 30)
    assert api.texts(MEI) == api.texts(LI) == [f"text||{word}" for word in words]


async def test_an_update_delivered_again_is_answered_once(api: BotApiServer, mode: Mode) -> None:
    async with build(api, mode) as running:
        number = api.say(MEI, "once")
        await until(lambda: api.sent(MEI) and not api.pending)
        api.bring({"message": api.message(MEI, text="once")}, update_id=number)
        await until(lambda: not api.pending)
        api.say(MEI, "twice")
        await until(lambda: len(api.sent(MEI)) == 2)
        assert api.texts(MEI) == ["text||once", "text||twice"]
        assert (await running.store.counts())["inbox.done"] == 2


async def test_while_the_store_is_away_nothing_is_lost(api: BotApiServer, mode: Mode) -> None:
    store = MemoryStore()
    async with build(api, mode, store=store):
        await until(lambda: api.of("setMyCommands"))
        store.fail_with = StoreError()
        api.say(MEI, "are you there")
        await asyncio.sleep(0.2)
        assert len(api.pending) == 1
        store.fail_with = None
        await until(lambda: api.texts(MEI) == ["text||are you there"])


async def test_what_was_stored_before_a_stop_is_answered_after_the_next_start(api: BotApiServer, mode: Mode) -> None:
    store = MemoryStore()

    def stuck(store: Store, clock: Clock) -> Converse:
        async def converse(incoming: Incoming, inbox_id: int) -> None:
            await asyncio.sleep(60)

        return converse

    async with build(api, mode, store=store, make_converse=stuck):
        api.say(MEI, "hello")
        await until(lambda: not api.pending)
    assert api.sent() == []
    async with build(api, mode, store=store):
        await until(lambda: api.texts(MEI) == ["text||hello"])


async def test_429_is_waited_out_while_others_are_served(api: BotApiServer) -> None:
    api.fail("sendMessage", status=429, description="Too Many Requests", retry_after=1, chat_id=MEI)
    async with build(api):
        api.say(MEI, "first")
        await until(lambda: api.of("sendMessage"))
        api.say(LI, "second")
        await until(lambda: len(api.sent()) == 2)
    assert [call.params["chat_id"] for call in api.sent()] == [LI, MEI]
    refused, _, repeated = api.of("sendMessage")
    assert repeated.at - refused.at >= 1.0


async def test_a_shopper_who_blocked_us_stalls_nobody(api: BotApiServer) -> None:
    blocked = {"status": 403, "description": "Forbidden: bot was blocked by the user"}
    api.fail("sendMessage", chat_id=MEI, times=2, **blocked)
    async with build(api) as running:
        for word in ("one", "two"):
            api.say(MEI, word)
            api.say(LI, word)
        await until(lambda: len(api.sent(LI)) == 2)
        await _until_states(running.store, MEI, ["unreachable", "unreachable"])
    assert len(api.of("sendMessage")) == 4


async def test_a_send_of_unknown_fate_is_not_repeated(api: BotApiServer) -> None:
    api.fail("sendMessage", cut=True)
    async with build(api) as running:
        api.say(MEI, "one")
        await _until_states(running.store, MEI, ["uncertain"])
        api.say(MEI, "two")
        await until(lambda: len(api.sent(MEI)) == 2)
        await asyncio.sleep(0.1)
        assert await states(running.store, MEI) == ["uncertain", "sent"]
    assert api.texts(MEI) == ["text||one", "text||two"]


async def test_a_chat_that_hangs_stalls_nobody(api: BotApiServer) -> None:
    api.fail("sendMessage", chat_id=MEI, delay=1.0)
    async with build(api):
        api.say(MEI, "slow")
        await until(lambda: api.of("sendMessage"))
        for word in ("one", "two"):
            api.say(LI, word)
        await until(lambda: len(api.sent(LI)) == 2)
        assert api.of("sendMessage")[0].params["chat_id"] == MEI
        assert [call.params["chat_id"] for call in api.sent()].count(LI) == 2
        await until(lambda: len(api.sent(MEI)) == 1)


async def test_a_message_that_cannot_be_handled_is_set_aside_and_the_next_is_served(
    api: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    def fragile(store: Store, clock: Clock) -> Converse:
        echo = Echo(store, clock)

        async def converse(incoming: Incoming, inbox_id: int) -> None:
            if incoming.text == "secret words":
                raise ValueError(incoming.text)
            await echo(incoming, inbox_id)

        return converse

    with caplog.at_level(logging.INFO):
        async with build(api, make_converse=fragile, max_attempts=3) as running:
            api.say(MEI, "secret words")
            api.say(MEI, "hello")
            await until(lambda: api.texts(MEI) == ["text||hello"])
            assert (await running.store.counts())["inbox.set_aside"] == 1
    assert "set aside after 3 tries" in caplog.text
    assert "secret" not in caplog.text


async def test_typing_is_shown_only_when_an_answer_takes_its_time(api: BotApiServer) -> None:
    def slow(store: Store, clock: Clock) -> Converse:
        echo = Echo(store, clock)

        async def converse(incoming: Incoming, inbox_id: int) -> None:
            if incoming.text == "think":
                await until(lambda: api.of("sendChatAction"))
            await echo(incoming, inbox_id)

        return converse

    async with build(api, make_converse=slow, typing_after_seconds=0.3):
        api.say(MEI, "quick")
        await until(lambda: len(api.sent(MEI)) == 1)
        assert api.of("sendChatAction") == []
        api.say(MEI, "think")
        await until(lambda: len(api.sent(MEI)) == 2)
        assert [call.params["action"] for call in api.of("sendChatAction")] == ["typing"]


async def test_a_button_press_telegram_does_not_take_an_answer_for_still_counts(api: BotApiServer) -> None:
    api.fail("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    async with build(api, make_converse=_shop):
        api.say(MEI, "/start")
        await until(lambda: api.sent(MEI))
        api.press(MEI, "m:hot")
        await until(lambda: len(api.sent(MEI)) == 2)
        await until(lambda: api.of("answerCallbackQuery"))


async def test_groups_are_left_alone(api: BotApiServer, mode: Mode) -> None:
    group = {"id": -100, "type": "group", "title": "friends"}
    async with build(api, mode) as running:
        api.bring({"message": api.message(MEI, text="/start", chat=group)})
        api.say(MEI, "hello")
        await until(lambda: api.sent())
        await _until_counted(running.store, {"inbox.done": 2, "outbox.sent": 1})
    assert [call.params["chat_id"] for call in api.sent()] == [MEI]


async def test_the_running_server_tells_its_health_and_counts(api: BotApiServer) -> None:
    async with build(api) as running, httpx.AsyncClient(base_url=running.base) as client:
        api.say(MEI, "hello")
        await _until_counted(running.store, {"inbox.done": 1, "outbox.sent": 1})
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        text = (await client.get("/metrics")).text
    assert 'xiaoer_messages_handled_total{channel="telegram",outcome="handled"} 1.0' in text
    assert 'xiaoer_deliveries_total{channel="telegram",outcome="sent"} 1.0' in text
    assert 'xiaoer_answer_seconds_count{channel="telegram"} 1.0' in text
    assert 'xiaoer_rows{state="sent",table="outbox"} 1.0' in text


async def test_a_stranger_cannot_bring_updates(api: BotApiServer) -> None:
    update = {"update_id": 1, "message": api.message(MEI, text="hello")}
    async with build(api, "webhook") as running, httpx.AsyncClient(base_url=running.base) as client:
        for secret in (b"wrong", "密钥".encode(), b""):
            headers = {b"X-Telegram-Bot-Api-Secret-Token": secret}
            assert (await client.post("/telegram/webhook", json=update, headers=headers)).status_code == 401
        assert await running.store.counts() == {}
        headers = {b"X-Telegram-Bot-Api-Secret-Token": SECRET.encode()}
        assert (await client.post("/telegram/webhook", json=update, headers=headers)).status_code == 200
        await until(lambda: api.texts(MEI) == ["text||hello"])


async def _until_states(store: Store, chat: int, wanted: list[str]) -> None:
    async def reached() -> bool:
        return await states(store, chat) == wanted

    await until(reached)


async def _until_counted(store: Store, wanted: dict[str, Any]) -> None:
    async def reached() -> bool:
        return await store.counts() == wanted

    await until(reached)
