from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.catalogue import SizeChart, SizeRow, Text
from bot.core.sizing import SizeAdvice, advise

#: Neighbours touch at their ends; between L and XL there is a gap of weight.
TOPS = SizeChart(
    "tops",
    Text("上装"),
    (
        SizeRow("S", (155, 163), (42, 50)),
        SizeRow("M", (160, 170), (50, 60)),
        SizeRow("L", (168, 176), (60, 70)),
        SizeRow("XL", (173, 182), (72, 82)),
        SizeRow("2XL", (178, 190), (82, 95)),
    ),
)


@pytest.mark.parametrize(
    ("height", "weight", "advice"),
    [
        (166, 55, SizeAdvice("M", True, None, "fits")),
        (158, 45, SizeAdvice("S", True, None, "fits")),
        (172, 65, SizeAdvice("L", True, None, "fits")),
        # Both figures fit both rows: the larger.
        (169, 60, SizeAdvice("L", False, "M", "between")),
        # Only one of the two rows the weight fits is right for the height too.
        (163.5, 50, SizeAdvice("M", True, None, "fits")),
        (166, 60, SizeAdvice("M", True, None, "fits")),
        (188, 82, SizeAdvice("2XL", True, None, "fits")),
        # In the gap between two rows: the larger.
        (175, 71, SizeAdvice("XL", False, "L", "between")),
        # One size apart: weight decides, either way.
        (178, 65, SizeAdvice("L", False, "XL", "between")),
        (165, 65, SizeAdvice("L", False, "M", "between")),
        # Much taller than heavy: one size more than the weight's.
        (188, 65, SizeAdvice("XL", False, "L", "between")),
        # Much heavier than tall: weight decides all the same.
        (160, 90, SizeAdvice("2XL", False, "XL", "between")),
    ],
)
def test_the_size_follows_from_height_and_weight(height: float, weight: float, advice: SizeAdvice) -> None:
    assert advise(TOPS, height, weight) == advice


@pytest.mark.parametrize(
    ("height", "weight", "advice"),
    [
        (165, None, SizeAdvice("M", False, None, "height_only")),
        (169, None, SizeAdvice("L", False, "M", "height_only")),
        (None, 65, SizeAdvice("L", False, None, "weight_only")),
        (None, 60, SizeAdvice("L", False, "M", "weight_only")),
        (None, 71, SizeAdvice("XL", False, "L", "weight_only")),
    ],
)
def test_one_figure_alone_gives_a_size_that_is_not_sure(
    height: float | None, weight: float | None, advice: SizeAdvice
) -> None:
    assert advise(TOPS, height, weight) == advice


@pytest.mark.parametrize(
    ("height", "size", "also"),
    [(158, "S", None), (164, "M", "S"), (166, "M", "S"), (170, "L", "M"), (176, "XL", "2XL"), (184, "2XL", None)],
)
def test_height_alone_takes_the_row_whose_middle_is_nearest(height: float, size: str, also: str | None) -> None:
    wide = SizeChart(
        "wide",
        Text("宽"),
        (
            SizeRow("S", (155, 168), (45, 54)),
            SizeRow("M", (160, 173), (54, 61)),
            SizeRow("L", (165, 178), (61, 67)),
            SizeRow("XL", (168, 183), (67, 74)),
            SizeRow("2XL", (170, 187), (74, 82)),
        ),
    )
    assert advise(wide, height, None) == SizeAdvice(size, False, also, "height_only")


@pytest.mark.parametrize(
    ("height", "weight", "size", "reason"),
    [
        (200, 75, "XL", "weight_only"),
        (140, 55, "M", "weight_only"),
        (185, 120, "2XL", "height_only"),
        (165, 120, "2XL", "height_only"),
        (158, 38, "S", "height_only"),
    ],
)
def test_a_figure_beyond_the_chart_leaves_the_size_to_the_other_and_is_never_sure(
    height: float, weight: float, size: str, reason: str
) -> None:
    advice = advise(TOPS, height, weight)
    assert advice is not None
    assert (advice.size, advice.reason, advice.sure) == (size, reason, False)


@pytest.mark.parametrize(
    ("height", "weight"),
    [(None, None), (200, 150), (100, 15), (200, 10), (None, 150), (210, None), (math.nan, None), (0, 0), (-170, -60)],
)
def test_there_is_no_advice_without_a_figure_on_the_chart(height: float | None, weight: float | None) -> None:
    assert advise(TOPS, height, weight) is None


def test_a_figure_that_is_no_number_counts_as_not_given() -> None:
    assert advise(TOPS, math.nan, 55) == advise(TOPS, None, 55)
    assert advise(TOPS, 165, math.inf) == advise(TOPS, 165, None)


def test_an_empty_chart_gives_no_advice() -> None:
    assert advise(SizeChart("none", Text("x"), ()), 170, 60) is None


@pytest.mark.parametrize(
    ("available", "advice"),
    [
        ({"M", "L"}, SizeAdvice("M", True, None, "fits")),
        ({"S", "L"}, SizeAdvice("L", False, None, "fits")),
        ({"S", "XL"}, SizeAdvice("S", False, None, "fits")),
        ({"XL", "2XL"}, None),
        (set(), None),
    ],
)
def test_a_size_that_is_not_to_be_had_gives_way_to_its_neighbour_the_larger_first(
    available: set[str], advice: SizeAdvice | None
) -> None:
    assert advise(TOPS, 166, 55, available=available) == advice


def test_a_neighbour_that_is_not_to_be_had_is_not_named() -> None:
    assert advise(TOPS, 169, 60, available={"L", "XL"}) == SizeAdvice("L", False, None, "between")


bounds = st.tuples(st.floats(1, 250), st.floats(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
any_chart = st.lists(st.tuples(bounds, bounds), min_size=1, max_size=7).map(
    lambda rows: SizeChart("any", Text("any"), tuple(SizeRow(f"s{n}", h, w) for n, (h, w) in enumerate(rows)))
)
figures = st.none() | st.floats(0, 320)


def rank(chart: SizeChart, advice: SizeAdvice) -> int:
    return [row.size for row in chart.rows].index(advice.size)


@given(any_chart, figures, figures)
def test_a_size_off_the_chart_is_never_advised(chart: SizeChart, height: float | None, weight: float | None) -> None:
    advice = advise(chart, height, weight)
    sizes = {row.size for row in chart.rows}
    if advice is not None:
        assert advice.size in sizes
        assert advice.also is None or advice.also in sizes - {advice.size}


@given(st.just(TOPS) | any_chart, figures, st.floats(1, 320), st.floats(0, 100), st.data())
def test_a_heavier_body_of_the_same_height_never_gets_a_smaller_size(
    chart: SizeChart, height: float | None, weight: float, more: float, data: st.DataObject
) -> None:
    sizes = [row.size for row in chart.rows]
    available = data.draw(st.none() | st.sets(st.sampled_from(sizes)))
    lighter = advise(chart, height, weight, available=available)
    heavier = advise(chart, height, weight + more, available=available)
    if lighter is not None and heavier is not None:
        assert rank(chart, heavier) >= rank(chart, lighter)


@given(any_chart, figures, figures, st.sets(st.sampled_from([f"s{n}" for n in range(7)])))
def test_only_sizes_to_be_had_are_advised(
    chart: SizeChart, height: float | None, weight: float | None, available: set[str]
) -> None:
    advice = advise(chart, height, weight, available=available)
    if advice is not None:
        assert advice.size in available
        assert advice.also is None or advice.also in available


@given(any_chart, figures, figures)
def test_advice_is_sure_only_where_both_figures_lie_in_its_row(
    chart: SizeChart, height: float | None, weight: float | None
) -> None:
    advice = advise(chart, height, weight)
    if advice is not None and advice.sure:
        assert height is not None
        assert weight is not None
        row = chart.rows[rank(chart, advice)]
        assert row.height_cm[0] <= height <= row.height_cm[1]
        assert row.weight_kg[0] <= weight <= row.weight_kg[1]
