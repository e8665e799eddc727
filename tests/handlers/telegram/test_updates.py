from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.telegram.updates import Malformed, raw_update, read_update
from tests.queued import NOW

CHAT = {"id": 7, "type": "private"}
FORUM = {"id": -100, "type": "supergroup", "is_forum": True}


@pytest.mark.parametrize(
    ("content", "conversation"),
    [
        ({"message": {"chat": CHAT}}, "telegram:7"),
        ({"edited_message": {"chat": CHAT}}, "telegram:7"),
        ({"my_chat_member": {"chat": CHAT}}, "telegram:7"),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": CHAT}}}, "telegram:7"),
        ({"callback_query": {"from": {"id": 7}}}, "telegram:7"),
        ({"message": {"chat": {"id": -100}, "from": {"id": 7}}}, "telegram:-100"),
        ({"message": {"chat": FORUM, "message_thread_id": 3, "is_topic_message": True}}, "telegram:-100:3"),
        ({"edited_message": {"chat": FORUM, "message_thread_id": 3, "is_topic_message": True}}, "telegram:-100:3"),
        (
            {"callback_query": {"message": {"chat": FORUM, "message_thread_id": 3, "is_topic_message": True}}},
            "telegram:-100:3",
        ),
        ({"message": {"chat": FORUM, "message_thread_id": 3}}, "telegram:-100"),
        ({"message": {"chat": FORUM, "message_thread_id": "3", "is_topic_message": True}}, "telegram:-100"),
        ({"message": {"chat": CHAT, "message_thread_id": 3, "is_topic_message": True}}, "telegram:7"),
        ({"poll": {"id": "1"}}, "telegram:update-5"),
        ({"message": "no object"}, "telegram:update-5"),
        ({"message": {"chat": {"id": "7"}}}, "telegram:update-5"),
        ({}, "telegram:update-5"),
    ],
)
def test_an_update_belongs_to_the_conversation_of_its_chat(content: dict[str, Any], conversation: str) -> None:
    row = raw_update({"update_id": 5, **content}, NOW)
    assert (row.channel, row.update_id, row.conversation_id) == ("telegram", "5", conversation)
    assert row.received_at == NOW


def test_what_we_do_not_know_yet_is_kept() -> None:
    update = {"update_id": 5, "message": {"chat": CHAT, "text": "好 😀 \u0000 \"'", "new_field": [1.5, None, True]}}
    assert json.loads(raw_update(update, NOW).payload) == update


def test_both_ways_in_make_the_same_row() -> None:
    update = {"update_id": 5, "message": {"chat": CHAT, "text": "包邮吗"}}
    assert read_update(json.dumps(update).encode(), NOW) == raw_update(update, NOW)


def test_half_an_emoji_becomes_a_question_mark() -> None:
    row = read_update(b'{"update_id": 5, "message": {"chat": {"id": 7}, "text": "a\\ud83d"}}', NOW)
    assert json.loads(row.payload)["message"]["text"] == "a?"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"7",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": 5',
        b"9" * 5000,
        b'{"update_id": 1, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_is_no_update_is_malformed_and_not_quoted(body: bytes) -> None:
    with pytest.raises(Malformed) as raised:
        read_update(body, NOW)
    assert str(raised.value) in ("not JSON", "no update_id")
