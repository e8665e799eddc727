from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.nudges import (
    Facts,
    NudgeRules,
    Reason,
    Remind,
    Skip,
    Unpaid,
    due_nudges,
    held_out,
    order_nos_of,
    ref_of,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = NudgeRules()
STOCK = Facts({"TEE-L": 3, "HAT": 0})
DUE = Unpaid("XE1", "telegram:1", "telegram", NOW - timedelta(hours=4), goods=(("TEE-L", 1),))


def decide(order: Unpaid, rules: NudgeRules = RULES, facts: Facts = STOCK) -> str:
    (decision,) = due_nudges([order], NOW, rules, facts)
    return decision.reason if isinstance(decision, Skip) else "remind"


@pytest.mark.parametrize(
    ("change", "decision"),
    [
        ({}, "remind"),
        ({"created_at": NOW - timedelta(hours=3)}, "remind"),
        ({"created_at": NOW - timedelta(hours=3) + timedelta(seconds=1)}, "too_young"),
        ({"status": "paid"}, "not_unpaid"),
        ({"status": "closed"}, "not_unpaid"),
        ({"opted_out": True}, "opted_out"),
        ({"settled": True}, "settled"),
        ({"in_this_slot": True}, "this_slot"),
        ({"goods": (("HAT", 1),)}, "out_of_stock"),
        ({"goods": (("TEE-L", 2), ("TEE-L", 2))}, "out_of_stock"),
        ({"goods": (("TEE-L", 9),), "reserved": True}, "remind"),
        ({"goods": (("NO-SUCH", 9),)}, "remind"),
        ({"reminded_today": 1, "reminded_ever": 3}, "remind"),
        ({"reminded_today": 2, "reminded_ever": 2}, "cap_day"),
        ({"reminded_ever": 4}, "cap_order"),
        ({"conversation_id": "", "channel": ""}, "unbound"),
        ({"owner": "agent"}, "person"),
        ({"owner": "waiting"}, "person"),
        ({"owner": "closed"}, "person"),
        ({"unreachable": True}, "unreachable"),
        ({"channel": "terminal"}, "unreachable"),
    ],
)
def test_an_order_is_reminded_only_when_nothing_speaks_against_it(change: dict[str, Any], decision: str) -> None:
    assert decide(replace(DUE, **change)) == decision


def test_what_it_has_reserved_is_out_of_stock_when_the_shelf_was_emptied() -> None:
    assert decide(replace(DUE, reserved=True), facts=Facts({"TEE-L": -1})) == "out_of_stock"


@pytest.mark.parametrize("reason", ["unbound", "unreachable", "cap_order", "opted_out", "person", "too_young"])
def test_only_who_cannot_be_reached_or_had_the_last_reminder_is_called(reason: Reason) -> None:
    assert Skip(DUE, reason).call == (reason in ("unbound", "unreachable", "cap_order"))


def test_the_held_out_share_is_the_same_orders_every_time() -> None:
    numbers = [f"XE{n:06d}" for n in range(10_000)]
    chosen = {n for n in numbers if held_out(n, 20)}
    assert 1800 < len(chosen) < 2200
    assert chosen == {n for n in numbers if held_out(n, 20)}
    assert {n for n in numbers if held_out(n, 10)} < chosen
    rules = replace(RULES, hold_out_percent=20)
    assert {n for n in numbers if decide(replace(DUE, order_no=n), rules) == "hold_out"} == chosen


def test_decisions_stream() -> None:
    read = 0

    def endless() -> Any:
        nonlocal read
        while True:
            read += 1
            yield DUE

    decisions = due_nudges(endless(), NOW, RULES, STOCK)
    assert isinstance(next(decisions), Remind)
    assert read == 1


orders = st.builds(
    Unpaid,
    order_no=st.text("XE0123456789", min_size=1, max_size=8),
    conversation_id=st.sampled_from(["", "telegram:1"]),
    channel=st.sampled_from(["telegram", "terminal"]),
    created_at=st.integers(-600, 600).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    goods=st.lists(st.tuples(st.sampled_from(["TEE-L", "HAT", "?"]), st.integers(1, 4)), max_size=3).map(tuple),
    reserved=st.booleans(),
    status=st.sampled_from(["unpaid", "paid", "closed", "refunded"]),
    owner=st.sampled_from(["bot", "waiting", "agent", "closed"]),
    settled=st.booleans(),
    opted_out=st.booleans(),
    unreachable=st.booleans(),
    reminded_today=st.integers(0, 3),
    reminded_ever=st.integers(0, 6),
    in_this_slot=st.booleans(),
)


@given(order=orders)
def test_nothing_forbidden_is_ever_reminded(order: Unpaid) -> None:
    if decide(order) == "remind":
        assert order.status == "unpaid"
        assert NOW - order.created_at >= timedelta(hours=3)
        assert order.owner == "bot"
        assert order.channel == "telegram"
        assert not (order.opted_out or order.settled or order.unreachable or order.in_this_slot)
        assert order.reminded_today < 2
        assert order.reminded_ever < 4
        assert ("HAT", 1) not in order.goods or order.reserved


@given(numbers=st.lists(st.text(min_size=1), min_size=1))
def test_a_queued_reminder_keeps_the_numbers_of_its_orders(numbers: list[str]) -> None:
    assert order_nos_of(ref_of(numbers)) == tuple(numbers)


def test_one_number_is_kept_as_it_is() -> None:
    assert ref_of(["XE1"]) == "XE1"
