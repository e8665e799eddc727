"""Where parcels are: what was told before, and what the courier's service tells now where that is old (B3, B7)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.core.order_import import BadRow
from bot.core.orders import Order, Status
from bot.core.ports import Clock
from bot.core.ports_rounds import ParcelStore, Tracking, TrackingRefused
from bot.core.tracking import Parcel, merged

log = logging.getLogger(__name__)

#: Parcels looked up for one message.
MOST_AT_ONCE = 5
_BATCH = 500


class TrackParcels:
    """``service`` None: only what was imported is known. ``fresh_minutes``: a service is not asked again sooner."""

    def __init__(
        self,
        store: ParcelStore,
        clock: Clock,
        service: Tracking | None = None,
        *,
        fresh_minutes: float = 30,
        wait_seconds: float = 4,
    ) -> None:
        self._store = store
        self._clock = clock
        self._service = service
        self._fresh = timedelta(minutes=fresh_minutes)
        self._wait_seconds = wait_seconds

    async def __call__(self, orders: Iterable[Order]) -> Mapping[str, Parcel]:
        """Tracking number -> news of the newest orders on their way; those nothing is known of are left out.

        A service that is slow or away costs the answer a few seconds at most, and never the answer.
        """
        on_the_way = [order for order in orders if order.status is Status.SHIPPED and order.tracking_no]
        wanted = {order.tracking_no: order.courier for order in on_the_way[-MOST_AT_ONCE:]}
        if not wanted:
            return {}
        known = dict(await self._store.parcels(list(wanted)))
        now = self._clock.now()
        old = {no: courier for no, courier in wanted.items() if no not in known or now - known[no][1] >= self._fresh}
        news = {number: parcel for number, (parcel, _) in known.items()}
        if self._service is not None and old:
            news |= await self._asked(self._service, old, news)
        return {number: parcel for number, parcel in news.items() if parcel.events}

    async def _asked(self, service: Tracking, old: Mapping[str, str], known: Mapping[str, Parcel]) -> dict[str, Parcel]:
        found = await asyncio.gather(*(self._look_up(service, number, courier) for number, courier in old.items()))
        told = {
            number: merged(known.get(number, Parcel(number)), parcel)
            for number, parcel in zip(old, found, strict=True)
            if parcel is not None
        }
        if told:
            await self._store.put_parcels(list(told.values()), self._clock.now())
        return told

    async def _look_up(self, service: Tracking, number: str, courier: str) -> Parcel | None:
        """None: it could not be asked. A parcel it does not know is an empty one, and not asked about again at once."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await service.look_up(number, courier) or Parcel(number)
        except TimeoutError:
            log.warning("the tracking service did not answer within %g s", self._wait_seconds)
        except TrackingRefused as refused:
            log.warning("the tracking service: %s", refused)
        return None


@dataclass(frozen=True, slots=True)
class ImportedRows:
    rows: int = 0
    stored: int = 0
    bad: int = 0

    def __str__(self) -> str:
        return f"{self.rows:,} rows read; {self.stored:,} stored; {self.bad:,} bad rows"


async def import_parcels(
    entries: Iterable[Parcel | BadRow], store: ParcelStore, clock: Clock, name_bad: Callable[[BadRow], None]
) -> ImportedRows:
    """Good rows are kept, every bad one is named, and the same file again changes nothing."""
    rows = bad = stored = 0
    batch: dict[str, Parcel] = {}
    for entry in entries:
        rows += 1
        if isinstance(entry, BadRow):
            bad += 1
            name_bad(entry)
            continue
        stored += 1
        batch[entry.tracking_no] = merged(batch.get(entry.tracking_no, Parcel(entry.tracking_no)), entry)
        if len(batch) >= _BATCH:
            await _keep(batch, store, clock)
            batch = {}
    await _keep(batch, store, clock)
    return ImportedRows(rows, stored, bad)


async def _keep(batch: Mapping[str, Parcel], store: ParcelStore, clock: Clock) -> None:
    if batch:
        known = await store.parcels(list(batch))
        told = [merged(known[no][0], parcel) if no in known else parcel for no, parcel in batch.items()]
        await store.put_parcels(told, clock.now())
