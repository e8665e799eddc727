"""Telegram's objects as core values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, User

from bot.core.messages import Incoming, Kind
from bot.core.ports import InboxRow
from handlers.telegram.commands import ACTIONS, parse_command, start_payload
from handlers.telegram.updates import CHANNEL

#: Telegram itself stops at 4,096; a self-hosted server may not. Core bounds what it looks at.
MAX_TEXT_CHARS = 10_000
_MAX_NAME_CHARS = 128

_KINDS: Mapping[str, Kind] = {
    ContentType.TEXT: "text",
    ContentType.PHOTO: "photo",
    ContentType.LIVE_PHOTO: "photo",
    ContentType.VOICE: "voice",
    ContentType.AUDIO: "voice",
    ContentType.STICKER: "sticker",
    ContentType.VIDEO: "video",
    ContentType.VIDEO_NOTE: "video",
    ContentType.ANIMATION: "video",
    ContentType.DOCUMENT: "document",
    ContentType.LOCATION: "location",
    ContentType.VENUE: "location",
    ContentType.CONTACT: "other",
    ContentType.POLL: "other",
    ContentType.DICE: "other",
    ContentType.GAME: "other",
    ContentType.STORY: "other",
    ContentType.CHECKLIST: "other",
    ContentType.PAID_MEDIA: "other",
    ContentType.RICH_MESSAGE: "other",
    # Newer than our library: most likely something a shopper sent.
    ContentType.UNKNOWN: "other",
}

_FILES: Mapping[str, Callable[[Message], Any]] = {
    ContentType.PHOTO: lambda m: m.photo[-1] if m.photo else None,
    ContentType.LIVE_PHOTO: lambda m: m.live_photo,
    ContentType.VOICE: lambda m: m.voice,
    ContentType.AUDIO: lambda m: m.audio,
    ContentType.STICKER: lambda m: m.sticker,
    ContentType.VIDEO: lambda m: m.video,
    ContentType.VIDEO_NOTE: lambda m: m.video_note,
    ContentType.ANIMATION: lambda m: m.animation,
    ContentType.DOCUMENT: lambda m: m.document,
}

#: Files of another type than their kind says; Telegram sends a file on under its own type only.
_OTHER_TYPE: Mapping[str, str] = {
    ContentType.LIVE_PHOTO: "live_photo:",
    ContentType.AUDIO: "audio:",
    ContentType.VIDEO_NOTE: "video_note:",
    ContentType.ANIMATION: "animation:",
}


def from_message(message: Message, row: InboxRow, *, edited: bool = False) -> Incoming | None:
    """What the shopper sent; None for notices of the app (pinned, auto-delete …) that nobody said."""
    kind = _KINDS.get(message.content_type)
    if kind is None:
        return None
    text, action = (message.text or message.caption or "")[:MAX_TEXT_CHARS], ""
    if edited:
        kind = "edited"
    elif kind == "text" and (command := parse_command(text)) is not None:
        kind, action = _of_command(*command)
    find = _FILES.get(message.content_type)
    file = find(message) if find is not None else None
    return Incoming(
        channel=CHANNEL,
        conversation_id=row.conversation_id,
        message_id=row.update_id,
        at=row.received_at,
        kind=kind,
        text=text,
        action=action,
        media=(_OTHER_TYPE.get(message.content_type, "") + file.file_id,) if file is not None else (),
        album=message.media_group_id or "",
        sender_name=_name(message.from_user),
        app_language=_language(message.from_user),
    )


def from_button(query: CallbackQuery, row: InboxRow) -> Incoming:
    """A pressed button; its words stand in ``text`` where the message is still known, for people who read along."""
    return Incoming(
        channel=CHANNEL,
        conversation_id=row.conversation_id,
        message_id=row.update_id,
        at=row.received_at,
        kind="button",
        text=_label(query),
        action=query.data or "",
        sender_name=_name(query.from_user),
        app_language=_language(query.from_user),
    )


def _of_command(name: str, words: str) -> tuple[Kind, str]:
    """A command we do not have is ordinary text."""
    if name == "start":
        return "start", start_payload(words)
    return ("button", ACTIONS[name]) if name in ACTIONS else ("text", "")


def _label(query: CallbackQuery) -> str:
    message = query.message
    if message is None or isinstance(message, InaccessibleMessage) or message.reply_markup is None:
        return ""
    buttons = (button for row in message.reply_markup.inline_keyboard for button in row)
    return next((b.text for b in buttons if b.callback_data == query.data), "")


def _name(user: User | None) -> str:
    return user.full_name[:_MAX_NAME_CHARS] if user else ""


def _language(user: User | None) -> str:
    return (user.language_code or "") if user else ""
