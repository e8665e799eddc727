"""When people are there: the shop's opening hours as its own clock shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.catalogue import Hours


def spans(hours: Sequence[Hours], day: datetime) -> list[tuple[datetime, datetime]]:
    """Opening spans that begin on the shop-local day of ``day`` (aware), earliest first; one may end after midnight."""
    found = []
    for span in hours:
        if day.weekday() in span.days:
            start = datetime.combine(day.date(), span.start, tzinfo=day.tzinfo)
            until = datetime.combine(day.date(), span.until, tzinfo=day.tzinfo)
            found.append((start, until if until > start else until + timedelta(days=1)))
    return sorted(found)


def open_until(hours: Sequence[Hours], now: datetime) -> datetime | None:
    """When the span that contains ``now`` ends; None when nobody is there."""
    for day in (now - timedelta(days=1), now):
        for start, until in spans(hours, day):
            if start <= now < until:
                return until
    return None


def next_opening(hours: Sequence[Hours], now: datetime) -> datetime | None:
    """The next moment somebody is there, within a week; None when the shop declares no hours."""
    for ahead in range(8):
        for start, _ in spans(hours, now + timedelta(days=ahead)):
            if start > now:
                return start
    return None
