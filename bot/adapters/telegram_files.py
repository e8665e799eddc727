"""Files sent on: by Telegram's ids where it has them already, else uploaded; one by one, or as an album."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from aiogram import Bot
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    ReplyParameters,
)

from bot.core.errors import Rejected
from bot.core.messages import Attachment
from bot.core.photos import is_kept, owner_of, photo_id_of
from bot.core.ports_web import PhotoKeeper

ALBUM_MAX: Final = 10

#: Kinds that one album may hold together.
_TOGETHER: Final = (frozenset({"photo", "video"}), frozenset({"document"}), frozenset({"audio"}))
_WITHOUT_CAPTION: Final = frozenset({"video_note", "sticker"})
_ALONE: Final = frozenset({"voice", "animation", "video_note", "sticker"})
_INPUT: Final[dict[str, Any]] = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}


def albums(media: Sequence[Attachment]) -> list[tuple[Attachment, ...]]:
    """In order, as few messages as Telegram allows."""
    made = list[tuple[Attachment, ...]]()
    for file in media:
        kinds = {one.kind for one in (made[-1] if made else ())} | {file.kind}
        if made and len(made[-1]) < ALBUM_MAX and any(kinds <= together for together in _TOGETHER):
            made[-1] = (*made[-1], file)
        else:
            made.append((file,))
    return made


def takes_caption(media: Sequence[Attachment]) -> bool:
    return media[0].kind not in _WITHOUT_CAPTION


async def send_files(
    bot: Bot,
    chat_id: int,
    media: Sequence[Attachment],
    caption: str,
    *,
    thread_id: int | None = None,
    reply_to: ReplyParameters | None = None,
    markup: InlineKeyboardMarkup | None = None,
    request_timeout: Any = None,
    source: Callable[[Attachment], str | InputFile] | None = None,
) -> list[int]:
    """One file, or one album (``albums``), as one call; ids of the messages, the captioned one first.

    ``source``: what stands for a file in the call; None: Telegram's id of it.
    Raises what the client raises, and Rejected for a file of another channel.
    """
    input_of = source or file_id
    common: dict[str, Any] = {
        "message_thread_id": thread_id,
        "reply_parameters": reply_to,
        "request_timeout": request_timeout,
    }
    if len(media) > 1:
        items = [
            _INPUT[file.kind](media=input_of(file), caption=(caption or None) if index == 0 else None)
            for index, file in enumerate(media)
        ]
        return [message.message_id for message in await bot.send_media_group(chat_id, items, **common)]
    (file,) = media
    send = getattr(bot, f"send_{file.kind}", None) if file.kind in _ALONE | _INPUT.keys() else None
    if send is None:
        raise Rejected(f"Telegram has no files of kind {file.kind[:20]}")
    words = {"caption": caption} if caption and file.kind not in _WITHOUT_CAPTION else {}
    return [(await send(chat_id, input_of(file), reply_markup=markup, **words, **common)).message_id]


def kept_files(
    kept: PhotoKeeper | None, conversation_id: str, media: Sequence[Attachment]
) -> dict[str, BufferedInputFile]:
    """By handle, the pictures among them that the shop keeps itself, read from disk. Raises Rejected when one is gone.

    Blocks: for a thread.
    """
    return {file.handle: _kept_file(kept, conversation_id, file) for file in media if is_kept(file.handle)}


def _kept_file(kept: PhotoKeeper | None, conversation_id: str, file: Attachment) -> BufferedInputFile:
    path = kept.path(owner_of(conversation_id), photo_id_of(file.handle)) if kept is not None else None
    try:
        content = Path(path).read_bytes() if path is not None else b""
    except OSError:
        content = b""
    if not content:
        raise Rejected("the picture is not kept any more")
    return BufferedInputFile(content, "photo.jpg")


def file_id(file: Attachment) -> str:
    channel, _, handle = file.handle.partition(":")
    if channel != "telegram" or not handle:
        raise Rejected("a file of another channel")
    return handle
