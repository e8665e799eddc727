"""Orders of every origin in the SQLite store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import Conflict, KeyReused
from bot.core.orders import Flag, Note, Status, change_status
from bot.core.ports_orders import IdempotencyKey, OrderFilter
from tests.adapters.order_samples import BOT, NOW, chat, report, take, unpaid
from tests.adapters.store_samples import answer, order, rows

KEY = IdempotencyKey("k1", "hash")


async def test_a_reported_order_is_stored_and_found_by_its_number(sqlite: SqliteStore) -> None:
    (result,) = await take(sqlite, report("created", note="发顺丰"))
    assert (result.order_no, result.state) == ("T1", "stored")
    stored = await sqlite.order("T1")
    assert stored is not None
    assert (stored.status, stored.source, stored.conversation_id, stored.version) == (Status.UNPAID, "api", "", 1)
    assert stored.notes[0].content == "发顺丰"
    assert await sqlite.order("T2") is None


async def test_one_bad_report_does_not_undo_the_good_ones(sqlite: SqliteStore) -> None:
    results = await take(sqlite, report("created", "A"), report("paid", "B"), report("created", "C"))
    assert [r.state for r in results] == ["stored", "refused", "stored"]
    assert results[1].reason.startswith("lines:")
    assert [o.order_no for o in (await sqlite.find_orders(OrderFilter())).orders] == ["A", "C"]


async def test_a_delivery_is_taken_once(sqlite: SqliteStore) -> None:
    await take(sqlite, report("created"))
    results = await take(sqlite, report("paid", delivery_id="d1"), report("shipped", delivery_id="d1"))
    assert [r.state for r in results] == ["stored", "ignored"]
    stored = await sqlite.order("T1")
    assert stored is not None
    assert stored.status is Status.PAID


async def test_a_refused_delivery_may_come_again(sqlite: SqliteStore) -> None:
    late = report("paid", delivery_id="d1")
    assert (await take(sqlite, late))[0].state == "refused"
    await take(sqlite, report("created", hours=6))
    assert (await take(sqlite, late))[0].state == "stored"


async def test_fifty_parallel_posts_of_one_key_make_one_order_and_one_answer(sqlite: SqliteStore, path: Path) -> None:
    event = report("created", note="once")
    answers = await asyncio.gather(*(sqlite.take_order_events([event], BOT, NOW, KEY) for _ in range(50)))
    assert len({tuple(answer_) for answer_ in answers}) == 1
    assert answers[0][0].state == "stored"
    assert rows(path, "SELECT count(*), max(version) FROM orders") == [(1, 1)]
    assert rows(path, "SELECT count(*) FROM order_events") == [(1,)]


async def test_a_key_with_another_body_is_refused_and_changes_nothing(sqlite: SqliteStore) -> None:
    await sqlite.take_order_events([report("created")], BOT, NOW, KEY)
    with pytest.raises(KeyReused):
        await sqlite.take_order_events([report("paid")], BOT, NOW, replace(KEY, body_hash="other"))
    stored = await sqlite.order("T1")
    assert stored is not None
    assert stored.status is Status.UNPAID


async def test_a_note_is_added_once_for_a_key(sqlite: SqliteStore) -> None:
    await take(sqlite, report("created"))
    for _ in range(2):
        noted = await sqlite.add_note("T1", Note("加急", "huilan", NOW), NOW, KEY)
        assert noted is not None
        assert [n.content for n in noted.notes] == ["加急"]
    assert await sqlite.add_note("NO", Note("加急", "huilan", NOW), NOW) is None


async def test_pages_of_orders_go_on_where_the_last_one_ended(sqlite: SqliteStore) -> None:
    await take(sqlite, *(report("created", f"T{n}") for n in range(5)), report("paid", "T3"))
    first = await sqlite.find_orders(OrderFilter(), limit=3)
    second = await sqlite.find_orders(OrderFilter(), first.next, 3)
    assert [o.order_no for o in (*first.orders, *second.orders)] == ["T0", "T1", "T2", "T3", "T4"]
    assert second.next == ""
    paid = await sqlite.find_orders(OrderFilter(status=Status.PAID))
    assert [o.order_no for o in paid.orders] == ["T3"]
    assert (await sqlite.find_orders(OrderFilter(since=NOW + timedelta(seconds=1)))).orders == ()


async def test_an_order_is_bound_to_one_conversation_only(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    await chat(sqlite, "telegram:2")
    assert await sqlite.bind_order("T1", "telegram:1", NOW, "link")
    assert not await sqlite.bind_order("T1", "telegram:2", NOW, "link")
    assert not await sqlite.bind_order("T9", "telegram:2", NOW, "link")
    assert [o.order_no for o in (await sqlite.load("telegram:1", "telegram")).orders] == ["T1"]
    found = await sqlite.find_orders(OrderFilter(conversation_id="telegram:1"))
    assert [o.order_no for o in found.orders] == ["T1"]


async def test_an_unbound_order_may_be_taken_within_a_turn(sqlite: SqliteStore) -> None:
    await take(sqlite, report("created"))
    stored = await sqlite.order("T1")
    assert stored is not None
    turn = answer(None, await sqlite.load("telegram:7", "telegram"), "好的")
    await sqlite.commit(replace(turn, orders=(replace(stored, conversation_id="telegram:7"),)))
    other = answer(None, await sqlite.load("telegram:8", "telegram"), "好的")
    with pytest.raises(Conflict):
        await sqlite.commit(replace(other, orders=(replace(stored, conversation_id="telegram:8", version=2),)))


async def test_a_turn_that_read_the_order_before_it_was_paid_is_refused(sqlite: SqliteStore) -> None:
    await unpaid(sqlite)
    loaded = await sqlite.load("telegram:1", "telegram")
    await take(sqlite, report("paid"))
    closed = change_status(loaded.orders[0], Status.CLOSED, NOW, "shopper")
    with pytest.raises(Conflict):
        await sqlite.commit(replace(answer(None, loaded, "好的"), orders=(closed,)))


async def test_tries_to_claim_an_order_are_counted_together_and_end(sqlite: SqliteStore) -> None:
    tries = await asyncio.gather(*(sqlite.count_binding_try("telegram:1", "T1", 5, NOW) for _ in range(50)))
    assert sorted(t for t in tries if t is not None) == [1, 2, 3, 4, 5]
    # Neither another order for this chat, nor this order for another chat.
    assert await sqlite.count_binding_try("telegram:1", "T2", 5, NOW) is None
    assert await sqlite.count_binding_try("telegram:2", "T1", 5, NOW) is None
    assert await sqlite.count_binding_try("telegram:2", "T2", 5, NOW) == 1


async def test_a_closed_order_frees_the_goods_it_held(sqlite: SqliteStore) -> None:
    turn = answer(None, await sqlite.load("telegram:1", "telegram"))
    await sqlite.commit(replace(turn, orders=(order(),), reserves={"T1-BLK-L": (1, 1)}))
    assert await sqlite.overdue_orders(NOW + timedelta(hours=1)) == ["X1"]
    await sqlite.take_order_events([replace(report("closed", "X1"), source="deadline")], BOT, NOW)
    assert dict(await sqlite.reserved(["T1-BLK-L"])) == {}
    assert await sqlite.overdue_orders(NOW + timedelta(hours=1)) == []


# --- the platform is told ---


async def noted(store: SqliteStore) -> None:
    """An order with a note of ours."""
    await take(store, report("created"))
    await store.add_note("T1", Note("一", "huilan", NOW), NOW)


async def test_a_strangers_order_that_nobody_here_served_is_not_queued(sqlite: SqliteStore) -> None:
    await take(sqlite, report("created", note="快点发货", flag=Flag.YELLOW), report("paid"))
    stored = await sqlite.order("T1")
    assert stored is not None
    assert (stored.flag, len(stored.notes)) == (Flag.RED, 1)
    assert await sqlite.claim_platform("w", NOW, 60, 10) == []
    await sqlite.add_note("T1", Note("加急", "huilan", NOW), NOW)
    assert [row.order_no for row in await sqlite.claim_platform("w", NOW, 60, 10)] == ["T1"]


async def test_an_order_of_the_chat_has_no_platform_to_tell(sqlite: SqliteStore) -> None:
    loaded = await sqlite.load("telegram:1", "telegram")
    await sqlite.commit(replace(answer(None, loaded), orders=(order("XE1", "telegram:1"),)))
    await sqlite.add_note("XE1", Note("加急", "huilan", NOW), NOW)
    assert await sqlite.claim_platform("w", NOW, 60, 10) == []


async def test_a_change_of_note_or_flag_is_queued_for_the_platform_once(sqlite: SqliteStore) -> None:
    await take(sqlite, report("created"))
    assert await sqlite.claim_platform("w", NOW, 60, 10) == [], "nothing of ours to tell"
    await sqlite.add_note("T1", Note("加急", "huilan", NOW), NOW)
    await take(sqlite, report("paid"))
    (row,) = await sqlite.claim_platform("w", NOW, 60, 10)
    assert (row.order_no, row.attempts) == ("T1", 0)
    stored = await sqlite.order("T1")
    assert stored is not None
    assert stored.flag is Flag.RED
    await sqlite.finish_platform(row.id, NOW)
    await take(sqlite, report("shipped", hours=1))
    assert await sqlite.claim_platform("w", NOW, 60, 10) == [], "the platform knows its own states"


async def test_an_order_that_changes_while_it_is_written_is_written_again_after(sqlite: SqliteStore) -> None:
    await noted(sqlite)
    (first,) = await sqlite.claim_platform("w", NOW, 60, 10)
    await sqlite.add_note("T1", Note("二", "huilan", NOW), NOW)
    assert await sqlite.claim_platform("w", NOW, 60, 10) == [], "one at a time"
    await sqlite.finish_platform(first.id, NOW)
    assert [row.order_no for row in await sqlite.claim_platform("w", NOW, 60, 10)] == ["T1"]


async def test_what_could_not_be_written_comes_again_later_or_is_a_dead_letter(sqlite: SqliteStore) -> None:
    await noted(sqlite)
    (row,) = await sqlite.claim_platform("w", NOW, 60, 10)
    later = NOW + timedelta(minutes=5)
    await sqlite.fail_platform(row.id, "503", NOW, later)
    assert await sqlite.claim_platform("w", NOW, 60, 10) == []
    (again,) = await sqlite.claim_platform("w", later, 60, 10)
    assert (again.id, again.attempts, again.error) == (row.id, 1, "503")
    await sqlite.fail_platform(again.id, "gone", later, None)
    assert [dead.error for dead in await sqlite.dead_platform()] == ["gone"]
    assert (await sqlite.counts())["platform.dead"] == 1


async def test_a_lease_that_ran_out_is_claimed_anew(sqlite: SqliteStore) -> None:
    await noted(sqlite)
    (row,) = await sqlite.claim_platform("w", NOW, 60, 10)
    (again,) = await sqlite.claim_platform("w2", NOW + timedelta(seconds=61), 60, 10)
    assert (again.id, again.attempts) == (row.id, 1)
