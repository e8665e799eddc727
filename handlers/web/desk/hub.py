"""Tells open pages of the desk that something changed, and who else looks at the same conversation.

Pages are told *that*, never *what*: they ask again, and are answered by what they may see. So nothing is lost when a
connection breaks, and a page that comes back after a restart of the shop shows the same as one that never left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Protocol

from bot.core.people import Staff
from handlers.loops.loop import Loop

#: Pages of one colleague that listen at once.
MOST_PAGES: Final = 12
_MAX_WAITING: Final = 50
_LOOK_SECONDS: Final = 0.1
_QUEUE_SECONDS: Final = 0.4
_IDLE_SECONDS: Final = 5.0


class Marks(Protocol):
    """What of :class:`bot.core.ports_desk.DeskStore` the hub needs."""

    async def change_mark(self) -> int: ...

    async def queue_mark(self) -> str: ...

    async def talk_mark(self, conversation_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class News:
    #: ``queue``, ``talk``, ``here``, ``writing``; ``shopper``: she is writing; ``end``: the connection is to be closed.
    kind: str
    words: str = ""


@dataclass(eq=False)
class Listener:
    """One open page."""

    staff: Staff
    #: The conversation it shows; empty: none.
    talk_id: str
    news: asyncio.Queue[News] = field(default_factory=lambda: asyncio.Queue(_MAX_WAITING))

    def tell(self, news: News) -> None:
        """Who does not keep up is cut off, and asks for everything when she comes back."""
        try:
            self.news.put_nowait(news)
        except asyncio.QueueFull:
            while not self.news.empty():
                self.news.get_nowait()
            self.news.put_nowait(News("end"))


class Hub(Loop):
    def __init__(self, store: Marks, look_seconds: float = _LOOK_SECONDS) -> None:
        super().__init__(1, look_seconds, 1.0)
        self._store = store
        self._listeners: set[Listener] = set()
        self._change = -1
        self._queue = ""
        self._talks: dict[str, str] = {}
        self._queue_due = False
        self._queue_at = 0.0
        #: Whether the shop is closing: connections that never end would hold it up.
        self.stopping: Callable[[], bool] = lambda: False
        #: Told of a conversation to whose shopper somebody writes.
        self.on_writing: Callable[[str], object] = lambda talk_id: None

    @contextmanager
    def join(self, staff: Staff, talk_id: str) -> Iterator[Listener | None]:
        """Listen for as long as the block runs; None when she has too many pages open."""
        if sum(other.staff.staff_id == staff.staff_id for other in self._listeners) >= MOST_PAGES:
            yield None
            return
        listener = Listener(staff, talk_id)
        self._listeners.add(listener)
        self._tell_who_is_here(talk_id)
        self.wake()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            self._tell_who_is_here(talk_id)

    def here(self, talk_id: str, but: str = "") -> Mapping[str, str]:
        """Staff id -> name of who looks at it."""
        found = {x.staff.staff_id: x.staff.name for x in self._listeners if x.talk_id == talk_id and talk_id}
        found.pop(but, None)
        return dict(sorted(found.items()))

    def writing(self, staff: Staff, talk_id: str) -> None:
        """She is writing an answer; the others who look at it are told."""
        for listener in self._listeners:
            if listener.talk_id == talk_id and listener.staff.staff_id != staff.staff_id:
                listener.tell(News("writing", staff.name))

    def writing_to_her(self, talk_id: str) -> None:
        """The shopper may see that an answer is coming."""
        self.on_writing(talk_id)

    def shopper_writes(self, talk_id: str) -> None:
        """The shopper is writing; whoever looks at it is told, and nothing is kept."""
        for listener in self._listeners:
            if listener.talk_id == talk_id:
                listener.tell(News("shopper"))

    def stop(self) -> None:
        self._tell_all(News("end"))
        super().stop()

    async def _round(self) -> float:
        if self.stopping():
            self._tell_all(News("end"))
            return _IDLE_SECONDS
        if not self._listeners:
            return _IDLE_SECONDS
        change = await self._store.change_mark()
        if change != self._change:
            self._change = change
            self._queue_due = True
            await self._look_at_talks()
        if self._queue_due and monotonic() - self._queue_at >= _QUEUE_SECONDS:
            await self._look_at_queue()
        return self._poll_seconds

    async def _look_at_talks(self) -> None:
        known, self._talks = self._talks, {}
        for talk_id in {listener.talk_id for listener in self._listeners if listener.talk_id}:
            mark = await self._store.talk_mark(talk_id)
            self._talks[talk_id] = mark
            if mark != known.get(talk_id):
                for listener in self._listeners:
                    if listener.talk_id == talk_id:
                        listener.tell(News("talk", mark))

    async def _look_at_queue(self) -> None:
        mark = await self._store.queue_mark()
        self._queue_due, self._queue_at = False, monotonic()
        if mark != self._queue:
            self._queue = mark
            self._tell_all(News("queue"))

    def _tell_all(self, news: News) -> None:
        for listener in list(self._listeners):
            listener.tell(news)

    def _tell_who_is_here(self, talk_id: str) -> None:
        for listener in self._listeners:
            if talk_id and listener.talk_id == talk_id:
                others = self.here(talk_id, but=listener.staff.staff_id)
                listener.tell(News("here", "、".join(others.values())))
