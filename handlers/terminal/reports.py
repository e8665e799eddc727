"""Figures as rows, for the terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.complaint_figures import ComplaintFigures, Total
from bot.core.messages import Language
from bot.service.report_complaints import Names

Row = Mapping[str, Any]


def complaint_rows(figures: ComplaintFigures, names: Names, language: Language) -> Iterator[Row]:
    """First the totals, ``by`` being ``total``."""
    before = _total(figures.before)
    for name, value in _total(figures.total).items():
        change = None if value is None or before[name] is None else round(value - before[name], 2)
        yield {"by": "total", "key": name, "name": name, "count": value, "before": before[name], "change": change}
    for row in figures.rows:
        called = names(row, language, {})
        yield {
            "by": row.dimension,
            "key": row.key,
            "name": called,
            "count": row.count,
            "before": row.before,
            "change": row.change,
        }


def _total(total: Total) -> dict[str, Any]:
    return {
        "opened": total.opened,
        "led_on": total.led_on,
        "closed": total.closed,
        "late": total.late,
        "late_share": _rounded(total.late_share, 4),
        "median_hours": _rounded(total.median_hours, 1),
        "longest_hours": _rounded(total.longest_hours, 1),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
