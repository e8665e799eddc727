"""A loop that claims work, does it in tasks, and sleeps until it is woken."""

from __future__ import annotations

import asyncio
import logging
import traceback
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from bot.core.errors import StoreError
from handlers.loops.backoff import Backoff

log = logging.getLogger(__name__)


class Loop(ABC):
    """``run`` works until ``stop``; what is in hand then is finished, within ``grace_seconds``."""

    def __init__(self, concurrency: int, poll_seconds: float, grace_seconds: float) -> None:
        self._concurrency = concurrency
        #: A safety net for wake-ups that came from another process or from nowhere.
        self._poll_seconds = poll_seconds
        self._grace_seconds = grace_seconds
        self._awake = asyncio.Event()
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._backoff = Backoff(0.1, 30.0)

    def wake(self) -> None:
        """There may be work. Cheap; any number of calls before the next round count as one."""
        self._awake.set()

    def stop(self) -> None:
        """Ask ``run`` to return once the work in hand is done."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        try:
            while not self._stopping:
                self._awake.clear()
                await self._sleep(await self._safe_round())
        finally:
            await self._drain()

    @abstractmethod
    async def _round(self) -> float:
        """Start what can be started; how many seconds to sleep unless woken (0: look again at once)."""

    @property
    def _free(self) -> int:
        return self._concurrency - len(self._tasks)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s: a task failed: %s", type(self).__name__, describe(error))

    async def _safe_round(self) -> float:
        """The database may be away for a while, and a mistake must not end the loop unseen: it outlives both."""
        try:
            seconds = await self._round()
        except Exception as error:
            wait = self._backoff.next_seconds()
            log.error("%s: %s, next try in %.1f s", type(self).__name__, describe(error), wait)
            # Not the event: new work must not turn the wait into a busy loop.
            await asyncio.sleep(wait)
            return 0.0
        self._backoff.reset()
        return seconds

    async def _sleep(self, seconds: float) -> None:
        if seconds <= 0 or self._awake.is_set():
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            pass

    async def _drain(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._grace_seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def describe(error: BaseException) -> str:
    """Type and place of an error. Not its message, which may quote a shopper; only the store's own never do."""
    if isinstance(error, StoreError):
        return f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place
