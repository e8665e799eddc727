"""Pressed buttons."""

from __future__ import annotations

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery

from bot.core.ports import InboxRow
from handlers.telegram.asides import Asides
from handlers.telegram.incoming import from_button
from handlers.telegram.shopper import Shopper
from handlers.telegram.staff import StaffDesk

_ANSWER_SECONDS = 5


class Buttons:
    """Stops the button's spinner at once, then treats the press like any other message."""

    def __init__(self, bot: Bot, shopper: Shopper, asides: Asides, desk: StaffDesk | None = None) -> None:
        self._desk = desk
        self._bot = bot
        self._shopper = shopper
        self._asides = asides

    def register(self, router: Router) -> None:
        router.callback_query.register(self.on_button)

    async def on_button(self, query: CallbackQuery, row: InboxRow) -> None:
        if self._desk is not None and query.message is not None and query.message.chat.id == self._desk.chat_id:
            await self._desk.on_press(query, row)
            return
        if row.attempts == 0:
            # Beside the work: a slow Telegram must not hold up the conversation.
            self._asides.start(self._bot.answer_callback_query(query.id, request_timeout=_ANSWER_SECONDS))
        private = query.message is not None and query.message.chat.type == ChatType.PRIVATE
        await self._shopper.handle(from_button(query, row) if private and query.data else None, row)
