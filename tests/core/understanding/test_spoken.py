"""Dialect, chat spelling and short English are read as the standard words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.understanding.normalise import clean
from bot.core.understanding.spoken import standard
from tests.demo import demo_understanding


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("还有木有黑的", "还有没有黑的"),
        ("这是啥子料子", "这是什么料子"),
        ("啥时候寄", "什么时候寄"),
        ("好久能收到", "什么时候能收到"),
        ("咋退", "怎么退"),
        ("少点噻", "少点"),
        ("会起球咩?", "会起球吗?"),
        ("能退嘛", "能退吗"),
        ("包裹到那了", "包裹到哪了"),
        ("几多錢", "多少钱"),
        ("wen do u ship", "when do you ship"),
    ],
)
def test_a_way_of_saying_becomes_the_standard_words(said: str, written: str) -> None:
    assert standard(clean(said)) == written


@pytest.mark.parametrize("said", ["好久没穿了", "到那边要几天", "嘛意思", "纯木扣子", "curious", "our order", "bueno"])
def test_what_may_mean_something_else_stays(said: str) -> None:
    assert standard(clean(said)) == clean(said)


@given(st.text(max_size=60))
def test_no_text_grows_out_of_bounds(text: str) -> None:
    once = standard(clean(text))

    assert len(once) <= 4 * len(clean(text)) + 4


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("邮费是几多", "logistics.fee"),
        ("咋个退货嘛", "service.return"),
        ("我的快弟到那里了", "order.status"),
        ("wen will u ship it", "logistics.dispatch"),
    ],
)
def test_the_demo_shop_understands_it(said: str, topic: str) -> None:
    meaning = demo_understanding().understand(said)

    assert meaning.sure and meaning.topic == topic
