"""Sends the page's conversations what is queued for them, for as long as somebody listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.errors import RetryLater, StoreError
from bot.core.messages import Reply
from bot.core.ports import Clock, OutboxRow, Store
from bot.core.ports_web import WebStore
from bot.service.deliver import Writer, deliver
from handlers.loops.backoff import Backoff
from handlers.loops.loop import Loop, describe
from handlers.loops.metrics import Metrics

log = logging.getLogger(__name__)


class Listening(Protocol):
    """One conversation that is open on a page, as :class:`handlers.web.chat_room.Room` is."""

    conversation_id: str

    @property
    def present(self) -> bool: ...

    async def push(self, row: OutboxRow, reply: Reply) -> bool: ...

    async def news(self) -> None: ...


class Listenings(Protocol):
    """All of them."""

    def ids(self) -> Sequence[str]: ...

    def wake(self, conversation_ids: Sequence[str]) -> None: ...


class WebDoors(Store, WebStore, Protocol):
    """Both sides of the store that the page needs."""


class WebPump(Loop):
    """One task for each open conversation; the loop only looks for what nobody told of (other processes).

    A message counts as sent when a page says that it shows it. Pages know messages by their number, so repeating one
    is harmless: what no page answered for waits until somebody comes back.
    """

    def __init__(
        self,
        store: WebDoors,
        rooms: Listenings,
        clock: Clock,
        *,
        write: Writer | None = None,
        metrics: Metrics | None = None,
        name: str = "web",
        poll_seconds: float = 0.25,
        grace_seconds: float = 10.0,
    ) -> None:
        """``poll_seconds``: how long words of a person may lie there; asking for 500 conversations takes 0.3 ms."""
        super().__init__(1, poll_seconds, grace_seconds)
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._write = write
        self._metrics = metrics or Metrics()
        self._name = name

    def serve(self, room: Listening, close: Callable[[], bool]) -> None:
        """Send to ``room`` until nobody listens; ``close`` gives it up, or says that somebody came meanwhile."""
        self._spawn(self._serve(room, close))

    async def _round(self) -> float:
        if ids := self._rooms.ids():
            self._rooms.wake(await self._store.waiting_among(ids))
        return self._poll_seconds

    async def _serve(self, room: Listening, close: Callable[[], bool]) -> None:
        backoff = Backoff(0.2, 10.0)
        while room.present or not close():
            try:
                await self._send_next(room)
                backoff.reset()
            except Exception as error:
                # The database may be away, and a mistake must not leave a page unserved: it outlives both.
                log.error("the page's messages: %s", describe(error))
                await asyncio.sleep(backoff.next_seconds())

    async def _send_next(self, room: Listening) -> None:
        row = await self._store.claim_outbox_of(self._name, self._clock.now(), room.conversation_id)
        if row is None:
            await room.news()
            return
        channel = _Page(room, row, self._store)
        outcome = await deliver(row, channel, self._store, self._clock, write=self._write)
        put_back = isinstance(outcome, datetime)
        if outcome == "sent":
            seconds = (self._clock.now() - row.created_at).total_seconds()
            self._metrics.delivery_seconds.labels(row.channel).observe(max(0.0, seconds))
        self._metrics.delivered.labels(row.channel, "postponed" if put_back else outcome).inc()
        if put_back and room.present:
            # The socket may be a dead one: nothing more before it moves, or another one comes.
            await room.news()


class _Page:
    """Fulfils :class:`bot.core.ports.Channel` for one message to one room."""

    name = "web"

    def __init__(self, room: Listening, row: OutboxRow, store: WebStore) -> None:
        self._room = room
        self._row = row
        self._store = store

    async def send(self, conversation_id: str, reply: Reply) -> str:
        try:
            if reply != self._row.reply:
                await self._store.keep_words(self._row.id, reply)
        except StoreError as error:
            raise RetryLater(1.0) from error
        if not await self._room.push(self._row, reply):
            raise RetryLater(0.0)
        return str(self._row.id)

    async def typing(self, conversation_id: str) -> None:
        """Shown by whoever works on an answer."""
