"""Facts with which a case can stand at a step, for tests that begin in the middle of a playbook."""

from __future__ import annotations

from bot.core.case_order import HOURS_RULE
from bot.core.case_steps import facts_of
from bot.core.cases import Case
from bot.core.playbooks import Playbook, Step


def known_at(book: Playbook, step: Step, case: Case) -> Case:
    """Every fact is known, and those that decide as the step wants them."""
    for fact in facts_of(book).values():
        case = case.with_fact(fact.id, _SOME.get(fact.kind, "x") if fact.kind != "choice" else fact.choices[0].id)
    for name, values in step.when:
        hours = HOURS_RULE.fullmatch(values[0])
        value = values[0] if hours is None else str(int(hours[2]) - (hours[1] == "under"))
        case = case.with_fact(name, value)
    return case


#: Values as they are kept, by kind.
_SOME = {"number": "2", "percent": "10", "money": "500", "yes_no": "yes", "order": "XE1", "date": "2026-12-01"}
