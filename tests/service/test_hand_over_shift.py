from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.events import ShopperSpoke, TakenOver
from bot.core.people import Duty, Interval, Roster, Shift, Staff
from bot.core.ports_people import Sheet
from bot.service.hand_over_shift import LOOK_BACK, HandOverShift, SheetWords, ShiftRound, fresh_sheet_id
from bot.service.keep_staff import StaffRefused
from tests.adapters.people_samples import happen
from tests.core.group_reader import reader

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = ("day",) * 7, ("evening",) * 7
ROSTER = Roster(
    (Shift("day", (Interval(time(8), time(17)),)), Shift("evening", (Interval(time(17), time(23)),))),
    date(2026, 1, 5),
    (("lan", (WEEK[0],)), ("mei", (WEEK[1],))),
)
STAFF = (
    Staff("boss", "Boss", ("supervisor",)),
    Staff("gone", "Gone", ("agent",), "disabled"),
    Staff("lan", "Lan", ("agent",)),
    Staff("mei", "Mei", ("agent",)),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-{text}").replace(tzinfo=ZONE)


@dataclass
class Shop:
    """A shop with two shifts; ``busy`` talk with a customer."""

    store: SqliteStore
    busy: frozenset[str] = frozenset()
    staff: Sequence[Staff] = STAFF

    async def duty(self) -> Duty:
        rostered = (*ROSTER.weeks, ("boss", (("",) * 7,)))
        return Duty(replace(ROSTER, weeks=rostered), self.staff, (), ZONE, self.busy)

    def shift(self) -> HandOverShift:
        """As another process has it."""
        words = SheetWords("en", lambda: reader("en").labels, {})
        return HandOverShift(self.store, self.duty, words, 30)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    for person in STAFF:
        await store.put_staff(person)
    yield Shop(store)
    await store.close()


async def chat(shop: Shop, moment: str = "05T16:00") -> None:
    """Lan talks with a customer, who has no answer yet."""
    taken = TakenOver("lan", (at(moment) - timedelta(minutes=5)).isoformat())
    asked = ShopperSpoke("1", "text", "到货了吗", "zh", at(moment).isoformat(), name="王小姐")
    await happen(shop.store, taken, asked, at=at(moment))


async def test_a_shifts_end_makes_one_sheet_of_what_is_open(shop: Shop) -> None:
    await chat(shop)
    shift = shop.shift()
    assert await shift.run(at("05T16:59")) == ShiftRound()
    (sheet,) = (await shift.run(at("05T17:00"))).made
    assert (sheet.shift, sheet.day, sheet.made_at) == ("day", "2026-01-05", at("05T17:00"))
    assert sheet.lines == ("❗ 王** has no answer to what was said at 16:00; Lan has the chat · telegram:1",)
    for minute in range(1, 30):
        assert await shift.run(at("05T17:00") + timedelta(minutes=minute)) == ShiftRound()
    assert await shift.sheets() == [sheet]


async def test_several_processes_make_one_sheet_and_so_does_a_restart(shop: Shop) -> None:
    await chat(shop)
    rounds = await asyncio.gather(*(shop.shift().run(at("05T17:00")) for _ in range(8)))
    (sheet,) = [sheet for found in rounds for sheet in found.made]
    assert (await shop.shift().run(at("05T17:05"))).made == ()
    assert await shop.shift().sheets(open_only=False) == [sheet]


async def test_a_shop_that_was_down_makes_the_sheet_when_it_is_up_again(shop: Shop) -> None:
    await chat(shop)
    late = await shop.shift().run(at("05T22:00"))
    assert [sheet.shift for sheet in late.made] == ["day"]
    assert (await shop.shift().run(at("07T16:59") + LOOK_BACK)).made[0].day == "2026-01-07"


async def test_a_shift_lasts_while_one_of_it_talks(shop: Shop) -> None:
    await chat(shop)
    shift = shop.shift()
    shop.busy = frozenset({"lan"})
    assert (await shift.run(at("05T17:00"))).made == ()
    shop.busy = frozenset({"mei"})
    assert len((await shift.run(at("05T17:20"))).made) == 1


async def test_a_sheet_on_which_nothing_stands_needs_nobody(shop: Shop) -> None:
    shift = shop.shift()
    (sheet,) = (await shift.run(at("05T17:00"))).made
    assert (sheet.lines, sheet.confirmed_by, sheet.confirmed_at) == ((), "clock", at("05T17:00"))
    assert await shift.sheets() == []
    assert (await shift.run(at("05T20:00"))).escalated == ()


async def test_unconfirmed_half_an_hour_after_the_next_shift_began_the_supervisor_hears_of_it(shop: Shop) -> None:
    await chat(shop)
    shift = shop.shift()
    await shift.run(at("05T17:00"))
    assert (await shift.run(at("05T17:29"))).escalated == ()
    (sheet,) = (await shift.run(at("05T17:30"))).escalated
    assert sheet.escalated_at == at("05T17:30")
    assert (await shift.run(at("05T17:31"))).escalated == ()
    assert await shift.sheets() == [sheet]


async def test_the_night_does_not_count(shop: Shop) -> None:
    await chat(shop, "05T22:00")
    shift = shop.shift()
    assert [sheet.shift for sheet in (await shift.run(at("05T23:00"))).made] == ["day", "evening"]
    assert (await shift.run(at("06T08:29"))).escalated == ()
    assert len((await shift.run(at("06T08:30"))).escalated) == 2


async def made(shop: Shop) -> Sheet:
    await chat(shop)
    (sheet,) = (await shop.shift().run(at("05T17:00"))).made
    return sheet


async def test_the_next_shift_confirms_it_once(shop: Shop) -> None:
    sheet, shift = await made(shop), shop.shift()
    confirmed = await shift.confirm(sheet.sheet_id.lower(), "mei", at("05T17:10"))
    assert (confirmed.confirmed_by, confirmed.confirmed_at) == ("mei", at("05T17:10"))
    assert await shift.sheets() == []
    with pytest.raises(StaffRefused, match="was confirmed already, by mei"):
        await shift.confirm(sheet.sheet_id, "boss", at("05T17:11"))
    assert (await shift.run(at("05T18:00"))).escalated == ()


async def test_of_many_at_once_one_confirms_it(shop: Shop) -> None:
    sheet = await made(shop)
    asked = [shop.shift().confirm(sheet.sheet_id, who, at("05T17:10")) for who in ("mei", "boss") * 5]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(result, Sheet) for result in done) == 1
    assert all(isinstance(result, Sheet | StaffRefused) for result in done)


@pytest.mark.parametrize(
    ("who", "moment", "said"),
    [
        ("lan", "05T17:10", "is of lan's own shift"),
        ("lan", "05T20:00", "is of lan's own shift"),
        ("gone", "05T17:10", "gone is disabled"),
        ("nobody", "05T17:10", "nobody is not on the staff list"),
    ],
)
async def test_who_leaves_it_or_is_not_of_the_staff_does_not_confirm_it(
    shop: Shop, who: str, moment: str, said: str
) -> None:
    sheet, shift = await made(shop), shop.shift()
    with pytest.raises(StaffRefused, match=said):
        await shift.confirm(sheet.sheet_id, who, at(moment))
    with pytest.raises(StaffRefused, match="there is no sheet S9"):
        await shift.confirm("S9", "mei", at(moment))
    assert len(await shift.sheets()) == 1


async def test_who_works_on_or_comes_back_next_day_may_confirm_her_own(shop: Shop) -> None:
    sheet = await made(shop)
    assert (await shop.shift().confirm(sheet.sheet_id, "lan", at("06T08:05"))).confirmed_by == "lan"


async def test_a_sheet_confirmed_while_it_was_escalated_stays_confirmed(shop: Shop) -> None:
    sheet, shift = await made(shop), shop.shift()
    await shift.confirm(sheet.sheet_id, "mei", at("05T17:29"))
    assert not await shop.store.put_sheet(replace(sheet, escalated_at=at("05T17:30")))
    assert await shift.sheets() == []


def test_ids_of_sheets_are_short_and_differ() -> None:
    ids = {fresh_sheet_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(made_id) == 7 for made_id in ids)
