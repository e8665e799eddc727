"""``kill -9`` while she writes, again and again: nothing she was told is stored is lost, and nothing is said twice."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.browser.running_shop import RunningShop
from tests.handlers.web.chat_server import free_port
from tests.waiting import until

ROUNDS = 2


class StubbornPage:
    """Does what the widget does: keeps words until they are stored, sends them one by one, drops what it has."""

    def __init__(self, base: str, token: str) -> None:
        self._address = base.replace("http", "ws", 1) + "/chat/socket"
        self._token = token
        self.waiting: list[str] = []
        self.stored: list[str] = []
        #: Number of each message that is shown, and how often it came.
        self.shown: dict[int, int] = {}

    async def live(self) -> None:
        """For ever, over any number of connections."""
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(self._address, open_timeout=2) as socket:
                    await self._talk(socket)
            await asyncio.sleep(0.1)

    async def _talk(self, socket: Any) -> None:
        newest = max(self.shown, default=0)
        await socket.send(json.dumps({"t": "hello", "token": self._token, "told": newest, "lang": "zh"}))
        flushing = asyncio.create_task(self._flush(socket))
        try:
            async for text in socket:
                frame = json.loads(text)
                if frame["t"] == "stored" and frame["id"] in self.waiting:
                    self.waiting.remove(frame["id"])
                    self.stored.append(frame["id"])
                for line in [*frame.get("lines", []), *([frame["line"]] if "line" in frame else [])]:
                    if "n" in line:
                        self.shown[line["n"]] = self.shown.get(line["n"], 0) + 1
                        await socket.send(json.dumps({"t": "ack", "told": line["n"]}))
        finally:
            flushing.cancel()

    async def _flush(self, socket: Any) -> None:
        with suppress(WebSocketException):
            while True:
                if self.waiting:
                    frame = {"t": "say", "id": self.waiting[0], "text": f"发什么快递 {self.waiting[0]}"}
                    await socket.send(json.dumps(frame))
                await asyncio.sleep(0.05)


async def _history(base: str, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with httpx.AsyncClient(base_url=base, headers={"Authorization": f"Bearer {token}"}) as http:
        before = f"{10**17}.{10**17}"
        while before:
            piece = (await http.get("/chat/history", params={"before": before})).json()
            found, before = piece["lines"] + found, piece["before"]
    return found


async def test_a_server_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(6)
    shop = RunningShop(tmp_path, free_port())
    shop.start()
    await asyncio.to_thread(shop.wait)
    async with httpx.AsyncClient(base_url=shop.base) as http:
        token = (await http.post("/chat/session")).json()["token"]
    page, said = StubbornPage(shop.base, token), 0
    living = asyncio.create_task(page.live())
    for _ in range(ROUNDS):
        for _ in range(chance.randint(4, 8)):
            page.waiting.append(f"message-{said:04d}")
            said += 1
            await asyncio.sleep(chance.random() * 0.15)
        await asyncio.to_thread(shop.stop, signal.SIGKILL)
        shop.start()
        await asyncio.to_thread(shop.wait)
    await until(lambda: not page.waiting and len(page.shown) >= said, 20)
    await asyncio.sleep(0.5)
    living.cancel()
    told = await _history(shop.base, token)
    await asyncio.to_thread(shop.stop)
    assert [line["id"] for line in told if line["who"] == "me"] == [f"message-{n:04d}" for n in range(said)]
    assert sorted(line["n"] for line in told if line["who"] == "bot") == sorted(page.shown)
    assert len(page.shown) == said, "one answer each"
