from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Authority, GiftStandard, Logistics, Promises, Text
from bot.core.promises import Allow, NeedsApproval, Refuse, Ruling, bargain, bulk, free_shipping, gift

SOCKS, BELT = Text("袜子", "socks"), Text("皮带", "leather belt")
TABLE = Promises(
    bulk_from_pieces=20,
    gifts=(GiftStandard(19900, SOCKS, ("短袜",)), GiftStandard(39900, BELT)),
    authority=(
        Authority("bot", 0, 7900),
        Authority("agent", 3, 5900),
        Authority("supervisor", 10, 0),
        Authority("manager", 30, 0),
    ),
)
LOGISTICS = Logistics("zto", free_from_fen=9900, free_except=("西藏", "新疆"))


@pytest.mark.parametrize(
    ("goods_yuan", "asked", "insisting", "ruling"),
    [
        (198, None, False, Refuse("not_reached", 100)),
        (199, None, False, Allow(gift=SOCKS)),
        (398, None, False, Allow(gift=SOCKS)),
        (399, None, False, Allow(gift=BELT)),
        (500, "袜子", False, Allow(gift=SOCKS)),
        (500, "短袜有吗", False, Allow(gift=SOCKS)),
        (500, "Belt", False, Allow(gift=BELT)),
        (500, "手机", False, Allow(gift=BELT)),
        (250, "皮带", False, Allow(gift=SOCKS)),
        (100, "皮带", False, Refuse("not_reached", 29900)),
        (100, "手机", False, Refuse("not_reached", 9900)),
        (100, "  ", False, Refuse("not_reached", 9900)),
        # Insisting changes nothing within the standard, and brings the supervisor in beyond it.
        (199, None, True, Allow(gift=SOCKS)),
        (500, "袜子", True, Allow(gift=SOCKS)),
        (198, None, True, NeedsApproval("supervisor", "gift")),
        (250, "皮带", True, NeedsApproval("supervisor", "gift")),
        (500, "手机", True, NeedsApproval("supervisor", "gift")),
    ],
)
def test_a_gift_is_given_within_the_standard_only(
    goods_yuan: int, asked: str | None, insisting: bool, ruling: Ruling
) -> None:
    assert gift(TABLE, goods_yuan * 100, asked, insisting=insisting) == ruling


def test_a_shop_without_gifts_has_none_to_give() -> None:
    assert gift(Promises(), 99900, None) == Refuse("no_gifts")
    assert gift(Promises(), 99900, "袜子", insisting=True) == NeedsApproval("supervisor", "gift")


@pytest.mark.parametrize(
    ("role", "percent", "goods_yuan", "insisting", "ruling"),
    [
        # The bot holds the price, and names what it may give instead.
        ("bot", None, 50, False, Refuse("price_held")),
        ("bot", None, 79, False, Refuse("price_held", free_shipping=True)),
        ("bot", None, 250, False, Refuse("price_held", gift=SOCKS, free_shipping=True)),
        ("bot", 0, 50, False, Refuse("price_held")),
        ("bot", -5, 50, False, Refuse("price_held")),
        # A figure beyond the role goes to the lowest that may, else to the manager.
        ("bot", 3, 50, False, NeedsApproval("agent", "bargain")),
        ("bot", 4, 50, False, NeedsApproval("supervisor", "bargain")),
        ("bot", 30, 50, False, NeedsApproval("manager", "bargain")),
        ("bot", 50, 50, False, NeedsApproval("manager", "bargain")),
        ("bot", None, 50, True, NeedsApproval("agent", "bargain")),
        ("agent", 3, 50, False, Allow(percent=3)),
        ("agent", 5, 50, False, NeedsApproval("supervisor", "bargain")),
        ("agent", None, 50, True, NeedsApproval("supervisor", "bargain")),
        ("supervisor", 10, 50, False, Allow(percent=10)),
        ("manager", 31, 50, False, NeedsApproval("manager", "bargain")),
        ("nobody", 1, 50, False, NeedsApproval("agent", "bargain")),
        ("nobody", None, 79, False, Refuse("price_held")),
    ],
)
def test_a_discount_is_given_within_authority_only(
    role: str, percent: int | None, goods_yuan: int, insisting: bool, ruling: Ruling
) -> None:
    assert bargain(TABLE, role, percent, goods_yuan * 100, insisting=insisting) == ruling


def test_without_a_table_every_discount_is_the_managers() -> None:
    assert bargain(Promises(), "bot", 1, 10000) == NeedsApproval("manager", "bargain")


@pytest.mark.parametrize(
    ("role", "goods_yuan", "province", "insisting", "ruling"),
    [
        ("bot", 99, None, False, Allow()),
        ("bot", 79, None, False, Allow()),
        ("bot", 79, "浙江", False, Allow()),
        ("bot", 78, None, False, Refuse("not_reached", 100)),
        ("agent", 59, None, False, Allow()),
        ("bot", 500, "西藏", False, Refuse("remote")),
        ("bot", 500, "西藏", True, NeedsApproval("agent", "free_shipping")),
        ("bot", 60, None, True, NeedsApproval("agent", "free_shipping")),
        ("bot", 10, None, True, NeedsApproval("supervisor", "free_shipping")),
        ("nobody", 98, None, False, Refuse("not_reached", 100)),
    ],
)
def test_free_shipping_is_given_by_the_shops_rule_or_the_roles_authority(
    role: str, goods_yuan: int, province: str | None, insisting: bool, ruling: Ruling
) -> None:
    given = free_shipping(TABLE, LOGISTICS, role, goods_yuan * 100, province=province, insisting=insisting)
    assert given == ruling


def test_a_shop_that_never_sends_free_says_so() -> None:
    assert free_shipping(Promises(), Logistics("zto"), "bot", 99900) == Refuse("never_free")
    assert free_shipping(Promises(), None, "bot", 99900) == Refuse("never_free")
    assert free_shipping(Promises(), None, "bot", 99900, insisting=True) == NeedsApproval("manager", "free_shipping")


@pytest.mark.parametrize(("quantity", "is_bulk"), [(0, False), (1, False), (19, False), (20, True), (200, True)])
def test_bulk_begins_at_twenty_pieces(quantity: int, is_bulk: bool) -> None:
    assert bulk(TABLE, quantity) is is_bulk


def test_a_shop_may_have_no_bulk_rule() -> None:
    assert not bulk(Promises(bulk_from_pieces=0), 1000)


roles = st.sampled_from(["bot", "agent", "supervisor", "manager", "nobody"])
sums = st.integers(0, 100_000)


@given(roles, st.none() | st.integers(-10, 120), sums, st.booleans())
def test_no_role_ever_allows_more_than_its_authority(
    role: str, percent: int | None, goods_fen: int, insisting: bool
) -> None:
    ruling = bargain(TABLE, role, percent, goods_fen, insisting=insisting)
    authority = TABLE.of(role)
    if isinstance(ruling, Allow):
        assert authority is not None
        assert 0 < ruling.percent <= authority.discount_percent
    if isinstance(ruling, NeedsApproval) and percent is not None and percent <= 30:
        higher = TABLE.of(ruling.role)
        assert higher is not None
        assert higher.discount_percent >= percent


@given(sums, st.none() | st.sampled_from(["袜子", "皮带", "手机", ""]), st.booleans())
def test_no_gift_is_allowed_that_the_sum_has_not_reached(goods_fen: int, asked: str | None, insisting: bool) -> None:
    ruling = gift(TABLE, goods_fen, asked, insisting=insisting)
    if isinstance(ruling, Allow):
        assert min(g.over_fen for g in TABLE.gifts if g.gift == ruling.gift) <= goods_fen
    if isinstance(ruling, Refuse):
        assert ruling.missing_fen is not None
        assert ruling.missing_fen > 0
