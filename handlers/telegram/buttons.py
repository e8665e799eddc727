"""Pressed buttons."""

from __future__ import annotations

import asyncio
import logging

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery

from bot.core.ports import InboxRow
from handlers.telegram.incoming import from_button
from handlers.telegram.shopper import Shopper

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 5


class Buttons:
    """Stops the button's spinner at once, then treats the press like any other message."""

    def __init__(self, bot: Bot, shopper: Shopper) -> None:
        self._bot = bot
        self._shopper = shopper
        self._answers: set[asyncio.Task[None]] = set()

    def router(self) -> Router:
        router = Router(name="buttons")
        router.callback_query.register(self.on_button)
        return router

    async def on_button(self, query: CallbackQuery, row: InboxRow) -> None:
        if row.attempts == 0:
            # Beside the work: a slow Telegram must not hold up the conversation.
            task = asyncio.create_task(self._stop_spinner(query.id))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        private = query.message is not None and query.message.chat.type == ChatType.PRIVATE
        await self._shopper.handle(from_button(query, row) if private and query.data else None, row)

    async def close(self) -> None:
        """Let the answers on their way arrive."""
        await asyncio.gather(*self._answers)

    async def _stop_spinner(self, query_id: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id, request_timeout=_ANSWER_SECONDS)
        except AiogramError as error:
            # Too old, or Telegram is away: only the little animation goes on.
            log.debug("callback query not answered: %s", type(error).__name__)
