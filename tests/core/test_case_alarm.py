from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.case_run import CaseRules, Chosen, alarm, choose, may_act, open_case, proved
from bot.core.cases import Case
from bot.core.catalogue import Promises, Text
from bot.core.orders import Order, Status
from bot.core.people import Staff
from bot.core.playbooks import AskSatisfaction, CallStaff, Effect, End, Outcome, Playbook, Step, Tell, Wait
from tests.core.duties import AlwaysThere
from tests.core.playbook_orders import order_in

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = CaseRules()
DUTY = AlwaysThere()
ANNA = Staff("A1", "Anna", ("agent",))
WORD = Text("话", "words")


def resting(wait: Wait) -> Playbook:
    watch = Step("watch", "agent", WORD, 600, "supervisor", (Outcome("signed", WORD, "after"),), WORD, waits=wait)
    after = Step("after", "agent", WORD, 60, "supervisor", (Outcome("ok", WORD, "done"),))
    return Playbook("watch", WORD, ("bulk",), (watch, after), (End("done"), End("gone", satisfaction=False)))


SIGNED = resting(Wait(Status.SIGNED, 0, "after", "gone"))


def start(book: Playbook = SIGNED) -> Case:
    case, effects = open_case(book, Case("C1", "web:1", "bulk", "agent", NOW, "要20件"), NOW, DUTY, RULES)
    assert effects == (), "nobody is called to wait"
    return case


def look(case: Case, order: Order | None, minutes: float, book: Playbook = SIGNED) -> tuple[Case, tuple[Effect, ...]]:
    return alarm(book, case, order, NOW + timedelta(minutes=minutes), DUTY, RULES)


def test_the_example_is_proved() -> None:
    assert proved(SIGNED) == []


def test_a_resting_case_looks_at_its_order_every_hour() -> None:
    case = start()
    assert (case.state, case.alarm_at) == ("watching", NOW + timedelta(hours=1))
    case, effects = look(case, order_in(Status.SHIPPED), 60)
    assert (case.state, case.alarm_at, effects) == ("watching", NOW + timedelta(hours=2), ())


@pytest.mark.parametrize("status", [Status.SIGNED, Status.CONFIRMED])
def test_it_goes_on_once_the_order_is_there_or_further(status: Status) -> None:
    case, effects = look(start(), order_in(status), 1)
    assert (case.state, case.step, effects) == ("open", "after", (CallStaff("agent", "step"),))
    assert [entry.what for entry in case.history[-2:]] == ["watch:reached", "step:after"]


def test_days_are_counted_from_when_the_order_got_there() -> None:
    book = resting(Wait(Status.CONFIRMED, 15, "done", "gone"))
    confirmed = order_in(Status.CONFIRMED, NOW - timedelta(days=14))
    book = replace(book, steps=(replace(book.steps[0], outcomes=(Outcome("ok", WORD, "after"),)), book.steps[1]))
    case, effects = look(start(book), confirmed, 1, book)
    assert (case.state, case.alarm_at, effects) == ("watching", NOW + timedelta(days=1), ())
    case, effects = look(case, confirmed, 24 * 60, book)
    assert (case.state, case.step, effects) == ("closed", "done", (AskSatisfaction(),))


def test_a_letter_takes_its_time_though_the_order_arrived_long_ago() -> None:
    book = resting(Wait(Status.SIGNED, 0, "after", "gone", least_days=4))
    case, _ = look(start(book), order_in(Status.SIGNED, NOW - timedelta(days=30)), 1, book)
    assert (case.state, case.alarm_at) == ("watching", NOW + timedelta(days=4))
    case, _ = look(case, order_in(Status.SIGNED, NOW - timedelta(days=30)), 4 * 24 * 60, book)
    assert case.step == "after"


@pytest.mark.parametrize("status", [Status.REFUNDED, Status.CLOSED])
def test_an_order_that_ended_ends_the_wait(status: Status) -> None:
    case, effects = look(start(), order_in(status), 1)
    assert (case.state, case.step, effects) == ("closed", "gone", ())


def test_without_a_way_for_it_a_person_decides_about_an_order_that_ended() -> None:
    book = resting(Wait(Status.SIGNED, 0, "after"))
    case, effects = look(start(book), order_in(Status.REFUNDED), 1, book)
    assert (case.state, case.role, effects) == (
        "open",
        "supervisor",
        (Tell(WORD, book.source), CallStaff("supervisor", "late")),
    )


@pytest.mark.parametrize("order", [None, order_in(Status.SHIPPED)])
def test_a_wait_that_takes_too_long_is_somebodys(order: Order | None) -> None:
    case, effects = look(start(), order, 600)
    assert (case.state, case.role) == ("watching", "supervisor")
    assert effects == (Tell(WORD, SIGNED.source), CallStaff("supervisor", "late"))
    _, effects = look(case, order, 600 + 150)
    assert effects == (CallStaff("supervisor", "remind"),)


def test_a_person_may_end_the_wait() -> None:
    chosen = choose(SIGNED, start(), "watch", "signed", ANNA, "", Promises(), 0, NOW, DUTY, RULES)
    assert isinstance(chosen, Chosen) and chosen.case.step == "after"
    assert chosen.case.assigned == "A1", "the next step is hers too"


def test_a_closed_case_has_no_alarm() -> None:
    case, _ = look(start(), order_in(Status.REFUNDED), 1)
    assert look(case, order_in(Status.SIGNED), 2) == (case, ())


def test_everybody_who_was_called_while_nobody_came_may_still_act() -> None:
    """The second in line was asked, then the manager; that takes nothing from the second."""
    handle = Step("handle", "complaints", WORD, 480, "operations", (Outcome("ok", WORD, "done"),))
    book = Playbook("talk", WORD, ("complaint",), (handle,), (End("done"),), talks=True)
    case, _ = open_case(book, Case("C1", "web:1", "complaint", "complaints", NOW, "投诉"), NOW, DUTY, RULES)
    called = []
    while "manager" not in called:
        assert case.alarm_at is not None
        case, effects = alarm(book, case, None, case.alarm_at, DUTY, RULES)
        called += [effect.role for effect in effects if isinstance(effect, CallStaff)]
    assert "operations" in called
    for role in (*called, "complaints"):
        assert isinstance(
            choose(book, case, "handle", "ok", Staff(role, role, (role,)), "", Promises(), 0, NOW, DUTY, RULES), Chosen
        ), role
    assert not may_act(book, case, Staff("F1", "Fay", ("finance",))), "nobody asked her"
