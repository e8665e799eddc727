"""The last day counts to its end, whatever the clock of the shop does in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.calendar_days import first_moment, last_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: With summer time, with half hours, with jumps at midnight, and one that left out a whole day.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "America/Sao_Paulo",
        "America/Havana",
        "Australia/Lord_Howe",
        "Asia/Beirut",
        "Pacific/Apia",
    )
]
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_five_days_are_counted_from_the_day_after_and_the_fifth_is_the_last() -> None:
    asked = datetime(2026, 11, 23, 0, 0, 1, tzinfo=SHANGHAI)
    late = datetime(2026, 11, 23, 23, 59, 59, tzinfo=SHANGHAI)
    ends = datetime(2026, 11, 28, 23, 59, 59, tzinfo=SHANGHAI)
    assert last_moment(asked, 5, SHANGHAI) == last_moment(late, 5, SHANGHAI) == ends
    assert last_moment(late + timedelta(seconds=1), 5, SHANGHAI) == ends + timedelta(days=1)


def test_the_shop_s_clock_says_which_day_it_was_asked_on() -> None:
    asked = datetime(2026, 11, 23, 17, tzinfo=UTC)  # the 24th in Shanghai
    assert last_moment(asked, 5, SHANGHAI) == datetime(2026, 11, 29, 23, 59, 59, tzinfo=SHANGHAI)


@given(at=MOMENTS, days=st.integers(0, 60), zone=st.sampled_from(ZONES))
def test_it_is_the_last_second_of_that_very_day(at: datetime, days: int, zone: ZoneInfo) -> None:
    wanted = at.astimezone(zone).date() + timedelta(days=days)
    ends = last_moment(at, days, zone)
    after = (ends.astimezone(UTC) + timedelta(seconds=1)).astimezone(zone)
    assert ends.date() <= wanted < after.date() or (after.date() == wanted and after.utcoffset() != ends.utcoffset())


@given(at=MOMENTS, days=st.integers(1, 60), zone=st.sampled_from(ZONES))
def test_a_day_more_is_later_and_no_day_ends_before_it_was_asked(at: datetime, days: int, zone: ZoneInfo) -> None:
    sooner, later = (last_moment(at, n, zone).astimezone(UTC) for n in (days - 1, days))
    assert at.replace(microsecond=0) <= last_moment(at, days, zone).astimezone(UTC)
    # Equal only where the day in between was left out by the clock.
    assert sooner < later or zone.key == "Pacific/Apia"


@given(at=MOMENTS, days=st.integers(1, 60), zone=st.sampled_from(ZONES))
def test_a_day_begins_when_the_one_before_it_is_over(at: datetime, days: int, zone: ZoneInfo) -> None:
    begins = first_moment(at, days, zone).astimezone(UTC)
    assert begins - last_moment(at, days - 1, zone).astimezone(UTC) == timedelta(seconds=1)
