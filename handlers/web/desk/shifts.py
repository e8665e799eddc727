"""``/desk/shifts``: who is there now and next, sheets to confirm, gaps of the roster, numbers for those who lead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from bot.core.cases import ROLES
from bot.core.money import yuan
from bot.core.people import Duty, Staff
from bot.core.ports_people import Sheet
from bot.core.staff_numbers import StaffNumbers
from bot.service.hand_over_shift import HandOverShift
from bot.service.keep_staff import StaffRefused
from bot.service.log_in import Entered
from bot.service.report_numbers import ReportNumbers, sees_numbers
from handlers.web.desk.board import Board, Desk, field, number
from handlers.web.desk.doors import Form

_GAPS: Final = 20
_AHEAD: Final = timedelta(days=14)
_MOST_DAYS: Final = 366
_BUYERS: Final = 30


class Shifts:
    def __init__(
        self, desk: Desk, duty: Callable[[], Awaitable[Duty]], sheets: HandOverShift, numbers: ReportNumbers
    ) -> None:
        self._board = Board(desk.frame, "/desk/shifts", "shifts.html", lambda staff: staff.active)
        self._desk = desk
        self._frame = desk.frame
        self._duty = duty
        self._sheets = sheets
        self._numbers = numbers

    def router(self) -> APIRouter:
        router, board = APIRouter(prefix="/desk/shifts", include_in_schema=False), self._board
        router.add_api_route("", board.show(self.page), methods=["GET"])
        router.add_api_route("/confirm", board.act(self.confirm), methods=["POST"])
        return router

    async def page(self, request: Request, entered: Entered) -> Response:
        return await self._page(request, entered)

    async def confirm(self, request: Request, entered: Entered, form: Form) -> Response:
        """Of a sheet: somebody of the next shift has read it (E3)."""
        try:
            await self._sheets.confirm(field(form, "sheet"), entered.staff.staff_id, self._desk.clock.now())
        except StaffRefused as fault:
            words = self._frame.words(self._frame.language(request))
            return await self._page(request, entered, words["shift.not"].format(what=fault))
        return self._board.back("confirmed")

    async def _page(self, request: Request, entered: Entered, problem: str = "") -> Response:
        words, now = self._frame.words(self._frame.language(request)), self._desk.clock.now()
        duty, leads = await self._duty(), sees_numbers(entered.staff)
        days = min(number(request.query_params.get("days", "")) or 7, _MOST_DAYS)
        data = {
            "here": [self._person(person, words) for person in duty.now(now)],
            "away": [
                self._person(person, words) | {"since": self._desk.moment(person.away_since)}
                for person in duty.staff
                if person.active and person.away_since
            ],
            "next": self._next(duty, now, words),
            "gaps": self._gaps(duty, now) if leads else [],
            "sheets": [self._sheet(sheet) for sheet in await self._sheets.sheets()],
            "leads": leads,
            "days": days,
            "numbers": await self._numbers_of(now, days) if leads else [],
        }
        return self._board.page(request, entered, data, problem)

    def _person(self, person: Staff, words: Mapping[str, str]) -> dict[str, Any]:
        return {"name": person.name, "id": person.staff_id, "roles": [words[f"role.{role}"] for role in person.roles]}

    def _next(self, duty: Duty, now: datetime, words: Mapping[str, str]) -> list[dict[str, str]]:
        """Of each role that somebody has: until when it is there, or when it comes."""
        held = [role for role in ROLES if any(person.active and role in person.roles for person in duty.staff)]
        return [{"role": words[f"role.{role}"], **self._times(duty, now, role)} for role in held]

    def _times(self, duty: Duty, now: datetime, role: str) -> dict[str, str]:
        until, comes = duty.until(now, role), duty.next(now, role)
        return {"until": self._desk.moment(until) if until else "", "next": self._desk.moment(comes) if comes else ""}

    def _gaps(self, duty: Duty, now: datetime) -> list[dict[str, str]]:
        found = islice(duty.gaps(now, now + _AHEAD), _GAPS)
        return [{"from": self._desk.moment(begins), "until": self._desk.moment(ends)} for begins, ends in found]

    def _sheet(self, sheet: Sheet) -> dict[str, Any]:
        return {
            "id": sheet.sheet_id,
            "shift": sheet.shift,
            "day": sheet.day,
            "made": self._desk.moment(sheet.made_at),
            "lines": sheet.lines,
            "late": sheet.escalated_at is not None,
        }

    async def _numbers_of(self, now: datetime, days: int) -> list[dict[str, Any]]:
        return [_numbers(row) for row in await self._numbers(now - timedelta(days=days), now)]


def _numbers(row: StaffNumbers) -> dict[str, Any]:
    return {
        "name": row.name,
        "id": row.staff_id,
        "buyers": len(row.buyers),
        "who": row.buyers[:_BUYERS],
        "deals": row.deals,
        "amount": yuan(row.amount_fen),
        "conversion": "–" if row.conversion is None else f"{row.conversion:.0%}",
        "value": "–" if row.order_value_fen is None else yuan(row.order_value_fen),
        "satisfaction": "–" if row.satisfaction is None else f"{row.satisfaction:.1f} ({row.marks})",
    }
