"""Phone and order numbers."""

import pytest

from bot.core.understanding.contact import order_no, phone
from bot.core.understanding.normalise import clean


@pytest.mark.parametrize("said", ["13812345678", "电话138 1234 5678谢谢", "+86 138-1234-5678"])
def test_reads_a_mobile_number(said: str) -> None:
    assert phone(clean(said)) == "13812345678"


@pytest.mark.parametrize("said", ["12345678901", "1381234567", "138123456789012"])
def test_other_digits_are_no_phone(said: str) -> None:
    assert phone(said) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("订单号 123456789012345", "123456789012345"),
        ("查下XE20261123001", "XE20261123001"),
        ("order #14253", "14253"),
        ("2026112300012345", "2026112300012345"),
        ("订单1001到哪了", "1001"),
        ("订单号：#1001", "1001"),
        ("My order 1001 is late", "1001"),
        ("where is order #204?", "204"),
        ("order number is 1001.", "1001"),
        ("order 12345.", "12345"),
    ],
)
def test_reads_an_order_number(said: str, number: str) -> None:
    assert order_no(clean(said)) == number


@pytest.mark.parametrize(
    "said",
    [
        "13812345678", "订单什么时候发", "2026年11月", "123456.123456789012", "订单1000件", "订单 300元包邮吗",
        "我要订1001件", "下订单200",
        "I want to order 100", "order 500 tees", "can I order 200 black ones", "reorder 300", "订单满300减50",
        "订单300起有折扣吗", "1001",
        "order 20000 pieces",
    ],
)  # fmt: skip
def test_other_digits_are_no_order_number(said: str) -> None:
    assert order_no(clean(said)) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("1001到哪了", "#1001"),
        ("#1001 什么时候发货", "#1001"),
        ("where is 1001?", "#1001"),
        ("1001", "#1001"),
        ("abc-77 发了没", "ABC-77"),
        ("ABC-77发了没", "ABC-77"),
        ("#15 什么时候发货", "15"),
        ("订单15什么时候发货", "15"),
        ("我的1001和订单号123456789012345", "#1001"),
    ],
)
def test_a_number_of_her_own_orders_is_known_however_short(said: str, number: str) -> None:
    assert order_no(clean(said), ("#1001", "ABC-77", "15")) == number


@pytest.mark.parametrize(
    "said",
    [
        "我要1001件", "预算1001", "1001元以内的", "¥1001", "1001块能买几件", "take 1001 pieces", "under 1001",
        "11001", "1001.5", "1001-2",
        "15", "要15双", "15天到吗", "xabc-77", "1001左右",
    ],
)  # fmt: skip
def test_a_quantity_or_price_is_no_number_of_hers(said: str) -> None:
    assert order_no(clean(said), ("#1001", "ABC-77", "15")) is None


def test_a_bare_figure_is_none_where_another_figure_was_asked_for() -> None:
    assert order_no("1001", ("1001",), bare=False) is None
    assert order_no("订单1001", ("1001",), bare=False) == "1001"


def test_a_number_typed_as_it_is_said_aloud_is_a_phone() -> None:
    assert phone("电话幺三八零零一三八零零零") == "13800138000"
    assert phone("一三八零零一三八零零") is None
