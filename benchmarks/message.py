"""Whole messages: durable in, parsed, understood, decided, rendered, durable out and marked as sent; 500 in flight.

Against a bare aiogram ``feed_raw_update`` with one handler in the same run. Sending itself is left out of both.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.types import Message

from bot.adapters.store_sqlite import SqliteStore
from bot.app.shop import Places, build_shop
from bot.core.messages import Reply
from bot.core.ports import RawUpdate
from bot.service.converse import Converse
from bot.settings import load_settings
from handlers.loops.inbox_worker import InboxWorker
from handlers.loops.outbox_sender import OutboxSender
from handlers.telegram.dispatch import TelegramHandler

ROOT = Path(__file__).resolve().parent.parent
MESSAGES, SHOPPERS, IN_FLIGHT = 6000, 500, 500
TOKEN = "42:TEST"

#: Combined with numbers and filler words: some 500 distinct texts among 6,000 messages, so what is remembered of texts
#: asked before helps. Texts that never repeat come to about two thirds of the rate.
ASKED = (
    "包邮吗", "有黑色XL吗", "身高{}体重140斤穿多大", "多久发货", "怎么洗", "什么面料", "可以开发票吗", "寄到杭州多少钱",
    "你好", "有什么优惠", "能便宜点吗", "推荐一款T恤", "退货运费谁出", "重磅T恤怎么样", "发什么快递",
    "do you ship to Beijing",
)  # fmt: skip
FILLERS = ("", "亲 ", "请问 ", "在吗 ", "那个 ", "麻烦问下 ", "老板 ")


def update(number: int) -> dict[str, Any]:
    shopper = number % SHOPPERS + 1
    text = FILLERS[number % len(FILLERS)] + ASKED[number % len(ASKED)].format(150 + number % 45) + "~" * (number % 3)
    person = {"id": shopper, "is_bot": False, "first_name": f"S{shopper}", "language_code": "zh-hans"}
    chat = {"id": shopper, "type": "private"}
    message = {"message_id": number, "date": 1790000000, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


class Nowhere:
    """A channel that takes everything at once."""

    name = "telegram"
    pace = None

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, conversation_id: str, reply: Reply) -> str:
        self.sent += 1
        return str(self.sent)

    async def typing(self, conversation_id: str) -> None:
        return None


async def bare() -> float:
    """Messages a second through aiogram alone."""
    router, seen = Router(), itertools.count()

    @router.message()
    async def on_message(message: Message) -> None:
        next(seen)

    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    bot = Bot(TOKEN)
    updates = [update(n) for n in range(1, MESSAGES + 1)]
    began = time.perf_counter()
    await _in_flight(updates, lambda u: dispatcher.feed_raw_update(bot, u))
    seconds = time.perf_counter() - began
    await bot.session.close()
    assert next(seen) == MESSAGES
    return MESSAGES / seconds


async def _in_flight(items: list[Any], do: Callable[[Any], Awaitable[Any]]) -> None:
    waiting = iter(items)

    async def work() -> None:
        for item in waiting:
            await do(item)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


async def whole(folder: Path) -> float:
    """Messages a second from raw update to a reply marked as sent."""
    settings = load_settings(ROOT / "config.yaml")
    built = build_shop(
        settings, Places(ROOT / "config.yaml", ROOT / "knowledge", ROOT / "templates" / "replies", folder)
    )
    gc.collect()
    gc.freeze()  # as the server does
    store = SqliteStore(folder / "bench.db")
    await store.open()
    bot, channel = Bot(TOKEN), Nowhere()
    handler = TelegramHandler(bot, Converse(store, built.composer, built.clock), store, channel, built.clock)
    sender = OutboxSender(store, {"telegram": channel}, built.clock, concurrency=IN_FLIGHT)
    worker = InboxWorker(
        store, {"telegram": handler}, built.clock, on_answer=sender.wake, concurrency=IN_FLIGHT
    )  # fmt: skip
    loops = [asyncio.create_task(worker.run()), asyncio.create_task(sender.run())]
    now = built.clock.now()
    rows = [
        RawUpdate("telegram", str(u["update_id"]), f"telegram:{u['message']['chat']['id']}", json.dumps(u), now)
        for u in map(update, range(1, MESSAGES + 1))
    ]
    began = time.perf_counter()
    for at in range(0, MESSAGES, 100):
        await store.take_in(rows[at : at + 100])
        worker.wake()
    unfinished = ("inbox.waiting", "inbox.claimed", "outbox.waiting", "outbox.sending")
    while True:
        counts = await store.counts()
        if not any(counts[name] for name in unfinished):
            break
        await asyncio.sleep(0.05)
    seconds = time.perf_counter() - began
    worker.stop()
    sender.stop()
    await asyncio.gather(*loops)
    await handler.close()
    await bot.session.close()
    assert (await store.counts())["inbox.set_aside"] == 0
    assert channel.sent >= MESSAGES
    await store.close()
    return MESSAGES / seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        alone = asyncio.run(bare())
        ours = asyncio.run(whole(Path(folder)))
    print(f"bare aiogram, one handler: {alone:,.0f} updates/s")
    print(f"whole message, {IN_FLIGHT} in flight, durable in and out: {ours:,.0f} messages/s")
    print(f"ratio: {ours / alone:.3f} (goal 0.10)")


if __name__ == "__main__":
    main()
