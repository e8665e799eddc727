"""The composition root: the only place that knows everybody.

:func:`build_shop` needs no network library (ask, check, chat, eval); :func:`build_server` adds them.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.adapters.clock import SystemClock
from bot.adapters.jinja_renderer import JinjaRenderer
from bot.adapters.yaml_files import load_shop_cached
from bot.core.catalogue import Shop
from bot.core.dialogue.scene import DialogueRules
from bot.core.errors import ConfigError, InUse, KnowledgeError, Problem, XiaoerError
from bot.core.nudges import NudgeRules, claim_of
from bot.core.pace import Pace
from bot.core.ports import Clock
from bot.core.understanding.understand import Thresholds, Understanding
from bot.service.ask import Asker
from bot.service.bind_order import BindOrder
from bot.service.check import forbidden_words, own_sentences
from bot.service.compose import Composer, fresh_ids
from bot.service.converse import Converse
from bot.service.evaluate import Asked, Figures, evaluate, read_rows
from bot.service.send_nudges import SendNudges, Stock, slot_at
from bot.service.write_reminder import PayRules, WriteReminder
from bot.settings import Secrets, Settings, held, load_secrets

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore
    from bot.service.import_orders import Imported


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand on disk."""

    config: Path
    knowledge: Path
    templates: Path
    data: Path

    @property
    def root(self) -> Path:
        return self.config.parent

    @property
    def cache(self) -> Path:
        return self.data / "cache"


@dataclass(frozen=True, slots=True)
class BuiltShop:
    """A shop ready to answer, without storage and without a network."""

    shop: Shop
    composer: Composer
    renderer: JinjaRenderer
    understanding: Understanding
    clock: Clock


def build_shop(settings: Settings, places: Places) -> BuiltShop:
    """Read knowledge and templates. Raises KnowledgeError with every problem."""
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    clock = SystemClock(ZoneInfo(settings.shop.time_zone))
    understanding = understand(shop, settings, places.cache)
    composer = Composer(
        shop,
        understanding,
        renderer,
        rules(settings),
        fresh_ids(settings.dialogue.order_prefix),
        settings.limits.max_text_chars,
    )
    return BuiltShop(shop, composer, renderer, understanding, clock)


def understand(shop: Shop, settings: Settings, cache: Path) -> Understanding:
    """The matcher, from its compiled form where one for this very knowledge is at hand."""
    thresholds = Thresholds(
        min_score=settings.understanding.min_score,
        min_margin=settings.understanding.min_margin,
        max_choices=settings.understanding.max_choices,
    )
    kept = cache / f"understanding-{shop.content_hash}.bin"
    built = Understanding(shop, thresholds, _read(kept) if shop.content_hash else None)
    if shop.content_hash and not built.restored:
        _write(kept, built.compiled())
    return built


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, content: bytes) -> None:
    """Keep a cache if the folder allows it; a shop on a read-only disk works without. Older ones are removed."""
    if not content:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for older in path.parent.glob("understanding-*.bin"):
            older.unlink(missing_ok=True)
        temporary = path.with_suffix(".new")
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError:
        return


def rules(settings: Settings) -> DialogueRules:
    return DialogueRules(
        misses_before_person=settings.dialogue.misses_before_person,
        recommend_count=settings.dialogue.recommend_count,
        max_choices=settings.understanding.max_choices,
        bot_staff_id=settings.shop.bot_staff_id,
    )


def build_asker(settings: Settings, places: Places, *, keep: bool) -> Callable[[str], dict[str, Any]]:
    """A function from a line to the object `ask --json` prints; ``keep``: all lines are one conversation."""
    built = build_shop(settings, places)
    asker = Asker(built.composer, settings.shop.default_language, keep)
    return lambda line: asker.ask(line, built.clock.now())


def measure(settings: Settings, places: Places, lines: Iterable[str]) -> Figures:
    """Understanding measured on ``text<TAB>topics`` lines. Raises ValueError naming a line that cannot be read."""
    rows = read_rows(lines)
    answer = build_asker(settings, places, keep=False)

    def ask(text: str) -> Asked:
        said = answer(text)
        if "error" in said:
            return Asked(None)
        return Asked(said["topic"], tuple(said["topics"]), said["action"], said["score"])

    return evaluate(rows, ask)


def warnings(settings: Settings, places: Places) -> tuple[Problem, ...]:
    """What a person should look at though the shop can open."""
    return build_shop(settings, places).shop.warnings


def problems(settings: Settings, places: Places) -> list[Problem]:
    """Everything a person should mend before the shop opens: knowledge, templates, forbidden phrases."""
    renderer = JinjaRenderer(places.templates)
    found, texts = renderer.problems(), renderer.texts()
    try:
        texts += own_sentences(build_shop(settings, places).shop)
    except KnowledgeError as fault:
        found += fault.problems
    return sorted(found + forbidden_words(texts, settings.words.forbidden))


def refuse(settings: Settings, places: Places) -> None:
    """Raise KnowledgeError with every problem; do nothing when there is none."""
    found = problems(settings, places)
    if found:
        raise KnowledgeError(found)


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

    built, store = build_shop(settings, places), build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        converse = Converse(store, built.composer, built.clock, BindOrder(store))
        await TerminalChat(store, converse, built.clock, Console(), read).run()
    finally:
        await store.close()


async def import_orders(settings: Settings, places: Places, file: Path) -> Imported:
    """Take in an order report of the platform; bad rows are named on standard error. Raises UnreadableTable."""
    from rich.console import Console

    from bot.adapters.importers import read_report
    from bot.service.import_orders import ImportOrders
    from handlers.terminal.importing import import_with_bar

    clock = SystemClock(ZoneInfo(settings.shop.time_zone))
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    now = clock.now()
    report = read_report(file, ZoneInfo(settings.shop.time_zone), now, shop.product_by_sku)
    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        take = ImportOrders(store, clock, settings.shop.bot_staff_id)
        return await import_with_bar(take, str(file), report.entries, report.about, Console(stderr=True))
    finally:
        await store.close()


def nudge_rules(settings: Settings) -> NudgeRules:
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

    rules, secrets = nudge_rules(settings), load_secrets(os.environ)
    slot, due_at = slot_at(at, rules)
    # Without understanding, which a round needs nothing of.
    renderer = JinjaRenderer(places.templates)
    shop = load_shop_cached(places.knowledge, places.root, places.cache, renderer.has)
    store, clock = build_store(settings, places, secrets), SystemClock(ZoneInfo(settings.shop.time_zone))
    claim = claim_of(slot, due_at, rules, clock.now())
    await store.open()
    try:
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
    finally:
        await store.close()


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

    await store.recover(clock.now())
    bot = make_bot(secrets.bot_token.get_secret_value(), secrets.telegram_api_base)
    try:
        pace = Pace(per_second=settings.outbox.overall_per_second, chat_per_second=settings.outbox.per_chat_per_second)
        channel = TelegramChannel(bot, places.knowledge, pace)
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
    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        since = SystemClock(ZoneInfo(settings.shop.time_zone)).now() - timedelta(days=days)
        show([asdict(await store.recovery(since, hours * 3600))])
    finally:
        await store.close()


async def show_calls(settings: Settings, places: Places, show: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
    """The phone list: buyers to call about unpaid orders."""
    from handlers.terminal.reminders import call_row

    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        after = ""
        while page := await store.calls(after, 500):
            show([call_row(call) for call in page])
            after = page[-1].order.order_no
    finally:
        await store.close()


async def show_late(settings: Settings, places: Places, show: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
    """Orders late for dispatch or arrival."""
    from bot.core.order_rules import LateRules
    from bot.service.list_late import late_orders
    from handlers.terminal.reminders import late_row

    store = build_store(settings, places, load_secrets(os.environ))
    rules = LateRules(settings.orders.late_unshipped_hours, settings.orders.late_unsigned_hours)
    await store.open()
    try:
        async for order, found in late_orders(store, SystemClock(ZoneInfo(settings.shop.time_zone)).now(), rules):
            show([late_row(order, found)])
    finally:
        await store.close()


async def show_letters(settings: Settings, places: Places, show: Callable[[Sequence[Mapping[str, Any]]], None]) -> None:
    """Notes the shop's platform did not take in three days."""
    from handlers.terminal.letters import letter_row

    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        show([letter_row(row) for row in await store.dead_platform(10_000)])
    finally:
        await store.close()


async def write_notes(settings: Settings, places: Places, file: Path, since: datetime | None) -> int:
    """Notes and flags of every order into a CSV file; how many orders. ``since`` without zone is shop time."""
    from bot.adapters.platform_csv import NotesFile
    from bot.service.export_notes import export_notes

    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=ZoneInfo(settings.shop.time_zone))
    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        with NotesFile(file) as notes:
            await export_notes(store, notes.add, since)
        return notes.count
    except OSError as error:
        raise XiaoerError(f"{file}: {error.strerror}") from error
    finally:
        await store.close()


def print_table(rows: Sequence[Mapping[str, Any]], columns: Iterable[str]) -> None:
    from rich.console import Console

    from handlers.terminal.reminders import table

    Console().print(table(rows, columns))


def build_store(settings: Settings, places: Places, secrets: Secrets) -> SqliteStore:
    """The database named by ``XIAOER_DATABASE``, else a file in the data folder."""
    from bot.adapters.store_sqlite import SqliteStore

    address = secrets.database.get_secret_value() if secrets.database else ""
    if address and not address.startswith("sqlite:///"):
        what = "only sqlite:///path is supported by this version"
        raise ConfigError([Problem("environment", 0, "XIAOER_DATABASE", what)])
    path = Path(address.removeprefix("sqlite:///")) if address else places.data / "xiaoer.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStore(
        path, busy_timeout_ms=settings.store.busy_timeout_ms, commit_batch_max=settings.store.commit_batch_max
    )


async def serve(
    settings: Settings, places: Places, host: str | None, port: int | None, say: Callable[[str], None]
) -> None:
    """Everything in one process until SIGINT or SIGTERM: web, inbox, outbox, and Telegram where a token is set."""
    server = Server(settings, places, load_secrets(os.environ), say)
    await server.run(host or settings.server.host, settings.server.port if port is None else port)


class Server:
    """The shop with storage and network; opens nothing before :meth:`run`.

    Without a token aiogram is never imported (seconds, and 170 MB).
    """

    def __init__(self, settings: Settings, places: Places, secrets: Secrets, say: Callable[[str], None]) -> None:
        from handlers.loops.metrics import Metrics

        self._settings = settings
        self._places = places
        self._secrets = secrets
        self._say = say
        self._built = build_shop(settings, places)
        self._store = build_store(settings, places, secrets)
        self._metrics = Metrics()
        link_secret = secrets.link_secret.get_secret_value().encode() if secrets.link_secret else b""
        bind = BindOrder(self._store, link_secret)
        self._converse = Converse(self._store, self._built.composer, self._built.clock, bind)

    async def run(self, host: str, port: int) -> None:
        """Raises InUse when another process serves the same database, BusyPort when the port is taken."""
        listening = bind(host, port)
        try:
            await self._store.open()
            await self._store.serve_alone()
            await self._store.recover(self._built.clock.now())
            async with AsyncExitStack() as stack:
                await self._serve(stack, listening)
        finally:
            listening.close()
            await self._store.close()

    async def _serve(self, stack: AsyncExitStack, listening: socket.socket) -> None:
        import uvicorn

        from handlers.web.app import build_web
        from handlers.web.health import Health

        routers = [Health(self._store, self._metrics).router(), *self._order_routers()]
        self._start_slots(stack)
        await self._start_platform(stack)
        if self._secrets.bot_token is not None:
            routers += await self._start_telegram(stack, self._secrets.bot_token.get_secret_value())
        web = uvicorn.Server(
            uvicorn.Config(
                build_web(routers, self._settings.server.max_body_bytes),
                log_level="warning",
                access_log=False,
                lifespan="off",
                ws="none",
            )
        )
        host, port = listening.getsockname()[:2]
        self._greet(f"http://{host}:{port}", self._secrets.bot_token is not None)
        await web.serve(sockets=[listening])

    def _order_routers(self) -> list[Any]:
        """The order API, the platforms' webhooks and the API's documents; each says so where its secret is missing."""
        from bot.service.keep_orders import KeepOrders
        from handlers.web.docs import Docs
        from handlers.web.openapi import openapi
        from handlers.web.orders_api import OrdersApi
        from handlers.web.shopify import ShopifyWebhook
        from handlers.web.signature import OwnSignature
        from handlers.web.woocommerce import WooCommerceWebhook

        clock, secrets = self._built.clock, self._secrets
        keep = KeepOrders(self._store, clock, self._settings.shop.bot_staff_id)
        key, secret = held(secrets.api_key), held(secrets.api_secret)
        signature = OwnSignature(key, secret, clock) if key and secret else None
        return [
            OrdersApi(keep, clock, signature, self._settings.server.max_body_bytes).router(),
            ShopifyWebhook(keep, held(secrets.shopify_secret)).router(),
            WooCommerceWebhook(keep, held(secrets.woocommerce_secret)).router(),
            Docs(openapi(version("xiaoer"))).router(),
        ]

    def _start_slots(self, stack: AsyncExitStack) -> None:
        from bot.service.close_overdue import CloseOverdue
        from handlers.loops.slots import Slots

        settings = self._settings
        nudges = SendNudges(self._store, stock_left(self._built.shop, self._store), nudge_rules(settings))
        overdue = CloseOverdue(self._store, settings.shop.bot_staff_id, settings.orders.pay_within_hours)
        slots = Slots(nudges, overdue, self._built.clock)
        _start(stack, slots.run(), slots.stop)

    async def _start_platform(self, stack: AsyncExitStack) -> None:
        """Notes and flags go back where the settings say so; else they wait for `export notes`."""
        settings = self._settings.platform
        if not settings.webhook_url:
            return
        from bot.adapters.platform_webhook import PlatformWebhook
        from bot.service.write_back import WriteBack
        from handlers.loops.platform_sender import PlatformSender

        if self._secrets.platform_secret is None:
            what = "platform.webhook_url needs a secret to sign with, of at least 16 characters"
            raise ConfigError([Problem("environment", 0, "XIAOER_PLATFORM_SECRET", what)])
        clock, secret = self._built.clock, self._secrets.platform_secret.get_secret_value()
        webhook = PlatformWebhook(settings.webhook_url, secret, clock, settings.timeout_seconds)
        platform = await stack.enter_async_context(webhook)
        sender = PlatformSender(
            self._store,
            WriteBack(self._store, platform, clock),
            clock,
            metrics=self._metrics,
            # One try is two requests; a lease that runs out meanwhile would send it a second time.
            lease_seconds=2 * settings.timeout_seconds + 60,
        )
        _start(stack, sender.run(), sender.stop)

    async def _start_telegram(self, stack: AsyncExitStack, token: str) -> list[Any]:
        """Intake, worker and sender; returns the routers that webhook mode needs."""
        from bot.adapters.channel_telegram import TelegramChannel, make_bot
        from bot.service.take_in import TakeIn
        from handlers.loops.inbox_worker import InboxWorker
        from handlers.loops.outbox_sender import OutboxSender
        from handlers.telegram.dispatch import TelegramHandler
        from handlers.telegram.intake import Polling, Webhook

        settings, clock, store = self._settings, self._built.clock, self._store
        bot = make_bot(token, self._secrets.telegram_api_base)
        stack.push_async_callback(bot.session.close)
        pace = Pace(per_second=settings.outbox.overall_per_second, chat_per_second=settings.outbox.per_chat_per_second)
        channel = TelegramChannel(bot, self._places.knowledge, pace)
        handler = TelegramHandler(bot, self._converse, store, channel, clock)
        stack.push_async_callback(handler.close)
        sender = OutboxSender(
            store,
            {channel.name: channel},
            clock,
            metrics=self._metrics,
            longest_wait_seconds=settings.outbox.retry_after_max_seconds,
            write=WriteReminder(store, store, self._built.renderer, clock, pay_rules(settings, self._built.shop)),
        )
        worker = InboxWorker(
            store,
            {channel.name: handler},
            clock,
            metrics=self._metrics,
            on_answer=sender.wake,
            on_set_aside=self._converse.apologise,
            first_retry_seconds=settings.worker.retry_after_seconds,
            concurrency=settings.worker.concurrency,
            lease_seconds=settings.worker.inbox_lease_seconds,
            max_attempts=settings.worker.max_attempts,
        )
        take_in = TakeIn(store, worker.wake)
        language = settings.shop.default_language
        routers: list[Any] = []
        intake: Polling | Webhook
        if settings.telegram.mode == "webhook":
            from handlers.web.telegram_webhook import TelegramWebhook

            secret = _webhook_secret(self._secrets)
            url = settings.telegram.webhook_url
            intake = Webhook(
                bot, url, secret, default_language=language, max_connections=settings.telegram.max_connections
            )
            routers.append(TelegramWebhook(take_in, secret, clock, settings.server.max_body_bytes).router())
        else:
            intake = Polling(
                bot,
                take_in,
                clock,
                default_language=language,
                timeout_seconds=settings.telegram.poll_timeout_seconds,
            )
        for loop in (sender, worker):
            _start(stack, loop.run(), loop.stop)
        _start(stack, intake.run(), None)
        return routers

    def _greet(self, address: str, telegram: bool) -> None:
        name = self._built.shop.about.name
        self._say(f"{name.get('zh')} ({name.get('en')}) is open. Ctrl-C closes it; nothing is lost.")
        self._say(f"  alive:     {address}/healthz")
        self._say(f"  metrics:   {address}/metrics")
        self._say(
            f"  order API: {address}/api/docs" + ("" if self._secrets.api_key else "   (off: set XIAOER_API_KEY)")
        )
        self._say("  Telegram:  " + ("connected by the token in BOT_TOKEN" if telegram else "off (set BOT_TOKEN)"))
        self._say("  chat here: .venv/bin/xiaoer chat   (in another terminal)")


def _start(stack: AsyncExitStack, running: Coroutine[Any, Any, None], stop: Callable[[], None] | None) -> None:
    """Run beside the server; stopped, and waited for, before what was built earlier is closed."""
    task = asyncio.create_task(running)

    async def end() -> None:
        if stop is not None:
            stop()
        else:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


def _webhook_secret(secrets: Secrets) -> str:
    if secrets.telegram_webhook_secret is None:
        what = "telegram.mode webhook needs a secret of 1 to 256 letters, digits, '_' or '-'"
        raise ConfigError([Problem("environment", 0, "TELEGRAM_WEBHOOK_SECRET", what)])
    return secrets.telegram_webhook_secret.get_secret_value()


class BusyPort(XiaoerError):
    """The port is taken by another program."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 lets the system choose. Raises BusyPort with a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as fault:
        listening.close()
        if fault.errno == errno.EADDRINUSE:
            raise BusyPort(f"port {port} on {host} is in use; choose another one: xiaoer run --port 8081") from None
        raise BusyPort(f"cannot listen on {host}:{port}: {fault.strerror}") from None
    return listening
