"""Each minute: is a reminder round due, and has an unpaid order waited too long?"""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.core.ports import Clock
from bot.service.close_overdue import CloseOverdue
from bot.service.send_nudges import SendNudges
from handlers.loops.loop import Loop

log = logging.getLogger(__name__)


class Slots(Loop):
    """Asks the ledger anew each time, so that restarts, clock changes and several processes give one round a slot."""

    def __init__(
        self,
        nudges: SendNudges,
        overdue: CloseOverdue,
        clock: Clock,
        *,
        on_queued: Callable[[], object] = lambda: None,
        poll_seconds: float = 30.0,
        grace_seconds: float = 10.0,
    ) -> None:
        super().__init__(1, poll_seconds, grace_seconds)
        self._nudges = nudges
        self._overdue = overdue
        self._clock = clock
        self._on_queued = on_queued

    async def _round(self) -> float:
        now = self._clock.now()
        # First, so that nobody is reminded of an order that is closed in the same minute.
        if closed := await self._overdue(now):
            log.info("%d unpaid orders closed", closed)
        done = await self._nudges.run_due(now)
        if done and done.reminded:
            self._on_queued()
        return self._poll_seconds
