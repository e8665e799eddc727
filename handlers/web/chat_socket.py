"""``/chat/socket``: one page's connection. Everything said on it is on disk before the page is told so."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from bot.core.binding import is_signed_user
from bot.core.errors import StoreError
from bot.core.ports import Clock
from bot.core.ports_web import PhotoKeeper
from bot.service.take_in import TakeIn
from handlers.web.chat_frames import Ack, Act, BadFrame, Hello, Ping, Typing, raw_update, read_frame, read_hello
from handlers.web.chat_history import ChatHistory
from handlers.web.chat_room import Listener, Room, Rooms
from handlers.web.chat_view import ChatView, frame
from handlers.web.origins import Origins
from handlers.web.rates import Rate
from handlers.web.visitors import Visitors, conversation_of

log = logging.getLogger(__name__)

#: Close codes of ours; the page acts on them (see static/widget.js).
CLOSE_NO_VISITOR: Final = 4401
CLOSE_TOO_MANY: Final = 4429
CLOSE_MALFORMED: Final = 4400
_CLOSE_TRY_LATER: Final = 1013

#: Of the year 9999: later moments cannot be told.
_LATEST_SECONDS: Final = 253_370_764_800
_HELLO_SECONDS: Final = 10.0
#: Sockets that may be silent at once; each for as long as above.
_MAX_STRANGERS: Final = 500
#: Malformed frames of one socket before it is closed.
_PATIENCE: Final = 5


@dataclass(frozen=True, slots=True)
class ChatLimits:
    max_text_chars: int
    #: Things said, pressed or sent by one visitor, and from one address.
    visitor: Rate
    address: Rate
    #: Connections of one visitor: each is shown the talk so far.
    hellos: Rate


@dataclass(slots=True)
class _Line:
    """One open socket and who is at its other end."""

    visitor: str
    address: str
    language: str
    room: Room
    listener: Listener
    #: The shop's user, proved by the page; empty: nobody known.
    user_id: str = ""
    malformed: int = 0


class ChatSocket:
    def __init__(
        self,
        take_in: TakeIn,
        rooms: Rooms,
        visitors: Visitors,
        view: ChatView,
        history: ChatHistory,
        photos: PhotoKeeper,
        origins: Origins,
        limits: ChatLimits,
        clock: Clock,
        user_secret: bytes = b"",
    ) -> None:
        """``user_secret``: what the shop's own server signs its users with; empty: no page can prove one."""
        self._user_secret = user_secret
        #: Sockets that have not said yet who they are.
        self._strangers = 0
        self._take_in = take_in
        self._rooms = rooms
        self._visitors = visitors
        self._view = view
        self._history = history
        self._photos = photos
        self._origins = origins
        self._limits = limits
        self._clock = clock

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_websocket_route("/chat/socket", self.connect)
        return router

    async def connect(self, socket: WebSocket) -> None:
        if not self._origins.allow(socket.headers) or self._rooms.full or self._strangers >= _MAX_STRANGERS:
            # Before it is accepted: the browser is told 403.
            await socket.close()
            return
        await socket.accept()
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._talk(socket)

    async def _talk(self, socket: WebSocket) -> None:
        self._strangers += 1
        try:
            hello = await _hello(socket)
        finally:
            self._strangers -= 1
        visitor = self._visitors.of(hello.token) if hello else None
        if hello is None or visitor is None:
            await socket.close(CLOSE_NO_VISITOR if hello else CLOSE_MALFORMED)
            return
        if self._limits.hellos.take(visitor):
            await socket.close(_CLOSE_TRY_LATER)
            return
        with self._rooms.join(conversation_of(visitor)) as joined:
            if joined is None:
                await socket.close(CLOSE_TOO_MANY)
                return
            address = socket.client.host if socket.client else ""
            line = _Line(visitor, address, hello.language, *joined, user_id=self._user(hello))
            await self._listen(socket, hello, line)

    def _user(self, hello: Hello) -> str:
        """Whom the page's own server knows, where its signature holds."""
        if not hello.user_id or not 0 < hello.user_at < _LATEST_SECONDS:
            return ""
        signed_at = datetime.fromtimestamp(hello.user_at, UTC)
        proved = is_signed_user(hello.user_id, signed_at, hello.user_signature, self._user_secret, self._clock.now())
        return hello.user_id if proved else ""

    async def _listen(self, socket: WebSocket, hello: Hello, line: _Line) -> None:
        line.room.shown(hello.told)
        writing = asyncio.create_task(_write(socket, line.listener))
        try:
            line.listener.send(frame("ready", **await self._history.newest(line.room.conversation_id)))
            line.room.repeat(line.listener)
            while line.malformed < _PATIENCE and not line.listener.cut:
                await self._take(await socket.receive_text(), line)
            await socket.close(_CLOSE_TRY_LATER if line.listener.cut else CLOSE_MALFORMED)
        except StoreError as error:
            log.error("a page's socket: %s", type(error).__name__)
            await socket.close(_CLOSE_TRY_LATER)
        finally:
            writing.cancel()

    async def _take(self, text: str, line: _Line) -> None:
        try:
            got = read_frame(text)
        except BadFrame as error:
            line.malformed += 1
            line.listener.send(frame("error", why=str(error)))
            return
        match got:
            case Ack():
                line.room.shown(got.told)
            case Act():
                await self._act(got, line)
            case Ping():
                line.listener.send(frame("pong"))
            case Typing():
                self._rooms.shopper_writes(line.room)

    async def _act(self, act: Act, line: _Line) -> None:
        """Store it, then say so; every other tab of hers is shown it too."""
        refusal = self._refusal(act, line)
        if refusal is None:
            now = self._clock.now()
            update = raw_update(act, line.visitor, line.language, now, line.user_id)
            try:
                new = await self._take_in([update])
            except StoreError as error:
                log.error("a page's message: %s, it will be sent again", type(error).__name__)
                refusal = {"why": "busy", "after": 2}
            else:
                at_ms = int(now.timestamp() * 1000)
                line.listener.send(frame("stored", id=act.client_id, at=at_ms))
                if new:
                    line.room.tell(frame("line", line=self._view.acted(act, at_ms)), but=line.listener)
                return
        line.listener.send(frame("refused", id=act.client_id, **refusal))

    def _refusal(self, act: Act, line: _Line) -> dict[str, object] | None:
        """Why this cannot be taken; ``after``: seconds until it may be sent again, without it never."""
        if len(act.text) > self._limits.max_text_chars:
            return {"why": "too_long", "most": self._limits.max_text_chars}
        if act.photo and self._photos.path(line.visitor, act.photo) is None:
            return {"why": "no_photo"}
        wait = self._limits.visitor.take(line.visitor) or self._limits.address.take(line.address)
        return {"why": "slow", "after": round(wait + 0.05, 2)} if wait else None


async def _hello(socket: WebSocket) -> Hello | None:
    """None when it did not come in time or is none."""
    try:
        async with asyncio.timeout(_HELLO_SECONDS):
            return read_hello(await socket.receive_text())
    except (TimeoutError, BadFrame, KeyError):
        return None


async def _write(socket: WebSocket, listener: Listener) -> None:
    """Everything that waits goes out in order; a connection that broke is noticed by whoever reads from it."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.send_text(await listener.frames.get())
