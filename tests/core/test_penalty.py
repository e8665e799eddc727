"""F6 on any way through: nothing takes effect before its day, while an appeal is open, or by one person alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.begin_case import Matter, NotBegun, begin
from bot.core.case_run import CaseRules, Chosen, alarm, choose, give, open_case
from bot.core.cases import Case
from bot.core.people import Staff
from bot.core.playbooks import Playbook
from tests.core.duties import OfficeHours
from tests.demo import demo_shop
from tests.procedure_house import CHAT, person, procedure_house

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)
STAFF = (
    Staff("O1", "o", ("operations",)),
    Staff("O2", "oc", ("operations", "complaints", "finance")),
    Staff("C1", "c", ("complaints",)),
    Staff("M1", "m", ("manager",)),
    Staff("F1", "f", ("finance",)),
)
RULES, THERE = CaseRules(), OfficeHours()
ENTERED = {"text": "没有按时发货", "money": "200", "date": "12月8日"}
ACTS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 96), st.just(0)),
    st.tuples(st.just("say"), st.sampled_from(["申诉", "认可", "不知道", "我有凭据"]), st.just(0)),
    st.tuples(st.just("press"), st.integers(0, 3), st.integers(0, len(STAFF) - 1)),
)


def penalty() -> Playbook:
    return next(book for book in demo_shop().playbooks if book.id == "penalty")


def press(book: Playbook, case: Case, place: int, staff: Staff, now: datetime) -> Case:
    step = book.step(case.step)
    if step is None or case.state not in ("open", "watching"):
        return case
    outcome = step.outcomes[place % len(step.outcomes)]
    entered = ENTERED[outcome.enter.kind] if outcome.enter else ""
    made = choose(book, case, step.id, outcome.id, staff, entered, demo_shop().promises, 0, now, THERE, RULES)
    return made.case if isinstance(made, Chosen) else case


def wait(book: Playbook, case: Case, until: datetime) -> Case:
    """The clock looks whenever the case asked for it."""
    for _ in range(200):
        if not case.open or case.alarm_at is None or case.alarm_at > until:
            break
        case, _effects = alarm(book, case, None, case.alarm_at, THERE, RULES)
    return case


def entered_at(case: Case, what: str) -> datetime | None:
    return next((entry.at for entry in case.history if entry.what == what), None)


def check(case: Case) -> None:
    effect, told = entered_at(case, "step:effect"), entered_at(case, "announce:tell")
    if effect is not None:
        assert told is not None, "nothing happens that was not announced"
        assert effect.date() >= date.fromisoformat(case.fact("from_day")), "before its day"
        appealed = case.fact("appeal") == "appeal"
        ruled = any(entry.what in ("decide:upheld", "decide:lowered") for entry in case.history)
        assert ruled or not appealed, "while the appeal was open"
        quiet = case.fact("appeal") == ""
        assert not quiet or effect - told >= timedelta(days=7), "before she could appeal"
    had_a_part = {entry.who for entry in case.history if entry.what.partition(":")[0] in ("reason", "sum", "announce")}
    judged = {entry.who for entry in case.history if entry.what.startswith("decide:")}
    assert not had_a_part & judged, "judged by who announced it"


@settings(max_examples=200)
@given(acts=st.lists(ACTS, max_size=40), begun=st.booleans())
def test_nothing_takes_effect_before_its_day_or_while_an_appeal_is_open(
    acts: list[tuple[str, int | str, int]], begun: bool
) -> None:
    book, now = penalty(), NOW
    case, _ = open_case(book, Case("C1", "t:1", "penalty", "operations", NOW, ""), NOW, THERE, RULES)
    for _ in range(3 if begun else 0):
        case = press(book, case, 0, STAFF[0], now)
    for verb, what, who in acts:
        if verb == "wait":
            now += timedelta(hours=int(what))
            case = wait(book, case, now)
        elif verb == "say":
            case, _ = give(book, case, str(what), (), now, THERE, RULES)
        else:
            case = press(book, case, int(what), STAFF[who], now)
        check(case)
        assert not case.open or case.alarm_at is not None


def test_who_says_nothing_has_seven_days_and_the_day_comes_then() -> None:
    book, case = penalty(), open_case(penalty(), Case("C1", "t:1", "p", "operations", NOW, ""), NOW, THERE, RULES)[0]
    for _ in range(3):
        case = press(book, case, 0, STAFF[0], NOW)
    assert (case.state, case.step) == ("collecting", "heard")
    case = wait(book, case, NOW + timedelta(days=7, hours=13))
    assert case.step == "heard", "the seventh day counts whole"
    case = wait(book, case, NOW + timedelta(days=8))
    assert case.step == "stands"
    case = wait(book, case, datetime(2026, 12, 8, tzinfo=ZONE))
    assert case.step == "stands"
    case = wait(book, case, datetime(2026, 12, 8, 10, tzinfo=ZONE))
    assert case.step == "effect"


async def test_operations_begins_it_and_who_decides_nothing_here_does_not(tmp_path: Path) -> None:
    async with procedure_house(tmp_path, NOW) as house:
        await house.shopper("在吗")

        async def begins(role: str) -> str | NotBegun | None:
            matter = Matter("penalty", words="11月18日的订单没有按时发货")
            return await house.acts.act(CHAT, "test", lambda move, context: begin(move, matter, person(role), context))

        before = await house.told()
        assert isinstance(await begins("warehouse"), NotBegun)
        case_id = await begins("operations")
        (case,) = await house.cases()
        assert (case.case_id, case.playbook, case.step, case.role) == (case_id, "penalty", "reason", "operations")
        assert await house.told() == before, "nothing is announced before its reason, sum and day are written"
