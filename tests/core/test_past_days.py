"""Days that have been: 昨天, 上周五, 11月5日 is the last one, and a condition on how long ago that was (G6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.case_order import ages, holds
from bot.core.case_run import proved
from bot.core.fact_dates import read_past
from tests.core.test_playbook_proof import with_fact, with_step

ZONE = ZoneInfo("Asia/Shanghai")
#: A Monday.
NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("今天", "2026-11-23"),
        ("昨天", "2026-11-22"),
        ("前天买的", "2026-11-21"),
        ("大前天", "2026-11-20"),
        ("11月5日", "2026-11-05"),
        ("12月5号", "2025-12-05"),
        ("5号", "2026-11-05"),
        ("28号", "2026-10-28"),
        ("2026-11-01", "2026-11-01"),
        ("三天前", "2026-11-20"),
        ("两周前", "2026-11-09"),
        ("上周五", "2026-11-20"),
        ("周六", "2026-11-21"),
        ("周一", "2026-11-23"),
        ("yesterday", "2026-11-22"),
        ("the day before yesterday", "2026-11-21"),
        ("3 days ago", "2026-11-20"),
        ("a week ago", "2026-11-16"),
        ("last friday", "2026-11-20"),
        ("last monday", "2026-11-16"),
        ("nov 5", "2026-11-05"),
        ("dec 5", "2025-12-05"),
    ],
)
def test_a_day_that_has_been_is_the_last_such_day(said: str, day: str) -> None:
    assert read_past(said, NOW) == day


@pytest.mark.parametrize("said", ["明天", "2026-12-01", "tomorrow", "牛仔裤", "", "31号"])
def test_what_is_to_come_or_is_no_day_cannot_be_read(said: str) -> None:
    # There is no 31st in the ten days before, nor in the month before the one that comes.
    found = read_past(said, NOW)
    assert found is None or (said == "31号" and found == "2026-10-31")


@given(st.text(max_size=20), st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001
def test_no_words_ever_name_a_day_to_come(said: str, now: datetime) -> None:
    found = read_past(said, now.replace(tzinfo=ZONE))
    assert found is None or date.fromisoformat(found) <= now.date()


@given(st.integers(0, 400), st.integers(1, 300))
def test_within_so_many_days_is_counted_from_the_day_after(ago: int, most: int) -> None:
    known = {"bought_on": (NOW.date() - timedelta(days=ago)).isoformat()}
    assert holds((("bought_on", (f"within {most} days",)),), ages(known, NOW)) is (ago <= most)


@pytest.mark.parametrize("value", ["", "上个月", "2026-13-40", "2026-12-01"])
def test_what_is_no_day_or_one_to_come_is_within_none(value: str) -> None:
    assert not holds((("bought_on", ("within 15 days",)),), ages({"bought_on": value}, NOW))


def test_only_a_past_day_may_decide_by_its_age() -> None:
    flaw = "steps[0].when: 'within 15 days' is no condition on a past day; write within 15 days"
    rule = {"when": (("size", ("within 15 days",)),), "otherwise": "write"}
    dated = with_fact(kind="date", past=True)
    steps = with_step(**rule).steps
    good = type(dated)(dated.id, dated.title, dated.reasons, steps, dated.ends, dated.facts)
    assert proved(good) == []
    plain = with_fact(kind="date")
    assert flaw in proved(type(plain)(plain.id, plain.title, plain.reasons, steps, plain.ends, plain.facts))
    assert "facts[1].past: belongs to a fact of kind date, not text" in proved(with_fact(past=True))
