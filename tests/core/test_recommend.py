from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import Audience, Product, Shop
from bot.core.recommend import RELAX, Recommendation, Wish, audience_score, best
from tests.core.shelf import product, promotion, running

PLAIN = product("plain", 59, sales_rank=2)
OFFICE = product(
    "office",
    129,
    color="navy",
    sales_rank=3,
    audience=Audience(
        frozenset({"male"}), (25, 45), frozenset({"office"}), frozenset({"gift"}), frozenset({"business"})
    ),
)
LADY = product("lady", 99, sales_rank=1, audience=Audience(sexes=frozenset({"female"})))
JACKET = product("jacket", 299, category="jacket", size="XL", sales_rank=4)
UNRANKED = product("unranked", 89)
GONE = product("gone", 79, sales_rank=1, discontinued=True)
SOLD_OUT = product("sold-out", 69, sales_rank=1, stock=0)
SHOP = Shop(products=(UNRANKED, GONE, SOLD_OUT, JACKET, OFFICE, PLAIN, LADY))


def ids(recommendation: Recommendation) -> list[str]:
    return [p.id for p in recommendation.products]


def test_without_any_wish_the_best_sellers_come_first_and_unranked_goods_last() -> None:
    assert ids(best(SHOP, Wish(), count=9)) == ["lady", "plain", "office", "jacket", "unranked"]


def test_three_are_enough() -> None:
    assert len(best(SHOP, Wish()).products) == 3
    assert ids(best(SHOP, Wish(), count=1)) == ["lady"]


def test_what_is_sold_out_or_no_longer_made_is_never_suggested() -> None:
    for gone in ("gone", "sold-out"):
        assert gone not in ids(best(SHOP, Wish(), count=9))


def test_stock_is_what_the_caller_says_where_she_knows_better() -> None:
    reserved = best(SHOP, Wish(), in_stock=lambda v: 0 if v.sku.startswith("LADY") else 5)
    assert "lady" not in ids(reserved)
    assert "sold-out" in ids(reserved)


def test_a_thirty_year_old_office_man_who_wants_a_gift_gets_what_was_made_for_him() -> None:
    wish = Wish(tags=frozenset({"sex.male", "occupation.office", "purpose.gift"}), age=30)
    assert ids(best(SHOP, wish, count=9)) == ["office", "plain", "jacket", "unranked", "lady"]


def test_nothing_above_the_budget_is_suggested() -> None:
    assert ids(best(SHOP, Wish(budget_fen=9900), count=9)) == ["lady", "plain", "unranked"]
    assert best(SHOP, Wish(budget_fen=5000)) == Recommendation(())


def test_the_budget_is_held_against_todays_price() -> None:
    limit = promotion("l", "limit", price=40, per_buyer=1, products=frozenset({"office"}))
    assert ids(best(SHOP, Wish(budget_fen=5000), running=running(limit))) == ["office"]


def test_category_color_and_size_are_filters() -> None:
    assert ids(best(SHOP, Wish(category_id="jacket"))) == ["jacket"]
    assert ids(best(SHOP, Wish(color="navy"))) == ["office"]
    assert ids(best(SHOP, Wish(size="XL"))) == ["jacket"]


def test_color_and_size_must_be_there_on_one_and_the_same_variant() -> None:
    black_m, navy_xl = (
        product("both", 50).variants[0],
        replace(product("both", 50, color="navy", size="XL").variants[0]),
    )
    shop = Shop(products=(replace(PLAIN, id="both", variants=(black_m, navy_xl)),))
    assert best(shop, Wish(color="black", size="M")).relaxed == ()
    assert best(shop, Wish(color="black", size="XL")).relaxed == ("color",)


def test_goods_shown_before_are_left_out() -> None:
    assert ids(best(SHOP, Wish(exclude=frozenset({"lady", "plain"})))) == ["office", "jacket", "unranked"]


@pytest.mark.parametrize(
    ("wish", "relaxed", "first"),
    [
        (Wish(color="pink"), ("color",), "lady"),
        (Wish(color="pink", size="XL"), ("color",), "jacket"),
        (Wish(size="9XL"), ("size",), "lady"),
        (Wish(color="pink", size="9XL", category_id="jacket"), ("color", "size"), "jacket"),
        (Wish(category_id="hats"), ("category",), "lady"),
        (Wish(color="pink", category_id="hats"), ("color", "category"), "lady"),
    ],
)
def test_when_nothing_fits_wishes_are_given_up_in_order_and_that_is_said(
    wish: Wish, relaxed: tuple[str, ...], first: str
) -> None:
    found = best(SHOP, wish)
    assert (found.relaxed, found.products[0].id) == (relaxed, first)


def test_one_hit_is_shown_alone_rather_than_filled_up_with_what_was_not_asked_for() -> None:
    assert best(SHOP, Wish(color="navy")) == Recommendation((OFFICE,))


def test_the_budget_is_never_given_up() -> None:
    assert best(SHOP, Wish(budget_fen=5000, color="pink", size="9XL", category_id="hats")) == Recommendation(())


@pytest.mark.parametrize(
    ("audience", "wish", "sign"),
    [
        (Audience(), Wish(tags=frozenset({"sex.male"}), age=30), 0),
        (Audience(sexes=frozenset({"male"})), Wish(), 0),
        (Audience(sexes=frozenset({"male"})), Wish(tags=frozenset({"sex.male"})), 1),
        (Audience(sexes=frozenset({"female"})), Wish(tags=frozenset({"sex.male"})), -1),
        (Audience(purposes=frozenset({"sport"})), Wish(tags=frozenset({"purpose.gift"})), -1),
        (Audience(styles=frozenset({"plain"})), Wish(tags=frozenset({"style.plain"})), 1),
        (Audience(ages=(18, 30)), Wish(age=30), 1),
        (Audience(ages=(18, 30)), Wish(age=31), -1),
        (Audience(sexes=frozenset({"female"}), occupations=frozenset({"office"})),
         Wish(tags=frozenset({"sex.male", "occupation.office"})), -1),
    ],
)  # fmt: skip
def test_an_audience_scores_above_others_where_it_is_named(audience: Audience, wish: Wish, sign: int) -> None:
    score = audience_score(audience, wish)
    assert (score > 0) - (score < 0) == sign


goods = st.lists(
    st.builds(
        product,
        st.uuids().map(str),
        st.integers(1, 300),
        category=st.sampled_from(["tee", "jacket"]),
        color=st.sampled_from(["black", "navy"]),
        size=st.sampled_from(["M", "L"]),
        stock=st.integers(0, 2),
        sales_rank=st.integers(0, 5),
        discontinued=st.booleans(),
    ),
    max_size=8,
)
wishes = st.builds(
    Wish,
    budget_fen=st.none() | st.integers(0, 40000),
    category_id=st.none() | st.sampled_from(["tee", "jacket", "hats"]),
    color=st.none() | st.sampled_from(["black", "navy", "pink"]),
    size=st.none() | st.sampled_from(["M", "L", "9XL"]),
)


@given(goods, wishes, st.integers(0, 5))
def test_whatever_is_given_up_stock_and_budget_hold_and_the_rest_fits(
    products: list[Product], wish: Wish, count: int
) -> None:
    found = best(Shop(products=tuple(products)), wish, count=count)
    assert len(found.products) <= count
    assert list(found.relaxed) == [part for part in RELAX if part in found.relaxed]
    for one in found.products:
        variant = one.variants[0]
        assert not one.discontinued
        assert variant.stock > 0
        assert wish.budget_fen is None or variant.price_fen <= wish.budget_fen
        assert "color" in found.relaxed or wish.color in (None, variant.color)
        assert "size" in found.relaxed or wish.size in (None, variant.size)
        assert "category" in found.relaxed or wish.category_id in (None, one.category)
