from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import CAUSES, Authority, Compensation, GiftStandard, Logistics, Promises, Text
from bot.core.playbooks import PromiseKind
from bot.core.promises import BULK, Allow, NeedsApproval, Refuse, Ruling, bargain, bulk, free_shipping, gift, grant

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


# --- grant: the same table for the bot and for persons ---

FIRST_LINE = (Compensation("late_dispatch", 10), Compensation("not_shipped_72h", 30, None, 50_000))
SECOND_LINE = (Compensation("late_dispatch", 10, 20), Compensation("not_shipped_72h", 30, 30, 50_000))
TOP = (Compensation("late_dispatch", 50, 50, 100_000), Compensation("not_shipped_72h", 50, 50, 100_000))
HOUSE = Promises(
    gifts=(GiftStandard(19900, SOCKS, ("短袜",)), GiftStandard(39900, BELT)),
    authority=(
        Authority("bot", 0, 7900),
        Authority("agent", 3, 5900, 1000, compensation=FIRST_LINE),
        Authority("after_sales", compensation=FIRST_LINE),
        Authority("supervisor", 8, 3900, 3000, bulk_discount_percent=12, compensation=SECOND_LINE),
        Authority("manager", 15, 0, 10000, bulk_discount_percent=25, compensation=TOP),
    ),
)


@pytest.mark.parametrize(
    ("roles", "percent", "amount_fen", "goods_fen", "cause", "role"),
    [
        ("bot", 1, 0, 10000, "", "agent"),
        ("agent", 3, 0, 10000, "", ""),
        ("agent", 4, 0, 10000, "", "supervisor"),
        ("agent", 9, 0, 10000, "", "manager"),
        ("agent", 99, 0, 10000, "", "manager"),
        ("supervisor", 8, 0, 10000, "", ""),
        ("supervisor", 9, 0, 10000, "", "manager"),
        ("manager", 15, 0, 10000, "", ""),
        ("manager", 16, 0, 10000, "", "manager"),
        # Who has several roles has the best of them; a role without a row has none.
        ("warehouse agent", 3, 0, 10000, "", ""),
        ("warehouse", 1, 0, 10000, "", "agent"),
        ("warehouse manager", 15, 0, 10000, "", ""),
        # Money off, counted from the sum; never rounded in anybody's favor.
        ("agent", 0, 300, 10000, "", ""),
        ("agent", 0, 301, 10000, "", "supervisor"),
        ("agent", 0, 1000, 0, "", "manager"),
        ("supervisor", 0, 1000, 0, "", "manager"),
        ("manager", 0, 1000, 0, "", ""),
        # "A little cheaper", without a figure, may be said by whom the table lets give any.
        ("bot", 0, 0, 10000, "", "agent"),
        ("agent", 0, 0, 0, "", ""),
        # A bulk order has a figure of its own (A7).
        ("supervisor", 12, 0, 10000, BULK, ""),
        ("supervisor", 13, 0, 10000, BULK, "manager"),
        ("agent", 3, 0, 10000, BULK, ""),
        ("manager", -1, 0, 10000, "", "manager"),
        ("manager", 0, -1, 10000, "", "manager"),
    ],
)
def test_a_discount_goes_up_to_the_lowest_role_that_may(
    roles: str, percent: int, amount_fen: int, goods_fen: int, cause: str, role: str
) -> None:
    ruling = grant(
        HOUSE, roles.split(), "discount", percent=percent, amount_fen=amount_fen, goods_fen=goods_fen, cause=cause
    )
    assert ruling == (NeedsApproval(role, "discount") if role else Allow(percent=percent))


@pytest.mark.parametrize(
    ("roles", "kind", "percent", "amount_fen", "goods_fen", "cause", "role"),
    [
        ("bot", "coupon", 10, 0, 20000, "late_dispatch", "agent"),
        ("agent", "coupon", 10, 0, 20000, "late_dispatch", ""),
        ("agent", "coupon", 11, 0, 20000, "late_dispatch", "manager"),
        ("agent", "coupon", 0, 2000, 20000, "late_dispatch", ""),
        ("agent", "coupon", 0, 2001, 20000, "late_dispatch", "manager"),
        ("after_sales", "cash", 10, 0, 20000, "late_dispatch", "supervisor"),
        ("supervisor", "cash", 20, 0, 20000, "late_dispatch", ""),
        # Ten percent of a large sum is above the 200 yuan that hold for most causes.
        ("supervisor", "coupon", 10, 0, 200_000, "late_dispatch", ""),
        ("supervisor", "coupon", 10, 0, 200_010, "late_dispatch", "manager"),
        ("supervisor", "cash", 30, 0, 100_000, "not_shipped_72h", ""),
        ("supervisor", "cash", 30, 0, 200_000, "not_shipped_72h", "manager"),
        ("manager", "cash", 0, 100_001, 900_000, "not_shipped_72h", "manager"),
        ("manager", "cash", 10, 0, 20000, "no_stock", "manager"),
        # What it is for is not said: the best cause counts.
        ("agent", "coupon", 30, 0, 10000, "", ""),
        ("agent", "cash", 0, 100, 10000, "", "supervisor"),
        # What was paid is not known.
        ("supervisor", "cash", 0, 1000, 0, "", "manager"),
        ("manager", "cash", 0, 1000, 0, "", ""),
        ("manager", "cash", 0, 100_001, 0, "", "manager"),
        ("agent", "coupon", 0, 0, 0, "", ""),
        ("agent", "cash", 0, 0, 0, "", "supervisor"),
    ],
)
def test_compensation_is_bounded_by_cause_form_and_cap(
    roles: str, kind: PromiseKind, percent: int, amount_fen: int, goods_fen: int, cause: str, role: str
) -> None:
    ruling = grant(HOUSE, roles.split(), kind, percent=percent, amount_fen=amount_fen, goods_fen=goods_fen, cause=cause)
    assert ruling == (NeedsApproval(role, kind) if role else Allow())


@pytest.mark.parametrize(
    ("roles", "what", "worth_fen", "goods_fen", "role"),
    [
        ("bot", "一双袜子", 0, 19900, ""),
        ("bot", "一双袜子", 0, 19899, "supervisor"),
        ("agent", "两双袜子", 0, 19900, "supervisor"),
        ("agent", "two pairs of socks", 0, 19900, "supervisor"),
        ("agent", "皮带", 0, 19900, "supervisor"),
        ("agent", "小礼物", 0, 19900, ""),
        ("agent", "", 0, 19900, ""),
        ("agent", "一顶帽子", 0, 99900, "supervisor"),
        ("supervisor", "一顶帽子", 0, 100, ""),
        ("agent", "帽子", 1000, 100, ""),
        ("agent", "帽子", 1001, 100, "supervisor"),
        ("supervisor", "帽子", 3001, 100, "manager"),
    ],
)
def test_a_gift_beyond_the_standard_is_the_supervisors_unless_its_worth_is_known(
    roles: str, what: str, worth_fen: int, goods_fen: int, role: str
) -> None:
    ruling = grant(HOUSE, roles.split(), "gift", amount_fen=worth_fen, goods_fen=goods_fen, what=what)
    assert ruling == (NeedsApproval(role, "gift") if role else Allow())


@pytest.mark.parametrize(
    ("roles", "goods_fen", "rule", "role"),
    [
        ("bot", 7900, False, ""),
        ("bot", 7899, False, "agent"),
        ("warehouse", 7900, False, ""),
        ("agent", 5899, False, "supervisor"),
        ("supervisor", 100, False, "manager"),
        ("manager", 100, False, ""),
        # What she buys is not known: the supervisor decides (A6).
        ("agent", 0, False, "supervisor"),
        ("supervisor", 0, False, ""),
        ("bot", 9900, True, ""),
    ],
)
def test_free_shipping_follows_the_sum(roles: str, goods_fen: int, rule: bool, role: str) -> None:
    ruling = grant(HOUSE, roles.split(), "free_shipping", goods_fen=goods_fen, logistics=LOGISTICS if rule else None)
    assert ruling == (NeedsApproval(role, "free_shipping") if role else Allow())


def test_everybody_may_tell_the_shops_rule_of_free_shipping() -> None:
    assert grant(Promises(), ("agent",), "free_shipping", goods_fen=9900, logistics=LOGISTICS) == Allow()
    assert grant(Promises(), ("agent",), "free_shipping", goods_fen=9900) == NeedsApproval("manager", "free_shipping")


def test_what_the_table_does_not_know_needs_nobody() -> None:
    assert grant(Promises(), ("agent",), "other", goods_fen=0) == Allow()


def test_a_manager_without_a_row_decides_what_nobody_else_may() -> None:
    assert grant(Promises(), ("agent",), "discount", percent=10, goods_fen=100) == NeedsApproval("manager", "discount")
    assert grant(Promises(), ("manager",), "discount", percent=10, goods_fen=100) == Allow(percent=10)


ASCENDING = ("bot", "agent", "supervisor", "manager")
figures = st.integers(0, 100)
kinds = st.sampled_from(["discount", "coupon", "cash", "gift", "free_shipping"])
causes = st.sampled_from(["", *CAUSES])


@st.composite
def tables(draw: st.DrawFn) -> Promises:
    """Four rows, each allowing at least what the one below allows."""
    percents, coupons, cashes = (sorted(draw(st.lists(figures, min_size=4, max_size=4))) for _ in range(3))
    gifts, caps = (sorted(draw(st.lists(st.integers(1, 50_000), min_size=4, max_size=4))) for _ in range(2))
    free = sorted(draw(st.lists(st.integers(0, 50_000), min_size=4, max_size=4)), reverse=True)
    cause = draw(st.sampled_from(CAUSES))
    rows = zip(ASCENDING, percents, free, gifts, coupons, cashes, caps, strict=True)
    return Promises(
        authority=tuple(
            Authority(role, off, sent, worth, compensation=(Compensation(cause, coupon, cash, cap),))
            for role, off, sent, worth, coupon, cash, cap in rows
        )
    )


@given(tables(), kinds, figures, st.integers(0, 60_000), st.integers(0, 60_000), causes)
def test_a_higher_role_may_whatever_a_lower_one_may_and_the_lowest_that_may_is_named(
    table: Promises, kind: PromiseKind, percent: int, amount_fen: int, goods_fen: int, cause: str
) -> None:
    def ruled(role: str) -> Ruling:
        return grant(table, (role,), kind, percent=percent, amount_fen=amount_fen, goods_fen=goods_fen, cause=cause)

    may = [isinstance(ruled(role), Allow) for role in ASCENDING]
    assert may == sorted(may)
    lowest = ASCENDING[may.index(True)] if True in may else "manager"
    assert all(
        ruled(role) == NeedsApproval(lowest, kind) for role, allowed in zip(ASCENDING, may, strict=True) if not allowed
    )


@given(tables(), st.sampled_from(ASCENDING), kinds, figures, st.integers(0, 60_000), st.integers(1, 60_000), causes)
def test_nobody_is_ever_granted_more_than_the_row_says(
    table: Promises, role: str, kind: PromiseKind, percent: int, amount_fen: int, goods_fen: int, cause: str
) -> None:
    ruling = grant(table, (role,), kind, percent=percent, amount_fen=amount_fen, goods_fen=goods_fen, cause=cause)
    row = table.of(role)
    assert row is not None
    if not isinstance(ruling, Allow):
        return
    (most,) = row.compensation
    limit = {"discount": row.discount_percent, "coupon": most.coupon_percent, "cash": most.cash_percent}.get(kind)
    if limit is not None:
        assert percent <= limit
        assert amount_fen <= limit / 100 * goods_fen + 1e-6
    if kind in ("coupon", "cash"):
        assert cause in ("", most.cause)
        assert max(amount_fen, percent * goods_fen / 100) <= most.up_to_fen
    if kind == "free_shipping":
        assert row.free_shipping_from_fen is not None
        assert goods_fen >= row.free_shipping_from_fen
    if kind == "gift":
        assert amount_fen <= row.gift_up_to_fen or not amount_fen
