"""What a case knows of its order, what it asks on the way, what a percentage makes, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import fact_values
from bot.core.case_effects import apply
from bot.core.case_order import holds, paid_fen, with_order_state
from bot.core.case_run import CaseRules, Chosen, Denied, alarm, asked, choose, give, open_case
from bot.core.case_steps import carried
from bot.core.cases import Case
from bot.core.catalogue import Authority, Compensation, Promises, Text
from bot.core.orders import Status
from bot.core.people import Staff
from bot.core.playbook_proof import proved
from bot.core.playbooks import Ask, AskSatisfaction, Choice, End, Fact, Follow, Grant, Outcome, Playbook, Promise, Step
from tests.core.duties import AlwaysThere
from tests.core.people_at_work import context, move, talk
from tests.core.playbook_orders import PLACED, order_in

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
RULES, DUTY = CaseRules(), AlwaysThere()
ANN = Staff("A01", "Ann", ("after_sales",))
WORDS = Text("话", "words")
CHOICE = Fact(
    "wish", "choice", Text("等还是退款？", "Wait or refund?"), WORDS,
    (Choice("wait", Text("等", "wait")), Choice("refund", Text("退款", "refund"))), at="wait",
)  # fmt: skip
COUPON = Promise(
    "coupon", Text("补偿券{given}", "a coupon of {given}"), percent="10", cause="seller_fault", at_most="5"
)
BOOK = Playbook(
    "held", WORDS, ("held",),
    (
        Step("look", "after_sales", WORDS, 60, "supervisor", (
            Outcome("short", WORDS, "wait"),
            Outcome("coupon", WORDS, "done", promise=COUPON, tell=Text("送您{given}", "{given} for you")),
        )),
        Step("wait", "after_sales", WORDS, 960, "supervisor", (Outcome("came", WORDS, "look"),),
             when=(("wish", ("wait",)),), otherwise="refund"),
    ),
    (End("done"), End("refund", then="payout")),
    (CHOICE,),
)  # fmt: skip
TABLE = Promises(
    authority=(Authority("after_sales", 0, compensation=(Compensation("seller_fault", coupon_percent=20),)),)
)


def case() -> Case:
    opened, _ = open_case(BOOK, Case("C1", "web:1", "held", "after_sales", NOW, ""), NOW, DUTY, RULES)
    return opened


def chosen(at: Case, outcome: str, paid: int = 0) -> Chosen:
    result = choose(BOOK, at, at.step, outcome, ANN, "", TABLE, 0, NOW, DUTY, RULES, None, paid)
    assert isinstance(result, Chosen), result
    return result


# --- the order ---


def test_a_case_knows_the_state_of_its_order_and_for_how_long() -> None:
    known = with_order_state(
        replace(case(), order_nos=("XE1",)), [order_in(Status.SHIPPED)], PLACED + timedelta(hours=97)
    )
    assert (known.fact("order_state"), known.fact("shipped_hours"), known.fact("paid_hours")) == ("shipped", "97", "98")
    assert holds((("shipped_hours", ("over 96",)),), known.known)
    assert not holds((("shipped_hours", ("under 97",)),), known.known)
    assert not holds((("signed_hours", ("under 96",)),), known.known), "never signed for"


def test_an_order_that_is_not_hers_has_no_state() -> None:
    named = replace(case(), order_nos=("XE1",)).with_fact("order_no", "SOMEBODY-1")
    assert with_order_state(named, [order_in(Status.PAID)], NOW).fact("order_state") == "none"
    assert with_order_state(named, None, NOW) == named, "nothing is known here, so nothing changes"


def test_what_was_paid_is_what_percentages_are_counted_from() -> None:
    assert paid_fen(order_in(Status.PAID)) == 199_00
    assert paid_fen(replace(order_in(Status.PAID), paid_fen=150_00)) == 150_00
    assert (paid_fen(order_in(Status.UNPAID)), paid_fen(None)) == (0, 0)


# --- asked on the way ---


def test_a_step_asks_first_and_then_her_answer_decides() -> None:
    at = chosen(case(), "short")
    assert at.effects == (Ask(CHOICE, ""),)
    assert (at.case.state, at.case.step, asked(BOOK, at.case)) == ("collecting", "wait", CHOICE)
    waits, _ = give(BOOK, at.case, "等", (), NOW, DUTY, RULES)
    assert (waits.state, waits.step) == ("open", "wait")
    ended, effects = give(BOOK, at.case, "退款", (), NOW, DUTY, RULES)
    assert (ended.state, ended.step, effects) == ("closed", "refund", (Follow("payout"),))


def test_at_the_next_visit_she_is_asked_anew() -> None:
    waits, _ = give(BOOK, chosen(case(), "short").case, "等", (), NOW, DUTY, RULES)
    again = chosen(chosen(waits, "came").case, "short")
    assert (again.case.state, again.case.fact("wish")) == ("collecting", "")


def test_silence_at_a_step_gives_it_to_a_person_after_half_of_its_time() -> None:
    at = chosen(case(), "short").case
    assert at.alarm_at == NOW + timedelta(hours=8)
    early, _ = alarm(BOOK, at, None, NOW + timedelta(hours=7), DUTY, RULES)
    assert early.state == "collecting"
    late, _ = alarm(BOOK, at, None, NOW + timedelta(hours=8), DUTY, RULES)
    assert (late.state, late.step, late.role) == ("open", "wait", "after_sales"), "nothing is taken for her answer"


# --- money ---


@pytest.mark.parametrize(("paid", "fen", "told"), [(39_99, 3_99, "¥3.99"), (100_00, 5_00, "¥5"), (0, 0, "10%")])
def test_a_percentage_is_counted_from_what_was_paid_and_bounded(paid: int, fen: int, told: str) -> None:
    done = chosen(case(), "coupon", paid)
    (grant,) = (effect for effect in done.effects if isinstance(effect, Grant))
    assert (grant.percent, grant.amount_fen, grant.words.zh) == (10, fen, f"补偿券{told}")
    assert done.case.fact("granted") == f"补偿券{told}" and AskSatisfaction() in done.effects


def test_more_than_the_table_is_not_given_in_whatever_form() -> None:
    rich = replace(BOOK, steps=(replace(BOOK.steps[0], outcomes=(
        Outcome("coupon", WORDS, "done", promise=Promise("coupon", WORDS, percent="21", cause="seller_fault")),
    )),))  # fmt: skip
    denied = choose(rich, case(), "look", "coupon", ANN, "", TABLE, 0, NOW, DUTY, RULES, None, 100_00)
    assert denied == Denied("beyond:manager")


@pytest.mark.parametrize(("said", "value"), [("9%", None), ("10%", "10"), ("20%", "20"), ("21%", None)])
def test_a_percentage_entered_stays_within_its_bounds(said: str, value: str | None) -> None:
    assert fact_values.read(Fact("p", "percent", least=10, most=20), said, (), NOW) == value


def test_a_sum_is_bounded_in_yuan() -> None:
    assert fact_values.read(Fact("sum", "money", most=20), "20", (), NOW) == "2000"
    assert fact_values.read(Fact("sum", "money", most=20), "20.01", (), NOW) is None


# --- the next matter ---


def test_the_next_matter_begins_with_all_that_is_known_and_asks_for_no_mark_yet() -> None:
    known = case().with_fact("sum", "1200")
    ended = replace(known, state="closed", step="refund", alarm_at=None)
    doing = move(talk(), known)
    apply(doing, known, ended, (Follow("payout"),), context())
    (fresh,) = doing.cases
    assert (fresh.reason, fresh.fact("sum"), fresh.open) == ("payout", "1200", True)
    assert doing.conversation.rating == ""


def test_what_is_masked_is_not_carried_to_a_matter_that_would_show_it() -> None:
    secret = replace(BOOK, facts=(Fact("account", masked=True), Fact("item")))
    known = case().with_fact("account", "6222").with_fact("item", "socks")
    assert carried(secret, known, replace(BOOK, facts=(Fact("item"),))) == (("item", "socks"),)
    assert carried(secret, known, secret) == known.facts


# --- the proof ---


def test_what_cannot_run_is_refused() -> None:
    assert proved(BOOK) == []
    nowhere = replace(BOOK, facts=(replace(CHOICE, at="nowhere"),))
    assert proved(nowhere) == ["facts[0].at: 'nowhere' is no step"]
    odd = replace(BOOK, facts=(CHOICE, Fact("why", ask=WORDS, least=1)))
    assert proved(odd) == ["facts[1].least: belongs to a fact of kind number, percent, money, not text"]
    hours = replace(BOOK.steps[1], when=(("shipped_hours", ("long",)),))
    found = proved(replace(BOOK, steps=(BOOK.steps[0], hours)))
    assert found == ["steps[1].when: 'long' is no condition on hours; write under 96 or over 96"]
