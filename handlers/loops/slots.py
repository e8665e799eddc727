"""Each minute: is a round due, has an unpaid order waited too long, did a shift end? Each day: forgetting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from bot.core.ports import Clock
from bot.service.close_overdue import CloseOverdue
from bot.service.forget_old import ForgetOld
from bot.service.hand_over_shift import HandOverShift
from bot.service.run_round import RunRounds
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
        forget: ForgetOld | None = None,
        shifts: HandOverShift | None = None,
        rounds: RunRounds | None = None,
        on_queued: Callable[[], object] = lambda: None,
        poll_seconds: float = 30.0,
        grace_seconds: float = 10.0,
    ) -> None:
        super().__init__(1, poll_seconds, grace_seconds)
        self._nudges = nudges
        self._overdue = overdue
        self._forget = forget
        self._clock = clock
        self._shifts = shifts
        self._rounds = rounds
        self._on_queued = on_queued

    async def _round(self) -> float:
        now = self._clock.now()
        # First, so that nobody is reminded of an order that is closed in the same minute.
        if closed := await self._overdue(now):
            log.info("%d unpaid orders closed", closed)
        done = await self._nudges.run_due(now)
        if done and done.reminded:
            self._on_queued()
        if self._shifts is not None:
            await self._hand_over_shifts(self._shifts, now)
        if self._rounds is not None and any(held.queued for held in await self._rounds.run_due(now)):
            self._on_queued()
        if self._forget is not None and (forgotten := await self._forget(now)):
            log.info("%d old answers, ids of deliveries and photos forgotten", forgotten)
        return self._poll_seconds

    async def _hand_over_shifts(self, shifts: HandOverShift, now: datetime) -> None:
        handed = await shifts.run(now)
        for sheet in handed.made:
            log.info("handover sheet %s of shift %s: %d lines", sheet.sheet_id, sheet.shift, len(sheet.lines))
        for sheet in handed.escalated:
            log.warning("handover sheet %s was not confirmed by the next shift", sheet.sheet_id)
