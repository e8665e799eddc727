from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters import telegram_text as tt
from bot.core.messages import RenderedButton

TEXTS = st.text(st.sampled_from("ab中文。，.!\n 👩‍🏽❤️é"), max_size=300)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, st.integers(8, 60))
def test_parts_fit_and_lose_nothing_but_blanks(text: str, limit: int) -> None:
    parts = tt.split(text, limit)
    assert all(1 <= tt.units(part) <= limit and part.strip() for part in parts)
    assert _without_blanks("".join(parts)) == _without_blanks(text)


@given(st.text(max_size=200))
def test_units_are_utf16_code_units(text: str) -> None:
    assert tt.units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_a_text_that_fits_stays_whole() -> None:
    assert tt.split("中" * 4096) == ["中" * 4096]
    assert tt.split("😀" * 2048) == ["😀" * 2048]
    assert len(tt.split("😀" * 2049)) == 2


def test_cuts_between_paragraphs_rather_than_lines() -> None:
    assert tt.split("one line\nanother\n\nnew thought\nmore of it", 30) == [
        "one line\nanother",
        "new thought\nmore of it",
    ]


def test_cuts_between_sentences_rather_than_inside() -> None:
    assert tt.split("这件有黑色。这件也有白色。运费我们出。", 14) == ["这件有黑色。这件也有白色。", "运费我们出。"]
    assert tt.split("It costs 9.90 yuan. Shipping is free.", 30) == ["It costs 9.90 yuan.", "Shipping is free."]


def test_cuts_between_words_where_there_is_no_sentence() -> None:
    assert tt.split("cotton linen wool silk", 14) == ["cotton linen", "wool silk"]


def test_never_cuts_an_emoji_of_several_code_points() -> None:
    family = "👩‍👩‍👧"
    assert tt.split(family * 3, 10) == [family] * 3


def test_a_text_of_blanks_has_no_parts() -> None:
    assert tt.split(" \n\n ") == []


def test_lone_surrogates_do_not_stop_a_text() -> None:
    assert tt.sendable(" 好\ud83d ") == "好?"


def test_short_labels_share_a_row_and_long_ones_do_not() -> None:
    labels = ["热销", "优惠", "a very long label of a button", "人工", "尺码", "单"]
    rows = tt.rows([RenderedButton(label, "x") for label in labels])
    assert [[b.label for b in row] for row in rows] == [
        ["热销", "优惠"],
        ["a very long label of a button"],
        ["人工", "尺码"],
        ["单"],
    ]
