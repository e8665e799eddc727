from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Text
from bot.core.order_events import KINDS, Applied, Ignored, Kind, OrderData, OrderEvent, Refused, Result, apply
from bot.core.orders import Address, Flag, Note, Order, OrderLine, Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINE = OrderLine("TEE-L", "tee", Text("T恤", "tee"), Text("黑色", "black"), "L", 2, 9900)
BOT = "XE01"
PLATFORM = "api"


def event(kind: Kind, minutes: int = 0, source: str = PLATFORM, data: OrderData | None = None) -> OrderEvent:
    return OrderEvent(kind, "T1", NOON + timedelta(minutes=minutes), source, data=data or OrderData())


def applied(result: Result) -> Order:
    assert isinstance(result, Applied), result
    return result.order


def created(data: OrderData | None = None) -> Order:
    return applied(apply(None, event("created", data=data or OrderData(lines=(LINE,))), BOT))


def after(order: Order, *events: OrderEvent) -> Order:
    for one in events:
        result = apply(order, one, BOT)
        order = result.order if isinstance(result, Applied) else order
    return order


def test_a_new_order_is_unpaid_without_a_flag_and_belongs_to_nobody() -> None:
    order = created()
    assert (order.status, order.flag, order.conversation_id, order.source) == (Status.UNPAID, None, "", "api")
    assert (order.goods_fen, order.created_at) == (19800, NOON)


def test_a_new_order_without_lines_is_refused_by_the_fields_name() -> None:
    assert apply(None, event("created"), BOT) == Refused("lines: is missing")
    assert isinstance(apply(None, event("paid"), BOT), Refused)
    bad = OrderData(lines=(replace(LINE, quantity=0),))
    assert isinstance(apply(None, event("created", data=bad), BOT), Refused)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = replace(event("created"), at=NOON.replace(tzinfo=None))
    assert apply(None, naive, BOT) == Refused("at: has no time zone")


def test_a_platform_may_report_a_later_state_of_an_order_nobody_heard_of() -> None:
    data = OrderData(lines=(LINE,), paid_at=NOON - timedelta(hours=2), tracking_no="SF1")
    order = applied(apply(None, event("shipped", data=data), BOT))
    assert [(s, at) for s, at, _ in order.history] == [
        (Status.PAID, NOON - timedelta(hours=2)),
        (Status.SHIPPED, NOON),
    ]
    assert (order.flag, order.tracking_no, order.paid_at) == (Flag.RED, "SF1", NOON - timedelta(hours=2))


def test_payment_turns_the_flag_red_and_names_who_sold_it() -> None:
    bound = replace(created(), conversation_id="telegram:1", flag=Flag.BLUE)
    paid = applied(apply(bound, event("paid"), BOT))
    assert (paid.flag, paid.staff_id) == (Flag.RED, BOT)
    assert paid.notes[-1] == Note("sale", BOT, NOON, Flag.RED)
    by_person = applied(apply(replace(bound, staff_id="Huilan"), event("paid"), BOT))
    assert by_person.notes[-1].staff_id == "Huilan"


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ((), Flag.BLUE),
        ((Note("chat order _ XE01", BOT, NOON), Note("reminded", BOT, NOON, Flag.BLUE)), Flag.BLUE),
        ((Note("chat order _ HL02", "HL02", NOON),), Flag.BLUE),
        ((Note("buyer says it is paid", BOT, NOON, handling="check payment"),), Flag.BLUE),
        ((Note("不要放发票 _ XE01", BOT, NOON),), Flag.RED),
        ((Note("gift: 棉袜一双 _ XE01", BOT, NOON),), Flag.RED),
        ((Note("leave it with the porter", "buyer", NOON),), Flag.RED),
    ],
)
def test_where_red_is_for_special_wishes_only_orders_with_one_turn_red(notes: tuple[Note, ...], expected: Flag) -> None:
    reminded = replace(created(), conversation_id="telegram:1", flag=Flag.BLUE, notes=notes)
    paid = applied(apply(reminded, event("paid"), BOT, "special_wishes"))
    assert paid.flag is expected
    assert (paid.notes[-1].content, paid.notes[-1].flag) == ("sale", Flag.RED if expected is Flag.RED else None)
    assert applied(apply(reminded, event("paid"), BOT)).flag is Flag.RED, "every sale"


def test_an_order_nobody_of_the_shop_touched_turns_red_without_a_name() -> None:
    paid = applied(apply(created(), event("paid"), BOT))
    assert (paid.flag, paid.staff_id, paid.notes) == (Flag.RED, "", ())


def test_an_older_state_is_ignored_with_a_reason() -> None:
    shipped = after(created(), event("shipped", 5))
    assert apply(shipped, event("paid", 9), BOT) == Ignored("the order is shipped already")
    assert apply(shipped, event("created", 9), BOT) == Ignored("the order is known already")


def test_older_facts_are_ignored_and_newer_ones_kept() -> None:
    order = after(created(), event("changed", 5, data=OrderData(courier="sf")))
    late = event("changed", 3, data=OrderData(courier="yto"))
    assert apply(order, late, BOT) == Ignored("older than what is known")
    assert after(order, event("changed", 6, data=OrderData(courier="yto"))).courier == "yto"
    assert isinstance(apply(order, event("changed", 6, data=OrderData(courier="sf")), BOT), Ignored)


def test_a_late_report_of_payment_still_counts_but_overwrites_nothing() -> None:
    order = after(created(), event("changed", 5, data=OrderData(courier="sf")))
    paid = after(order, event("paid", 3, data=OrderData(courier="yto", buyer_id="b1")))
    assert (paid.status, paid.courier, paid.buyer_id) == (Status.PAID, "sf", "b1")


@pytest.mark.parametrize("kind", ["closed", "refunded"])
@pytest.mark.parametrize("then", KINDS)
def test_a_closed_or_refunded_order_has_ended(kind: Kind, then: Kind) -> None:
    ended = after(created(), event("paid"), event(kind, 5))
    assert ended.ended
    assert isinstance(apply(ended, event(then, 9, data=OrderData(courier="sf")), BOT), Ignored)


@pytest.mark.parametrize("source", ["staff:huilan", "shopper", "deadline"])
def test_people_and_deadlines_obey_the_table_of_changes(source: str) -> None:
    assert isinstance(apply(created(), event("shipped", 1, source), BOT), Refused)
    paid = after(created(), event("paid", 1, "staff:huilan"))
    assert paid.status is Status.PAID
    shipped = after(paid, event("shipped", 2))
    assert apply(shipped, event("closed", 3, source), BOT) == Refused("an order that is shipped cannot become closed")


def test_the_buyers_remark_becomes_a_note_once() -> None:
    order = created(OrderData(lines=(LINE,), note=" 请发\n顺丰 "))
    assert order.notes == (Note("请发 顺丰", "buyer", NOON),)
    assert after(order, event("changed", 5, data=OrderData(note="请发 顺丰", courier="sf"))).notes == order.notes


@pytest.mark.parametrize(
    ("ours", "theirs", "flag"),
    [
        (None, Flag.YELLOW, Flag.YELLOW),
        (None, Flag.GREY, None),
        (Flag.BLUE, Flag.GREY, Flag.BLUE),
        (Flag.BLUE, Flag.RED, Flag.RED),
        (Flag.RED, Flag.BLUE, Flag.RED),
    ],
)
def test_the_platforms_flag_is_taken_over_unless_ours_ranks_higher(
    ours: Flag | None, theirs: Flag, flag: Flag | None
) -> None:
    order = replace(created(), flag=ours)
    assert after(order, event("changed", 5, data=OrderData(flag=theirs, courier="sf"))).flag == flag


def test_applying_does_not_forget_who_the_order_belongs_to() -> None:
    bound = replace(created(), conversation_id="telegram:1", notes=(Note("gift", BOT, NOON),), version=7)
    moved = after(bound, event("paid"), event("changed", 4, data=OrderData(address=Address("", "浙江", "", "", ""))))
    assert (moved.conversation_id, moved.version, moved.notes[0]) == ("telegram:1", 7, bound.notes[0])


WAY = [Status.UNPAID, Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED]
reports = st.lists(
    st.builds(
        event,
        st.sampled_from(KINDS),
        st.integers(0, 60),
        st.sampled_from(["api", "shopify", "import", "staff:1", "deadline"]),
        st.builds(OrderData, courier=st.sampled_from([None, "sf"]), flag=st.sampled_from([None, *Flag])),
    ),
    max_size=10,
)


@given(reports=reports)
def test_whatever_is_reported_states_only_move_ahead_and_red_stays_red(reports: list[OrderEvent]) -> None:
    order = created()
    for one in reports:
        result = apply(order, one, BOT)
        if not isinstance(result, Applied):
            assert result.reason
            continue
        now = result.order
        if order.status in WAY and now.status in WAY:
            assert WAY.index(now.status) >= WAY.index(order.status)
        assert not order.ended
        assert order.flag is not Flag.RED or now.flag is Flag.RED
        assert now.history[: len(order.history)] == order.history
        assert now.notes[: len(order.notes)] == order.notes
        if now.status in WAY[1:]:
            assert now.flag is Flag.RED
        order = now


@given(reports=reports)
def test_the_same_reports_again_change_nothing(reports: list[OrderEvent]) -> None:
    order = after(created(), *reports)
    newest = max((one.at for one in reports), default=NOON)
    again = [one for one in reports if one.at == newest]
    assert after(order, *again[-1:]) == order
