"""A few goods and promotions for tests of the rules, in figures that are easy to add up."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.core.catalogue import Audience, Color, Period, Product, Promotion, Text, Variant
from bot.core.pricing import BasketLine, Run

ALWAYS = Period(monthly=(1, 31))
RUN: Run = (date(2026, 11, 1), date(2026, 11, 30))


def product(
    product_id: str,
    yuan: int,
    *,
    category: str = "tee",
    color: str = "black",
    size: str = "M",
    stock: int = 10,
    audience: Audience | None = None,
    sales_rank: int = 0,
    discontinued: bool = False,
) -> Product:
    """A product of one variant."""
    variant = Variant(f"{product_id}-{color}-{size}".upper(), color, size, yuan * 100, stock)
    return Product(
        id=product_id,
        name=Text(product_id),
        brand="",
        category=category,
        variants=(variant,),
        colors=(Color(color, Text(color)),),
        audience=audience or Audience(),
        sales_rank=sales_rank,
        discontinued=discontinued,
    )


def line(of: Product, quantity: int = 1) -> BasketLine:
    return BasketLine(of, of.variants[0], quantity)


def promotion(
    promotion_id: str,
    kind: Literal["threshold", "buy_n_get_m", "gift", "limit"],
    *,
    over: int = 0,
    off: int = 0,
    repeat: bool = False,
    buy: int = 0,
    free: int = 0,
    price: int = 0,
    per_buyer: int = 0,
    products: frozenset[str] = frozenset(),
    categories: frozenset[str] = frozenset(),
) -> Promotion:
    """Sums in yuan."""
    return Promotion(
        id=promotion_id,
        kind=kind,
        name=Text(promotion_id),
        period=ALWAYS,
        products=products,
        categories=categories,
        over_fen=over * 100,
        off_fen=off * 100,
        repeat=repeat,
        buy=buy,
        free=free,
        gift=Text("袜子", "socks") if kind == "gift" else Text(),
        price_fen=price * 100,
        per_buyer=per_buyer,
    )


def running(*promotions: Promotion) -> tuple[tuple[Promotion, Run], ...]:
    return tuple((p, RUN) for p in promotions)
