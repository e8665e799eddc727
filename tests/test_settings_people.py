"""The sections `people` and `roster` of config.yaml."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import Duty, Interval, Roster, RosterException, Shift, Staff
from bot.settings import load_settings
from bot.settings_people import RosterSettings
from tests.test_settings import config, problems

WHOLE = """
roster:
  shifts:
    day: ["08:30-17:30"]
    split: ["10:00-14:00", "17:30-23:00"]
    late: ["17:30-01:00"]
    all: ["00:00-24:00"]
  rotation_from: 2026-01-12
  weeks:
    KF01:
      - day day day day day day off
      - split split split split split split off
    "007": [off off off off late late off]
  holidays: [2026-10-01, 2026-10-02]
  exceptions:
    - {date: 2026-10-01, staff: KF01, shift: all}
    - {date: 2026-11-03, staff: KF01, shift: off}
    - {date: 2026-11-04, staff: "007"}
"""


def test_a_roster_reaches_the_core_as_it_is_written(tmp_path: Path) -> None:
    assert load_settings(config(tmp_path, WHOLE)).roster.roster == Roster(
        (
            Shift("day", (Interval(time(8, 30), time(17, 30)),)),
            Shift("split", (Interval(time(10), time(14)), Interval(time(17, 30), time(23)))),
            Shift("late", (Interval(time(17, 30), time(1)),)),
            Shift("all", (Interval(time(0), time(0)),)),
        ),
        date(2026, 1, 12),
        (
            ("KF01", ((*["day"] * 6, ""), (*["split"] * 6, ""))),
            ("007", (("", "", "", "", "late", "late", ""),)),
        ),
        (
            RosterException(date(2026, 10, 1)),
            RosterException(date(2026, 10, 2)),
            RosterException(date(2026, 10, 1), "KF01", "all"),
            RosterException(date(2026, 11, 3), "KF01"),
            RosterException(date(2026, 11, 4), "007"),
        ),
    )


def test_without_a_roster_none_is_declared(tmp_path: Path) -> None:
    roster = load_settings(config(tmp_path, "")).roster.roster
    assert roster == Roster()
    assert not roster.declared


SHIFTS = "roster:\n  shifts: {day: ['08:00-17:00'], late: ['17:00-01:00']}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("roster:\n  shift: {}\n", "2: roster.shift: unknown key 'shift'; did you mean 'shifts'?"),
        ("roster:\n  shifts:\n    day: '08:00-17:00'\n", "3: roster.shifts.day: should be a list"),
        ("roster:\n  shifts:\n    day: []\n", "3: roster.shifts.day: has no interval"),
        ("roster:\n  shifts:\n    day:\n      - 8-17\n", '4: roster.shifts.day[0]: must be like "08:00-17:00"'),
        ("roster:\n  shifts:\n    day: ['08:00-25:00']\n", "3: roster.shifts.day[0]: must be like"),
        ("roster:\n  shifts:\n    off: ['08:00-17:00']\n", "3: roster.shifts.off: a shift's name is one word"),
        ("roster:\n  shifts:\n    the day: ['08:00-17:00']\n", "3: roster.shifts.the day: a shift's name is one word"),
        (
            "roster:\n  shifts:\n    day: ['08:00-12:00', '11:59-17:00']\n",
            "3: roster.shifts.day: its intervals overlap",
        ),
        (
            "roster:\n  shifts:\n    day: ['08:00-17:00', '17:00-08:01']\n",
            "3: roster.shifts.day: its intervals overlap",
        ),
        (
            "roster:\n  rotation_from: 2026-01-06\n",
            "2: roster.rotation_from: must be a Monday, and 2026-01-06 is a Tuesday",
        ),
        ("roster:\n  rotation_from: 2026-02-30\n", "2: roster.rotation_from: must be a date like 2026-10-01"),
        (f"{SHIFTS}  weeks:\n    KF01: [day day day]\n", "4: roster.weeks.KF01[0]: must name seven days"),
        (f"{SHIFTS}  weeks:\n    KF01: []\n", "4: roster.weeks.KF01: has no week"),
        (f"{SHIFTS}  weeks:\n    KF01: day\n", "4: roster.weeks.KF01: should be a list"),
        (f"{SHIFTS}  weeks:\n    'a b': [day day day day day day off]\n", "4: roster.weeks.a b: is no staff id"),
        (
            f"{SHIFTS}  weeks:\n    KF01:\n      - day day day day day day off\n      - day day day day day dya off\n",
            "6: roster.weeks.KF01[1]: unknown shift 'dya'; did you mean 'day'?",
        ),
        ("roster:\n  holidays: [10-01]\n", "2: roster.holidays[0]: must be a date like 2026-10-01"),
        ("roster:\n  holidays: [2026-10-01, 2026-10-01]\n", "2: roster.holidays[1]: stands here twice"),
        ("roster:\n  exceptions:\n    - {date: soon}\n", "3: roster.exceptions[0].date: must be a date"),
        ("roster:\n  exceptions:\n    - {staff: KF01}\n", "3: roster.exceptions[0].date: is missing"),
        ("roster:\n  exceptions:\n    - {date: 2026-10-01, stuff: x}\n", "3: roster.exceptions[0].stuff: unknown key"),
        (
            "roster:\n  exceptions:\n    - {date: 2026-10-01, staff: a b}\n",
            "3: roster.exceptions[0].staff: is no staff id",
        ),
        (
            f"{SHIFTS}  exceptions:\n    - date: 2026-10-01\n      shift: lat\n",
            "5: roster.exceptions[0].shift: unknown shift",
        ),
        (
            "roster:\n  holidays: [2026-10-01]\n  exceptions:\n    - {date: 2026-10-01}\n",
            "4: roster.exceptions[0]: says a second time what everybody does on 2026-10-01",
        ),
        ("people:\n  silence_minutes: 0\n", "2: people.silence_minutes: is too small; at least 1"),
        ("people:\n  answer_while_waiting: sometimes\n", "2: people.answer_while_waiting: should be true or false"),
    ],
)
def test_a_mistake_in_the_roster_names_key_and_line(tmp_path: Path, text: str, said: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"config.yaml:{said}")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = "roster:\n  shifts: {day: ['8']}\n  rotation_from: '2026-01-06'\n  weeks: {a: [x]}\n"
    assert [line.split(": ")[1] for line in problems(tmp_path, text)] == [
        "roster.shifts.day[0]",
        "roster.rotation_from",
        "roster.weeks.a[0]",
        "roster.weeks.a[0]",
    ]


WORDS = st.text(st.sampled_from("dayoff 0123456789:-–a一\n"), max_size=14)


@given(
    st.dictionaries(WORDS, st.lists(WORDS | st.just("08:00-17:00"), max_size=3).map(tuple), max_size=3),
    WORDS | st.just("2026-01-05"),
    st.dictionaries(WORDS, st.lists(WORDS | st.just("day day day day day day off"), max_size=3).map(tuple), max_size=3),
    st.lists(WORDS | st.just("2026-10-01"), max_size=3).map(tuple),
)
def test_a_roster_without_faults_can_be_used(
    shifts: dict[str, tuple[str, ...]], monday: str, weeks: dict[str, tuple[str, ...]], holidays: tuple[str, ...]
) -> None:
    written = RosterSettings(shifts=shifts, rotation_from=monday, weeks=weeks, holidays=holidays)
    if not list(written.faults()):
        assert len(written.roster.weeks) == len(weeks)


DOCS = (Path(__file__).resolve().parent.parent / "docs" / "people.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)


def test_the_docs_have_both_shops() -> None:
    assert len(EXAMPLES) == 2


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_rosters_of_the_docs_can_be_used_as_they_are(tmp_path: Path, example: str) -> None:
    roster = load_settings(config(tmp_path, example)).roster.roster
    staff = tuple(Staff(who, who, ("agent",)) for who, _ in roster.weeks)
    duty = Duty(roster, staff, (), ZoneInfo("Asia/Shanghai"))
    assert roster.declared
    nine = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [person.staff_id for person in duty.now(nine)] == ["KF01"]
    assert [person.staff_id for person in duty.now(nine + timedelta(hours=9))] == ["KF02"]
