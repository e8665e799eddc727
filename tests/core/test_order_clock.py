"""Each clock of F2 at its very limit, and what has no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cases import Case
from bot.core.order_clock import ROLES, disputes, overdue
from bot.core.orders import Order, Status
from tests.adapters.store_samples import order as sample

ZONE = ZoneInfo("Asia/Shanghai")
BEGAN = datetime(2026, 11, 23, 11, tzinfo=ZONE)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
_WAY = (Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)


def order(status: Status, *, printed: bool = False, settled: bool = False) -> Order:
    """In ``status`` since eleven o'clock."""
    way = _WAY[: _WAY.index(status) + 1] if status in _WAY else ()
    history = tuple((step, BEGAN, "api") for step in way)
    made = replace(sample("A-1"), status=status, created_at=BEGAN, history=history)
    return replace(made, printed_at=BEGAN if printed else None, settled_at=BEGAN if settled else None)


def listed(one: Order, at: datetime) -> list[tuple[str, str]]:
    return [(found.reason, found.role) for found in overdue([one], at)]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (order(Status.UNPAID), "not_paid"),
        (order(Status.PAID, printed=True), "not_sent"),
        (order(Status.SIGNED), "not_accepted"),
        (order(Status.CONFIRMED), "not_settled"),
    ],
)
def test_each_clock_gives_24_hours_and_a_day_later_it_is_the_operations_manager_s(one: Order, reason: str) -> None:
    assert listed(one, BEGAN + DAY) == []
    assert listed(one, BEGAN + DAY + SECOND) == [(reason, ROLES[reason])]
    assert listed(one, BEGAN + 2 * DAY - SECOND) == [(reason, ROLES[reason])]
    assert listed(one, BEGAN + 2 * DAY) == [(f"{reason}_long", "operations")]


def test_what_was_paid_is_picked_up_by_the_end_of_that_day_in_the_shop_s_clock() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=ZONE)
    assert listed(order(Status.PAID), midnight - SECOND) == []
    assert listed(order(Status.PAID), midnight) == [("not_picked_up", "warehouse")]
    assert list(overdue([order(Status.PAID)], midnight.astimezone(UTC))) == [], "the day of the zone that was asked for"


@pytest.mark.parametrize(
    "one",
    [
        order(Status.SHIPPED),
        order(Status.CONFIRMED, settled=True),
        order(Status.CLOSED),
        order(Status.REFUNDED),
    ],
)
def test_on_the_way_settled_or_over_there_is_no_clock(one: Order) -> None:
    assert listed(one, BEGAN + 5 * DAY) == []


def test_what_was_accepted_more_than_a_month_ago_is_not_dug_out() -> None:
    assert listed(order(Status.CONFIRMED), BEGAN + 31 * DAY) == []


@given(st.sampled_from(list(Status)), st.booleans(), st.booleans(), st.integers(0, 60 * 24 * 40))
def test_an_order_has_one_clock_at_most_and_somebody_who_acts(
    status: Status, printed: bool, settled: bool, minutes: int
) -> None:
    found = list(overdue([order(status, printed=printed, settled=settled)], BEGAN + timedelta(minutes=minutes)))
    assert len(found) <= 1
    assert all(one.role and one.reason.removesuffix("_long") in ROLES and not one.tell for one in found)
    assert all("13800138000" not in value for one in found for _, value in one.facts)


def case(reason: str, **facts: str) -> Case:
    return Case("C1", "t:1", reason, "complaints", BEGAN, "", tuple(facts.items()))


def test_a_dispute_without_a_proposal_for_24_hours_is_listed_and_one_with_a_proposal_is_not() -> None:
    complaint = case("complaint")
    assert list(disputes([complaint], BEGAN + DAY)) == []
    (found,) = disputes([complaint], BEGAN + DAY + SECOND)
    assert (found.subject, found.reason, found.role) == ("C1", "no_solution", "complaints")
    assert list(disputes([complaint.noted(BEGAN, "S08", "handle:solved")], BEGAN + 3 * DAY)) == []


def test_a_matter_about_an_order_is_a_dispute_and_what_a_round_found_or_she_only_wishes_is_none() -> None:
    later = BEGAN + 3 * DAY
    assert [found.reason for found in disputes([case("damaged", order_no="A-1")], later)] == ["no_solution_long"]
    assert list(disputes([case("follow_up", order_no="A-1", found="dispatch")], later)) == []
    assert list(disputes([case("gift")], later)) == []
    assert list(disputes([replace(case("complaint"), state="closed")], later)) == []
