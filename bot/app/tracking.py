"""Where parcels are: the tracking service the settings name, and what is imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.adapters.clock import SystemClock
from bot.app.shop import Places, opened_store
from bot.core.errors import ConfigError, Problem
from bot.core.order_import import BadRow
from bot.core.ports import Clock
from bot.core.ports_rounds import ParcelStore
from bot.service.track_parcels import ImportedRows, TrackParcels, import_parcels
from bot.settings import Secrets, Settings, held

if TYPE_CHECKING:
    from bot.adapters.tracking_http import HttpTracking


def build_tracking(
    settings: Settings, secrets: Secrets, store: ParcelStore, clock: Clock
) -> tuple[TrackParcels, HttpTracking | None]:
    """The service has to be closed. Raises ConfigError where it needs a key that is not set."""
    service = _service(settings, secrets, clock) if settings.tracking.url else None
    tracking = settings.tracking
    track = TrackParcels(
        store, clock, service, fresh_minutes=tracking.fresh_minutes, wait_seconds=tracking.wait_seconds
    )
    return track, service


def _service(settings: Settings, secrets: Secrets, clock: Clock) -> HttpTracking:
    # Here, because importing an HTTP client costs every command a tenth of a second.
    from bot.adapters.tracking_http import HttpTracking, TrackingShape

    told, key = settings.tracking, held(secrets.tracking_key) or ""
    if not key and (told.signature != "none" or told.key_header):
        what = "tracking.signature and tracking.key_header need the key of the tracking service"
        raise ConfigError([Problem("environment", 0, "XIAOER_TRACKING_KEY", what)])
    shape = TrackingShape(
        url=told.url,
        signs=told.signs,
        signature=told.signature,
        key_header=told.key_header,
        events=told.events,
        time=told.time,
        words=told.words,
        place=told.place,
        state=told.state,
        states=told.states,
        couriers=told.couriers,
    )
    return HttpTracking(shape, key, ZoneInfo(settings.shop.time_zone), clock, told.wait_seconds)


async def import_for_rounds(settings: Settings, places: Places, kind: str, file: Path) -> ImportedRows:
    """``kind``: ``reviews``, ``members`` or ``cashback``. Raises UnreadableTable."""
    from bot.adapters import round_reports
    from bot.service.round_contacts import import_records

    read = {
        "reviews": round_reports.read_reviews,
        "members": round_reports.read_members,
        "cashback": round_reports.read_cashback,
    }[kind]
    zone = ZoneInfo(settings.shop.time_zone)
    async with opened_store(settings, places) as store:
        return await import_records(read(file, zone, SystemClock(zone).now()), store, _namer(file))


async def import_tracking(settings: Settings, places: Places, file: Path) -> ImportedRows:
    """Bad rows are named on standard error. Raises UnreadableTable."""
    from bot.adapters.round_reports import read_parcels

    zone = ZoneInfo(settings.shop.time_zone)
    clock = SystemClock(zone)
    async with opened_store(settings, places) as store:
        return await import_parcels(read_parcels(file, zone, clock.now()), store, clock, _namer(file))


def _namer(file: Path) -> Callable[[BadRow], None]:
    from rich.console import Console

    console = Console(stderr=True)

    def name(row: BadRow) -> None:
        problem = Problem(str(file), row.row, row.column, row.what)
        console.print(str(problem), markup=False, highlight=False, soft_wrap=True)

    return name
