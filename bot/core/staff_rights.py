"""Who of the staff may do what with a conversation. Who holds it, and what a step asks for, is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from bot.core.cases import Case
from bot.core.people import Staff, covers

#: ``talk``: take it, write to her, give it back, close it, pass it on. ``note``: private notes, notes and flags on
#: orders, confirming a sheet. ``see``: facts of a case that others are not shown (E8).
Act = Literal["talk", "note", "see"]

#: Roles whose work is talking with customers; the others do so about a case of their own only.
TALKING = frozenset(
    {"agent", "after_sales", "supervisor", "manager", "bulk_specialist", "complaints", "operations", "expert"}
)


def may(staff: Staff, act: Act, cases: Iterable[Case]) -> bool:
    """``cases``: the open ones of the conversation; for ``see`` the one that is asked about."""
    if not staff.active:
        return False
    own = any(covers(staff.roles, case.role) or case.assigned == staff.staff_id for case in cases)
    match act:
        case "talk":
            return own or not TALKING.isdisjoint(staff.roles)
        case "note":
            return True
        case "see":
            return own
