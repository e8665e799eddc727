"""What happens to a case when time passes: nobody came, a step is late, an order moved on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.case_keys import NOTHING_SEEN, Seen
from bot.core.case_steps import (
    TOP_ROLE,
    CaseRules,
    Moved,
    Run,
    WorkingTime,
    arm,
    begin,
    begun_at,
    current,
    enter,
    line,
    own_role,
    pending,
    silent_at,
    tell,
)
from bot.core.cases import Case
from bot.core.orders import Order, Status
from bot.core.playbooks import CallStaff, Effect, Playbook, Step, StillWaiting, Wait

#: She hears at most so often that nobody has come yet.
MOST_WORDS = 2
_SECOND = timedelta(seconds=1)
_WAY = (Status.UNPAID, Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)


def alarm(
    book: Playbook,
    case: Case,
    order: Order | None,
    now: datetime,
    duty: WorkingTime,
    rules: CaseRules,
    orders: Sequence[Order] | None = None,
    seen: Seen = NOTHING_SEEN,
) -> Moved:
    """What is due at ``now``, one thing at a time; the case says in ``alarm_at`` when to look again.

    May be called at any moment: an order that moved on is noticed then, and nothing else happens too early. ``order``:
    the one the case is about, if any; ``orders``: all of hers, for the state of an order as steps ask for it.
    """
    run = Run(book, now, duty, rules, orders, seen)
    if case.state == "closed":
        return replace(case, alarm_at=None), ()
    if case.state == "collecting":
        return _silent(run, case)
    step = current(book, case)
    if step is None or step.id != case.step:
        # The playbook was rewritten and no longer has this step.
        return begin(run, case, "clock")
    moved = _watched(run, case, step, order) if case.state == "watching" else None
    return moved or _due(run, case, step)


def _silent(run: Run, case: Case) -> Moved:
    if run.now < silent_at(run, case):
        return arm(run, case), ()
    return begin(run, case.noted(run.now, "clock", "silent"), "clock")


def _due(run: Run, case: Case, step: Step) -> Moved:
    due = [kind for at, kind in pending(run, case) if at <= run.now]
    if not due:
        return arm(run, case), ()
    case, effects = _ACTS[due[0]](run, case, step)
    return arm(run, case), effects


def _answer(run: Run, case: Case, step: Step) -> Moved:
    """Nobody came: the next in line, and a word to her."""
    in_line = line(run.book, case)
    words = sum(entry.what == "unanswered" for entry in case.history)
    told: tuple[Effect, ...] = (StillWaiting(words + 1),) if words < MOST_WORDS else ()
    if case.escalated >= len(in_line):
        case = _repeated(run, case, "unanswered")
        return case, (*told, CallStaff(case.role, "remind"))
    role = in_line[case.escalated]
    case = replace(case, role=role, escalated=case.escalated + 1).noted(run.now, "clock", "unanswered", role)
    return case, (*told, CallStaff(role, "unanswered"))


def _remind(run: Run, case: Case, step: Step) -> Moved:
    return case.noted(run.now, "clock", "reminded"), (CallStaff(case.role, "remind"),)


def _late(run: Run, case: Case, step: Step) -> Moved:
    """Its time is over: whoever steps in then is asked, and she hears of it once."""
    told = tell(run, step.late_tell, case, step.source)
    at_the_top = case.role == TOP_ROLE != own_role(run.book, case)
    role = case.role if at_the_top else step.late_role
    due = run.duty.deadline(run.now, role, step.within_minutes)
    due = case.due_at if step.calendar is not None and case.due_at is not None else due
    case = replace(case, role=role, due_at=due).noted(run.now, "clock", "late", role)
    return case, (*told, CallStaff(role, "late"))


def _again(run: Run, case: Case, step: Step) -> Moved:
    return _repeated(run, case, "reminded"), (CallStaff(case.role, "remind"),)


_ACTS = {"answer": _answer, "remind": _remind, "late": _late, "again": _again}


def _repeated(run: Run, case: Case, what: str) -> Case:
    """Calls that only repeat share one line of the history, which would grow for weeks otherwise."""
    last = case.history[-1] if case.history else None
    if last is None or last.what != what or not last.words.startswith("×"):
        return case.noted(run.now, "clock", what, "×1")
    times = int(last.words[1:]) + 1 if last.words[1:].isdecimal() else 2
    return replace(case, history=(*case.history[:-1], replace(last, at=run.now, words=f"×{times}")))


# --- resting until an order moves on ---


def _watched(run: Run, case: Case, step: Step, order: Order | None) -> Moved | None:
    """None: the order gives nothing to do."""
    waits = step.waits
    if waits is not None and waits.until:
        return _until_day(run, case, step, waits)
    if order is None or waits is None or waits.status is None:
        return None
    if order.ended:
        return _in_vain(run, case, step, waits.otherwise)
    reached = _reached_at(order, waits.status, begun_at(case))
    if reached is None:
        return None
    until = max(reached + timedelta(days=waits.days), begun_at(case) + timedelta(days=waits.least_days))
    if run.now < until:
        return replace(case, alarm_at=until), ()
    return enter(run, case.noted(run.now, "clock", f"{step.id}:reached"), waits.to, "clock")


def _until_day(run: Run, case: Case, step: Step, waits: Wait) -> Moved | None:
    """None: the day is no day, so that somebody has to look. Who is called then is called at work."""
    try:
        day = date.fromisoformat(case.fact(waits.until))
        ahead = (day - run.duty.days_end(run.now, 0).date()).days
        begins = run.duty.days_end(run.now, ahead - 1) + _SECOND
    except (ValueError, OverflowError):
        return None
    begins = run.duty.deadline(begins, step.role, 1)
    if run.now < begins:
        return replace(case, alarm_at=begins), ()
    return enter(run, case.noted(run.now, "clock", f"{step.id}:reached"), waits.to, "clock")


def _in_vain(run: Run, case: Case, step: Step, otherwise: str) -> Moved:
    """The order was closed or refunded, so that what the case waits for cannot come any more."""
    if otherwise:
        return enter(run, case.noted(run.now, "clock", f"{step.id}:ended"), otherwise, "clock")
    case, effects = _late(run, replace(case, state="open"), step)
    return arm(run, case), effects


def _reached_at(order: Order, status: Status, at_least: datetime) -> datetime | None:
    """When the order got there; of one that tells no moment, when the case began to wait."""
    further = _WAY[_WAY.index(status) :] if status in _WAY else (status,)
    if order.status not in further:
        return None
    return order.reached_at(*further) or at_least
