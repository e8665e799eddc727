"""Everything between Telegram and the store, wired as ``run`` wires it, over real HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Literal

import uvicorn
from aiogram import Bot
from fastapi import FastAPI

from bot.adapters.channel_telegram import TelegramChannel, make_bot
from bot.adapters.clock import SystemClock
from bot.app.staff_group import StaffGroupParts
from bot.core import events as e
from bot.core.conversation import fold
from bot.core.messages import Incoming, Reply
from bot.core.pace import Pace
from bot.core.ports import Clock, Store, Turn
from bot.service.take_in import TakeIn
from handlers.loops.backoff import Backoff
from handlers.loops.inbox_worker import InboxWorker
from handlers.loops.metrics import Metrics
from handlers.loops.outbox_sender import OutboxSender
from handlers.telegram.dispatch import TelegramHandler
from handlers.telegram.intake import Polling, Webhook
from handlers.telegram.shopper import Converse
from handlers.web.app import build_web
from handlers.web.health import Health
from handlers.web.telegram_webhook import TelegramWebhook
from tests.fakes import TOKEN, BotApiServer, MemoryStore
from tests.hanging_up import hang_up

SECRET = "a-Secret_token"
#: Tests do not want to wait a second for every message.
FAST = Pace(per_second=1000, burst=1000, chat_per_second=1000, chat_burst=1000)
Mode = Literal["polling", "webhook"]


class Echo:
    """Answers every message with what arrived, or with what ``answers`` makes of it."""

    def __init__(
        self, store: Store, clock: Clock, answers: Callable[[Incoming], Sequence[Reply]] | None = None
    ) -> None:
        self.heard: list[Incoming] = []
        self._store = store
        self._clock = clock
        self._answers = answers or (lambda i: [Reply(f"{i.kind}|{i.action}|{i.text}")])

    async def __call__(self, incoming: Incoming, inbox_id: int) -> None:
        self.heard.append(incoming)
        loaded = await self._store.load(incoming.conversation_id, incoming.channel)
        spoke = e.ShopperSpoke(
            incoming.message_id, incoming.kind, incoming.text, "zh", incoming.at.isoformat(), name=incoming.sender_name
        )
        await self._store.commit(
            Turn(
                inbox_id=inbox_id,
                version=loaded.version,
                conversation=fold(loaded.conversation, (spoke,)),
                events=(spoke,),
                replies=tuple(self._answers(incoming)),
                at=self._clock.now(),
            )
        )


@dataclass
class Running:
    api: BotApiServer
    store: Store
    converse: Converse
    worker: InboxWorker
    sender: OutboxSender
    metrics: Metrics
    #: Address of the web application.
    base: str


@asynccontextmanager
async def build(
    api: BotApiServer,
    mode: Mode = "polling",
    *,
    store: Store | None = None,
    clock: Clock | None = None,
    make_converse: Callable[[Store, Clock], Converse] = Echo,
    photos_root: Path = Path(),
    pace: Pace = FAST,
    max_attempts: int = 6,
    typing_after_seconds: float = 5.0,
    staff_group: Callable[[Bot], StaffGroupParts] | None = None,
) -> AsyncIterator[Running]:
    """The store is opened here unless it is given; a given one stays open, so that a test may start twice on it."""
    clock, given = clock or SystemClock(UTC), store
    store = given or MemoryStore()
    bot = make_bot(TOKEN, api.base)
    channel = TelegramChannel(bot, photos_root, pace)
    metrics = Metrics()
    sender = OutboxSender(store, {channel.name: channel}, clock, metrics=metrics, poll_seconds=0.05, grace_seconds=0.5)
    converse = make_converse(store, clock)
    staff = staff_group(bot) if staff_group else None
    posters = [staff.poster] if staff else []
    handler = TelegramHandler(
        bot,
        converse,
        store,
        channel,
        clock,
        typing_after_seconds=typing_after_seconds,
        desk=staff.desk if staff else None,
    )

    def wake() -> None:
        for part in (sender, *posters):
            part.wake()

    worker = InboxWorker(
        store,
        {channel.name: handler},
        clock,
        metrics=metrics,
        on_answer=wake,
        first_retry_seconds=0.02,
        max_attempts=max_attempts,
        poll_seconds=0.05,
        grace_seconds=0.5,
    )
    take_in = TakeIn(store, worker.wake)
    web = build_web([Health(store, metrics).router(), TelegramWebhook(take_in, SECRET, clock).router()])
    await store.open() if given is None else None
    await store.recover(clock.now())
    async with serving(web) as base:
        backoff = Backoff(0.02, 0.1)
        intake: Polling | Webhook
        if mode == "polling":
            intake = Polling(bot, take_in, clock, timeout_seconds=2, backoff=backoff)
        else:
            intake = Webhook(bot, f"{base}/telegram/webhook", SECRET, backoff=backoff)
        tasks = [asyncio.create_task(part.run()) for part in (worker, sender, intake, *posters)]
        try:
            yield Running(api, store, converse, worker, sender, metrics, base)
        finally:
            tasks[2].cancel()
            for loop in (worker, sender, *posters):
                loop.stop()
            await asyncio.gather(*tasks, return_exceptions=True)
            await handler.close()
            await hang_up(bot)
            await store.close() if given is None else None


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The application on a free port."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        task = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task
