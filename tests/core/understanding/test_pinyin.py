"""Sounds."""

import pytest

from bot.core.understanding.pinyin import reads_as_pinyin, sound, split, syllable


def test_homophones_sound_the_same() -> None:
    assert [sound(c) for c in "在不"] == [sound(c) for c in "再不"]
    assert sound("已") == sound("以")


def test_a_syllable_has_no_tone() -> None:
    assert syllable("重") == "zhong"
    assert syllable("a") == ""


def test_typed_pinyin_is_taken_apart() -> None:
    assert split("baoyou") == ("bao", "you")
    assert split("shipping") == ()


@pytest.mark.parametrize(("text", "chinese"), [("baoyou ma", True), ("zai ma?", True), ("hello", False), ("hi", False)])
def test_pinyin_is_told_from_english(text: str, chinese: bool) -> None:
    assert reads_as_pinyin(text) is chinese
