"""Store raw messages, deduped, before anybody acknowledges them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.ports import RawUpdate, Store


class TakeIn:
    """When a call returns, the messages are on disk and may be acknowledged; when it raises, they may not."""

    def __init__(self, store: Store, wake: Callable[[], object]) -> None:
        self._store = store
        self._wake = wake

    async def __call__(self, updates: Sequence[RawUpdate]) -> int:
        """How many were new; a repeated delivery is dropped."""
        if not updates:
            return 0
        new = await self._store.take_in(updates)
        if new:
            self._wake()
        return new
