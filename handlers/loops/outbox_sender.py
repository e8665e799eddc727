"""Sends queued replies: each conversation in order, no chat waiting for another, no platform pressed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.pace import Bucket, Pace
from bot.core.ports import Channel, Clock, OutboxRow, Store
from bot.service.deliver import Writer, deliver, put_back
from handlers.loops.loop import Loop
from handlers.loops.metrics import Metrics

log = logging.getLogger(__name__)

#: Chats remembered before the quiet ones are forgotten.
_MAX_CHATS = 10_000


class Traffic:
    """What one paced channel may still send, overall and to each chat."""

    def __init__(self, pace: Pace, now: float) -> None:
        self._pace = pace
        self._all = Bucket.full(pace.per_second, pace.burst, now)
        self._chats: dict[str, Bucket] = {}

    def room(self, now: float) -> int:
        """Messages that may be sent now, whoever they are for."""
        return int(self._all.refilled(now).left + 1e-9)

    def wait_seconds(self, now: float) -> float:
        return self._all.wait_seconds(now)

    def chat_wait_seconds(self, chat: str, now: float) -> float:
        bucket = self._chats.get(chat)
        return bucket.wait_seconds(now) if bucket else 0.0

    def take(self, chat: str, now: float) -> None:
        self._all = self._all.taken(now)
        bucket = self._chats.get(chat) or Bucket.full(self._pace.chat_per_second, self._pace.chat_burst, now)
        self._chats[chat] = bucket.taken(now)
        if len(self._chats) > _MAX_CHATS:
            self._forget_quiet_chats(now)

    def _forget_quiet_chats(self, now: float) -> None:
        self._chats = {c: b for c, b in self._chats.items() if b.refilled(now).left < b.size}


class OutboxSender(Loop):
    """Claims no more than it can send at once.

    A claimed row whose process dies counts as uncertain, and claiming is where a takeover by a person is noticed: so
    waiting happens before the claim, or by giving the row back, never in between.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        metrics: Metrics | None = None,
        name: str = "sender",
        concurrency: int = 200,
        poll_seconds: float = 1.0,
        grace_seconds: float = 20.0,
        longest_wait_seconds: float = 86_400.0,
        write: Writer | None = None,
    ) -> None:
        super().__init__(concurrency, poll_seconds, grace_seconds)
        self._store = store
        self._channels = channels
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._name = name
        #: Beyond this even a platform that asks for more is tried again.
        self._longest_wait_seconds = longest_wait_seconds
        self._write = write
        now = clock.now().timestamp()
        self._traffic = {name: Traffic(pace, now) for name, c in channels.items() if (pace := pace_of(c))}

    async def _round(self) -> float:
        sleep = self._poll_seconds
        for channel in self._channels:
            sleep = min(sleep, await self._send_some(channel))
        return sleep

    async def drain(self) -> None:
        """Send until nothing waits on the channels, instead of :meth:`run`."""
        while await self._store.queued(tuple(self._channels)) or self._tasks:
            self._awake.clear()
            await self._sleep(min(0.5, await self._safe_round()))

    async def _send_some(self, channel: str) -> float:
        """Start what ``channel`` can take now; seconds until it is worth looking again."""
        if self._free <= 0:
            return self._poll_seconds
        now, traffic = self._clock.now(), self._traffic.get(channel)
        room = min(self._free, traffic.room(now.timestamp())) if traffic else self._free
        if traffic and not room:
            return traffic.wait_seconds(now.timestamp())
        rows = await self._store.claim_outbox(self._name, now, [channel], room)
        for row in rows:
            self._start(row, traffic)
        return 0.0 if len(rows) == room else self._poll_seconds

    def _start(self, row: OutboxRow, traffic: Traffic | None) -> None:
        if traffic is not None:
            moment = self._clock.now()
            wait = traffic.chat_wait_seconds(row.conversation_id, moment.timestamp())
            if wait > 0:
                self._spawn(self._later(row, moment + timedelta(seconds=wait)))
                return
            traffic.take(row.conversation_id, moment.timestamp())
        self._spawn(self._send(row))

    async def _later(self, row: OutboxRow, until: datetime) -> None:
        """The chat had its share for now; its row goes back, the others go on."""
        await put_back(row, until, self._store)
        self._wake_at(until)

    async def _send(self, row: OutboxRow) -> None:
        channel = self._channels[row.channel]
        result = await deliver(row, channel, self._store, self._clock, self._longest_wait_seconds, self._write)
        if isinstance(result, datetime):
            self._wake_at(result)
            outcome = "postponed"
        else:
            outcome = result
        if outcome == "sent":
            seconds = (self._clock.now() - row.created_at).total_seconds()
            self._metrics.delivery_seconds.labels(row.channel).observe(max(0.0, seconds))
        self._metrics.delivered.labels(row.channel, outcome).inc()

    def _wake_at(self, moment: datetime) -> None:
        seconds = (moment - self._clock.now()).total_seconds()
        asyncio.get_running_loop().call_later(max(0.0, seconds), self.wake)


def pace_of(channel: Channel) -> Pace | None:
    """The pace a channel asks for by its attribute ``pace``; None: as fast as it goes."""
    pace = getattr(channel, "pace", None)
    return pace if isinstance(pace, Pace) else None
