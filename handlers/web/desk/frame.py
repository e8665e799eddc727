"""What every page of the desk stands in: language, words, navigation, headers. Boards that come later use it too."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.core.errors import StoreError, TemplateError
from bot.core.messages import Language
from bot.core.people import Staff
from bot.core.ports_web import Pages
from bot.service.log_in import Entered
from handlers.web.desk.doors import Doors, Form, read_form
from handlers.web.static_files import STATIC

log = logging.getLogger(__name__)

#: Nothing inline, nothing from elsewhere, in nobody's frame.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LANGUAGE_COOKIE: Final = "xiaoer_desk_lang"
_MAX_PATH: Final = 300

Handler = Callable[[Request, Entered], Awaitable[Response]]
Act = Callable[[Request, Entered, Form], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Place:
    """One board of the desk in the navigation."""

    #: Of its word, ``nav.<id>``.
    id: str
    path: str
    #: Who finds it there; None: everybody.
    may: Callable[[Staff], bool] | None = None


class Frame:
    """``words``: labels by language, those of the staff's templates among them."""

    def __init__(
        self,
        doors: Doors,
        pages: Pages,
        words: Mapping[Language, Mapping[str, str]],
        shop_name: Mapping[Language, str],
        default_language: Language,
        places: Sequence[Place] = (Place("talks", "/desk"),),
    ) -> None:
        self.doors = doors
        self._pages = pages
        self._words = words
        self._shop_name = shop_name
        self._default_language: Language = default_language
        self._places = tuple(places)
        self._version = _digest(STATIC / "desk.css", STATIC / "desk.js", STATIC / "desk_quick.js")

    def language(self, request: Request) -> Language:
        """As chosen, else as the browser asks for, else the shop's."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in ("zh", "en"):
            return "en" if chosen == "en" else "zh"
        for part in request.headers.get("accept-language", "").split(","):
            tag = part.strip().lower()
            if tag.startswith(("zh", "en")):
                return "en" if tag.startswith("en") else "zh"
        return self._default_language

    def words(self, language: Language) -> Mapping[str, str]:
        return self._words[language]

    def page(
        self,
        request: Request,
        name: str,
        data: Mapping[str, Any],
        entered: Entered | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """A whole page or a piece of one, in the reader's language."""
        language, cookies = self.language(request), dict[str, str]()
        base = {
            "w": self._words[language],
            "lang": language,
            "shop": self._shop_name[language],
            "version": self._version,
            "me": entered.staff if entered else None,
            "csrf": entered.csrf if entered else self.doors.form_token(request, cookies),
            "places": [p for p in self._places if entered and (p.may is None or p.may(entered.staff))],
            "path": _here(request),
        }
        try:
            html = self._pages.page(f"desk/{name}", {**base, **data})
        except TemplateError as error:
            log.error("%s", error)
            return Response("This page cannot be shown; the log says why.", 500, HEADERS, "text/plain")
        response = HTMLResponse(html, status, {**HEADERS, **(headers or {})})
        self.doors.set_cookies(response, cookies)
        return response

    # --- who may ---

    def show(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """For whoever is logged in."""

        async def shown(request: Request) -> Response:
            entered = await self._entered(request)
            if isinstance(entered, Response):
                return entered
            return await self._safely(request, handler(request, entered))

        return shown

    def act(self, handler: Act) -> Callable[[Request], Awaitable[Response]]:
        """For whoever is logged in and sends a form that we gave her."""

        async def acted(request: Request) -> Response:
            entered = await self._entered(request)
            if isinstance(entered, Response):
                return entered
            form = await read_form(request)
            if form is None:
                return self.problem(request, 413, "problem.form", entered)
            if not self.doors.fits(request, entered, form):
                return self.problem(request, 403, "problem.csrf", entered)
            return await self._safely(request, handler(request, entered, form))

        return acted

    def take_in(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """For whoever is logged in and sends what is no form: the form's token stands in a header."""

        async def taken(request: Request) -> Response:
            entered = await self._entered(request)
            if isinstance(entered, Response):
                return entered
            if not self.doors.fits(request, entered, {}):
                return self.problem(request, 403, "problem.csrf", entered)
            return await self._safely(request, handler(request, entered))

        return taken

    async def _entered(self, request: Request) -> Entered | Response:
        if not self.doors.reachable(request):
            return self.problem(request, 403, "problem.plain")
        try:
            entered = await self.doors.who(request)
        except StoreError as error:
            log.error("the desk: %s", type(error).__name__)
            return self.problem(request, 503, "problem.busy")
        return entered or self._to_log_in(request)

    async def _safely(self, request: Request, answer: Awaitable[Response]) -> Response:
        try:
            return await answer
        except StoreError as error:
            log.error("the desk: %s", type(error).__name__)
            return self.problem(request, 503, "problem.busy")

    def _to_log_in(self, request: Request) -> Response:
        """A piece of a page cannot be replaced by the log-in: the whole page goes there."""
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={**HEADERS, "HX-Redirect": "/desk/login"})
        wanted = _here(request) if request.method == "GET" else ""
        next_ = f"?next={quote(wanted)}" if wanted not in ("", "/desk") else ""
        return RedirectResponse(f"/desk/login{next_}", 303, headers=HEADERS)

    def problem(self, request: Request, status: int, word: str, entered: Entered | None = None) -> Response:
        """A sentence; as a piece where a piece was asked for."""
        name = "_problem.html" if "hx-request" in request.headers else "problem.html"
        return self.page(request, name, {"problem": word}, entered, status)


def safe_next(path: str) -> str:
    """Only a page of the desk."""
    inside = path.startswith(("/desk?", "/desk/")) and "\\" not in path and "//" not in path
    return path if inside and path.isprintable() and not path.startswith("/desk/log") else "/desk"


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"[:_MAX_PATH]


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
