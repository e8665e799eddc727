"""Which size of a chart suits a body.

Rows stand from small to large. Where both figures fit one row, that is the size. Where they fit two rows, or fall
between two, the larger one is advised; of more rows the middle one. Where they disagree, weight decides (a top that is
too tight cannot be worn, one a little short can); only when height asks for two sizes more, one size more than the
weight's is advised. Heights of neighbouring rows overlap widely, so height alone takes the row whose middle is nearest.
A figure beyond the end of the chart counts as that end, so that a heavier body never gets a smaller size.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.catalogue import SizeChart, SizeRow

Reason = Literal["fits", "between", "height_only", "weight_only"]


@dataclass(frozen=True, slots=True)
class SizeAdvice:
    size: str
    #: True only when both figures fit exactly this size and it is to be had.
    sure: bool
    #: The neighbour that suits too; None when there is none.
    also: str | None
    #: ``height_only``/``weight_only``: the other figure was not given or is beyond the chart.
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows that one figure speaks for; first is less than last where it fits several."""

    first: int
    last: int
    #: The figure lies on the chart.
    inside: bool
    #: It falls into a gap just below ``first``.
    gap: bool = False


def advise(
    chart: SizeChart,
    height_cm: float | None,
    weight_kg: float | None,
    *,
    available: Collection[str] | None = None,
) -> SizeAdvice | None:
    """The size to advise; None when nothing was given, or nothing given lies on the chart.

    ``available``: sizes to be had. When the advised one is not among them, the next larger, else the next smaller, is
    advised (never surely); None when neither is there.
    """
    height = _span([row.height_cm for row in chart.rows], height_cm)
    weight = _span([row.weight_kg for row in chart.rows], weight_kg)
    if not ((height and height.inside) or (weight and weight.inside)):
        return None
    if weight is not None:
        pick, also, reason = _choose(height, weight)
    else:
        assert height is not None
        reason = "height_only"
        pick, also = _nearest([row.height_cm for row in chart.rows], height, height_cm or 0)
    if reason == "fits" and not _holds(chart.rows[pick], height_cm or 0, weight_kg or 0):
        reason = "between"  # only on a chart whose rows do not rise: its rows overlap in an order of their own
    return _offer([row.size for row in chart.rows], pick, also, reason, available)


def _holds(row: SizeRow, height_cm: float, weight_kg: float) -> bool:
    return row.height_cm[0] <= height_cm <= row.height_cm[1] and row.weight_kg[0] <= weight_kg <= row.weight_kg[1]


def _span(bounds: Sequence[tuple[float, float]], figure: float | None) -> _Span | None:
    if figure is None or not math.isfinite(figure) or figure <= 0 or not bounds:
        return None
    # Both grow with the figure whatever the rows are, which is what keeps advice from falling with weight.
    above = next((i for i, (_, high) in enumerate(bounds) if figure <= high), None)
    below = next((i for i in reversed(range(len(bounds))) if bounds[i][0] <= figure), None)
    if above is None:
        return _Span(len(bounds) - 1, len(bounds) - 1, inside=False)
    if below is None:
        return _Span(0, 0, inside=False)
    return _Span(above, max(above, below), inside=True, gap=below < above)


def _nearest(bounds: Sequence[tuple[float, float]], span: _Span, figure: float) -> tuple[int, int | None]:
    """Of the rows of a span the one whose middle is nearest (the larger of two as near), and the next on that side."""
    middles = [(low + high) / 2 for low, high in bounds]
    pick = min(range(span.first, span.last + 1), key=lambda row: (abs(middles[row] - figure), -row))
    second = pick - 1 if figure < middles[pick] else pick + 1
    if span.gap:
        return pick, pick - 1
    return pick, second if span.first <= second <= span.last else None


def _choose(height: _Span | None, weight: _Span) -> tuple[int, int | None, Reason]:
    """Row to advise, row that suits too, and why"""
    if height is None or not height.inside:
        return *_middle(weight.first, weight.last, weight.gap), "weight_only"
    pick, also = _weigh(height, weight)
    if not weight.inside:
        return pick, also, "height_only"
    return pick, also, "fits" if also is None else "between"


def _weigh(height: _Span, weight: _Span) -> tuple[int, int | None]:
    if weight.last < height.first:  # taller than heavy
        pick = weight.last + (1 if height.first - weight.last >= 2 else 0)
        return pick, weight.last if pick != weight.last else height.first
    if weight.first > height.last:  # heavier than tall
        return weight.first, weight.first - 1
    return _middle(max(weight.first, height.first), min(weight.last, height.last), weight.gap or height.gap)


def _middle(first: int, last: int, gap: bool) -> tuple[int, int | None]:
    """The middle row, the larger of two; and the one below it where that suits too."""
    pick = (first + last + 1) // 2
    return pick, pick - 1 if first < last or gap else None


def _offer(
    sizes: Sequence[str], pick: int, also: int | None, reason: Reason, available: Collection[str] | None
) -> SizeAdvice | None:
    def to_be_had(row: int | None) -> bool:
        return row is not None and 0 <= row < len(sizes) and (available is None or sizes[row] in available)

    had = next((row for row in (pick, pick + 1, pick - 1) if to_be_had(row)), None)
    if had is None:
        return None
    second = sizes[also] if also is not None and also != had and to_be_had(also) else None
    return SizeAdvice(sizes[had], sure=reason == "fits" and had == pick, also=second, reason=reason)
