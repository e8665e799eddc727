"""Reminders in the SQLite store: claimed once, dropped when pointless, recorded with note and flag."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.conversation import fold
from bot.core.events import CareBegan, OrderReminded
from bot.core.nudges import SlotClaim
from bot.core.orders import Flag, Note
from bot.core.ports import OutboxRow, Outcome, Told, Turn
from tests.adapters.order_samples import BOT, FOUR, NOW, SHANGHAI, TEN, chat, claim, report, take, unpaid
from tests.adapters.store_samples import answer, queue, rows, spoken

TOLD = Told(OrderReminded("T1", "请付款", ("n:paid:T1",)), Note("reminded", BOT, NOW, Flag.BLUE))


async def remind(store: SqliteStore, at: SlotClaim | None = None) -> int:
    """Claim every unpaid order, whatever the rules would say."""
    at = at or claim()
    page = await store.unpaid_page(at, "", 100)
    return await store.claim_reminders(at, page, [], [], at.due_at)


async def sent(store: SqliteStore, outcome: Outcome = "sent", now: datetime = NOW) -> OutboxRow:
    (row,) = await store.claim_outbox("s", now, ["telegram"], 10)
    assert (row.kind, row.ref) == ("reminder", "T1")
    await store.record_delivery(row.id, outcome, now, "7", TOLD)
    return row


async def test_a_claim_and_its_message_are_stored_together_and_once(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    assert await remind(sqlite) == 1
    assert await remind(sqlite) == 0
    assert len(await sqlite.outbox("telegram:1")) == 1
    (page,) = await sqlite.unpaid_page(claim(), "", 10)
    assert (page.in_this_slot, page.reminded_today, page.reminded_ever) == (True, 1, 1)
    assert (page.goods, page.channel, page.owner) == ((("T1-BLK-L", 1),), "telegram", "bot")


async def test_a_delivered_reminder_leaves_note_blue_flag_event_and_word_for_the_platform(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    before = (await sqlite.load("telegram:1", "telegram")).version
    await sent(sqlite)
    stored = await sqlite.order("T1")
    assert stored is not None
    assert (stored.flag, [n.content for n in stored.notes]) == (Flag.BLUE, ["reminded"])
    assert (await sqlite.events("telegram:1"))[-1] == TOLD.event
    assert (await sqlite.load("telegram:1", "telegram")).version == before + 1
    assert [row.order_no for row in await sqlite.claim_platform("w", NOW, 60, 10)] == ["T1"]


async def test_a_reminder_that_arrives_after_payment_keeps_the_red_flag(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    (row,) = await sqlite.claim_outbox("s", NOW, ["telegram"], 10)
    await take(sqlite, report("paid"))
    await sqlite.record_delivery(row.id, "sent", NOW, "7", TOLD)
    stored = await sqlite.order("T1")
    assert stored is not None
    assert (stored.flag, stored.notes[-1].content) == (Flag.RED, "reminded")


@pytest.mark.parametrize("outcome", ["uncertain", "rejected", "unreachable"])
async def test_without_certainty_there_is_no_note_and_no_flag(sqlite: SqliteStore, outcome: Outcome) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    await sent(sqlite, outcome)
    stored = await sqlite.order("T1")
    assert stored is not None
    assert (stored.flag, stored.notes) == (None, ())
    called = [(call.order.order_no, call.reason) for call in await sqlite.calls()]
    assert called == ([] if outcome == "uncertain" else [("T1", "unreachable")])


async def test_an_uncertain_reminder_counts_and_one_never_sent_does_not(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    await sent(sqlite, "uncertain")
    (page,) = await sqlite.unpaid_page(claim(FOUR), "", 10)
    assert (page.reminded_today, page.in_this_slot) == (1, False)
    await remind(sqlite, claim(FOUR))
    (row,) = await sqlite.claim_outbox("s", NOW, ["telegram"], 10)
    await sqlite.record_delivery(row.id, "dropped", NOW)
    (page,) = await sqlite.unpaid_page(claim(replace(TEN, day=TEN.day + timedelta(days=1))), "", 10)
    assert page.reminded_ever == 1


@pytest.mark.parametrize(
    "spoil",
    ["paid", "closed", "taken over", "taken over and given back", "asked for a person", "opted out", "too late"],
)
async def test_a_reminder_that_lost_its_reason_is_dropped_when_its_turn_comes(sqlite: SqliteStore, spoil: str) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    now = NOW
    match spoil:
        case "paid":
            await take(sqlite, report("paid"))
        case "closed":
            await take(sqlite, report("closed"))
        case "taken over":
            await chat(sqlite, owner="agent")
        case "taken over and given back":
            await chat(sqlite, owner="agent")
            await chat(sqlite, owner="bot")
        case "asked for a person":
            await chat(sqlite, owner="waiting")
        case "opted out":
            await chat(sqlite, no_reminders=True)
        case "too late":
            now = NOW + timedelta(minutes=241)
    assert await sqlite.claim_outbox("s", now, ["telegram"], 10) == []
    assert [state for _, state in await sqlite.outbox("telegram:1")] == ["dropped"]
    assert not await sqlite.queued(["telegram"])


async def test_replies_behind_a_dropped_reminder_are_sent(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    await queue(sqlite, "有的，亲")
    await take(sqlite, report("paid"))
    (row,) = await sqlite.claim_outbox("s", NOW, ["telegram"], 10)
    assert (row.kind, row.reply.text) == ("", "有的，亲")


async def test_nobody_is_claimed_who_was_paid_or_taken_over_since_the_plan(sqlite: SqliteStore) -> None:
    for n in (1, 2, 3):
        await unpaid(sqlite, f"T{n}", f"telegram:{n}")
    page = await sqlite.unpaid_page(claim(), "", 10)
    await take(sqlite, report("paid", "T1"))
    await chat(sqlite, "telegram:2", owner="agent")
    assert await sqlite.claim_reminders(claim(), page, [], [], NOW) == 1
    assert rows(sqlite._path, "SELECT order_no FROM nudges") == [("T3",)]


async def test_a_round_knows_until_when_she_gets_special_care(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    (page,) = await sqlite.unpaid_page(claim(), "", 10)
    assert page.care_until is None
    until, loaded = NOW + timedelta(days=90), await sqlite.load("telegram:1", "telegram")
    begun = (CareBegan("refused", until.isoformat()),)
    await sqlite.commit(Turn(None, loaded.version, fold(loaded.conversation, begun), begun, (), NOW))
    (page,) = await sqlite.unpaid_page(claim(), "", 10)
    assert page.care_until == until


async def test_a_claim_never_sent_in_its_time_frees_the_order(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    (soon,) = await sqlite.unpaid_page(claim(FOUR), "", 10)
    assert not soon.in_this_slot, "six hours later nobody sends it any more"
    assert soon.reminded_ever == 0


async def test_who_wrote_again_can_be_reached_again(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    await remind(sqlite)
    await sent(sqlite, "unreachable")
    (page,) = await sqlite.unpaid_page(claim(FOUR), "", 10)
    assert page.unreachable
    loaded = await sqlite.load("telegram:1", "telegram")
    await sqlite.commit(replace(answer(None, loaded), events=(spoken("9"),)))
    (page,) = await sqlite.unpaid_page(claim(FOUR), "", 10)
    assert not page.unreachable


# --- the ledger ---


async def test_a_round_is_run_by_one_of_many(sqlite: SqliteStore, path: Path) -> None:
    others = [SqliteStore(path) for _ in range(4)]
    for other in others:
        await other.open()
    won = await asyncio.gather(*(store.claim_slot(claim(), NOW) for store in (sqlite, *others) for _ in range(3)))
    assert sum(won) == 1
    for other in others:
        await other.close()


async def test_the_round_of_a_process_that_died_is_gone_on_with(path: Path) -> None:
    first, second = SqliteStore(path), SqliteStore(path)
    await first.open()
    await second.open()
    assert await first.claim_slot(claim(), NOW)
    assert not await second.claim_slot(claim(), NOW)
    await first.close()  # its lock is free now, as after a crash
    assert await second.claim_slot(claim(), NOW)
    await second.finish_slot(claim(), NOW, 5, 3)
    third = SqliteStore(path)
    await third.open()
    assert not await third.claim_slot(claim(), NOW)
    assert rows(path, "SELECT day, at, state, considered, reminded FROM slots") == [
        ("2026-11-23", "10:00", "done", 5, 3)
    ]
    await second.close()
    await third.close()


async def test_a_missed_slot_is_written_down_once_and_not_run_any_more(sqlite: SqliteStore) -> None:
    assert not await sqlite.skip_slot(claim(), NOW), "a new shop has missed nothing"
    assert not await sqlite.claim_slot(claim(), NOW)
    assert await sqlite.claim_slot(claim(FOUR), NOW)
    tomorrow = claim(replace(TEN, day=TEN.day + timedelta(days=1)))
    assert await sqlite.skip_slot(tomorrow, NOW)
    assert not await sqlite.skip_slot(tomorrow, NOW)


# --- what came of it ---


async def test_recovery_counts_who_paid_in_time_reminded_or_held_out(sqlite: SqliteStore) -> None:
    for n in range(1, 5):
        await unpaid(sqlite, f"T{n}", f"telegram:{n}")
    page = await sqlite.unpaid_page(claim(), "", 10)
    await sqlite.claim_reminders(claim(), page[:2], ["T3", "T4"], [], NOW)
    for row in await sqlite.claim_outbox("s", NOW, ["telegram"], 10):
        await sqlite.record_delivery(row.id, "sent", NOW, "1", replace(TOLD, event=OrderReminded(row.ref, "")))
    await take(sqlite, report("paid", "T1", hours=-1), report("paid", "T4", hours=-30))
    found = await sqlite.recovery(NOW, 86_400)
    assert (found.reminded, found.reminded_paid, found.held_out, found.held_out_paid) == (2, 1, 2, 0)
    assert (await sqlite.recovery(NOW, 40 * 3600)).held_out_paid == 1


async def test_the_phone_list_holds_unpaid_orders_only(sqlite: SqliteStore) -> None:
    await take(sqlite, report("created", "A"), report("created", "B"))
    for _ in range(2):
        await sqlite.claim_reminders(claim(), [], [], [("A", "unbound"), ("B", "unbound")], NOW)
    await take(sqlite, report("paid", "A"))
    (call,) = await sqlite.calls()
    assert (call.order.order_no, call.reason) == ("B", "unbound")
    assert call.since.astimezone(SHANGHAI) == NOW
