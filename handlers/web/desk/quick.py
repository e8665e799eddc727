"""``/desk/quick``: quick replies, kept on a page and offered in the answer box after a slash."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from bot.core.cases import ROLES
from bot.core.people import Staff
from bot.core.ports_web import PhotoRefused
from bot.core.quick_replies import (
    MOST_PICTURES,
    PLACEHOLDERS,
    SHARED,
    UNUSED,
    QuickReply,
    may_change,
    of_role,
    owned_by,
    role_of,
    short_for,
    unused,
)
from bot.service.learn import ShowUnanswered
from bot.service.log_in import Entered
from bot.service.quick import NotKept, QuickReplies, may_use
from handlers.web.bodies import bounded_body
from handlers.web.desk.board import Board, Desk, field, number
from handlers.web.desk.doors import Form
from handlers.web.desk.frame import HEADERS
from handlers.web.desk.photos import PICTURE
from handlers.web.desk.reader import photo_url
from handlers.web.static_files import StaticFile

log = logging.getLogger(__name__)

SCRIPT: Final = "desk_quick.js"
_OWN: Final = "own"


class Quick:
    def __init__(self, desk: Desk, quick: QuickReplies, asked: ShowUnanswered, max_photo_bytes: int) -> None:
        self._asked = asked
        self._max_bytes = max_photo_bytes
        self._board = Board(desk.frame, "/desk/quick", "quick.html", may_use)
        self._desk = desk
        self._frame = desk.frame
        self._quick = quick

    def router(self) -> APIRouter:
        router, board = APIRouter(prefix="/desk/quick", include_in_schema=False), self._board
        router.add_api_route("", board.show(self.page), methods=["GET"])
        router.add_api_route("/save", board.act(self.save), methods=["POST"])
        router.add_api_route("/drop", board.act(self.drop), methods=["POST"])
        router.add_api_route("/find", self._frame.show(self.find), methods=["GET"])
        router.add_api_route("/use", self._frame.act(self.use), methods=["POST"])
        router.add_api_route("/photo", self._frame.take_in(self.bring), methods=["POST"])
        router.add_api_route("/photo/{photo_id}", board.show(self.photo), methods=["GET"])
        router.add_api_route(f"/{SCRIPT}", StaticFile(SCRIPT, "text/javascript").__call__, methods=["GET"])
        return router

    async def page(self, request: Request, entered: Entered) -> Response:
        return await self._page(request, entered)

    async def save(self, request: Request, entered: Entered, form: Form) -> Response:
        whose = field(form, "owner")
        owner = owned_by(entered.staff) if whose == _OWN else whose
        words = form.get("words", "").replace("\r\n", "\n")
        draft = QuickReply(
            owner,
            field(form, "short").lstrip("/"),
            words,
            "",
            self._desk.clock.now(),
            quick_id=number(form.get("id", "")),
            photos=tuple(dict.fromkeys(form.get("photos", "").split()[: 2 * MOST_PICTURES])),
        )
        refused = await self._quick.save(draft, entered.staff)
        return await self._answer(request, entered, "kept", refused, draft)

    async def drop(self, request: Request, entered: Entered, form: Form) -> Response:
        refused = await self._quick.drop(number(form.get("id", "")), entered.staff)
        return await self._answer(request, entered, "gone", refused)

    async def find(self, request: Request, entered: Entered) -> Response:
        """For the answer box: ``t`` the conversation, ``q`` what was typed after the slash."""
        query = request.query_params
        found = await self._quick.find(entered.staff, query.get("t", ""), query.get("q", "")[:50])
        if found is None:
            return JSONResponse([], 404, HEADERS)
        offered = [
            {"id": reply.quick_id, "short": reply.short, "words": reply.words, "photos": _urls(reply)}
            for reply in found
        ]
        return JSONResponse(offered, 200, HEADERS)

    async def use(self, request: Request, entered: Entered, form: Form) -> Response:
        talk_id = form.get("t", "")
        photos = await self._quick.use(entered.staff, number(form.get("quick", "")), talk_id)
        if photos is None:
            return Response(status_code=404, headers=HEADERS)
        added = [{"photo": photo, "url": photo_url(talk_id, photo)} for photo in photos]
        return JSONResponse({"photos": added}, 200, HEADERS)

    async def photo(self, request: Request, entered: Entered) -> Response:
        path = await self._quick.picture(entered.staff, request.path_params["photo_id"])
        if path is None:
            return self._board.closed(request, entered)
        return FileResponse(path, media_type="image/jpeg", headers=PICTURE)

    async def bring(self, request: Request, entered: Entered) -> Response:
        """The body is the picture itself; it is kept once a quick reply is saved with it."""
        words = self._frame.words(self._frame.language(request))
        body = await bounded_body(request, self._max_bytes)
        if body is None:
            large = words["photo.too_large"].format(what=f"{self._max_bytes / 1_000_000:g}")
            return JSONResponse({"error": large}, 413, HEADERS)
        try:
            photo = await self._quick.bring(entered.staff, body)
        except PhotoRefused:
            return JSONResponse({"error": words["photo.no_picture"]}, 415, HEADERS)
        except OSError as error:
            log.error("a picture could not be kept: %s", type(error).__name__)
            return JSONResponse({"error": words["problem.busy"]}, 503, HEADERS)
        if photo is None:
            return JSONResponse({"error": words["problem.board"]}, 404, HEADERS)
        return JSONResponse({"photo": photo, "url": f"/desk/quick/photo/{photo}"}, 200, HEADERS)

    async def _answer(
        self, request: Request, entered: Entered, said: str, refused: NotKept | None, draft: QuickReply | None = None
    ) -> Response:
        if refused is None:
            return self._board.back(said)
        words = self._frame.words(self._frame.language(request))
        return await self._page(request, entered, words[f"quick.not.{refused.reason}"].format(what=refused.what), draft)

    async def _page(
        self, request: Request, entered: Entered, problem: str = "", draft: QuickReply | None = None
    ) -> Response:
        words, now = self._frame.words(self._frame.language(request)), self._desk.clock.now()
        asked = await self._asked.most_asked()
        about = next((one for one in asked if one.key == request.query_params.get("for", "") and draft is None), None)
        if about is not None:
            draft = QuickReply(owned_by(entered.staff), short_for(about.words), "", "", now)
        data = {
            "asked": [{"key": one.key, "words": one.words, "count": one.count, "chats": one.chats} for one in asked],
            "about": about.words if about else "",
            "days": UNUSED.days,
            "replies": [self._reply(reply, entered.staff, words) for reply in await self._quick.seen_by(entered.staff)],
            "owners": _owners(entered.staff, words),
            "holes": [f"{{{name}}}" for name in PLACEHOLDERS],
            "draft": draft if draft and not draft.quick_id else None,
            "most": MOST_PICTURES,
            "photo_mb": f"{self._max_bytes / 1_000_000:g}",
        }
        return self._board.page(request, entered, data, problem)

    def _reply(self, reply: QuickReply, staff: Staff, words: Mapping[str, str]) -> dict[str, Any]:
        return {
            "id": reply.quick_id,
            "short": reply.short,
            "words": reply.words,
            "photos": reply.photos,
            "owner": _OWN if reply.owner == owned_by(staff) else reply.owner,
            "whose": _whose(reply.owner, words),
            "used": reply.used,
            "unused": unused(reply, self._desk.clock.now()),
            "changes": may_change(staff, reply.owner),
        }


def _urls(reply: QuickReply) -> list[str]:
    return [f"/desk/quick/photo/{photo}" for photo in reply.photos]


def _whose(owner: str, words: Mapping[str, str]) -> str:
    role = role_of(owner)
    return words[f"role.{role}"] if role else words["quick.shared"] if owner == SHARED else words["quick.own"]


def _owners(staff: Staff, words: Mapping[str, str]) -> list[dict[str, str]]:
    """Those under which she may keep one, her own first."""
    others = [owner for owner in (SHARED, *map(of_role, ROLES)) if may_change(staff, owner)]
    return [{"id": _OWN, "name": words["quick.own"]}, *({"id": o, "name": _whose(o, words)} for o in others)]
