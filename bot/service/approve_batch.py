"""The day's invoices, approved in one act (C2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bot.core.batch_approval import APPROVES, approve
from bot.core.case_effects import Context
from bot.core.move import Move
from bot.core.people import Staff, covers
from bot.core.rounds import Line
from bot.service.find_rounds import RoundsStore
from bot.service.keep_staff import StaffRefused, person_of
from bot.service.staff_acts import Acts

ROUND = "invoices"


@dataclass(frozen=True, slots=True)
class Approved:
    cases: tuple[str, ...]
    #: Lines whose case was over, or approved, meanwhile; ticked off too.
    settled: int


class ApproveBatch:
    def __init__(self, store: RoundsStore, acts: Acts) -> None:
        self._store = store
        self._acts = acts

    async def __call__(self, staff_id: str, line_id: int | None = None) -> Approved:
        """All open lines of the round, or one. Raises StaffRefused with a sentence; what was approved before a fault
        stays, and a second try goes on with the rest."""
        person = person_of(staff_id, await self._store.staff())
        if not person.active or not covers(person.roles, APPROVES):
            raise StaffRefused(f"{staff_id} may not approve invoices: that is for {APPROVES}")
        lines = [line for line in await self._store.open_lines(ROUND) if line_id in (None, line.line_id)]
        if line_id is not None and not lines:
            raise StaffRefused(f"line {line_id} is no open line of {ROUND}")
        done = [line.found.subject for line in lines if await self._approved(line, person)]
        return Approved(tuple(done), len(lines) - len(done))

    async def _approved(self, line: Line, person: Staff) -> bool:
        talk = line.found.conversation_id
        act = partial(_approve, line.found.subject, person)
        done = await self._acts.act(talk, talk.partition(":")[0], act)
        await self._store.tick_line(line.line_id, person.staff_id, self._acts.clock.now())
        await self._store.lines_did([(line.line_id, ("approved",))] if done else [])
        return bool(done)


def _approve(case_id: str, person: Staff, move: Move, context: Context) -> bool:
    return approve(move, case_id, person, context)
