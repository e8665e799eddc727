"""The time a report is about: the last days, or a month of the shop's calendar, and the one before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.core.errors import XiaoerError

_MONTH = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Span:
    since: datetime
    #: Left out of it.
    until: datetime
    #: When the span begins that it is compared with; that one ends where this one begins.
    before_since: datetime


class NoSuchMonth(XiaoerError):
    """That is no month."""


def last_days(now: datetime, days: int) -> Span:
    length = timedelta(days=days)
    return Span(now - length, now, now - 2 * length)


def month_span(name: str, zone: tzinfo) -> Span:
    """All of ``2026-10`` in the shop's zone. Raises NoSuchMonth."""
    match = _MONTH.fullmatch(name)
    if match is None:
        raise NoSuchMonth(f"{name!r} is no month; write one like 2026-10")
    year, month = int(match[1]), int(match[2])
    return Span(_first(year, month, zone), _first(year, month + 1, zone), _first(year, month - 1, zone))


def month_before(now: datetime, zone: tzinfo) -> str:
    """``2026-10`` on any day of November."""
    first = now.astimezone(zone).date().replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def _first(year: int, month: int, zone: tzinfo) -> datetime:
    """``month`` may be 0 or 13."""
    more, place = divmod(month - 1, 12)
    return datetime(year + more, place + 1, 1, tzinfo=zone)
