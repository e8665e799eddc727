"""The phone list of the reminder rounds: what came of a call, and who is shown whom she calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal, get_args

from bot.core.people import Staff, covers

#: ``done``: she was told. ``again``: she asked for another call, or was asked to wait.
CallOutcome = Literal["done", "no_answer", "again"]
OUTCOMES: Final[tuple[CallOutcome, ...]] = get_args(CallOutcome)
MOST_CHARS: Final = 200
#: Those whose work is calling; everybody else sees that there is a call, and not to whom.
_CALLING: Final = frozenset({"agent", "after_sales", "supervisor", "manager"})


@dataclass(frozen=True, slots=True)
class CallTick:
    order_no: str
    at: datetime
    staff_id: str
    outcome: CallOutcome
    words: str = ""


@dataclass(frozen=True, slots=True)
class SlotRun:
    """One round of the ledger."""

    day: date
    at: time
    state: Literal["running", "done", "missed"]
    considered: int = 0
    reminded: int = 0


@dataclass(frozen=True, slots=True)
class Reminded:
    """An order claimed by a round. ``outcome`` empty: its message waits to be sent."""

    order_no: str
    at: time
    outcome: str
    claimed_at: datetime


def may_call(staff: Staff) -> bool:
    return staff.active and not _CALLING.isdisjoint(staff.roles)


def sees_phones(staff: Staff) -> bool:
    """At once; others who call ask for one number at a time, and that is written down."""
    return staff.active and covers(staff.roles, "supervisor")
