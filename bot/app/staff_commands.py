"""What is done by hand about people: the staff list, payments they confirm."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from bot.adapters.clock import SystemClock
from bot.app.shop import Places, build_store
from bot.core.people import Duty
from bot.service.keep_staff import KeepStaff
from bot.settings import Settings, load_secrets

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore

Show = Callable[[Sequence[Mapping[str, Any]]], None]
Tell = Callable[[str], None]


@asynccontextmanager
async def _opened(settings: Settings, places: Places) -> AsyncIterator[SqliteStore]:
    """The store, beside a running shop or without one."""
    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def _clock(settings: Settings) -> SystemClock:
    return SystemClock(ZoneInfo(settings.shop.time_zone))


def _keep(settings: Settings, store: SqliteStore) -> KeepStaff:
    return KeepStaff(store, _clock(settings), settings.shop.bot_staff_id)


async def add_staff(
    settings: Settings,
    places: Places,
    staff_id: str,
    name: str,
    roles: Sequence[str],
    *,
    replacing: bool,
    tell: Tell,
) -> None:
    """Raises StaffRefused; so do the others here."""
    from handlers.terminal.staff import code_lines

    async with _opened(settings, places) as store:
        code = await _keep(settings, store).add(staff_id, name, roles, replacing=replacing)
    tell(f"{staff_id} is on the staff list as {', '.join(roles)}")
    for line in code_lines(staff_id, code):
        tell(line)


async def link_code(settings: Settings, places: Places, staff_id: str, tell: Tell) -> None:
    from handlers.terminal.staff import code_lines

    async with _opened(settings, places) as store:
        code = await _keep(settings, store).code(staff_id)
    for line in code_lines(staff_id, code):
        tell(line)


async def change_staff(
    settings: Settings, places: Places, staff_id: str, change: Literal["disable", "away", "back"], tell: Tell
) -> None:
    """Do it, and tell how many chats she still has."""
    done = {
        "disable": "is disabled and may do nothing any more",
        "away": "is away and gets no new chats",
        "back": "is back",
    }
    async with _opened(settings, places) as store:
        keep = _keep(settings, store)
        await {"disable": keep.disable, "away": keep.away, "back": keep.back}[change](staff_id)
        chats = sum(talk.agent_id == staff_id for talk in await store.held_conversations())
    tell(f"{staff_id} {done[change]}")
    if chats and change != "back":
        tell(f"{chats} chats are hers; the bot takes each after {settings.people.silence_minutes} minutes of silence")


async def show_staff(settings: Settings, places: Places, show: Show, warn: Tell) -> None:
    """The staff list; ``warn`` is told of ids that only the roster knows."""
    from handlers.terminal.staff import staff_row, unknown_lines

    async with _opened(settings, places) as store:
        staff = await store.staff()
    duty, now = _duty(settings, places), _clock(settings).now()
    show([staff_row(person, duty, now) for person in staff])
    for line in unknown_lines(duty, staff):
        warn(line)


def _duty(settings: Settings, places: Places) -> Duty:
    """By roster and hours; of whom, the caller says."""
    from bot.adapters.jinja_renderer import JinjaRenderer
    from bot.adapters.yaml_files import load_shop_cached

    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    return Duty(settings.roster.roster, (), shop.about.hours, ZoneInfo(settings.shop.time_zone))


async def mark_paid(settings: Settings, places: Places, order_no: str, staff_id: str, tell: Tell) -> None:
    from bot.core.money import yuan
    from bot.service.keep_orders import KeepOrders
    from bot.service.mark_paid import MarkPaid

    async with _opened(settings, places) as store:
        keep = KeepOrders(store, _clock(settings), settings.shop.bot_staff_id)
        order = await MarkPaid(store, keep)(order_no, staff_id)
    tell(f"{order_no} is paid, {yuan(order.total_fen)}; marked by {staff_id}")
