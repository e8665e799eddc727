"""What people run by hand: chat, reminders, lists, importing and exporting."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.adapters.jinja_renderer import JinjaRenderer
from bot.adapters.yaml_files import load_shop_cached
from bot.core.catalogue import Shop
from bot.core.errors import ConfigError, InUse, Problem, XiaoerError
from bot.core.nudges import NudgeRules, claim_of
from bot.core.pace import Pace
from bot.core.ports import Clock
from bot.service.bind_order import BindOrder
from bot.service.converse import Converse
from bot.service.evaluate import Figures
from bot.service.send_nudges import SendNudges, Stock, slot_at
from bot.service.write_reminder import PayRules, WriteReminder
from bot.settings import Secrets, Settings, load_secrets

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore
    from bot.service.import_orders import Imported


from bot.app.shop import Places, build_shop, opened_store, shop_clock
from bot.app.tracking import build_tracking


def show_figures(figures: Figures) -> None:
    """Tables in the terminal."""
    from rich.console import Console

    from handlers.terminal.figures import tables

    console = Console()
    for table in tables(figures):
        console.print(table)


async def talk(settings: Settings, places: Places, read: Callable[[], str]) -> None:
    """A conversation in the terminal, until ``read`` raises EOFError."""
    from rich.console import Console

    from handlers.terminal.chat import TerminalChat

    built = build_shop(settings, places)
    async with opened_store(settings, places) as store:
        track, service = build_tracking(settings, load_secrets(os.environ), store, built.clock)
        async with service or nullcontext():
            converse = Converse(store, built.composer, built.clock, BindOrder(store), track)
            await TerminalChat(store, converse, built.clock, Console(), read).run()


async def import_orders(settings: Settings, places: Places, file: Path) -> Imported:
    """Take in an order report of the platform; bad rows are named on standard error. Raises UnreadableTable."""
    from rich.console import Console

    from bot.adapters.importers import read_report
    from bot.service.import_orders import ImportOrders
    from handlers.terminal.importing import import_with_bar

    clock = shop_clock(settings)
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    now = clock.now()
    report = read_report(file, ZoneInfo(settings.shop.time_zone), now, shop.product_by_sku)
    async with opened_store(settings, places) as store:
        take = ImportOrders(store, clock, settings.shop.bot_staff_id, settings.orders.red_flag)
        return await import_with_bar(take, str(file), report.entries, report.about, Console(stderr=True))


def served_channels(secrets: Secrets) -> frozenset[str]:
    """Channels on which a message of ours can begin and reach her; all others are for the phone."""
    return frozenset({"telegram"}) if secrets.bot_token is not None else frozenset()


def nudge_rules(settings: Settings, secrets: Secrets) -> NudgeRules:
    nudge = settings.nudge
    return NudgeRules(
        zone=ZoneInfo(settings.shop.time_zone),
        slots=tuple(time.fromisoformat(slot) for slot in nudge.slots),
        min_unpaid_hours=nudge.min_unpaid_hours,
        max_per_day=nudge.max_per_day,
        max_per_order=nudge.max_per_order,
        max_delay_minutes=nudge.max_delay_minutes,
        send_within_minutes=nudge.send_within_minutes,
        hold_out_percent=nudge.hold_out_percent,
        channels=served_channels(secrets),
    )


def pay_rules(settings: Settings, shop: Shop) -> PayRules:
    return PayRules(
        settings.shop.bot_staff_id, settings.orders.pay_within_hours, settings.payment.link_template, shop.about.payment
    )


def stock_left(shop: Shop, store: SqliteStore) -> Stock:
    """Pieces of every SKU of the catalogue that no order holds."""

    async def left() -> dict[str, int]:
        reserved = await store.reserved(shop.variant_by_sku)
        return {sku: variant.stock - reserved.get(sku, 0) for sku, variant in shop.variant_by_sku.items()}

    return left


async def nudge(
    settings: Settings,
    places: Places,
    at: str,
    *,
    dry_run: bool,
    show: Callable[[Sequence[Mapping[str, Any]]], None],
    say: Callable[[str], None],
) -> None:
    """A reminder round by hand; ``show`` gets a row per order considered. Raises NoSuchSlot."""
    from handlers.terminal.reminders import decision_row

    secrets = load_secrets(os.environ)
    rules = nudge_rules(settings, secrets)
    slot, due_at = slot_at(at, rules)
    # Without understanding, which a round needs nothing of.
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    clock = shop_clock(settings)
    if not rules.channels:
        say("without BOT_TOKEN nobody can be reminded: whoever is due is unreachable, and for the phone list")
    claim = claim_of(slot, due_at, rules, clock.now())
    async with opened_store(settings, places) as store:
        nudges = SendNudges(
            store,
            stock_left(shop, store),
            rules,
            on_page=lambda _, decisions: show([decision_row(d) for d in decisions]),
        )
        if dry_run:
            async for decisions in nudges.plan(claim):
                show([decision_row(d) for d in decisions])
            return
        done = await nudges.run(claim, due_at)
        if done is None:
            say(f"the round of {slot.name} was run before, or is being run")
        else:
            say(f"{done.considered} orders considered, {done.reminded} reminded")
        write = WriteReminder(store, store, renderer, clock, pay_rules(settings, shop))
        await send_queued(settings, places, secrets, store, clock, write, say)


async def send_queued(
    settings: Settings,
    places: Places,
    secrets: Secrets,
    store: SqliteStore,
    clock: Clock,
    write: WriteReminder,
    say: Callable[[str], None],
) -> None:
    """Send what waits, unless a `run` beside does it."""
    from rich.console import Console

    from handlers.loops.outbox_sender import OutboxSender
    from handlers.terminal.reminders import with_bar

    try:
        await store.serve_alone()
    except InUse:
        say("the running shop sends them")
        return
    if secrets.bot_token is None:
        say("what is queued is sent by the next `xiaoer run`; without BOT_TOKEN nothing can be sent from here")
        return
    from bot.adapters.channel_telegram import TelegramChannel, make_bot
    from bot.adapters.photo_files import PhotoFiles

    await store.recover(clock.now())
    bot = make_bot(secrets.bot_token.get_secret_value(), secrets.telegram_api_base)
    try:
        pace = Pace(per_second=settings.outbox.overall_per_second, chat_per_second=settings.outbox.per_chat_per_second)
        channel = TelegramChannel(bot, places.knowledge, pace, PhotoFiles(places.data / "uploads"))
        sender = OutboxSender(store, {channel.name: channel}, clock, write=write)
        await with_bar(sender.drain(), lambda: waiting(store), Console(stderr=True))
        counts = await store.counts()
        say(f"sent; {counts.get('outbox.uncertain', 0)} messages of the shop are uncertain")
    finally:
        await bot.session.close()


async def waiting(store: SqliteStore) -> int:
    """Messages that wait to be sent."""
    return (await store.counts()).get("outbox.waiting", 0)


async def show_recovery(
    settings: Settings,
    places: Places,
    days: int,
    hours: float,
    show: Callable[[Sequence[Mapping[str, Any]]], None],
) -> None:
    """What the reminders of the last days brought: one row of counts."""
    async with opened_store(settings, places) as store:
        since = shop_clock(settings).now() - timedelta(days=days)
        show([asdict(await store.recovery(since, hours * 3600))])


async def show_calls(settings: Settings, places: Places, show: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
    """The phone list: buyers to call about unpaid orders."""
    from handlers.terminal.reminders import call_row

    async with opened_store(settings, places) as store:
        after = ""
        while page := await store.calls(after, 500):
            show([call_row(call) for call in page])
            after = page[-1].order.order_no


async def show_late(settings: Settings, places: Places, show: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
    """Orders late for dispatch or arrival."""
    from bot.core.order_rules import LateRules
    from bot.service.list_late import late_orders
    from handlers.terminal.reminders import late_row

    rules = LateRules(settings.orders.late_unshipped_hours, settings.orders.late_unsigned_hours)
    async with opened_store(settings, places) as store:
        async for order, found in late_orders(store, shop_clock(settings).now(), rules):
            show([late_row(order, found)])


async def show_letters(settings: Settings, places: Places, show: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
    """Notes the shop's platform did not take in three days."""
    from handlers.terminal.letters import letter_row

    async with opened_store(settings, places) as store:
        show([letter_row(row) for row in await store.dead_platform(10_000)])


async def show_link(settings: Settings, places: Places, order_no: str, say: Callable[[str], None]) -> str:
    """The link that proves an order to be its buyer's; only what follows ``?start=`` where the bot's name is not set.

    Raises ConfigError without XIAOER_LINK_SECRET, NoLink for an order that has none.
    """
    from bot.service.hand_out_link import hand_out_link

    secrets = load_secrets(os.environ)
    if secrets.link_secret is None:
        what = "links are signed with a secret of at least 16 characters; the running shop needs the same one"
        raise ConfigError([Problem("environment", 0, "XIAOER_LINK_SECRET", what)])
    async with opened_store(settings, places) as store:
        payload = await hand_out_link(store, order_no, secrets.link_secret.get_secret_value().encode())
    if not settings.telegram.bot_name:
        say("telegram.bot_name is not set: put this behind https://t.me/YOUR_BOT?start=")
        return payload
    return f"https://t.me/{settings.telegram.bot_name}?start={payload}"


async def write_notes(settings: Settings, places: Places, file: Path, since: datetime | None) -> int:
    """Notes and flags of every order into a CSV file; how many orders. ``since`` without zone is shop time."""
    from bot.adapters.platform_csv import NotesFile
    from bot.service.export_notes import export_notes

    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=ZoneInfo(settings.shop.time_zone))
    try:
        async with opened_store(settings, places) as store:
            with NotesFile(file) as notes:
                await export_notes(store, notes.add, since)
            return notes.count
    except OSError as error:
        raise XiaoerError(f"{file}: {error.strerror}") from error


def print_table(rows: Sequence[Mapping[str, Any]], columns: Iterable[str]) -> None:
    from rich.console import Console

    from handlers.terminal.reminders import table

    Console().print(table(rows, columns))
