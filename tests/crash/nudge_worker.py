"""A reminder round made to be killed: ``python -m tests.crash.nudge_worker FOLDER ORDERS``.

Claims the round of 10:00 page by page and sends at the same time, each reminder by a line appended to ``FOLDER/sent``.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from bot.core.messages import Reply
from bot.service.send_nudges import SendNudges
from bot.service.write_reminder import PayRules, WriteReminder
from handlers.loops.outbox_sender import OutboxSender
from tests.adapters.order_samples import BOT, NOW, RULES, unpaid
from tests.demo import demo_renderer
from tests.fakes import RunningClock

PAGE = 20


class Platform:
    name = "telegram"

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def send(self, conversation_id: str, reply: Reply) -> str:
        os.write(self._file, f"{conversation_id}\n".encode())
        await asyncio.sleep(0.002)
        return "1"

    async def typing(self, conversation_id: str) -> None: ...


async def stock() -> Mapping[str, int]:
    await asyncio.sleep(0)
    return {}


async def main(folder: Path, orders: int) -> None:
    store, clock = SqliteStore(folder / "shop.db"), RunningClock(NOW)
    await store.open()
    await store.serve_alone()
    if not (folder / "filled").exists():
        for n in range(orders):
            # Two of each chat, pages apart.
            await unpaid(store, f"T{n:04}", f"telegram:{n % (orders // 2)}")
        (folder / "filled").touch()
    await store.recover(clock.now())
    os.write(1, b"ready\n")
    write = WriteReminder(store, store, demo_renderer(), clock, PayRules(BOT, 72))
    sender = OutboxSender(store, {"telegram": Platform(folder / "sent")}, clock, concurrency=8, write=write)
    sending = asyncio.create_task(sender.run())
    done = await SendNudges(store, stock, RULES, on_page=lambda *_: sender.wake(), page=PAGE).run_due(clock.now())
    os.write(1, b"claimed\n" if done else b"was done\n")
    await sender.drain()
    sender.stop()
    await sending
    await store.close()
    os.write(1, b"end\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
