"""What the inbox worker does with a frame that the page sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.core.messages import Incoming
from bot.core.ports import InboxRow
from handlers.web.chat_frames import incoming
from handlers.web.chat_room import Rooms

#: Loads, decides and commits one turn, the inbox row with it.
Converse = Callable[[Incoming, int], Awaitable[object]]


class ChatHandler:
    """Fulfils :data:`handlers.loops.inbox_worker.Handler` for channel ``web``."""

    def __init__(self, converse: Converse, rooms: Rooms, typing_after_seconds: float = 0.3) -> None:
        self._converse = converse
        self._rooms = rooms
        #: Most answers come faster than the sign could show.
        self._typing_after_seconds = typing_after_seconds

    async def __call__(self, row: InboxRow) -> None:
        later = asyncio.get_running_loop().call_later
        typing = later(self._typing_after_seconds, self._rooms.typing, row.conversation_id)
        try:
            await self._converse(incoming(row), row.id)
        finally:
            typing.cancel()
        self._rooms.wake([row.conversation_id])
