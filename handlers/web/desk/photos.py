"""``/desk/t/…/photo``: pictures of one conversation, for those who may look at it; and new ones, to be sent in it."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from bot.core.photos import photo_id_of
from bot.core.ports_web import PhotoRefused
from bot.service.log_in import Entered
from handlers.web.bodies import bounded_body
from handlers.web.desk.frame import HEADERS
from handlers.web.desk.reader import photo_url
from handlers.web.desk.talks import Talks

log = logging.getLogger(__name__)

PICTURE: Final = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}


class Photos:
    def __init__(self, talks: Talks) -> None:
        self._talks = talks
        self._frame = talks.frame
        self._max_bytes = talks.max_photo_bytes

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/desk/t/{talk_id}/photo", include_in_schema=False)
        router.add_api_route("", self._frame.take_in(self.take), methods=["POST"])
        router.add_api_route("/{photo_id}", self._frame.show(self.show), methods=["GET"])
        return router

    async def show(self, request: Request, entered: Entered) -> Response:
        """A picture of this very conversation, and of no other."""
        talk_id = request.path_params["talk_id"]
        if await self._talks.show.allowed(entered.staff, talk_id) is None:
            return self._talks.missing(request, entered)
        path = await self._talks.photos.path(talk_id, request.path_params["photo_id"])
        if path is None:
            return self._talks.missing(request, entered)
        return FileResponse(path, media_type="image/jpeg", headers=PICTURE)

    async def take(self, request: Request, entered: Entered) -> Response:
        """The body is the picture itself; it is kept with the conversation, and sent once it is said with words."""
        talk_id = request.path_params["talk_id"]
        if await self._talks.show.allowed(entered.staff, talk_id) is None:
            return self._refuse(request, 404, "problem.missing")
        body = await bounded_body(request, self._max_bytes)
        if body is None:
            return self._refuse(request, 413, "photo.too_large")
        try:
            photo_id = photo_id_of(await self._talks.photos.keep(talk_id, body))
        except PhotoRefused:
            return self._refuse(request, 415, "photo.no_picture")
        except OSError as error:
            log.error("a picture could not be kept: %s", type(error).__name__)
            return self._refuse(request, 503, "problem.busy")
        return JSONResponse({"photo": photo_id, "url": photo_url(talk_id, photo_id)}, 200, HEADERS)

    def _refuse(self, request: Request, status: int, word: str) -> Response:
        words = self._frame.words(self._frame.language(request))
        said = words[word].format(what=f"{self._max_bytes / 1_000_000:g}")
        return JSONResponse({"error": said}, status, HEADERS)
