"""The ledger of promises: what is still to be kept, what was broken, and a person's word that one was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.errors import XiaoerError
from bot.core.ledger import Promised
from bot.core.people import Staff, covers
from bot.core.ports import Clock
from bot.core.ports_people import PeopleStore
from bot.service.keep_staff import StaffRefused, person_of

Which = Literal["all", "open", "broken"]
#: Earliest due first; a shop that has more open promises than this has another trouble.
_MOST = 100_000


class PromiseRefused(XiaoerError):
    """This promise cannot be settled so."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    promised: Promised
    #: ``open``, ``kept``, ``withdrawn``, or ``broken``: open past its due moment.
    state: str


async def ledger(store: PeopleStore, now: datetime, which: Which = "all") -> list[LedgerLine]:
    """Earliest due first. ``open`` holds the broken ones too: they are still owed."""
    rows = await store.promises(open_only=which != "all", limit=_MOST)
    lines = [LedgerLine(row, "broken" if row.broken(now) else row.state) for row in rows]
    return [line for line in lines if which != "broken" or line.state == "broken"]


class SettlePromise:
    """Raises StaffRefused or PromiseRefused with a sentence where it is not to be; then nothing changed."""

    def __init__(self, store: PeopleStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def kept(self, promise_id: str, staff_id: str) -> Promised:
        """Anybody of the staff may say that a promise was kept; late is better than never."""
        return await self._settle(promise_id, staff_id, "kept")

    async def withdrawn(self, promise_id: str, staff_id: str) -> Promised:
        """Who granted it takes it back, or a supervisor; what a manager granted, a manager."""
        return await self._settle(promise_id, staff_id, "withdrawn")

    async def _settle(self, promise_id: str, staff_id: str, state: Literal["kept", "withdrawn"]) -> Promised:
        person = person_of(staff_id, await self._store.staff())
        if not person.active:
            raise StaffRefused(f"{staff_id} is disabled")
        rows = await self._store.promises(open_only=True, limit=_MOST)
        row = next((row for row in rows if row.promise_id == promise_id), None)
        if row is None:
            raise PromiseRefused(f"there is no open promise {promise_id}; report promises shows the ledger")
        if state == "withdrawn" and not may_withdraw(person, row):
            above = "a manager takes" if row.role == "manager" else "a supervisor or manager takes"
            raise StaffRefused(f"{promise_id} was granted by {row.staff_id} as {row.role}; she or {above} it back")
        if not await self._store.settle_promise(promise_id, state, staff_id, self._clock.now()):
            raise PromiseRefused(f"{promise_id} was settled meanwhile")
        return row


def may_withdraw(person: Staff, row: Promised) -> bool:
    if not person.active:
        return False
    return person.staff_id == row.staff_id or covers(person.roles, "manager" if row.role == "manager" else "supervisor")
