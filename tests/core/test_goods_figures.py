"""Goods shipped and returned, and why somebody did not buy: what is nearest to buying counts first (E5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.goods_figures import WhyNot, goods, numbers, why_not
from bot.core.orders import Address, Order, OrderLine, Status
from bot.core.staff_numbers import StaffNumbers

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)
TALK = Conversation("web:1", "web")
NOBODY = Address("", "", "", "", "")


def order(status: Status, sent: datetime | None = None, back: datetime | None = None, pieces: int = 1) -> Order:
    line = OrderLine("S", "tee", Text("T恤", "Tee"), Text("黑", "Black"), "L", pieces, 9900)
    reached = ((Status.SHIPPED, sent), (Status.REFUNDED, back))
    history = tuple((state, at, "api") for state, at in reached if at is not None)
    return Order("1", "web:1", status, (line,), 9900, 0, (), (), NOBODY, "", NOW - 9 * DAY, history=history)


def case(reason: str) -> Case:
    return Case("C1", "web:1", reason, "agent", NOW, "")


@pytest.mark.parametrize(
    ("states", "wishes", "reasons", "why"),
    [
        ((Status.UNPAID, Status.REFUNDED), (), (), "unpaid"),
        ((Status.REFUNDED, Status.CLOSED), (), ("damaged",), "given_back"),
        ((Status.CLOSED,), ("S",), (), "lapsed"),
        ((), ("S",), ("bargain",), "sold_out"),
        ((), (), ("bargain", "damaged"), "price"),
        ((Status.CONFIRMED,), (), ("damaged",), "after_sales"),
        ((), (), ("human", "invoice"), "asked"),
        ((), (), (), "asked"),
    ],
)
def test_what_is_nearest_to_buying_counts(
    states: tuple[Status, ...], wishes: tuple[str, ...], reasons: tuple[str, ...], why: WhyNot
) -> None:
    talk = replace(TALK, stock_wishes=wishes)
    assert why_not(talk, [order(status) for status in states], [case(reason) for reason in reasons]) == why


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(1, 9)), max_size=20))
def test_pieces_of_a_day_are_counted_once_each(moves: list[tuple[int, int, int]]) -> None:
    """Hours before the end at which it left, and hours later at which it came back."""
    moved = [
        (NOW - timedelta(hours=left), NOW - timedelta(hours=left) + timedelta(hours=later), pieces)
        for left, later, pieces in moves
    ]
    found = list(goods([order(Status.REFUNDED, sent, back, pieces) for sent, back, pieces in moved], NOW - DAY, NOW))
    facts = dict(found[0].facts) if found else {"shipped": "0", "returned": "0"}
    assert int(facts["shipped"]) == sum(pieces for sent, _, pieces in moved if NOW - DAY <= sent < NOW)
    assert int(facts["returned"]) == sum(pieces for _, back, pieces in moved if NOW - DAY <= back < NOW)


def test_what_never_left_came_not_back() -> None:
    assert list(goods([order(Status.REFUNDED, None, NOW - timedelta(hours=1))], NOW - DAY, NOW)) == []


def test_whoever_did_nothing_stands_in_no_list() -> None:
    idle = StaffNumbers("A02", "阿本", (), 0, 0, 0, 0, 0)
    busy = StaffNumbers("A01", "小安", ("web:1",), 0, 0, 0, 0, 0, (("unpaid", 1),))
    (found,) = numbers([idle, busy], "operations", "x")
    assert (found.subject, found.role, dict(found.facts)["not_bought"]) == ("A01", "operations", "unpaid:1")
