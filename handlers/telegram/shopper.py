"""Messages of shoppers. One handler for each kind of update: no filters, they cost more than the work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.types import ChatMemberUpdated, Message

from bot.core.messages import Incoming
from bot.core.ports import Channel, Clock, InboxRow, Store
from handlers.telegram.asides import Asides
from handlers.telegram.commands import parse_command
from handlers.telegram.incoming import from_message
from handlers.telegram.staff import StaffDesk

log = logging.getLogger(__name__)

#: Loads, decides and commits one turn, the inbox row with it.
Converse = Callable[[Incoming, int], Awaitable[object]]


class Shopper:
    """Makes an :class:`Incoming` of every message in a private chat and hands it to ``converse``."""

    def __init__(
        self,
        converse: Converse,
        store: Store,
        channel: Channel,
        clock: Clock,
        asides: Asides,
        typing_after_seconds: float = 0.8,
        desk: StaffDesk | None = None,
    ) -> None:
        self._desk = desk
        self._converse = converse
        self._store = store
        self._channel = channel
        self._clock = clock
        self._asides = asides
        #: Most answers come faster than the sign could show, and shown after them it would linger.
        self._typing_after_seconds = typing_after_seconds

    def register(self, router: Router) -> None:
        router.message.register(self.on_message)
        router.edited_message.register(self.on_edited_message)
        router.my_chat_member.register(self.on_my_chat_member)

    async def on_message(self, message: Message, row: InboxRow) -> None:
        if self._desk is not None and message.chat.id == self._desk.chat_id:
            await self._desk.on_message(message, row)
            return
        if self._desk is not None and _is_private(message) and (code := _staff_code(message)) is not None:
            await self._link(self._desk, message, code, row)
            return
        await self.handle(from_message(message, row) if _is_private(message) else None, row)

    async def on_edited_message(self, message: Message, row: InboxRow) -> None:
        if self._desk is not None and message.chat.id == self._desk.chat_id:
            await self._desk.on_edited(message, row)
            return
        await self.handle(from_message(message, row, edited=True) if _is_private(message) else None, row)

    async def _link(self, desk: StaffDesk, message: Message, code: str, row: InboxRow) -> None:
        """Somebody of the staff shows whose this account is; no part of the shop's talk with anybody."""
        answer = await desk.link(code, message.chat.id)
        await self._store.finish_inbox(row.id, self._clock.now())
        self._asides.start(_tell(message, answer))

    async def on_my_chat_member(self, event: ChatMemberUpdated, row: InboxRow) -> None:
        """Blocked or unblocked: nothing to answer; a send will tell whether the shopper can be reached.

        Whoever sets up a staff group needs its id, which Telegram's apps do not show.
        """
        if event.chat.type == ChatType.SUPERGROUP and (self._desk is None or event.chat.id != self._desk.chat_id):
            log.warning(
                "this bot is %s of group %d; telegram.staff_group: %d makes it the staff's",
                event.new_chat_member.status, event.chat.id, event.chat.id,
            )  # fmt: skip
        await self.handle(None, row)

    async def handle(self, incoming: Incoming | None, row: InboxRow) -> None:
        """None: groups and notices of the app are nobody's question."""
        if incoming is None:
            await self._store.finish_inbox(row.id, self._clock.now())
            return
        typing = asyncio.get_running_loop().call_later(self._typing_after_seconds, self._type, row.conversation_id)
        try:
            await self._converse(incoming, row.id)
        finally:
            typing.cancel()

    def _type(self, conversation_id: str) -> None:
        self._asides.start(self._channel.typing(conversation_id))


async def _tell(message: Message, text: str) -> None:
    await message.answer(text)


def _staff_code(message: Message) -> str | None:
    command = parse_command(message.text or "")
    return command[1][:100] if command is not None and command[0] == "staff" else None


def _is_private(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE
