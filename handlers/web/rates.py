"""How often each visitor, or each address, may do something."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from bot.core.pace import Bucket

#: Those who asked lately are remembered; beyond this the quiet ones are forgotten.
_MAX_KEYS = 20_000


class Rate:
    """``per_minute`` on average, ``burst`` at once after a quiet while."""

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def take(self, key: str) -> float:
        """0 when ``key`` may go on, which is counted; else how many seconds to wait, which is not."""
        now = self._clock()
        bucket = self._buckets.get(key) or Bucket.full(self._per_second, self._burst, now)
        wait = bucket.wait_seconds(now)
        if not wait:
            self._buckets[key] = bucket.taken(now)
            if len(self._buckets) > _MAX_KEYS:
                self._forget(now)
        return wait

    def _forget(self, now: float) -> None:
        """Whoever may do everything again, and then the longest quiet, so that strangers cannot fill the memory."""
        busy = {key: b for key, b in self._buckets.items() if b.refilled(now).left < self._burst}
        self._buckets = dict(sorted(busy.items(), key=lambda item: item[1].at)[-_MAX_KEYS // 2 :])
