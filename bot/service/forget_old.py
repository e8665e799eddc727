"""Once a day: forget what nobody asks for again, and what the shop keeps no longer than it says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from bot.core.ports_keep import Forgotten, KeepStore, SmsForgetter
from bot.core.ports_orders import OrderStore
from bot.core.ports_web import PhotoKeeper

#: So long a caller or a platform may repeat what it sent (design: dedupe is kept 4 days).
KEPT = timedelta(days=4)

Kind = Forgotten | Literal["talks", "sms"]


class ForgetOld:
    """``keep_photos``: how long pictures are kept; ``keep``: days, by kind, of all else. Zero or not said: for ever."""

    def __init__(
        self,
        orders: OrderStore,
        photos: PhotoKeeper | None = None,
        keep_photos: timedelta = timedelta(0),
        *,
        rest: KeepStore | None = None,
        sms: SmsForgetter | None = None,
        keep: Mapping[Kind, int] | None = None,
    ) -> None:
        self._orders = orders
        self._photos = photos
        self._keep_photos = keep_photos
        self._rest = rest
        self._sms = sms
        self._keep = keep or {}
        self._done: date | None = None

    async def __call__(self, now: datetime) -> int:
        """How many were forgotten; nothing is done twice on one day of the shop."""
        if self._done == now.date():
            return 0
        forgotten = await _all(lambda: self._orders.forget(now - KEPT, now))
        if self._photos is not None and self._keep_photos:
            forgotten += await self._photos.forget(now - self._keep_photos)
        forgotten += await self._by_days(now)
        self._done = now.date()
        return forgotten

    async def _by_days(self, now: datetime) -> int:
        forgotten = 0
        for kind, days in self._keep.items():
            if days:
                forgotten += await self._kind(kind, now - timedelta(days=days))
        return forgotten

    async def _kind(self, kind: Kind, before: datetime) -> int:
        rest, sms = self._rest, self._sms
        if kind == "sms":
            return await sms.forget(before) if sms is not None else 0
        if rest is None:
            return 0
        if kind == "talks":
            return await _all(lambda: rest.forget_talks(before))
        return await _all(lambda: rest.forget_rows(kind, before))


async def _all(bite: Callable[[], Awaitable[int]]) -> int:
    """In small bites, so that messages are stored in between."""
    forgotten = 0
    while gone := await bite():
        forgotten += gone
    return forgotten
