"""Reports of orders and goods, from file to events."""

from __future__ import annotations

import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.importers import exported_at, read_report
from bot.adapters.item_report import attributes
from bot.adapters.report_cells import Cells
from bot.adapters.tables import BadCell
from bot.core.catalogue import Product, Text, Variant
from bot.core.order_events import Applied, apply
from bot.core.order_import import BadRow, ReadOrder
from bot.core.orders import Flag, Order, Status
from tests.adapters.reports import (
    ITEM_HEADS,
    NEW_ITEM_HEADS,
    NOW,
    ORDER_HEADS,
    PAID,
    SHIPPED,
    SHOP,
    UNPAID,
    write_csv,
    write_xlsx,
)


def read(path: Path, products: dict[str, Product] | None = None) -> list[ReadOrder | BadRow]:
    return list(read_report(path, SHOP, NOW, products or {}).entries)


def folded(entries: list[ReadOrder | BadRow]) -> dict[str, Order]:
    """What a store that knows nothing makes of them."""
    orders: dict[str, Order] = {}
    for entry in entries:
        assert isinstance(entry, ReadOrder), entry
        for event in entry.events:
            result = apply(orders.get(event.order_no), event, "XE01")
            if isinstance(result, Applied):
                orders[event.order_no] = result.order
    return orders


def only_fault(entries: list[ReadOrder | BadRow]) -> BadRow:
    (fault,) = (entry for entry in entries if isinstance(entry, BadRow))
    return fault


def test_a_gbk_report_becomes_the_right_orders(tmp_path: Path) -> None:
    orders = folded(read(write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, UNPAID, PAID, SHIPPED)))
    unpaid, paid, shipped = orders.values()
    assert [order.status for order in orders.values()] == [Status.UNPAID, Status.PAID, Status.SHIPPED]
    assert unpaid.order_no == "2605230000000000017"
    assert (unpaid.goods_fen, unpaid.shipping_fen, unpaid.paid_fen) == (25800, 0, None)
    assert unpaid.buyer_id == "晴天小麦"
    assert unpaid.created_at == datetime(2026, 5, 23, 10, 2, 11, tzinfo=SHOP)
    assert [(line.name.zh, line.quantity) for line in unpaid.lines] == [("朔源重磅纯棉T恤", 2)]
    assert (unpaid.address.province, unpaid.address.region) == ("浙江", "西湖")
    assert unpaid.address.detail == "浙江省 杭州市 西湖区 文新街道 湖畔路9号3幢201室"
    assert (unpaid.address.name, unpaid.address.phone) == ("林晓", "13900001234")
    assert [note.content for note in unpaid.notes] == ["请发中通"]
    assert paid.paid_at == datetime(2026, 5, 23, 10, 5, 40, tzinfo=SHOP)
    assert paid.paid_fen == 25800
    assert (shipped.tracking_no, shipped.courier) == ("780000111122", "中通快递")
    assert shipped.platform_memo == "改寄公司 _ 惠兰"
    assert all(order.source == "import" and order.conversation_id == "" for order in orders.values())


def test_the_same_rows_in_a_workbook_become_the_same_orders(tmp_path: Path) -> None:
    rows = (UNPAID, PAID, SHIPPED)
    plain = [{h: v.removeprefix('="').removesuffix('"') for h, v in row.items()} for row in rows]
    typed: list[dict[str, Any]] = [{**row, "总金额": 258.0, "宝贝总数量": 2} for row in plain]
    typed[0]["订单创建时间"] = datetime(2026, 5, 23, 10, 2, 11, tzinfo=SHOP).replace(tzinfo=None)
    sheet = folded(read(write_xlsx(tmp_path / "ExportOrderList202605240830.xlsx", ORDER_HEADS, *typed)))
    assert sheet == folded(read(write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, *rows)))


def test_a_number_rounded_by_a_spreadsheet_is_refused_in_both_forms(tmp_path: Path) -> None:
    csv = read(write_csv(tmp_path / "a.csv", ORDER_HEADS, {**UNPAID, "订单编号": "2.60523E+18"}, PAID))
    xlsx = read(write_xlsx(tmp_path / "a.xlsx", ORDER_HEADS, {**UNPAID, "订单编号": 2605230000000000017}))
    for fault in (only_fault(csv), only_fault(xlsx)):
        assert (fault.row, fault.column) == (2, "订单编号")
        assert "rounded" in fault.what
    assert isinstance(csv[1], ReadOrder)


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("订单编号", "", "is empty"),
        ("订单编号", "abc", "no order number"),
        ("总金额", "12.345", "no amount"),
        ("总金额", "-1.00", "negative"),
        ("总金额", "99999999999", "too much"),
        ("总金额", "一百", "no amount"),
        ("订单状态", "在路上", "no state"),
        ("订单状态", "", "is empty"),
        ("订单创建时间", "昨天", "no date"),
        ("订单创建时间", "2026-13-01 00:00:00", "no date"),
        ("订单创建时间", "2026-05-26 10:00:00", "future"),
        ("订单创建时间", "", "is empty"),
        ("订单付款时间", "2026-05-23 25:00", "no date"),
        ("宝贝总数量", "0", "pieces"),
        ("宝贝总数量", "两件", "pieces"),
        ("宝贝标题", "", "is empty"),
        ("买家应付邮费", "300.00", "less than the postage"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column_and_the_others_are_kept(
    tmp_path: Path, column: str, cell: str, what: str
) -> None:
    head = next(h for h in ORDER_HEADS if h.strip() == column)
    entries = read(write_csv(tmp_path / "a.csv", ORDER_HEADS, PAID, {**UNPAID, head: cell}, SHIPPED))
    fault = only_fault(entries)
    assert fault.row == 3
    assert fault.column == ("总金额" if "postage" in what else column)
    assert what in fault.what
    assert [entry.order_no for entry in entries if isinstance(entry, ReadOrder)] == [
        "2605220000000000028",
        "2605210000000000039",
    ]


@pytest.mark.parametrize(
    ("told", "paid", "status"),
    [
        ("等待买家付款", False, Status.UNPAID),
        ("买家已付款,等待卖家发货", True, Status.PAID),
        ("卖家部分发货", True, Status.PAID),
        ("卖家已发货，等待买家确认", True, Status.SHIPPED),
        ("交易成功", True, Status.CONFIRMED),
        ("交易关闭", False, Status.CLOSED),
        ("交易关闭", True, Status.REFUNDED),
    ],
)
def test_the_states_of_the_platform_are_ours(tmp_path: Path, told: str, paid: bool, status: Status) -> None:
    moment = "2026-05-23 10:05:40" if paid else ""
    file = write_csv(tmp_path / "a.csv", ORDER_HEADS, {**UNPAID, "订单状态": told, "订单付款时间 ": moment})
    (order,) = folded(read(file)).values()
    assert order.status is status
    if paid and status is not Status.REFUNDED:
        assert order.paid_at == datetime(2026, 5, 23, 10, 5, 40, tzinfo=SHOP)


def test_newer_heads_are_understood(tmp_path: Path) -> None:
    row = {
        "订单编号": "2605200000000000041",
        "买家昵称": "t**1",
        "总金额": "99.00",
        "买家实付金额": "89.10",
        "订单状态": "交易成功",
        "收货人": "王*",
        "收货地址": "广东省 广州市 天河区 ***",
        "联系手机": "139****5678",
        "买家下单时间": "2026/5/20 8:01",
        "买家付款时间": "2026/5/20 8:02",
        "发货时间": "2026/5/21 9:00",
        "确认收货时间": "2026/5/23 20:15:30",
        "商品标题": "朔源冰感速干T恤",
        "商品总数量": "1",
        "商家备注": "好评",
        "旗子": "红旗",
        "运单号": "SF100",
    }
    (order,) = folded(read(write_csv(tmp_path / "a.csv", tuple(row), row))).values()
    assert (order.status, order.paid_fen, order.goods_fen) == (Status.CONFIRMED, 8910, 9900)
    assert order.shipped_at == datetime(2026, 5, 21, 9, 0, tzinfo=SHOP)
    assert order.history[-1][:2] == (Status.CONFIRMED, datetime(2026, 5, 23, 20, 15, 30, tzinfo=SHOP))
    assert (order.flag, order.platform_memo, order.tracking_no) == (Flag.RED, "好评", "SF100")
    assert order.address.phone == "139****5678"


def test_the_same_file_gives_the_same_deliveries_and_a_changed_row_another(tmp_path: Path) -> None:
    def ids(*rows: dict[str, str]) -> list[str]:
        entries = read(write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, *rows))
        return [e.delivery_id for entry in entries if isinstance(entry, ReadOrder) for e in entry.events]

    assert ids(UNPAID, PAID) == ids(UNPAID, PAID)
    assert len(set(ids(UNPAID, PAID))) == 4
    assert not set(ids(UNPAID)) & set(ids({**UNPAID, "订单备注": "改地址"}))


def test_an_older_file_imported_later_overwrites_nothing(tmp_path: Path) -> None:
    new = read(write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, {**PAID, "订单备注": "新"}))
    old = read(write_csv(tmp_path / "ExportOrderList202605232200.csv", ORDER_HEADS, {**PAID, "订单备注": "旧"}))
    (order,) = folded([*new, *old]).values()
    assert order.platform_memo == "新"


def test_a_report_that_hides_the_address_does_not_replace_a_whole_one(tmp_path: Path) -> None:
    whole = read(write_csv(tmp_path / "ExportOrderList202605240800.csv", ORDER_HEADS, UNPAID))
    hiding = {**UNPAID, "联系手机": "139****1234", "订单备注": "新"}
    hidden = read(write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, hiding))
    (order,) = folded([*whole, *hidden]).values()
    assert (order.address.phone, order.platform_memo) == ("13900001234", "新")
    (order,) = folded(hidden).values()
    assert order.address.phone == "139****1234"


def test_the_moment_of_export_stands_in_the_name_or_is_the_files_own(tmp_path: Path) -> None:
    named = write_csv(tmp_path / "ExportOrderList202605231650.csv", ORDER_HEADS)
    assert exported_at(named, SHOP, NOW) == datetime(2026, 5, 23, 16, 50, tzinfo=SHOP)
    plain = write_csv(tmp_path / "orders 20269999.csv", ORDER_HEADS)
    far = datetime(2100, 1, 1, tzinfo=SHOP)
    assert abs(exported_at(plain, SHOP, far).timestamp() - plain.stat().st_mtime) <= 1
    assert exported_at(named, SHOP, NOW - timedelta(days=9)) == NOW - timedelta(days=9)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        rows = ({**UNPAID, "订单编号": f'="26052300{n:08d}"'} for n in range(count))
        file = write_csv(tmp_path / f"{count}.csv", ORDER_HEADS, *rows)
        # Caches fill before it counts, also the interpreter's own of freed tuples: up to 2,000 of each length.
        for _ in read_report(file, SHOP, NOW, {}).entries:
            pass
        tracemalloc.start()
        for _ in read_report(file, SHOP, NOW, {}).entries:
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(3000) < peak(300) + 200_000


# --- the report of goods ---

TEE = Product(
    id="tee",
    category="tee",
    brand="sy",
    name=Text("T恤"),
    variants=(Variant("TEE-BLK-XL", "black", "XL", 12900, 5),),
)

BLACK = {
    "订单编号": '="2605230000000000017"',
    "标题": "朔源重磅纯棉T恤",
    "价格": "129.00",
    "购买数量": "1",
    "外部系统编号": "TEE-BLK-XL",
    "商品属性": "颜色分类:黑色;尺码:XL",
}
WHITE = {**BLACK, "外部系统编号": "TEE-WHT-L", "商品属性": "颜色分类：白色；尺码：L", "购买数量": "2"}


def test_rows_of_one_order_become_its_lines(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "ExportOrderDetailList202605240831.csv", ITEM_HEADS, BLACK, WHITE)
    (entry,) = read(file, {"TEE-BLK-XL": TEE})
    assert isinstance(entry, ReadOrder) and entry.must_be_known and entry.rows == 2
    orders = folded(read(write_csv(tmp_path / "ExportOrderList202605240830.csv", ORDER_HEADS, UNPAID)))
    result = apply(orders["2605230000000000017"], entry.events[0], "XE01")
    assert isinstance(result, Applied)
    assert [(x.sku, x.product_id, x.color.zh, x.size, x.quantity, x.price_fen) for x in result.order.lines] == [
        ("TEE-BLK-XL", "tee", "黑色", "XL", 1, 12900),
        ("TEE-WHT-L", "", "白色", "L", 2, 12900),
    ]
    assert result.order.goods_fen == 25800


def test_lines_of_the_report_of_goods_outlive_another_report_of_orders(tmp_path: Path) -> None:
    first = read(write_csv(tmp_path / "ExportOrderList202605240800.csv", ORDER_HEADS, UNPAID))
    goods = read(write_csv(tmp_path / "ExportOrderDetailList202605240801.csv", ITEM_HEADS, BLACK, WHITE))
    again = {**UNPAID, "订单状态": "买家已付款,等待卖家发货", "订单付款时间 ": "2026-05-24 08:30:00"}
    later = read(write_csv(tmp_path / "ExportOrderList202605240845.csv", ORDER_HEADS, again))
    (order,) = folded([*first, *goods, *later]).values()
    assert [line.sku for line in order.lines] == ["TEE-BLK-XL", "TEE-WHT-L"]
    assert order.status is Status.PAID


def test_a_report_of_goods_that_tells_the_state_needs_no_other_report(tmp_path: Path) -> None:
    row = {
        "子订单编号": '="2605230000000000055"',
        "主订单编号": '="2605230000000000054"',
        "商品标题": "朔源休闲直筒裤",
        "商品价格": "179.00",
        "购买数量": "1",
        "外部系统编号": "CHINO-KHA-32",
        "商品属性": "颜色分类:卡其;尺码:32",
        "订单状态": "买家已付款，等待卖家发货",
        "买家应付货款": "159.00",
        "订单创建时间": "2026-05-23 21:00:00",
        "订单付款时间": "2026-05-23 21:01:00",
    }
    gone = {**row, "子订单编号": '="2605230000000000056"', "外部系统编号": "CHINO-NAV-32", "订单状态": "交易关闭"}
    (order,) = folded(read(write_csv(tmp_path / "a.csv", NEW_ITEM_HEADS, row, gone))).values()
    assert (order.order_no, order.status, order.goods_fen) == ("2605230000000000054", Status.PAID, 15900)
    assert [line.sku for line in order.lines] == ["CHINO-KHA-32"]
    assert order.paid_at == datetime(2026, 5, 23, 21, 1, tzinfo=SHOP)


def test_an_order_with_a_bad_row_is_left_out_whole_and_every_row_of_it_is_named(tmp_path: Path) -> None:
    other = {**BLACK, "订单编号": '="2605230000000000099"'}
    entries = read(write_csv(tmp_path / "a.csv", ITEM_HEADS, BLACK, {**WHITE, "价格": "面议"}, other))
    faults = {e.row: e.column for e in entries if isinstance(e, BadRow)}
    assert faults == {2: "", 3: "价格"}
    assert [e.order_no for e in entries if isinstance(e, ReadOrder)] == ["2605230000000000099"]


def test_rows_of_an_order_that_stand_apart_are_refused_not_taken_for_all_it_has(tmp_path: Path) -> None:
    other = {**BLACK, "订单编号": '="2605230000000000099"'}
    fault = only_fault(read(write_csv(tmp_path / "a.csv", ITEM_HEADS, BLACK, other, WHITE)))
    assert (fault.row, "sort" in fault.what) == (4, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("颜色分类:黑色;尺码:XL", {"颜色分类": "黑色", "尺码": "XL"}),
        ("颜色分类：深灰（加绒）；尺码：2XL [130斤]", {"颜色分类": "深灰(加绒)", "尺码": "2XL [130斤]"}),
        ("款式:A:B款; 尺码: M ;", {"款式": "A:B款", "尺码": "M"}),
        ("均码", {}),
        ("", {}),
    ],
)
def test_attributes_are_read_by_name(text: str, told: dict[str, str]) -> None:
    assert attributes(text) == told


# --- money ---


@given(st.integers(0, 999_999_999), st.sampled_from(["{}", "¥{}", "{}元", " {} ", "{}0"]))
def test_money_is_exact_to_the_fen(fen: int, form: str) -> None:
    written = form.format(f"{fen // 100}.{fen % 100:02d}")
    assert Cells({"总金额": written}, (), SHOP, NOW).fen(("总金额",)) == fen


@given(st.text(max_size=30))
def test_whatever_stands_in_a_cell_is_read_or_refused(text: str) -> None:
    cells = Cells({"x": text}, (), SHOP, NOW)
    for reader in (cells.fen, cells.moment, cells.count, cells.status, cells.flag, cells.order_no):
        try:
            reader(("x",))
        except BadCell as fault:
            assert fault.column == "x" and fault.what
