"""``/desk/login``, ``/desk/logout``, ``/desk/language``, and the desk's own scripts and styles."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.core.errors import StoreError
from bot.service.log_in import Entered
from handlers.web.desk.doors import Form, read_form
from handlers.web.desk.frame import HEADERS, LANGUAGE_COOKIE, Frame, safe_next
from handlers.web.static_files import StaticFile

_HTMX: Final = Path(__file__).parent.parent / "vendor" / "htmx" / "htmx.min.js"
_YEAR_SECONDS: Final = 31_536_000


class LogInPages:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._doors = frame.doors

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/desk", include_in_schema=False)
        router.add_api_route("/login", self.form, methods=["GET"])
        router.add_api_route("/login", self.log_in, methods=["POST"])
        router.add_api_route("/logout", self._frame.act(self.log_out), methods=["POST"])
        router.add_api_route("/language", self.language, methods=["POST"])
        for name, media_type in (
            ("desk.css", "text/css"),
            ("desk.js", "text/javascript"),
            ("desk.svg", "image/svg+xml"),
        ):
            router.add_api_route(f"/{name}", StaticFile(name, media_type).__call__, methods=["GET"])
        router.add_api_route("/htmx.js", StaticFile(str(_HTMX), "text/javascript").__call__, methods=["GET"])
        return router

    async def form(self, request: Request) -> Response:
        if not self._doors.reachable(request):
            return self._frame.problem(request, 403, "problem.plain")
        if await self._doors.who(request) is not None:
            return RedirectResponse("/desk", 303, headers=HEADERS)
        return self._form(request, safe_next(request.query_params.get("next", "")))

    def _form(self, request: Request, next_: str, problem: str = "", status: int = 200) -> Response:
        return self._frame.page(request, "login.html", {"next": next_, "problem": problem}, status=status)

    async def log_in(self, request: Request) -> Response:
        """One sentence for everything that is wrong: who guesses learns nothing from it."""
        if not self._doors.reachable(request):
            return self._frame.problem(request, 403, "problem.plain")
        form = await read_form(request)
        if form is None:
            return self._form(request, "/desk", "problem.form", 413)
        next_ = safe_next(form.get("next", ""))
        if not self._doors.form_fits(request, form):
            return self._form(request, next_, "problem.csrf", 403)
        address = request.client.host if request.client else ""
        try:
            opened = await self._doors.log_in(form.get("login", ""), form.get("password", ""), address)
        except StoreError:
            return self._form(request, next_, "problem.busy", 503)
        if opened is None:
            return self._form(request, next_, "login.wrong", 401)
        response = RedirectResponse(next_, 303, headers=HEADERS)
        self._doors.let_in(response, opened)
        return response

    async def log_out(self, request: Request, entered: Entered, form: Form) -> Response:
        await self._doors.log_in.leave(entered)
        response = RedirectResponse("/desk/login", 303, headers=HEADERS)
        self._doors.let_out(response)
        return response

    async def language(self, request: Request) -> Response:
        """Harmless and for nobody else, but a form like all others."""
        form = await read_form(request)
        entered = await self._doors.who(request)
        fits = form is not None and (
            self._doors.fits(request, entered, form) if entered else self._doors.form_fits(request, form)
        )
        if form is None or not fits or form.get("lang") not in ("zh", "en"):
            return self._frame.problem(request, 403, "problem.csrf", entered)
        back = safe_next(form.get("next", "")) if entered else "/desk/login"
        response = RedirectResponse(back, 303, headers=HEADERS)
        response.set_cookie(
            LANGUAGE_COOKIE, form["lang"], _YEAR_SECONDS, path="/desk", httponly=True, samesite="strict"
        )
        return response
