"""Take in a report of orders, a batch at a time; what is good is kept, what is bad is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from bot.core.order_import import BadRow, ReadOrder
from bot.core.orders import RedFlag
from bot.core.ports import Clock
from bot.core.ports_orders import OrderStore

#: Orders stored in one transaction; each brings up to two events.
BATCH = 250

Entry = ReadOrder | BadRow


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a report."""

    #: Rows read, good and bad.
    rows: int = 0
    new: int = 0
    changed: int = 0
    #: Orders about which the report said nothing newer.
    same: int = 0
    bad: int = 0

    def __str__(self) -> str:
        orders = f"{self.new:,} new, {self.changed:,} changed, {self.same:,} known already"
        return f"{self.rows:,} rows read; orders: {orders}; {self.bad:,} bad rows"


class ImportOrders:
    def __init__(self, store: OrderStore, clock: Clock, bot_staff_id: str, red_flag: RedFlag = "every_sale") -> None:
        self._store = store
        self._clock = clock
        self._bot_staff_id = bot_staff_id
        self._red_flag: RedFlag = red_flag

    async def __call__(
        self, entries: Iterable[Entry], name_bad: Callable[[BadRow], None], progress: Callable[[int], None]
    ) -> Imported:
        """``name_bad`` is called for every bad row, in order; ``progress`` with the rows done since the last call.

        What was stored stays stored when reading fails half-way; importing the file again does no harm.
        """
        done = Imported()
        for batch in _batches(entries):
            part, bad = await self._take(batch)
            for row in sorted(bad, key=lambda b: b.row):
                name_bad(row)
            done = _sum(done, part)
            progress(part.rows)
        return done

    async def _take(self, batch: list[Entry]) -> tuple[Imported, list[BadRow]]:
        bad = [entry for entry in batch if isinstance(entry, BadRow)]
        read = [entry for entry in batch if isinstance(entry, ReadOrder)]
        rows = len(bad) + sum(entry.rows for entry in read)
        good = [entry for entry in read if await self._may_be_taken(entry, bad)]
        outcomes = await self._store_all(good, bad)
        return replace(outcomes, rows=rows, bad=len(bad)), bad

    async def _may_be_taken(self, entry: ReadOrder, bad: list[BadRow]) -> bool:
        if not entry.must_be_known or await self._store.order(entry.order_no) is not None:
            return True
        bad.append(BadRow(entry.row, "", "the order is not known yet; import the report of orders first"))
        return False

    async def _store_all(self, good: list[ReadOrder], bad: list[BadRow]) -> Imported:
        """Adds to ``bad`` what the store refuses."""
        events = [event for entry in good for event in entry.events]
        if not events:
            return Imported()
        now = self._clock.now()
        taken = await self._store.take_order_events(events, self._bot_staff_id, now, red_flag=self._red_flag)
        results = iter(taken)
        new = changed = same = 0
        for entry in good:
            told = list(islice(results, len(entry.events)))
            refused = next((r for r in told if r.state == "refused"), None)
            if refused is not None:
                bad.append(BadRow(entry.row, "", refused.reason))
            elif told[0].state == "stored" and entry.events[0].kind == "created":
                new += 1
            elif any(r.state == "stored" for r in told):
                changed += 1
            else:
                same += 1
        return Imported(new=new, changed=changed, same=same)


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _sum(a: Imported, b: Imported) -> Imported:
    return Imported(a.rows + b.rows, a.new + b.new, a.changed + b.changed, a.same + b.same, a.bad + b.bad)
