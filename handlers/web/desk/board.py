"""What the boards beside the conversations share: who may open one, and how an act on it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from bot.core.people import Staff
from bot.core.ports import Clock
from bot.service.log_in import Entered
from handlers.web.desk.doors import Form
from handlers.web.desk.frame import HEADERS, Act, Frame, Handler

May = Callable[[Staff], bool]
#: Longer values of a form are no choice of anybody.
_MOST_CHARS: Final = 200


class Board:
    """A page under ``/desk`` of its own: whole pages, forms that lead back to it, nothing live."""

    def __init__(self, frame: Frame, path: str, template: str, may: May) -> None:
        self.frame = frame
        self.path = path
        self._template = template
        self._may = may

    def show(self, handler: Handler) -> Callable[[Request], Any]:
        async def shown(request: Request, entered: Entered) -> Response:
            return await handler(request, entered) if self._may(entered.staff) else self.closed(request, entered)

        return self.frame.show(shown)

    def act(self, handler: Act) -> Callable[[Request], Any]:
        async def acted(request: Request, entered: Entered, form: Form) -> Response:
            if not self._may(entered.staff):
                return self.closed(request, entered)
            return await handler(request, entered, form)

        return self.frame.act(acted)

    def closed(self, request: Request, entered: Entered) -> Response:
        return self.frame.problem(request, 404, "problem.board", entered)

    def page(self, request: Request, entered: Entered, data: Mapping[str, Any], problem: str = "") -> Response:
        """``problem``: a sentence about what was not done."""
        said = self.frame.words(self.frame.language(request)).get(
            f"board.said.{request.query_params.get('said', '')}", ""
        )
        status = 422 if problem else 200
        shown = {"said": "" if problem else said, "problem": problem, **data}
        return self.frame.page(request, self._template, shown, entered, status)

    def back(self, said: str, **query: str) -> Response:
        """Done: the page again, so that going back or loading it anew does nothing twice."""
        more = "".join(f"&{name}={quote(value)}" for name, value in query.items() if value)
        return RedirectResponse(f"{self.path}?said={said}{more}", 303, headers=HEADERS)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every board tells with."""

    frame: Frame
    clock: Clock
    zone: tzinfo
    #: Staff id -> name.
    names: Callable[[], Awaitable[Mapping[str, str]]]

    def moment(self, at: datetime) -> str:
        """Today's by the hour, others with their day."""
        local = at.astimezone(self.zone)
        today = local.date() == self.clock.now().astimezone(self.zone).date()
        return f"{local:%H:%M}" if today else f"{local:%m-%d %H:%M}"


def field(form: Form, name: str) -> str:
    """A short value of a form, without line breaks; empty where it is too long to be one of ours."""
    value = " ".join(form.get(name, "").split())
    return value if len(value) <= _MOST_CHARS else ""


def number(text: str) -> int:
    """0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
