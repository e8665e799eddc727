"""Suggested replies come from the knowledge, as the bot would have said them, and change nothing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.conversation import Conversation
from bot.service.suggest import COUNT, Suggest
from tests.demo import demo_composer

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def _talk(language: str = "zh") -> Conversation:
    return Conversation("telegram:7", "telegram", language=language, owner="agent", agent_id="A01", case_id="C1")  # type: ignore[arg-type]


def test_the_best_answer_stands_first_in_her_language() -> None:
    assert "99" in Suggest(demo_composer())(_talk(), "发快递要运费吗", NOW)[0]
    english = Suggest(demo_composer())(_talk("en"), "how much is shipping", NOW)
    assert "postage" in english[0]


@pytest.mark.parametrize(
    "question", ["转人工", "投诉", "😀😀", "asdf qwer", "。", "包邮吗 怎么洗 什么时候发货 有没有XL"]
)
def test_never_more_than_three_and_never_twice_the_same(question: str) -> None:
    found = Suggest(demo_composer())(_talk(), question, NOW)
    assert len(found) <= COUNT and len(set(found)) == len(found) and all(found)
