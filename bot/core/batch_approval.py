"""Operations approve the day's invoices in one act; finance is called for each of them (C2). Pure, on a Move."""

from __future__ import annotations

from typing import Final

from bot.core.case_effects import Context, apply
from bot.core.move import Move
from bot.core.people import Staff
from bot.core.playbooks import CallStaff

#: Who approves, and whose work it is then.
APPROVES: Final = "operations"
GOES_TO: Final = "finance"
#: Fact of the case, shown on its card: who approved it.
APPROVED_BY: Final = "approved_by"


def approve(move: Move, case_id: str, staff: Staff, context: Context) -> bool:
    """False, and nothing changed, where the case is over or was approved before.

    The step it is at stays as it is: what finance has to do does not change, only that it may.
    """
    case = next((case for case in move.cases if case.case_id == case_id), None)
    if case is None or not case.open or case.fact(APPROVED_BY):
        return False
    after = case.with_fact(APPROVED_BY, staff.staff_id).noted(move.now, staff.staff_id, "approved")
    called = (CallStaff(GOES_TO, "step"),) if case.role == GOES_TO else ()
    apply(move, case, after, called, context, staff.staff_id)
    return True
