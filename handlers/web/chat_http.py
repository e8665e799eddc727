"""``/chat/…`` beside the socket: a new visitor, older lines, pictures. Answers are for one page and no cache."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from bot.core.errors import StoreError
from bot.core.ports_web import PhotoRefused
from bot.service.show_photos import ShowPhotos
from handlers.web.bodies import bounded_body
from handlers.web.chat_history import ChatHistory, read_before
from handlers.web.origins import Origins
from handlers.web.rates import Rate
from handlers.web.visitors import Visitors, conversation_of

log = logging.getLogger(__name__)

_PRIVATE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
#: A picture never changes under its id; only who holds the token may ask for it.
_PICTURE: Final = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@dataclass(frozen=True, slots=True)
class HttpLimits:
    max_photo_bytes: int
    #: New visitors from one address, pictures of one visitor and of one address, pages of history of one visitor.
    sessions: Rate
    photos: Rate
    address_photos: Rate
    history: Rate


class ChatHttp:
    def __init__(
        self, visitors: Visitors, history: ChatHistory, photos: ShowPhotos, origins: Origins, limits: HttpLimits
    ) -> None:
        self._visitors = visitors
        self._history = history
        self._photos = photos
        self._origins = origins
        self._limits = limits

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/chat", include_in_schema=False)
        router.add_api_route("/session", self.session, methods=["POST"])
        router.add_api_route("/history", self.history, methods=["GET"])
        router.add_api_route("/photo", self.take_photo, methods=["POST"])
        router.add_api_route("/photo/{photo_id}", self.photo, methods=["GET"])
        for path in ("/session", "/history", "/photo", "/photo/{photo_id}"):
            router.add_api_route(path, self.preflight, methods=["OPTIONS"])
        return router

    async def preflight(self, request: Request) -> Response:
        return Response(status_code=204, headers=self._origins.answer(request.headers, preflight=True))

    async def session(self, request: Request) -> Response:
        """A new visitor. Nothing is stored before she says something."""
        if not self._origins.allow(request.headers):
            return self._say(request, 403, error="this page may not open a chat; see web.allowed_origins")
        if wait := self._limits.sessions.take(_address(request)):
            return self._wait(request, wait)
        visitor, token = self._visitors.new()
        return self._say(request, 200, visitor=visitor, token=token)

    async def history(self, request: Request) -> Response:
        """``?before=`` as the last piece said; the piece older than that."""
        visitor = self._visitor(request)
        before = read_before(request.query_params.get("before", ""))
        if visitor is None:
            return self._say(request, 401, error="no visitor's token")
        if before is None:
            return self._say(request, 422, error="before must be what the last piece said")
        if wait := self._limits.history.take(visitor):
            return self._wait(request, wait)
        try:
            return self._say(request, 200, **await self._history.page(conversation_of(visitor), before))
        except StoreError as error:
            log.error("history: %s", type(error).__name__)
            return self._say(request, 503, error="try again in a moment")

    async def take_photo(self, request: Request) -> Response:
        """The body is the picture itself; what it is, its content says."""
        visitor = self._visitor(request)
        if visitor is None:
            return self._say(request, 401, error="no visitor's token")
        if wait := self._limits.photos.take(visitor) or self._limits.address_photos.take(_address(request)):
            return self._wait(request, wait)
        body = await bounded_body(request, self._limits.max_photo_bytes)
        if body is None:
            return self._say(request, 413, error="too_large", most=self._limits.max_photo_bytes)
        try:
            return self._say(request, 200, upload=await self._photos.keeper.keep(visitor, body))
        except PhotoRefused as refused:
            return self._say(request, 415, error=str(refused))
        except OSError as error:
            log.error("a picture could not be kept: %s", type(error).__name__)
            return self._say(request, 503, error="try again in a moment")

    async def photo(self, request: Request, photo_id: str) -> Response:
        visitor = self._visitor(request)
        if visitor is None:
            return self._say(request, 401, error="no visitor's token")
        path = self._photos.keeper.path(visitor, photo_id)
        if path is None:
            # To look for one costs more than to find it here.
            if wait := self._limits.history.take(visitor):
                return self._wait(request, wait)
            path = await self._photos.path(conversation_of(visitor), photo_id)
        if path is None:
            return self._say(request, 404, error="no such picture")
        return FileResponse(
            path, media_type="image/jpeg", headers={**_PICTURE, **self._origins.answer(request.headers)}
        )

    def _visitor(self, request: Request) -> str | None:
        """By token only; a page that may not ask gets no answer it could read, and no effect either."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._origins.allow(request.headers):
            return None
        return self._visitors.of(token.strip())

    def _wait(self, request: Request, seconds: float) -> Response:
        return self._say(request, 429, {"Retry-After": str(int(seconds) + 1)}, error="too often", after=seconds)

    def _say(
        self, request: Request, status: int, extra: Mapping[str, str] | None = None, /, **values: object
    ) -> JSONResponse:
        headers = {**_PRIVATE, **self._origins.answer(request.headers), **(extra or {})}
        return JSONResponse(values, status, headers=headers)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
