"""Random people, orders and clocks walk through every playbook of the demo shop.

Wherever they go: no dead end, no promise beyond the authority table, no open matter without a deadline and somebody
whose it is, and the shopper always hears what comes next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.case_order import order_meant, paid_fen
from bot.core.case_run import CaseRules, Chosen, alarm, asked, choose, give, go_on, open_case
from bot.core.case_steps import Run, enter
from bot.core.cases import ROLES, Case
from bot.core.forbidden import FORBIDDEN_EN, FORBIDDEN_ZH
from bot.core.orders import Order, Status
from bot.core.people import Staff, covers
from bot.core.playbooks import (
    AskSatisfaction,
    Effect,
    Fact,
    Follow,
    Grant,
    NoteOrder,
    Outcome,
    Playbook,
    StillWaiting,
    Tell,
)
from tests.core.duties import AlwaysThere, OfficeHours
from tests.core.playbook_facts import known_at
from tests.core.playbook_orders import order_in
from tests.demo import demo_shop

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = CaseRules()
SHOP = demo_shop()
#: Every role alone; the manager last.
PEOPLE = tuple(Staff(f"W{place}", role, (role,)) for place, role in enumerate(ROLES))
MANAGER = Staff("M", "May", ("manager",))
JUNK = ("???", "", "嗯", "我不知道怎么说")
STATES = (None, *Status)
#: Kind of act and two numbers that say which of the things possible.
ACTS = st.lists(
    st.tuples(st.sampled_from("ssccccaaot"), st.integers(0, 59), st.integers(0, 59)), min_size=5, max_size=18
)


@cache
def distance(book_id: str) -> dict[str, int]:
    """Decisions to the nearest end, by the playbook's own lines."""
    book = next(b for b in SHOP.playbooks if b.id == book_id)
    known = {end.id: 0 for end in book.ends}
    for _ in book.steps:
        for step in book.steps:
            targets = [o.to for o in step.outcomes] + [to for to in (step.goes, step.otherwise) if to]
            reach = [known[to] + 1 for to in targets if to in known]
            if reach and min(reach) < known.get(step.id, 99):
                known[step.id] = min(reach)
    return known


def answers(fact: Fact) -> tuple[str, ...]:
    """What she may say to it: each name of a choice, else what can be read; and what cannot."""
    if fact.kind == "choice":
        return (*(choice.label.zh for choice in fact.choices), *JUNK)
    said = {
        "yes_no": ("是的", "没有"), "number": ("3",), "money": ("25", "0", "199.5"), "percent": ("10%", "20%", "9%"),
        "date": ("11月20日",), "phone": ("13800138000",), "email": ("a@b.example.com",),
        "order": ("XE1", "ZZ-8899001"), "photo": ("[photo]",), "text": ("一件黑色T恤，左袖",),
            "address": ("佛山市禅城区某路12号",),
    }  # fmt: skip
    return (*said[fact.kind], *JUNK)


class Walk:
    def __init__(self, book: Playbook, state: Status | None, hours: bool) -> None:
        self.book, self.now = book, NOW
        self.duty = OfficeHours() if hours else AlwaysThere()
        self.orders: tuple[Order, ...] = (order_in(state),) if state is not None else ()
        numbers = tuple(order.order_no for order in self.orders)
        fresh = Case("C1", "web:1", book.reasons[0], "agent", NOW, "", order_nos=numbers)
        self.case, effects = open_case(book, fresh, NOW, self.duty, RULES, self.orders)
        self.effects: list[Effect] = []
        self._after(self.case, self.case, effects, spoke=True)

    def jump(self, place: int) -> None:
        """To the step at ``place``, with facts that lead there; odd walks reach what is deep in a long playbook."""
        step = self.book.steps[place % len(self.book.steps)]
        if step.goes or not self.case.open:
            return
        run, before = Run(self.book, self.now, self.duty, RULES), self.case
        case, effects = enter(run, known_at(self.book, step, before), step.id, "W0", asked=False)
        assert case.step == step.id
        self._after(before, case, effects)

    def act(self, kind: str, first: int, second: int) -> None:
        self.now += timedelta(seconds=7)
        {"s": self.say, "c": self.choose, "a": self.alarm, "o": self.order, "t": self.wait}[kind](first, second)

    def say(self, first: int, second: int) -> None:
        fact = asked(self.book, self.case)
        if fact is None:
            return
        words = answers(fact)[first % len(answers(fact))]
        photo = ("web:p",) if words == "[photo]" else ()
        text = "" if photo else words
        before = self.case
        case, effects = give(self.book, before, text, photo, self.now, self.duty, RULES, self.orders)
        self._after(before, case, effects, spoke=True)

    def choose(self, first: int, second: int) -> None:
        step = self.book.step(self.case.step)
        if step is None or not step.outcomes:
            return
        outcome = step.outcomes[first % len(step.outcomes)]
        called = [staff for staff in PEOPLE if self.case.role in staff.roles]
        staff = (*called, *PEOPLE)[second % (len(PEOPLE) + len(called))] if second % 3 else called[0]
        self._choose(outcome, staff, second)

    def _choose(self, outcome: Outcome, staff: Staff, which: int) -> bool:
        entered = answers(outcome.enter) if outcome.enter is not None else ("",)
        words = entered[which % len(entered)]
        before, order = self.case, order_meant(self.orders, self.case)
        chosen = choose(
            self.book, before, before.step, outcome.id, staff, words, SHOP.promises, order.goods_fen if order else 0,
            self.now, self.duty, RULES, self.orders, paid_fen(order),
        )  # fmt: skip
        if not isinstance(chosen, Chosen):
            return False
        for effect in chosen.effects:
            if isinstance(effect, Grant):
                within_the_table(effect, outcome, staff, paid_fen(order) or (order.goods_fen if order else 0))
        self._after(before, chosen.case, chosen.effects)
        return True

    def alarm(self, first: int, second: int) -> None:
        if self.case.alarm_at is not None:
            self.now = max(self.now, self.case.alarm_at)
        before, order = self.case, order_meant(self.orders, self.case)
        case, effects = alarm(self.book, before, order, self.now, self.duty, RULES, self.orders)
        assert case.alarm_at is None or case.alarm_at > self.now, "the clock moves on"
        self._after(before, case, effects)

    def order(self, first: int, second: int) -> None:
        """The platform reports that her order moved on."""
        if self.orders:
            status = tuple(Status)[first % len(Status)]
            history = (*self.orders[0].history, (status, self.now, "api"))
            self.orders = (replace(self.orders[0], status=status, history=history),)

    def wait(self, first: int, second: int) -> None:
        self.now += timedelta(hours=second)

    def _after(self, before: Case, after: Case, effects: Sequence[Effect], *, spoke: bool = False) -> None:
        self.case = after
        self.effects += effects
        for words in told(effects):
            assert words.strip() and "{" not in words, f"{self.book.id}: {words}"
            assert not any(phrase in words.casefold() for phrase in (*FORBIDDEN_ZH, *FORBIDDEN_EN)), words
        if after.open:
            assert after.alarm_at is not None, "somebody looks at it again"
            assert after.role in ROLES, "it is somebody's"
            if after.state == "collecting":
                assert asked(self.book, after) is not None, "she knows what she is asked for"
            else:
                step = self.book.step(after.step)
                assert step is not None and not step.goes and step.outcomes and step.late_role in ROLES
                assert after.due_at is not None, "no deadline"
        elif before.open:
            self._ended(effects)
        if spoke and after.state == "collecting":
            assert effects, "her words are answered"

    def _ended(self, effects: Sequence[Effect]) -> None:
        end = self.book.end(self.case.step)
        assert end is not None and (self.case.alarm_at, self.case.due_at) == (None, None)
        last = [effect for effect in effects if isinstance(effect, (Tell, AskSatisfaction, Follow))]
        assert last or not end.satisfaction, "she is not left without a next word"
        for effect in effects:
            assert not isinstance(effect, Follow) or effect.reason in SHOP.playbook_by_reason, effect

    def finish(self) -> None:
        """A manager who takes the shortest way out brings it to an end, whatever happened before."""
        for _ in range(4 * len(self.book.steps) + 4):
            if not self.case.open:
                return
            self.now += timedelta(minutes=1)
            if self.case.state == "collecting":
                before = self.case
                case, effects = go_on(self.book, before, "M", self.now, self.duty, RULES, self.orders)
                self._after(before, case, effects)
                continue
            step = self.book.step(self.case.step)
            assert step is not None
            ways = sorted(step.outcomes, key=lambda o: distance(self.book.id)[o.to])
            assert any(self._choose(way, MANAGER, n) for way in ways for n in range(4)), f"stuck at {step.id}"
        assert not self.case.open, f"goes round at {self.case.step}"


def told(effects: Sequence[Effect]) -> Iterator[str]:
    for effect in effects:
        if isinstance(effect, Tell):
            yield from (effect.text.zh, effect.text.en)
        elif isinstance(effect, Grant):
            yield effect.words.zh
        elif isinstance(effect, NoteOrder):
            yield effect.content


def within_the_table(grant: Grant, outcome: Outcome, staff: Staff, base: int) -> None:
    """Counted anew from the table's own rows."""
    promise = outcome.promise
    assert promise is not None and grant.staff_id == staff.staff_id
    if grant.kind not in ("coupon", "cash"):
        return
    rows = [row for row in SHOP.promises.authority if covers(staff.roles, row.role)]
    causes = [cause for row in rows for cause in row.makes_up_for(promise.cause)]
    may = [(c.cash_percent if grant.kind == "cash" else c.coupon_percent, c.up_to_fen) for c in causes]
    percent_only = grant.amount_fen == 0 or not base
    assert any(
        most is not None
        and (grant.percent <= most if percent_only else grant.amount_fen * 100 <= most * base)
        and grant.amount_fen <= up_to
        for most, up_to in may
    ), f"{grant} as {staff.roles}"


@pytest.mark.parametrize("book", SHOP.playbooks, ids=lambda book: book.id)
def test_two_hundred_walks_end_well(book: Playbook) -> None:
    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(ACTS, st.sampled_from(STATES), st.booleans(), st.integers(-15, 25))
    def walks(acts: list[tuple[str, int, int]], state: Status | None, hours: bool, place: int) -> None:
        walk = Walk(book, state, hours)
        if place >= 0:
            walk.jump(place)
        for kind, first, second in acts:
            walk.act(kind, first, second)
            if not walk.case.open:
                break
        walk.finish()
        assert sum(isinstance(effect, StillWaiting) for effect in walk.effects) <= 2

    walks()
