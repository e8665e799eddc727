"""Telegram's webhook: check the secret, store, then say 200."""

from __future__ import annotations

import hmac
import logging

from fastapi import APIRouter, Request, Response

from bot.core.errors import StoreError
from bot.core.ports import Clock
from bot.service.take_in import TakeIn
from handlers.telegram.updates import Malformed, read_update

log = logging.getLogger(__name__)

_HEADER = "x-telegram-bot-api-secret-token"
#: Telegram's own updates stay far below.
MAX_BODY_BYTES = 1_000_000


class TelegramWebhook:
    """``POST /telegram/webhook``. Any answer but 200 makes Telegram deliver the update again."""

    def __init__(self, take_in: TakeIn, secret: str, clock: Clock, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would take updates from anybody")
        self._take_in = take_in
        self._secret = secret.encode()
        self._clock = clock
        self._max_body_bytes = max_body_bytes

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/telegram/webhook", self.receive, methods=["POST"], include_in_schema=False)
        return router

    async def receive(self, request: Request) -> Response:
        # The header arrives as latin-1; compared as bytes, because comparing non-ASCII strings raises.
        given = request.headers.get(_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=401)
        body = await self._body(request)
        if body is None:
            return Response(status_code=413)
        return Response(status_code=await self._store(body))

    async def _body(self, request: Request) -> bytes | None:
        """None when it is too large; no more than the limit is ever held."""
        held = bytearray()
        async for chunk in request.stream():
            held += chunk
            if len(held) > self._max_body_bytes:
                return None
        return bytes(held)

    async def _store(self, body: bytes) -> int:
        try:
            await self._take_in([read_update(body, self._clock.now())])
        except Malformed as error:
            # Something between Telegram and us mangled it; a later delivery may arrive whole.
            log.error("webhook: an update cannot be read: %s", error)
            return 400
        except StoreError as error:
            log.error("webhook: %s, Telegram will deliver again", type(error).__name__)
            return 503
        return 200
