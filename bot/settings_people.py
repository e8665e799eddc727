"""The sections of config.yaml about the people of the shop: how long they may take, and who works when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import Final

from pydantic import Field, field_validator

from bot.adapters.yaml_book import unknown
from bot.core.people import Interval, Roster, RosterException, Shift
from bot.settings_section import Section

#: A day of the weekly pattern on which somebody does not work.
OFF: Final = "off"

_DAY_MINUTES: Final = 24 * 60
_INTERVAL: Final = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d) ?[-–] ?((?:[01]\d|2[0-3]):[0-5]\d|24:00)")
_SHIFT_NAME: Final = re.compile(r"\S{1,20}")
_STAFF_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,16}")

#: Where in the section something is wrong, and what.
Fault = tuple[tuple[str | int, ...], str]


class PeopleSettings(Section):
    """How people and the bot share a conversation."""

    first_response_seconds: int = Field(
        default=60, ge=10, le=3600, description="Nobody took a waiting shopper for so long: the next in line is asked"
    )
    remind_again_minutes: int = Field(
        default=10, ge=1, le=1440, description="A case nobody answers is called out again after so long"
    )
    answer_while_waiting: bool = Field(
        default=True, description="Whether the bot answers known questions while a shopper waits for a person"
    )
    silence_minutes: int = Field(
        default=30, ge=1, le=1440, description="The bot takes over again when the person was silent for so long"
    )
    talking_minutes: int = Field(
        default=10, ge=0, le=240, description="A shift lasts while one of its customers wrote within so many minutes"
    )
    unconfirmed_sheet_minutes: int = Field(
        default=30, ge=1, le=1440, description="A handover sheet not confirmed so long goes to the supervisor"
    )


class DeskSettings(Section):
    """The agents' desk."""

    plain_http: bool = Field(
        default=False, description="Whether other machines may log in without https; passwords can be read on the way"
    )


class ExceptionSettings(Section):
    """One day on which the weekly pattern does not hold."""

    date: str
    #: Empty: everybody.
    staff: str = ""
    #: Empty: off.
    shift: str = ""

    @field_validator("shift", mode="before")
    @classmethod
    def _off_is_no_truth_value(cls, shift: object) -> object:
        return "" if shift in (False, OFF) else shift


class RosterSettings(Section):
    """Who works when; docs/people.md has examples. Empty: everybody works the shop's hours."""

    shifts: Mapping[str, tuple[str, ...]] = Field(
        default={}, description='Shifts by name, each a list of intervals: day: ["08:00-17:00"]'
    )
    rotation_from: str = Field(
        default="2026-01-05", description="The Monday on which a first week of the rotation began"
    )
    weeks: Mapping[str, tuple[str, ...]] = Field(
        default={}, description='Weeks of the rotation by staff id, each seven shifts from Monday on: "day day off …"'
    )
    holidays: tuple[str, ...] = Field(default=(), description="Dates on which nobody works")
    exceptions: tuple[ExceptionSettings, ...] = Field(
        default=(), description="Single days that differ: a date, a staff id (none: everybody) and a shift (none: off)"
    )

    @property
    def roster(self) -> Roster:
        """Of settings without faults only."""
        holidays = [RosterException(date.fromisoformat(day)) for day in self.holidays]
        own = [RosterException(date.fromisoformat(e.date), e.staff, e.shift) for e in self.exceptions]
        return Roster(
            tuple(Shift(name, tuple(map(_interval, intervals))) for name, intervals in self.shifts.items()),
            date.fromisoformat(self.rotation_from),
            tuple((who, tuple(map(_week, weeks))) for who, weeks in self.weeks.items()),
            (*holidays, *own),
        )

    def faults(self) -> Iterator[Fault]:
        """What types alone do not say."""
        for name, intervals in self.shifts.items():
            yield from _shift_faults(name, intervals)
        yield from _monday_faults(self.rotation_from)
        for who, weeks in self.weeks.items():
            yield from _weeks_faults(who, weeks, self.shifts)
        yield from _holiday_faults(self.holidays)
        yield from _exception_faults(self.exceptions, self.holidays, self.shifts)


def _interval(text: str) -> Interval:
    found = _INTERVAL.fullmatch(text)
    assert found is not None
    return Interval(time.fromisoformat(found[1]), time.fromisoformat(found[2].replace("24:00", "00:00")))


def _week(words: str) -> tuple[str, ...]:
    return tuple("" if word == OFF else word for word in words.split())


def _shift_faults(name: str, intervals: Sequence[str]) -> Iterator[Fault]:
    at: tuple[str | int, ...] = ("shifts", name)
    if not _SHIFT_NAME.fullmatch(name) or name == OFF:
        yield at, f"a shift's name is one word of at most 20 characters, and not {OFF!r}"
    if not intervals:
        yield at, 'has no interval; write one like "08:00-17:00"'
    wrong = [n for n, text in enumerate(intervals) if not _INTERVAL.fullmatch(text)]
    yield from (((*at, n), 'must be like "08:00-17:00"') for n in wrong)
    if not wrong and _overlap([_interval(text) for text in intervals]):
        yield at, "its intervals overlap"


def _overlap(intervals: Sequence[Interval]) -> bool:
    spans = sorted(map(_minutes, intervals))
    if not spans:
        return False
    longer_than_a_day = max(until for _, until in spans) - spans[0][0] > _DAY_MINUTES
    return longer_than_a_day or any(until > start for (_, until), (start, _) in pairwise(spans))


def _minutes(interval: Interval) -> tuple[int, int]:
    start, until = (moment.hour * 60 + moment.minute for moment in (interval.start, interval.until))
    return start, until if until > start else until + _DAY_MINUTES


def _monday_faults(text: str) -> Iterator[Fault]:
    day = _date(text)
    if day is None:
        yield ("rotation_from",), _NO_DATE
    elif day.weekday():
        yield ("rotation_from",), f"must be a Monday, and {text} is a {day:%A}"


def _weeks_faults(who: str, weeks: Sequence[str], shifts: Collection[str]) -> Iterator[Fault]:
    at: tuple[str | int, ...] = ("weeks", who)
    if not _STAFF_ID.fullmatch(who):
        yield at, _NO_STAFF_ID
    if not weeks:
        yield at, f'has no week; write one like "day day day day day day {OFF}"'
    for n, words in enumerate(weeks):
        days = words.split()
        if len(days) != 7:
            yield (*at, n), f"must name seven days from Monday on, and names {len(days)}"
        for name in dict.fromkeys(days):
            if name not in shifts and name != OFF:
                yield (*at, n), unknown("shift", name, [*shifts, OFF])


def _holiday_faults(holidays: Sequence[str]) -> Iterator[Fault]:
    for n, text in enumerate(holidays):
        if _date(text) is None:
            yield ("holidays", n), _NO_DATE
        elif text in holidays[:n]:
            yield ("holidays", n), "stands here twice"


def _exception_faults(
    exceptions: Sequence[ExceptionSettings], holidays: Collection[str], shifts: Collection[str]
) -> Iterator[Fault]:
    seen = {(day, "") for day in holidays}
    for n, found in enumerate(exceptions):
        at: tuple[str | int, ...] = ("exceptions", n)
        if _date(found.date) is None:
            yield (*at, "date"), _NO_DATE
        if found.staff and not _STAFF_ID.fullmatch(found.staff):
            yield (*at, "staff"), _NO_STAFF_ID
        if found.shift and found.shift not in shifts:
            yield (*at, "shift"), unknown("shift", found.shift, [*shifts, OFF])
        if (found.date, found.staff) in seen:
            whose = found.staff or "everybody"
            yield at, f"says a second time what {whose} does on {found.date}"
        seen.add((found.date, found.staff))


_NO_DATE: Final = "must be a date like 2026-10-01"
_NO_STAFF_ID: Final = "is no staff id: 1 to 16 letters, digits, '_' or '-'"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
