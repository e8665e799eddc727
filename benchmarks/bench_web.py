"""Shoppers on the page: many open sockets, messages at a steady rate, the shop a process of its own on a real disk.

Counted is every message: stored, answered, shown once. Told is how long she waits for "stored" and for the answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
SOCKETS = 500
PER_SECOND = 50
SECONDS = 60

ASKED = (
    "包邮吗", "发什么快递", "有什么优惠", "重磅T恤有黑色XL吗", "身高175体重140斤穿多大", "什么面料的", "几天能到杭州",
    "能退换吗", "推荐一款送爸爸的", "在吗", "怎么付款", "Any free shipping?", "which size for 180 cm and 75 kg",
)  # fmt: skip

CONFIG = """
web: {max_sockets: 5000, messages_per_minute: 6000, messages_per_minute_per_address: 1000000,
      sessions_per_minute_per_address: 100000}
"""


class Shopper:
    """One page: says something, and notes when it was stored and when the answer was there."""

    def __init__(self, ws: ClientConnection) -> None:
        self._ws = ws
        self._sent: dict[str, float] = {}
        #: Sent and not answered yet, oldest first.
        self._open: list[float] = []
        self._seen: Counter[int] = Counter()
        self._told = 0
        self.stored_ms: list[float] = []
        self.answer_ms: list[float] = []
        self.said = 0

    @property
    def lost(self) -> int:
        return len(self._sent) + len(self._open)

    @property
    def doubled(self) -> int:
        return sum(count - 1 for count in self._seen.values())

    async def say(self, text: str) -> None:
        client_id = f"{self.said:08d}-{random.randrange(10**9):09d}"
        self.said += 1
        self._sent[client_id] = time.perf_counter()
        self._open.append(self._sent[client_id])
        await self._ws.send(json.dumps({"t": "say", "id": client_id, "text": text}))

    async def listen(self) -> None:
        async for text in self._ws:
            frame: dict[str, Any] = json.loads(text)
            now = time.perf_counter()
            if frame["t"] == "stored":
                self.stored_ms.append((now - self._sent.pop(frame["id"])) * 1000)
            elif frame["t"] == "line" and "n" in frame["line"]:
                await self._shown(frame["line"]["n"], now)

    async def _shown(self, row_id: int, now: float) -> None:
        self._seen[row_id] += 1
        await self._ws.send(json.dumps({"t": "ack", "told": row_id}))
        if self._open:
            self.answer_ms.append((now - self._open.pop(0)) * 1000)


async def _shopper(base: str) -> Shopper:
    token = await asyncio.to_thread(_token, base)
    ws = await connect(base.replace("http", "ws", 1) + "/chat/socket", compression=None, ping_interval=None)
    await ws.send(json.dumps({"t": "hello", "token": token, "told": 0, "lang": "zh"}))
    await ws.recv()
    return Shopper(ws)


def _token(base: str) -> str:
    asked = urllib.request.Request(f"{base}/chat/session", method="POST")
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return str(json.load(answer)["token"])


async def _talk(base: str) -> list[Shopper]:
    shoppers: list[Shopper] = []
    while len(shoppers) < SOCKETS:
        shoppers += await asyncio.gather(*(_shopper(base) for _ in range(20)))
    listening = [asyncio.create_task(shopper.listen()) for shopper in shoppers]
    print(f"{len(shoppers)} sockets are open; {PER_SECOND} messages/s for {SECONDS} s", flush=True)
    turns = random.sample(shoppers, len(shoppers))
    began = time.perf_counter()
    for number in range(PER_SECOND * SECONDS):
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        await turns[number % len(turns)].say(random.choice(ASKED))
    for _ in range(100):
        if not any(shopper.lost for shopper in shoppers):
            break
        await asyncio.sleep(0.1)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return shoppers


def _show(what: str, values: Sequence[float]) -> None:
    ordered = sorted(values)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)]
    print(f"{what:34} p50 {at[0]:6.1f} ms   p95 {at[1]:6.1f} ms   p99 {at[2]:6.1f} ms   most {ordered[-1]:6.1f} ms")


def _report(shoppers: Sequence[Shopper], pid: int) -> None:
    _show("until it is stored", [ms for s in shoppers for ms in s.stored_ms])
    _show("until the answer is on the page", [ms for s in shoppers for ms in s.answer_ms])
    said, lost = sum(s.said for s in shoppers), sum(s.lost for s in shoppers)
    print(f"{said} messages, {lost} not stored or not answered, {sum(s.doubled for s in shoppers)} answers told twice")
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        ticks = sum(map(int, Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[11:13]))
        print(f"the shop: {int(status.split('VmRSS:')[1].split()[0]) / 1024:.0f} MB, ", end="")
        print(f"{ticks / os.sysconf('SC_CLK_TCK'):.0f} s of processor time in all")
    except OSError:
        pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(base: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("the shop never answered")


def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # on a disk; a memory file system would flatter
        home, port = Path(folder), _free_port()
        (home / "config.yaml").write_text(CONFIG, encoding="utf-8")
        for name in ("knowledge", "templates"):
            (home / name).symlink_to(ROOT / name)
        command = [sys.executable, "-m", "bot", "run", "--config", str(home / "config.yaml")]
        command += ["--data", str(home / "data"), "--port", str(port)]
        shop = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}")
            _report(asyncio.run(_talk(f"http://127.0.0.1:{port}")), shop.pid)
        finally:
            shop.send_signal(signal.SIGINT)
            shop.wait(30)


if __name__ == "__main__":
    main()
