"""Takes stored messages and has them handled: conversations side by side, each conversation in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.core.errors import AlreadyHandled, Conflict
from bot.core.ports import Clock, InboxRow, Store
from handlers.loops.loop import Loop, describe
from handlers.loops.metrics import Metrics

log = logging.getLogger(__name__)

#: Finishes the row itself (by committing a turn or ``finish_inbox``), or raises.
Handler = Callable[[InboxRow], Awaitable[None]]

_CONFLICTS_IN_A_ROW = 5
#: For rows whose channel this process does not serve, e.g. Telegram's while no token is set.
_NO_HANDLER_RETRY = timedelta(minutes=5)


class SetAside(Exception):
    """A handler's word that trying again is no use: the row waits for people. The message must quote nobody."""


class InboxWorker(Loop):
    """Exactly one effect per row: the claim is leased, the commit marks the row done, and repeats are refused there."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler],
        clock: Clock,
        *,
        metrics: Metrics | None = None,
        on_answer: Callable[[], object] = lambda: None,
        on_set_aside: Handler | None = None,
        name: str = "worker",
        concurrency: int = 256,
        lease_seconds: float = 60.0,
        first_retry_seconds: float = 0.5,
        max_attempts: int = 6,
        poll_seconds: float = 1.0,
        grace_seconds: float = 10.0,
    ) -> None:
        super().__init__(concurrency, poll_seconds, grace_seconds)
        self._store = store
        self._handlers = handlers
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._on_answer = on_answer
        self._on_set_aside = on_set_aside
        self._name = name
        self._lease_seconds = lease_seconds
        self._first_retry_seconds = first_retry_seconds
        self._max_attempts = max_attempts

    async def _round(self) -> float:
        free = self._free
        if not free:
            return self._poll_seconds
        rows = await self._store.claim_inbox(self._name, self._clock.now(), self._lease_seconds, free)
        for row in rows:
            self._spawn(self._work(row))
        return 0.0 if len(rows) == free else self._poll_seconds

    async def _work(self, row: InboxRow) -> None:
        handler = self._handlers.get(row.channel)
        if handler is None:
            await self._store.fail_inbox(row.id, "no handler", self._clock.now() + _NO_HANDLER_RETRY)
            return
        try:
            outcome = await self._handle(row, handler)
        except SetAside as error:
            outcome = await self._set_aside(row, str(error))
        except asyncio.CancelledError:
            # Stopped in the middle: nothing was committed, so the next start may take it at once.
            await self._store.fail_inbox(row.id, "stopped", self._clock.now())
            raise
        except Exception as error:
            outcome = await self._failed(row, error)
        self._metrics.handled.labels(row.channel, outcome).inc()

    async def _handle(self, row: InboxRow, handler: Handler) -> str:
        try:
            # Well inside the lease: nobody else may start on a row while this one still works on it.
            async with asyncio.timeout(self._lease_seconds * 0.8):
                await _past_conflicts(row, handler)
        except AlreadyHandled:
            return "repeated"
        seconds = (self._clock.now() - row.received_at).total_seconds()
        self._metrics.answer_seconds.labels(row.channel).observe(max(0.0, seconds))
        self._on_answer()
        return "handled"

    async def _failed(self, row: InboxRow, error: Exception) -> str:
        if row.attempts + 1 >= self._max_attempts:
            return await self._set_aside(row, describe(error))
        seconds = self._first_retry_seconds * 2**row.attempts
        log.warning("inbox row %d: %s, next try in %.1f s", row.id, describe(error), seconds)
        await self._store.fail_inbox(row.id, describe(error), self._clock.now() + timedelta(seconds=seconds))
        asyncio.get_running_loop().call_later(seconds, self.wake)
        return "failed"

    async def _set_aside(self, row: InboxRow, why: str) -> str:
        log.error(
            "inbox row %d (%s update %s): set aside after %d tries: %s",
            row.id, row.channel, row.update_id, row.attempts + 1, why,
        )  # fmt: skip
        await self._store.fail_inbox(row.id, why, None)
        if self._on_set_aside is not None:
            await self._on_set_aside(row)
        return "set_aside"


async def _past_conflicts(row: InboxRow, handler: Handler) -> None:
    """Somebody else changed the conversation meanwhile: think again with what is stored now."""
    for _ in range(_CONFLICTS_IN_A_ROW - 1):
        try:
            return await handler(row)
        except Conflict:
            await asyncio.sleep(0)
    return await handler(row)
