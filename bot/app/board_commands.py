"""What the desk's boards show, by hand."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.adapters.clock import SystemClock
from bot.app.shop import Places, build_store
from bot.service.learn import ShowUnanswered
from bot.service.report_numbers import ReportNumbers
from bot.settings import Settings, load_secrets

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore

Show = Callable[[Sequence[Mapping[str, Any]]], None]


@asynccontextmanager
async def _opened(settings: Settings, places: Places) -> AsyncIterator[tuple[SqliteStore, SystemClock]]:
    """The store, beside a running shop or without one, and the shop's clock."""
    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        yield store, SystemClock(ZoneInfo(settings.shop.time_zone))
    finally:
        await store.close()


async def show_unanswered(settings: Settings, places: Places, show: Show) -> None:
    from handlers.terminal.boards import question_row

    async with _opened(settings, places) as (store, clock):
        zone = ZoneInfo(settings.shop.time_zone)
        show([question_row(question, zone) for question in await ShowUnanswered(store, clock)()])


async def show_numbers(settings: Settings, places: Places, days: int, show: Show) -> None:
    from handlers.terminal.boards import numbers_row

    async with _opened(settings, places) as (store, clock):
        now = clock.now()
        show([numbers_row(row) for row in await ReportNumbers(store)(now - timedelta(days=days), now)])
