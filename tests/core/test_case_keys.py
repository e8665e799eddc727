"""What may be served once is found again however it is written, and a second time is never by anybody's button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.case_keys import EARLIER, SEEN, Earlier, household, key_of, to_look_up, with_seen
from bot.core.case_run import CaseRules, Chosen, Denied, choose, give, open_case, proved, transfer
from bot.core.cases import ROLES, Case
from bot.core.catalogue import Promises, Text
from bot.core.people import Staff, covers
from bot.core.playbooks import End, Fact, Outcome, Playbook, Step
from tests.core.duties import AlwaysThere
from tests.demo import demo_shop

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
WORD = Text("话", "words")
RULES, THERE = CaseRules(), AlwaysThere()


def step(name: str, role: str, *to: str) -> Step:
    return Step(name, role, WORD, 60, "manager", tuple(Outcome(f"o{n}", WORD, end) for n, end in enumerate(to)))


FORK = Step("fork", "", Text(), 0, "", when=((SEEN, ("no",)),), goes="give_out", otherwise="second")
BOOK = Playbook(
    "gift",
    WORD,
    ("gift",),
    (FORK, step("second", "supervisor", "give_out", "none"), step("give_out", "agent", "done", "none")),
    (End("done"), End("none", frees=True)),
    (Fact("receipt", ask=WORD, label=WORD),),
    unique=("receipt",),
)


def case_with(receipt: str, case_id: str = "C2") -> Case:
    return Case(case_id, "t:1", "gift", "agent", NOW, "", (("receipt", receipt),), state="open", playbook="gift")


# --- the same thing in other words ---


@pytest.mark.parametrize(
    "written",
    [
        "佛山市禅城区某路12号",
        "广东省佛山市禅城区某路12号",
        "广东 佛山 禅城区 某路１２号",
        "佛山某路十二号",
        "禅城区某路12号",
    ],
)
def test_a_household_is_the_same_however_much_of_province_and_district_is_written(written: str) -> None:
    assert household(written) == household("广东省佛山市禅城区某路12号")


@pytest.mark.parametrize("other", ["佛山市禅城区某路13号", "佛山市禅城区某路12号3栋501", "广州市某路12号", "某路12号"])
def test_another_house_is_another_household(other: str) -> None:
    assert household(other) != household("佛山市禅城区某路12号")


def test_districts_of_a_city_that_is_a_province_belong_to_it() -> None:
    assert household("北京市朝阳区建国路5号") == household("朝阳区建国路5号") == household("北京建国路五号")


@pytest.mark.parametrize("written", ["20261120888", "小票号 20261120888", "number 2026-1120888", "2026112-0888"])
def test_a_number_on_paper_is_found_in_the_words_around_it(written: str) -> None:
    assert key_of(BOOK, case_with(written)) == key_of(BOOK, case_with("20261120888"))


@given(one=st.text(min_size=1), other=st.text(min_size=1))
def test_a_key_is_of_its_playbook_and_says_nothing_of_the_words(one: str, other: str) -> None:
    first, second = (key_of(BOOK, case_with(words)) for words in (one, other))
    assert len(first) == len(second) == 64
    assert (one != other) or first == second
    assert key_of(replace(BOOK, id="card"), case_with(one)) != first


def test_without_all_of_its_facts_nothing_is_looked_up() -> None:
    assert key_of(BOOK, case_with("")) == ""
    assert to_look_up([(BOOK, case_with(""))]) == []


# --- what was looked up ---


def test_what_was_not_looked_up_is_asked_for_once_it_goes_on() -> None:
    case = case_with("12345")
    assert to_look_up([(BOOK, replace(case, state="collecting"))]) == []
    assert to_look_up([(BOOK, case)]) == [("C2", key_of(BOOK, case))]
    known = with_seen(BOOK, case, {("C2", key_of(BOOK, case)): None}, NOW)
    assert (known.fact(SEEN), known.key) == ("no", key_of(BOOK, case))
    assert to_look_up([(BOOK, known)]) == []


def test_the_earlier_one_is_named_with_its_day_and_forgotten_with_its_key_fact() -> None:
    case = case_with("12345")
    known = with_seen(BOOK, case, {("C2", key_of(BOOK, case)): Earlier("C1", NOW)}, NOW)
    assert (known.fact(SEEN), known.fact(EARLIER)) == ("yes", "C1 · 2026-11-23")
    other = with_seen(BOOK, known.with_fact("receipt", "54321"), {}, NOW)
    assert (other.fact(SEEN), other.fact(EARLIER), other.key) == ("", "", "")


def opened(seen: Earlier | None, *, looked_up: bool = True) -> Case:
    fresh = Case("C2", "t:1", "gift", "agent", NOW, "")
    asking, _ = open_case(BOOK, fresh, NOW, THERE, RULES)
    key = key_of(BOOK, asking.with_fact("receipt", "12345"))
    answers = {("C2", key): seen} if looked_up else {}
    given_it, _ = give(BOOK, asking, "12345", (), NOW, THERE, RULES, None, answers)
    return given_it


def test_the_first_goes_its_way_and_the_second_to_the_supervisor() -> None:
    assert opened(None).step == "give_out"
    assert opened(Earlier("C1", NOW)).step == "second"


def test_what_could_not_be_looked_up_is_nobody_s_to_give_out_either() -> None:
    assert opened(None, looked_up=False).step == "second"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_below_the_supervisor_lets_it_be_served_twice_whoever_it_was_passed_to(role: str) -> None:
    case, staff = opened(Earlier("C1", NOW)), Staff("S1", "x", (role,))
    passed = transfer(BOOK, case, role, Staff("M1", "m", ("manager",)), NOW, THERE, RULES)
    for held in (case, passed):
        made = choose(BOOK, held, "second", "o0", staff, "", Promises(), 0, NOW, THERE, RULES)
        assert isinstance(made, Chosen) == covers((role,), "supervisor")
        assert isinstance(made, Chosen) or made == Denied("not_yours")


def test_an_end_at_which_nothing_was_given_gives_the_key_back() -> None:
    case, agent = opened(None), Staff("A1", "a", ("agent",))
    ends = {}
    for outcome in ("o0", "o1"):
        made = choose(BOOK, case, "give_out", outcome, agent, "", Promises(), 0, NOW, THERE, RULES)
        assert isinstance(made, Chosen)
        ends[made.case.step] = made.case.key
    assert ends == {"done": case.key, "none": ""}


# --- the proof ---


def test_a_playbook_that_lets_a_second_one_by_without_a_supervisor_is_refused() -> None:
    assert proved(BOOK) == []
    way = "unique: a second time comes to the end 'done' without a supervisor or manager"
    steps = (FORK, step("second", "agent", "give_out", "none"), BOOK.steps[2])
    assert proved(replace(BOOK, steps=steps)) == [way]
    turned = replace(FORK, when=((SEEN, ("yes",)),), goes="second", otherwise="give_out")
    assert proved(replace(BOOK, steps=(turned, *BOOK.steps[1:]))) == [way], "what is not known is no no"


@pytest.mark.parametrize(
    ("book", "flaw"),
    [
        (replace(BOOK, unique=("other",)), "unique[0]: 'other' is no fact that is asked at first"),
        (
            replace(BOOK, facts=(replace(BOOK.facts[0], optional=True),)),
            "unique[0]: 'receipt' may be missing, or is a photo; nothing can be found by it",
        ),
        (replace(BOOK, unique=()), "unique: is missing: a step looks at seen_before"),
        (
            replace(BOOK, steps=BOOK.steps[1:]),
            "unique: no step looks at it; write a fork with when: {seen_before: no}",
        ),
        (
            replace(BOOK, steps=(replace(FORK, when=((SEEN, ("maybe",)),)), *BOOK.steps[1:])),
            "steps[0].when: seen_before is never 'maybe'; it may be yes or no",
        ),
    ],
)
def test_a_key_that_can_find_nothing_is_told_with_its_place(book: Playbook, flaw: str) -> None:
    assert flaw in proved(book)


def test_the_demo_shop_gives_one_card_per_household_and_one_gift_per_receipt_and_campaign() -> None:
    unique = {book.id: book.unique for book in demo_shop().playbooks if book.unique}
    assert unique == {"gift_pickup": ("receipt_no", "campaign"), "membership": ("address",)}
