"""The engine of cases: open, collect facts, decide step by step, escalate, close. Pure; every function is total.

It says what is to be told, written, promised and who is to be called as effects; whoever runs a case does them in the
transaction that stores it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import fact_values
from bot.core.case_alarm import alarm
from bot.core.case_authority import needs_role
from bot.core.case_keys import NOTHING_SEEN, Seen
from bot.core.case_order import holds, with_order_state
from bot.core.case_steps import (
    HANDOVER,
    CaseRules,
    Moved,
    Run,
    WorkingTime,
    arm,
    begin,
    current,
    decided,
    due_at,
    enter,
    fill,
    filled,
    may_act,
    opened_for,
    tell,
    twice,
    wanted,
)
from bot.core.cases import ROLES, Case
from bot.core.catalogue import Promises, Text
from bot.core.money import yuan
from bot.core.orders import Order
from bot.core.people import Staff, covers
from bot.core.playbook_proof import proved
from bot.core.playbooks import Ask, Effect, Fact, Follow, Grant, Keep, NoteOrder, Outcome, Playbook, Step, StillWaiting
from bot.core.promises import NOBODY

__all__ = [
    "HANDOVER",
    "CaseRules",
    "Chosen",
    "Denied",
    "StillWaiting",
    "WorkingTime",
    "alarm",
    "asked",
    "choose",
    "give",
    "go_on",
    "may_act",
    "open_case",
    "proved",
    "take",
    "transfer",
]

#: After so many answers that cannot be read her words are kept as they are, for a person to read.
MOST_TRIES = 3


#: A second press of what led back to its own step counts as the first one for so long.
_SAME_PRESS = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Chosen:
    case: Case
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Denied:
    #: ``not_yours``, ``four_eyes``, ``moved``, ``closed``, ``unknown``, ``enter:<fact id>``, ``beyond:<role>``, or
    #: ``beyond_all``: the authority table lets nobody promise so much.
    reason: str
    #: Who decided it before, where it ``moved``.
    by: str = ""


# --- collecting facts ---


def open_case(
    book: Playbook,
    case: Case,
    now: datetime,
    duty: WorkingTime,
    rules: CaseRules,
    orders: Sequence[Order] | None = None,
    seen: Seen = NOTHING_SEEN,
) -> Moved:
    """Begin ``case`` (new, for ``case.role``) by ``book``: the first fact that is not known already is asked.

    ``orders``: all of hers, for the state of the one it is about; None: that is not known here.
    """
    run = Run(book, now, duty, rules, orders, seen)
    role = book.role or case.role
    case = replace(case, playbook=book.id, state="collecting", step="", assigned="", escalated=0)
    case = replace(case.noted(now, "bot", "opened", case.role), role=role)
    return _next(run, _with_known(book, case, now), "bot")


def asked(book: Playbook, case: Case) -> Fact | None:
    """The fact it waits for; None: for none."""
    return wanted(book, case, case.step) if case.state == "collecting" else None


def give(
    book: Playbook,
    case: Case,
    text: str,
    media: tuple[str, ...],
    now: datetime,
    duty: WorkingTime,
    rules: CaseRules,
    orders: Sequence[Order] | None = None,
    seen: Seen = NOTHING_SEEN,
) -> Moved:
    """Her answer to the fact asked for: kept and the next one asked, or asked again when it cannot be read.

    A form filled in line by line (``税号: …``) answers several at once.
    """
    fact = asked(book, case)
    if fact is None:
        return case, ()
    run = Run(book, now, duty, rules, orders, seen)
    form = _form(book, case, text, now)
    for name, written in form.items():
        case = _with_answer(case, name, written, now)
    if form:
        return _next(run, case, "shopper")
    value = fact_values.read(fact, text, media, now)
    if value is None:
        return _unread(run, case, fact, text)
    return _next(run, _with_answer(case, fact.id, value, now), "shopper")


def go_on(
    book: Playbook,
    case: Case,
    who: str,
    now: datetime,
    duty: WorkingTime,
    rules: CaseRules,
    orders: Sequence[Order] | None = None,
    seen: Seen = NOTHING_SEEN,
) -> Moved:
    """Stop asking: a person takes it from here with what is known. Nothing happens to a case that asks nothing."""
    if case.state != "collecting":
        return case, ()
    return begin(Run(book, now, duty, rules, orders, seen), case, who)


def _next(run: Run, case: Case, who: str) -> Moved:
    case = with_order_state(case, run.orders, run.now)
    fact = asked(run.book, case)
    if fact is None:
        return begin(run, case, who)
    return arm(run, case), (Ask(fact, fact.source or run.book.source),)


def _unread(run: Run, case: Case, fact: Fact, text: str) -> Moved:
    case = case.noted(run.now, "shopper", f"unread:{fact.id}")
    tries = sum(entry.what == f"unread:{fact.id}" for entry in case.history)
    if tries < MOST_TRIES:
        return arm(run, case), (Ask(fact, fact.source or run.book.source, again=True),)
    return _next(run, _with_answer(case, fact.id, fact_values.as_written(text), run.now), "shopper")


def _with_answer(case: Case, name: str, value: str, now: datetime) -> Case:
    """The value itself stands in the facts only: the history is shown to more people (E8)."""
    return case.with_fact(name, value).noted(now, "shopper", f"fact:{name}")


def _with_known(book: Playbook, case: Case, now: datetime) -> Case:
    """Facts that what was said before answers already."""
    for fact in book.facts:
        value = _known(fact, case, now) if not fact.at and holds(fact.when, case.known) else None
        known = {name: kept for name, kept in case.facts if name != fact.id}
        if value:
            known[fact.id] = value
        case = replace(case, facts=tuple(known.items()))
    return case


def _known(fact: Fact, case: Case, now: datetime) -> str | None:
    said = case.known
    for name in (fact.id, fact.known_as):
        if name and (value := said.get(name)):
            return _value(fact, value, now)
    if fact.known_as == "words":
        return fact_values.find(fact, case.words, now)
    if fact.kind == "order" and len(case.order_nos) == 1:
        return case.order_nos[0]
    return None


def _value(fact: Fact, value: str, now: datetime) -> str | None:
    """What stands among the known facts is a value already, or words to be read."""
    if fact.kind == "money" and value.isdecimal():
        return value
    if fact.kind == "choice" and any(choice.id == value for choice in fact.choices):
        return value
    return fact_values.read(fact, value, (value,) if fact.kind == "photo" else (), now)


_FORM_LINE = re.compile(r"\s*(?:\d{1,2}\s*[.、)）]\s*)?(?P<name>[^:：=]{1,40}?)\s*[:：=]\s*(?P<value>\S.*)")


def _form(book: Playbook, case: Case, text: str, now: datetime) -> dict[str, str]:
    """Facts that she wrote with their names before them, a line each; of two of one name that of her own branch."""
    found: dict[str, str] = {}
    for part in re.split(r"[\n;；]", text):
        match = _FORM_LINE.fullmatch(part)
        name = match["name"].strip().casefold() if match else ""
        known = case.known | found
        meant = (fact for fact in book.facts if name in _form_names(fact) and holds(fact.when, known))
        fact = next(meant, None) if name else None
        value = fact_values.read(fact, match["value"], (), now) if match and fact else None
        if fact and value is not None:
            found[fact.id] = value
    return found


def _form_names(fact: Fact) -> list[str]:
    return [name.casefold() for name in (fact.label.zh, fact.label.en, *fact.aliases) if name]


# --- people act ---


def take(case: Case, staff: Staff, now: datetime) -> Case:
    """Somebody is on it from now on; a closed case stays as it is."""
    if case.state == "closed" or case.assigned == staff.staff_id:
        return case
    return replace(case, assigned=staff.staff_id).noted(now, staff.staff_id, "taken")


def transfer(
    book: Playbook, case: Case, role: str, staff: Staff, now: datetime, duty: WorkingTime, rules: CaseRules
) -> Case:
    """Another role is asked to do the present step; nobody has taken it then. Unknown roles change nothing."""
    step = current(book, case)
    if step is None or role not in ROLES:
        return case
    run = Run(book, now, duty, rules)
    case = replace(case, role=role, assigned="", escalated=0, due_at=due_at(run, case, step, role, now))
    return arm(run, case.noted(now, staff.staff_id, f"transferred:{role}"))


def choose(
    book: Playbook,
    case: Case,
    step_id: str,
    outcome_id: str,
    staff: Staff,
    entered: str,
    shop_promises: Promises,
    goods_fen: int,
    now: datetime,
    duty: WorkingTime,
    rules: CaseRules,
    orders: Sequence[Order] | None = None,
    paid_fen: int = 0,
    seen: Seen = NOTHING_SEEN,
) -> Chosen | Denied:
    """A person decides the step a button was shown for; ``entered``: what its outcome asks to be entered.

    ``goods_fen``: sum of the order or basket at hand, which the authority table needs. ``paid_fen``: what was paid for
    the order, from which coupons and money back are counted; 0: not known, and the sum of the goods counts.
    """
    found = _choice(book, case, step_id, outcome_id, staff)
    if isinstance(found, Denied):
        return found
    step, outcome = found
    if by := _chosen_just_now(case, step, outcome, now):
        return Denied("moved", by)
    if outcome.enter is not None:
        value = fact_values.read(outcome.enter, entered, (), now)
        if value is None or (not value and not outcome.enter.optional) or not _is_below(outcome.enter, value, case):
            return Denied(f"enter:{outcome.enter.id}")
        case = case.with_fact(outcome.enter.id, value)
    granted = _granted(book, case, outcome, staff, shop_promises, goods_fen, paid_fen or goods_fen)
    if isinstance(granted, Denied):
        return granted
    for grant in granted:
        case = case.with_fact("given", _given(grant)).with_fact("granted", grant.words.zh or grant.words.en)
    words = "" if outcome.enter is None or outcome.enter.masked else fact_values.as_written(entered)
    case = case.noted(now, staff.staff_id, f"{step.id}:{outcome.id}", words)
    run = Run(book, now, duty, rules, orders, seen)
    effects = (*_written(book, case, outcome, staff), *granted, *tell(run, outcome.tell, case, outcome.source))
    case = replace(case, promised=(*case.promised, *(grant.words.zh or grant.words.en for grant in granted)))
    case, after = enter(run, _handed_on(book, case, outcome, staff), outcome.to, staff.staff_id)
    if outcome.keeps:
        effects = (*effects, Keep(staff.staff_id))
    beside = (Follow(outcome.opens),) if outcome.opens else ()
    return Chosen(case, (*effects, *beside, *after))


def _is_below(fact: Fact, value: str, case: Case) -> bool:
    before = case.fact(fact.below) if fact.below else ""
    return not (value.isdecimal() and before.isdecimal()) or int(value) < int(before)


def _choice(book: Playbook, case: Case, step_id: str, outcome_id: str, staff: Staff) -> tuple[Step, Outcome] | Denied:
    """The outcome chosen, if this person may choose it now."""
    pressed, step = book.step(step_id), current(book, case)
    if pressed is None:
        return Denied("unknown")
    if step is None or step.id != step_id:
        roles = (pressed.role or opened_for(case), pressed.late_role, case.role)
        if not staff.active or not any(covers(staff.roles, role) for role in roles if role):
            return Denied("not_yours")
        by = next((entry.who for entry in reversed(case.history) if decided(entry.what) == step_id), "")
        return Denied("closed" if case.state == "closed" and not by else "moved", by)
    if not may_act(book, case, staff):
        return Denied("four_eyes" if twice(case, step, staff) else "not_yours")
    outcome = next((outcome for outcome in step.outcomes if outcome.id == outcome_id), None)
    return (step, outcome) if outcome else Denied("unknown")


def _chosen_just_now(case: Case, step: Step, outcome: Outcome, now: datetime) -> str:
    """Who chose this very outcome a moment ago, by which the step began anew: of two who press at once one counts."""
    if outcome.to != step.id or len(case.history) < 2:
        return ""
    chosen, begun = case.history[-2:]
    same = (chosen.what, begun.what) == (f"{step.id}:{outcome.id}", f"step:{step.id}")
    return chosen.who if same and now - chosen.at < _SAME_PRESS else ""


def _handed_on(book: Playbook, case: Case, outcome: Outcome, staff: Staff) -> Case:
    """Who decided keeps the case where the next step is hers too; at an end it stays hers."""
    step = book.step(outcome.to)
    keeps = step is None or not step.role or covers(staff.roles, step.role)
    return replace(case, assigned=staff.staff_id if keeps else "")


def _written(book: Playbook, case: Case, outcome: Outcome, staff: Staff) -> tuple[Effect, ...]:
    if not outcome.note and outcome.flag is None:
        return ()
    return (NoteOrder(filled(book, outcome.note, case, "zh"), staff.staff_id, outcome.flag),)


def _granted(
    book: Playbook,
    case: Case,
    outcome: Outcome,
    staff: Staff,
    shop_promises: Promises,
    goods_fen: int,
    paid_fen: int,
) -> tuple[Grant, ...] | Denied:
    """What the outcome promises, if the authority table lets this person."""
    promise = outcome.promise
    if promise is None:
        return ()
    percent, fen = _figure(case, promise.percent, 1), _figure(case, promise.yuan, 100)
    if percent is None or fen is None:
        return Denied(f"enter:{outcome.enter.id}" if outcome.enter else "unknown")
    makes_up = promise.kind in ("coupon", "cash")
    if makes_up and percent and paid_fen:
        fen = _of_paid(percent, paid_fen, _figure(case, promise.at_most, 100))
    asked_percent = 0 if makes_up and fen else percent
    base = paid_fen if makes_up else goods_fen
    needed, as_role = needs_role(shop_promises, staff.roles, promise, asked_percent, fen, base)
    if needed:
        return Denied("beyond_all" if needed == NOBODY else f"beyond:{needed}")
    grant = Grant(promise.kind, Text(), percent, fen, promise.within_hours, staff.staff_id, as_role, promise.calendar)
    told = case.with_fact("given", _given(grant))
    return (replace(grant, words=fill(book, promise.words or Text(outcome.label.zh, outcome.label.en), told)),)


def _of_paid(percent: int, paid_fen: int, most_fen: int | None) -> int:
    """Never rounded up: the table counts by the fen."""
    return min(percent * paid_fen // 100, most_fen or paid_fen)


def _given(grant: Grant) -> str:
    """What it is worth, as everybody reads it."""
    return yuan(grant.amount_fen) if grant.amount_fen else f"{grant.percent}%" if grant.percent else ""


def _figure(case: Case, figure: str, unit: int) -> int | None:
    """A number of the playbook in ``unit``s, or the value of a fact, which is in the smallest unit already."""
    if not figure:
        return 0
    if figure.startswith("{"):
        value = case.fact(figure.strip("{}"))
        return int(value) if value.isdecimal() and len(value) <= 12 else None
    try:
        return round(float(figure) * unit)
    except (ValueError, OverflowError):
        return None
