"""Several colors or sizes, each with its number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.understanding.counted import counted
from bot.core.understanding.entities import Reader
from tests.demo import demo_shop

READER = Reader(demo_shop())

Line = tuple[str | None, str | None, int | None]


def lines(text: str, language: str = "zh") -> list[Line]:
    said = READER.counted(READER.scan(text), "en" if language == "en" else "zh")
    return [(x.color, x.size, x.quantity) for x in said]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一件黑一件白", [("black", None, 1), ("white", None, 1)]),
        ("要两件黑色的一件白的 都xl", [("black", "XL", 2), ("white", "XL", 1)]),
        ("黑色两件白色一件", [("black", None, 2), ("white", None, 1)]),
        ("黑白各两件", [("black", None, 2), ("white", None, 2)]),
        ("一件黑l一件白xl", [("black", "L", 1), ("white", "XL", 1)]),
        ("l一件xl两件", [(None, "L", 1), (None, "XL", 2)]),
        ("two black and one white", [("black", None, 2), ("white", None, 1)]),
        ("2 x navy, 1 x white", [("navy", None, 2), ("white", None, 1)]),
    ],
)
def test_each_has_its_number(text: str, expected: list[Line]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "黑色或者白色都行",
        "黑色和白色哪个好看",
        "要一件黑的",
        "两件",
        "黑白条纹的来一件",
        "is black or white better",
        "XL还是L",
    ],
)
def test_what_is_not_counted_is_left_alone(text: str) -> None:
    assert lines(text) == []


@given(
    st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.text(max_size=3)), max_size=6)
)
def test_any_words_are_cut_within_themselves(text: str, things: list[tuple[int, int, str]]) -> None:
    places = sorted((min(a, b, len(text)), min(max(a, b), len(text)), thing) for a, b, thing in things)
    for part in counted(text, places):
        assert part.text in text
        assert part.pieces >= 0
