from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.case_run import HANDOVER, proved
from bot.core.catalogue import Text
from bot.core.orders import Flag, Status
from bot.core.playbooks import CalendarDays, Choice, End, Fact, Outcome, Playbook, Promise, Step, Wait

WORD = Text("话", "words")
KIND = Fact("kind", "choice", WORD, WORD, (Choice("a", Text("甲", "first")), Choice("b", Text("乙", "second"))))
DECIDE = Step("decide", "supervisor", WORD, 20, "manager", (Outcome("ok", WORD, "write"),))
WRITE = Step("write", "auditor", WORD, 60, "manager", (Outcome("done", WORD, "done"),))
GOOD = Playbook("gift", WORD, ("gift",), (DECIDE, WRITE), (End("done"),), (KIND,))


def with_step(**changes: object) -> Playbook:
    return replace(GOOD, steps=(replace(DECIDE, **changes), WRITE))  # type: ignore[arg-type]


def with_outcome(**changes: object) -> Playbook:
    return with_step(outcomes=(replace(DECIDE.outcomes[0], **changes),))  # type: ignore[arg-type]


def with_fact(**changes: object) -> Playbook:
    return replace(GOOD, facts=(KIND, replace(Fact("size", ask=WORD, label=WORD), **changes)))  # type: ignore[arg-type]


def test_a_sound_playbook_and_the_built_in_one_have_no_flaw() -> None:
    assert proved(GOOD) == proved(HANDOVER) == []


@pytest.mark.parametrize(
    ("book", "flaw"),
    [
        (replace(GOOD, steps=()), "steps: needs at least one step"),
        (replace(GOOD, ends=()), "ends: needs at least one end"),
        (replace(GOOD, ends=(End("done"), End("write"))), "ends[1].id: the id 'write' stands twice"),
        (replace(GOOD, ends=(End("done"), End("never"))), "ends[1].id: nothing leads to 'never'"),
        (replace(GOOD, tell=Text("{x}")), "tell: {x} is no fact of this playbook"),
        (with_outcome(to="done"), "steps[1].id: nothing leads to 'write'"),
        (with_outcome(to="nowhere"), "steps[0].outcomes[0].to: leads to 'nowhere', which is neither a step nor an end"),
        (with_outcome(label=Text()), "steps[0].outcomes[0].label: is missing: what stands on the button"),
        (with_outcome(note="{x}"), "steps[0].outcomes[0].note: {x} is no fact of this playbook"),
        (with_outcome(tell=Text("好", "{x}")), "steps[0].outcomes[0].tell: {x} is no fact of this playbook"),
        (with_outcome(flag=Flag.RED), "steps[0].outcomes[0].flag: a flag needs a note that says why"),
        (
            with_outcome(enter=Fact("reason")),
            "steps[0].outcomes[0].enter.label: is missing: what has to be entered",
        ),
        (
            with_outcome(enter=Fact("p", "photo", label=WORD)),
            "steps[0].outcomes[0].enter.kind: a photo cannot be entered with a button",
        ),
        (
            with_outcome(enter=Fact("kind", "money", label=WORD)),
            "steps[0].outcomes[0].enter.id: the fact 'kind' is of kind choice elsewhere",
        ),
        (
            with_outcome(promise=Promise("discount", percent="{kind}")),
            "steps[0].outcomes[0].promise.percent: 'kind' is no fact of kind percent or number",
        ),
        (
            with_outcome(promise=Promise("discount")),
            "steps[0].outcomes[0].promise.percent: is missing: how much is taken off",
        ),
        (
            with_outcome(promise=Promise("coupon")),
            "steps[0].outcomes[0].promise.yuan: is missing: how much is given",
        ),
        (
            with_outcome(promise=Promise("coupon", yuan="ten")),
            "steps[0].outcomes[0].promise.yuan: 'ten' is no number",
        ),
        (
            with_outcome(promise=Promise("gift", within_hours=0)),
            "steps[0].outcomes[0].promise.within: a promise has to be kept within some time",
        ),
        (with_outcome(promise=Promise("gift", Text("{x}"))), "steps[0].outcomes[0].promise.words: {x} is no fact"),
        (with_step(outcomes=()), "steps[0].outcomes: nobody could ever decide it"),
        (with_step(outcomes=(*DECIDE.outcomes, *DECIDE.outcomes)), "steps[0].outcomes[1].id: the id 'ok' stands twice"),
        (with_step(within_minutes=0), "steps[0].within: has no deadline"),
        (with_step(within_minutes=float("nan")), "steps[0].within: has no deadline"),
        (with_step(remind_minutes=20), "steps[0].remind: should come before the deadline"),
        (with_step(role="boss"), "steps[0].role: unknown role 'boss'"),
        (with_step(late_role=""), "steps[0].late_role: unknown role ''"),
        (with_step(id="Decide now"), "steps[0].id: the id 'Decide now' should be 1 to 16 of a-z"),
        (with_step(id="a" * 17), "steps[0].id: the id 'aaaaaaaaaaaaaaaaa' should be 1 to 16 of a-z"),
        (with_step(does=Text("{x}")), "steps[0].does: {x} is no fact of this playbook"),
        (with_step(tell=Text("{x}")), "steps[0].tell: {x} is no fact of this playbook"),
        (with_step(late_tell=Text("{x}")), "steps[0].late_tell: {x} is no fact of this playbook"),
        (with_step(waits=Wait(Status.SIGNED, 0, "x")), "steps[0].waits.to: leads to 'x', which is neither"),
        (with_step(waits=Wait(Status.SIGNED, 0, "done", "x")), "steps[0].waits.otherwise: leads to 'x', which is"),
        (with_step(waits=Wait(Status.SIGNED, -1, "done")), "steps[0].waits.days: must not be negative"),
        (with_step(when=(("kind", ("a",)),)), "steps[0].else: is missing: when and else belong together"),
        (with_step(otherwise="write"), "steps[0].when: is missing: when and else belong together"),
        (
            with_step(when=(("kind", ("c",)),), otherwise="write"),
            "steps[0].when: 'kind' is never 'c'; it may be a, b",
        ),
        (
            with_step(when=(("order_state", ("gone",)),), otherwise="write"),
            "steps[0].when: no order is ever 'gone'; it may be closed, confirmed, none",
        ),
        (with_fact(ask=Text()), "facts[1].ask: is missing: how the shopper is asked for it"),
        (with_fact(id="kind"), "facts[1].id: the id 'kind' stands twice"),
        (with_fact(choices=KIND.choices), "facts[1].choices: belong to a fact of kind choice, not text"),
        (with_fact(kind="choice"), "facts[1].choices: a choice needs at least two"),
        (
            with_fact(kind="choice", choices=(Choice("a", WORD), Choice("b", Text("話", "other")))),
            "facts[1].choices[1]: '话' is a name of 'a' too",
        ),
        (with_fact(when=(("later", ("x",)),)), "facts[1].when: 'later' is no fact that is asked before"),
        (with_fact(when=(("size", ("x",)),)), "facts[1].when: 'size' is no fact that is asked before"),
        (with_fact(when=(("kind", ("x",)),)), "facts[1].when: 'kind' is never 'x'; it may be a, b"),
    ],
)
def test_a_flaw_is_told_with_its_place(book: Playbook, flaw: str) -> None:
    found = proved(book)
    assert any(sentence.startswith(flaw) for sentence in found), found


def test_only_a_choice_or_a_yes_decides_what_comes_next() -> None:
    size = Fact("size", ask=WORD, label=WORD)
    book = replace(GOOD, facts=(size, replace(KIND, when=(("size", ("L",)),))))
    assert proved(book) == ["facts[1].when: 'size' is of kind text; only a choice or yes_no can decide"]


def test_a_circle_without_a_way_out_is_found() -> None:
    there = replace(WRITE, outcomes=(Outcome("back", WORD, "decide"),))
    assert proved(replace(GOOD, steps=(DECIDE, there))) == [
        "ends[0].id: nothing leads to 'done'",
        "steps[0].id: from 'decide' no end can be reached",
        "steps[1].id: from 'write' no end can be reached",
    ]


def test_steps_that_only_pass_on_to_each_other_are_found() -> None:
    when = (("kind", ("a",)),)
    steps = (replace(DECIDE, when=when, otherwise="write"), replace(WRITE, when=when, otherwise="decide"))
    assert "steps[0].else: passes on in a circle, by way of 'write'" in proved(replace(GOOD, steps=steps))


@pytest.mark.parametrize("key", ["note", "tell"])
def test_a_masked_fact_stands_nowhere_but_in_words_for_herself(key: str) -> None:
    bank = Fact("bank", ask=WORD, label=WORD, masked=True)
    words = "{bank}" if key == "note" else Text("{bank}")
    found = proved(replace(with_outcome(**{key: words}), facts=(KIND, bank)))
    masked = "steps[0].outcomes[0].note: {bank} is masked and may not stand where everybody reads it"
    assert found == ([masked] if key == "note" else [])


def test_a_fact_entered_by_staff_may_stand_in_words() -> None:
    assert proved(with_outcome(enter=Fact("reason", label=WORD), tell=Text("{reason} {order}"))) == []


DATED = with_outcome(enter=Fact("day", "date", label=WORD))


@pytest.mark.parametrize(
    ("book", "flaw"),
    [
        (
            with_outcome(enter=Fact("p", "money", label=WORD, below="kind")),
            "steps[0].outcomes[0].enter.below: 'kind' is no fact of kind money",
        ),
        (with_step(not_by=("decide",)), "steps[0].not_by[0]: 'decide' is no other step"),
        (with_step(not_by=("nowhere",)), "steps[0].not_by[0]: 'nowhere' is no other step"),
        (
            with_step(waits=Wait(to="write")),
            "steps[0].waits.status: is what it waits for: an order's status, or until, a day",
        ),
        (with_step(waits=Wait(to="write", until="kind")), "steps[0].waits.until: 'kind' is no fact of kind date"),
        (
            with_fact(answer=CalendarDays(7)),
            "facts[1].answer_within: belongs to a fact that is asked at a step, and is a day or more",
        ),
    ],
)
def test_four_eyes_and_days_to_come_are_proved_too(book: Playbook, flaw: str) -> None:
    assert proved(DATED) == []
    assert flaw in proved(book)
