"""The test server is only worth what it refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiogram
import aiohttp
import pytest

from tests.bot_api_schema import METHODS
from tests.data.reduce_bot_api import METHODS as KEPT
from tests.data.reduce_bot_api import reduce_schema
from tests.fakes import TOKEN, BotApiServer


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(allow_violations=True) as server:
        yield server


async def _call(api: BotApiServer, method: str, **fields: Any) -> int:
    data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.base}/bot{TOKEN}/{method}", data=data) as answer,
    ):
        return answer.status


def _button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "a", "callback_data": "b", **fields}]]}


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("sendMessage", {"chat_id": 7, "text": "hi"}),
        ("sendMessage", {"chat_id": 7, "text": "😀" * 2048, "reply_markup": _button(callback_data="x" * 64)}),
        ("sendMessage", {"chat_id": 7, "text": "hi", "link_preview_options": {"is_disabled": True}}),
        ("setMyCommands", {"commands": [{"command": "start", "description": "Start"}], "scope": {"type": "default"}}),
        ("getMe", {}),
    ],
)
async def test_takes_what_the_documentation_allows(api: BotApiServer, method: str, fields: dict[str, Any]) -> None:
    assert await _call(api, method, **fields) == 200
    assert api.violations == []


@pytest.mark.parametrize(
    ("method", "fields", "complaint"),
    [
        ("sendMessage", {"chat_id": 7}, "text is missing"),
        ("sendMessage", {"chat_id": 7, "text": ""}, "0 characters"),
        ("sendMessage", {"chat_id": 7, "text": " \n"}, "text is empty"),
        ("sendMessage", {"chat_id": 7, "text": "😀" * 2049}, "4098 characters"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "colour": "red"}, "unknown parameter colour"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "disable_notification": "yes"}, "no Boolean"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "message_thread_id": "x"}, "no Integer"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "reply_markup": _button(callback_data="字" * 22)}, "66 bytes"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "reply_markup": _button(hue=1)}, "no field hue"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "reply_markup": _button(text="")}, "no label"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "reply_markup": _button(url="https://a.example")}, "one action"),
        ("sendMessage", {"chat_id": 7, "text": "hi", "link_preview_options": {"is_disabled": 1}}, "not a Boolean"),
        ("sendPhoto", {"chat_id": 7, "photo": "id", "caption": "好" * 1025}, "1025 characters"),
        ("sendPhoto", {"chat_id": 7, "photo": "attach://nothing"}, "missing or empty"),
        ("sendChatAction", {"chat_id": 7, "action": "dancing"}, "not one of"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "not allowed"),
        ("setMyCommands", {"commands": [{"command": "start"}]}, "description is missing"),
        ("setMyCommands", {"commands": []}, "0 items"),
        ("setWebhook", {"url": "", "secret_token": "with space"}, "not allowed"),
        ("setWebhook", {"url": "", "max_connections": 101}, "101 value"),
        ("sendRumor", {}, "unknown method"),
    ],
)
async def test_refuses_and_notes_what_the_documentation_does_not_allow(
    api: BotApiServer, method: str, fields: dict[str, Any], complaint: str
) -> None:
    assert await _call(api, method, **fields) in (400, 404)
    assert complaint in " ".join(api.violations)
    assert api.sent() == []


async def test_a_violation_fails_the_test_that_caused_it() -> None:
    with pytest.raises(AssertionError, match="text is missing"):
        async with BotApiServer() as strict:
            await _call(strict, "sendMessage", chat_id=7)


def test_the_schema_is_that_of_the_installed_library() -> None:
    data = json.loads((Path(__file__).parent / "data" / "bot_api_10_3.json").read_text(encoding="utf-8"))
    assert data["version"] == aiogram.__api_version__
    assert set(METHODS) == set(KEPT)


def test_the_reducing_script_reads_limits_out_of_descriptions() -> None:
    fields = [
        {"name": "text", "type": "String", "required": True, "description": "Text, 1-12 characters after parsing"},
        {"name": "data", "type": "String", "required": False, "description": "Data, 1-64 bytes"},
        {"name": "limit", "type": "Integer", "required": False, "description": "Values between 1-100 are accepted"},
        {
            "name": "markup",
            "type": "Array of Thing",
            "required": False,
            "description": "At most 9 things can be specified",
        },
    ]
    methods = [{"name": name, "description": "", "annotations": fields} for name in KEPT]
    thing = {"name": "Thing", "description": "", "annotations": [fields[1]]}
    unused = {"name": "Unused", "description": "", "annotations": []}
    reduced = reduce_schema({"api": {"version": "1"}, "items": [{"children": [*methods, thing, unused]}]})
    assert reduced["methods"]["sendMessage"] == {
        "text": {"type": "String", "required": True, "min": 1, "max": 12, "unit": "characters"},
        "data": {"type": "String", "required": False, "min": 1, "max": 64, "unit": "bytes"},
        "limit": {"type": "Integer", "required": False, "min": 1, "max": 100, "unit": "value"},
        "markup": {"type": "Array of Thing", "required": False, "min": 1, "max": 9, "unit": "items"},
    }
    assert set(reduced["types"]) == {"Thing"}


STAFF = -1001


async def test_a_group_keeps_topics_and_knows_when_one_is_gone(api: BotApiServer) -> None:
    api.group(STAFF)
    assert await _call(api, "createForumTopic", chat_id=STAFF, name="Mei") == 200
    (thread,) = api.chats.groups[STAFF].topics
    assert await _call(api, "sendMessage", chat_id=STAFF, message_thread_id=thread, text="hi") == 200
    (shown,) = api.topic(STAFF, thread)
    assert await _call(api, "editMessageText", chat_id=STAFF, message_id=shown.message_id, text="ho") == 200
    assert await _call(api, "editMessageText", chat_id=STAFF, message_id=shown.message_id, text="ho") == 400
    heart = [{"type": "emoji", "emoji": "👌"}]
    assert await _call(api, "setMessageReaction", chat_id=STAFF, message_id=shown.message_id, reaction=heart) == 200
    assert api.topic(STAFF, thread)[0].text == "ho"
    api.chats.delete_topic(STAFF, thread)
    assert await _call(api, "sendMessage", chat_id=STAFF, message_thread_id=thread, text="hi") == 400
    assert await _call(api, "setMessageReaction", chat_id=STAFF, message_id=shown.message_id, reaction=heart) == 400
    assert api.violations == []


async def test_a_file_is_refused_under_another_type_than_its_own(api: BotApiServer) -> None:
    assert await _call(api, "sendVoice", chat_id=7, voice="voice-1", caption="x") == 200
    assert await _call(api, "sendVoice", chat_id=7, voice="audio-1") == 400
    photos = [{"type": "photo", "media": f"photo-{n}"} for n in range(2)]
    assert await _call(api, "sendMediaGroup", chat_id=7, media=photos) == 200
    assert await _call(api, "sendMediaGroup", chat_id=7, media=photos[:1]) == 400
    assert await _call(api, "sendMediaGroup", chat_id=7, media=[*photos, {"type": "document", "media": "d"}]) == 400


async def test_more_than_twenty_posts_a_minute_to_a_group_are_a_violation(api: BotApiServer) -> None:
    now = [0.0]
    api.now = lambda: now[0]
    api.group(STAFF)
    for _ in range(18):
        assert await _call(api, "sendMessage", chat_id=STAFF, text="hi") == 200
    photos = [{"type": "photo", "media": f"photo-{n}"} for n in range(2)]
    await _call(api, "sendMediaGroup", chat_id=STAFF, media=photos)
    assert api.violations == []
    now[0] = 59.0
    await _call(api, "sendMessage", chat_id=STAFF, text="hi")
    assert len(api.violations) == 1
    now[0] = 61.0
    await _call(api, "sendMessage", chat_id=STAFF, text="hi")
    assert len(api.violations) == 1


async def test_a_group_can_be_told_to_refuse_everything_for_a_while(api: BotApiServer) -> None:
    api.group(STAFF)
    api.fail("", chat_id=STAFF, status=429, retry_after=7, times=2)
    assert await _call(api, "sendMessage", chat_id=STAFF, text="hi") == 429
    assert await _call(api, "createForumTopic", chat_id=STAFF, name="x") == 429
    assert await _call(api, "sendMessage", chat_id=7, text="hi") == 200
