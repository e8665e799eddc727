from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from bot.core.people import Interval, Roster, Shift, Staff
from bot.service.close_overdue import CloseOverdue
from bot.service.hand_over_shift import HandOverShift, SheetWords
from bot.service.on_duty import OnDuty
from bot.service.send_nudges import SendNudges
from handlers.loops.slots import Slots
from tests.adapters.order_samples import BOT, RULES
from tests.adapters.people_samples import happen, waits, words
from tests.core.group_reader import reader
from tests.fakes import FakeClock
from tests.handlers.loops.test_slots import full_shelf
from tests.waiting import until

SIX = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
ROSTER = Roster((Shift("day", (Interval(time(9), time(18)),)),), date(2026, 1, 5), (("lan", (("day",) * 7,)),))


async def test_the_end_of_a_shift_makes_its_sheet_and_the_next_one_begins_its_time(tmp_path: Path) -> None:
    store, clock = SqliteStore(tmp_path / "shop.db"), FakeClock(SIX - timedelta(minutes=5))
    await store.open()
    await store.put_staff(Staff("lan", "Lan", ("agent",)))
    asked = SIX - timedelta(hours=1)
    await happen(store, words("有人吗", asked), waits(asked), at=asked)
    duty = OnDuty(store, ROSTER, (), UTC, clock)
    shifts = HandOverShift(store, duty.fresh, SheetWords("zh", lambda: reader("zh").labels, {}), 30)
    nudges, overdue = SendNudges(store, full_shelf, RULES), CloseOverdue(store, BOT, 72)
    loop = Slots(nudges, overdue, clock, shifts=shifts, poll_seconds=0.01)
    running = asyncio.create_task(loop.run())
    await asyncio.sleep(0.05)
    assert await store.sheets() == []
    clock.advance(5 * 60)

    async def is_made() -> bool:
        return bool(await store.sheets())

    await until(is_made)
    clock.advance(timedelta(hours=15, minutes=29).total_seconds())
    await asyncio.sleep(0.05)
    (sheet,) = await store.sheets()
    assert (sheet.shift, sheet.day, sheet.made_at, sheet.escalated_at) == ("day", "2026-11-23", SIX, None)
    assert len(sheet.lines) == 1
    clock.advance(60)

    async def is_escalated() -> bool:
        return (await store.sheets())[0].escalated_at is not None

    await until(is_escalated)
    loop.stop()
    await running
    await store.close()
