"""Every few seconds: is anybody waiting too long for a person, and has a person been silent too long?"""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.core.ports import Clock
from bot.service.hand_over import HandOver
from bot.service.on_duty import OnDuty
from bot.service.run_case import RunCase
from handlers.loops.loop import Loop

log = logging.getLogger(__name__)


class CaseClock(Loop):
    """``on_queued``: something is to be sent."""

    def __init__(
        self,
        run_case: RunCase,
        hand_over: HandOver,
        duty: OnDuty,
        clock: Clock,
        *,
        on_queued: Callable[[], object] = lambda: None,
        poll_seconds: float = 5.0,
        grace_seconds: float = 10.0,
    ) -> None:
        super().__init__(1, poll_seconds, grace_seconds)
        self._run_case = run_case
        self._hand_over = hand_over
        self._duty = duty
        self._clock = clock
        self._on_queued = on_queued

    async def _round(self) -> float:
        await self._duty.fresh()
        now = self._clock.now()
        moved = await self._run_case.alarms(now) + await self._hand_over.give_back_silent(now)
        if moved:
            log.info("%d conversations and cases went on by the clock", moved)
            self._on_queued()
        return self._poll_seconds
