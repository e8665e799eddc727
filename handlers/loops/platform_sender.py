"""Tells the shop's platform of notes and flags, a few orders at a time."""

from __future__ import annotations

from bot.core.ports import Clock
from bot.core.ports_orders import OrderStore, PlatformRow
from bot.service.write_back import WriteBack
from handlers.loops.loop import Loop
from handlers.loops.metrics import Metrics


class PlatformSender(Loop):
    """Several processes may run one each: a row is claimed by one of them."""

    def __init__(
        self,
        store: OrderStore,
        write_back: WriteBack,
        clock: Clock,
        *,
        metrics: Metrics | None = None,
        name: str = "platform",
        concurrency: int = 4,
        poll_seconds: float = 5.0,
        grace_seconds: float = 20.0,
        lease_seconds: float = 120.0,
    ) -> None:
        super().__init__(concurrency, poll_seconds, grace_seconds)
        self._store = store
        self._write_back = write_back
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._name = name
        #: Longer than two requests may take.
        self._lease_seconds = lease_seconds

    async def _round(self) -> float:
        if self._free <= 0:
            return self._poll_seconds
        free = self._free
        rows = await self._store.claim_platform(self._name, self._clock.now(), self._lease_seconds, free)
        for row in rows:
            self._spawn(self._write(row))
        return 0.0 if len(rows) == free else self._poll_seconds

    async def _write(self, row: PlatformRow) -> None:
        outcome = await self._write_back(row)
        self._metrics.platform_writes.labels(outcome).inc()
