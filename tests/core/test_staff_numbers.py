"""Numbers per person: buyers, deals, amount, conversion, satisfaction."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.people import Staff
from bot.core.staff_numbers import Deal, staff_numbers

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN, BEN, GONE = (
    Staff("A01", "小安", ("agent",)),
    Staff("A02", "阿本", ("agent",)),
    Staff("A09", "离职", ("agent",), "disabled"),
)


def deal(staff_id: str, number: str, chat: str, fen: int) -> Deal:
    return Deal(staff_id, number, chat, fen, NOW)


def test_what_each_brought_about_who_sold_most_first() -> None:
    ben, ann = staff_numbers(
        [ANN, BEN, GONE],
        [("A01", "web:a"), ("A01", "web:b"), ("A02", "web:c")],
        [deal("A01", "1", "web:a", 9900), deal("A02", "2", "web:c", 20000), deal("A02", "3", "", 10001)],
        [("A01", 5), ("A01", 4), ("", 1)],
    )
    assert (ann.buyers, ann.deals, ann.amount_fen, ann.conversion) == (("web:a", "web:b"), 1, 9900, 0.5)
    assert (ann.satisfaction, ann.order_value_fen) == (4.5, 9900)
    assert (ben.conversion, ben.order_value_fen, ben.satisfaction) == (1.0, 15000, None)


def test_an_order_of_a_chat_she_never_spoke_in_is_a_deal_and_no_conversion() -> None:
    (ann,) = staff_numbers([ANN], [("A01", "web:a")], [deal("A01", "1", "web:z", 100)], [])
    assert (ann.deals, ann.bought, ann.conversion) == (1, 0, 0.0)


def test_who_left_stands_there_only_with_what_she_did() -> None:
    assert [row.staff_id for row in staff_numbers([ANN, GONE], [], [], [])] == ["A01"]
    assert {row.name for row in staff_numbers([ANN, GONE], [("A09", "web:a")], [], [])} == {"小安", "离职"}
    (ann,) = staff_numbers([ANN], [], [], [])
    assert (ann.conversion, ann.order_value_fen, ann.satisfaction) == (None, None, None)
