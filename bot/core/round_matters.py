"""What rounds find among cases, promises and wishes: invoices (C2), complaints (D4), follow-ups (G2), stock that is
back (A12), and the report on yesterday's tracking (D3). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from bot.core.cases import Case
from bot.core.ledger import Promised
from bot.core.people import Staff, covers
from bot.core.rounds import CLOCK, Found, Line


def invoices(cases: Iterable[Case]) -> Iterator[Found]:
    """Every invoice that is not settled, oldest first: the day's batch for the operations manager (C2)."""
    for place, case in enumerate(_of("invoice", cases)):
        yield _about(case, "invoice", place)


def complaints(cases: Iterable[Case], at: datetime, staff: Sequence[Staff]) -> Iterator[Found]:
    """Every complaint that is open; whose second contact is promised for today or earlier comes first (D4)."""
    held = _of("complaint", cases)
    owners = shared(held, staff)
    for place, case in enumerate(held):
        due = case.due_at is not None and case.due_at < _day_end(at)
        owner = (("for", owners[case.case_id]),) if case.case_id in owners else ()
        yield _about(case, "second_contact" if due else "complaint", place + (0 if due else 10_000), owner)


def shared(cases: Sequence[Case], staff: Sequence[Staff], role: str = "complaints") -> dict[str, str]:
    """Case -> staff id: whoever took it keeps it, the others go to who has least, by load (D4).

    Managers and supervisors are asked only where nobody has the role itself.
    """
    present = [person for person in staff if person.active and person.away_since is None]
    able = [p for p in present if role in p.roles] or [p for p in present if covers(p.roles, role)]
    load = Counter({person.staff_id: 0 for person in able})
    owners = {case.case_id: case.assigned for case in cases if case.assigned}
    load.update(owner for owner in owners.values() if owner in load)
    for case in cases:
        if load and case.case_id not in owners:
            least = min(load, key=lambda who: (load[who], who))
            owners[case.case_id] = least
            load[least] += 1
    return owners


def follow_ups(promises: Iterable[Promised], at: datetime) -> Iterator[Found]:
    """What was promised and is due by the end of today; a broken promise is the supervisor's case (G2, E3)."""
    for line in promises:
        if line.state != "open" or line.due_at >= _day_end(at):
            continue
        broken = line.broken(at)
        facts = {
            "what": line.words,
            "by": line.staff_id,
            "due": line.due_at.astimezone(at.tzinfo).isoformat(timespec="minutes"),
            "order": line.order_no,
        }
        yield Found(
            subject=line.promise_id,
            reason="broken" if broken else "due",
            order_no=line.order_no,
            conversation_id=line.conversation_id,
            role="supervisor" if broken else line.role if line.role != "bot" else "agent",
            facts=tuple((name, value) for name, value in facts.items() if value),
            opens="follow_up" if broken else "",
            rank=0 if broken else 1,
        )


def back_in_stock(
    wishes: Iterable[tuple[str, Sequence[str]]], left: Mapping[str, int], sold: Mapping[str, str]
) -> Iterator[Found]:
    """Wishes that can be met: (conversation, SKUs), pieces left, and SKU -> name of goods still sold (A12)."""
    for conversation_id, skus in wishes:
        for sku in skus:
            if sku in sold and left.get(sku, 0) > 0:
                facts = (("goods", sold[sku]), ("left", str(left[sku])), ("chat", conversation_id))
                yield Found(f"{sku} {conversation_id}", "back", "", conversation_id, facts=facts, tell="round_back")


def survey(conversation_id: str, at: datetime) -> Found:
    """She is asked whether she would answer a few questions, once a quarter; only her yes brings them (D6)."""
    quarter = f"{at.year}-Q{(at.month + 2) // 3}"
    return Found(f"{quarter} {conversation_id}", "survey", "", conversation_id, tell="survey_ask")


def tracking_report(lines: Iterable[Line], at: datetime) -> Found:
    """How far the tracking list of the day before was worked off (C13, D3)."""
    begins, ends = _day_end(at, -2), _day_end(at, -1)
    listed = [line for line in lines if begins <= line.since.astimezone(UTC) < ends]
    settled = [line for line in listed if line.state == "done"]
    facts = {
        "listed": len(listed),
        "ticked_off": sum(line.done_by != CLOCK for line in settled),
        "settled_themselves": sum(line.done_by == CLOCK for line in settled),
        "open": len(listed) - len(settled),
        "percent": 100 * len(settled) // len(listed) if listed else 100,
    }
    day = begins.astimezone(at.tzinfo).date().isoformat()
    return Found(day, "completion", facts=tuple((name, str(value)) for name, value in facts.items()))


def _of(reason: str, cases: Iterable[Case]) -> list[Case]:
    return sorted((c for c in cases if c.open and c.reason == reason), key=lambda c: (c.opened_at, c.case_id))


def _about(case: Case, reason: str, rank: int, more: tuple[tuple[str, str], ...] = ()) -> Found:
    order_no = case.fact("order_no") or (case.order_nos[-1] if len(case.order_nos) == 1 else "")
    known = {
        "opened": case.opened_at.isoformat(timespec="minutes"),
        "at": case.step or case.state,
        "role": case.role,
        "taken_by": case.assigned,
        "due": case.due_at.isoformat(timespec="minutes") if case.due_at else "",
        "order": order_no,
    }
    facts = (*((name, value) for name, value in known.items() if value), *more)
    # The case stands open already, and she was told when it was opened.
    return Found(case.case_id, reason, order_no, case.conversation_id, facts=facts, rank=rank)


def _day_end(at: datetime, days: int = 0) -> datetime:
    """Midnight after ``at``, or so many days later, in UTC."""
    return datetime.combine(at.date() + timedelta(days=days + 1), time(), tzinfo=at.tzinfo).astimezone(UTC)
