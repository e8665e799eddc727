"""Who listens to a conversation at the moment: its sockets, what they have shown, and what is pushed to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from bot.core.messages import Reply
from bot.core.ports import OutboxRow
from handlers.web.chat_view import ChatView, frame

#: Frames that wait for a slow socket before it is cut; it comes back and asks for what it missed.
_MAX_WAITING: Final = 200
#: A page that shows a message says so at once; a sleeping laptop does not.
_ACK_SECONDS: Final = 10.0
#: How long a room without news waits before it looks again.
_TRY_AGAIN_SECONDS: Final = 15.0
#: Who writes is told on to the other side no oftener; pages say it every few seconds.
_WRITING_SECONDS: Final = 1.0


class Listener:
    """One socket. ``cut`` is set when it cannot keep up."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[str] = asyncio.Queue(_MAX_WAITING)
        self.cut = False

    def send(self, text: str) -> None:
        if self.cut:
            return
        try:
            self.frames.put_nowait(text)
        except asyncio.QueueFull:
            self.cut = True


class Room:
    """The sockets of one conversation: tabs, and what is left of a connection that broke."""

    def __init__(self, conversation_id: str, view: ChatView, ack_seconds: float = _ACK_SECONDS) -> None:
        self.conversation_id = conversation_id
        self.listeners: set[Listener] = set()
        self._view = view
        self._ack_seconds = ack_seconds
        #: Everything up to this row is on a screen of hers.
        self._shown = 0
        #: Was pushed and nobody said yet that it is shown; empty: nothing.
        self._unanswered = ""
        self._news = asyncio.Event()
        #: When each side was told last that the other one writes.
        self._written: dict[str, float] = {}

    def may_tell_writing(self, who: str) -> bool:
        """Whether it is long enough since it was told last that ``who`` writes."""
        now = monotonic()
        if now - self._written.get(who, -_WRITING_SECONDS) < _WRITING_SECONDS:
            return False
        self._written[who] = now
        return True

    @property
    def present(self) -> bool:
        return bool(self.listeners)

    def shown(self, row_id: int) -> None:
        """A page of hers shows everything up to this row."""
        self._shown = max(self._shown, row_id)
        self.wake()

    def wake(self) -> None:
        """There may be something to send, or somebody to send to."""
        self._news.set()

    async def news(self, seconds: float = _TRY_AGAIN_SECONDS) -> None:
        """Until woken, or for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()

    def tell(self, text: str, but: Listener | None = None) -> None:
        """To every socket; what is told so is not waited for."""
        for listener in self.listeners:
            if listener is not but:
                listener.send(text)

    async def push(self, row: OutboxRow, reply: Reply) -> bool:
        """Whether a page of hers shows it now; False when nobody said so in time."""
        if not row.attempts:
            # Never pushed before: no page can show it, whatever it says.
            self._shown = min(self._shown, row.id - 1)
        if self._shown < row.id:
            line = self._view.told(row.id, int(row.created_at.timestamp() * 1000), reply)
            self._unanswered = frame("line", line=line)
            self.tell(self._unanswered)
        try:
            async with asyncio.timeout(self._ack_seconds):
                while self._shown < row.id and self.present:
                    await self.news()
        except TimeoutError:
            pass
        self._unanswered = ""
        return self._shown >= row.id

    def repeat(self, listener: Listener) -> None:
        """To one that came after the push: what is being waited for went to sockets that may be dead."""
        if self._unanswered:
            listener.send(self._unanswered)


class Rooms:
    """Every conversation somebody listens to, within bounds. ``serve`` is told of each room that opens."""

    def __init__(
        self, view: ChatView, max_sockets: int, max_sockets_per_visitor: int, ack_seconds: float = _ACK_SECONDS
    ) -> None:
        self._view = view
        self.ack_seconds = ack_seconds
        self._max_sockets = max_sockets
        self._max_sockets_per_visitor = max_sockets_per_visitor
        self._rooms: dict[str, Room] = {}
        self._sockets = 0
        self.serve: Callable[[Room], object] = lambda room: None
        #: Told of a conversation whose shopper is writing.
        self.on_writing: Callable[[str], object] = lambda conversation_id: None

    @property
    def sockets(self) -> int:
        return self._sockets

    @property
    def full(self) -> bool:
        return self._sockets >= self._max_sockets

    @contextmanager
    def join(self, conversation_id: str) -> Iterator[tuple[Room, Listener] | None]:
        """Listen for as long as the block runs; None when there are too many already."""
        room = self._rooms.get(conversation_id)
        if self.full or (room is not None and len(room.listeners) >= self._max_sockets_per_visitor):
            yield None
            return
        listener, known = Listener(), room
        room = known or Room(conversation_id, self._view, self.ack_seconds)
        room.listeners.add(listener)
        self._sockets += 1
        if known is None:
            self._rooms[conversation_id] = room
            self.serve(room)
        room.wake()
        try:
            yield room, listener
        finally:
            room.listeners.discard(listener)
            self._sockets -= 1
            room.wake()

    def close(self, room: Room) -> bool:
        """Nobody serves the room any more; False when somebody came meanwhile and it must be served on."""
        if room.present:
            return False
        self._rooms.pop(room.conversation_id, None)
        return True

    def ids(self) -> list[str]:
        return list(self._rooms)

    def wake(self, conversation_ids: Iterable[str]) -> None:
        for conversation_id in conversation_ids:
            room = self._rooms.get(conversation_id)
            if room is not None:
                room.wake()

    def shopper_writes(self, room: Room) -> None:
        """Kept nowhere; nothing is told of what she writes."""
        if room.may_tell_writing("shopper"):
            self.on_writing(room.conversation_id)

    def person_writes(self, conversation_id: str) -> None:
        """Somebody of the staff writes to her."""
        room = self._rooms.get(conversation_id)
        if room is not None and room.may_tell_writing("staff"):
            room.tell(frame("typing"))

    def typing(self, conversation_id: str) -> None:
        """An answer is coming."""
        room = self._rooms.get(conversation_id)
        if room is not None:
            room.tell(frame("typing"))
