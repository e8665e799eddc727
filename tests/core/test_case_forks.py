"""Steps where nobody acts, and matters that begin beside another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.case_effects import apply
from bot.core.case_run import CaseRules, Chosen, Denied, alarm, choose, give, go_on, open_case
from bot.core.cases import Case
from bot.core.catalogue import Promises, Text
from bot.core.orders import Order, Status
from bot.core.people import Staff
from bot.core.playbook_proof import proved
from bot.core.playbooks import Ask, Choice, End, Fact, Follow, Outcome, Playbook, Step
from tests.core.duties import AlwaysThere
from tests.core.people_at_work import context, move, talk
from tests.core.playbook_orders import order_in

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
RULES, DUTY = CaseRules(), AlwaysThere()
ANN = Staff("A01", "Ann", ("after_sales",))
WORDS = Text("话", "words")
URGENT = Fact(
    "urgent", "choice", Text("急吗？", "Urgent?"), WORDS,
    (Choice("yes", Text("急", "urgent")), Choice("no", Text("等等", "wait"))), at="ask",
)  # fmt: skip


def fork(name: str, when: tuple[str, tuple[str, ...]], goes: str, otherwise: str) -> Step:
    return Step(name, "", Text(), 0, "", when=(when,), otherwise=otherwise, goes=goes)


def work(name: str, to: str, opens: str = "") -> Step:
    outcome = Outcome("done", WORDS, to, opens=opens)
    return Step(name, "after_sales", WORDS, 60, "supervisor", (outcome, Outcome("again", WORDS, "ask")))


BOOK = Playbook(
    "urge", WORDS, ("urge",),
    (
        fork("over", ("order_state", ("closed", "refunded")), "gone", "moving"),
        fork("moving", ("order_state", ("shipped",)), "ride", "ask"),
        fork("ask", ("urgent", ("yes",)), "refund", "ride"),
        work("refund", "done"),
        work("ride", "refund", opens="payout"),
    ),
    (End("done"), End("gone")),
    (URGENT,),
)  # fmt: skip


def opened(*orders: Order) -> tuple[Case, tuple[object, ...]]:
    numbers = tuple(order.order_no for order in orders)
    fresh = Case("C1", "web:1", "urge", "agent", NOW, "", order_nos=numbers)
    return open_case(BOOK, fresh, NOW, DUTY, RULES, orders)


def test_forks_lead_on_at_once_to_whoever_acts() -> None:
    case, _ = opened(order_in(Status.SHIPPED))
    assert (case.state, case.step, case.role) == ("open", "ride", "after_sales")
    assert [entry.what for entry in case.history if entry.what.startswith("step:")] == ["step:ride"]


def test_a_fork_may_lead_straight_to_an_end() -> None:
    case, _ = opened(order_in(Status.REFUNDED))
    assert (case.state, case.step) == ("closed", "gone")


def test_her_answer_decides_a_fork() -> None:
    asked, effects = opened(order_in(Status.PAID))
    assert (asked.state, asked.step) == ("collecting", "ask")
    assert any(isinstance(effect, Ask) for effect in effects)
    for words, step in (("急", "refund"), ("等等", "ride")):
        case, _ = give(BOOK, asked, words, (), NOW, DUTY, RULES, [order_in(Status.PAID)])
        assert (case.state, case.step) == ("open", step)


def test_a_fork_without_an_answer_goes_its_other_way() -> None:
    asked, _ = opened(order_in(Status.PAID))
    case, _ = go_on(BOOK, asked, "A01", NOW, DUTY, RULES, [order_in(Status.PAID)])
    assert (case.state, case.step) == ("open", "ride")
    assert asked.alarm_at is not None
    silent = max(asked.alarm_at, NOW + timedelta(minutes=RULES.collect_minutes))
    case, _ = alarm(BOOK, asked, None, silent, DUTY, RULES, [order_in(Status.PAID)])
    assert (case.state, case.step) == ("open", "ride"), "a fork is never somebody's step"


def test_an_outcome_begins_a_matter_beside_its_own() -> None:
    case, _ = opened(order_in(Status.SHIPPED))
    done = choose(BOOK, case, "ride", "done", ANN, "", Promises(), 0, NOW, DUTY, RULES)
    assert isinstance(done, Chosen)
    assert (done.case.open, done.case.step) == (True, "refund")
    assert Follow("payout") in done.effects
    doing = move(talk(), case)
    apply(doing, case, done.case, done.effects, context())
    assert sorted(each.reason for each in doing.cases if each.open) == ["payout", "urge"]


def test_nobody_can_decide_at_a_fork() -> None:
    case, _ = opened(order_in(Status.SHIPPED))
    assert choose(BOOK, case, "moving", "done", ANN, "", Promises(), 0, NOW, DUTY, RULES) == Denied("moved")


def test_forks_are_proved_like_other_steps() -> None:
    assert proved(BOOK) == []
    lone = replace(BOOK.steps[0], when=(), otherwise="")
    assert proved(replace(BOOK, steps=(lone, *BOOK.steps[1:]))) == ["steps[0].when: is missing: a fork goes two ways"]
    round_again = replace(BOOK.steps[1], goes="over")
    found = proved(replace(BOOK, steps=(BOOK.steps[0], round_again, *BOOK.steps[2:])))
    assert "steps[1].goes: passes on in a circle, by way of 'over'" in found
