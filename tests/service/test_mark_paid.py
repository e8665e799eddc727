from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.cases import ROLES
from bot.core.catalogue import Text
from bot.core.conversation import Conversation, fold
from bot.core.events import OrderPlaced
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Address, Flag, Order, OrderLine, Status
from bot.core.people import Staff
from bot.core.ports import Turn
from bot.service.keep_orders import KeepOrders
from bot.service.keep_staff import StaffRefused
from bot.service.mark_paid import MarkPaid
from tests.fakes import FakeClock

NOW = FakeClock().now()
LINE = OrderLine("S", "", Text("货"), Text(), "", 1, 9900)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    for role in ROLES:
        await store.put_staff(Staff(role, role, (role,)))
    await store.put_staff(Staff("gone", "Gone", ("manager",), "disabled"))
    yield store
    await store.close()


def paid(store: SqliteStore) -> MarkPaid:
    return MarkPaid(store, KeepOrders(store, FakeClock(), "XE01"))


async def report(store: SqliteStore, order_no: str, kind: str = "created", source: str = "api") -> None:
    event = OrderEvent(kind, order_no, NOW - timedelta(hours=1), source, data=OrderData(lines=(LINE,)))  # type: ignore[arg-type]
    (result,) = await store.take_order_events([event], "XE01", NOW)
    assert result.state == "stored"


async def place(store: SqliteStore, order_no: str) -> None:
    order = Order(order_no, "telegram:7", Status.UNPAID, (LINE,), 9900, 0, (), (), Address("", "", "", "", ""), "", NOW)
    happened = (OrderPlaced(order_no, 9900),)
    talk = fold(Conversation("telegram:7", "telegram"), happened)
    await store.commit(Turn(None, 0, talk, happened, (), NOW, orders=(order,)))


@pytest.mark.parametrize("role", ["finance", "supervisor", "manager"])
async def test_they_may_say_that_an_order_of_the_chat_is_paid(store: SqliteStore, role: str) -> None:
    await place(store, "XE1")
    order = await paid(store)("XE1", role)
    assert (order.status, order.flag, order.paid_at) == (Status.PAID, Flag.RED, NOW)
    assert order.history[-1] == (Status.PAID, NOW, f"staff:{role}")
    assert order.staff_id == "XE01"


async def test_an_order_of_another_program_is_marked_too(store: SqliteStore) -> None:
    await report(store, "A-1")
    assert (await paid(store)("A-1", "finance")).status is Status.PAID


@pytest.mark.parametrize("role", sorted({*ROLES} - {"finance", "supervisor", "manager"}))
async def test_nobody_else_may(store: SqliteStore, role: str) -> None:
    await place(store, "XE1")
    with pytest.raises(StaffRefused, match=f"{role} is {role}; only finance, supervisor and manager"):
        await paid(store)("XE1", role)
    order = await store.order("XE1")
    assert order is not None
    assert order.status is Status.UNPAID


@pytest.mark.parametrize(
    ("order_no", "staff_id", "said"),
    [
        ("A-1", "KF09", "KF09 is not on the staff list"),
        ("A-1", "gone", "gone is disabled"),
        ("A-9", "finance", "there is no order A-9"),
        ("paid", "finance", "paid was paid already, 2026-11-23 09:00"),
        ("shipped", "finance", "shipped was paid already"),
        ("closed", "finance", "closed: an order that is closed cannot become paid"),
        ("shopify", "finance", "shopify is an order of Shopify, which says itself when it is paid"),
        ("woocommerce", "finance", "woocommerce is an order of WooCommerce"),
        ("import", "finance", "import is an order of the platform"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(
    store: SqliteStore, order_no: str, staff_id: str, said: str
) -> None:
    await report(store, "A-1")
    for kind in ("paid", "shipped", "closed"):
        await report(store, kind)
        await report(store, kind, kind)
    for source in ("shopify", "woocommerce", "import"):
        await report(store, source, "created", source)
    with pytest.raises(StaffRefused, match=said):
        await paid(store)(order_no, staff_id)


async def test_of_many_at_once_one_marks_it(store: SqliteStore) -> None:
    await report(store, "A-1")
    done = await asyncio.gather(*(paid(store)("A-1", "finance") for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(result, Order) for result in done) == 1
    assert all(isinstance(result, Order | StaffRefused) for result in done)
