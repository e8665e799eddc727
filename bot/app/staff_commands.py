"""What is done by hand about people: the staff list, payments they confirm, handover sheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from bot.app.shop import Places, opened_store, shop_clock, staff_renderer
from bot.core.catalogue import Shop
from bot.core.people import Duty
from bot.core.ports import Clock
from bot.core.ports_people import PeopleStore
from bot.service.hand_over_shift import HandOverShift, SheetWords
from bot.service.keep_staff import KeepStaff
from bot.service.on_duty import OnDuty
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore

Show = Callable[[Sequence[Mapping[str, Any]]], None]
Tell = Callable[[str], None]


def _keep(settings: Settings, store: SqliteStore) -> KeepStaff:
    return KeepStaff(store, shop_clock(settings), settings.shop.bot_staff_id)


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

    async with opened_store(settings, places) as store:
        code = await _keep(settings, store).add(staff_id, name, roles, replacing=replacing)
    tell(f"{staff_id} is on the staff list as {', '.join(roles)}")
    for line in code_lines(staff_id, code):
        tell(line)


async def link_code(settings: Settings, places: Places, staff_id: str, tell: Tell) -> None:
    from handlers.terminal.staff import code_lines

    async with opened_store(settings, places) as store:
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
    async with opened_store(settings, places) as store:
        keep = _keep(settings, store)
        await {"disable": keep.disable, "away": keep.away, "back": keep.back}[change](staff_id)
        chats = sum(talk.agent_id == staff_id for talk in await store.held_conversations())
    tell(f"{staff_id} {done[change]}")
    if chats and change != "back":
        tell(f"{chats} chats are hers; the bot takes each after {settings.people.silence_minutes} minutes of silence")


async def show_staff(settings: Settings, places: Places, show: Show, warn: Tell) -> None:
    """The staff list; ``warn`` is told of ids that only the roster knows, and of hours nobody works."""
    from handlers.terminal.staff import gap_lines, staff_row, unknown_lines

    async with opened_store(settings, places) as store:
        staff = await store.staff()
    hours, now = _shop(places).about.hours, shop_clock(settings).now()
    duty = Duty(settings.roster.roster, staff, hours, ZoneInfo(settings.shop.time_zone))
    show([staff_row(person, duty, now) for person in staff])
    for line in (*unknown_lines(duty), *gap_lines(duty, now)):
        warn(line)


def _shop(places: Places) -> Shop:
    """Without understanding, which nothing here needs."""
    from bot.adapters.jinja_renderer import JinjaRenderer
    from bot.adapters.yaml_files import load_shop_cached

    return load_shop_cached(places.knowledge, places.root, places.cache, JinjaRenderer(places.templates).has)


def on_duty(settings: Settings, shop: Shop, store: PeopleStore, clock: Clock) -> OnDuty:
    zone, talking = ZoneInfo(settings.shop.time_zone), settings.people.talking_minutes
    return OnDuty(store, settings.roster.roster, shop.about.hours, zone, clock, talking)


def shift_handover(settings: Settings, places: Places, shop: Shop, store: PeopleStore, duty: OnDuty) -> HandOverShift:
    language = settings.shop.default_language
    words = SheetWords(
        language, lambda: staff_renderer(places).labels(language), {book.id: book.title for book in shop.playbooks}
    )
    return HandOverShift(store, duty.fresh, words, settings.people.unconfirmed_sheet_minutes)


async def show_sheets(settings: Settings, places: Places, *, open_only: bool, as_json: bool, tell: Tell) -> None:
    """Handover sheets with their lines, oldest first."""
    from handlers.terminal.staff import sheet_row, sheet_text

    async with opened_store(settings, places) as store:
        sheets = await store.sheets(open_only=open_only)
    zone = ZoneInfo(settings.shop.time_zone)
    for sheet in sheets:
        tell(json.dumps(sheet_row(sheet), ensure_ascii=False) if as_json else sheet_text(sheet, zone))


async def confirm_sheet(settings: Settings, places: Places, sheet_id: str, staff_id: str, tell: Tell) -> None:
    shop, clock = _shop(places), shop_clock(settings)
    async with opened_store(settings, places) as store:
        shift = shift_handover(settings, places, shop, store, on_duty(settings, shop, store, clock))
        sheet = await shift.confirm(sheet_id, staff_id, clock.now())
    tell(f"{sheet.sheet_id} (shift {sheet.shift} of {sheet.day}) is confirmed by {staff_id}")


async def mark_paid(settings: Settings, places: Places, order_no: str, staff_id: str, tell: Tell) -> None:
    from bot.core.money import yuan
    from bot.service.keep_orders import KeepOrders
    from bot.service.mark_paid import MarkPaid

    async with opened_store(settings, places) as store:
        keep = KeepOrders(store, shop_clock(settings), settings.shop.bot_staff_id, settings.orders.red_flag)
        order = await MarkPaid(store, keep)(order_no, staff_id)
    tell(f"{order_no} is paid, {yuan(order.total_fen)}; marked by {staff_id}")
