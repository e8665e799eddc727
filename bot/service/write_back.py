"""Tell the platform of an order's notes and flag: read what stands there, merge, write both together (A10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from bot.core.errors import PlatformError
from bot.core.memos import Memo, concerns_platform, merged
from bot.core.ports import Clock
from bot.core.ports_orders import OrderStore, Platform, PlatformRow

#: Waits after the first try, the second …: about three days in all, then people have to look.
RETRY_SECONDS = (60, 300, 1800, 7200, 21_600, 43_200, 86_400, 86_400)

#: ``unneeded``: the platform knows already, or the order is none of its own.
Outcome = Literal["written", "unneeded", "postponed", "dead"]


class WriteBack:
    """Handles claimed rows; safe to call concurrently for different orders."""

    def __init__(self, store: OrderStore, platform: Platform, clock: Clock) -> None:
        self._store = store
        self._platform = platform
        self._clock = clock

    async def __call__(self, row: PlatformRow) -> Outcome:
        """What became of ``row``, already recorded. A try whose fate is unknown is repeated: twice is as once."""
        try:
            outcome = await self._write(row)
        except PlatformError as error:
            return await self._put_off(row, error)
        await self._store.finish_platform(row.id, self._clock.now())
        return outcome

    async def _write(self, row: PlatformRow) -> Outcome:
        # Read now and not when the row was made: what holds at the moment of writing is what is written.
        order = await self._store.order(row.order_no)
        if order is None or not concerns_platform(order):
            return "unneeded"
        theirs = await self._platform.read_memo(row.order_no)
        memo = merged(order, theirs)
        if theirs is not None and _same(memo, theirs):
            return "unneeded"
        await self._platform.write_memo(row.order_no, memo, row.id)
        return "written"

    async def _put_off(self, row: PlatformRow, error: PlatformError) -> Outcome:
        now = self._clock.now()
        retry = None if error.lasting else retry_at(row.attempts, now, error.after_seconds)
        await self._store.fail_platform(row.id, str(error), now, retry)
        return "dead" if retry is None else "postponed"


def _same(memo: Memo, theirs: Memo) -> bool:
    return memo.text == theirs.text and memo.flag == theirs.flag


def retry_at(tries_before: int, now: datetime, at_least_seconds: float = 0.0) -> datetime | None:
    """When to try again after a try that failed; None after the last. ``tries_before``: not counting that one.

    ``at_least_seconds``: the platform's own wish, up to a day.
    """
    if tries_before >= len(RETRY_SECONDS):
        return None
    wait = max(RETRY_SECONDS[tries_before], min(at_least_seconds, RETRY_SECONDS[-1]))
    return now + timedelta(seconds=wait)
