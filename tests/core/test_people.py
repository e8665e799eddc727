from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.cases import ROLES
from bot.core.catalogue import Hours
from bot.core.people import HORIZON, Duty, Interval, Roster, RosterException, Shift, Staff, covers

ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 1, 5)
DAY = timedelta(days=1)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shift(name: str, *intervals: str) -> Shift:
    pairs = [interval.split("-") for interval in intervals]
    return Shift(name, tuple(Interval(time.fromisoformat(a), time.fromisoformat(b)) for a, b in pairs))


def week(words: str) -> tuple[str, ...]:
    return tuple("" if word == "off" else word for word in words.split())


def agent(staff_id: str, *roles: str, away: bool = False, disabled: bool = False) -> Staff:
    since = at("2026-01-05T08:00") if away else None
    return Staff(staff_id, staff_id.title(), roles or ("agent",), "disabled" if disabled else "active", since)


def names(duty: Duty, moment: str, role: str = "") -> list[str]:
    return [person.staff_id for person in duty.now(at(moment), role)]


def shown(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else None


# --- who may act for whom ---


@pytest.mark.parametrize(
    ("roles", "role", "may"),
    [
        (("agent",), "agent", True),
        (("agent",), "after_sales", False),
        (("agent",), "supervisor", False),
        (("agent", "finance"), "finance", True),
        (("supervisor",), "agent", True),
        (("supervisor",), "after_sales", True),
        (("supervisor",), "finance", False),
        (("supervisor",), "manager", False),
        (("agent",), "", True),
        ((), "", False),
        ((), "agent", False),
    ],
)
def test_roles_cover_their_own_and_those_they_lead(roles: tuple[str, ...], role: str, may: bool) -> None:
    assert covers(roles, role) is may


@pytest.mark.parametrize("role", ROLES)
def test_a_manager_covers_every_role_and_is_covered_by_none(role: str) -> None:
    assert covers(["manager"], role)
    assert covers([role], "manager") is (role == "manager")


# --- the two shops of E2 ---

#: Day and evening, six days on and one off; who is off moves on over three weeks.
FIRST_SHOP = Duty(
    Roster(
        shifts=(shift("day", "08:00-17:00"), shift("evening", "17:00-23:00")),
        rotation_from=MONDAY,
        weeks=(
            ("lan", (week("day day day day day day off"), week("evening evening evening evening evening evening off"))),
            ("mei", (week("evening evening evening evening evening evening off"), week("day day day day day day off"))),
            ("bo", (week("off off off off off off day"), week("off off off off off off evening"), week("off " * 7))),
        ),
        exceptions=(
            RosterException(date(2026, 1, 14)),
            RosterException(date(2026, 1, 14), "bo", "evening"),
            RosterException(date(2026, 1, 7), "lan"),
            RosterException(date(2026, 1, 7), "bo", "day"),
        ),
    ),
    (agent("bo"), agent("lan"), agent("mei", "agent", "supervisor")),
    (),
    SHANGHAI,
)

#: A split shift, and one past midnight.
SECOND_SHOP = Duty(
    Roster(
        shifts=(
            shift("day", "08:30-17:30"),
            shift("split", "10:00-14:00", "17:30-23:00"),
            shift("late", "17:30-01:00"),
        ),
        rotation_from=MONDAY,
        weeks=(
            ("an", (week("day day day day day off off"),)),
            ("ru", (week("split split split split split split split"),)),
            ("yu", (week("off off off off late late off"),)),
        ),
    ),
    (agent("an"), agent("ru"), agent("yu", "after_sales")),
    (),
    SHANGHAI,
)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-01-05T07:59", []),
        ("2026-01-05T08:00", ["lan"]),
        ("2026-01-05T16:59", ["lan"]),
        ("2026-01-05T17:00", ["mei"]),
        ("2026-01-05T22:59", ["mei"]),
        ("2026-01-05T23:00", []),
        ("2026-01-11T12:00", ["bo"]),  # the Sunday of her first week
        ("2026-01-12T12:00", ["mei"]),  # the second week: the two have changed places
        ("2026-01-18T12:00", []),
        ("2026-01-18T18:00", ["bo"]),
        ("2026-01-19T12:00", ["lan"]),  # two weeks' rotation begins anew
        ("2026-01-25T18:00", []),  # three weeks' rotation: the third is free
        ("2026-02-01T12:00", ["bo"]),
        ("2025-12-29T12:00", ["mei"]),  # before the first week it is counted backwards
        ("2026-01-14T12:00", []),  # a holiday
        ("2026-01-14T18:00", ["bo"]),  # who works on it nevertheless
        ("2026-01-07T12:00", ["bo"]),  # swapped for one day
    ],
)
def test_the_first_shop_of_e2(moment: str, there: list[str]) -> None:
    assert names(FIRST_SHOP, moment) == there


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-01-05T09:00", ["an"]),
        ("2026-01-05T10:00", ["an", "ru"]),
        ("2026-01-05T14:00", ["an"]),
        ("2026-01-05T17:30", ["ru"]),
        ("2026-01-09T23:30", ["yu"]),  # Friday night
        ("2026-01-10T00:59", ["yu"]),
        ("2026-01-10T01:00", []),
        ("2026-01-10T15:00", []),  # in the break of the split shift
        ("2026-01-11T00:30", ["yu"]),  # Sunday is off, but Saturday's shift is not over
        ("2026-01-11T17:45", ["ru"]),
        ("2026-01-12T00:30", []),
    ],
)
def test_the_second_shop_of_e2(moment: str, there: list[str]) -> None:
    assert names(SECOND_SHOP, moment) == there


@pytest.mark.parametrize(
    ("duty", "moment", "role", "following", "until"),
    [
        (FIRST_SHOP, "2026-01-05T07:00", "", "2026-01-05T08:00", None),
        (FIRST_SHOP, "2026-01-05T09:00", "", "2026-01-06T08:00", "2026-01-05T23:00"),
        (FIRST_SHOP, "2026-01-05T09:00", "supervisor", "2026-01-05T17:00", None),
        (FIRST_SHOP, "2026-01-13T23:30", "", "2026-01-14T17:00", None),
        (FIRST_SHOP, "2026-01-05T09:00", "finance", None, None),
        (SECOND_SHOP, "2026-01-09T18:00", "", "2026-01-10T10:00", "2026-01-10T01:00"),
        (SECOND_SHOP, "2026-01-11T02:00", "after_sales", "2026-01-16T17:30", None),
        (SECOND_SHOP, "2026-01-10T12:00", "agent", "2026-01-10T17:30", "2026-01-10T14:00"),
    ],
)
def test_when_duty_begins_and_ends(
    duty: Duty, moment: str, role: str, following: str | None, until: str | None
) -> None:
    assert shown(duty.next(at(moment), role)) == following
    assert shown(duty.until(at(moment), role)) == until


@pytest.mark.parametrize(
    ("moment", "role", "minutes", "due"),
    [
        ("2026-01-05T09:00", "", 0, "2026-01-05T09:00"),
        ("2026-01-05T03:00", "", 0, "2026-01-05T03:00"),
        ("2026-01-05T09:00", "", 60, "2026-01-05T10:00"),
        ("2026-01-05T09:00", "", 14 * 60, "2026-01-05T23:00"),
        ("2026-01-05T09:00", "", 14 * 60 + 1, "2026-01-06T08:01"),
        ("2026-01-05T23:30", "", 1, "2026-01-06T08:01"),
        ("2026-01-05T09:00", "supervisor", 30, "2026-01-05T17:30"),
        ("2026-01-05T09:00", "finance", 30, "2026-01-05T09:30"),  # nobody ever
    ],
)
def test_a_deadline_counts_the_minutes_somebody_of_the_role_works(
    moment: str, role: str, minutes: float, due: str
) -> None:
    assert shown(FIRST_SHOP.deadline(at(moment), role, minutes)) == due


# --- away, disabled, busy, without staff, without roster ---

WEEKDAYS = (Hours(frozenset(range(5)), time(9), time(18)),)


def test_who_is_away_or_disabled_is_not_on_duty() -> None:
    duty = Duty(Roster(), (agent("a", away=True), agent("b", disabled=True), agent("c")), (), SHANGHAI)
    assert names(duty, "2026-01-05T12:00") == ["c"]


def test_who_is_away_is_expected_with_her_next_shift_and_her_deadlines_run_on() -> None:
    duty = Duty(Roster(), (agent("a", away=True),), WEEKDAYS, SHANGHAI)
    noon = at("2026-01-05T12:00")
    assert not duty.there(noon)
    assert duty.until(noon) is None
    assert shown(duty.next(noon)) == "2026-01-06T09:00"
    assert shown(duty.deadline(noon, "agent", 5)) == "2026-01-05T12:05"


def test_a_shift_lasts_while_she_talks_with_a_customer_but_not_when_she_is_away() -> None:
    staff = (agent("a"), agent("b", away=True), agent("c", disabled=True), agent("d"))
    duty = Duty(Roster(), staff, WEEKDAYS, SHANGHAI, frozenset({"a", "b", "c"}))
    assert names(duty, "2026-01-05T20:00") == ["a"]
    assert names(duty, "2026-01-05T20:00", "finance") == []


@pytest.mark.parametrize("staff", [(), (agent("a", disabled=True),)])
def test_without_staff_the_hours_alone_count(staff: tuple[Staff, ...]) -> None:
    duty = Duty(Roster(exceptions=(RosterException(date(2026, 1, 7)),)), staff, WEEKDAYS, SHANGHAI)
    assert duty.now(at("2026-01-05T12:00"), "agent") == ()
    assert duty.there(at("2026-01-05T12:00"), "agent")
    assert not duty.there(at("2026-01-07T12:00"), "agent")
    assert shown(duty.until(at("2026-01-05T12:00"), "agent")) == "2026-01-05T18:00"
    assert shown(duty.next(at("2026-01-09T19:00"), "finance")) == "2026-01-12T09:00"
    assert shown(duty.deadline(at("2026-01-09T17:59"), "finance", 2)) == "2026-01-12T09:01"


def test_a_shop_without_hours_is_always_open() -> None:
    noon = at("2026-01-05T12:00")
    for staff in ((), (agent("a"),)):
        duty = Duty(Roster(), staff, (), SHANGHAI)
        assert duty.there(noon)
        assert duty.next(noon) is None
        assert duty.until(noon) == noon + HORIZON
        assert duty.deadline(noon, "agent", 100_000) == noon + timedelta(minutes=100_000)


def test_whom_the_roster_does_not_name_works_the_shops_hours() -> None:
    roster = Roster((shift("day", "12:00-20:00"),), MONDAY, (("a", (week("day " * 7),)),))
    duty = Duty(roster, (agent("a"), agent("boss", "manager")), WEEKDAYS, SHANGHAI)
    assert names(duty, "2026-01-05T10:00") == ["boss"]
    assert names(duty, "2026-01-05T19:00") == ["a"]


# --- the clock changes ---


@pytest.mark.parametrize(
    ("zone", "day", "interval", "starts_utc", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), "22:00-06:00", "2026-03-29T20:00", 8),
        ("Europe/Berlin", date(2026, 3, 28), "22:00-06:00", "2026-03-28T21:00", 7),
        ("Europe/Berlin", date(2026, 10, 24), "22:00-06:00", "2026-10-24T20:00", 9),
        ("Europe/Berlin", date(2026, 3, 29), "02:15-08:00", "2026-03-29T01:00", 5),
        ("Africa/Cairo", date(2026, 4, 24), "00:10-08:00", "2026-04-23T22:00", 7),
    ],
)
def test_a_shift_over_a_change_of_clocks_lasts_from_wall_to_wall(
    zone: str, day: date, interval: str, starts_utc: str, hours: float
) -> None:
    exceptions = (RosterException(day, "a", "night"),)
    roster = Roster((shift("night", interval),), MONDAY, (("a", (week("off " * 7),)),), exceptions)
    duty = Duty(roster, (agent("a"),), (), ZoneInfo(zone))
    starts = datetime.fromisoformat(starts_utc).replace(tzinfo=UTC)
    assert duty.next(starts - timedelta(hours=1)) == starts.astimezone(ZoneInfo(zone))
    assert duty.deadline(starts, "", hours * 60).astimezone(UTC) == starts + timedelta(hours=hours)
    until = duty.until(starts)
    assert until is not None
    assert until.astimezone(UTC) == starts + timedelta(hours=hours)


# --- any roster, in any zone, at any moment ---


def clock_times() -> st.SearchStrategy[time]:
    return st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


@st.composite
def day_plans(draw: st.DrawFn) -> tuple[Interval, ...]:
    """One to three intervals that do not overlap; the last one may pass midnight."""
    bounds = sorted(draw(st.lists(clock_times(), min_size=2, max_size=6, unique=True)))
    pairs = [Interval(a, b) for a, b in pairwise(bounds)][::2]
    if draw(st.booleans()):
        pairs[-1] = Interval(pairs[-1].start, draw(clock_times().filter(lambda t: t <= bounds[0])))
    return tuple(pairs)


IDS = ("a", "b", "c", "d")


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    shifts = tuple(Shift(f"s{n}", plan) for n, plan in enumerate(draw(st.lists(day_plans(), min_size=1, max_size=3))))
    worked = st.sampled_from(["", *(s.name for s in shifts)])
    weeks = st.lists(st.tuples(*[worked] * 7), min_size=1, max_size=4).map(tuple)
    days = st.dates(date(2026, 2, 1), date(2026, 12, 31))
    exceptions = st.builds(RosterException, days, st.sampled_from(("", *IDS)), worked)
    named = draw(st.dictionaries(st.sampled_from(IDS), weeks, max_size=4))
    return Roster(shifts, MONDAY, tuple(named.items()), tuple(draw(st.lists(exceptions, max_size=8))))


@st.composite
def staff_lists(draw: st.DrawFn) -> tuple[Staff, ...]:
    ids = draw(st.lists(st.sampled_from(IDS), max_size=4, unique=True))
    roles = st.sets(st.sampled_from(("agent", "supervisor", "manager", "finance")), min_size=1).map(tuple)
    return tuple(
        Staff(
            who,
            who,
            draw(roles),
            draw(st.sampled_from(("active", "active", "active", "disabled"))),
            draw(st.sampled_from((None, None, None, at("2026-02-01T08:00")))),
        )
        for who in sorted(ids)
    )


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    week_days = st.frozensets(st.integers(0, 6), min_size=1)
    hours = st.lists(st.builds(Hours, week_days, clock_times(), clock_times()), max_size=2).map(tuple)
    busy = draw(st.frozensets(st.sampled_from(IDS), max_size=1))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    return Duty(draw(rosters()), draw(staff_lists()), draw(hours), zone, busy)


ASKED_ROLES = st.sampled_from(("", "agent", "supervisor", "manager", "finance", "warehouse"))
#: Around every change of clocks of the year, and in between.
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001


def present(duty: Duty, role: str) -> list[Staff]:
    return [p for p in duty.staff if p.active and p.away_since is None and covers(p.roles, role)]


@settings(max_examples=200)
@given(duties(), MOMENTS, ASKED_ROLES)
def test_somebody_is_named_or_a_time_is_told_never_neither(duty: Duty, moment: datetime, role: str) -> None:
    following = duty.next(moment, role)
    if following is not None:
        assert following.astimezone(UTC) > moment
        assert following.tzinfo is duty.zone
    active = [p for p in duty.staff if p.active]
    if not active:
        # The declared fallback: the shop's hours.
        assert duty.there(moment, role) or following is None or duty.there(following, role)
    elif present(duty, role):
        assert duty.now(moment, role) or following is None or duty.now(following, role)
    else:
        assert duty.now(moment, role) == ()
    if following is None and not duty.there(moment, role):
        assert nobody_for_long(duty, moment, role)


def nobody_for_long(duty: Duty, moment: datetime, role: str) -> bool:
    """Looks every quarter of an hour for 59 days; that is what the times of the rosters here are multiples of."""
    quiet = Duty(duty.roster, duty.staff, duty.hours, duty.zone)
    start = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    looks = (start + timedelta(minutes=15 * n) for n in range(1, 59 * 96))
    return not present(duty, role) or not any(quiet.there(look, role) for look in looks)


@settings(max_examples=250)
@given(duties(), MOMENTS, ASKED_ROLES)
def test_duty_lasts_without_a_break_until_it_is_said_to_end(duty: Duty, moment: datetime, role: str) -> None:
    duty = Duty(duty.roster, duty.staff, duty.hours, duty.zone)
    until = duty.until(moment, role)
    assert (until is not None) == duty.there(moment, role)
    if until is not None:
        ends = until.astimezone(UTC)
        assert moment < ends <= moment + HORIZON
        for part in range(20):
            assert duty.there(moment + (ends - moment) * part / 20, role)
        assert ends == moment + HORIZON or not duty.there(ends, role)


@settings(max_examples=250)
@given(duties(), MOMENTS, ASKED_ROLES, st.floats(0, 20_000), st.floats(0, 3_000), st.floats(0, 3_000))
def test_a_deadline_never_lies_before_and_grows_with_moment_and_minutes(
    duty: Duty, moment: datetime, role: str, minutes: float, later: float, longer: float
) -> None:
    due = duty.deadline(moment, role, minutes).astimezone(UTC)
    assert due >= moment + timedelta(minutes=minutes) - timedelta(milliseconds=1)
    assert duty.deadline(moment + timedelta(minutes=later), role, minutes).astimezone(UTC) >= due
    assert duty.deadline(moment, role, minutes + longer).astimezone(UTC) >= due


@settings(max_examples=200)
@given(duties(), MOMENTS, st.floats(1, 5_000))
def test_a_deadline_is_reached_by_working_just_so_long(duty: Duty, moment: datetime, minutes: float) -> None:
    staff = tuple(p for p in duty.staff if p.active and p.away_since is None)
    duty = Duty(duty.roster, staff, duty.hours, duty.zone)
    due = duty.deadline(moment, "", minutes).astimezone(UTC)
    worked, reached = timedelta(), moment
    while reached < due:
        until, following = duty.until(reached), duty.next(reached)
        if until is None and following is None:
            worked += due - reached  # nobody comes any more: the clock's minutes
            break
        if until is not None:
            worked += min(until.astimezone(UTC), due) - reached
        begins = following.astimezone(UTC) if following is not None else reached
        reached = max(begins, until.astimezone(UTC) if until is not None and following is None else begins)
    assert abs(worked - timedelta(minutes=minutes)) < timedelta(seconds=1)


@settings(max_examples=100)
@given(st.sampled_from(ZONES), MOMENTS, st.floats(0, 50_000))
@example("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), 3_000.0)
def test_where_somebody_always_works_a_deadline_is_plain_minutes(zone: str, moment: datetime, minutes: float) -> None:
    shifts = (shift("day", "06:30-18:00"), shift("night", "18:00-06:30"))
    weeks = (("a", (week("day " * 7), week("night " * 7))), ("b", (week("night " * 7), week("day " * 7))))
    duty = Duty(Roster(shifts, MONDAY, weeks), (agent("a"), agent("b")), WEEKDAYS, ZoneInfo(zone))
    due = duty.deadline(moment, "agent", minutes).astimezone(UTC)
    assert abs(due - moment - timedelta(minutes=minutes)) < timedelta(milliseconds=1)


def test_on_the_day_that_a_zone_leaves_out_nobody_works() -> None:
    zone = ZoneInfo("Pacific/Apia")  # crossed the date line at the end of 29 December 2011
    roster = Roster((shift("night", "20:00-04:00"),), MONDAY, (("a", (week("night " * 7),)),))
    duty = Duty(roster, (agent("a"),), (), zone)
    assert shown(duty.until(at("2011-12-29T21:00", zone))) == "2011-12-31T00:00"
    assert shown(duty.next(at("2011-12-29T21:00", zone))) == "2011-12-31T20:00"


@settings(max_examples=200)
@given(duties(), st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 31)), ASKED_ROLES)  # noqa: DTZ001
def test_who_is_on_duty_is_what_the_wall_clock_says(duty: Duty, wall: datetime, role: str) -> None:
    """Beside changes of clocks, when an hour is skipped or comes twice."""
    moment = wall.replace(tzinfo=duty.zone)
    around = {
        (moment.astimezone(UTC) + hours * timedelta(hours=1)).astimezone(duty.zone).utcoffset()
        for hours in range(-50, 51)
    }
    if len(around) > 1:
        return
    on = {p.staff_id for p in duty.now(moment, role)} - duty.busy
    assert on == {p.staff_id for p in present(duty, role) if _on_wall(duty, p.staff_id, wall)} - duty.busy


def _on_wall(duty: Duty, staff_id: str, wall: datetime) -> bool:
    today, yesterday = _plan(duty, staff_id, wall.date()), _plan(duty, staff_id, wall.date() - DAY)
    clock = wall.time()
    return any(i.start <= clock < i.until if i.start < i.until else clock >= i.start for i in today) or any(
        i.until <= i.start and clock < i.until for i in yesterday
    )


def _plan(duty: Duty, staff_id: str, day: date) -> tuple[Interval, ...]:
    shifts = {s.name: s.intervals for s in duty.roster.shifts}
    own = [x for x in duty.roster.exceptions if x.day == day and x.staff_id == staff_id]
    alls = [x for x in duty.roster.exceptions if x.day == day and not x.staff_id]
    for found in (own, alls):
        if found:
            return shifts.get(found[-1].shift, ())
    for who, weeks in duty.roster.weeks:
        if who == staff_id:
            monday = day - timedelta(days=day.weekday())
            return shifts.get(weeks[((monday - MONDAY).days // 7) % len(weeks)][day.weekday()], ())
    if not duty.hours:
        return (Interval(time(), time()),)
    return tuple(Interval(h.start, h.until) for h in duty.hours if day.weekday() in h.days)


# --- shifts that are over ---


@pytest.mark.parametrize(
    ("duty", "after", "until", "ended"),
    [
        (FIRST_SHOP, "2026-01-05T16:59", "2026-01-05T17:00", [("day", 5, "17:00", ("lan",))]),
        (FIRST_SHOP, "2026-01-05T17:00", "2026-01-05T22:59", []),
        (
            FIRST_SHOP,
            "2026-01-05T12:00",
            "2026-01-06T12:00",
            [("day", 5, "17:00", ("lan",)), ("evening", 5, "23:00", ("mei",))],
        ),
        # A break does not end a shift, and one past midnight belongs to the day before.
        (
            SECOND_SHOP,
            "2026-01-09T13:00",
            "2026-01-10T02:00",
            [("day", 9, "17:30", ("an",)), ("split", 9, "23:00", ("ru",)), ("late", 9, "01:00", ("yu",))],
        ),
        # A holiday, on which one person works.
        (FIRST_SHOP, "2026-01-14T00:00", "2026-01-15T00:00", [("evening", 14, "23:00", ("bo",))]),
        # Hours are no shift.
        (Duty(Roster(), (agent("a"),), WEEKDAYS, SHANGHAI), "2026-01-05T00:00", "2026-01-09T00:00", []),
    ],
)
def test_a_shift_ends_once_with_its_last_interval(
    duty: Duty, after: str, until: str, ended: list[tuple[str, int, str, tuple[str, ...]]]
) -> None:
    found = duty.ended(at(after), at(until))
    assert [(e.shift, e.day.day, f"{e.at:%H:%M}", e.who) for e in found] == ended


@settings(max_examples=100)
@given(duties(), MOMENTS, st.floats(0, 72))
def test_looking_twice_finds_every_end_once(duty: Duty, moment: datetime, hours: float) -> None:
    middle, last = moment + timedelta(hours=hours), moment + timedelta(hours=80)
    parts = duty.ended(moment, middle) + duty.ended(middle, last)
    assert parts == duty.ended(moment, last)
    assert len({(e.shift, e.day) for e in parts}) == len(parts)


# --- every zone ---


def looks(zone: ZoneInfo) -> list[datetime]:
    """Each half hour around every change of clocks of two years, and each third hour of a week."""
    days = [datetime(2026, 1, 1, tzinfo=UTC) + DAY * n for n in range(730)]
    changes = [a for a, b in pairwise(days) if a.astimezone(zone).utcoffset() != b.astimezone(zone).utcoffset()]
    around = [day - DAY + timedelta(minutes=30 * n) for day in changes for n in range(3 * 48)]
    return around + [days[7] + timedelta(hours=3 * n) for n in range(7 * 8)]


def test_in_every_zone_somebody_is_named_or_a_time_is_told() -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        duty = Duty(SECOND_SHOP.roster, SECOND_SHOP.staff, (), zone)
        for moment in looks(zone):
            following = duty.next(moment, "agent")
            assert following is not None, (name, moment)
            assert following.astimezone(UTC) > moment, (name, moment)
            assert duty.now(moment, "agent") or duty.now(following, "agent"), (name, moment)
            assert duty.deadline(moment, "agent", 10).astimezone(UTC) >= moment + timedelta(minutes=10), (name, moment)


# --- gaps ---

OPEN = (Hours(frozenset(range(7)), time(8), time(23)),)


def gaps(duty: Duty, after: str, until: str) -> list[tuple[str, str]]:
    return [(f"{a:%d %H:%M}", f"{b:%d %H:%M}") for a, b in duty.gaps(at(after), at(until))]


def test_open_hours_that_nobody_works_are_gaps() -> None:
    duty = Duty(FIRST_SHOP.roster, FIRST_SHOP.staff, OPEN, SHANGHAI)
    # Wednesday's day shift was swapped and filled; on the holiday the shop is not open.
    assert gaps(duty, "2026-01-05T00:00", "2026-01-10T00:00") == []
    assert gaps(duty, "2026-01-11T12:00", "2026-01-12T09:00") == [("11 17:00", "11 23:00")]
    assert gaps(duty, "2026-01-11T18:00", "2026-01-11T20:00") == [("11 18:00", "11 20:00")]
    assert gaps(duty, "2026-01-14T00:00", "2026-01-15T00:00") == []
    swapped = RosterException(date(2026, 1, 6), "lan")
    roster = Roster(duty.roster.shifts, MONDAY, duty.roster.weeks, (swapped,))
    assert gaps(Duty(roster, duty.staff, OPEN, SHANGHAI), "2026-01-05T00:00", "2026-01-08T00:00") == [
        ("06 08:00", "06 17:00")
    ]


@settings(max_examples=100)
@given(duties(), MOMENTS, st.floats(1, 200))
def test_gaps_are_just_the_open_hours_without_anybody(duty: Duty, moment: datetime, hours: float) -> None:
    quiet = Duty(duty.roster, duty.staff, duty.hours, duty.zone)
    shop = Duty(duty.roster, (), duty.hours, duty.zone)
    last = moment + timedelta(hours=hours)
    found = [(a.astimezone(UTC), b.astimezone(UTC)) for a, b in duty.gaps(moment, last)]
    assert all(moment <= a < b <= last for a, b in found)
    assert all(b <= c for (_, b), (c, _) in pairwise(found))
    for part in range(60):
        look = moment + (last - moment) * part / 60
        assert any(a <= look < b for a, b in found) is (shop.there(look) and not quiet.now(look))
