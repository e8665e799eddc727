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
    ],
)
def test_reads_an_order_number(said: str, number: str) -> None:
    assert order_no(clean(said)) == number


@pytest.mark.parametrize("said", ["13812345678", "订单什么时候发", "2026年11月", "123456.123456789012"])
def test_other_digits_are_no_order_number(said: str) -> None:
    assert order_no(clean(said)) is None
