"""Rounds, put together; and what is done by hand about them."""

from __future__ import annotations

import os
import secrets as randomness
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.adapters.archive_folder import ArchiveFolder
from bot.adapters.jinja_renderer import JinjaRenderer
from bot.adapters.sms_log import SmsLog
from bot.adapters.yaml_files import load_shop_cached
from bot.app.commands import served_channels
from bot.app.shop import Places, case_rules, opened_store, shop_clock
from bot.app.staff_commands import on_duty
from bot.core.care import CareRules
from bot.core.case_effects import Context
from bot.core.catalogue import Shop
from bot.core.order_rules import LateRules
from bot.core.ports import Clock, Renderer
from bot.core.ports_rounds import Sms
from bot.core.reviews import Progress, ReviewRules
from bot.core.round_orders import OrderRoundRules
from bot.core.rounds import ROUNDS, RoundRules
from bot.service.archive_month import ArchiveMonth, WriteArchive
from bot.service.find_rounds import FindRounds, FindRules
from bot.service.round_contacts import After, ContactReviewers, NotifyMembers, Texter
from bot.service.run_round import RunRounds, Told, round_named, run_at
from bot.service.staff_acts import Acts
from bot.settings import Secrets, Settings, load_secrets

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore

Show = Callable[[Sequence[Mapping[str, Any]]], None]
Tell = Callable[[str], None]


def round_rules(settings: Settings) -> RoundRules:
    times = {held.id: tuple(map(time.fromisoformat, settings.rounds.times(held.id))) for held in ROUNDS}
    return RoundRules(ZoneInfo(settings.shop.time_zone), times, settings.rounds.max_delay_minutes)


def find_rules(settings: Settings) -> FindRules:
    rounds, orders = settings.rounds, settings.orders
    return FindRules(
        OrderRoundRules(
            late=LateRules(orders.late_unshipped_hours, orders.late_unsigned_hours),
            day_ends=time.fromisoformat(rounds.day_ends),
            owed_after_hours=rounds.owed_after_hours,
            owed_percent=rounds.owed_percent,
            owed_at_most_fen=rounds.owed_at_most * 100,
            unconfirmed_hours=rounds.unconfirmed_hours,
            ship_within_hours=rounds.ship_within_hours,
            sign_within_hours=rounds.sign_within_hours,
            important=rounds.important_places,
            clock_hours=rounds.clock_hours,
        ),
        rounds.low_stock_under,
        review_rules(settings),
        bool(rounds.survey_link),
        care=CareRules(rounds.care_days),
    )


def review_rules(settings: Settings) -> ReviewRules:
    rounds = settings.rounds
    return ReviewRules(sms_after_hours=rounds.review_sms_after_hours, call_after_hours=rounds.review_call_after_hours)


def build_rounds(
    settings: Settings,
    secrets: Secrets,
    shop: Shop,
    store: SqliteStore,
    renderer: Renderer,
    clock: Clock,
    sms: Sms,
    archives: Path | None = None,
) -> RunRounds:
    """Without understanding, which no round needs. ``archives``: where months are archived; None: nowhere."""
    acts = acts_of(settings, shop, store, renderer, clock)
    find = FindRounds(store, shop, find_rules(settings))
    language = settings.shop.default_language
    text = Texter(sms, renderer, language, shop.about.name.get(language))
    after: dict[str, After] = {"bad_reviews": ContactReviewers(store, text), "renewals": NotifyMembers(store, text)}
    if archives is not None:
        after["archive"] = WriteArchive(archiver(settings, shop, store, clock), ArchiveFolder(archives))
    return RunRounds(store, find, acts, round_rules(settings), served_channels(secrets), after)


def archiver(settings: Settings, shop: Shop, store: SqliteStore, clock: Clock) -> ArchiveMonth:
    zone = ZoneInfo(settings.shop.time_zone)
    return ArchiveMonth(store, shop, clock, zone, settings.shop.default_language)


def archives_of(places: Places) -> Path:
    return places.data / "archive"


def acts_of(settings: Settings, shop: Shop, store: SqliteStore, renderer: Renderer, clock: Clock) -> Acts:
    """What people and the clock do to conversations, beside a running shop or without one."""
    duty, rules = on_duty(settings, shop, store, clock), case_rules(settings)

    def new_id(letter: str) -> str:
        return f"{letter}{clock.now():%y%m%d}{randomness.token_hex(5)}"

    async def context() -> Context:
        return Context(shop, await duty.fresh(), rules, settings.shop.bot_staff_id, new_id)

    return Acts(store, renderer, clock, context)


def sms_log(places: Places, clock: Clock) -> SmsLog:
    """Beside the database."""
    return SmsLog(places.data / "sms.jsonl", clock)


@asynccontextmanager
async def _opened(settings: Settings, places: Places) -> AsyncIterator[tuple[RunRounds, Clock]]:
    """Beside a running shop or without one."""
    secrets = load_secrets(os.environ)
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    clock = shop_clock(settings)
    async with opened_store(settings, places) as store:
        sms, archives = sms_log(places, clock), archives_of(places)
        yield build_rounds(settings, secrets, shop, store, renderer, clock, sms, archives), clock


async def hold_round(
    settings: Settings, places: Places, name: str, at: str, *, dry_run: bool, show: Show, say: Tell
) -> None:
    """A round by hand, and its list. Raises NoSuchRound."""
    from handlers.terminal.rounds import found_row, line_row

    async with _opened(settings, places) as (rounds, clock):
        run = run_at(name, at, round_rules(settings), clock.now())
        if dry_run:
            show([found_row(found, round_named(name)) for found in await rounds.plan(run)])
            return
        held = await rounds.run(run, clock.now())
        if held is None:
            say(f"{run.name} was held before, or is being held")
        else:
            did = ", ".join(f"{count} {what}" for what, count in sorted(held.did.items())) or "nobody was told"
            say(f"{held.listed} found, {held.settled} settled since; {did}")
        show([line_row(line) for line in await rounds.lines(name)])
        if held is not None and held.queued:
            say("what is to be told is sent by `xiaoer run`")


async def show_round(settings: Settings, places: Places, name: str, *, every: bool, show: Show) -> None:
    """The list as it stands, or all of the last week."""
    from handlers.terminal.rounds import line_row

    async with _opened(settings, places) as (rounds, _):
        show([line_row(line) for line in await rounds.lines(name, open_only=not every)])


async def approve_batch(settings: Settings, places: Places, staff_id: str, line_id: int | None, tell: Tell) -> None:
    """The day's invoices, all or one. Raises StaffRefused."""
    from bot.service.approve_batch import ApproveBatch

    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    async with opened_store(settings, places) as store:
        acts = acts_of(settings, shop, store, renderer, shop_clock(settings))
        done = await ApproveBatch(store, acts)(staff_id, line_id)
    tell(f"{len(done.cases)} approved by {staff_id}, finance goes on; {done.settled} were settled meanwhile")


async def tick_line(
    settings: Settings,
    places: Places,
    line_id: int,
    staff_id: str,
    note: str,
    progress: Progress,
    until: datetime | None,
    tell: Tell,
) -> None:
    """Raises StaffRefused."""
    async with _opened(settings, places) as (rounds, _):
        line = await rounds.tick(line_id, staff_id, Told(note, progress, until))
    tell(f"line {line_id} ({line.found.reason} {line.found.subject}) is done, by {staff_id}")
