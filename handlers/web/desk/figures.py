"""``/desk/figures``: complaints and after-sales cases, counted, for those who lead (G1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from bot.core.complaint_figures import DIMENSIONS, ComplaintFigures, Counted, Total
from bot.core.messages import Language
from bot.core.spans import NoSuchMonth, Span, last_days, month_span
from bot.service.log_in import Entered
from bot.service.report_complaints import Names, ReportComplaints
from bot.service.report_numbers import sees_numbers
from handlers.web.desk.board import Board, Desk, number

_MOST_DAYS: Final = 366
_DAYS: Final = 30
#: Rows of one table: what is rarer stands in the file.
_MOST_ROWS: Final = 40
_SHOWN: Final[tuple[tuple[str, Callable[[Total], str]], ...]] = (
    ("opened", lambda total: str(total.opened)),
    ("led_on", lambda total: str(total.led_on)),
    ("closed", lambda total: str(total.closed)),
    ("late", lambda total: str(total.late)),
    ("late_share", lambda total: "–" if total.late_share is None else f"{total.late_share:.0%}"),
    ("median", lambda total: _hours(total.median_hours)),
    ("longest", lambda total: _hours(total.longest_hours)),
)


class FiguresPage:
    def __init__(self, desk: Desk, complaints: ReportComplaints, names: Names) -> None:
        self._board = Board(desk.frame, "/desk/figures", "figures.html", sees_numbers)
        self._desk = desk
        self._complaints = complaints
        self._names = names

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/desk/figures", include_in_schema=False)
        router.add_api_route("", self._board.show(self.page), methods=["GET"])
        return router

    async def page(self, request: Request, entered: Entered) -> Response:
        language = self._desk.frame.language(request)
        words = self._desk.frame.words(language)
        days = min(number(request.query_params.get("days", "")) or _DAYS, _MOST_DAYS)
        month, problem = request.query_params.get("month", "").strip()[:7], ""
        try:
            span = self._span(days, month)
        except NoSuchMonth:
            span, problem = self._span(days, ""), words["figures.not"]
        figures = await self._complaints(span)
        shown = {
            "days": days,
            "month": month,
            "since": self._day(span.since),
            "until": self._day(span.until - timedelta(microseconds=1)),
            "total": [{"name": name, "now": of(figures.total), "before": of(figures.before)} for name, of in _SHOWN],
            "tables": self._tables(figures, language, words),
        }
        return self._board.page(request, entered, shown, problem)

    def _span(self, days: int, month: str) -> Span:
        return month_span(month, self._desk.zone) if month else last_days(self._desk.clock.now(), days)

    def _day(self, at: datetime) -> str:
        return at.astimezone(self._desk.zone).date().isoformat()

    def _tables(self, figures: ComplaintFigures, language: Language, words: Mapping[str, str]) -> list[dict[str, Any]]:
        tables = []
        for dimension in DIMENSIONS:
            if rows := figures.of(dimension)[:_MOST_ROWS]:
                shown = [_row(row, self._names(row, language, words)) for row in rows]
                tables.append({"id": dimension, "rows": shown, "most": max(1, *(row.count for row in rows))})
        return tables


def _row(row: Counted, name: str) -> dict[str, Any]:
    return {"name": name, "now": row.count, "before": row.before, "change": f"{row.change:+d}" if row.change else "0"}


def _hours(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
