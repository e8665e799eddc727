"""Once a day: forget what nobody asks for again: the API's answers, ids of deliveries, pictures past their time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.core.ports import OrderStore, PhotoKeeper

#: So long a caller or a platform may repeat what it sent (design: dedupe is kept 4 days).
KEPT = timedelta(days=4)


class ForgetOld:
    """``keep_photos``: how long pictures are kept; zero: for ever."""

    def __init__(
        self, orders: OrderStore, photos: PhotoKeeper | None = None, keep_photos: timedelta = timedelta(0)
    ) -> None:
        self._orders = orders
        self._photos = photos
        self._keep_photos = keep_photos
        self._done: date | None = None

    async def __call__(self, now: datetime) -> int:
        """How many were forgotten; nothing is done twice on one day of the shop."""
        if self._done == now.date():
            return 0
        forgotten = 0
        # In small bites, so that messages are stored in between.
        while gone := await self._orders.forget(now - KEPT, now):
            forgotten += gone
        if self._photos is not None and self._keep_photos:
            forgotten += await self._photos.forget(now - self._keep_photos)
        self._done = now.date()
        return forgotten
