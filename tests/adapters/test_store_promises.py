"""What a store keeps of promises and of how satisfied shoppers were."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import Conflict
from bot.core.events import PromisesKept, SatisfactionExplained, SatisfactionGiven, StaffSpoke
from bot.core.ledger import Promised
from bot.core.order_events import OrderEvent
from bot.core.orders import Note, Order, Status, change_status, with_note
from tests.adapters.people_samples import change, happen, promise, taken, words
from tests.adapters.store_samples import NOW, SHOPPER, case, later, order


async def ledger(store: SqliteStore) -> list[tuple[str, str, str]]:
    return [(line.promise_id, line.order_no, line.state) for line in await store.promises()]


def reaches(*statuses: Status) -> Any:
    def change_it(one: Order) -> Order:
        for status in statuses:
            one = change_status(one, status, NOW, "shop")
        return one

    return change_it


# --- promises ---


async def test_the_ledger_is_read_earliest_due_first(sqlite: SqliteStore) -> None:
    lines = [replace(promise(f"P{n}"), due_at=later(-n), order_no="X1" if n % 2 else "") for n in range(4)]
    other = promise("Q", conversation_id="telegram:2", order_no="X1")
    await happen(sqlite, promised=lines)
    await happen(sqlite, to="telegram:2", promised=(other,))
    assert await sqlite.settle_promise("P3", "kept", "anna", NOW)

    async def ids(**wanted: Any) -> list[str]:
        return [line.promise_id for line in await sqlite.promises(**wanted)]

    assert await ids() == ["P3", "P2", "P1", "P0", "Q"]
    assert await ids(open_only=True, limit=3) == ["P2", "P1", "P0"]
    assert await ids(conversation_id=SHOPPER) == ["P3", "P2", "P1", "P0"]
    assert await ids(conversation_id=SHOPPER, open_only=True) == ["P2", "P1", "P0"]
    assert await ids(order_no="X1") == ["P3", "P1", "Q"]
    assert await ids(order_no="X1", conversation_id=SHOPPER, open_only=True) == ["P1"]
    assert (await sqlite.promises(conversation_id="telegram:2")) == [other]


async def test_a_promise_is_settled_once(sqlite: SqliteStore) -> None:
    await happen(sqlite, promised=(promise(),))
    assert await sqlite.settle_promise("P1", "withdrawn", "bo", later(9))
    settled = replace(promise(), state="withdrawn", settled_by="bo", settled_at=later(9))
    assert await sqlite.promises() == [settled]
    assert not await sqlite.settle_promise("P1", "kept", "anna", later(10))
    assert not await sqlite.settle_promise("P9", "kept", "anna", later(10))
    assert await sqlite.promises() == [settled]


async def test_what_a_case_kept_is_kept_and_of_the_case_before_it_only_what_finance_paid(sqlite: SqliteStore) -> None:
    lines = [
        replace(promise("P1"), kind="other", case_id="C2"),
        replace(promise("P2"), kind="cash", case_id="C1"),
        replace(promise("P3"), kind="other", case_id="C1"),
        replace(promise("P4"), kind="gift", case_id="C2"),
        replace(promise("P5"), kind="cash", case_id="C9"),
        replace(promise("P6"), kind="coupon", case_id="C2"),
    ]
    elsewhere = replace(promise("Q", conversation_id="telegram:2"), kind="cash", case_id="C2")
    await happen(sqlite, promised=lines)
    await happen(sqlite, to="telegram:2", promised=(elsewhere,))
    await happen(sqlite, PromisesKept("C2", "C1", "fay"))
    await happen(sqlite, promised=(replace(promise("P7"), kind="cash", case_id=""),))
    await happen(sqlite, PromisesKept("C3", "", "fay"))
    states = {line.promise_id: (line.state, line.settled_by) for line in await sqlite.promises()}
    kept, still_open = ("kept", "fay"), ("open", "")
    assert states == {
        "P1": kept, "P2": kept, "P3": still_open, "P4": still_open, "P5": still_open,
        "P6": still_open, "P7": still_open, "Q": still_open,
    }  # fmt: skip


async def test_of_two_who_settle_one_does(sqlite: SqliteStore) -> None:
    await happen(sqlite, promised=(promise(),))
    done = await asyncio.gather(*(sqlite.settle_promise("P1", "kept", f"s{n}", NOW) for n in range(9)))
    assert sorted(done) == [False] * 8 + [True]


async def test_a_line_of_the_ledger_is_never_written_over(sqlite: SqliteStore) -> None:
    await happen(sqlite, promised=(promise(),))
    with pytest.raises(Conflict):
        await happen(sqlite, words("在吗"), promised=(promise(kind="cash"),))
    assert await sqlite.promises() == [promise()]
    assert await sqlite.events(SHOPPER) == []
    with pytest.raises(ValueError, match="not of conversation"):
        await happen(sqlite, promised=(promise("P2", conversation_id="telegram:2"),))


async def test_the_order_that_is_placed_takes_over_what_was_promised_before(sqlite: SqliteStore) -> None:
    await happen(sqlite, promised=(promise("P1"), promise("P2", order_no="OLD"), promise("P3")))
    await happen(sqlite, to="telegram:2", promised=(promise("Q", conversation_id="telegram:2"),))
    await sqlite.settle_promise("P3", "withdrawn", "anna", NOW)
    await happen(sqlite, orders=(order("X1"),), promised=(promise("P4"),))
    expected = [("P1", "X1", "open"), ("P2", "OLD", "open"), ("P3", "", "withdrawn"), ("P4", "X1", "open")]
    assert await ledger(sqlite) == [*expected, ("Q", "", "open")]
    assert [line.promise_id for line in await sqlite.promises(order_no="X1")] == ["P1", "P4"]
    await happen(sqlite, orders=(order("X2"),))
    assert await ledger(sqlite) == [*expected, ("Q", "", "open")]


async def test_only_an_order_placed_in_the_chat_takes_promises_over(sqlite: SqliteStore) -> None:
    await happen(sqlite, orders=(order("X1"),))
    await happen(sqlite, promised=(promise(),))
    await happen(sqlite, orders=(replace(order("S1"), source="shopify"),))
    await change(sqlite, "X1", reaches(Status.PAID))
    assert await ledger(sqlite) == [("P1", "", "open")]


async def test_when_the_goods_were_not_to_be_had_nothing_moves(sqlite: SqliteStore) -> None:
    await happen(sqlite, promised=(promise(),))
    await happen(sqlite, orders=(order("FOREIGN", "telegram:2"),), to="telegram:2")
    with pytest.raises(Conflict):
        await happen(sqlite, orders=(order("FOREIGN"),))
    assert await ledger(sqlite) == [("P1", "", "open")]


@pytest.mark.parametrize(
    ("statuses", "state", "by"),
    [
        ((Status.PAID,), "open", ""),
        ((Status.PAID, Status.SHIPPED), "kept", "shipped"),
        ((Status.CLOSED,), "withdrawn", "closed"),
        ((Status.PAID, Status.REFUNDED), "withdrawn", "refunded"),
    ],
)
async def test_the_parcel_settles_what_goes_with_it(
    sqlite: SqliteStore, statuses: Sequence[Status], state: str, by: str
) -> None:
    lines = [promise(kind, kind, "X1") for kind in ("gift", "free_shipping", "discount", "coupon", "cash", "other")]
    await happen(sqlite, orders=(order("X1"), order("X2")), promised=[*lines, promise("z", order_no="X2")])
    await change(sqlite, "X1", reaches(*statuses), later(30))

    def after(line: Promised) -> Promised:
        if state == "open" or line.kind not in ("gift", "free_shipping", "discount"):
            return line
        return replace(line, state=state, settled_by=by, settled_at=later(30))  # type: ignore[arg-type]

    expected = [*(after(line) for line in lines), promise("z", order_no="X2")]
    assert await sqlite.promises() == sorted(expected, key=lambda line: line.promise_id)


async def test_what_is_promised_after_the_parcel_left_is_not_in_it(sqlite: SqliteStore) -> None:
    await happen(sqlite, orders=(order("X1"),))
    await change(sqlite, "X1", reaches(Status.PAID, Status.SHIPPED))
    await happen(sqlite, promised=(promise(order_no="X1"),))
    await change(sqlite, "X1", lambda one: with_note(one, Note("补寄", "anna", NOW)))
    await change(sqlite, "X1", reaches(Status.SIGNED))
    assert await ledger(sqlite) == [("P1", "X1", "open")]
    await change(sqlite, "X1", reaches(Status.REFUNDED))
    assert await ledger(sqlite) == [("P1", "X1", "withdrawn")]


async def test_a_parcel_that_the_platform_reports_counts_too(sqlite: SqliteStore) -> None:
    await happen(sqlite, orders=(order("X1"),), promised=(promise(),))
    for event in (OrderEvent("paid", "X1", later(5), "api"), OrderEvent("signed", "X1", later(9), "api")):
        (told,) = await sqlite.take_order_events((event,), "bot", later(9))
        assert told.state == "stored"
    assert await ledger(sqlite) == [("P1", "X1", "kept")]


# --- satisfaction ---


def spoke(at: float) -> StaffSpoke:
    return StaffSpoke("anna", "在的", later(at).isoformat())


async def test_a_mark_is_of_the_person_who_spoke_in_the_case(sqlite: SqliteStore) -> None:
    await happen(sqlite, taken(), cases=(replace(case("C1"), opened_at=later(-60)),))
    await happen(sqlite, spoke(5), SatisfactionGiven("C1", 5), at=later(9))
    assert await sqlite.ratings(NOW) == [("C1", "anna", 5, "")]


async def test_a_mark_for_what_no_person_spoke_in_is_the_bots(sqlite: SqliteStore) -> None:
    await happen(sqlite, spoke(0))
    await happen(sqlite, SatisfactionGiven("C1", 2), cases=(replace(case("C1"), opened_at=later(1)),))
    await happen(sqlite, SatisfactionGiven("C2", 3), to="telegram:2", cases=(case("C2", "telegram:2"),))
    await happen(sqlite, SatisfactionGiven("C1", 4), to="telegram:3")
    assert await sqlite.ratings(NOW) == [("C1", "", 2, ""), ("C2", "", 3, "")]


async def test_the_first_mark_of_a_case_stays_and_gets_her_words(sqlite: SqliteStore) -> None:
    await happen(sqlite, SatisfactionGiven("C1", 1), SatisfactionExplained("C1", "太慢"), cases=(case("C1"),))
    await happen(sqlite, SatisfactionGiven("C1", 5), at=later(60))
    assert await sqlite.ratings(NOW) == [("C1", "", 1, "太慢")]
    await happen(sqlite, SatisfactionExplained("C1", "太慢 \ud83d"))
    await happen(sqlite, SatisfactionExplained("C1", "别人的"), SatisfactionExplained("C9", "没有"), to="telegram:2")
    assert await sqlite.ratings(NOW) == [("C1", "", 1, "太慢 ?")]


async def test_marks_are_read_from_a_moment_on(sqlite: SqliteStore) -> None:
    for n in range(3):
        await happen(sqlite, SatisfactionGiven(f"C{n}", n + 1), at=later(n))
    assert [rating[0] for rating in await sqlite.ratings(later(1))] == ["C1", "C2"]
