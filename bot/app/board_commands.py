"""What the desk's boards show, by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.shop import Places, opened_store, shop_clock
from bot.service.learn import ShowUnanswered
from bot.service.report_numbers import ReportNumbers, WhyOthersDidNotBuy
from bot.settings import Settings

Show = Callable[[Sequence[Mapping[str, Any]]], None]


async def show_unanswered(settings: Settings, places: Places, show: Show) -> None:
    from handlers.terminal.boards import question_row

    clock = shop_clock(settings)
    async with opened_store(settings, places) as store:
        zone = ZoneInfo(settings.shop.time_zone)
        show([question_row(question, zone) for question in await ShowUnanswered(store, clock)()])


async def show_numbers(settings: Settings, places: Places, days: int, show: Show) -> None:
    from handlers.terminal.boards import numbers_row

    clock = shop_clock(settings)
    async with opened_store(settings, places) as store:
        now = clock.now()
        since = now - timedelta(days=days)
        rows = await WhyOthersDidNotBuy(store)(await ReportNumbers(store)(since, now), since, now)
        show([numbers_row(row) for row in rows])
