"""A chat put aside until a time: it leaves one person's inbox and comes back by itself. Pure.

Nobody who waits is put aside: neither a shopper whose words nobody answered nor a matter that is overdue. Whoever is
put aside comes back as soon as the shopper writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal, get_args

from bot.core.case_steps import may_act
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.people import Duty, Staff
from bot.core.playbooks import Playbook

#: ``hour``: in one hour. ``afternoon``: today at 15:00. ``shift``: when she comes next, on a later day.
Choice = Literal["hour", "afternoon", "shift"]
CHOICES: Final[tuple[Choice, ...]] = get_args(Choice)

_AFTERNOON: Final = time(15)
_MORNING: Final = time(9)
#: Sooner is no help, later is forgotten.
SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=60)

Matter = tuple[Case, Playbook]


def waits_since(talk: Conversation) -> datetime | None:
    """Since when she waits for a person, or for the answer of the one who has her; None: she does not."""
    if talk.owner == "waiting":
        return talk.waiting_since or talk.last_at
    spoke, answered = talk.last_at, talk.person_spoke_at
    if talk.owner == "agent" and spoke is not None and (answered is None or spoke > answered):
        return spoke
    return None


def back_at(talk: Conversation, staff: Staff, matters: Iterable[Matter]) -> datetime | None:
    """When it stands in her inbox again: at its time, or when a matter of hers is due; None: she put nothing aside."""
    if talk.snoozed_until is None or talk.snoozed_by != staff.staff_id:
        return None
    dues = [case.due_at for case, book in matters if case.due_at and _of_hers(case, book, staff)]
    return min([talk.snoozed_until, *dues])


def may_wait(talk: Conversation, staff: Staff, matters: Iterable[Matter], until: datetime, now: datetime) -> str:
    """Why it cannot be put aside until then: ``ended``, ``answer_first``, ``overdue`` or ``when``; empty: it can."""
    if talk.owner == "closed":
        return "ended"
    if waits_since(talk) is not None or talk.owed_answer:
        return "answer_first"
    if any(case.due_at and case.due_at <= now and _of_hers(case, book, staff) for case, book in matters):
        return "overdue"
    return "" if now + SHORTEST <= until <= now + LONGEST else "when"


def time_of(choice: Choice, staff: Staff, duty: Duty, now: datetime) -> datetime | None:
    """``now`` in the shop's zone. None: it makes no sense at this hour."""
    match choice:
        case "hour":
            # In UTC: on the night of a clock change an hour on the wall is not an hour.
            return (now.astimezone(UTC) + timedelta(hours=1)).astimezone(now.tzinfo)
        case "afternoon":
            three = datetime.combine(now.date(), _AFTERNOON, now.tzinfo)
            return three if three - now >= timedelta(minutes=30) else None
    tomorrow = now.date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), now.tzinfo)
    alone = replace(duty, staff=(replace(staff, away_since=None),), busy=frozenset())
    begins = alone.next(midnight - timedelta(seconds=1))
    too_late = begins is None or begins > now + LONGEST
    return datetime.combine(tomorrow, _MORNING, now.tzinfo) if too_late else begins


def _of_hers(case: Case, book: Playbook, staff: Staff) -> bool:
    decides = case.state == "open" and bool(case.playbook) and may_act(book, case, staff)
    return case.open and (decides or case.assigned == staff.staff_id)
