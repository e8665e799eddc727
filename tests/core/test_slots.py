from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core.slots import Slot, latest_slot, moment, next_slot, slots_between

TIMES = (time(10), time(16))
ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
START = datetime(2026, 1, 1, tzinfo=UTC)
TWO_YEARS = timedelta(days=730)


@pytest.mark.parametrize(
    ("slot", "zone", "utc"),
    [
        (Slot(date(2026, 11, 23), time(10)), "Asia/Shanghai", "2026-11-23T02:00"),
        # The clock jumps from 2:00 to 3:00: the first valid moment is 3:00.
        (Slot(date(2026, 3, 29), time(2, 30)), "Europe/Berlin", "2026-03-29T01:00"),
        # 2:30 comes twice: the first one counts.
        (Slot(date(2026, 10, 25), time(2, 30)), "Europe/Berlin", "2026-10-25T00:30"),
        # Half an hour is left out.
        (Slot(date(2026, 10, 4), time(2, 15)), "Australia/Lord_Howe", "2026-10-03T15:30"),
        # The day begins at 1:00.
        (Slot(date(2026, 4, 24), time(0, 10)), "Africa/Cairo", "2026-04-23T22:00"),
    ],
)
def test_a_slot_is_due_once_at_its_first_valid_moment(slot: Slot, zone: str, utc: str) -> None:
    assert moment(slot, ZoneInfo(zone)).astimezone(UTC) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_in_every_zone_each_slot_of_two_years_comes_once() -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        found = list(slots_between(START, START + TWO_YEARS, TIMES, zone))
        slots = [slot for slot, _ in found]
        assert len(slots) == len(set(slots)), name
        due = [moment_ for _, moment_ in found]
        assert all(earlier < later for earlier, later in pairwise(at.astimezone(UTC) for at in due)), name
        days = {slot.day for slot in slots}
        assert (max(days) - min(days)).days + 1 == len(days), name
        assert len(slots) in (2 * len(days), 2 * len(days) - 1, 2 * len(days) - 2), name
        assert all(at.time() == slot.at for slot, at in found), f"{name}: 10:00 and 16:00 are never jumped over"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "UTC"])
def test_slots_in_gaps_and_repeated_hours_come_once_too(zone: str) -> None:
    times = tuple(time(hour, minute) for hour in (0, 1, 2, 3) for minute in (0, 15, 30, 45))
    found = list(slots_between(START, START + timedelta(days=365), times, ZoneInfo(zone)))
    assert len({slot for slot, _ in found}) == len(found)
    for (slot, due), (_, after) in pairwise(found):
        assert due.astimezone(UTC) <= after.astimezone(UTC)
        assert due.time() >= slot.at or due.date() > slot.day


def test_walking_from_slot_to_slot_finds_the_same_as_asking_for_all() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    walked, now = [], START
    while (found := next_slot(now, TIMES, zone)) and found[1] <= START + timedelta(days=60):
        walked.append(found[0])
        now = found[1]
    assert walked == [slot for slot, _ in slots_between(START, START + timedelta(days=60), TIMES, zone)]


def test_a_day_that_a_zone_leaves_out_has_no_slots() -> None:
    zone = ZoneInfo("Pacific/Apia")  # crossed the date line at the end of 29 December 2011
    found = slots_between(datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC), TIMES, zone)
    assert date(2011, 12, 30) not in {slot.day for slot, _ in found}


def test_the_latest_slot_is_the_one_that_now_belongs_to() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    for hour, name in ((9, "2026-11-22T16:00"), (10, "2026-11-23T10:00"), (15, "2026-11-23T10:00")):
        found = latest_slot(datetime(2026, 11, 23, hour, tzinfo=zone), TIMES, zone)
        assert found is not None
        assert found[0].name == name


def test_without_times_there_is_no_slot() -> None:
    assert next_slot(START, (), UTC) is None
    assert latest_slot(START, (), UTC) is None
