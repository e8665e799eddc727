"""What a basket pays under the running promotions (A5).

The order is fixed: limit prices, then buy-n-get-m, then thresholds, then gifts; within a kind, the order of the file.

* ``limit``: the dearest pieces it covers, up to ``per_buyer``, cost the promotional price where that is cheaper.
  A piece takes one limit price only.
* ``buy_n_get_m``: of the pieces it covers that have no limit price and are not free yet, as many of the cheapest as
  the number of full ``buy + free`` groups gives cost nothing.
* ``threshold``: measured on what its goods cost after the two above, whatever other thresholds take off; what it takes
  off is shared among its goods in proportion and never more than is left of them.
* ``gift``: measured on what its goods cost after everything.

What does not hold, and is no fault. One piece more may cost *less*: it reaches a threshold. It may cost more than its
own price: as the cheapest it is now free in place of a dearer one (buy 2 get 1 of three at 100 pays 200; with a fourth
at 10 it pays 300). It may lose a gift: the threshold it reaches brings the sum below the gift's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.catalogue import Product, Promotion, Text, Variant

Run = tuple[date, date]


@dataclass(frozen=True, slots=True)
class BasketLine:
    product: Product
    variant: Variant
    #: Pieces; none or fewer count as nothing.
    quantity: int


@dataclass(frozen=True, slots=True)
class Discount:
    promotion: Promotion
    #: Above 0.
    off_fen: int
    #: First and last day of the run it was granted in, shop-local.
    run: Run


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[BasketLine, ...]
    #: Goods before promotions.
    full_fen: int
    discounts: tuple[Discount, ...]
    #: Goods after promotions: ``full_fen`` less every discount.
    goods_fen: int
    #: 0 when not known.
    shipping_fen: int
    shipping_known: bool
    gifts: tuple[tuple[Promotion, Text], ...]
    #: Threshold and gift promotions of goods in the basket, not reached, with the fen missing; smallest gap first.
    nearly: tuple[tuple[Promotion, int], ...] = ()

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.shipping_fen


def price_basket(
    lines: Sequence[BasketLine],
    running: Sequence[tuple[Promotion, Run]],
    *,
    shipping_fen: int | None = None,
    used_promotions: frozenset[str] = frozenset(),
) -> Quote:
    """The sum of a basket, with every promotion that counts named; the same for every order of the lines.

    ``shipping_fen`` is None while the place is not known. ``used_promotions`` are ids of ``limit`` promotions whose
    one chance this buyer has had.
    """
    piles = _piles(lines)
    full_fen = sum(p.fen for p in piles)
    discounts: list[Discount] = []

    def note(promotion: Promotion, run: Run, off_fen: int) -> None:
        if off_fen > 0:
            discounts.append(Discount(promotion, off_fen, run))

    for promotion, run in _of("limit", running):
        if promotion.id not in used_promotions:
            note(promotion, run, _limit(piles, promotion))
    for promotion, run in _of("buy_n_get_m", running):
        note(promotion, run, _give_away(piles, promotion))
    nearly: list[tuple[Promotion, int]] = []
    reached = [(p, run, _threshold(piles, p, nearly)) for p, run in _of("threshold", running)]
    for promotion, run, off_fen in reached:
        note(promotion, run, _take_off(piles, promotion, off_fen))
    gifts = tuple((p, p.gift) for p, _ in _of("gift", running) if _reaches(piles, p, nearly))
    return Quote(
        lines=tuple(lines),
        full_fen=full_fen,
        discounts=tuple(discounts),
        goods_fen=sum(p.fen for p in piles),
        shipping_fen=shipping_fen or 0,
        shipping_known=shipping_fen is not None,
        gifts=gifts,
        nearly=tuple(sorted(nearly, key=lambda entry: entry[1])),
    )


@dataclass(slots=True)
class _Pile:
    """Like pieces of one SKU, as far as the sum has come."""

    product: Product
    sku: str
    #: What one piece costs before thresholds.
    each_fen: int
    count: int
    #: What the pile costs by now.
    fen: int
    #: At a limit price or free: no longer counts for limit prices and buy-n-get-m.
    settled: bool = False

    def split_off(self, count: int, each_fen: int) -> _Pile:
        """``count`` of the pieces, settled at another price."""
        self.count -= count
        self.fen = self.each_fen * self.count
        return _Pile(self.product, self.sku, each_fen, count, each_fen * count, settled=True)


def _piles(lines: Sequence[BasketLine]) -> list[_Pile]:
    """One pile a SKU and price, in an order that the order of the lines cannot change."""
    found: dict[tuple[str, int, str], _Pile] = {}
    for line in lines:
        each = line.variant.price_fen
        key = (line.variant.sku, each, line.product.id)
        pile = found.setdefault(key, _Pile(line.product, line.variant.sku, each, 0, 0))
        pile.count += max(line.quantity, 0)
        pile.fen = each * pile.count
    return [found[key] for key in sorted(found) if found[key].count]


def _of(kind: str, running: Sequence[tuple[Promotion, Run]]) -> list[tuple[Promotion, Run]]:
    return [(p, run) for p, run in running if p.kind == kind]


def _open(piles: list[_Pile], promotion: Promotion) -> list[_Pile]:
    """Piles it covers that are not settled; cheapest first."""
    return sorted(
        (p for p in piles if not p.settled and p.count and promotion.covers(p.product)),
        key=lambda p: (p.each_fen, p.sku),
    )


def _limit(piles: list[_Pile], promotion: Promotion) -> int:
    off, left = 0, promotion.per_buyer
    for pile in reversed(_open(piles, promotion)):
        if left <= 0 or pile.each_fen <= promotion.price_fen:
            break
        count = min(left, pile.count)
        off += (pile.each_fen - promotion.price_fen) * count
        left -= count
        piles.append(pile.split_off(count, promotion.price_fen))
    return off


def _give_away(piles: list[_Pile], promotion: Promotion) -> int:
    group = promotion.buy + promotion.free
    if promotion.buy <= 0 or promotion.free <= 0:
        return 0
    candidates = _open(piles, promotion)
    left = sum(p.count for p in candidates) // group * promotion.free
    off = 0
    for pile in candidates:
        if left <= 0:
            break
        count = min(left, pile.count)
        off += pile.each_fen * count
        left -= count
        piles.append(pile.split_off(count, 0))
    return off


def _threshold(piles: list[_Pile], promotion: Promotion, nearly: list[tuple[Promotion, int]]) -> int:
    """What a threshold would take off by its own rule alone."""
    if not _reaches(piles, promotion, nearly):
        return 0
    times = _covered_fen(piles, promotion) // promotion.over_fen if promotion.repeat and promotion.over_fen > 0 else 1
    return promotion.off_fen * times


def _reaches(piles: list[_Pile], promotion: Promotion, nearly: list[tuple[Promotion, int]]) -> bool:
    """Whether its goods cost at least ``over_fen`` by now; puts it among ``nearly`` when some are there but too few."""
    if not any(p.count and promotion.covers(p.product) for p in piles):
        return False
    missing = promotion.over_fen - _covered_fen(piles, promotion)
    if missing > 0:
        nearly.append((promotion, missing))
    return missing <= 0


def _covered_fen(piles: list[_Pile], promotion: Promotion) -> int:
    return sum(p.fen for p in piles if promotion.covers(p.product))


def _take_off(piles: list[_Pile], promotion: Promotion, off_fen: int) -> int:
    """Share ``off_fen`` among the goods covered, in proportion to what they cost by now; what was really taken."""
    covered = sorted(
        (p for p in piles if promotion.covers(p.product)), key=lambda p: (p.sku, p.product.id, p.each_fen, p.settled)
    )
    total = sum(p.fen for p in covered)
    off = max(min(off_fen, total), 0)
    passed = given = 0
    for pile in covered:
        passed += pile.fen
        share = off * passed // total - given if total else 0
        given += share
        pile.fen -= share
    return given
