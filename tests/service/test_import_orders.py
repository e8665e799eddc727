"""Importing a report into a store: good rows kept, bad ones named, twice the same as once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.importers import read_report
from bot.adapters.store_sqlite import SqliteStore
from bot.core.order_import import BadRow
from bot.core.orders import Status
from bot.core.ports_orders import OrderFilter
from bot.service.import_orders import BATCH, Imported, ImportOrders
from tests.adapters.reports import ITEM_HEADS, NOW, ORDER_HEADS, PAID, SHIPPED, SHOP, UNPAID, write_csv
from tests.fakes import FakeClock

GOODS = {
    "订单编号": UNPAID["订单编号"],
    "标题": "朔源重磅纯棉T恤",
    "价格": "129.00",
    "购买数量": "2",
    "外部系统编号": "TEE-BLK-XL",
    "商品属性": "颜色分类:黑色;尺码:XL",
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


async def taken(store: SqliteStore, file: Path) -> tuple[Imported, list[BadRow]]:
    bad: list[BadRow] = []
    report = read_report(file, SHOP, NOW, {})
    done = await ImportOrders(store, FakeClock(NOW), "XE01")(report.entries, bad.append, lambda _: None)
    return done, bad


async def test_good_rows_are_kept_and_bad_ones_named_in_order(store: SqliteStore, tmp_path: Path) -> None:
    rows = (UNPAID, {**UNPAID, "总金额": "?"}, PAID, {**PAID, "订单状态": ""}, SHIPPED)
    done, bad = await taken(store, write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, *rows))
    assert done == Imported(rows=5, new=3, bad=2)
    assert [(row.row, row.column) for row in bad] == [(3, "总金额"), (5, "订单状态")]
    page = await store.find_orders(OrderFilter())
    assert [order.status for order in page.orders] == [Status.SHIPPED, Status.PAID, Status.UNPAID]


async def test_the_same_file_again_changes_nothing(store: SqliteStore, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, UNPAID, PAID, SHIPPED)
    await taken(store, file)
    before = await store.find_orders(OrderFilter())
    renamed = file.rename(tmp_path / "another name.csv")
    assert (await taken(store, write_csv(file, ORDER_HEADS, UNPAID, PAID, SHIPPED)))[0] == Imported(rows=3, same=3)
    assert (await taken(store, renamed))[0] == Imported(rows=3, same=3)
    after = await store.find_orders(OrderFilter())
    assert [order.order_no for order in after.orders] == [order.order_no for order in before.orders]
    assert [order.lines for order in after.orders] == [order.lines for order in before.orders]


async def test_a_newer_report_moves_orders_on(store: SqliteStore, tmp_path: Path) -> None:
    await taken(store, write_csv(tmp_path / "ExportOrderList202605240800.csv", ORDER_HEADS, UNPAID))
    moved = {**UNPAID, "订单状态": "买家已付款，等待卖家发货", "订单付款时间 ": "2026-05-24 08:10:00"}
    done, _ = await taken(store, write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, moved))
    assert done == Imported(rows=1, changed=1)
    order = await store.order("2605230000000000017")
    assert order is not None and order.status is Status.PAID


async def test_goods_of_an_order_nobody_knows_are_refused_and_taken_once_it_is_known(
    store: SqliteStore, tmp_path: Path
) -> None:
    goods = write_csv(tmp_path / "ExportOrderDetailList202605240831.csv", ITEM_HEADS, GOODS)
    done, bad = await taken(store, goods)
    assert (done.new, done.bad, bad[0].row) == (0, 1, 2)
    assert "report of orders first" in bad[0].what
    await taken(store, write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, UNPAID))
    assert (await taken(store, goods))[0] == Imported(rows=1, changed=1)
    order = await store.order("2605230000000000017")
    assert order is not None and [line.sku for line in order.lines] == ["TEE-BLK-XL"]


async def test_a_report_longer_than_a_batch_is_taken_in_whole(store: SqliteStore, tmp_path: Path) -> None:
    count = BATCH * 2 + 1
    rows = [{**UNPAID, "订单编号": f'="26052300{n:08d}"'} for n in range(count)]
    seen: list[int] = []
    report = read_report(write_csv(tmp_path / "a.csv", ORDER_HEADS, *rows), SHOP, NOW, {})
    done = await ImportOrders(store, FakeClock(NOW), "XE01")(report.entries, lambda _: None, seen.append)
    assert (done.new, sum(seen), report.about) == (count, count, count + 1)
