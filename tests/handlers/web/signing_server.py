"""The order API over real HTTP, and a door in front of it that signs whatever comes, for callers that cannot."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from bot.adapters.store_sqlite import SqliteStore
from bot.core.ports import Clock
from handlers.web.signature import sign
from tests.handlers.web.order_client import KEY, SECRET, order_web

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def signing(app: App, clock: Clock) -> App:
    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        at = int(clock.now().timestamp())
        signed = {b"x-xiaoer-key": KEY, b"x-xiaoer-timestamp": str(at), b"x-xiaoer-signature": sign(SECRET, at, body)}
        others = [(name, value) for name, value in scope["headers"] if name not in signed]
        headers = [*others, *((name, value.encode()) for name, value in signed.items())]

        read = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> MutableMapping[str, Any]:
            # After the body comes what the server has to say: that the caller is gone.
            return next(read, None) or await receive()

        await app({**scope, "headers": headers}, again, send)

    return door


@contextmanager
def serving(path: Path, *, signs: bool, clock: Clock) -> Iterator[str]:
    """The address of a server that runs in a thread of its own, on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    store = SqliteStore(path)
    app = order_web(store, clock)
    config = uvicorn.Config(
        signing(app, clock) if signs else app, log_level="warning", access_log=False, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        await store.open()
        await server.serve(sockets=[listening])
        await store.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()
