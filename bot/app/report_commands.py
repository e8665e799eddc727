"""Reports by hand: what was, counted, to the terminal or into files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from bot.adapters.archive_folder import ArchiveFolder
from bot.adapters.csv_out import write_csv
from bot.adapters.jinja_renderer import JinjaRenderer
from bot.adapters.yaml_files import load_shop_cached
from bot.app.rounds import archiver
from bot.app.shop import Places, opened_store, shop_clock
from bot.core.catalogue import Shop
from bot.core.spans import last_days, month_span
from bot.service.report_complaints import Names, ReportComplaints, complaint_rows
from bot.settings import Settings

Show = Callable[[Sequence[Mapping[str, Any]]], None]


def shop_of(places: Places) -> Shop:
    return load_shop_cached(places.knowledge, places.root, places.cache, JinjaRenderer(places.templates).has)


def csv_to(file: TextIO, columns: Sequence[str]) -> Show:
    """For a spreadsheet: no cell runs as a formula."""
    return lambda rows: write_csv(file, columns, rows)


async def show_complaints(settings: Settings, places: Places, days: int, month: str, show: Show) -> None:
    """``month``: that one, instead of the last ``days``. Raises NoSuchMonth."""
    shop, zone = shop_of(places), ZoneInfo(settings.shop.time_zone)
    span = month_span(month, zone) if month else last_days(shop_clock(settings).now(), days)
    async with opened_store(settings, places) as store:
        figures = await ReportComplaints(store, shop)(span)
    show(list(complaint_rows(figures, Names(shop), settings.shop.default_language)))


async def archive_month(settings: Settings, places: Places, month: str, to: Path, *, so_far: bool) -> Path:
    """Where it stands. Raises NoSuchMonth, NotOver and ArchiveRefused."""
    async with opened_store(settings, places) as store:
        archive = archiver(settings, shop_of(places), store, shop_clock(settings))
        return Path(await archive(month, ArchiveFolder(to), so_far=so_far))
