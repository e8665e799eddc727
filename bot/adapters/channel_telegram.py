"""Sends replies through the Bot API. Fulfils :class:`bot.core.ports.Channel`."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import FSInputFile, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ClientTimeout, ConnectionTimeoutError

from bot.adapters import telegram_text as tt
from bot.adapters.telegram_files import albums, file_id, send_files, takes_caption
from bot.core.errors import ChannelError, ConfigError, Problem, Rejected, RetryLater, Uncertain, Unreachable
from bot.core.messages import Attachment, RenderedButton, Reply
from bot.core.pace import Pace
from bot.core.photos import KEPT, owner_of, photo_id_of
from bot.core.ports_web import PhotoKeeper

log = logging.getLogger(__name__)

#: ``connect`` bounds all that happens before the request leaves (waiting for a free connection included), so that a
#: dead network is told apart from a lost answer. aiogram hands the value to aiohttp as it is but says ``int``.
SEND_TIMEOUT: Final = cast(Any, ClientTimeout(total=20, connect=8))
UPLOAD_TIMEOUT: Final = cast(Any, ClientTimeout(total=60, connect=8))
_TYPING_SECONDS: Final = 5
#: Between the parts of one long reply a 429 is waited out here, up to this long in all.
_PATIENCE_SECONDS: Final = 30.0
_TOKEN_REFUSED_SECONDS: Final = 60.0
_NO_CONNECTION_SECONDS: Final = 5.0

#: Telegram gives no codes for these either.
_NO_TEXT: Final = "Bad Request: there is no text in the message to edit"
NOT_MODIFIED: Final = "Bad Request: message is not modified"

#: Its descriptions are plain English; what else stands in one may be quoted from the message.
_NOT_TELEGRAMS_OWN: Final = re.compile(r"[0-9]{5,}|[^\x20-\x7e]+")

#: The only way Telegram says that a chat is gone; it gives no code for it.
_GONE: Final = (
    "Bad Request: chat not found",
    "Bad Request: user not found",
    "Bad Request: PEER_ID_INVALID",
    "Bad Request: USER_IS_DEACTIVATED",
)


def make_bot(token: str, api_base: str | None = None, connections: int = 240) -> Bot:
    """A client of the Bot API; opens nothing yet. Close it by ``await bot.session.close()``.

    ``connections`` must exceed what the outbox sender may send at once, or sends would wait for each other.
    Raises ConfigError when the token cannot be one.
    """
    server = TelegramAPIServer.from_base(api_base) if api_base else PRODUCTION
    try:
        return Bot(token, session=AiohttpSession(limit=connections, api=server))
    except TokenValidationError:
        what = "is not a Telegram token (digits, a colon, letters)"
        raise ConfigError([Problem("environment", 0, "BOT_TOKEN", what)]) from None


@dataclass(frozen=True, slots=True)
class _Part:
    """One message of a reply; a photo, files that Telegram has already (an album counts as one), or words."""

    text: str
    photo: Path | None = None
    buttons: tuple[RenderedButton, ...] = ()
    files: tuple[Attachment, ...] = ()


class TelegramChannel:
    """Text goes out as it is, without markup: nothing a shopper or a template writes can break a message.

    A reply of several messages fails as a whole only before its first one arrived; after that the outcome is
    Uncertain, because repeating it would tell the beginning twice.
    """

    name = "telegram"

    def __init__(self, bot: Bot, photos_root: Path, pace: Pace | None = None, kept: PhotoKeeper | None = None) -> None:
        """``kept``: the pictures that the shop keeps itself, which people send from the desk."""
        self.pace = pace or Pace()
        self._kept = kept
        self._bot = bot
        self._photos_root = photos_root
        #: Telegram's ids of pictures it already has; a changed file counts as a new one.
        self._file_ids: dict[tuple[str, int, int], str] = {}

    async def send(self, conversation_id: str, reply: Reply) -> str:
        """The id of the last message sent."""
        chat_id = _chat_id(conversation_id)
        parts = self._parts(reply)
        if not parts:
            raise Rejected("nothing to send")
        arrived = ""
        for part in parts:
            if arrived:
                arrived = await self._later(chat_id, part)
            else:
                arrived = await self._first(chat_id, part, alone=len(parts) == 1)
        return arrived

    async def edit(self, conversation_id: str, platform_id: str, text: str) -> None:
        """Replace the words of a message sent before; the caption where it is a file. Raises like :meth:`send`."""
        chat_id, text = _chat_id(conversation_id), tt.sendable(text)
        where: dict[str, Any] = {"chat_id": chat_id, "message_id": int(platform_id), "request_timeout": SEND_TIMEOUT}
        if not text or tt.units(text) > tt.MAX_TEXT_UNITS:
            raise Rejected("an edited message must fit in one")
        try:
            try:
                plain = LinkPreviewOptions(is_disabled=True)
                await self._bot.edit_message_text(text, link_preview_options=plain, **where)
            except TelegramBadRequest as error:
                if not error.message.startswith(_NO_TEXT):
                    raise
                await self._bot.edit_message_caption(caption=text, **where)
        except AiogramError as error:
            if not (isinstance(error, TelegramBadRequest) and error.message.startswith(NOT_MODIFIED)):
                raise translated(error) from error

    async def typing(self, conversation_id: str) -> None:
        try:
            await self._bot.send_chat_action(_chat_id(conversation_id), "typing", request_timeout=_TYPING_SECONDS)
        except (AiogramError, ChannelError) as error:
            log.debug("typing not shown: %s", type(error).__name__)

    def _parts(self, reply: Reply) -> list[_Part]:
        text, buttons = tt.sendable(reply.text), usable(reply.buttons)
        if reply.media:
            return _with_files(text, reply.media)
        photo = self._photo(reply.photo) if reply.photo else None
        if photo is not None and tt.units(text) <= tt.MAX_CAPTION_UNITS:
            return [_Part(text, photo, buttons)]
        words = [_Part(part) for part in tt.split(text)]
        if words:
            words[-1] = _Part(words[-1].text, None, buttons)
        return [_Part("", photo), *words] if photo is not None else words

    def _photo(self, name: str) -> Path | None:
        """None, and a line in the log, when there is no such picture: the words still go out."""
        root = self._photos_root.resolve()
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.is_file():
            return path
        log.error("photo %s is not below the knowledge folder; sent without it", name)
        return None

    async def _first(self, chat_id: int, part: _Part, *, alone: bool) -> str:
        """Empty when a picture was left out and the words are still to come."""
        try:
            return await self._send_part(chat_id, part)
        except Rejected:
            if part.photo is None or (alone and not part.text):
                raise
        # Telegram does not like the picture; nothing was sent, and the words matter more.
        return await self._send_part(chat_id, _Part(part.text, None, part.buttons)) if part.text else ""

    async def _later(self, chat_id: int, part: _Part) -> str:
        try:
            return await _patiently(lambda: self._send_part(chat_id, part))
        except ChannelError as error:
            raise Uncertain("only the first messages of a long reply arrived") from error

    async def _send_part(self, chat_id: int, part: _Part) -> str:
        try:
            if part.photo is not None:
                return await self._send_photo(chat_id, part, part.photo)
            if part.files:
                return await self._send_files(chat_id, part)
            message = await self._bot.send_message(
                chat_id,
                part.text,
                reply_markup=keyboard(part.buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                request_timeout=SEND_TIMEOUT,
            )
        except AiogramError as error:
            raise translated(error) from error
        return str(message.message_id)

    async def _send_files(self, chat_id: int, part: _Part) -> str:
        uploads = any(_is_kept(file) for file in part.files)
        source = partial(self._source, f"{self.name}:{chat_id}")
        timeout = UPLOAD_TIMEOUT if uploads else SEND_TIMEOUT
        ids = await send_files(self._bot, chat_id, part.files, part.text, request_timeout=timeout, source=source)
        return str(ids[0])

    def _source(self, conversation_id: str, file: Attachment) -> str | FSInputFile:
        if not _is_kept(file):
            return file_id(file)
        owner, photo_id = owner_of(conversation_id), photo_id_of(file.handle)
        path = self._kept.path(owner, photo_id) if self._kept is not None else None
        if path is None:
            raise Rejected("the picture is not kept any more")
        return FSInputFile(path, "photo.jpg")

    async def _send_photo(self, chat_id: int, part: _Part, path: Path) -> str:
        key = _file_key(path)
        known = self._file_ids.get(key)
        if known is not None:
            try:
                return await self._post_photo(chat_id, part, known, key)
            except TelegramBadRequest:
                # Telegram forgot the file (or the bot's token changed): upload it again.
                del self._file_ids[key]
        return await self._post_photo(chat_id, part, FSInputFile(path), key)

    async def _post_photo(self, chat_id: int, part: _Part, photo: FSInputFile | str, key: tuple[str, int, int]) -> str:
        message = await self._bot.send_photo(
            chat_id,
            photo,
            caption=part.text or None,
            reply_markup=keyboard(part.buttons),
            request_timeout=UPLOAD_TIMEOUT,
        )
        self._remember(message, key)
        return str(message.message_id)

    def _remember(self, message: Message, key: tuple[str, int, int]) -> None:
        if message.photo:
            self._file_ids[key] = message.photo[-1].file_id


def _is_kept(file: Attachment) -> bool:
    return file.kind == "photo" and file.handle.startswith(f"{KEPT}:")


def _with_files(text: str, media: tuple[Attachment, ...]) -> list[_Part]:
    """The words go with the first album that takes a caption, and last: edits must find them there."""
    groups = [_Part("", files=group) for group in albums(media)]
    for index, group in enumerate(groups if 0 < tt.units(text) <= tt.MAX_CAPTION_UNITS else ()):
        if takes_caption(group.files):
            groups.append(_Part(text, files=groups.pop(index).files))
            return groups
    return [*groups, *(_Part(words) for words in tt.split(text))]


async def _patiently(send: Callable[[], Awaitable[str]]) -> str:
    """Waits out 429 within bounds: a part that was refused was not sent."""
    waited = 0.0
    while True:
        try:
            return await send()
        except RetryLater as error:
            waited += max(error.after_seconds, 0.1)
            if waited > _PATIENCE_SECONDS:
                raise
            await asyncio.sleep(error.after_seconds)


def translated(error: AiogramError) -> ChannelError:
    """What the outbox must know: was it sent, may it be tried again."""
    match error:
        case TelegramRetryAfter():
            return RetryLater(error.retry_after)
        case TelegramForbiddenError():
            return Unreachable()
        case TelegramBadRequest() if error.message.startswith(_GONE):
            return Unreachable()
        case TelegramUnauthorizedError() | TelegramNotFound():
            log.error("Telegram does not know this BOT_TOKEN (%s); messages wait", type(error).__name__)
            return RetryLater(_TOKEN_REFUSED_SECONDS)
        case TelegramEntityTooLarge():
            return Rejected("the file is too large")
        case TelegramNetworkError() if isinstance(error.__cause__, (ClientConnectorError, ConnectionTimeoutError)):
            return RetryLater(_NO_CONNECTION_SECONDS)
        case TelegramNetworkError() | TelegramServerError() | ClientDecodeError():
            return Uncertain()
        case TelegramAPIError():
            log.error("Telegram refused a message: %s", _NOT_TELEGRAMS_OWN.sub("…", error.message)[:200])
            return Rejected()
        case _:
            return Uncertain()


def _chat_id(conversation_id: str) -> int:
    channel, _, chat = conversation_id.partition(":")
    if channel != TelegramChannel.name or not chat.lstrip("-").isdigit():
        raise Rejected("not a Telegram chat")
    return int(chat)


def usable(buttons: tuple[RenderedButton, ...]) -> tuple[RenderedButton, ...]:
    """Without those Telegram would refuse the whole message for."""
    fine = tuple(b for b in buttons if b.label.strip() and 1 <= len(b.action.encode()) <= tt.MAX_ACTION_BYTES)
    if len(fine) < len(buttons):
        log.error("%d buttons left out: no label, no action, or an action over 64 bytes", len(buttons) - len(fine))
    return fine


def keyboard(buttons: tuple[RenderedButton, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    made = [[InlineKeyboardButton(text=b.label, callback_data=b.action) for b in row] for row in tt.rows(buttons)]
    return InlineKeyboardMarkup(inline_keyboard=made)


def _file_key(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size
