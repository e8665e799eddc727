"""One way of writing for many ways of typing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.understanding.normalise import bare, clean, has_emoji, has_han


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ＢＡＯＹＯＵ　吗？？？", "baoyou 吗?"),
        ("請問運費多少", "请问运费多少"),
        ("哈哈哈哈哈", "哈哈"),
        ("sooooo good!!!!", "soo good!"),
        ("谢谢😊😊", "谢谢"),
        ("[微笑]好的", "好的"),
        ("a\u200bb\x00c", "ab c"),
        ("￥１２９", "¥129"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_writes_one_way(typed: str, written: str) -> None:
    assert clean(typed) == written


@given(st.text(st.characters(codec=None), max_size=300))
@settings(max_examples=300, deadline=None)
def test_writing_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_a_long_message_is_bounded() -> None:
    assert len(clean("好" * 9_000 + "啊")) <= 4096


def test_emoji_and_script_are_told() -> None:
    assert has_emoji("好😊") and not has_emoji("好")
    assert has_han("XL码") and not has_han("XL")


def test_bare_keeps_letters_digits_and_han() -> None:
    assert bare("包邮 吗? 2_件!") == "包邮吗2件"


@given(
    st.text(st.sampled_from("aZ09 [[]]，。！？：、～…微笑繁體簡鬆頭好好好谢!!?~（Ｂ１），" + "乾著于後"), max_size=12)
)
def test_common_characters_take_a_shorter_way_to_the_same_writing(text: str) -> None:
    # A character outside the common ones sends the whole message the long way.
    assert clean(text) == clean(f"{text}\u200b")
