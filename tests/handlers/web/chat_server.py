"""The page's chat as ``run`` serves it, on a free port, and a page without a browser."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from bot.adapters.clock import SystemClock
from bot.adapters.store_sqlite import SqliteStore
from bot.app.photos import build_photos
from bot.app.server import SOCKETS, bind
from bot.app.web_chat import WebChat, build_web_chat
from bot.core import events as e
from bot.core.catalogue import Shop
from bot.core.conversation import fold
from bot.core.errors import Conflict
from bot.core.messages import Incoming, Reply
from bot.core.ports import Turn
from bot.core.ports_web import PhotoSource
from bot.service.deliver import Writer
from bot.service.take_in import TakeIn
from bot.settings import Settings, WebSettings
from handlers.loops.inbox_worker import InboxWorker
from handlers.loops.metrics import Metrics
from handlers.web.app import build_web

CLOCK = SystemClock(UTC)


class Parrot:
    """Answers with what arrived, or with what ``answers`` makes of it."""

    def __init__(self, store: SqliteStore, answers: Callable[[Incoming], Sequence[Reply]] | None = None) -> None:
        self.heard: list[Incoming] = []
        self._store = store
        self.answers = answers or (lambda i: [Reply(f"{i.kind}|{i.action}|{i.text}")])

    async def __call__(self, incoming: Incoming, inbox_id: int) -> None:
        self.heard.append(incoming)
        loaded = await self._store.load(incoming.conversation_id, incoming.channel)
        spoke = e.ShopperSpoke(
            incoming.message_id, incoming.kind, incoming.text, "zh", incoming.at.isoformat(), incoming.media
        )
        talk = fold(loaded.conversation, (spoke,))
        await self._store.commit(
            Turn(inbox_id, loaded.version, talk, (spoke,), tuple(self.answers(incoming)), CLOCK.now())
        )


@dataclass
class Page:
    """What a browser's page does, one socket."""

    socket: ClientConnection
    #: Frames as they came.
    got: list[dict[str, Any]] = field(default_factory=list)
    #: Whether messages are acknowledged as they come.
    acks: bool = True

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def say(self, text: str, client_id: str) -> None:
        await self.send(t="say", id=client_id, text=text)

    async def until(self, kind: str, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The next frame of this kind; what comes before it is kept in ``got``."""
        async with asyncio.timeout(10):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                self.got.append(frame)
                line = frame.get("line", {})
                if self.acks and frame["t"] == "line" and "n" in line:
                    await self.send(t="ack", told=line["n"])
                if frame["t"] == kind and fits(frame):
                    return frame

    async def told(self, text: str) -> dict[str, Any]:
        """The message with these words."""
        frame = await self.until("line", lambda f: f["line"].get("text") == text and "n" in f["line"])
        line: dict[str, Any] = frame["line"]
        return line

    @property
    def texts(self) -> list[str]:
        """What stands on the page, which keeps each line once by its id: one not answered for in time comes again."""
        lines = (f["line"] for f in self.got if f["t"] == "line" and "n" in f["line"])
        return list({line["id"]: line["text"] for line in lines}.values())


@dataclass
class Serving:
    base: str
    store: SqliteStore
    chat: WebChat
    parrot: Parrot
    http: httpx.AsyncClient

    async def visitor(self) -> tuple[str, str]:
        """Id and token of a new visitor."""
        answer = (await self.http.post("/chat/session")).json()
        return answer["visitor"], answer["token"]

    @asynccontextmanager
    async def page(
        self,
        token: str,
        *,
        told: int = 0,
        lang: str = "zh",
        acks: bool = True,
        origin: str | None = None,
        user: dict[str, str] | None = None,
    ) -> AsyncIterator[Page]:
        """An open page that was greeted."""
        address = self.base.replace("http", "ws", 1) + "/chat/socket"
        async with connect(address, origin=origin, max_size=2**20) as socket:  # type: ignore[arg-type]
            page = Page(socket, acks=acks)
            await page.send(t="hello", token=token, told=told, lang=lang, user=user)
            yield page

    async def tell(self, visitor: str, *replies: Reply, events: tuple[e.Event, ...] = ()) -> None:
        """As somebody who is not the inbox worker queues words: a person, the clock."""
        key = f"web:{visitor}"
        while True:
            loaded = await self.store.load(key, "web")
            try:
                return await self.store.commit(
                    Turn(None, loaded.version, loaded.conversation, events, replies, CLOCK.now())
                )
            except Conflict:
                continue

    async def states(self, visitor: str) -> list[str]:
        return [state for _, state in await self.store.outbox(f"web:{visitor}")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(
    data: Path,
    web: WebSettings | None = None,
    *,
    shop: Shop | None = None,
    port: int = 0,
    answers: Callable[[Incoming], Sequence[Reply]] | None = None,
    converse: Callable[[SqliteStore], Callable[[Incoming, int], Awaitable[object]]] | None = None,
    write: Writer | None = None,
    ack_seconds: float | None = None,
    user_secret: bytes = b"",
    sources: dict[str, PhotoSource] | None = None,
) -> AsyncIterator[Serving]:
    async with AsyncExitStack() as stack:
        store = SqliteStore(data / "shop.db")
        await store.open()
        stack.push_async_callback(store.close)
        await store.recover_channel("web")
        await store.recover(CLOCK.now())
        settings = Settings(web=web or WebSettings(messages_per_minute=600))
        parrot, handlers = Parrot(store, answers), dict[str, Any]()
        worker = InboxWorker(store, handlers, CLOCK, first_retry_seconds=0.05, poll_seconds=0.2, grace_seconds=1)
        chat = await build_web_chat(
            settings, shop or Shop(), CLOCK, store, data / "uploads", TakeIn(store, worker.wake),
            converse(store) if converse else parrot, write or _no_reminders, Metrics(), user_secret,
            build_photos(settings, data / "uploads", store, CLOCK, sources),
        )  # fmt: skip
        if ack_seconds is not None:
            chat.rooms.ack_seconds = ack_seconds
        handlers["web"] = chat.handler
        for loop in (chat.pump, chat.names, worker):
            task = asyncio.create_task(loop.run())
            stack.push_async_callback(asyncio.gather, task)
            stack.callback(loop.stop)
        app = build_web(chat.routers, 9_000_000)
        config = uvicorn.Config(app, port=port, log_config=None, lifespan="off", **SOCKETS)
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        listening = bind("127.0.0.1", port)
        stack.callback(listening.close)
        served = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=base))
        try:
            yield Serving(base, store, chat, parrot, http)
        finally:
            server.should_exit = True
            await served


async def _no_reminders(row: object) -> None:
    return None
