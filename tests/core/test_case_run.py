from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.case_run import (
    HANDOVER,
    CaseRules,
    Chosen,
    Denied,
    alarm,
    asked,
    choose,
    give,
    go_on,
    may_act,
    open_case,
    proved,
    take,
    transfer,
)
from bot.core.case_steps import WorkingTime
from bot.core.cases import Case
from bot.core.catalogue import Authority, Promises, Text
from bot.core.orders import Flag
from bot.core.people import Staff
from bot.core.playbooks import (
    Ask,
    AskSatisfaction,
    CallStaff,
    Choice,
    Effect,
    End,
    Fact,
    Grant,
    NoteOrder,
    Outcome,
    Playbook,
    Promise,
    Step,
    StillWaiting,
    Tell,
)
from tests.core.duties import AlwaysThere, OfficeHours

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = CaseRules()
DUTY = AlwaysThere()
ANNA = Staff("A1", "Anna", ("agent",))
SUE = Staff("S1", "Sue", ("supervisor",))
SAM = Staff("S2", "Sam", ("supervisor",))
MAY = Staff("M1", "May", ("manager",))
TABLE = Promises(authority=(Authority("agent", 3), Authority("supervisor", 8), Authority("manager", 15)))

PERCENT = Fact("percent", "percent", label=Text("优惠", "Discount"))
REASON = Fact("reason", label=Text("原因", "Reason"))
BOOK = Playbook(
    id="bargain",
    title=Text("议价", "Bargain"),
    reasons=("bargain",),
    facts=(
        Fact("pieces", "number", Text("几件？", "How many?"), Text("件数", "Pieces"), known_as="quantity"),
        Fact(
            "invoice",
            "choice",
            Text("要发票吗？", "An invoice?"),
            Text("发票", "Invoice"),
            (Choice("vat", Text("专票", "VAT")), Choice("none", Text("不要", "No"))),
        ),
        Fact(
            "tax_no", ask=Text("税号？", "Tax number?"), label=Text("税号", "Tax number"), when=(("invoice", ("vat",)),)
        ),
    ),
    steps=(
        Step(
            "decide",
            "supervisor",
            Text("定折扣", "Decide"),
            within_minutes=20,
            late_role="manager",
            remind_minutes=10,
            late_tell=Text("还在问", "Still asking"),
            outcomes=(
                Outcome(
                    "grant",
                    Text("同意", "Grant"),
                    "write",
                    PERCENT,
                    note="优惠{percent} {pieces}件",
                    flag=Flag.RED,
                    promise=Promise("discount", Text("优惠{percent}", "{percent} off"), "{percent}"),
                    tell=Text("可以优惠{percent}", "You get {percent} off"),
                ),
                Outcome("refuse", Text("谢绝", "Refuse"), "refused", REASON, tell=Text("抱歉：{reason}", "{reason}")),
            ),
        ),
        Step(
            "write",
            "auditor",
            Text("改价", "Change the price"),
            60,
            "manager",
            (Outcome("done", Text("已改", "Done"), "done"),),
        ),
    ),
    ends=(End("done"), End("refused", satisfaction=False)),
    tell=Text("已转给主管", "Passed on"),
    source="knowledge/playbooks/bargain.yaml:2",
)


def fresh(role: str = "supervisor", **facts: str) -> Case:
    return Case("C1", "web:1", "bargain", role, NOW, "便宜点", facts=tuple(facts.items()))


def opened(
    book: Playbook = BOOK, case: Case | None = None, duty: WorkingTime = DUTY
) -> tuple[Case, tuple[Effect, ...]]:
    return open_case(book, case or fresh(), NOW, duty, RULES)


def answer(case: Case, text: str, *media: str, book: Playbook = BOOK) -> tuple[Case, tuple[Effect, ...]]:
    return give(book, case, text, media, NOW, DUTY, RULES)


def decide(
    case: Case, outcome: str, staff: Staff, entered: str = "", *, step: str = "decide", book: Playbook = BOOK
) -> Chosen | Denied:
    return choose(book, case, step, outcome, staff, entered, TABLE, 100_00, NOW, DUTY, RULES)


def at_decide() -> Case:
    case, _ = opened(case=fresh(pieces="5", invoice="none"))
    return case


def test_the_example_book_and_the_built_in_one_are_proved() -> None:
    assert proved(BOOK) == proved(HANDOVER) == []


# --- facts ---


def test_facts_are_asked_one_by_one_and_then_the_first_step_begins() -> None:
    case, effects = opened()
    assert effects == (Ask(BOOK.facts[0], BOOK.source),)
    assert (case.state, case.alarm_at) == ("collecting", NOW + timedelta(minutes=30))
    case, effects = answer(case, "二十件")
    assert effects == (Ask(BOOK.facts[1], BOOK.source),)
    case, effects = answer(case, "2")
    assert effects == (Tell(BOOK.tell, BOOK.source), CallStaff("supervisor", "step"))
    assert (case.state, case.step, case.role, case.known) == (
        "open",
        "decide",
        "supervisor",
        {"pieces": "20", "invoice": "none"},
    )
    assert [entry.what for entry in case.history] == ["opened", "fact:pieces", "fact:invoice", "step:decide"]


def test_what_is_known_already_is_not_asked() -> None:
    case, effects = opened(case=fresh(quantity="20"))
    assert effects == (Ask(BOOK.facts[1], BOOK.source),)
    assert case.fact("pieces") == "20"


def test_a_fact_of_one_branch_is_asked_in_it_only() -> None:
    case, _ = opened(case=fresh(pieces="5"))
    case, effects = answer(case, "專票")
    assert effects == (Ask(BOOK.facts[2], BOOK.source),)
    assert asked(BOOK, case) == BOOK.facts[2]


def test_an_unreadable_answer_is_asked_again_twice_and_then_kept_for_a_person() -> None:
    case, _ = opened()
    for _ in range(2):
        case, effects = answer(case, "好的呀")
        assert effects == (Ask(BOOK.facts[0], BOOK.source, again=True),)
    case, effects = answer(case, "好的呀")
    assert effects == (Ask(BOOK.facts[1], BOOK.source),)
    assert case.fact("pieces") == "好的呀"


def test_a_form_filled_in_by_line_answers_several_facts() -> None:
    case, _ = opened()
    case, effects = answer(case, "发票：专票\n2、税号： 91440600X\n件数: 30件")
    assert case.known == {"invoice": "vat", "tax_no": "91440600X", "pieces": "30"}
    assert effects[-1] == CallStaff("supervisor", "step")


def test_a_shopper_who_falls_silent_is_looked_after_by_a_person_with_what_is_known() -> None:
    case, _ = opened()
    early, effects = alarm(BOOK, case, None, NOW + timedelta(minutes=29), DUTY, RULES)
    assert (early.state, effects) == ("collecting", ())
    case, effects = alarm(BOOK, case, None, NOW + timedelta(minutes=30), DUTY, RULES)
    assert (case.state, case.step) == ("open", "decide")
    assert CallStaff("supervisor", "step") in effects


def test_a_person_may_go_on_before_every_fact_is_there() -> None:
    case, _ = go_on(BOOK, opened()[0], "A1", NOW, DUTY, RULES)
    assert case.step == "decide"
    assert go_on(BOOK, case, "A1", NOW, DUTY, RULES) == (case, ())


# --- choosing ---


def test_an_outcome_writes_promises_tells_and_goes_on() -> None:
    chosen = decide(at_decide(), "grant", SUE, "92折")
    assert isinstance(chosen, Chosen)
    assert chosen.effects == (
        NoteOrder("优惠8% 5件", "S1", Flag.RED),
        Grant("discount", Text("优惠8%", "8% off"), 8, 0, 72, "S1", "supervisor"),
        Tell(Text("可以优惠8%", "You get 8% off"), BOOK.source),
        CallStaff("auditor", "step"),
    )
    assert (chosen.case.step, chosen.case.role, chosen.case.assigned) == ("write", "auditor", "")
    assert chosen.case.promised == ("优惠8%",)


def test_the_end_closes_the_case_and_asks_how_it_was() -> None:
    chosen = decide(at_decide(), "grant", MAY, "10%")
    assert isinstance(chosen, Chosen) and chosen.case.assigned == "M1"
    done = decide(chosen.case, "done", MAY, step="write")
    assert isinstance(done, Chosen)
    assert (done.case.state, done.case.step, done.case.alarm_at, done.case.due_at) == ("closed", "done", None, None)
    assert done.effects == (AskSatisfaction(),)


def test_an_end_may_leave_satisfaction_out() -> None:
    chosen = decide(at_decide(), "refuse", SUE, "已经是底价")
    assert isinstance(chosen, Chosen)
    assert chosen.effects == (Tell(Text("抱歉：已经是底价", "已经是底价"), BOOK.source),)


@pytest.mark.parametrize(
    ("staff", "outcome", "entered", "reason"),
    [
        (ANNA, "grant", "5%", "not_yours"),
        (replace(SUE, state="disabled"), "grant", "5%", "not_yours"),
        (SUE, "no-such", "", "unknown"),
        (SUE, "grant", "", "enter:percent"),
        (SUE, "grant", "一点点", "enter:percent"),
        (SUE, "refuse", "  ", "enter:reason"),
        (SUE, "grant", "9折", "beyond:manager"),
        (MAY, "grant", "8折", "beyond_all"),
    ],
)
def test_what_may_not_be_chosen_says_why(staff: Staff, outcome: str, entered: str, reason: str) -> None:
    assert decide(at_decide(), outcome, staff, entered) == Denied(reason)


def test_of_two_who_decide_the_second_hears_who_was_first() -> None:
    first = decide(at_decide(), "grant", SUE, "5%")
    assert isinstance(first, Chosen)
    assert decide(first.case, "refuse", SAM, "不行") == Denied("moved", "S1")
    assert decide(first.case, "grant", ANNA, "5%") == Denied("not_yours")
    refused = decide(at_decide(), "refuse", SUE, "底价")
    assert isinstance(refused, Chosen)
    assert decide(refused.case, "grant", SAM, "5%") == Denied("moved", "S1")
    assert decide(refused.case, "done", MAY, step="write") == Denied("closed")


def test_a_step_that_is_not_reached_yet_cannot_be_decided() -> None:
    assert decide(at_decide(), "done", MAY, step="write") == Denied("moved")
    assert decide(at_decide(), "done", MAY, step="no-such") == Denied("unknown")
    assert decide(opened()[0], "grant", SUE, "5%") == Denied("moved")


# --- taking and handing on ---


def test_taking_names_the_person_and_a_closed_case_stays() -> None:
    case = take(at_decide(), SUE, NOW)
    assert (case.assigned, case.history[-1].what) == ("S1", "taken")
    assert take(case, SUE, NOW) == case
    closed = replace(case, state="closed")
    assert take(closed, SAM, NOW) == closed


def test_a_transfer_asks_the_other_role_and_takes_the_right_from_the_first() -> None:
    case = transfer(BOOK, take(at_decide(), SUE, NOW), "manager", SUE, NOW, DUTY, RULES)
    assert (case.role, case.assigned, case.history[-1].what) == ("manager", "", "transferred:manager")
    assert may_act(BOOK, case, MAY) and not may_act(BOOK, case, SUE)
    assert transfer(BOOK, case, "emperor", MAY, NOW, DUTY, RULES) == case


# --- time ---


def test_a_step_is_reminded_then_late_then_called_for_again() -> None:
    case = at_decide()
    assert case.alarm_at == NOW + timedelta(minutes=10)
    case, effects = alarm(BOOK, case, None, NOW + timedelta(minutes=10), DUTY, RULES)
    assert effects == (CallStaff("supervisor", "remind"),)
    assert case.alarm_at == case.due_at == NOW + timedelta(minutes=20)
    case, effects = alarm(BOOK, case, None, NOW + timedelta(minutes=20), DUTY, RULES)
    assert effects == (Tell(Text("还在问", "Still asking"), BOOK.source), CallStaff("manager", "late"))
    assert (case.role, case.alarm_at) == ("manager", NOW + timedelta(minutes=30))
    for again in (30, 40, 50):
        case, effects = alarm(BOOK, case, None, NOW + timedelta(minutes=again), DUTY, RULES)
        assert effects == (CallStaff("manager", "remind"),)
    assert [entry.what for entry in case.history[-3:]] == ["reminded", "late", "reminded"]
    assert isinstance(decide(case, "grant", SUE, "5%"), Chosen), "who was asked first may still decide"


def test_nothing_happens_before_it_is_due() -> None:
    case = at_decide()
    assert alarm(BOOK, case, None, NOW + timedelta(minutes=9), DUTY, RULES) == (case, ())


def test_a_handover_nobody_takes_goes_up_the_line_with_two_words_to_the_shopper() -> None:
    case, effects = opened(HANDOVER, fresh("agent"))
    assert effects == (CallStaff("agent", "step"),)
    seen: list[tuple[Effect, ...]] = []
    for _ in range(6):
        assert case.alarm_at is not None
        case, effects = alarm(HANDOVER, case, None, case.alarm_at, DUTY, RULES)
        seen.append(effects)
    assert seen == [
        (StillWaiting(1), CallStaff("agent", "unanswered")),
        (StillWaiting(2), CallStaff("supervisor", "unanswered")),
        (CallStaff("manager", "unanswered"),),
        *[(CallStaff("manager", "remind"),)] * 3,
    ]
    assert case.alarm_at == NOW + timedelta(minutes=3 + 40)
    assert may_act(HANDOVER, case, ANNA), "the one she waits for may still come"


def test_once_somebody_came_the_line_is_not_asked() -> None:
    case, _ = opened(HANDOVER, fresh("agent"))
    case = take(case, ANNA, NOW + timedelta(seconds=30))
    case, effects = alarm(HANDOVER, case, None, NOW + timedelta(minutes=1), DUTY, RULES)
    assert (effects, case.alarm_at) == ((), NOW + timedelta(minutes=480))


def test_out_of_hours_the_line_waits_for_the_next_duty() -> None:
    night = NOW.replace(hour=22)
    case, _ = open_case(HANDOVER, replace(fresh("agent"), opened_at=night), night, OfficeHours(), RULES)
    assert case.alarm_at == night.replace(day=24, hour=9, minute=1)


def test_a_playbook_rewritten_under_a_case_begins_anew() -> None:
    case = replace(at_decide(), step="gone")
    case, effects = alarm(BOOK, case, None, NOW, DUTY, RULES)
    assert case.step == "decide" and CallStaff("supervisor", "step") in effects


# --- branches, and words of a step ---

BRANCHED = replace(
    BOOK,
    facts=BOOK.facts[1:2],
    steps=(
        replace(BOOK.steps[0], id="vat", when=(("invoice", ("vat",)),), otherwise="plain"),
        replace(
            BOOK.steps[0],
            id="plain",
            role="finance",
            tell=Text("普票开始办了", "In hand"),
            outcomes=(Outcome("done", Text("好了", "Done"), "vat"), BOOK.steps[0].outcomes[1]),
        ),
    ),
    ends=(End("refused"), End("done")),
)


@pytest.mark.parametrize(("invoice", "step", "role"), [("vat", "vat", "supervisor"), ("none", "plain", "finance")])
def test_a_step_that_is_not_for_these_facts_passes_on(invoice: str, step: str, role: str) -> None:
    case, effects = opened(BRANCHED, fresh(invoice=invoice))
    assert (case.step, case.role, effects[-1]) == (step, role, CallStaff(role, "step"))


def test_a_step_tells_its_words_when_it_begins() -> None:
    _, effects = opened(BRANCHED, fresh(invoice="none"))
    assert effects[1] == Tell(Text("普票开始办了", "In hand"), BOOK.source)


def test_a_transfer_gives_the_other_role_the_whole_time() -> None:
    later = NOW + timedelta(minutes=15)
    case = transfer(BOOK, at_decide(), "manager", SUE, later, DUTY, RULES)
    assert (case.due_at, case.alarm_at) == (later + timedelta(minutes=20), later + timedelta(minutes=10))


def test_a_handover_that_reached_the_top_does_not_fall_back_when_it_is_late() -> None:
    case, _ = opened(HANDOVER, fresh("agent"))
    effects: tuple[Effect, ...] = ()
    while not any(isinstance(effect, CallStaff) and effect.why == "late" for effect in effects):
        assert case.alarm_at is not None
        case, effects = alarm(HANDOVER, case, None, case.alarm_at, DUTY, RULES)
    assert (case.role, effects) == ("manager", (CallStaff("manager", "late"),))


def test_a_named_order_stands_in_the_words_before_her_newest_one() -> None:
    book = replace(HANDOVER, steps=(replace(HANDOVER.steps[0], tell=Text("{order}")),))
    two = replace(fresh("agent"), order_nos=("XE1", "XE2"))
    assert opened(book, two)[1][0] == Tell(Text("XE2"), "")
    assert opened(book, two.with_fact("order_no", "XE1"))[1][0] == Tell(Text("XE1"), "")


def test_of_two_who_press_what_leads_back_to_its_own_step_one_counts() -> None:
    """Else a coupon that may be given again would be given twice by two who press at once."""
    promise = Promise("other", Text("券", "a coupon"))
    again = Outcome("coupon", Text("给券", "Coupon"), "place", promise=promise)
    ok = Outcome("ok", Text("好", "Ok"), "done")
    place = Step("place", "agent", Text("下单", "Order"), 60, "supervisor", (again, ok))
    book = Playbook("loop", Text("重拍", "Reorder"), ("order",), (place,), (End("done"),))
    case, _ = open_case(book, Case("C1", "web:1", "order", "agent", NOW, ""), NOW, DUTY, RULES)

    def press(case: Case, outcome: str, seconds: float) -> Chosen | Denied:
        at = NOW + timedelta(seconds=seconds)
        return choose(book, case, "place", outcome, MAY, "", Promises(), 0, at, DUTY, RULES)

    first = press(case, "coupon", 0)
    assert isinstance(first, Chosen)
    assert press(first.case, "coupon", 2) == Denied("moved", MAY.staff_id)
    assert isinstance(press(first.case, "ok", 2), Chosen), "another decision is no second press"
    assert isinstance(press(first.case, "coupon", 60), Chosen), "later it is meant"
