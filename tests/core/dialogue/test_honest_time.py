from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.catalogue import Hours
from bot.core.dialogue.honest_time import when
from bot.core.people import Duty, Interval, Roster, Shift, Staff

ZONE = ZoneInfo("Asia/Shanghai")
DAY = Shift("day", (Interval(time(9), time(18)),))
LATE = Shift("late", (Interval(time(17), time(1)),))
WEEKDAYS = ("day",) * 5 + ("", "")
ROSTER = Roster((DAY, LATE), date(2026, 1, 5), (("KF01", (("late",) * 7,)), ("ZG01", (WEEKDAYS,))))
PEOPLE = (Staff("KF01", "Lin", ("agent",)), Staff("ZG01", "Chen", ("supervisor",)))
DUTY = Duty(ROSTER, PEOPLE, (), ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "role", "told"),
    [
        ("2026-11-23T10:30", "supervisor", {"open": True, "until": "18:00", "opens": None}),
        # An agent comes at five, but the supervisor stands in for her until then.
        ("2026-11-23T10:30", "agent", {"open": True, "until": "01:00", "opens": None}),
        ("2026-11-24T00:30", "agent", {"open": True, "until": "01:00", "opens": None}),
        (
            "2026-11-24T01:30",
            "agent",
            {"open": False, "until": "", "opens": {"days": 0, "month": 11, "day": 24, "time": "09:00"}},
        ),
        # Friday evening: the supervisor is back on Monday, whoever else is there.
        (
            "2026-11-27T20:00",
            "supervisor",
            {"open": False, "until": "", "opens": {"days": 3, "month": 11, "day": 30, "time": "09:00"}},
        ),
    ],
)
def test_the_time_told_is_that_of_the_role(now: str, role: str, told: dict[str, Any]) -> None:
    assert when(DUTY, at(now), role) == told


def test_without_a_staff_list_the_hours_of_the_shop_are_told() -> None:
    duty = Duty(Roster(), (), (Hours(frozenset(range(7)), time(8), time(23)),), ZONE)
    assert when(duty, at("2026-11-23T10:30"), "finance") == {"open": True, "until": "23:00", "opens": None}
    assert when(duty, at("2026-11-23T23:30"), "")["opens"] == {"days": 1, "month": 11, "day": 24, "time": "08:00"}


def test_a_shop_that_never_closes_names_no_end() -> None:
    assert when(Duty(Roster(), (), (), ZONE), at("2026-11-23T10:30"), "") == {"open": True, "until": "", "opens": None}
