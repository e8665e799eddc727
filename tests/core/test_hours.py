from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Hours
from bot.core.hours import next_opening, open_until, spans

ZONE = ZoneInfo("Asia/Shanghai")
EVERY_DAY = frozenset(range(7))
DAY = (Hours(EVERY_DAY, time(8), time(17)),)
#: The evening shift of a shop that closes past midnight (E2).
SPLIT = (Hours(EVERY_DAY, time(10), time(14)), Hours(EVERY_DAY, time(17, 30), time(1)))
WEEKDAYS = (Hours(frozenset(range(5)), time(9), time(18)),)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (DAY, "2026-11-23T08:00", "2026-11-23T17:00"),
        (DAY, "2026-11-23T16:59", "2026-11-23T17:00"),
        (DAY, "2026-11-23T17:00", None),
        (DAY, "2026-11-23T07:59", None),
        (SPLIT, "2026-11-23T13:00", "2026-11-23T14:00"),
        (SPLIT, "2026-11-23T15:00", None),
        (SPLIT, "2026-11-23T23:59", "2026-11-24T01:00"),
        (SPLIT, "2026-11-24T00:59", "2026-11-24T01:00"),
        (SPLIT, "2026-11-24T01:00", None),
        (WEEKDAYS, "2026-11-28T10:00", None),
        ((), "2026-11-23T10:00", None),
    ],
)
def test_until_when_somebody_is_there(hours: tuple[Hours, ...], now: str, until: str | None) -> None:
    assert open_until(hours, at(now)) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        (DAY, "2026-11-23T07:00", "2026-11-23T08:00"),
        (DAY, "2026-11-23T20:00", "2026-11-24T08:00"),
        (DAY, "2026-11-23T08:00", "2026-11-24T08:00"),
        (SPLIT, "2026-11-23T15:00", "2026-11-23T17:30"),
        (WEEKDAYS, "2026-11-27T19:00", "2026-11-30T09:00"),
        ((), "2026-11-23T10:00", None),
    ],
)
def test_when_somebody_comes_next(hours: tuple[Hours, ...], now: str, opens: str | None) -> None:
    assert next_opening(hours, at(now)) == (at(opens) if opens else None)


def test_spans_of_a_day_stand_in_order_and_may_end_on_the_next() -> None:
    found = spans(tuple(reversed(SPLIT)), at("2026-11-23T12:00"))
    assert found == [
        (at("2026-11-23T10:00"), at("2026-11-23T14:00")),
        (at("2026-11-23T17:30"), at("2026-11-24T01:00")),
    ]


clock = st.times().map(lambda t: t.replace(microsecond=0, tzinfo=None))


@given(
    st.lists(st.builds(Hours, st.frozensets(st.integers(0, 6), min_size=1), clock, clock), min_size=1, max_size=3),
    st.integers(0, 366 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes)),
)
def test_every_opening_is_followed_by_somebody_being_there(hours: list[Hours], now: datetime) -> None:
    opens = next_opening(hours, now)
    assert opens is not None
    assert now < opens <= now + timedelta(days=8)
    until = open_until(hours, opens)
    assert until is not None
    assert until > opens
