"""Spans of reports: months of the shop's calendar join without gap and overlap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.spans import NoSuchMonth, Span, last_days, month_before, month_span

ZONE = ZoneInfo("Asia/Shanghai")


def test_a_month_is_the_shops_and_stands_beside_the_one_before() -> None:
    january = month_span("2026-01", ZONE)
    assert january.since.astimezone(UTC) == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert (january.until.month, january.before_since.year, january.before_since.month) == (2, 2025, 12)
    assert month_span("2026-12", ZONE).until == datetime(2027, 1, 1, tzinfo=ZONE)


@pytest.mark.parametrize("name", ["2026-13", "2026-00", "26-10", "2026-1", "", "2026-10-01", "../10"])
def test_what_is_no_month_is_refused(name: str) -> None:
    with pytest.raises(NoSuchMonth, match="is no month"):
        month_span(name, ZONE)


def test_days_are_set_beside_as_many_before() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert last_days(now, 7) == Span(now - timedelta(days=7), now, now - timedelta(days=14))


@given(st.integers(0, 10**9).map(lambda later: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=2 * later)))
def test_the_month_before_ends_where_this_one_begins(now: datetime) -> None:
    here = now.astimezone(ZONE)
    assert month_span(month_before(now, ZONE), ZONE).until == month_span(f"{here:%Y-%m}", ZONE).since
