"""Deadlines in days of the calendar: the last day counts whole, and nobody is woken when it is over (C10)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.case_run import CaseRules, alarm, choose, open_case
from bot.core.case_run import Chosen as Made
from bot.core.cases import Case
from bot.core.catalogue import Hours, Promises, Text
from bot.core.people import Duty, Roster, Staff
from bot.core.playbooks import CalendarDays, End, Outcome, Playbook, Step

ANNA, BOB = Staff("A1", "Anna", ("after_sales",)), Staff("B1", "Bob", ("supervisor",))
ZONES = [ZoneInfo(z) for z in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
RULES = CaseRules()
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def book(days: int, *, from_request: bool) -> Playbook:
    def step(name: str, to: str, calendar: CalendarDays | None) -> Step:
        outcome = Outcome("go", Text("好", "ok"), to=to)
        return Step(
            name,
            "after_sales",
            Text("做", "do"),
            480,
            "supervisor",
            (outcome,),
            Text("晚了", "late"),
            calendar=calendar,
        )

    steps = (step("look", "fetch", None), step("fetch", "done", CalendarDays(days, from_request)))
    return Playbook("b", Text("取件", "fetch"), ("r",), steps, (End("done"),))


def duty(zone: ZoneInfo) -> Duty:
    return Duty(Roster(), (ANNA, BOB), (Hours(frozenset(range(7)), time(9), time(18)),), zone)


def at_fetch(playbook: Playbook, opened: datetime, looked: datetime, there: Duty) -> Case:
    case, _ = open_case(playbook, Case("C1", "t:1", "r", "after_sales", opened, ""), opened, there, RULES)
    made = choose(playbook, case, "look", "go", ANNA, "", Promises(), 0, looked, there, RULES)
    assert isinstance(made, Made)
    return made.case


@given(
    zone=st.sampled_from(ZONES),
    opened=MOMENTS,
    took=st.integers(0, 4 * 24 * 60),
    days=st.integers(1, 30),
    from_request=st.booleans(),
)
def test_the_last_day_counts_to_its_end_in_every_zone_and_over_every_change_of_the_clock(
    zone: ZoneInfo, opened: datetime, took: int, days: int, from_request: bool
) -> None:
    there, opened = duty(zone), opened.astimezone(zone)
    looked = (opened.astimezone(UTC) + timedelta(minutes=took)).astimezone(zone)
    case = at_fetch(book(days, from_request=from_request), opened, looked, there)
    begun = opened if from_request else looked
    assert case.due_at is not None
    due = case.due_at.astimezone(zone)
    assert (due.date(), due.time()) == (begun.date() + timedelta(days=days), time(23, 59, 59))


@given(
    zone=st.sampled_from(ZONES),
    opened=MOMENTS,
    days=st.integers(1, 10),
)
def test_who_is_called_when_it_is_over_is_called_at_work_and_never_before(
    zone: ZoneInfo, opened: datetime, days: int
) -> None:
    there, opened = duty(zone), opened.astimezone(zone)
    playbook = book(days, from_request=True)
    case = at_fetch(playbook, opened, opened, there)
    due = case.due_at
    assert due is not None
    for _ in range(20):
        assert case.alarm_at is not None
        now = case.alarm_at
        case, _effects = alarm(playbook, case, None, now, there, RULES)
        if any(entry.what == "late" for entry in case.history):
            break
    assert case.role == "supervisor" and now.astimezone(UTC) > due.astimezone(UTC)
    assert there.now(now, "supervisor"), "she is called at night"
    assert case.due_at == due, "what is late does not look as if it were not"


def test_days_from_the_request_are_not_longer_because_the_review_took_long() -> None:
    zone = ZONES[0]
    opened = datetime(2026, 11, 23, 10, tzinfo=zone)
    case = at_fetch(book(5, from_request=True), opened, opened + timedelta(days=3), duty(zone))
    assert case.due_at == datetime(2026, 11, 28, 23, 59, 59, tzinfo=zone)
