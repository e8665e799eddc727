from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Courier, Logistics, Shop, Text, Zone
from bot.core.delivery import Delivery, NotServed, deliver, dispatch_by, options
from bot.core.places import Place, all_places, narrowest

SHANGHAI = ZoneInfo("Asia/Shanghai")

USUAL = Courier(
    "usual",
    Text("常用快递"),
    (Zone(("广东", "浙江"), 800, (1, 2)), Zone(("新疆", "云南"), 1800, (4, 6))),
    not_served=("西双版纳", "海西州", "义乌市", "喀什地区"),
)
FAST = Courier("fast", Text("快的"), (Zone(("广东", "浙江", "云南"), 1500, (1, 1)), Zone(("西藏",), 2500, (3, 4))))
SLOW = Courier("slow", Text("慢的"), (Zone(("西藏", "云南", "新疆"), 1500, (5, 9)), Zone(("浙江",), 800, (3, 5))))
LOGISTICS = Logistics("usual", free_from_fen=9900, free_except=("新疆",), same_day_before=time(17))
SHOP = Shop(couriers=(USUAL, FAST, SLOW), logistics=LOGISTICS)


def place(name: str) -> Place:
    found = narrowest(name)
    assert found is not None
    return found


def told(delivery: Delivery | NotServed | None) -> tuple[str, int, bool]:
    assert isinstance(delivery, Delivery)
    return delivery.courier.id, delivery.fee_fen, delivery.free


@pytest.mark.parametrize(
    ("to", "goods_yuan", "courier", "fee_yuan", "free"),
    [
        ("杭州", None, "usual", 8, False),
        ("杭州", 98, "usual", 8, False),
        ("杭州", 99, "usual", 0, True),
        ("新疆", 500, "usual", 18, False),
        # The usual courier does not go there: the cheapest that does, then the fastest.
        ("西藏", 500, "slow", 15, False),
        ("西双版纳", 500, "fast", 15, False),
        ("景洪市", 500, "fast", 15, False),
        ("义乌", 500, "slow", 8, False),
        ("莎车县", 10, "slow", 15, False),
    ],
)
def test_a_basket_goes_by_the_usual_courier_where_it_goes_there(
    to: str, goods_yuan: int | None, courier: str, fee_yuan: int, free: bool
) -> None:
    goods_fen = None if goods_yuan is None else goods_yuan * 100
    assert told(deliver(SHOP, place(to), goods_fen)) == (courier, fee_yuan * 100, free)


def test_another_courier_is_sent_by_when_asked_for_and_is_never_free() -> None:
    assert told(deliver(SHOP, place("杭州"), 50000, "fast")) == ("fast", 1500, False)
    assert told(deliver(SHOP, place("杭州"), 50000, "usual")) == ("usual", 0, True)


def test_a_courier_that_does_not_go_there_is_named_with_who_does_instead() -> None:
    answer = deliver(SHOP, place("新疆"), None, "fast")
    assert isinstance(answer, NotServed)
    assert (answer.courier, answer.place) == (FAST, place("新疆"))
    assert told(answer.instead) == ("usual", 1800, False)


def test_a_place_that_nobody_serves_has_no_instead() -> None:
    assert deliver(SHOP, place("澳门"), None) == NotServed(None, place("澳门"), None)
    assert deliver(SHOP, place("澳门"), None, "fast") == NotServed(FAST, place("澳门"), None)


def test_a_courier_the_shop_does_not_have_is_answered_with_the_usual_one() -> None:
    answer = deliver(SHOP, place("杭州"), None, "pigeon")
    assert isinstance(answer, NotServed)
    assert answer.courier is None
    assert told(answer.instead) == ("usual", 800, False)


@pytest.mark.parametrize("named", ["云南", "云南省", "西双版纳", "西双版纳傣族自治州", "景洪", "景洪市"])
def test_a_province_city_or_county_named_as_not_served_beats_the_zones(named: str) -> None:
    only = Shop(couriers=(replace(USUAL, not_served=(named,)),), logistics=LOGISTICS)
    assert isinstance(deliver(only, place("景洪市"), None), NotServed)
    assert isinstance(deliver(only, place("广州"), None), Delivery)


def test_a_county_that_is_not_served_leaves_its_city_served() -> None:
    assert told(deliver(SHOP, place("金华"), None)) == ("usual", 800, False)


def test_without_rules_of_sending_nobody_is_usual_and_nothing_is_free() -> None:
    assert told(deliver(replace(SHOP, logistics=None), place("杭州"), 50000)) == ("usual", 800, False)


def test_without_couriers_nothing_is_sent() -> None:
    assert deliver(Shop(), place("杭州"), None) == NotServed(None, place("杭州"), None)


def test_all_ways_are_listed_cheapest_first_then_fastest() -> None:
    assert [d.courier.id for d in options(SHOP, place("杭州"), None)] == ["usual", "slow", "fast"]
    assert [d.courier.id for d in options(SHOP, place("昆明"), None)] == ["fast", "slow", "usual"]
    assert options(SHOP, place("澳门"), None) == ()


@given(st.sampled_from(all_places()), st.none() | st.integers(0, 50000))
def test_what_is_sent_without_asking_is_sent_by_the_usual_courier_or_the_cheapest(
    where: Place, goods_fen: int | None
) -> None:
    ways, answer = options(SHOP, where, goods_fen), deliver(SHOP, where, goods_fen)
    if not ways:
        assert isinstance(answer, NotServed)
    else:
        assert isinstance(answer, Delivery)
        assert answer in ways
        assert answer.courier is USUAL or answer == ways[0]


# --- dispatch ---


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def end_of(day: int) -> datetime:
    return datetime.combine(date(2026, 11, day), time.max, SHANGHAI)


@pytest.mark.parametrize(
    ("paid", "leaves"),
    [
        (at(10, 9), end_of(10)),
        (at(10, 16, 59), end_of(10)),
        (at(10, 17), end_of(11)),
        (at(29, 20), end_of(30)),
    ],
)
def test_an_order_paid_before_the_cut_off_leaves_that_day_and_later_the_next(paid: datetime, leaves: datetime) -> None:
    assert dispatch_by(LOGISTICS, paid) == leaves


def test_without_a_cut_off_only_the_hours_count() -> None:
    assert dispatch_by(Logistics("usual"), at(10, 9)) == at(12, 9)


def test_the_promised_hours_are_never_exceeded() -> None:
    assert dispatch_by(replace(LOGISTICS, dispatch_hours=6), at(10, 9)) == at(10, 15)


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        dispatch_by(LOGISTICS, datetime(2026, 11, 10, 9))  # noqa: DTZ001


zones = st.sampled_from([ZoneInfo(name) for name in ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe")])


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=zones, allow_imaginary=False),  # noqa: DTZ001
    st.integers(1, 96),
    st.none() | st.times(),
)
def test_an_order_leaves_after_payment_and_within_the_promised_hours(
    paid: datetime, hours: int, cut_off: time | None
) -> None:
    leaves = dispatch_by(Logistics("usual", dispatch_hours=hours, same_day_before=cut_off), paid)
    assert leaves.astimezone(UTC) <= paid.astimezone(UTC) + timedelta(hours=hours)
    assert leaves.astimezone(UTC) >= paid.astimezone(UTC)
