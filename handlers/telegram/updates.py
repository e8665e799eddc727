"""Telegram's raw updates, before anybody parses them. Needs no Telegram library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.core.ports import RawUpdate

CHANNEL = "telegram"

#: What we ask Telegram for; everything else never arrives.
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")


class Malformed(ValueError):
    """Not an update of the Bot API. The message quotes nothing of it."""


def raw_update(update: object, received_at: datetime) -> RawUpdate:
    """What both intakes store. Raises :class:`Malformed` where there is no update id.

    The payload is the same JSON value as received; lone surrogates, which no database takes, become question marks.
    """
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise Malformed("no update_id")
    update_id: int = update["update_id"]
    payload = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
    return RawUpdate(
        channel=CHANNEL,
        update_id=str(update_id),
        conversation_id=_conversation_id(update, update_id),
        payload=payload.encode("utf-8", "replace").decode("utf-8"),
        received_at=received_at,
    )


def read_update(body: bytes, received_at: datetime) -> RawUpdate:
    """:func:`raw_update` of a webhook's body."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, a number of 5,000 digits, nested without end
        raise Malformed("not JSON") from None
    return raw_update(update, received_at)


def _conversation_id(update: Mapping[str, object], update_id: int) -> str:
    """The chat, or its topic; an update of neither is a conversation of its own, so that it waits for nobody."""
    chat_id = _chat_id(update)
    if chat_id is None:
        return f"{CHANNEL}:update-{update_id}"
    topic = _topic(update)
    return f"{CHANNEL}:{chat_id}" if topic is None else f"{CHANNEL}:{chat_id}:{topic}"


def _topic(update: Mapping[str, object]) -> int | None:
    """Topics of a group are handled side by side."""
    for kind in KINDS:
        event = update.get(kind)
        if not isinstance(event, dict):
            continue
        message = event.get("message") if kind == "callback_query" else event
        if isinstance(message, dict) and message.get("is_topic_message") is True:
            thread = message.get("message_thread_id")
            chat = message.get("chat")
            # Private chats may have topics too; there the shopper stays one conversation.
            in_group = isinstance(chat, dict) and chat.get("type") == "supergroup"
            return thread if in_group and type(thread) is int else None
    return None


def _chat_id(update: Mapping[str, object]) -> int | None:
    for kind in KINDS:
        event = update.get(kind)
        if not isinstance(event, dict):
            continue
        # A button of a message that is gone names only who pressed it; in a private chat that is the chat.
        holder = event.get("message") if kind == "callback_query" else event
        for owner in (holder.get("chat") if isinstance(holder, dict) else None, event.get("from")):
            if isinstance(owner, dict) and type(owner.get("id")) is int:
                return int(owner["id"])
    return None
