"""``/desk`` and ``/desk/t/…``: the queue, one conversation, what belongs to it. Shows only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.core.desk_queue import VIEWS
from bot.core.desk_queue import View as QueueView
from bot.core.photos import MOST_PHOTOS
from bot.service.log_in import Entered
from bot.service.show_desk import LINES, MOST_LINES, ShowDesk
from bot.service.show_photos import ShowPhotos
from handlers.web.desk.frame import Frame
from handlers.web.desk.hub import Hub
from handlers.web.desk.reader import talk_url
from handlers.web.desk.view import View


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the answer box."""

    text: str = ""
    note: bool = False
    #: ``forbidden`` or ``beyond``: it was not sent; empty: nothing is wrong with it.
    warning: str = ""
    #: Told in words.
    words: str = ""
    #: Ids of the pictures that go with it.
    photos: tuple[str, ...] = ()


class Talks:
    def __init__(
        self,
        frame: Frame,
        show: ShowDesk,
        hub: Hub,
        photos: ShowPhotos,
        zone: tzinfo,
        first_response_seconds: float,
        max_photo_bytes: int,
    ) -> None:
        self.frame = frame
        self.show = show
        self._hub = hub
        self.photos = photos
        self.zone = zone
        self._first_response_seconds = first_response_seconds
        self.max_photo_bytes = max_photo_bytes

    def router(self) -> APIRouter:
        router, show = APIRouter(prefix="/desk", include_in_schema=False), self.frame.show
        router.add_api_route("", show(self.home), methods=["GET"])
        router.add_api_route("/queue", show(self.queue), methods=["GET"])
        router.add_api_route("/t/{talk_id}", show(self.talk), methods=["GET"])
        router.add_api_route("/t/{talk_id}/suggestions", show(self.suggestions), methods=["GET"])
        return router

    # --- pages ---

    async def home(self, request: Request, entered: Entered) -> Response:
        data = await self._queue(request, entered, "")
        return self.frame.page(request, "desk.html", {**data, "talk": None, "said": ""}, entered)

    async def queue(self, request: Request, entered: Entered) -> Response:
        """The list alone; ``t``: which conversation the page shows."""
        data = await self._queue(request, entered, request.query_params.get("t", ""))
        return self.frame.page(request, "_queue.html", data, entered)

    async def talk(self, request: Request, entered: Entered) -> Response:
        return await self.answer(request, entered, request.path_params["talk_id"])

    async def suggestions(self, request: Request, entered: Entered) -> Response:
        found = await self.show.suggestions(entered.staff, request.path_params["talk_id"])
        if found is None:
            return self.missing(request, entered)
        return self.frame.page(request, "_suggestions.html", {"suggestions": found}, entered)

    # --- what acts answer with ---

    async def answer(
        self, request: Request, entered: Entered, talk_id: str, said: str = "", draft: Draft | None = None
    ) -> Response:
        """The conversation: as a piece where htmx asks for one, else as a whole page. ``said``: what came of an act."""
        lines = _number(request.query_params.get("lines", ""), LINES)
        sight = await self.show.sight(entered.staff, talk_id, lines)
        if sight is None:
            return self.missing(request, entered)
        view = await self.view(request)
        data: dict[str, Any] = {
            "talk": view.talk(sight, entered.staff),
            "flags": view.flags(),
            "here": ", ".join(self._hub.here(talk_id, but=entered.staff.staff_id).values()),
            "said": said,
            "view": _view(request),
            "older": min(lines * 4, MOST_LINES),
            **self.composer(draft or Draft()),
        }
        if is_piece(request):
            return self.frame.page(request, "_main.html", data, entered)
        data |= await self._queue(request, entered, talk_id)
        return self.frame.page(request, "desk.html", data, entered)

    async def box(self, request: Request, entered: Entered, talk_id: str, draft: Draft, said: str) -> Response:
        """The answer box alone, and that the conversation changed."""
        if not is_piece(request):
            return await self.answer(request, entered, talk_id, said, draft)
        sight = await self.show.sight(entered.staff, talk_id, 1)
        if sight is None:
            return self.missing(request, entered)
        view = await self.view(request)
        data = {"talk": view.talk(sight, entered.staff), "said": said, "view": _view(request), **self.composer(draft)}
        headers = {"HX-Trigger": "desk:changed"} if not draft.warning else {}
        return self.frame.page(request, "_answer.html", data, entered, headers=headers)

    def composer(self, draft: Draft) -> Mapping[str, object]:
        limits = {"most_photos": MOST_PHOTOS, "photo_mb": f"{self.max_photo_bytes / 1_000_000:g}"}
        return {"draft": draft, "nonce": secrets.token_hex(8), **limits}

    def missing(self, request: Request, entered: Entered) -> Response:
        return self.frame.problem(request, 404, "problem.missing", entered)

    async def view(self, request: Request) -> View:
        language = self.frame.language(request)
        words = self.frame.words(language)
        names = await self.show.names()
        return View(words, language, self.zone, names, self._first_response_seconds, self.photos.can_show)

    async def _queue(self, request: Request, entered: Entered, talk_id: str) -> dict[str, Any]:
        wanted = _view(request)
        queue = await self.show.queue(entered.staff, wanted)
        view = await self.view(request)
        return {
            "rows": view.queue(queue, entered.staff),
            "counts": queue.counts,
            "views": VIEWS,
            "view": wanted,
            "open_url": talk_url(talk_id) if talk_id else "",
            "back_in": max(1, int((queue.next_back - queue.now).total_seconds()) + 1) if queue.next_back else 0,
        }


def is_piece(request: Request) -> bool:
    """Going back in the browser asks for the whole page, by htmx too."""
    return "hx-request" in request.headers and "hx-history-restore-request" not in request.headers


def _view(request: Request) -> QueueView:
    wanted = request.query_params.get("view", "")
    return wanted if wanted in VIEWS else "inbox"


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def warned(draft: Draft, kind: str, words: str) -> Draft:
    return replace(draft, warning=kind, words=words)
