"""Everything in one process: web, loops, and Telegram where a token is set."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import socket
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from bot.core.errors import ConfigError, Problem, XiaoerError
from bot.core.pace import Pace
from bot.service.bind_order import BindOrder
from bot.service.converse import Converse
from bot.service.send_nudges import SendNudges
from bot.service.write_reminder import WriteReminder
from bot.settings import Secrets, Settings, held, load_secrets

if TYPE_CHECKING:
    from aiogram import Bot

    from bot.app.staff_group import StaffGroupParts
    from bot.core.ports import InboxRow
    from bot.core.ports_web import PhotoSource
    from handlers.loops.inbox_worker import Handler, InboxWorker
    from handlers.web.app import Lost
    from handlers.web.chat_room import Rooms

from bot.app.commands import nudge_rules, pay_rules, stock_left
from bot.app.desk import Desk, build_desk, first_login
from bot.app.keeping import build_forget
from bot.app.people import build_people
from bot.app.photos import build_photos
from bot.app.rounds import archives_of, build_rounds, sms_log
from bot.app.shop import Places, build_shop, build_store
from bot.app.staff_commands import on_duty, shift_handover
from bot.app.tracking import build_tracking

#: A page's frames are small and bounded; packing them costs memory on every socket and gains nothing.
SOCKETS: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_max_size": 65_536,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
    # A page that does not close its socket must not hold up the end of the shop.
    "timeout_graceful_shutdown": 5,
}


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
        track, self._tracking = build_tracking(settings, secrets, self._store, self._built.clock)
        self._converse = Converse(self._store, self._built.composer, self._built.clock, bind, track)
        self._people = build_people(settings, self._built, self._store)
        #: By channel; one that is started adds itself.
        self._photo_sources: dict[str, PhotoSource] = {}
        uploads, clock = places.data / "uploads", self._built.clock
        self._photos = build_photos(settings, uploads, self._store, clock, self._photo_sources)
        #: The shop's page for an address that is none of ours.
        self._lost: Lost | None = None
        self._rooms: Rooms | None = None

    async def run(self, host: str, port: int) -> None:
        """Raises InUse when another process serves the same database, BusyPort when the port is taken."""
        listening = bind(host, port)
        # What was built stays for the whole run, so the collector need not look through it; no gain was measured.
        gc.collect()
        gc.freeze()
        try:
            await self._store.open()
            await self._store.serve_alone()
            # First: pages drop what they have, so what was being sent to them is sent again and not doubted.
            await self._store.recover_channel("web")
            await self._store.recover(self._built.clock.now())
            async with AsyncExitStack() as stack:
                if self._tracking is not None:
                    await stack.enter_async_context(self._tracking)
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
        inbox = self._inbox()
        routers += await self._start_web_chat(stack, inbox)
        desk = await self._start_desk(stack)
        routers += desk.routers
        if self._secrets.bot_token is not None:
            routers += await self._start_telegram(stack, self._secrets.bot_token.get_secret_value(), inbox)
        await self._people.duty.refresh()
        _start(stack, inbox.worker.run(), inbox.worker.stop)
        case_clock = self._people.clock(inbox.answered)
        _start(stack, case_clock.run(), case_clock.stop)
        limits = self._settings.server, self._settings.web
        web = uvicorn.Server(
            uvicorn.Config(
                # Every router bounds its own bodies; a photo may be larger than what the others take.
                build_web(routers, max(limits[0].max_body_bytes, limits[1].max_photo_bytes), self._lost),
                log_level="warning",
                access_log=False,
                lifespan="off",
                **SOCKETS,
            )
        )
        # Pages of the desk hold their connections open for as long as they are let.
        desk.hub.stopping = lambda: web.should_exit
        host, port = listening.getsockname()[:2]
        self._greet(f"http://{host}:{port}", self._secrets.bot_token is not None)
        await first_login(desk, self._secrets, self._say)
        await web.serve(sockets=[listening])

    def _inbox(self) -> _Inbox:
        """The one worker for whatever comes in; channels add their handlers before it is started."""
        from handlers.loops.inbox_worker import InboxWorker

        settings, inbox = self._settings.worker, _Inbox(self._converse.apologise)
        inbox.worker = InboxWorker(
            self._store,
            inbox.handlers,
            self._built.clock,
            metrics=self._metrics,
            on_answer=inbox.answered,
            on_set_aside=inbox.set_aside,
            first_retry_seconds=settings.retry_after_seconds,
            concurrency=settings.concurrency,
            lease_seconds=settings.inbox_lease_seconds,
            max_attempts=settings.max_attempts,
        )
        return inbox

    async def _start_web_chat(self, stack: AsyncExitStack, inbox: _Inbox) -> list[Any]:
        """The chat of the shop's pages, and the demo shop itself."""
        from bot.adapters.jinja_renderer import JinjaPages
        from bot.app.web_chat import build_web_chat
        from bot.service.take_in import TakeIn
        from handlers.web.storefront import Storefront

        chat = await build_web_chat(
            self._settings,
            self._built.shop,
            self._built.clock,
            self._store,
            self._places.data / "uploads",
            TakeIn(self._store, inbox.worker.wake),
            self._converse,
            self._reminders(),
            self._metrics,
            (held(self._secrets.link_secret) or "").encode(),
            self._photos,
        )
        inbox.handlers["web"] = chat.handler
        self._rooms = chat.rooms
        _start(stack, chat.pump.run(), chat.pump.stop)
        _start(stack, chat.names.run(), chat.names.stop)
        shop, places = self._built.shop, self._places
        pages = JinjaPages(places.templates.parent)
        clock, language = self._built.clock, self._settings.shop.default_language
        front = Storefront(shop, pages, places.knowledge, clock, language, self._store.reserved, "/desk")
        self._lost = front.lost
        return [*chat.routers, front.router()]

    async def _start_desk(self, stack: AsyncExitStack) -> Desk:
        desk = await build_desk(self._settings, self._places, self._built, self._people, self._store, self._photos)
        _start(stack, desk.hub.run(), desk.hub.stop)
        if self._rooms is not None:  # each side sees that the other one writes
            self._rooms.on_writing, desk.hub.on_writing = desk.hub.shopper_writes, self._rooms.person_writes
        return desk

    def _reminders(self) -> WriteReminder:
        rules = pay_rules(self._settings, self._built.shop)
        return WriteReminder(self._store, self._store, self._built.renderer, self._built.clock, rules)

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
        keep = KeepOrders(self._store, clock, self._settings.shop.bot_staff_id, self._settings.orders.red_flag)
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
        nudges = SendNudges(
            self._store, stock_left(self._built.shop, self._store), nudge_rules(settings, self._secrets)
        )
        overdue = CloseOverdue(self._store, settings.shop.bot_staff_id, settings.orders.pay_within_hours)
        shop, clock = self._built.shop, self._built.clock
        duty = on_duty(settings, shop, self._store, clock)
        shifts = shift_handover(settings, self._places, shop, self._store, duty)
        sms = sms_log(self._places, clock)
        store, renderer, archives = self._store, self._built.renderer, archives_of(self._places)
        rounds = build_rounds(settings, self._secrets, shop, store, renderer, clock, sms, archives)
        forget = build_forget(settings, self._store, self._photos.keeper, sms)
        slots = Slots(nudges, overdue, clock, forget=forget, shifts=shifts, rounds=rounds)
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

    async def _start_telegram(self, stack: AsyncExitStack, token: str, inbox: _Inbox) -> list[Any]:
        """Intake and sender; returns the routers that webhook mode needs."""
        from bot.adapters.channel_telegram import TelegramChannel, make_bot
        from bot.adapters.telegram_photos import TelegramPhotos
        from bot.service.take_in import TakeIn
        from handlers.loops.outbox_sender import OutboxSender
        from handlers.telegram.dispatch import TelegramHandler
        from handlers.telegram.intake import Polling, Webhook

        settings, clock, store = self._settings, self._built.clock, self._store
        bot = make_bot(token, self._secrets.telegram_api_base)
        stack.push_async_callback(bot.session.close)
        pace = Pace(per_second=settings.outbox.overall_per_second, chat_per_second=settings.outbox.per_chat_per_second)
        channel = TelegramChannel(bot, self._places.knowledge, pace, self._photos.keeper)
        self._photo_sources[channel.name] = TelegramPhotos(bot, settings.web.max_photo_bytes)
        group = self._start_staff_group(stack, bot, inbox) if settings.telegram.staff_group else None
        handler = TelegramHandler(bot, self._converse, store, channel, clock, desk=group.desk if group else None)
        stack.push_async_callback(handler.close)
        sender = OutboxSender(
            store,
            {channel.name: channel},
            clock,
            metrics=self._metrics,
            longest_wait_seconds=settings.outbox.retry_after_max_seconds,
            write=self._reminders(),
        )
        inbox.handlers[channel.name] = handler
        inbox.on_answer.append(sender.wake)
        take_in = TakeIn(store, inbox.worker.wake)
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
        _start(stack, sender.run(), sender.stop)
        _start(stack, intake.run(), None)
        return routers

    def _start_staff_group(self, stack: AsyncExitStack, bot: Bot, inbox: _Inbox) -> StaffGroupParts:
        """Staff see in their group what happens, and act there."""
        from bot.app.staff_group import build_staff_group

        kept = self._photos.keeper
        parts = build_staff_group(self._settings, self._places, self._built, self._people, self._store, bot, kept=kept)
        inbox.on_answer.append(parts.poster.wake)
        inbox.apologise = parts.apologise(otherwise=self._converse.apologise)
        _start(stack, parts.poster.run(), parts.poster.stop)
        return parts

    def _greet(self, address: str, telegram: bool) -> None:
        name = self._built.shop.about.name
        self._say(f"{name.get('zh')} ({name.get('en')}) is open. Ctrl-C closes it; nothing is lost.")
        self._say(f"  the shop:  {address}/")
        self._say(f"  the desk:  {address}/desk   (log in as admin, or with a staff id)")
        self._say(f"  alive:     {address}/healthz")
        self._say(f"  metrics:   {address}/metrics")
        self._say(
            f"  order API: {address}/api/docs"
            + ("" if self._secrets.api_key else "   (off: set XIAOER_API_KEY and XIAOER_API_SECRET)")
        )
        self._say("  Telegram:  " + ("connected by the token in BOT_TOKEN" if telegram else "off (set BOT_TOKEN)"))
        self._say("  chat here: .venv/bin/xiaoer chat   (in another terminal)")


class _Inbox:
    """What comes in, and who is told once it was answered."""

    worker: InboxWorker

    def __init__(self, apologise: Handler) -> None:
        self.handlers: dict[str, Handler] = {}
        self.on_answer: list[Callable[[], object]] = []
        self.apologise = apologise

    async def set_aside(self, row: InboxRow) -> None:
        await self.apologise(row)

    def answered(self) -> None:
        for tell in self.on_answer:
            tell()


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
    # Named by its protocol: only then asyncio sends at once what is written, instead of 40 ms later (Nagle).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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
