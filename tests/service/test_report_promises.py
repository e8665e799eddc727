"""The ledger as staff see it, and their word that a promise was kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.people import Staff
from bot.service.keep_staff import StaffRefused
from bot.service.report_promises import PromiseRefused, SettlePromise, ledger, may_withdraw
from tests.adapters.people_samples import ANNA, BO, happen, promise
from tests.adapters.store_samples import NOW
from tests.fakes import FakeClock

LATE = NOW + timedelta(hours=73)
CLEO = Staff("cleo", "Cleo", ("manager",))
DORA = Staff("dora", "Dora", ("warehouse",))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    for person in (ANNA, BO, CLEO, DORA, Staff("eva", "Eva", ("manager",), state="disabled")):
        await store.put_staff(person)
    second = replace(promise("P2"), due_at=NOW + timedelta(hours=100), role="manager", staff_id="cleo")
    await happen(store, promised=(promise("P1"), second))
    yield store
    await store.close()


async def states(store: SqliteStore) -> list[tuple[str, str]]:
    return [(line.promised.promise_id, line.state) for line in await ledger(store, LATE)]


async def test_an_open_promise_past_its_due_moment_is_broken(store: SqliteStore) -> None:
    assert [line.state for line in await ledger(store, NOW)] == ["open", "open"]
    assert await states(store) == [("P1", "broken"), ("P2", "open")]
    assert [line.promised.promise_id for line in await ledger(store, LATE, "broken")] == ["P1"]
    assert len(await ledger(store, LATE, "open")) == 2


async def test_a_promise_kept_late_is_kept_and_leaves_the_open_list(store: SqliteStore) -> None:
    settle = SettlePromise(store, FakeClock(LATE))
    assert (await settle.kept("P1", "dora")).promise_id == "P1"
    assert await states(store) == [("P1", "kept"), ("P2", "open")]
    (line, _) = await ledger(store, LATE)
    assert (line.promised.settled_by, line.promised.settled_at) == ("dora", LATE)
    assert [line.promised.promise_id for line in await ledger(store, LATE, "open")] == ["P2"]


async def test_who_granted_it_or_a_supervisor_takes_it_back(store: SqliteStore) -> None:
    settle = SettlePromise(store, FakeClock(NOW))
    with pytest.raises(StaffRefused, match="P1 was granted by anna as agent; she or a supervisor or manager"):
        await settle.withdrawn("P1", "dora")
    with pytest.raises(StaffRefused, match="P2 was granted by cleo as manager; she or a manager takes it back"):
        await settle.withdrawn("P2", "bo")
    assert await states(store) == [("P1", "broken"), ("P2", "open")]
    await settle.withdrawn("P1", "bo")
    await settle.withdrawn("P2", "cleo")
    assert await states(store) == [("P1", "withdrawn"), ("P2", "withdrawn")]


@pytest.mark.parametrize(
    ("promise_id", "staff_id", "said"),
    [
        ("P1", "nobody", "nobody is not on the staff list"),
        ("P1", "eva", "eva is disabled"),
        ("P9", "bo", "there is no open promise P9"),
    ],
)
async def test_what_cannot_be_is_told_and_changes_nothing(
    store: SqliteStore, promise_id: str, staff_id: str, said: str
) -> None:
    with pytest.raises((StaffRefused, PromiseRefused), match=said):
        await SettlePromise(store, FakeClock(NOW)).kept(promise_id, staff_id)
    assert await states(store) == [("P1", "broken"), ("P2", "open")]


async def test_nobody_settles_a_promise_twice(store: SqliteStore) -> None:
    settle = SettlePromise(store, FakeClock(NOW))
    await settle.kept("P1", "anna")
    with pytest.raises(PromiseRefused, match="no open promise P1"):
        await settle.withdrawn("P1", "anna")
    assert (await states(store))[0] == ("P1", "kept")


def test_somebody_disabled_takes_nothing_back() -> None:
    assert may_withdraw(ANNA, promise())
    assert not may_withdraw(replace(ANNA, state="disabled"), promise())
