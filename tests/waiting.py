"""Waiting in tests for what happens elsewhere in the loop."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], object | Awaitable[object]], seconds: float = 10.0) -> None:
    """Returns when ``happened`` (which may be async) is true; TimeoutError when it is not in time."""
    async with asyncio.timeout(seconds):
        while True:
            answer = happened()
            if await answer if inspect.isawaitable(answer) else answer:
                return
            await asyncio.sleep(0.003)
