from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.catalogue import Text
from bot.core.errors import KeyReused
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Flag, Note, OrderLine, RedFlag
from bot.core.ports_orders import IdempotencyKey, OrderFilter
from bot.service.keep_orders import KeepOrders
from tests.fakes import FakeClock

NOW = FakeClock().now()
LINE = OrderLine("S", "", Text("货"), Text(), "", 1, 100)


@pytest.fixture
async def keep(tmp_path: Path) -> AsyncIterator[KeepOrders]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield KeepOrders(store, FakeClock(), "XE01")
    await store.close()


def created(**facts: object) -> OrderEvent:
    data = OrderData(lines=(LINE,), **facts)  # type: ignore[arg-type]
    return OrderEvent("created", "A-1", NOW, "api", data=data)


async def test_nothing_has_happened_that_lies_ahead(keep: KeepOrders) -> None:
    ahead = NOW + timedelta(days=1)
    event = created(created_at=ahead, printed_at=ahead, paid_at=NOW - timedelta(days=1))
    await keep.take([OrderEvent(event.kind, event.order_no, ahead, event.source, data=event.data)])
    order = await keep.order("A-1")
    assert order is not None
    assert (order.created_at, order.printed_at, order.changed_at) == (NOW, NOW, NOW)


async def test_the_same_key_with_another_body_is_refused(keep: KeepOrders) -> None:
    await keep.take([created()], IdempotencyKey("k", "a"))
    with pytest.raises(KeyReused):
        await keep.take([created()], IdempotencyKey("k", "b"))


async def test_a_note_is_not_of_tomorrow_and_needs_its_order(keep: KeepOrders) -> None:
    note = Note("gift card", "HL02", NOW + timedelta(hours=1))
    assert await keep.add_note("A-1", note, IdempotencyKey("n1", "a")) is None
    await keep.take([created()])
    noted = await keep.add_note("A-1", note, IdempotencyKey("n2", "a"))
    assert noted is not None
    assert [(held.content, held.at) for held in noted.notes] == [("gift card", NOW)]


async def test_an_order_is_found_by_its_platforms_own_key(keep: KeepOrders) -> None:
    event = created(platform_id="5830044291245")
    await keep.take([OrderEvent(event.kind, event.order_no, NOW, "shopify", data=event.data)])
    found = await keep.order_of("shopify", "5830044291245")
    assert found is not None
    assert found.order_no == "A-1"
    assert await keep.order_of("woocommerce", "5830044291245") is None
    assert await keep.order_of("shopify", "") is None
    assert [order.order_no for order in (await keep.find(OrderFilter(), "", 10)).orders] == ["A-1"]


@pytest.mark.parametrize(("rule", "flag"), [("every_sale", Flag.RED), ("special_wishes", None)])
async def test_the_shops_rule_for_red_reaches_the_order(tmp_path: Path, rule: RedFlag, flag: Flag | None) -> None:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    keep = KeepOrders(store, FakeClock(), "XE01", rule)
    await keep.take([created(), OrderEvent("paid", "A-1", NOW, "api")])
    order = await keep.order("A-1")
    assert order is not None and order.flag is flag
    await store.close()
