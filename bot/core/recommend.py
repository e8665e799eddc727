"""The best few products for a wish (A9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.core.catalogue import Audience, Product, Promotion, Shop, Variant
from bot.core.pricing import BasketLine, price_basket

#: What is given up, one after another, while nothing at all fits; never budget, stock or ``exclude``.
#: Color first (taste), then size (another cut may run larger), then category.
RELAX = ("color", "size", "category")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the shopper said about what she looks for; None or empty: not said."""

    budget_fen: int | None = None
    category_id: str | None = None
    color: str | None = None
    size: str | None = None
    #: ``purpose.gift``, ``sex.male``, ``occupation.office``, ``style.plain``.
    tags: frozenset[str] = frozenset()
    #: Years, of who will wear it.
    age: int | None = None
    #: Ids of products not to show (again).
    exclude: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recommendation:
    #: Best first.
    products: tuple[Product, ...]
    #: What of :data:`RELAX` was given up to find anything, in that order; only parts the wish had.
    relaxed: tuple[str, ...] = ()


def best(
    shop: Shop,
    wish: Wish,
    *,
    running: Sequence[tuple[Promotion, tuple[date, date]]] = (),
    count: int = 3,
    in_stock: Callable[[Variant], int] | None = None,
) -> Recommendation:
    """Filter, then rank by how well the audience matches, then by sales; at most ``count``.

    The budget is held against what one piece pays today under ``running`` (leave out promotions this shopper has used).
    ``in_stock`` says how many of a variant are left; the catalogue's figure when None.
    """
    left = in_stock if in_stock is not None else lambda variant: variant.stock
    relaxed: list[str] = []
    found = _fitting(shop, wish, running, left)
    for part in RELAX:
        if found:
            break
        eased = _without(wish, part)
        if eased != wish:
            wish = eased
            relaxed.append(part)
            found = _fitting(shop, wish, running, left)
    ranked = sorted(enumerate(found), key=lambda entry: (*_rank(entry[1], wish), entry[0]))
    return Recommendation(tuple(product for _, product in ranked[:count]), tuple(relaxed) if found else ())


def _without(wish: Wish, part: str) -> Wish:
    if part == "color":
        return replace(wish, color=None)
    return replace(wish, size=None) if part == "size" else replace(wish, category_id=None)


def _fitting(
    shop: Shop,
    wish: Wish,
    running: Sequence[tuple[Promotion, tuple[date, date]]],
    left: Callable[[Variant], int],
) -> list[Product]:
    def fits(product: Product, variant: Variant) -> bool:
        if (wish.color and variant.color != wish.color) or (wish.size and variant.size != wish.size):
            return False
        if left(variant) <= 0:
            return False
        if wish.budget_fen is None or variant.price_fen <= wish.budget_fen:
            return True
        return price_basket((BasketLine(product, variant, 1),), running).goods_fen <= wish.budget_fen

    return [
        p
        for p in shop.products
        if not p.discontinued
        and p.id not in wish.exclude
        and (wish.category_id is None or p.category == wish.category_id)
        and any(fits(p, v) for v in p.variants)
    ]


def _rank(product: Product, wish: Wish) -> tuple[int, int]:
    """Smaller is better; a product without a sales rank comes after all that have one."""
    return -audience_score(product.audience, wish), product.sales_rank or 1_000_000_000


def audience_score(audience: Audience, wish: Wish) -> int:
    """How well a product's audience matches: above 0 named for this wish, 0 for everybody, below 0 for others."""
    sides = (("sex", audience.sexes, 4), ("purpose", audience.purposes, 3), ("occupation", audience.occupations, 2))
    score = sum(_side(wish.tags, name, meant, weight) for name, meant, weight in sides)
    score += _side(wish.tags, "style", audience.styles, 2)
    youngest, oldest = audience.ages
    if wish.age is not None and (youngest, oldest) != (0, 120):
        score += 2 if youngest <= wish.age <= oldest else -2
    return score


def _side(tags: frozenset[str], name: str, meant: frozenset[str], weight: int) -> int:
    asked = {tag.removeprefix(f"{name}.") for tag in tags if tag.startswith(f"{name}.")}
    if not asked or not meant:
        return 0
    if asked & meant:
        return weight
    # Made for the other sex is a real mismatch; made for another purpose hardly is.
    return -weight if name == "sex" else -1
