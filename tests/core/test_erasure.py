from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from bot.core.erasure import Person, digits, hindrances, lines_without, order_without
from bot.core.orders import Address, Flag, Note, Order, Status


@pytest.mark.parametrize(
    ("said", "compared"),
    [("138 1234-5678", "13812345678"), ("+86 13812345678", "13812345678"), ("+44 7911 123456", "447911123456")],
)
def test_numbers_are_compared_by_their_digits(said: str, compared: str) -> None:
    assert digits(said) == compared


def test_only_lines_that_name_her_whole_are_taken_out() -> None:
    lines = ("telegram:7 waits", "telegram:77 waits", "order 1001", "phone 13810010000")
    assert lines_without(lines, ["telegram:7", "1001"]) == ("–", "telegram:77 waits", "–", "phone 13810010000")
    assert lines_without(lines, []) == lines


def test_nothing_stands_in_the_way_of_a_person_who_only_asked() -> None:
    assert list(hindrances(Person())) == []


#: What bookkeeping needs of an order, and what tells nobody whose it was.
_KEPT_OF_ORDERS = {
    "order_no", "status", "lines", "goods_fen", "shipping_fen", "discounts", "gifts", "courier", "created_at", "flag",
    "history", "source", "printed_at", "settled_at", "paid_fen", "staff_id", "changed_at",
    "platform_id",
}  # fmt: skip
_EMPTIED = {
    "conversation_id", "address", "notes", "buyer_id", "tracking_no", "pay_url", "platform_memo", "no_reminders",
    "version",
}  # fmt: skip


def test_a_new_field_of_an_order_is_thought_of() -> None:
    assert {field.name for field in fields(Order)} == _KEPT_OF_ORDERS | _EMPTIED, "is it hers? then order_without"


def test_an_order_keeps_its_sums_and_loses_its_buyer() -> None:
    at = datetime(2026, 11, 23, 10, tzinfo=UTC)
    address = Address("西湖", "浙江", "文三路1号", "张三", "13812345678")
    note = Note("刺绣", "A01", at, Flag.YELLOW, "做了")
    order = Order(
        "XE1", "telegram:7", Status.PAID, (), 100, 5, (), (), address, "zto", at, (note,), Flag.RED, buyer_id="b",
        tracking_no="SF1", pay_url="/b", platform_memo="m", platform_id="P1", paid_fen=105, staff_id="A01",
    )  # fmt: skip
    bare = order_without(order)
    assert {name: getattr(bare, name) for name in _KEPT_OF_ORDERS} == {
        name: getattr(order, name) for name in _KEPT_OF_ORDERS
    }
    assert bare.notes == (Note("", "A01", at, Flag.YELLOW, ""),)
    assert (bare.address, bare.buyer_id, bare.conversation_id) == (Address("", "", "", "", ""), "", "")
    assert (bare.tracking_no, bare.pay_url, bare.platform_memo, bare.no_reminders) == ("", "", "", True)
