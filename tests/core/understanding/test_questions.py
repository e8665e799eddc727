from __future__ import annotations

import pytest

from bot.core.understanding.questions import adds, asks, wants


@pytest.mark.parametrize(
    "words",
    [
        "有黑色XL吗", "那XL呢", "包邮不", "多少钱", "有没有货", "什么面料", "哪款好", "能不能便宜",
        "有现货没有", "还有别的颜色", "真的么", "怎么洗？", "穿多大", "适合多高的",
        "is it in stock", "Hi, do you have black", "how long", "can I return it", "free shipping?",
    ],
)  # fmt: skip
def test_these_ask(words: str) -> None:
    assert asks(words)


@pytest.mark.parametrize(
    "words",
    [
        "黑色XL", "要两件", "换成白色", "发顺丰吧", "那么就要两件", "我还有要说的", "寄到杭州", "好的",
        "要的嘛", "确认", "two black XL please", "make it white", "I'll take it", "whatever", "Tom Li, 100 Tianfu Road",
    ],
)  # fmt: skip
def test_these_state(words: str) -> None:
    assert not asks(words)


@pytest.mark.parametrize(
    "words", ["再来一件白色的", "另外要一条裤子", "还要一件", "这件也要", "one more please", "I also want this"]
)
def test_these_want_more(words: str) -> None:
    assert adds(words)


@pytest.mark.parametrize("words", ["要两件", "换成白色", "改成三件", "再便宜点", "two please", "make it two"])
def test_these_want_no_more(words: str) -> None:
    assert not adds(words)


@pytest.mark.parametrize("words", ["要两件", "来一件", "给我拿三件", "想买两条", "I'll take two", "I need one"])
def test_these_want_something(words: str) -> None:
    assert wants(words)


@pytest.mark.parametrize("words", ["我两个都买了", "买过两件", "两件都收到了", "I bought two"])
def test_these_have_it_already(words: str) -> None:
    assert not wants(words)
