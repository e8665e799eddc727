"""What a staff member's message holds: words, and files as they can be sent on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import Message

from bot.core.messages import Attachment

_FILES: Mapping[str, tuple[str, Callable[[Message], Any]]] = {
    ContentType.PHOTO: ("photo", lambda m: m.photo[-1] if m.photo else None),
    ContentType.VOICE: ("voice", lambda m: m.voice),
    ContentType.AUDIO: ("audio", lambda m: m.audio),
    ContentType.VIDEO: ("video", lambda m: m.video),
    ContentType.VIDEO_NOTE: ("video_note", lambda m: m.video_note),
    ContentType.ANIMATION: ("animation", lambda m: m.animation),
    ContentType.DOCUMENT: ("document", lambda m: m.document),
    ContentType.STICKER: ("sticker", lambda m: m.sticker),
}

#: What members send and what cannot be passed on; everything else is a notice of the app.
_SENT = frozenset(
    {
        ContentType.CONTACT, ContentType.LOCATION, ContentType.VENUE, ContentType.POLL, ContentType.DICE,
        ContentType.GAME, ContentType.STORY, ContentType.CHECKLIST, ContentType.PAID_MEDIA, ContentType.LIVE_PHOTO,
        ContentType.UNKNOWN,
    }
)  # fmt: skip


def content_of(message: Message) -> tuple[str, tuple[Attachment, ...]] | None:
    """Words and files; None where there is nothing that could be passed on."""
    if message.content_type == ContentType.TEXT:
        return (message.text or "", ()) if (message.text or "").strip() else None
    found = _FILES.get(message.content_type)
    file = found[1](message) if found else None
    if found is None or file is None:
        return None
    return message.caption or "", (Attachment(found[0], f"telegram:{file.file_id}"),)


def is_said(message: Message) -> bool:
    """False for notices: a topic was opened, somebody joined, a message was pinned."""
    return message.content_type == ContentType.TEXT or message.content_type in _FILES or message.content_type in _SENT
