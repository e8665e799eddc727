"""Random playbooks, people and clocks: no case is lost, none is decided twice, each can be brought to an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.core.case_run import (
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
from bot.core.case_steps import WorkingTime, decided
from bot.core.cases import ROLES, Case
from bot.core.catalogue import Authority, Promises, Text
from bot.core.orders import Order, Status
from bot.core.people import Staff
from bot.core.playbooks import (
    Choice,
    Effect,
    End,
    Fact,
    FactKind,
    Outcome,
    Playbook,
    Promise,
    Step,
    StillWaiting,
    Wait,
)
from tests.core.duties import AlwaysThere, OfficeHours
from tests.core.playbook_orders import order_in

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = CaseRules()
TABLE = Promises(authority=(Authority("agent", 3), Authority("supervisor", 8), Authority("manager", 15)))
MANAGER = Staff("M", "May", ("manager",))
PEOPLE = (
    MANAGER,
    Staff("A", "Anna", ("agent",)),
    Staff("S", "Sue", ("supervisor",)),
    Staff("F", "Fred", ("finance", "auditor")),
    Staff("X", "Xia", ("agent",), state="disabled"),
)
WORD = Text("话", "words")
#: Enough for any kind.
ANSWERS = ("20", "2", "没有", "要", "9折", "明天", "13800138000", "a@b.example.com", "订单号 12345678", "???", "")

ROLE = st.sampled_from(ROLES)


@st.composite
def facts(draw: st.DrawFn) -> tuple[Fact, ...]:
    made: list[Fact] = []
    for place in range(draw(st.integers(0, 3))):
        kind: FactKind = draw(st.sampled_from(get_args(FactKind)))
        choices = (Choice("a", Text("甲", "first")), Choice("b", Text("乙", "second"))) if kind == "choice" else ()
        deciding = [fact for fact in made if fact.kind == "choice"]
        branches: bool = draw(st.booleans())
        when = ((deciding[0].id, ("b",)),) if deciding and branches else ()
        optional: bool = draw(st.booleans())
        made.append(Fact(f"f{place}", kind, WORD, WORD, choices, when=when, optional=optional))
    return tuple(made)


@st.composite
def outcomes(draw: st.DrawFn, onward: str, others: list[str]) -> tuple[Outcome, ...]:
    """The first one leads on, so that most books are proved."""
    first = Outcome("on", WORD, onward, tell=draw(st.sampled_from((Text(), WORD))))
    made = [first]
    if draw(st.booleans()):
        percent = Fact("percent", "percent", label=WORD)
        promise = Promise("discount", WORD, percent="{percent}")
        made.append(Outcome("grant", WORD, draw(st.sampled_from(others)), percent, "{percent}", promise=promise))
    if draw(st.booleans()):
        made.append(Outcome("side", WORD, draw(st.sampled_from(others))))
    return tuple(made)


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    asked_for = draw(facts())
    count = draw(st.integers(1, 4))
    names = [f"s{place}" for place in range(count)]
    every = [*names, "done"]
    steps = []
    for place, name in enumerate(names):
        onward = every[place + 1]
        waits = Wait(draw(st.sampled_from((Status.PAID, Status.SIGNED))), draw(st.sampled_from((0, 15))), onward)
        resting = draw(st.booleans()) and place > 0
        minutes = draw(st.sampled_from((15, 480)))
        deciding = [fact for fact in asked_for if fact.kind == "choice"]
        skipped = bool(deciding) and draw(st.booleans())
        steps.append(
            Step(
                name,
                draw(ROLE),
                WORD,
                minutes,
                draw(ROLE),
                draw(outcomes(onward, every)),
                late_tell=draw(st.sampled_from((Text(), WORD))),
                remind_minutes=draw(st.sampled_from((0, minutes / 2))),
                waits=replace(waits, otherwise=draw(st.sampled_from(("", "done")))) if resting else None,
                when=((deciding[0].id, ("a",)),) if skipped else (),
                otherwise=onward if skipped else "",
            )
        )
    return Playbook("book", WORD, ("gift",), tuple(steps), (End("done"),), asked_for, draw(st.booleans()))


@dataclass(frozen=True)
class Act:
    kind: str
    staff: Staff
    number: int
    words: str
    role: str


ACTS = st.builds(
    Act,
    st.sampled_from(("say", "choose", "choose", "alarm", "alarm", "take", "transfer", "go_on", "wait")),
    st.sampled_from(PEOPLE),
    st.integers(0, 3),
    st.sampled_from(ANSWERS),
    ROLE,
)
ORDERS = st.sampled_from((None, order_in(Status.UNPAID), order_in(Status.SIGNED), order_in(Status.REFUNDED)))
DUTIES = st.sampled_from((AlwaysThere(), OfficeHours()))


class Walk:
    """A case and its clock."""

    def __init__(self, book: Playbook, order: Order | None, duty: WorkingTime) -> None:
        self.book, self.order, self.duty, self.now = book, order, duty, NOW
        fresh = Case("C1", "web:1", "gift", "agent", NOW, "送我")
        self.case, effects = open_case(book, fresh, NOW, duty, RULES)
        self.effects: list[Effect] = list(effects)

    def go(self, act: Act) -> None:
        before = self.case
        self.now += timedelta(seconds=7)
        getattr(self, act.kind)(act)
        if before.state == "closed":
            assert replace(self.case, alarm_at=None) == replace(before, alarm_at=None), "closed stays closed"
        self.hold()

    def hold(self) -> None:
        case = self.case
        if case.open:
            assert case.alarm_at is not None and case.alarm_at > self.now - timedelta(days=30), "nobody is forgotten"
            assert case.role in ROLES
            assert case.state == "collecting" or self.book.step(case.step), "it is somewhere"
        else:
            assert (case.alarm_at, case.due_at) == (None, None) and self.book.end(case.step)
        assert sum(isinstance(effect, StillWaiting) for effect in self.effects) <= 2
        assert most_decisions(case) <= 1

    def say(self, act: Act) -> None:
        wanted = asked(self.book, self.case)
        self.case, effects = give(self.book, self.case, act.words, (), self.now, self.duty, RULES)
        assert (wanted is None) == (effects == ()), "an answer is always answered"
        self.effects += effects

    def choose(self, act: Act) -> None:
        step = self.book.step(self.case.step) or self.book.steps[act.number % len(self.book.steps)]
        outcome = step.outcomes[act.number % len(step.outcomes)]
        chosen = self._choose(step, outcome, act.staff, act.words)
        if isinstance(chosen, Denied):
            return
        assert act.staff.active and may_act(self.book, self.case, act.staff), "only who may"
        before, self.case = self.case, chosen.case
        self.effects += chosen.effects
        again = self._choose(step, outcome, MANAGER, act.words)
        if self.case.step != before.step:
            assert again == Denied("moved", act.staff.staff_id), "the second hears who was first"

    def _choose(self, step: Step, outcome: Outcome, staff: Staff, words: str) -> Chosen | Denied:
        return choose(
            self.book, self.case, step.id, outcome.id, staff, words, TABLE, 100_00, self.now, self.duty, RULES
        )

    def alarm(self, act: Act) -> None:
        if self.case.alarm_at is not None:
            self.now = max(self.now, self.case.alarm_at)
        self.case, effects = alarm(self.book, self.case, self.order, self.now, self.duty, RULES)
        self.effects += effects
        assert self.case.alarm_at is None or self.case.alarm_at > self.now, "the clock moves on"

    def take(self, act: Act) -> None:
        self.case = take(self.case, act.staff, self.now)

    def transfer(self, act: Act) -> None:
        self.case = transfer(self.book, self.case, act.role, act.staff, self.now, self.duty, RULES)

    def go_on(self, act: Act) -> None:
        self.case, effects = go_on(self.book, self.case, act.staff.staff_id, self.now, self.duty, RULES)
        self.effects += effects

    def wait(self, act: Act) -> None:
        self.now += timedelta(hours=act.number)

    def finish(self) -> None:
        """A manager who always takes the first way out brings it to an end."""
        self.case, _ = go_on(self.book, self.case, "M", self.now, self.duty, RULES)
        for _ in range(len(self.book.steps) + 1):
            step = self.book.step(self.case.step)
            if not self.case.open or step is None:
                break
            chosen = self._choose(step, step.outcomes[0], MANAGER, "")
            assert isinstance(chosen, Chosen)
            self.case = chosen.case
        assert self.case.state == "closed"


def most_decisions(case: Case) -> int:
    """The most often that one visit of a step was decided."""
    most = now = 0
    for entry in case.history:
        if entry.what.startswith("step:"):
            now = 0
        elif decided(entry.what) and not entry.what.endswith((":reached", ":ended")):
            now += 1
        most = max(most, now)
    return most


@settings(max_examples=150, deadline=None)
@given(playbooks(), st.lists(ACTS, max_size=25), ORDERS, DUTIES)
def test_whatever_happens_a_case_is_somebodys_and_can_be_brought_to_an_end(
    book: Playbook, acts: list[Act], order: Order | None, duty: WorkingTime
) -> None:
    assume(proved(book) == [])
    walk = Walk(book, order, duty)
    for act in acts:
        walk.go(act)
    walk.finish()


@settings(max_examples=50, deadline=None)
@given(playbooks(), ORDERS, DUTIES)
def test_nobody_acts_and_still_somebody_is_called_within_two_days_of_work_always(
    book: Playbook, order: Order | None, duty: WorkingTime
) -> None:
    assume(proved(book) == [])
    walk = Walk(book, order, duty)
    act = Act("alarm", MANAGER, 0, "", "agent")
    last = NOW
    for _ in range(40):
        before = len(walk.effects)
        walk.go(act)
        if len(walk.effects) > before or not walk.case.open or walk.case.state == "watching":
            last = walk.now
        assert walk.now - last <= timedelta(days=4)
    assert len(walk.case.history) < 80, "calls that repeat do not fill the history"
