from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Product, Promotion, Text
from bot.core.pricing import BasketLine, Quote, price_basket
from tests.core.shelf import RUN, line, product, promotion, running

TEE = product("tee", 100)
CHEAP_TEE = product("cheap-tee", 60)
SOCKS = product("socks", 10, category="socks")
JACKET = product("jacket", 300, category="jacket")


def goods_yuan(lines: Sequence[BasketLine], *promotions: Promotion, used: frozenset[str] = frozenset()) -> float:
    return price_basket(lines, running(*promotions), used_promotions=used).goods_fen / 100


def test_without_promotions_the_sum_is_price_times_quantity() -> None:
    quote = price_basket([line(TEE, 2), line(SOCKS, 3)], ())
    assert (quote.full_fen, quote.goods_fen, quote.discounts, quote.gifts) == (23000, 23000, (), ())


def test_shipping_joins_the_total_once_it_is_known() -> None:
    unknown = price_basket([line(TEE)], ())
    known = price_basket([line(TEE)], (), shipping_fen=800)
    free = price_basket([line(TEE)], (), shipping_fen=0)
    assert (unknown.shipping_known, unknown.total_fen) == (False, 10000)
    assert (known.shipping_known, known.total_fen) == (True, 10800)
    assert (free.shipping_known, free.total_fen) == (True, 10000)


def test_an_empty_basket_costs_nothing_and_earns_nothing() -> None:
    quote = price_basket([], running(promotion("g", "gift"), promotion("t", "threshold", off=10)))
    assert (quote.total_fen, quote.discounts, quote.gifts, quote.nearly) == (0, (), (), ())


def test_a_line_of_no_pieces_counts_as_nothing() -> None:
    assert price_basket([line(TEE, 0), line(SOCKS, -3)], ()).full_fen == 0


# --- limit ---


def test_the_limit_price_holds_up_to_the_pieces_per_buyer_and_the_rest_is_normal() -> None:
    assert goods_yuan([line(TEE, 5)], promotion("l", "limit", price=79, per_buyer=2)) == 2 * 79 + 3 * 100


def test_the_limit_price_is_spread_over_lines_of_one_order() -> None:
    lines = [line(TEE, 1), line(CHEAP_TEE, 1), line(TEE, 1)]
    assert goods_yuan(lines, promotion("l", "limit", price=50, per_buyer=2)) == 50 + 50 + 60


def test_the_limit_price_goes_to_the_dearest_pieces() -> None:
    assert goods_yuan([line(CHEAP_TEE), line(TEE)], promotion("l", "limit", price=50, per_buyer=1)) == 60 + 50


def test_a_limit_price_that_is_not_cheaper_takes_no_effect() -> None:
    quote = price_basket([line(CHEAP_TEE)], running(promotion("l", "limit", price=60, per_buyer=2)))
    assert (quote.goods_fen, quote.discounts) == (6000, ())


def test_a_limit_price_without_effect_leaves_the_pieces_to_buy_n_get_m() -> None:
    limit = promotion("l", "limit", price=100, per_buyer=3)
    assert goods_yuan([line(TEE, 3)], limit, promotion("b", "buy_n_get_m", buy=2, free=1)) == 200


def test_a_limit_promotion_used_before_is_gone() -> None:
    limit = promotion("l", "limit", price=79, per_buyer=2)
    assert goods_yuan([line(TEE)], limit, used=frozenset({"l"})) == 100
    assert goods_yuan([line(TEE)], limit, used=frozenset({"other"})) == 79


def test_used_promotions_of_another_kind_still_count() -> None:
    threshold = promotion("t", "threshold", over=100, off=10)
    assert goods_yuan([line(TEE)], threshold, used=frozenset({"t"})) == 90


def test_a_piece_takes_one_limit_price_only() -> None:
    first = promotion("a", "limit", price=80, per_buyer=1)
    second = promotion("b", "limit", price=70, per_buyer=1)
    assert goods_yuan([line(TEE)], first, second) == 80
    assert goods_yuan([line(TEE, 2)], first, second) == 80 + 70


# --- buy n get m ---


@pytest.mark.parametrize(("pieces", "paid"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5)])
def test_of_every_three_pieces_one_is_free(pieces: int, paid: int) -> None:
    assert goods_yuan([line(TEE, pieces)], promotion("b", "buy_n_get_m", buy=2, free=1)) == paid * 100


@pytest.mark.parametrize(("pieces", "paid"), [(4, 4), (5, 3), (9, 7), (10, 6)])
def test_two_of_every_five_may_be_free(pieces: int, paid: int) -> None:
    assert goods_yuan([line(TEE, pieces)], promotion("b", "buy_n_get_m", buy=3, free=2)) == paid * 100


def test_the_cheapest_pieces_covered_are_the_free_ones() -> None:
    lines = [line(TEE, 2), line(CHEAP_TEE, 1), line(SOCKS, 1)]
    tees = promotion("b", "buy_n_get_m", buy=2, free=1, categories=frozenset({"tee"}))
    assert goods_yuan(lines, tees) == 200 + 10


def test_pieces_at_a_limit_price_do_not_count_for_buy_n_get_m() -> None:
    limit = promotion("l", "limit", price=90, per_buyer=1, products=frozenset({"tee"}))
    bundle = promotion("b", "buy_n_get_m", buy=2, free=1)
    assert goods_yuan([line(TEE, 3)], limit, bundle) == 90 + 200
    assert goods_yuan([line(TEE, 4)], limit, bundle) == 90 + 200


def test_a_free_piece_is_not_given_away_twice() -> None:
    one, other = (promotion(i, "buy_n_get_m", buy=1, free=1) for i in "ab")
    assert goods_yuan([line(TEE, 2)], one, other) == 100


# --- threshold ---


@pytest.mark.parametrize(
    ("pieces", "repeat", "paid"), [(1, False, 100), (2, False, 180), (5, False, 480), (5, True, 460)]
)
def test_a_threshold_takes_off_once_or_for_every_full_sum(pieces: int, repeat: bool, paid: int) -> None:
    assert goods_yuan([line(TEE, pieces)], promotion("t", "threshold", over=200, off=20, repeat=repeat)) == paid


def test_a_threshold_looks_at_the_sum_after_limit_prices_and_free_pieces() -> None:
    threshold = promotion("t", "threshold", over=200, off=20)
    assert goods_yuan([line(TEE, 2)], promotion("l", "limit", price=99, per_buyer=1), threshold) == 199
    assert goods_yuan([line(TEE, 2)], promotion("b", "buy_n_get_m", buy=1, free=1), threshold) == 100


def test_a_threshold_looks_only_at_the_goods_it_covers() -> None:
    socks = promotion("t", "threshold", over=30, off=5, categories=frozenset({"socks"}))
    assert goods_yuan([line(TEE, 5), line(SOCKS, 2)], socks) == 520
    assert goods_yuan([line(TEE, 5), line(SOCKS, 3)], socks) == 525


def test_several_thresholds_all_count_and_are_named_in_file_order() -> None:
    quote = price_basket(
        [line(TEE, 3)],
        running(promotion("b", "threshold", over=300, off=30), promotion("a", "threshold", over=200, off=20)),
    )
    assert [(d.promotion.id, d.off_fen, d.run) for d in quote.discounts] == [("b", 3000, RUN), ("a", 2000, RUN)]
    assert quote.goods_fen == 25000


def test_thresholds_never_take_more_than_is_left_of_their_goods() -> None:
    free_socks = promotion("t", "threshold", over=10, off=15, categories=frozenset({"socks"}))
    again = promotion("u", "threshold", over=10, off=15, categories=frozenset({"socks"}))
    quote = price_basket([line(SOCKS), line(TEE)], running(free_socks, again))
    assert quote.goods_fen == 10000
    assert [(d.promotion.id, d.off_fen) for d in quote.discounts] == [("t", 1000)]


# --- gift and what is nearly reached ---


def test_a_gift_is_added_on_what_is_paid_for_goods_after_every_discount() -> None:
    gift = promotion("g", "gift", over=200)
    assert price_basket([line(TEE, 2)], running(gift)).gifts == ((gift, Text("袜子", "socks")),)
    reduced = price_basket([line(TEE, 2)], running(gift, promotion("t", "threshold", over=200, off=1)))
    assert reduced.gifts == ()
    assert reduced.nearly == ((gift, 100),)


def test_a_gift_for_some_goods_looks_at_what_those_goods_cost_after_their_share_of_a_discount() -> None:
    gift = promotion("g", "gift", over=100, categories=frozenset({"tee"}))
    half = promotion("t", "threshold", over=400, off=40)
    quote = price_basket([line(TEE), line(JACKET)], running(half, gift))
    assert quote.nearly == ((gift, 1000),)  # the tee's share of 40 is 10


def test_what_is_nearly_reached_is_named_with_the_sum_missing_and_the_smallest_gap_first() -> None:
    far = promotion("far", "threshold", over=500, off=50)
    near = promotion("near", "gift", over=260)
    reached = promotion("reached", "threshold", over=200, off=10, repeat=True)
    quote = price_basket([line(TEE, 2)], running(far, reached, near))
    assert quote.nearly == ((near, 7000), (far, 30000))


def test_a_promotion_of_goods_not_in_the_basket_is_not_called_nearly_reached() -> None:
    socks = promotion("s", "threshold", over=30, off=5, categories=frozenset({"socks"}))
    assert price_basket([line(TEE)], running(socks)).nearly == ()


# --- what is no fault ---


def test_one_piece_more_may_cost_less_because_it_reaches_a_threshold() -> None:
    threshold = promotion("t", "threshold", over=110, off=20)
    assert goods_yuan([line(TEE)], threshold) > goods_yuan([line(TEE), line(SOCKS)], threshold)


def test_one_cheap_piece_more_may_cost_more_than_its_price_because_it_is_now_the_free_one() -> None:
    bundle = promotion("b", "buy_n_get_m", buy=2, free=1)
    assert goods_yuan([line(TEE, 3)], bundle) == 200
    assert goods_yuan([line(TEE, 3), line(SOCKS)], bundle) == 300


# --- properties ---

PRODUCTS = [
    product(f"p{number}", yuan, category=category)
    for number, (yuan, category) in enumerate(
        [(100, "tee"), (100, "tee"), (60, "tee"), (10, "socks"), (7, "socks"), (300, "jacket"), (0, "gift")]
    )
]

products_of_promotions = st.sets(st.sampled_from([p.id for p in PRODUCTS]), max_size=3).map(frozenset)
categories = st.sets(st.sampled_from(["tee", "socks", "jacket"]), max_size=2).map(frozenset)
yuan_sums = st.integers(0, 500)
promotions = st.builds(
    promotion,
    st.sampled_from(["one", "two", "three", "four"]),
    st.sampled_from(["threshold", "buy_n_get_m", "gift", "limit"]),
    over=yuan_sums,
    off=st.integers(0, 200),
    repeat=st.booleans(),
    buy=st.integers(0, 4),
    free=st.integers(0, 4),
    price=st.integers(0, 200),
    per_buyer=st.integers(0, 4),
    products=products_of_promotions,
    categories=categories,
)
lines = st.lists(st.builds(line, st.sampled_from(PRODUCTS), st.integers(-1, 9)), max_size=8)
offers = st.lists(promotions, max_size=6)
used_ids = st.sets(st.sampled_from(["one", "two"])).map(frozenset)


def price(basket: Sequence[BasketLine], promos: Sequence[Promotion], used: frozenset[str] = frozenset()) -> Quote:
    return price_basket(basket, running(*promos), used_promotions=used)


def told(quote: Quote) -> tuple[object, ...]:
    """Everything of a quote but the lines as they came."""
    discounts = [(d.promotion, d.off_fen) for d in quote.discounts]
    return quote.full_fen, quote.goods_fen, quote.shipping_fen, discounts, quote.gifts, quote.nearly


@given(lines, offers, used_ids)
def test_goods_never_cost_less_than_nothing_nor_more_than_the_full_price(
    basket: list[BasketLine], promos: list[Promotion], used: frozenset[str]
) -> None:
    quote = price(basket, promos, used)
    assert 0 <= quote.goods_fen <= quote.full_fen


@given(lines, offers, used_ids)
def test_discounts_add_up_to_what_was_taken_off_and_none_is_empty(
    basket: list[BasketLine], promos: list[Promotion], used: frozenset[str]
) -> None:
    quote = price(basket, promos, used)
    assert sum(d.off_fen for d in quote.discounts) == quote.full_fen - quote.goods_fen
    assert all(d.off_fen > 0 for d in quote.discounts)
    assert not any(d.promotion.kind == "limit" and d.promotion.id in used for d in quote.discounts)


@given(lines, offers, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(basket: list[BasketLine], promos: list[Promotion], random: Random) -> None:
    shuffled = list(basket)
    random.shuffle(shuffled)
    assert told(price(shuffled, promos)) == told(price(basket, promos))


@given(lines, offers, st.data())
def test_splitting_a_line_in_two_changes_nothing(
    basket: list[BasketLine], promos: list[Promotion], data: st.DataObject
) -> None:
    split: list[BasketLine] = []
    for one in basket:
        first = data.draw(st.integers(0, max(one.quantity, 0)))
        split += [line(one.product, first), line(one.product, max(one.quantity, 0) - first)]
    assert told(price(split, promos)) == told(price(basket, promos))


@given(lines, offers)
def test_no_promotion_takes_more_off_than_its_goods_cost(basket: list[BasketLine], promos: list[Promotion]) -> None:
    for discount in price(basket, promos).discounts:
        covered = [one for one in basket if discount.promotion.covers(one.product)]
        assert discount.off_fen <= price(covered, []).full_fen


@given(lines, offers)
def test_a_promotion_is_either_reached_or_nearly_reached_and_gaps_grow(
    basket: list[BasketLine], promos: list[Promotion]
) -> None:
    quote = price(basket, promos)
    gaps = [missing for _, missing in quote.nearly]
    assert gaps == sorted(gaps)
    assert all(missing > 0 for missing in gaps)
    assert all(p.kind in ("threshold", "gift") for p, _ in quote.nearly)


@given(
    lines,
    st.sampled_from(PRODUCTS),
    st.integers(0, 200),
    st.integers(0, 4),
    st.lists(st.tuples(yuan_sums, st.integers(0, 50), st.booleans()), max_size=3),
)
def test_without_free_pieces_one_more_never_costs_more_than_its_own_price(
    basket: list[BasketLine],
    extra: Product,
    limit_price: int,
    per_buyer: int,
    thresholds: list[tuple[int, int, bool]],
) -> None:
    promos = [promotion("l", "limit", price=limit_price, per_buyer=per_buyer)]
    promos += [promotion("t", "threshold", over=over, off=off, repeat=again) for over, off, again in thresholds]
    without, more = price(basket, promos), price([*basket, line(extra)], promos)
    assert more.goods_fen <= without.goods_fen + extra.variants[0].price_fen


@given(st.integers(1, 10**9))
def test_a_huge_quantity_is_priced_without_counting_pieces_one_by_one(pieces: int) -> None:
    bundle = promotion("b", "buy_n_get_m", buy=2, free=1)
    assert price([line(TEE, pieces)], [bundle]).goods_fen == (pieces - pieces // 3) * 10000
