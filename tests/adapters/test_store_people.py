"""What a store keeps about people: staff, their cases, and who waits for them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import Conflict, StoreError
from bot.core.events import BotSpoke, HandedBack, TakenOver
from bot.core.ports_people import Happened, Sheet
from tests.adapters.people_samples import ANNA, BO, CODE, happen, taken, waits, words
from tests.adapters.store_samples import NOW, SHOPPER, case, later
from tests.adapters.test_store_processes import process, says_ready

# --- staff ---


async def test_staff_are_kept_as_they_are_disabled_ones_too_in_order_of_id(sqlite: SqliteStore) -> None:
    away = replace(ANNA, away_since=NOW, state="disabled")
    for staff in (BO, ANNA, away):
        await sqlite.put_staff(staff)
    assert await sqlite.staff() == [away, BO]
    assert (await sqlite.counts())["staff.active"] == 1


async def test_one_telegram_account_is_one_person(sqlite: SqliteStore) -> None:
    await sqlite.put_staff(BO)
    with pytest.raises(Conflict, match="linked to bo"):
        await sqlite.put_staff(replace(ANNA, telegram_id=77))
    await sqlite.put_staff(replace(BO, name="Bo Li"))
    assert await sqlite.staff() == [replace(BO, name="Bo Li")]


async def test_a_code_links_an_account_once(sqlite: SqliteStore) -> None:
    await sqlite.put_staff(ANNA)
    await sqlite.put_link_code("anna", CODE, later(60))
    linked = replace(ANNA, telegram_id=5)
    assert await sqlite.link_telegram(CODE, 5, later(60)) == linked
    assert await sqlite.staff() == [linked]
    assert await sqlite.link_telegram(CODE, 6, NOW) is None
    assert await sqlite.staff() == [linked]


@pytest.mark.parametrize(("state", "seconds"), [("active", 60.001), ("disabled", 0)])
async def test_a_code_that_is_too_old_or_of_a_disabled_person_links_nothing(
    sqlite: SqliteStore, state: str, seconds: float
) -> None:
    await sqlite.put_staff(ANNA)
    await sqlite.put_link_code("anna", CODE, later(60))
    await sqlite.put_staff(replace(ANNA, state="disabled" if state == "disabled" else "active"))
    assert await sqlite.link_telegram(CODE, 5, later(seconds)) is None
    assert (await sqlite.staff())[0].telegram_id is None


async def test_a_new_code_replaces_the_old_one(sqlite: SqliteStore) -> None:
    await sqlite.put_staff(ANNA)
    for code in (CODE, "new"):
        await sqlite.put_link_code("anna", code, later(60))
    assert await sqlite.link_telegram(CODE, 5, NOW) is None
    assert await sqlite.link_telegram("new", 5, NOW) == replace(ANNA, telegram_id=5)
    await sqlite.put_link_code("anna", CODE, later(60))
    assert await sqlite.link_telegram(CODE, 6, NOW) == replace(ANNA, telegram_id=6)


async def test_an_account_that_is_linked_anew_leaves_whoever_had_it(sqlite: SqliteStore) -> None:
    for staff in (ANNA, BO):
        await sqlite.put_staff(staff)
    await sqlite.put_link_code("anna", CODE, later(60))
    await sqlite.link_telegram(CODE, 77, NOW)
    assert await sqlite.staff() == [replace(ANNA, telegram_id=77), replace(BO, telegram_id=None)]


async def test_a_code_is_nobody_elses_and_only_for_staff(sqlite: SqliteStore) -> None:
    for staff in (ANNA, BO):
        await sqlite.put_staff(staff)
    await sqlite.put_link_code("anna", CODE, later(60))
    with pytest.raises(Conflict):
        await sqlite.put_link_code("bo", CODE, later(60))
    with pytest.raises(StoreError, match="not on the staff list"):
        await sqlite.put_link_code("nobody", "other", later(60))


async def test_of_two_processes_one_uses_a_code(sqlite: SqliteStore, path: Path) -> None:
    await sqlite.put_staff(ANNA)
    for turn in range(3):
        await sqlite.put_link_code("anna", CODE, later(60))
        with process(path, "link") as one, process(path, "link") as two:
            assert says_ready(one) and says_ready(two)
            for other in (one, two):
                assert other.stdin is not None
                other.stdin.write("\n")
                other.stdin.flush()
            assert sorted((one.wait(60), two.wait(60))) == [0, 1], turn
            winner = one if one.returncode == 0 else two
        assert [staff.telegram_id for staff in await sqlite.staff()] == [winner.pid]


# --- cases ---


async def test_what_is_loaded_holds_the_cases_that_are_not_closed_oldest_first(sqlite: SqliteStore) -> None:
    first = replace(case("C1"), opened_at=later(5), state="collecting")
    second = replace(case("C2"), opened_at=NOW, state="watching", assigned="anna")
    gone = replace(case("C3"), state="closed")
    await happen(sqlite, cases=(first, second, gone))
    assert (await sqlite.load(SHOPPER, "telegram")).cases == (second, first)
    assert await sqlite.case("C3") == gone
    assert await sqlite.case("C4") is None


async def test_open_cases_come_oldest_first_of_one_role_or_of_all(sqlite: SqliteStore) -> None:
    cases = [
        replace(
            case(f"C{n}"),
            opened_at=later(-n),
            role="finance" if n % 2 else "agent",
            state="closed" if n == 4 else "open",
        )
        for n in range(5)
    ]
    await happen(sqlite, cases=cases)
    assert await sqlite.open_cases() == [cases[n] for n in (3, 2, 1, 0)]
    assert await sqlite.open_cases("finance", limit=1) == [cases[3]]


async def test_cases_are_due_when_their_alarm_is_earliest_first(sqlite: SqliteStore) -> None:
    cases = [
        replace(case("late"), alarm_at=later(10)),
        replace(case("early"), alarm_at=later(5), state="watching"),
        replace(case("future"), alarm_at=later(11)),
        replace(case("closed"), alarm_at=later(1), state="closed"),
        case("never"),
    ]
    await happen(sqlite, cases=cases)
    assert await sqlite.cases_due(later(10)) == [cases[1], cases[0]]
    assert await sqlite.cases_due(later(10), limit=1) == [cases[1]]
    await happen(sqlite, cases=(replace(cases[1], alarm_at=None),))
    assert await sqlite.cases_due(later(10)) == [cases[0]]


async def test_counts_tell_which_cases_wait_for_whom(sqlite: SqliteStore) -> None:
    await happen(
        sqlite,
        waits(),
        cases=(
            case("C1"),
            replace(case("C2"), assigned="anna"),
            replace(case("C3"), state="collecting"),
            replace(case("C4"), state="closed"),
        ),
    )
    await happen(sqlite, taken(), to="telegram:2")
    counts = await sqlite.counts()
    names = ("cases.open", "cases.unassigned", "conversations.waiting", "conversations.agent")
    assert [counts[name] for name in names] == [2, 1, 1, 1]


async def test_of_fifty_who_take_a_conversation_one_has_it(sqlite: SqliteStore) -> None:
    await happen(sqlite, waits())

    async def take(staff_id: str) -> str:
        """Takes it unless somebody has; decides anew when somebody else was faster."""
        while True:
            loaded = await sqlite.load(SHOPPER, "telegram")
            if loaded.conversation.owner == "agent":
                return loaded.conversation.agent_id
            await asyncio.sleep(0)
            try:
                await happen(sqlite, taken(staff_id), loaded=loaded)
            except Conflict:
                continue
            return staff_id

    owners = await asyncio.gather(*(take(f"s{n}") for n in range(50)))
    assert len(set(owners)) == 1
    assert [event for event in await sqlite.events(SHOPPER) if isinstance(event, TakenOver)] == [taken(owners[0])]


# --- conversations ---


async def test_held_conversations_come_longest_quiet_first(sqlite: SqliteStore) -> None:
    await happen(sqlite, waits(), to="a", at=later(2))
    await happen(sqlite, taken(), to="b", at=later(1))
    await happen(sqlite, taken(), HandedBack("anna"), to="c")
    await happen(sqlite, words("在吗"), to="d")
    assert [talk.id for talk in await sqlite.held_conversations()] == ["b", "a"]
    assert [talk.id for talk in await sqlite.held_conversations(limit=1)] == ["b"]


async def test_events_are_read_from_a_place_on_or_from_the_end(sqlite: SqliteStore) -> None:
    for n in range(4):
        await happen(sqlite, words(f"{n}"), BotSpoke("stock", f"{n}"), at=later(n))
    after = await sqlite.events_after(SHOPPER, 4, limit=3)
    assert after == [
        Happened(5, later(2), words("2")),
        Happened(6, later(2), BotSpoke("stock", "2")),
        Happened(7, later(3), words("3")),
    ]
    assert await sqlite.last_events(SHOPPER, 2) == [
        Happened(7, later(3), words("3")),
        Happened(8, later(3), BotSpoke("stock", "3")),
    ]
    assert await sqlite.events_after(SHOPPER, 8) == [] == await sqlite.last_events("telegram:9", 5)


# --- handover sheets ---


def sheet(sheet_id: str = "S1", shift: str = "early", day: str = "2026-11-23") -> Sheet:
    return Sheet(sheet_id, shift, day, NOW, ("两单待发货",))


async def test_a_shift_has_one_sheet(sqlite: SqliteStore) -> None:
    assert await sqlite.put_sheet(sheet())
    assert not await sqlite.put_sheet(sheet("S2"))
    assert await sqlite.put_sheet(replace(sheet("S3", "late"), made_at=later(-5)))
    assert await sqlite.put_sheet(sheet("S4", day="2026-11-24"))
    told = replace(sheet(), escalated_at=later(60))
    assert await sqlite.put_sheet(told)
    assert await sqlite.sheets() == [
        replace(sheet("S3", "late"), made_at=later(-5)),
        told,
        sheet("S4", day="2026-11-24"),
    ]


async def test_a_confirmed_sheet_stays_as_it_is(sqlite: SqliteStore) -> None:
    confirmed = replace(sheet(), confirmed_by="anna", confirmed_at=later(5))
    for one in (sheet(), confirmed):
        assert await sqlite.put_sheet(one)
    assert not await sqlite.put_sheet(replace(sheet(), escalated_at=later(9)))
    assert await sqlite.sheets() == []
    assert await sqlite.sheets(open_only=False) == [confirmed]
