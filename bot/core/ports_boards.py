"""What the desk's boards need of the store, beside :mod:`bot.core.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.quick_replies import QuickReply


class QuickStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. What writes is one transaction."""

    async def quick_replies(self, owners: Sequence[str]) -> list[QuickReply]:
        """Most used first."""
        ...

    async def quick_reply(self, quick_id: int) -> QuickReply | None: ...

    async def put_quick_reply(self, reply: QuickReply) -> bool:
        """Add (id 0) or replace owner, name and words; False, and nothing stored, where the owner has that name."""
        ...

    async def drop_quick_reply(self, quick_id: int) -> None: ...

    async def count_quick_reply(self, quick_id: int, at: datetime) -> None:
        """It was used."""
        ...
