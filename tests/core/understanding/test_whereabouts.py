"""Reading addresses only where one could stand must find what reading them everywhere finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conversation import AddressParts
from bot.core.places import find_places, split_address
from bot.core.understanding.normalise import clean
from bot.core.understanding.whereabouts import address_parts, names_place

_WORDS = (
    "张三", "王先生", "我叫李四", "李四收", "收货人", "姓名", "name", "地址", "杭州", "西湖区", "浙江省", "文三路1号",
    "寄到", "在", "中国", "xi'an", "beijing", "no. 5", "wenhua road", "room 301", "china", "3栋2单元", "小区", "花园",
    "13812345678", "电话", "phone", "多少钱", "包邮吗", "推荐一款", "道", "你好", "kashgar's", "欧阳娜娜",
    "买买提·艾力", "5号院", "3#楼", "175 65", "138 1234 5678", "0571-88888888", "310000", "2号", "5 号", "301室",
    "两", "三",
)  # fmt: skip
_SEPARATORS = ("", " ", ",", "、", "。", "?", "!")


@given(st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_SEPARATORS)), max_size=6))
@settings(max_examples=400)
def test_finds_what_reading_every_message_as_an_address_finds(words: list[tuple[str, str]]) -> None:
    text = clean("".join(word + separator for word, separator in words))

    assert address_parts(text) == split_address(text)
    assert names_place(text) == bool(find_places(text))


@pytest.mark.parametrize("said", ["包邮吗", "有什么优惠", "what is it made of", ""])
def test_words_without_place_name_or_figure_say_nothing(said: str) -> None:
    assert address_parts(said) == AddressParts()


def test_a_name_alone_is_found() -> None:
    assert address_parts("王小明").name == "王小明"
    assert address_parts("你好,王小明").name is None
