"""Today's reminder rounds, the next one as it would go, and the phone list with what came of each call (B1)."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol

from bot.core.calls import MOST_CHARS, OUTCOMES, CallTick, Reminded, SlotRun, may_call, sees_phones
from bot.core.fact_values import masked
from bot.core.nudges import NudgeRules, Remind, Skip, claim_of
from bot.core.people import Staff
from bot.core.ports import Clock
from bot.core.ports_boards import CallStore
from bot.core.ports_orders import CallRow, OrderStore
from bot.core.slots import next_slot
from bot.service.send_nudges import SendNudges

log = logging.getLogger(__name__)

#: Decisions shown, and orders looked at for it.
SHOWN = 200
_LOOKED_AT = 5_000
_CALLS = 500


class ReminderRooms(OrderStore, CallStore, Protocol):
    """Both sides of the store."""


@dataclass(frozen=True, slots=True)
class NextRound:
    """As ``xiaoer nudge --dry-run`` shows it."""

    due_at: datetime
    remind: int
    #: Reason -> orders left out.
    left_out: tuple[tuple[str, int], ...]
    decisions: tuple[Remind | Skip, ...]
    #: There are more orders than were looked at.
    more: bool


@dataclass(frozen=True, slots=True)
class Call:
    row: CallRow
    tick: CallTick | None
    name: str
    phone: str
    #: Whether name and phone are shown whole.
    open: bool


@dataclass(frozen=True, slots=True)
class Today:
    runs: tuple[SlotRun, ...]
    #: Configured times without a round so far.
    ahead: tuple[time, ...]
    reminded: tuple[Reminded, ...]
    next: NextRound | None


class ReminderBoard:
    def __init__(self, store: ReminderRooms, nudges: SendNudges, rules: NudgeRules, clock: Clock) -> None:
        self._store = store
        self._nudges = nudges
        self._rules = rules
        self._clock = clock

    async def today(self) -> Today:
        now = self._clock.now().astimezone(self._rules.zone)
        runs = tuple(await self._store.slots_of(now.date()))
        held = {run.at for run in runs}
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return Today(
            runs,
            tuple(at for at in sorted(self._rules.slots) if at not in held),
            tuple(await self._store.reminded(midnight, SHOWN)),
            await self._next(now),
        )

    async def _next(self, now: datetime) -> NextRound | None:
        found = next_slot(now, self._rules.slots, self._rules.zone)
        if found is None:
            return None
        slot, due_at = found
        counts, shown, looked = Counter[str](), list[Remind | Skip](), 0
        async for decisions in self._nudges.plan(claim_of(slot, due_at, self._rules, now)):
            counts.update("" if isinstance(one, Remind) else one.reason for one in decisions)
            shown += decisions[: SHOWN - len(shown)]
            looked += len(decisions)
            if looked >= _LOOKED_AT:
                break
        left_out = tuple((reason, count) for reason, count in counts.most_common() if reason)
        return NextRound(due_at, counts[""], left_out, tuple(shown), looked >= _LOOKED_AT)

    # --- the phone list ---

    async def calls(self, staff: Staff, asked_for: str = "") -> tuple[Call, ...]:
        """Those to be made first, then those asked to be made again; done ones are gone for a day.

        ``asked_for``: the order whose number she asked to see.
        """
        rows = await self._store.calls(limit=_CALLS)
        ticks = await self._store.call_ticks([row.order.order_no for row in rows])
        now = self._clock.now()
        found = [self._call(row, ticks.get(row.order.order_no), staff, asked_for) for row in rows]
        return tuple(sorted((call for call in found if not _over(call.tick, now)), key=_urgency))

    def _call(self, row: CallRow, tick: CallTick | None, staff: Staff, asked_for: str) -> Call:
        name, phone = row.order.address.name or "", row.order.address.phone or ""
        whole = sees_phones(staff) or (may_call(staff) and asked_for == row.order.order_no)
        if not whole:
            name, phone = masked(name) if name else "", masked(phone) if phone else ""
        return Call(row, tick, name, phone, whole)

    async def reveal(self, staff: Staff, order_no: str) -> bool:
        """Somebody who calls asks for one number; that she did stands in the log."""
        if not may_call(staff) or not await self._is_listed(order_no):
            return False
        log.info("%s was shown the phone number of order %s", staff.staff_id, order_no)
        return True

    async def tick(self, tick: CallTick, staff: Staff) -> bool:
        """False: not hers to tick, no such call, or no such outcome."""
        fits = tick.outcome in OUTCOMES and len(tick.words) <= MOST_CHARS
        if not fits or not may_call(staff) or not await self._is_listed(tick.order_no):
            return False
        await self._store.put_call_tick(replace(tick, staff_id=staff.staff_id, at=self._clock.now()))
        return True

    async def _is_listed(self, order_no: str) -> bool:
        return any(row.order.order_no == order_no for row in await self._store.calls(limit=_CALLS))


def _over(tick: CallTick | None, now: datetime) -> bool:
    return tick is not None and tick.outcome == "done" and now - tick.at < timedelta(days=1)


def _urgency(call: Call) -> tuple[int, datetime, str]:
    """Never called, then called long ago."""
    at = call.tick.at if call.tick else call.row.since
    return (1 if call.tick else 0), at, call.row.order.order_no
