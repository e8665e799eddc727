from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Text
from bot.core.orders import (
    NEXT,
    Address,
    Flag,
    Note,
    NotPermitted,
    Order,
    OrderLine,
    Status,
    change_status,
    credited,
    flag_after,
    memo,
    note_line,
    sold_by,
)

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOME = Address("西湖", "浙江", "杭州市西湖区文三路1号2单元301", "张三丰", "13800138000")
ORDER = Order(
    order_no="XE1",
    conversation_id="terminal:1",
    status=Status.UNPAID,
    lines=(OrderLine("TEE-M", "tee", Text("T恤", "tee"), Text("黑色", "black"), "M", 2, 10000),),
    goods_fen=18000,
    shipping_fen=800,
    discounts=(("t", Text("满减"), 2000),),
    gifts=(),
    address=HOME,
    courier="zto",
    created_at=NOON,
    notes=(Note("xiaoer", "XE01", NOON),),
)


def test_the_total_is_goods_and_shipping() -> None:
    assert ORDER.total_fen == 18800


PERMITTED = [
    ("unpaid", "paid"), ("unpaid", "closed"),
    ("paid", "shipped"), ("paid", "refunded"), ("paid", "closed"),
    ("shipped", "signed"), ("shipped", "confirmed"), ("shipped", "refunded"),
    ("signed", "confirmed"), ("signed", "refunded"),
    ("confirmed", "refunded"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_only_the_permitted_changes_of_status_are_made(before: Status, after: Status) -> None:
    order = replace(ORDER, status=before)
    if (before.value, after.value) in PERMITTED:
        changed = change_status(order, after, NOON, "test")
        assert (changed.status, changed.history) == (after, ((after, NOON, "test"),))
    else:
        with pytest.raises(NotPermitted, match=f"{before} cannot become {after}"):
            change_status(order, after, NOON, "test")


def test_every_status_says_what_may_follow() -> None:
    assert set(NEXT) == set(Status)


def test_a_change_of_status_keeps_notes_lines_and_earlier_history() -> None:
    paid = change_status(ORDER, Status.PAID, NOON, "test")
    shipped = change_status(paid, Status.SHIPPED, NOON, "test")
    assert (shipped.notes, shipped.lines, shipped.address) == (ORDER.notes, ORDER.lines, ORDER.address)
    assert [status for status, _, _ in shipped.history] == [Status.PAID, Status.SHIPPED]


def test_an_order_has_no_flag_before_anything_happened() -> None:
    assert ORDER.flag is None


@pytest.mark.parametrize(
    ("current", "event", "flag"),
    [
        (None, "reminded", Flag.BLUE),
        (Flag.BLUE, "reminded", Flag.BLUE),
        (None, "paid", Flag.RED),
        (Flag.BLUE, "paid", Flag.RED),
        (Flag.RED, "paid", Flag.RED),
        # A reminder that crosses a payment must not take the red flag away.
        (Flag.RED, "reminded", Flag.RED),
        (None, "shipped", None),
        (Flag.BLUE, "closed", Flag.BLUE),
        (Flag.RED, "shipped", Flag.RED),
    ],
)
def test_an_order_carries_one_flag_blue_once_reminded_and_red_when_paid(
    current: Flag | None, event: str, flag: Flag | None
) -> None:
    assert flag_after(current, event) is flag


def test_payment_turns_the_blue_flag_red_and_later_changes_leave_it() -> None:
    paid = change_status(replace(ORDER, flag=Flag.BLUE), Status.PAID, NOON, "test")
    assert paid.flag is Flag.RED
    assert change_status(paid, Status.SHIPPED, NOON, "test").flag is Flag.RED


def test_closing_an_unpaid_order_gives_it_no_flag() -> None:
    assert change_status(ORDER, Status.CLOSED, NOON, "test").flag is None


def test_the_platforms_flag_numbers_are_as_it_defines_them() -> None:
    assert {f.name: f.value for f in Flag} == {"GREY": 0, "RED": 1, "YELLOW": 2, "GREEN": 3, "BLUE": 4, "PINK": 5}


def test_a_masked_address_shows_the_place_and_little_else() -> None:
    assert HOME.masked() == Address("西湖", "浙江", "杭州市西湖区***", "张**", "138****8000")


def test_an_address_with_nothing_in_it_stays_empty_but_for_the_phone() -> None:
    assert Address("", "", "", "", "").masked() == Address("", "", "", "", "****")


@given(st.text("杭州市西湖区文三路1号", min_size=1, max_size=30), st.text("张王李 Liwe", min_size=1, max_size=9),
       st.text("0123456789-", min_size=1, max_size=14))  # fmt: skip
def test_nothing_masked_can_be_read_in_full(detail: str, name: str, phone: str) -> None:
    masked = Address("杭州", "浙江", detail, name, phone).masked()
    assert len(masked.detail.rstrip("*")) <= max(len(detail) // 2, 0)
    assert masked.name.rstrip("*") == name[:1].rstrip("*")
    assert masked.name.endswith("*")
    assert len(masked.phone.replace("*", "")) <= len(phone) - 4 or masked.phone == "****"


# --- the platform's memo ---


def noted(*contents: str) -> Order:
    return replace(ORDER, notes=tuple(Note(content, "Huilan", NOON) for content in contents))


def test_a_note_is_content_staff_and_time_on_one_line() -> None:
    assert note_line(Note("ship by post", "Huilan", NOON)) == "ship by post _ Huilan · 2026-11-10 12:00"
    assert (
        note_line(Note("改\n地址", "Huilan", NOON, handling="仓库已知"))
        == "改 地址 仓库已知 _ Huilan · 2026-11-10 12:00"
    )
    assert note_line(Note("chat order _ XE01", "XE01", NOON)) == "chat order _ XE01 · 2026-11-10 12:00"


def test_what_stands_in_the_memo_is_kept_and_ours_follows() -> None:
    assert (
        memo(noted("加急"), before="王姐：老客户\n\n发顺丰") == "王姐：老客户\n发顺丰\n加急 _ Huilan · 2026-11-10 12:00"
    )


def test_a_memo_written_before_is_not_written_twice() -> None:
    once = memo(noted("加急"), before="老客户")
    assert memo(noted("加急"), before=once) == once
    assert memo(noted("加急", "改地址"), before=once).count("加急") == 1


def test_a_memo_too_long_is_cut_at_a_character_with_a_mark() -> None:
    cut = memo(noted("好" * 400))
    assert len(cut.encode()) <= 1000
    assert cut == "好" * 332 + "…"
    assert memo(noted("好" * 400), before=cut) == cut


lines_ = st.lists(
    st.text(st.sampled_from("好ab😀 。"), min_size=1, max_size=40).map(str.strip).filter(bool), max_size=8
)


@given(contents=lines_, foreign=lines_, limit=st.integers(200, 1000))
def test_foreign_lines_always_survive_within_the_limit(contents: list[str], foreign: list[str], limit: int) -> None:
    before = "\n".join(foreign)
    if len(before.encode()) > limit - 8:
        return
    found = memo(noted(*contents), limit, before)
    assert len(found.encode()) <= limit
    assert found.splitlines()[: len(foreign)] == foreign or found.startswith(before)
    assert memo(noted(*contents), limit, found) == found


# --- whose sale ---


def spoke(*who: str) -> list[tuple[str, datetime]]:
    return [(name, NOON + timedelta(minutes=n)) for n, name in enumerate(who)]


@pytest.mark.parametrize(
    ("who", "paid_minute", "staff"),
    [
        ((), None, "XE01"),
        (("XE01",), None, "XE01"),
        (("huilan", "XE01"), None, "huilan"),
        (("huilan", "xiaoyu"), None, "xiaoyu"),
        (("huilan", "xiaoyu"), 0, "huilan"),
        (("huilan",), -1, "XE01"),
    ],
)
def test_an_order_carries_the_last_person_who_spoke_before_payment_else_the_bot(
    who: tuple[str, ...], paid_minute: int | None, staff: str
) -> None:
    order = ORDER
    if paid_minute is not None:
        order = change_status(ORDER, Status.PAID, NOON + timedelta(minutes=paid_minute), "shop")
    assert credited(order, spoke(*who), "XE01") == staff


def test_whoever_speaks_is_credited_with_every_order_of_hers_that_is_unpaid() -> None:
    paid = change_status(ORDER, Status.PAID, NOON, "shop")
    hers = replace(ORDER, order_no="X2", staff_id="huilan")
    assert sold_by((ORDER, paid, hers), "huilan") == (replace(ORDER, staff_id="huilan"),)
    assert sold_by((replace(ORDER, staff_id="XE01"), paid), "huilan") == (replace(ORDER, staff_id="huilan"),)
