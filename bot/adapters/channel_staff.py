"""The staff's group in Telegram: topics, posts, cards and reactions. Fulfils :class:`bot.core.ports.StaffRoom`.

Telegram lets a bot post 20 messages a minute to a group, all topics together. What is posted here is counted when the
call has returned, so that no clock's view of any minute holds more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReactionTypeEmoji,
    ReactionTypeUnion,
    ReplyParameters,
    User,
)

from bot.adapters import telegram_text as tt
from bot.adapters.channel_telegram import (
    NOT_MODIFIED,
    SEND_TIMEOUT,
    UPLOAD_TIMEOUT,
    keyboard,
    translated,
    usable,
)
from bot.adapters.telegram_files import file_id, kept_files, send_files
from bot.core.errors import TopicGone
from bot.core.messages import Attachment, RenderedButton
from bot.core.pace import Window
from bot.core.ports import Clock
from bot.core.ports_web import PhotoKeeper

log = logging.getLogger(__name__)

T = TypeVar("T")

POSTS_A_MINUTE: Final = 20
#: Of these so many are kept for answers to people.
KEPT: Final = 3
_GAP_SECONDS: Final = 1.0
_MAX_NAME: Final = 128
_TOAST_SECONDS: Final = 5
_MAX_TOAST: Final = 200

_TOPIC_GONE: Final = (
    "Bad Request: message thread not found",
    "Bad Request: TOPIC_DELETED",
    "Bad Request: TOPIC_ID_INVALID",
)
_TOPIC_CLOSED: Final = "Bad Request: TOPIC_CLOSED"
_MESSAGE_GONE: Final = ("Bad Request: message to edit not found", "Bad Request: MESSAGE_ID_INVALID")


class StaffGroup:
    """``limit`` posts in any minute. ``kept``: the pictures that the shop keeps itself; None: they are named only."""

    def __init__(
        self, bot: Bot, chat_id: int, clock: Clock, limit: int = POSTS_A_MINUTE, kept: PhotoKeeper | None = None
    ) -> None:
        self.chat_id = chat_id
        self._bot = bot
        self._clock = clock
        self._kept = kept
        self._window = Window(limit, 60.0, _GAP_SECONDS)
        #: Posts on their way, which several may be: counted from the beginning.
        self._under_way = 0

    def wait_seconds(self, count: int = 1, *, urgent: bool = False) -> float:
        now, kept = self._clock.now().timestamp(), 0 if urgent else KEPT
        wait = self._window.wait_seconds(now, count + self._under_way, kept)
        # What is under way has no moment yet that the gap could be counted from.
        return max(wait, _GAP_SECONDS) if self._under_way else wait

    async def open_topic(self, name: str) -> int:
        shown = tt.split(tt.sendable(name) or "?", _MAX_NAME)[0]
        topic = await self._posting(
            1, lambda: self._bot.create_forum_topic(self.chat_id, shown, request_timeout=SEND_TIMEOUT)
        )
        return topic.message_thread_id

    async def delete_topic(self, thread_id: int) -> None:
        """With all that was posted in it; one that is gone already is fine. Raises what :meth:`post` raises."""
        try:
            await self._bot.delete_forum_topic(self.chat_id, thread_id, request_timeout=SEND_TIMEOUT)
        except AiogramError as error:
            if not (isinstance(error, TelegramBadRequest) and error.message.startswith(_TOPIC_GONE)):
                raise translated(error) from error

    async def post(
        self,
        thread_id: int | None,
        text: str,
        buttons: Sequence[RenderedButton] = (),
        *,
        reply_to: int | None = None,
        asks: tuple[int, str] | None = None,
    ) -> int:
        words, entities = _addressed(text, asks)

        async def send() -> int:
            message = await self._bot.send_message(
                self.chat_id,
                words,
                entities=entities,
                message_thread_id=thread_id,
                reply_markup=ForceReply(force_reply=True, selective=True) if asks else _markup(buttons),
                reply_parameters=_answering(reply_to),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                request_timeout=SEND_TIMEOUT,
            )
            return message.message_id

        return await self._posting(1, lambda: self._reopened(thread_id, send))

    async def post_files(
        self, thread_id: int | None, media: Sequence[Attachment], caption: str, *, conversation_id: str = ""
    ) -> int:
        # Read before anything leaves: a picture may be deleted at any moment.
        uploads = await asyncio.to_thread(kept_files, self._kept, conversation_id, media)

        async def send() -> int:
            ids = await send_files(
                self._bot,
                self.chat_id,
                media,
                tt.sendable(caption),
                thread_id=thread_id,
                request_timeout=UPLOAD_TIMEOUT if uploads else SEND_TIMEOUT,
                source=lambda file: uploads.get(file.handle) or file_id(file),
            )
            return ids[0]

        return await self._posting(len(media), lambda: self._reopened(thread_id, send))

    async def edit(self, message_id: int, text: str, buttons: Sequence[RenderedButton] = ()) -> bool:
        try:
            await self._bot.edit_message_text(
                tt.sendable(text),
                chat_id=self.chat_id,
                message_id=message_id,
                reply_markup=_markup(buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                request_timeout=SEND_TIMEOUT,
            )
        except AiogramError as error:
            return self._edited(error)
        return True

    async def edit_buttons(self, message_id: int, buttons: Sequence[RenderedButton]) -> None:
        try:
            await self._bot.edit_message_reply_markup(
                chat_id=self.chat_id,
                message_id=message_id,
                reply_markup=_markup(buttons),
                request_timeout=SEND_TIMEOUT,
            )
        except AiogramError as error:
            self._edited(error)

    async def react(self, message_id: int, emoji: str) -> None:
        reaction: list[ReactionTypeUnion] = [ReactionTypeEmoji(emoji=emoji)]
        try:
            await self._bot.set_message_reaction(self.chat_id, message_id, reaction, request_timeout=SEND_TIMEOUT)
        except AiogramError as error:
            raise translated(error) from error

    async def toast(self, query_id: str, text: str, *, alert: bool = False) -> None:
        words = text if tt.units(text) <= _MAX_TOAST else tt.split(text, _MAX_TOAST - 1)[0] + "…"
        try:
            await self._bot.answer_callback_query(query_id, words, show_alert=alert, request_timeout=_TOAST_SECONDS)
        except AiogramError as error:
            log.debug("a button's answer was not shown: %s", type(error).__name__)

    async def _posting(self, count: int, send: Callable[[], Awaitable[T]]) -> T:
        """Counted whatever becomes of it: what failed may have been posted."""
        self._under_way += count
        try:
            return await send()
        except TelegramBadRequest as error:
            if error.message.startswith(_TOPIC_GONE):
                raise TopicGone from error
            raise translated(error) from error
        except AiogramError as error:
            raise translated(error) from error
        finally:
            self._under_way -= count
            self._window = self._window.taken(self._clock.now().timestamp(), count)

    async def _reopened(self, thread_id: int | None, send: Callable[[], Awaitable[int]]) -> int:
        """A topic somebody closed by hand is opened again."""
        try:
            return await send()
        except TelegramBadRequest as error:
            if thread_id is None or not error.message.startswith(_TOPIC_CLOSED):
                raise
        await self._bot.reopen_forum_topic(self.chat_id, thread_id, request_timeout=SEND_TIMEOUT)
        return await send()

    def _edited(self, error: AiogramError) -> bool:
        """True: it stands there as it should; False: it is gone."""
        if isinstance(error, TelegramBadRequest) and error.message.startswith(NOT_MODIFIED):
            return True
        if isinstance(error, TelegramBadRequest) and error.message.startswith(_MESSAGE_GONE):
            return False
        raise translated(error) from error


def _markup(buttons: Sequence[RenderedButton]) -> InlineKeyboardMarkup | None:
    return keyboard(usable(tuple(buttons)))


def _addressed(text: str, asks: tuple[int, str] | None) -> tuple[str, list[MessageEntity] | None]:
    """With the asked person's name in front, as a mention: only she is shown the field to reply."""
    if asks is None:
        return tt.sendable(text), None
    account, name = asks[0], tt.sendable(asks[1]) or "?"
    user = User(id=account, is_bot=False, first_name=name)
    mention = MessageEntity(type="text_mention", offset=0, length=tt.units(name), user=user)
    return tt.sendable(f"{name}: {text}"), [mention]


def _answering(message_id: int | None) -> ReplyParameters | None:
    """The message answered may be gone by now; the answer is worth posting all the same."""
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True) if message_id is not None else None
