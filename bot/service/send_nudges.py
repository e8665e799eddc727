"""One reminder round: plan a page, claim it with its messages, go on; nothing of it is kept in memory (B1)."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.errors import XiaoerError
from bot.core.nudges import Facts, NudgeRules, Remind, Skip, SlotClaim, Unpaid, claim_of, due_nudges
from bot.core.ports_orders import OrderStore
from bot.core.slots import Slot, moment, slots_between

log = logging.getLogger(__name__)

#: Orders planned and claimed in one transaction.
PAGE = 2000

#: SKU -> pieces left after every reservation, for all goods of the catalogue.
Stock = Callable[[], Awaitable[Mapping[str, int]]]


@dataclass(slots=True)
class Round:
    """What one round did."""

    claim: SlotClaim
    considered: int = 0
    reminded: int = 0
    #: Reason -> orders left out.
    skipped: Counter[str] = field(default_factory=Counter)


class NoSuchSlot(XiaoerError):
    """There is no reminder round at that time."""


def slot_at(text: str, rules: NudgeRules) -> tuple[Slot, datetime]:
    """The slot written as ``2026-11-23T10:00`` in shop time, and its moment. Raises NoSuchSlot naming the slots."""
    times = ", ".join(f"{at:%H:%M}" for at in rules.slots) or "none"
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise NoSuchSlot(f"{text!r} is no moment; write one like 2026-11-23T10:00 (slots: {times})") from None
    if wall.tzinfo is not None or wall.time() not in rules.slots:
        raise NoSuchSlot(f"{text} is no reminder round; the slots are {times}, in the shop's time without a zone")
    slot = Slot(wall.date(), wall.time())
    return slot, moment(slot, rules.zone)


class SendNudges:
    """Claims reminders; the outbox sends them, and looks at each order once more before."""

    def __init__(
        self,
        store: OrderStore,
        stock: Stock,
        rules: NudgeRules,
        *,
        on_page: Callable[[Round, Sequence[Remind | Skip]], object] = lambda done, decisions: None,
        page: int = PAGE,
    ) -> None:
        self._store = store
        self._stock = stock
        self._rules = rules
        self._on_page = on_page
        self._page = page
        self._broken_off: set[Slot] = set()

    async def run_due(self, now: datetime) -> Round | None:
        """Run the round that is due at ``now``, if nobody has; slots missed by too much are written down and told."""
        rules, found = self._rules, None
        late = timedelta(minutes=rules.max_delay_minutes)
        for slot, due_at in slots_between(now - timedelta(days=1), now, rules.slots, rules.zone):
            claim = claim_of(slot, due_at, rules, now)
            if now - due_at <= late:
                found = claim
            elif await self._store.skip_slot(claim, now):
                log.warning("reminder round %s was missed by more than %s: skipped", slot.name, late)
        return await self.run(found, now) if found else None

    async def run(self, claim: SlotClaim, now: datetime) -> Round | None:
        """The round of ``claim``; None when somebody else does it or did it."""
        # Broken off by a fault of the database, a round is still ours: what it claimed stays claimed, and it goes on.
        if claim.slot not in self._broken_off and not await self._store.claim_slot(claim, now):
            return None
        self._broken_off.add(claim.slot)
        done = Round(claim)
        async for decisions in self.plan(claim):
            done.reminded += await self._claim(claim, decisions)
            done.considered += len(decisions)
            done.skipped.update(d.reason for d in decisions if isinstance(d, Skip))
            self._on_page(done, decisions)
        await self._store.finish_slot(claim, now, done.considered, done.reminded)
        self._broken_off.discard(claim.slot)
        log.info("reminder round %s: %d considered, %d reminded", claim.slot.name, done.considered, done.reminded)
        return done

    async def plan(self, claim: SlotClaim) -> AsyncIterator[list[Remind | Skip]]:
        """Decisions about every unpaid order, a page at a time; the next page is read while one is worked on."""
        facts = Facts(await self._stock())
        reading = self._read(claim, "")
        while page := await reading:
            reading = self._read(claim, page[-1].order_no)
            try:
                yield list(due_nudges(page, claim.due_at, self._rules, facts))
            except BaseException:
                reading.cancel()
                raise

    def _read(self, claim: SlotClaim, after: str) -> asyncio.Task[list[Unpaid]]:
        return asyncio.create_task(self._store.unpaid_page(claim, after, self._page))

    async def _claim(self, claim: SlotClaim, decisions: list[Remind | Skip]) -> int:
        reminds = [d.order for d in decisions if isinstance(d, Remind)]
        held_out = [d.order.order_no for d in decisions if isinstance(d, Skip) and d.reason == "hold_out"]
        calls = [(d.order.order_no, d.reason) for d in decisions if isinstance(d, Skip) and d.call]
        if not (reminds or held_out or calls):
            return 0
        return await self._store.claim_reminders(claim, reminds, held_out, calls, claim.due_at)
