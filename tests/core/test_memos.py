"""Our notes beside the platform's own memo, and the one flag (A10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.memos import Memo, concerns_platform, merged
from bot.core.orders import Address, Flag, Note, Order, Status

NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
ORDER = Order(
    order_no="1",
    conversation_id="telegram:1",
    status=Status.PAID,
    lines=(),
    goods_fen=100,
    shipping_fen=0,
    discounts=(),
    gifts=(),
    address=Address("", "", "", "", ""),
    courier="",
    created_at=NOW,
    notes=(Note("加赠袜子", "XE01", NOW),),
    flag=Flag.RED,
    source="import",
)


def test_lines_of_the_platform_stay_first_and_ours_follow_once() -> None:
    first = merged(ORDER, Memo("客户催过 _ 惠兰", Flag.YELLOW))
    assert first.text.splitlines()[0] == "客户催过 _ 惠兰"
    assert first.text.count("加赠袜子") == 1
    assert merged(ORDER, first) == first


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=600), st.text(max_size=600))
def test_a_memo_never_exceeds_what_the_platform_holds(theirs: str, ours: str) -> None:
    order = replace(ORDER, notes=(Note(ours.encode("utf-8", "ignore").decode(), "XE01", NOW),))
    assert len(merged(order, Memo(theirs)).text.encode()) <= 1000


def test_a_platform_that_does_not_tell_is_taken_as_last_seen() -> None:
    assert merged(replace(ORDER, platform_memo="旧备注"), None).text.startswith("旧备注\n")


@pytest.mark.parametrize(
    ("ours", "theirs", "written"),
    [
        (None, None, Flag.GREY),
        (None, Flag.YELLOW, Flag.YELLOW),
        (Flag.BLUE, None, Flag.BLUE),
        (Flag.BLUE, Flag.GREY, Flag.BLUE),
        (Flag.BLUE, Flag.GREEN, Flag.GREEN),
        (Flag.BLUE, Flag.RED, Flag.RED),
        (Flag.RED, Flag.BLUE, Flag.RED),
        (Flag.RED, Flag.YELLOW, Flag.RED),
        (Flag.YELLOW, Flag.BLUE, Flag.YELLOW),
    ],
)
def test_there_is_always_one_flag(ours: Flag | None, theirs: Flag | None, written: Flag) -> None:
    assert merged(replace(ORDER, flag=ours), Memo("", theirs)).flag is written


def test_the_platform_hears_of_orders_that_somebody_here_served() -> None:
    copy = replace(ORDER, conversation_id="", notes=(Note("请发中通", "buyer", NOW),))
    assert concerns_platform(ORDER)
    assert concerns_platform(replace(copy, notes=ORDER.notes))
    assert concerns_platform(replace(copy, flag=Flag.BLUE))
    assert not concerns_platform(copy)
    assert not concerns_platform(replace(ORDER, source="chat"))
