"""When rounds are due: each slot once, whatever clocks, restarts and the ledger say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rounds import ROUND_BY_ID, ROUNDS, Found, Round, RoundRules, due_rounds
from bot.core.slots import Slot

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = RoundRules(SHANGHAI, {"dispatch": (time(9),)})
MORNING = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)


def names(rules: RoundRules, now: datetime, ran: set[tuple[str, Slot]] | None = None) -> list[tuple[str, bool]]:
    found = due_rounds(now, rules, ran or set())
    return [(due.run.slot.name, due.missed) for due in found if now - due.run.due_at < timedelta(hours=20)]


def test_a_round_is_due_from_its_slot_on_and_missed_after_the_delay() -> None:
    assert names(NINE, MORNING - timedelta(seconds=1)) == []
    assert names(NINE, MORNING) == [("2026-11-23T09:00", False)]
    assert names(NINE, MORNING + timedelta(minutes=120)) == [("2026-11-23T09:00", False)]
    assert names(NINE, MORNING + timedelta(minutes=121)) == [("2026-11-23T09:00", True)]


def test_what_the_ledger_has_is_not_due_again() -> None:
    held = {("dispatch", Slot(MORNING.date(), time(9)))}
    assert names(NINE, MORNING, held) == []
    assert names(NINE, MORNING, {("unsigned", Slot(MORNING.date(), time(9)))}) == [("2026-11-23T09:00", False)]


def test_of_two_slots_that_were_both_slept_through_only_the_newer_is_held() -> None:
    rules = RoundRules(SHANGHAI, {"dispatch": (time(8), time(9))})
    assert names(rules, MORNING) == [("2026-11-23T08:00", True), ("2026-11-23T09:00", False)]


def test_a_round_without_times_is_never_due() -> None:
    assert due_rounds(MORNING, RoundRules(SHANGHAI), set()) == []


@pytest.mark.parametrize(
    ("held", "day", "is_held"),
    [
        (Round("x", ROUNDS[0].title, "agent", "", days=(15, 30)), date(2026, 2, 28), True),
        (Round("x", ROUNDS[0].title, "agent", "", days=(15, 30)), date(2026, 1, 31), False),
        (Round("x", ROUNDS[0].title, "agent", "", days=(10, 14)), date(2026, 1, 9), False),
        (Round("x", ROUNDS[0].title, "agent", "", days=(1, 1), months=(1, 4)), date(2026, 4, 1), True),
        (Round("x", ROUNDS[0].title, "agent", "", days=(1, 1), months=(1, 4)), date(2026, 5, 1), False),
    ],
)
def test_some_rounds_are_held_on_some_days_only(held: Round, day: date, is_held: bool) -> None:
    assert held.held_on(day) is is_held


def test_rounds_are_known_by_their_ids() -> None:
    assert len(ROUND_BY_ID) == len(ROUNDS)


def test_a_line_is_named_by_reason_and_subject_and_where_it_comes_daily_by_the_day() -> None:
    assert Found("A", "short").key == "short A"
    assert Found("A", "short", again="2026-11-23").key == "short A 2026-11-23"
    assert Found("A", "short", again="2026-11-23").once == Found("A", "short").once


zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
moments = st.datetimes(datetime(2011, 12, 25), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
times = st.lists(st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])), min_size=1, max_size=3, unique=True)


@given(zones, moments, times, st.lists(st.integers(1, 200), min_size=1, max_size=40))
def test_looking_at_the_clock_now_and_then_holds_each_slot_once_and_leaves_none_out(
    zone: str, start: datetime, at: list[time], sleeps: list[int]
) -> None:
    rules = RoundRules(ZoneInfo(zone), {"dispatch": tuple(sorted(at))}, max_delay_minutes=720)
    # What lies before the first look is no part of this.
    ran = {(due.run.round_id, due.run.slot) for due in due_rounds(start, rules, set())}
    before, now, held = set(ran), start, list[Slot]()
    for minutes in sleeps:
        now += timedelta(minutes=minutes)
        for due in due_rounds(now, rules, ran):
            assert due.run.due_at <= now
            ran.add((due.run.round_id, due.run.slot))
            if not due.missed:
                held.append(due.run.slot)
    assert len(held) == len(set(held))
    assert due_rounds(now, rules, ran) == []
    newest = max((slot for _, slot in ran - before), default=None)
    assert newest is None or newest in held
