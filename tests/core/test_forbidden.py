"""Phrases staff are warned of before they send them (E6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.forbidden import FORBIDDEN_EN, FORBIDDEN_ZH, forbidden_in
from bot.core.messages import Language

PHRASES: Mapping[Language, Sequence[str]] = {"zh": FORBIDDEN_ZH, "en": FORBIDDEN_EN}


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("亲，这不是我们的问题哦", "不是我们的问题"),
        ("這款賣完了，不补货了", "不补货了"),
        ("Sorry, but it’s your fault.", "it's your fault"),
        ("WE DON'T CARE", "we don't care"),
        ("That is  \n impossible", "that is impossible"),
        ("亲，calm down 一下", "calm down"),
        ("嫌贵就别买", "嫌贵就别买"),
        ("亲，给您添麻烦了，我马上帮您查", None),
        ("没门槛的券您可以直接用", None),
        ("This color is sold out; shall I let you know when it is back?", None),
        ("", None),
    ],
)
def test_a_forbidden_phrase_is_found_however_it_is_written(text: str, phrase: str | None) -> None:
    assert forbidden_in(text, PHRASES) == phrase


def test_an_empty_phrase_of_a_list_forbids_nothing() -> None:
    assert forbidden_in("好的", {"zh": ("", "  "), "en": ()}) is None


@given(st.text(max_size=200), st.sampled_from(FORBIDDEN_ZH + FORBIDDEN_EN), st.text(max_size=50))
def test_every_phrase_of_the_lists_is_found_in_whatever_stands_around_it(before: str, phrase: str, after: str) -> None:
    assert forbidden_in(f"{before} {phrase.upper()} {after}", PHRASES) is not None
