"""How updates reach us: polling, or a webhook that we register. What arrives goes to the store, nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.core.messages import Language
from bot.core.ports import Clock, RawUpdate
from bot.service.take_in import TakeIn
from handlers.loops.backoff import Backoff
from handlers.loops.loop import describe
from handlers.telegram.commands import MENUS, show_menu
from handlers.telegram.updates import KINDS, Malformed, raw_update

log = logging.getLogger(__name__)

T = TypeVar("T")
Menus = Mapping[Language, Mapping[str, str]]


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, unparsed: what aiogram does not know yet is kept, and one odd update cannot block the rest."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Stopped(Exception):
    """Telegram refuses us for good; the sentence has been logged."""


class Calls:
    """Repeats a call to Telegram until it succeeds, or says why it never will. Logs types, never messages or text."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff

    async def persist(self, call: Callable[[], Awaitable[T]], what: str) -> T:
        """Raises :class:`Stopped` when trying again is no use."""
        while True:
            try:
                result = await call()
            except Exception as error:
                # Mistakes of ours too: a loop that ends unseen would be a deaf shop.
                await asyncio.sleep(self._seconds_after(error, what))
            else:
                self._backoff.reset()
                return result

    def _seconds_after(self, error: Exception, what: str) -> float:
        if isinstance(error, (TelegramUnauthorizedError, TelegramNotFound)):
            log.error(
                "Telegram does not know this BOT_TOKEN (%s): Telegram is off, everything else goes on; "
                "put the right token in and start again",
                type(error).__name__,
            )
            raise Stopped from None
        if isinstance(error, TelegramBadRequest):
            log.error("Telegram refuses to %s (400): Telegram is off, everything else goes on", what)
            raise Stopped from None
        if isinstance(error, TelegramRetryAfter):
            return float(error.retry_after)
        seconds = self._backoff.next_seconds()
        if isinstance(error, TelegramConflictError):
            log.warning("another program reads this bot's updates (409): only one may; next try in %.1f s", seconds)
        else:
            log.warning("could not %s (%s), next try in %.1f s", what, describe(error), seconds)
        return seconds


class Polling:
    """Own polling: a batch is on disk before Telegram is told that we have it."""

    def __init__(
        self,
        bot: Bot,
        take_in: TakeIn,
        clock: Clock,
        *,
        menus: Menus = MENUS,
        default_language: Language = "en",
        timeout_seconds: int = 30,
        backoff: Backoff | None = None,
    ) -> None:
        self._bot = bot
        self._take_in = take_in
        self._clock = clock
        self._menus = menus
        self._default_language: Language = default_language
        self._timeout_seconds = timeout_seconds
        self._calls = Calls(backoff or Backoff())
        #: Everything below is stored here and may be forgotten there.
        self._offset: int | None = None

    async def run(self) -> None:
        """Until cancelled; returns only when Telegram refuses the token, which was logged then."""
        try:
            # A webhook left by an earlier run would make every getUpdates fail. Waiting updates are kept.
            await self._calls.persist(self._bot.delete_webhook, "remove the webhook")
            await _show_menu(self._bot, self._menus, self._default_language)
            while True:
                await self._step()
        except Stopped:
            return

    async def _step(self) -> None:
        updates = await self._calls.persist(self._ask, "read updates")
        rows = [row for update in updates if (row := self._row(update)) is not None]
        await self._calls.persist(lambda: self._take_in(rows), "store updates")
        if len(rows) < len(updates):
            # They cannot be confirmed and come again at once: not in a tight loop.
            await asyncio.sleep(1.0)
        # Only now: the next request confirms all below the offset. After an empty answer nothing unconfirmed is
        # left and the offset is dropped, because a quiet bot's update ids begin anew, possibly lower.
        self._offset = max((int(row.update_id) + 1 for row in rows), default=None)

    async def _ask(self) -> list[dict[str, Any]]:
        request = GetRawUpdates(offset=self._offset, timeout=self._timeout_seconds, allowed_updates=list(KINDS))
        return await self._bot(request, request_timeout=self._timeout_seconds + 10)

    def _row(self, update: dict[str, Any]) -> RawUpdate | None:
        try:
            return raw_update(update, self._clock.now())
        except Malformed as error:
            log.error("an update is left out: %s", error)
            return None


class Webhook:
    """Tells Telegram where to bring updates; they come in through ``handlers/web/telegram_webhook.py``."""

    def __init__(
        self,
        bot: Bot,
        url: str,
        secret: str,
        *,
        menus: Menus = MENUS,
        default_language: Language = "en",
        max_connections: int = 40,
        backoff: Backoff | None = None,
    ) -> None:
        self._bot = bot
        self._url = url
        self._secret = secret
        self._menus = menus
        self._default_language: Language = default_language
        self._max_connections = max_connections
        self._calls = Calls(backoff or Backoff())

    async def run(self) -> None:
        """Returns when Telegram has the address, or refuses it, which was logged then."""
        try:
            await self._calls.persist(self._register, "use this telegram.webhook_url and secret")
        except Stopped:
            return
        await _show_menu(self._bot, self._menus, self._default_language)

    async def _register(self) -> bool:
        return await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=list(KINDS),
            max_connections=self._max_connections,
        )


async def _show_menu(bot: Bot, menus: Menus, default: Language) -> None:
    """A missing menu is no reason not to serve."""
    try:
        await show_menu(bot, menus, default)
    except AiogramError as error:
        log.warning("the menu of commands could not be set: %s", type(error).__name__)
