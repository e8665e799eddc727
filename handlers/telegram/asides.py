"""Small calls beside the conversation, whose failure nobody needs to hear of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from aiogram.exceptions import AiogramError

log = logging.getLogger(__name__)


class Asides:
    """Keeps the tasks until they end: a task nobody holds may vanish."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, call: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(_quietly(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let those on their way arrive."""
        await asyncio.gather(*self._tasks)


async def _quietly(call: Coroutine[Any, Any, object]) -> None:
    try:
        await call
    except AiogramError as error:
        log.debug("an aside failed: %s", type(error).__name__)
