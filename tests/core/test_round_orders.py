"""What rounds find among orders; the figures of B2, B4, B5 and C13."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Text
from bot.core.orders import Address, Order, OrderLine, Status
from bot.core.round_orders import (
    ORDER_ROUND_RULES,
    dispatch,
    late_shipping,
    low_stock,
    owed_fen,
    short,
    unconfirmed,
    unsigned,
    window_end,
)
from tests.adapters.store_samples import order as sample

ZONE = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2026, 11, 23, 20, tzinfo=ZONE)


def order(number: str, status: Status, hours: float, **changes: object) -> Order:
    """In ``status`` since so many hours before eight in the evening."""
    since = EIGHT - timedelta(hours=hours)
    history = tuple((step, since, "api") for step in (Status.PAID, Status.SHIPPED, Status.SIGNED))
    until = {Status.PAID: 1, Status.SHIPPED: 2, Status.SIGNED: 3}.get(status, 0)
    made = replace(sample(number), status=status, created_at=since, history=history[:until])
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_window_ends_at_eight_of_the_day_before() -> None:
    assert window_end(EIGHT, time(20)) == EIGHT - timedelta(days=1)
    assert window_end(EIGHT.replace(hour=9), time(20)) == EIGHT - timedelta(days=1)


@pytest.mark.parametrize(
    ("hours", "reason", "tell", "opens"),
    [
        (24, None, "", ""),  # the window's end itself is today's
        (24.1, "dispatch_24h", "", ""),
        (47.9, "dispatch_24h", "", ""),
        (48, "dispatch_48h", "round_late", ""),
        (71.9, "dispatch_48h", "round_late", ""),
        (72, "dispatch_72h", "round_owed", "urge"),
        (500, "dispatch_72h", "round_owed", "urge"),
    ],
)
def test_an_unshipped_order_is_listed_then_told_then_a_case(
    hours: float, reason: str | None, tell: str, opens: str
) -> None:
    found = list(late_shipping([order("A", Status.PAID, hours)], EIGHT, ORDER_ROUND_RULES))
    assert [(one.reason, one.tell, one.opens) for one in found] == ([(reason, tell, opens)] if reason else [])


@pytest.mark.parametrize("status", [Status.UNPAID, Status.SHIPPED, Status.SIGNED, Status.CLOSED, Status.REFUNDED])
def test_only_paid_orders_wait_for_shipping(status: Status) -> None:
    assert list(late_shipping([order("A", status, 100)], EIGHT, ORDER_ROUND_RULES)) == []


@given(st.integers(0, 10_000_000))
def test_she_is_owed_thirty_percent_of_what_she_paid_and_at_most_five_hundred_yuan(paid_fen: int) -> None:
    owed = owed_fen(order("A", Status.PAID, 80, paid_fen=paid_fen), ORDER_ROUND_RULES)
    assert owed == min(paid_fen * 30 // 100, 50_000)


def test_what_was_not_told_as_paid_counts_as_the_total() -> None:
    made = order("A", Status.PAID, 80, goods_fen=9000, shipping_fen=1000, paid_fen=None)
    assert owed_fen(made, ORDER_ROUND_RULES) == 3000


@pytest.mark.parametrize(
    ("hours", "reason", "opens"),
    [(71.9, None, ""), (72, "arrival_72h", ""), (95.9, "arrival_72h", ""), (96, "arrival_96h", "transit")],
)
def test_a_parcel_is_listed_at_72_hours_and_a_problem_at_96(hours: float, reason: str | None, opens: str) -> None:
    found = list(unsigned([order("A", Status.SHIPPED, hours)], EIGHT, ORDER_ROUND_RULES))
    assert [(one.reason, one.opens) for one in found] == ([(reason, opens)] if reason else [])


def test_important_regions_come_first_whatever_the_hours() -> None:
    far = Address("", "新疆", "x", "Li", "1")
    made = [order("NEAR", Status.SHIPPED, 500), order("FAR", Status.SHIPPED, 73, address=far)]
    rules = replace(ORDER_ROUND_RULES, important=("新疆",))
    found = sorted(unsigned(made, EIGHT, rules), key=lambda one: one.rank)
    assert [one.subject for one in found] == ["FAR", "NEAR"]


@pytest.mark.parametrize(("hours", "listed"), [(23.9, []), (24, ["A"])])
def test_what_was_signed_for_a_day_ago_should_be_confirmed(hours: float, listed: list[str]) -> None:
    assert [f.subject for f in unconfirmed([order("A", Status.SIGNED, hours)], EIGHT, ORDER_ROUND_RULES, {})] == listed
    told = {"B": EIGHT - timedelta(hours=hours)}
    shipped = [order("B", Status.SHIPPED, 90)]
    assert len(list(unconfirmed(shipped, EIGHT, ORDER_ROUND_RULES, told))) == len(listed)


@pytest.mark.parametrize(
    ("status", "hours", "reason"),
    [
        (Status.PAID, 47.9, None),
        (Status.PAID, 48, "not_shipped"),
        (Status.SHIPPED, 95.9, None),
        (Status.SHIPPED, 96, "not_signed"),
        (Status.SIGNED, 500, None),
    ],
)
def test_tracking_looks_at_48_and_96_hours(status: Status, hours: float, reason: str | None) -> None:
    found = [one.reason for one in dispatch([order("A", status, hours)], EIGHT, ORDER_ROUND_RULES)]
    assert found == ([reason] if reason else [])


def wanting(number: str, hours: float, *goods: tuple[str, int]) -> Order:
    lines = tuple(OrderLine(sku, "p", Text("甲", "A"), Text(), "", pieces, 100) for sku, pieces in goods)
    return order(number, Status.PAID, hours, lines=lines)


def test_who_paid_first_gets_what_is_left() -> None:
    orders = [wanting("LATE", 1, ("T", 1)), wanting("EARLY", 2, ("T", 2)), wanting("OTHER", 1, ("U", 9))]
    assert [(o.order_no, skus) for o, skus in short(orders, {"T": 2})] == [("LATE", ("T",))]
    assert short(orders, {"T": 3}) == []


@given(st.lists(st.integers(1, 5), max_size=12), st.integers(0, 40))
def test_goods_are_short_exactly_where_more_was_paid_for_than_is_there(pieces: list[int], stock: int) -> None:
    orders = [wanting(f"N{i:02d}", 100 - i, ("T", n)) for i, n in enumerate(pieces)]
    lacking = [o.order_no for o, _ in short(orders, {"T": stock})]
    assert bool(lacking) == (sum(pieces) > stock)
    served = 0
    for made, n in zip(orders, pieces, strict=True):
        if made.order_no in lacking:
            break
        served += n
    assert served <= stock


def test_stock_under_ten_is_announced_each_day_anew() -> None:
    found = list(low_stock({"A": 9, "B": 10, "C": -2}, 10, EIGHT))
    assert [(one.subject, dict(one.facts)["left"]) for one in found] == [("A", "9"), ("C", "0")]
    assert found[0].key != next(low_stock({"A": 9}, 10, EIGHT + timedelta(days=1))).key
