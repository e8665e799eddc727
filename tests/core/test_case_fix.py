"""What was noted wrong is put right by who has the case, and the case goes the way of the right fact."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.case_fix import correct, fact_named
from bot.core.case_keys import SEEN, Earlier, key_of
from bot.core.case_run import CaseRules, Chosen, Denied
from bot.core.cases import Case
from bot.core.ownership import Done
from bot.core.people import Staff
from bot.core.playbooks import Playbook
from tests.core.duties import AlwaysThere
from tests.core.test_case_keys import BOOK, opened
from tests.demo import demo_shop
from tests.procedure_house import CHAT, MORNING, ProcedureHouse, order_of, person, procedure_house

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
AGENT, OTHER = Staff("A1", "a", ("agent",)), Staff("W1", "w", ("warehouse",))


def fixed(case: Case, written: str, staff: Staff = AGENT, seen: Earlier | None = None) -> Chosen | Denied:
    after = {(case.case_id, key_of(BOOK, case.with_fact("receipt", written))): seen}
    return correct(BOOK, case, "receipt", written, staff, NOW, AlwaysThere(), CaseRules(), None, after)


def book(name: str) -> Playbook:
    return next(book for book in demo_shop().playbooks if book.id == name)


@pytest.mark.parametrize(
    ("words", "fact", "rest"),
    [
        ("订单号 A-1002", "order_no", "A-1002"),
        ("order number: A-1002", "order_no", "A-1002"),
        ("Order A-1002", "order_no", "A-1002"),
        ("why 尺码不合", "why", "尺码不合"),
        ("退货原因=不喜欢", "why", "不喜欢"),
        ("订单号", "order_no", ""),
    ],
)
def test_a_fact_is_named_as_it_stands_on_the_card_or_by_another_name_of_it(words: str, fact: str, rest: str) -> None:
    named = fact_named(book("return"), words)
    assert named is not None
    assert (named[0].id, named[1]) == (fact, rest)


@pytest.mark.parametrize("words", ["", "尺寸 XL", "orderly A-1"])
def test_what_names_no_fact_changes_none(words: str) -> None:
    assert fact_named(book("return"), words) is None


def test_the_history_says_who_changed_which_fact_and_not_to_what() -> None:
    done = fixed(opened(None), "98765")
    assert isinstance(done, Chosen)
    assert done.case.fact("receipt") == "98765"
    entry = done.case.history[-1]
    assert (entry.who, entry.what, entry.words) == ("A1", "fact:receipt", "")


def test_nobody_else_changes_it_and_a_closed_case_stays() -> None:
    case = opened(None)
    assert fixed(case, "98765", OTHER) == Denied("not_yours")
    assert fixed(case, "98765", Staff("A1", "a", ("agent",), state="disabled")) == Denied("not_yours")
    closed = Case("C1", "t:1", "gift", "agent", NOW, "", state="closed")
    assert fixed(closed, "98765") == Denied("closed")


def test_a_corrected_receipt_that_was_used_before_is_the_supervisor_s_from_then_on() -> None:
    done = fixed(opened(None), "98765", seen=Earlier("C1", NOW))
    assert isinstance(done, Chosen)
    assert (done.case.step, done.case.role, done.case.fact(SEEN)) == ("second", "supervisor", "yes")


def test_a_corrected_receipt_that_is_new_needs_no_supervisor() -> None:
    used = opened(Earlier("C1", NOW))
    assert fixed(used, "98765") == Denied("not_yours"), "it is hers no more, until somebody who may puts it right"
    done = fixed(used, "98765", Staff("S1", "s", ("supervisor",)))
    assert isinstance(done, Chosen)
    assert (done.case.step, done.case.fact(SEEN)) == ("give_out", "no")


# --- in a real house ---


async def _returns(house: ProcedureHouse) -> None:
    unshipped = order_of({"order": "A-1001", "status": "paid"})
    signed = order_of({"order": "A-1002", "status": "signed"})
    await house.put_orders(unshipped, signed)
    for words in ("我要退货", "A-1002", "不喜欢", "黑色那件"):
        await house.shopper(words)


async def test_with_the_right_order_the_case_is_sorted_out_anew(tmp_path: Path) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        await _returns(house)
        case = (await house.cases())[-1]
        assert (case.playbook, case.step, case.fact("order_state")) == ("return", "review", "signed")
        done = await house.run_case.correct(case.case_id, CHAT, "order_no", "A-1001", person("after_sales"))
        assert done == Done()
        first, after = (await house.cases())[-2:]
        assert (first.state, first.step) == ("closed", "fork"), "an order that has not left is no return"
        assert after.playbook == "money_back" or after.follows == case.case_id


async def test_after_a_decision_the_step_stays_and_only_the_fact_is_another(tmp_path: Path) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        await _returns(house)
        case = (await house.cases())[-1]
        await house.chooses("after_sales", case, "pick_up", "佛山市某区某路8号仓库")
        told = await house.told()
        assert await house.run_case.correct(case.case_id, CHAT, "why", "尺码不合", person("warehouse")) == Done()
        after = (await house.cases())[-1]
        assert (after.step, after.fact("why"), after.due_at) == ("collect", "size", after.due_at)
        assert await house.told() == told


async def test_what_cannot_be_read_or_is_somebody_else_s_changes_nothing(tmp_path: Path) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        await _returns(house)
        case = (await house.cases())[-1]
        for fact, written, who, answer in (
            ("why", "嗯嗯", "after_sales", Denied("enter:why")),
            ("photo", "x", "after_sales", Denied("unknown")),
            ("nothing", "x", "after_sales", Denied("unknown")),
            ("why", "尺码不合", "warehouse", Denied("not_yours")),
        ):
            assert await house.run_case.correct(case.case_id, CHAT, fact, written, person(who)) == answer
        assert await house.run_case.correct(case.case_id, "test:9", "why", "尺码不合", person("after_sales")) == Denied(
            "unknown"
        )
        assert (await house.cases())[-1] == case
