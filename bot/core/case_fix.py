"""A colleague puts right what was noted wrong: an order number, a size, a sum. Pure.

Where nobody has decided anything yet the case is sorted out anew by the right fact; else its step stays, because what
was decided stays decided. What may be served once is looked up again in either case (G8, G9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core import fact_values
from bot.core.case_keys import NOTHING_SEEN, SEEN, Seen, with_seen
from bot.core.case_order import with_order_state
from bot.core.case_run import Chosen, Denied
from bot.core.case_steps import CaseRules, Run, WorkingTime, arm, begin, decided, enter, facts_of, may_act, wanted
from bot.core.cases import Case
from bot.core.orders import Order
from bot.core.people import Staff
from bot.core.playbooks import Ask, Fact, Playbook


def fact_named(book: Playbook, words: str) -> tuple[Fact, str] | None:
    """The fact whose name, of several the longest, the words begin with, and what follows; None: no fact does."""
    plain = words.strip()
    best: tuple[Fact, str] | None = None
    for fact in facts_of(book).values():
        for name in (fact.id, fact.label.zh, fact.label.en, *fact.aliases):
            if name and plain.casefold().startswith(name.casefold()):
                rest = plain[len(name) :]
                ends = not rest or not (rest[0].isascii() and rest[0].isalnum() and name[-1].isascii())
                if ends and (best is None or len(rest) < len(best[1])):
                    best = (fact, rest)
    return (best[0], best[1].lstrip(" :：=＝为是")) if best else None


def correct(
    book: Playbook,
    case: Case,
    fact_id: str,
    written: str,
    staff: Staff,
    now: datetime,
    duty: WorkingTime,
    rules: CaseRules,
    orders: Sequence[Order] | None = None,
    seen: Seen = NOTHING_SEEN,
) -> Chosen | Denied:
    """``written`` in the place of what was known of a fact, by who has the case or may decide its step."""
    if not case.open:
        return Denied("closed")
    if not (staff.active and (case.assigned == staff.staff_id or may_act(book, case, staff))):
        return Denied("not_yours")
    fact = facts_of(book).get(fact_id)
    if fact is None or fact.kind == "photo":
        return Denied("unknown")
    value = fact_values.read(fact, written, (), now)
    if value is None or (not value and not fact.optional):
        return Denied(f"enter:{fact.id}")
    # Who sees the history need not see the value (E8).
    fixed = case.with_fact(fact.id, value).noted(now, staff.staff_id, f"fact:{fact.id}")
    if fact.id == "order_no":
        fixed = replace(fixed, order_nos=(value,))
    return _gone_on(Run(book, now, duty, rules, orders, seen), case, fixed, staff)


def _gone_on(run: Run, before: Case, case: Case, staff: Staff) -> Chosen:
    if case.state == "collecting":
        return _asked_on(run, before, case, staff)
    case = with_seen(run.book, with_order_state(case, run.orders, run.now), run.seen, run.now)
    found_again = case.fact(SEEN) == "yes" != before.fact(SEEN)
    nobody_decided = not any(decided(entry.what) for entry in case.history)
    if run.book.steps and (found_again or nobody_decided):
        moved, effects = enter(run, case, run.book.steps[0].id, staff.staff_id, asked=False)
        if (moved.state, moved.step) != (before.state, before.step):
            return Chosen(moved, effects)
    return Chosen(case, ())


def _asked_on(run: Run, before: Case, case: Case, staff: Staff) -> Chosen:
    """She is not asked any more for what a colleague filled in."""
    case = with_order_state(case, run.orders, run.now)
    fact = wanted(run.book, case, case.step)
    if fact is None:
        return Chosen(*begin(run, case, staff.staff_id))
    same = wanted(run.book, before, before.step) == fact
    return Chosen(arm(run, case), () if same else (Ask(fact, fact.source or run.book.source),))
