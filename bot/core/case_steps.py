"""How a case enters a step or an end, who may act at it, and what the clock has to look at next. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.core import fact_values
from bot.core.case_keys import SEEN, Seen, with_seen
from bot.core.case_order import ages, holds, with_order_state
from bot.core.cases import ROLES, Case, Entry
from bot.core.catalogue import Text
from bot.core.messages import Language
from bot.core.orders import Order
from bot.core.people import Staff, covers
from bot.core.playbooks import Ask, AskSatisfaction, CallStaff, Effect, End, Fact, Follow, Outcome, Playbook, Step, Tell

#: The built-in handover: somebody of the role the case is for talks with her until the matter is done.
HANDOVER = Playbook(
    id="",
    title=Text("人工服务", "A person"),
    reasons=(),
    talks=True,
    steps=(
        Step(
            "answer",
            "",
            Text("接待顾客，把事情办完", "Talk with the shopper and settle the matter"),
            within_minutes=480,
            late_role="supervisor",
            outcomes=(Outcome("done", Text("已办完", "Done"), to="done"),),
        ),
    ),
    ends=(End("done"),),
)

#: Who may let something be served a second time.
SENIOR = ("supervisor", "manager")
#: Nobody comes above her.
TOP_ROLE = "manager"
#: What an empty value is told as.
UNKNOWN = "—"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class CaseRules:
    #: Of duty time, from opening until somebody took a case of a playbook that talks (E4).
    first_response_seconds: float = 60
    #: Of duty time, between two calls once the top role was asked.
    remind_again_minutes: float = 10
    #: Of silence while facts are collected; then a person goes on with what is known.
    collect_minutes: float = 30
    #: How often a resting case looks at its order.
    watch_minutes: float = 60


class WorkingTime(Protocol):
    """What a case needs to know of rosters; :class:`bot.core.people.Duty` is one."""

    def deadline(self, at: datetime, role: str, minutes: float) -> datetime:
        """After so many minutes of the role's duty time."""
        ...

    def days_end(self, at: datetime, days: int) -> datetime:
        """The end of the ``days``-th day of the shop's calendar after that of ``at``."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """What every move of a case needs beside the case."""

    book: Playbook
    now: datetime
    duty: WorkingTime
    rules: CaseRules
    #: Hers, for the state of the one the case is about; None: not known here, and the case keeps what it knew.
    orders: Sequence[Order] | None = None
    #: What was looked up of things that may be served once.
    seen: Seen = field(default_factory=dict)


Moved = tuple[Case, tuple[Effect, ...]]

# --- where a case is ---


def current(book: Playbook, case: Case) -> Step | None:
    """The step it is at; the first one where the playbook was rewritten meanwhile. None while collecting, or closed."""
    if case.state in ("collecting", "closed"):
        return None
    return book.step(case.step) or (book.steps[0] if book.steps else None)


def since_begun(case: Case) -> tuple[Entry, ...]:
    """History from where the present step began, or went to another role, on."""
    for place in range(len(case.history) - 1, -1, -1):
        if case.history[place].what.startswith(("step:", "transferred:")):
            return case.history[place:]
    return case.history


def begun_at(case: Case) -> datetime:
    entries = since_begun(case)
    return entries[0].at if entries else case.opened_at


def own_role(book: Playbook, case: Case) -> str:
    """Whose step it is by rights, before the clock asked anybody else."""
    entries = since_begun(case)
    if entries and entries[0].what.startswith("transferred:"):
        return entries[0].what.removeprefix("transferred:")
    step = current(book, case)
    return step.role if step and step.role else opened_for(case)


def opened_for(case: Case) -> str:
    return next((entry.words for entry in case.history if entry.what == "opened" and entry.words), case.role)


def may_act(book: Playbook, case: Case, staff: Staff) -> bool:
    """Everybody who was asked since the step began may: who was asked first, and each one called after her.

    What was served before is decided by nobody below the step's own role, whoever it was passed to (G8, G9).
    """
    step = current(book, case)
    if twice(case, step, staff):
        return False
    if step is not None and step.role in SENIOR and case.fact(SEEN) == "yes":
        return staff.active and covers(staff.roles, step.role)
    called = (entry.words for entry in since_begun(case) if entry.what in ("unanswered", "late"))
    roles = {case.role, own_role(book, case), *(role for role in called if role in ROLES)} - {""}
    return staff.active and any(covers(staff.roles, role) for role in roles)


def twice(case: Case, step: Step | None, staff: Staff) -> bool:
    """Whether she decided before what somebody else is to look at now."""
    before = step.not_by if step is not None else ()
    return any(entry.who == staff.staff_id and decided(entry.what) in before for entry in case.history if before)


def unanswered(book: Playbook, case: Case) -> bool:
    """Nobody has come yet, and she waits for it: only where a person talks with her."""
    if not book.talks or case.assigned or case.state not in ("open", "watching"):
        return False
    return not any(entry.what == "taken" or _chosen(entry) for entry in _since_asked(case))


def _since_asked(case: Case) -> tuple[Entry, ...]:
    """History from the opening, or the last transfer, on."""
    for place in range(len(case.history) - 1, -1, -1):
        if case.history[place].what.startswith("transferred:"):
            return case.history[place:]
    return case.history


def _chosen(entry: Entry) -> bool:
    return decided(entry.what) != "" and not entry.what.endswith(":reached")


def decided(what: str) -> str:
    """The step that an entry settled, empty for entries of other kinds."""
    head, colon, _ = what.partition(":")
    return head if colon and head not in ("fact", "unread", "step", "transferred") else ""


def last_told(book: Playbook, case: Case) -> Text:
    """What she was told when a step was decided last; empty: nothing was yet."""
    for entry in reversed(case.history):
        step = book.step(decided(entry.what))
        chosen = entry.what.rpartition(":")[2]
        outcome = next((one for one in step.outcomes if one.id == chosen), None) if step is not None else None
        if outcome is not None and outcome.tell:
            return fill(book, outcome.tell, case)
    return Text()


# --- going to a step or an end ---


def enter(run: Run, case: Case, to: str, who: str, *, asked: bool = True) -> Moved:
    """At a step its role is called; at an end the matter is closed.

    ``asked``: what the step asks of her is asked now, anew where it was asked before; False: she answered, or will not.
    """
    case = with_seen(run.book, with_order_state(case, run.orders, run.now), run.seen, run.now)
    case, to, fact = _passed_on(run.book, case, to, asked, run.now)
    step = run.book.step(to)
    if step is not None and fact is not None:
        case = replace(case, state="collecting", step=step.id, role=step.role or opened_for(case), due_at=None)
        return arm(run, replace(case, escalated=0)), (Ask(fact, fact.source or run.book.source),)
    if step is None:
        return _close(run, case, to, who)
    role = step.role or opened_for(case)
    within = due_at(run, case, step, role, run.now)
    state: Literal["watching", "open"] = "watching" if step.waits else "open"
    case = replace(case, state=state, step=step.id, role=role, due_at=within, escalated=0)
    case = arm(run, case.noted(run.now, who, f"step:{step.id}"))
    told = tell(run, step.tell, case, step.source)
    return case, told if step.waits else (*told, CallStaff(role, "step"))


def _passed_on(book: Playbook, case: Case, to: str, asked: bool, now: datetime) -> tuple[Case, str, Fact | None]:
    """The step meant, or the one that stands in for it where the facts are other ones; and what it asks her first."""
    for _ in book.steps:
        step = book.step(to)
        if step is None:
            break
        case = _forgotten(book, case, step) if asked else case
        fact = wanted(book, case, step.id)
        if fact is not None and (asked or not step.goes):  # not answered though asked: the step is its role's
            return case, to, fact if asked else None
        if not holds(step.when, ages(case.known, now)):
            to, asked = step.otherwise, True
        elif step.goes:
            to, asked = step.goes, True
        else:
            break
    return case, to, None


def _forgotten(book: Playbook, case: Case, step: Step) -> Case:
    """Without the answers of an earlier visit of the step."""
    old = {fact.id for fact in book.facts if fact.at == step.id}
    return replace(case, facts=tuple((name, value) for name, value in case.facts if name not in old)) if old else case


def wanted(book: Playbook, case: Case, step_id: str) -> Fact | None:
    """The next fact to ask at a step; ``step_id`` empty: at first."""
    known = case.known
    mine = (fact for fact in book.facts if fact.at == step_id)
    return next((fact for fact in mine if fact.id not in known and holds(fact.when, known)), None)


def tell(run: Run, text: Text, case: Case, source: str = "") -> tuple[Effect, ...]:
    return (Tell(fill(run.book, text, case), source or run.book.source),) if text else ()


def _close(run: Run, case: Case, to: str, who: str) -> Moved:
    end = run.book.end(to)
    freed = end is None or end.frees
    case = replace(case, state="closed", step=to, alarm_at=None, due_at=None, escalated=0)
    case = replace(case, key="") if freed else case
    case = case.noted(run.now, who, "closed", to)
    if end is not None and end.then:
        return case, (Follow(end.then),)
    return case, (AskSatisfaction(),) if end is not None and end.satisfaction else ()


def begin(run: Run, case: Case, who: str) -> Moved:
    """The facts are there, or there will be no more: on to the first step, or to the one that asked."""
    if case.state == "collecting" and run.book.step(case.step) is not None:
        return enter(run, case, case.step, who, asked=False)
    told = tell(run, run.book.tell, case)
    ends = run.book.ends
    first = run.book.steps[0].id if run.book.steps else ends[0].id if ends else ""
    case, effects = enter(run, case, first, who)
    return case, (*told, *effects)


# --- the clock ---

#: ``answer``: nobody has come. ``remind``: the step is half way. ``late``: its time is over. ``again``: still nothing.
Alarm = Literal["answer", "remind", "late", "again"]


def arm(run: Run, case: Case) -> Case:
    """Set the moment at which the clock looks at it next; an open case always has one."""
    if case.state == "closed":
        return replace(case, alarm_at=None)
    if case.state == "collecting":
        at = silent_at(run, case)
    else:
        at = min((moment for moment, _ in pending(run, case)), default=run.now + _again(run, 0))
        if case.state == "watching":
            at = min(at, run.now + timedelta(minutes=run.rules.watch_minutes))
    return replace(case, alarm_at=max(at, run.now + _SOON))


def due_at(run: Run, case: Case, step: Step, role: str, begun: datetime) -> datetime:
    """Until when a step that began at ``begun`` is to be done by ``role``."""
    if step.calendar is None:
        return run.duty.deadline(begun, role, step.within_minutes)
    return run.duty.days_end(case.opened_at if step.calendar.from_request else begun, step.calendar.days)


def _late_at(run: Run, case: Case, step: Step, role: str) -> datetime:
    """A day of the calendar ends at midnight: who is called then is called once she works, and nobody is woken."""
    due = case.due_at or due_at(run, case, step, role, begun_at(case))
    return due if step.calendar is None else run.duty.deadline(due, step.late_role, 1)


def silent_at(run: Run, case: Case) -> datetime:
    """When no answer will come any more. At a step half of its time is hers: she may not be there just now."""
    last = case.history[-1].at if case.history else case.opened_at
    soon = last + timedelta(minutes=run.rules.collect_minutes)
    step = run.book.step(case.step) if case.step else None
    fact = wanted(run.book, case, case.step) if case.step else None
    if fact is not None and fact.answer is not None:
        begun = case.opened_at if fact.answer.from_request else last
        return run.duty.deadline(run.duty.days_end(begun, fact.answer.days), case.role, 1)
    return soon if step is None else max(soon, run.duty.deadline(last, case.role, step.within_minutes / 2))


def pending(run: Run, case: Case) -> list[tuple[datetime, Alarm]]:
    """What is to come of a case at a step, if nobody acts; earliest first."""
    step = current(run.book, case)
    return sorted(_pending(run, case, step)) if step else []


def _pending(run: Run, case: Case, step: Step) -> Iterator[tuple[datetime, Alarm]]:
    waits_for_person = unanswered(run.book, case)
    if waits_for_person:
        yield _answer_due(run, case), "answer"
    entries, role = since_begun(case), own_role(run.book, case)
    late = [entry for entry in entries if entry.what in ("late", "reminded")]
    if not any(entry.what == "late" for entry in entries):
        yield _late_at(run, case, step, role), "late"
        if 0 < step.remind_minutes < step.within_minutes and not late:
            yield run.duty.deadline(begun_at(case), role, step.remind_minutes), "remind"
    elif not waits_for_person:
        yield run.duty.deadline(late[-1].at, case.role, _again_minutes(run, step)), "again"


def _answer_due(run: Run, case: Case) -> datetime:
    """The first calls come quickly one after the other, later ones as reminders."""
    calls = [entry for entry in _since_asked(case) if entry.what == "unanswered"]
    last = calls[-1].at if calls else max(begun_at(case), case.opened_at)
    exhausted = case.escalated >= len(line(run.book, case))
    minutes = run.rules.remind_again_minutes if exhausted else run.rules.first_response_seconds / 60
    return run.duty.deadline(last, case.role, minutes)


def line(book: Playbook, case: Case) -> tuple[str, ...]:
    """Who is asked, one after the other, while nobody comes."""
    step = current(book, case)
    asked = (own_role(book, case), step.late_role if step else TOP_ROLE, TOP_ROLE)
    return tuple(dict.fromkeys(role for role in asked if role))


def _again_minutes(run: Run, step: Step) -> float:
    """A step that may take days is not called for every ten minutes."""
    return max(run.rules.remind_again_minutes, step.within_minutes / 4, 1 / 60)


def _again(run: Run, minutes: float) -> timedelta:
    return timedelta(minutes=max(run.rules.remind_again_minutes, minutes, 1 / 60))


# --- words ---


def facts_of(book: Playbook) -> dict[str, Fact]:
    """Every fact the playbook knows: asked of the shopper, or entered with an outcome."""
    entered = (outcome.enter for step in book.steps for outcome in step.outcomes if outcome.enter)
    return {fact.id: fact for fact in (*entered, *book.facts)}


def carried(book: Playbook, case: Case, onward: Playbook) -> tuple[tuple[str, str], ...]:
    """What the case that comes next may know: a masked fact only where that one keeps it masked too (E8)."""
    masked = {fact.id for fact in facts_of(book).values() if fact.masked}
    kept = {fact.id for fact in facts_of(onward).values() if fact.masked}
    return tuple((name, value) for name, value in case.facts if name not in masked or name in kept)


def fill(book: Playbook, text: Text, case: Case) -> Text:
    """The words with the facts of the case in their places."""
    return Text(filled(book, text.zh, case, "zh"), filled(book, text.en, case, "en"))


def filled(book: Playbook, words: str, case: Case, language: Language) -> str:
    if "{" not in words:
        return words
    kinds, known = facts_of(book), case.known
    order = known.get("order_no") or (case.order_nos[-1] if case.order_nos else "")

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name == "order":
            return order or UNKNOWN
        if not known.get(name):
            return UNKNOWN
        return fact_values.shown(kinds[name], known[name], language) if name in kinds else known[name]

    return _PLACEHOLDER.sub(put, words)


def placeholders(words: str) -> list[str]:
    return _PLACEHOLDER.findall(words)
