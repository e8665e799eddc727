"""Every kind of update, fed to the dispatcher as the worker feeds it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiogram import Router

from bot.adapters.channel_telegram import TelegramChannel, make_bot
from bot.core.messages import Incoming
from bot.core.ports import InboxRow
from handlers.loops.inbox_worker import SetAside
from handlers.telegram.dispatch import TelegramHandler
from handlers.telegram.updates import raw_update
from tests.bot_api_server import user
from tests.fakes import TOKEN, BotApiServer, FakeClock, MemoryStore
from tests.hanging_up import hang_up
from tests.queued import NOW

FILE = {"file_id": "F", "file_unique_id": "U"}
CHAT = {"id": 7, "type": "private"}


@dataclass
class Fed:
    """What the handler made of updates."""

    handler: TelegramHandler
    store: MemoryStore
    heard: list[tuple[Incoming, int]] = field(default_factory=list)

    async def feed(self, **update: Any) -> Incoming | None:
        """None when the update was finished without asking anybody."""
        await self.store.take_in([raw_update({"update_id": 5, **update}, NOW)])
        (row,) = await self.store.claim_inbox("t", NOW, 60, 1)
        await self.handler(row)
        if self.heard:
            incoming, inbox_id = self.heard[-1]
            assert inbox_id == row.id
            return incoming
        assert await self.store.counts() == {"inbox.done": 1}
        return None

    async def say(self, **content: Any) -> Incoming | None:
        return await self.feed(message=_message(**content))


@pytest.fixture
async def fed() -> AsyncIterator[Fed]:
    async with BotApiServer() as api:
        bot, store, clock = make_bot(TOKEN, api.base), MemoryStore(), FakeClock(NOW)
        heard = list[tuple[Incoming, int]]()

        async def converse(incoming: Incoming, inbox_id: int) -> None:
            heard.append((incoming, inbox_id))

        handler = TelegramHandler(bot, converse, store, TelegramChannel(bot, Path()), clock)
        yield Fed(handler, store, heard)
        await handler.close()
        await hang_up(bot)


def _message(**content: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1_790_000_000, "chat": CHAT, "from": user(7), **content}


async def test_a_text_arrives_with_all_that_is_known_of_its_sender(fed: Fed) -> None:
    sender = user(7, first_name="<b>Mei", last_name="李 😀", language_code="en-GB")
    assert await fed.feed(message=_message(text="包邮吗", **{"from": sender})) == Incoming(
        channel="telegram",
        conversation_id="telegram:7",
        message_id="5",
        at=NOW,
        kind="text",
        text="包邮吗",
        sender_name="<b>Mei 李 😀",
        app_language="en-GB",
    )


@pytest.mark.parametrize(
    ("text", "kind", "action"),
    [
        ("/start", "start", ""),
        ("/start p1", "start", "p1"),
        ("/start what is this", "start", ""),
        ("/help", "button", "cmd:help"),
        ("/menu@xiaoer_bot", "button", "cmd:menu"),
        ("/orders", "button", "cmd:orders"),
        ("/human", "button", "cmd:human"),
        ("/language", "button", "cmd:language"),
        ("/nonsense", "text", ""),
        ("start", "text", ""),
    ],
)
async def test_commands_become_starts_and_presses(fed: Fed, text: str, kind: str, action: str) -> None:
    incoming = await fed.say(text=text)
    assert incoming is not None
    assert (incoming.kind, incoming.action, incoming.text) == (kind, action, text)


SIZES = [{**FILE, "width": 90, "height": 90}, {"file_id": "BIG", "file_unique_id": "B", "width": 800, "height": 800}]
CLIP = {**FILE, "width": 1, "height": 1, "duration": 1}


@pytest.mark.parametrize(
    ("content", "kind", "media"),
    [
        ({"photo": SIZES}, "photo", ("BIG",)),
        ({"voice": {**FILE, "duration": 3}}, "voice", ("F",)),
        ({"audio": {**FILE, "duration": 3}}, "voice", ("audio:F",)),
        (
            {
                "sticker": {
                    **FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False,
                    "emoji": "👍",
                }
            },
            "sticker",
            ("F",),
        ),
        ({"video": CLIP}, "video", ("F",)),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, "video", ("video_note:F",)),
        ({"animation": CLIP, "document": FILE}, "video", ("animation:F",)),
        ({"document": FILE}, "document", ("F",)),
        ({"location": {"latitude": 30.25, "longitude": 120.17}}, "location", ()),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, "other", ()),
        ({"dice": {"emoji": "🎲", "value": 3}}, "other", ()),
        ({"something_of_next_year": {"a": 1}}, "other", ()),
    ],
)  # fmt: skip
async def test_every_kind_of_content_is_told_apart(
    fed: Fed, content: dict[str, Any], kind: str, media: tuple[str, ...]
) -> None:
    incoming = await fed.say(**content)
    assert incoming is not None
    assert (incoming.kind, incoming.media, incoming.text) == (kind, media, "")


async def test_a_caption_is_the_words_of_a_photo(fed: Fed) -> None:
    incoming = await fed.say(photo=SIZES, caption="这件有货吗")
    assert incoming is not None
    assert (incoming.kind, incoming.text) == ("photo", "这件有货吗")


async def test_an_edited_message_says_so(fed: Fed) -> None:
    incoming = await fed.feed(edited_message=_message(text="/start", edit_date=1_790_000_001))
    assert incoming is not None
    assert (incoming.kind, incoming.text, incoming.action) == ("edited", "/start", "")


async def test_a_very_long_text_is_bounded(fed: Fed) -> None:
    incoming = await fed.say(text="长" * 20_000)
    assert incoming is not None
    assert len(incoming.text) == 10_000


async def test_a_press_brings_its_action_and_its_words(fed: Fed) -> None:
    keyboard = {"inline_keyboard": [[{"text": "热销", "callback_data": "m:hot"}]]}
    query = {"id": "1", "from": user(7), "chat_instance": "1", "data": "m:hot"}
    incoming = await fed.feed(callback_query={**query, "message": _message(text="?", reply_markup=keyboard)})
    assert incoming is not None
    assert (incoming.kind, incoming.action, incoming.text) == ("button", "m:hot", "热销")


async def test_a_press_on_a_message_that_is_gone_still_counts(fed: Fed) -> None:
    query = {"id": "1", "from": user(7), "chat_instance": "1", "data": "m:hot"}
    incoming = await fed.feed(callback_query={**query, "message": {"message_id": 1, "date": 0, "chat": CHAT}})
    assert incoming is not None
    assert (incoming.action, incoming.text) == ("m:hot", "")


GROUP = {"id": -100, "type": "supergroup", "title": "a group"}
MEMBER = {"from": user(7), "date": 1, "old_chat_member": {"status": "member", "user": user(42)}}


@pytest.mark.parametrize(
    "update",
    [
        {"message": _message(text="hi", chat=GROUP)},
        {"edited_message": _message(text="hi", chat=GROUP)},
        {"callback_query": {"id": "1", "from": user(7), "chat_instance": "1", "data": "x",
                            "message": _message(text="?", chat=GROUP)}},
        {"callback_query": {"id": "1", "from": user(7), "chat_instance": "1", "data": "x", "inline_message_id": "i"}},
        {"callback_query": {"id": "1", "from": user(7), "chat_instance": "1", "game_short_name": "g",
                            "message": _message(text="?")}},
        {"my_chat_member": {**MEMBER, "chat": CHAT,
                            "new_chat_member": {"status": "kicked", "user": user(42), "until_date": 0}}},
        {"message": _message(pinned_message={"message_id": 1, "date": 0, "chat": CHAT})},
        {"message": _message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})},
        {"channel_post": _message(text="hi", chat={"id": -5, "type": "channel"})},
        {"an_update_of_next_year": {"text": "hi"}},
        {},
    ],
)  # fmt: skip
async def test_what_no_shopper_said_to_us_is_finished_quietly(fed: Fed, update: dict[str, Any]) -> None:
    assert await fed.feed(**update) is None


async def test_an_update_that_breaks_the_documentation_is_set_aside_without_quoting_it(fed: Fed) -> None:
    payload = json.dumps({"update_id": 5, "message": {"chat": {"id": "secret words"}}})
    row = InboxRow(1, "telegram", "5", "telegram:7", payload, NOW, 0)
    with pytest.raises(SetAside) as raised:
        await fed.handler(row)
    assert "secret" not in str(raised.value)


async def test_an_error_in_the_conversation_reaches_the_worker() -> None:
    async with BotApiServer() as api:
        bot = make_bot(TOKEN, api.base)

        async def converse(incoming: Incoming, inbox_id: int) -> None:
            raise ZeroDivisionError

        handler = TelegramHandler(bot, converse, MemoryStore(), TelegramChannel(bot, Path()), FakeClock())
        careless = handler.dispatcher.include_router(Router())

        @careless.errors()
        async def swallow(event: object) -> str:
            return "all is well"

        update = raw_update({"update_id": 5, "message": _message(text="hi")}, NOW)
        row = InboxRow(1, update.channel, "5", update.conversation_id, update.payload, NOW, 0)
        with pytest.raises(ZeroDivisionError):
            await handler(row)
        await hang_up(bot)


async def test_files_of_one_album_say_so(fed: Fed) -> None:
    incoming = await fed.say(photo=SIZES, media_group_id="14")
    assert incoming is not None
    assert (incoming.album, incoming.media) == ("14", ("BIG",))
