from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.money import parse_yuan, yuan


@pytest.mark.parametrize(
    ("fen", "told"),
    [
        (12900, "¥129"),
        (9950, "¥99.50"),
        (-500, "-¥5"),
        (0, "¥0"),
        (5, "¥0.05"),
        (-5, "-¥0.05"),
        (100_000_000, "¥1000000"),
    ],
)
def test_money_is_told_in_yuan_with_two_decimals_or_none(fen: int, told: str) -> None:
    assert yuan(fen) == told


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("129", 12900),
        ("129.00", 12900),
        (" 99.5 ", 9950),
        ("¥99.50", 9950),
        ("￥１２９", 12900),
        ("1,299元", 129900),
        ("12,345,678.90", 1234567890),
        ("35块", 3500),
        ("-5", -500),
        ("-¥5", -500),
        ("¥-5", -500),
        ("0.29", 29),
        ("RMB 88", 8800),
        ("88 yuan", 8800),
        ("000.10", 10),
    ],
)
def test_an_amount_is_read_exactly(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "1.999", "1.2.3", "12,34", "1e5", "--5", "-¥-5", "¥", "5.", ".5", "NaN", "inf", "1 000",
        "一百", "9" * 100,
    ],
)  # fmt: skip
def test_what_is_no_amount_in_yuan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(text)


@given(st.integers(-(10**12), 10**12))
def test_what_is_told_is_read_back_to_the_fen(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    try:
        fen = parse_yuan(text)
    except ValueError:
        return
    assert parse_yuan(yuan(fen)) == fen
