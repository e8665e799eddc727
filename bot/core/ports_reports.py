"""What reports need of the store, beside :mod:`bot.core.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.archive import Closed, RoundHeld
from bot.core.cases import Case
from bot.core.orders import Order


class ReportStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. Reads only."""

    async def cases_since(self, since: datetime) -> list[Case]:
        """Cases opened since then, earliest first, and those of any age whose conversation changed since."""
        ...

    async def orders_moved(self, since: datetime) -> list[Order]:
        """Orders that were shipped at some time, given back ones among them, as far as they changed since then."""
        ...

    async def orders_named(self, order_nos: Sequence[str]) -> list[Order]:
        """Those that exist."""
        ...


class ArchiveStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. Reads only."""

    async def closed_between(self, since: datetime, until: datetime) -> list[Closed]:
        """Conversations that a person closed, earliest first; ``until`` is left out."""
        ...

    async def marks_between(self, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
        """Case, staff id (empty: the bot alone) and mark of satisfaction, oldest first; ``until`` is left out."""
        ...

    async def rounds_between(self, first: str, last: str) -> list[RoundHeld]:
        """Of the days ``2026-10-01`` to the last one, that included."""
        ...
