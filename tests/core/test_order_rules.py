"""Changes until printed or shipped (B6), and lists of late orders (B2, B5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.order_rules import LateRules, late, may_cancel, may_change
from bot.core.orders import Address, Order, Status
from bot.core.promises import Allow, Refuse

SHOP = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 3, 10, 9, 30, tzinfo=SHOP)


def order(status: Status, *reached: tuple[Status, datetime]) -> Order:
    return Order(
        order_no="260310000000000001",
        conversation_id="",
        status=status,
        lines=(),
        goods_fen=12900,
        shipping_fen=0,
        discounts=(),
        gifts=(),
        address=Address("", "", "", "", ""),
        courier="",
        created_at=MORNING,
        history=tuple((became, at, "test") for became, at in reached),
    )


def paid(at: datetime) -> Order:
    return order(Status.PAID, (Status.PAID, at))


def shipped(at: datetime) -> Order:
    return order(Status.SHIPPED, (Status.PAID, at - timedelta(hours=20)), (Status.SHIPPED, at))


def test_an_unpaid_order_may_be_changed_and_stopped_however_old() -> None:
    assert may_change(order(Status.UNPAID), MORNING + timedelta(days=30)) == Allow()
    assert may_cancel(order(Status.UNPAID), MORNING + timedelta(days=30)) == Allow()


@pytest.mark.parametrize(
    ("paid_at", "now", "ruling"),
    [
        ("2026-03-10T09:30", "2026-03-10T16:59", Allow()),
        ("2026-03-10T09:30", "2026-03-10T17:00", Refuse("printed")),
        ("2026-03-10T17:00", "2026-03-10T23:00", Allow()),
        ("2026-03-10T17:00", "2026-03-11T16:59", Allow()),
        ("2026-03-10T17:00", "2026-03-11T17:00", Refuse("printed")),
    ],
)
def test_a_paid_order_may_be_changed_until_the_labels_of_its_day_are_printed(
    paid_at: str, now: str, ruling: Allow | Refuse
) -> None:
    at, moment = (datetime.fromisoformat(t).replace(tzinfo=SHOP) for t in (paid_at, now))
    assert may_change(paid(at), moment) == ruling
    assert may_cancel(paid(at), moment) == ruling


def test_the_end_of_printing_is_read_on_the_clock_of_the_shop() -> None:
    paid_in_utc = MORNING.astimezone(ZoneInfo("UTC"))
    assert may_change(paid(paid_in_utc), MORNING.replace(hour=16)) == Allow()
    assert may_change(paid(paid_in_utc), MORNING.replace(hour=17)) == Refuse("printed")


def test_a_shop_may_print_until_another_hour_or_leave_it_to_the_mark() -> None:
    assert may_change(paid(MORNING), MORNING.replace(hour=18), time(19)) == Allow()
    assert may_change(paid(MORNING), MORNING + timedelta(days=3), None) == Allow()


def test_the_mark_of_printing_counts_before_the_clock_and_for_unpaid_orders_too() -> None:
    marked = replace(paid(MORNING), printed_at=MORNING + timedelta(hours=1))
    assert may_change(marked, MORNING + timedelta(minutes=59)) == Allow()
    assert may_change(marked, MORNING + timedelta(hours=1), None) == Refuse("printed")
    assert may_change(replace(order(Status.UNPAID), printed_at=MORNING), MORNING) == Refuse("printed")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.SHIPPED, "shipped"),
        (Status.SIGNED, "signed"),
        (Status.CONFIRMED, "signed"),
        (Status.CLOSED, "over"),
        (Status.REFUNDED, "over"),
    ],
)
def test_from_shipping_on_nothing_may_be_changed(status: Status, reason: str) -> None:
    assert may_change(order(status), MORNING) == Refuse(reason)
    assert may_cancel(order(status), MORNING) == Refuse(reason)


@pytest.mark.parametrize(
    ("hours", "stage"),
    [
        (0, None),
        (23.99, None),
        (24, "dispatch_24h"),
        (47.99, "dispatch_24h"),
        (48, "dispatch_48h"),
        (72, "dispatch_72h"),
        (400, "dispatch_72h"),
    ],
)
def test_a_paid_order_is_late_from_the_full_hour_on(hours: float, stage: str | None) -> None:
    found = late(paid(MORNING), MORNING + timedelta(hours=hours))
    assert (found.stage if found else None) == stage


@pytest.mark.parametrize(("hours", "stage"), [(71, None), (72, "arrival_72h"), (96, "arrival_96h")])
def test_a_parcel_is_late_counted_from_its_shipping(hours: float, stage: str | None) -> None:
    found = late(shipped(MORNING), MORNING + timedelta(hours=hours))
    assert (found.stage if found else None) == stage


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.PAID, Status.SHIPPED)])
def test_what_is_unpaid_arrived_or_over_is_never_late(status: Status) -> None:
    assert late(order(status, (Status.PAID, MORNING)), MORNING + timedelta(days=99)) is None


def test_an_order_whose_payment_has_no_moment_counts_from_its_creation() -> None:
    found = late(order(Status.PAID), MORNING + timedelta(hours=30))
    assert found is not None and found.since == MORNING


@given(st.timedeltas(timedelta(0), timedelta(days=10)), st.timedeltas(timedelta(0), timedelta(days=10)))
def test_an_order_never_becomes_less_late(earlier: timedelta, more: timedelta) -> None:
    first, then = (late(paid(MORNING), MORNING + t) for t in (earlier, earlier + more))
    assert (first.hours if first else 0) <= (then.hours if then else 0)


def test_a_shop_may_set_other_hours() -> None:
    found = late(paid(MORNING), MORNING + timedelta(hours=13), LateRules(paid_hours=(12, 36)))
    assert found is not None and found.stage == "dispatch_12h"
