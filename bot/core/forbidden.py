"""Phrases no shop's bot may say (E6), whatever template or answer holds them; config.yaml may replace the lists.

Persons are warned before they send one: :func:`forbidden_in`.

Blame, flat refusal, mockery, denial, pointing out a mistake, giving up on stock, money for a review. Each is whole
enough not to stand inside a polite sentence: 没门 would rule out 没门槛, 买不起 would rule out 买不起球的.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from bot.core.messages import Language

FORBIDDEN_ZH: Final = (
    "不是我们的问题",
    "不是我们的责任",
    "跟我们没关系",
    "和我们没关系",
    "与我们无关",
    "我们不负责",
    "概不负责",
    "不归我们管",
    "我们管不了",
    "关我什么事",
    "不关我的事",
    "我也没办法",
    "是您自己的问题",
    "是你自己的问题",
    "您自己弄错",
    "你自己弄错",
    "您搞错了",
    "你搞错了",
    "怪您自己",
    "怪你自己",
    "谁让您",
    "谁让你",
    "您自己想办法",
    "你自己想办法",
    "您没看清楚吗",
    "你没看清楚吗",
    "写得很清楚了",
    "爱买不买",
    "买不起就",
    "嫌贵就别买",
    "不想买就别问",
    "不可能给您",
    "不可能给你",
    "想得美",
    "您想多了",
    "你想多了",
    "别做梦",
    "不会再补货",
    "不会补货",
    "不再补货",
    "不补货了",
    "错不在我们",
    "我们从不出错",
    "我们不可能弄错",
    "别来烦",
    "您烦不烦",
    "你烦不烦",
    "无理取闹",
    "胡搅蛮缠",
    "胡说八道",
    "随便您投诉",
    "随便你投诉",
    "有本事去投诉",
    "删除差评给您",
)
FORBIDDEN_EN: Final = (
    "not our problem",
    "not my problem",
    "not our fault",
    "not our responsibility",
    "nothing to do with us",
    "we are not responsible for",
    "we take no responsibility",
    "your own fault",
    "it is your fault",
    "it's your fault",
    "your own problem",
    "you made a mistake",
    "you are wrong",
    "you're wrong",
    "you should have read",
    "can't you read",
    "as i already told you",
    "take it or leave it",
    "if you can't afford",
    "too bad for you",
    "no way we",
    "that is impossible",
    "that's impossible",
    "stop bothering",
    "stop complaining",
    "we will not restock",
    "we won't restock",
    "never be restocked",
    "will not be restocked",
    "won't be restocked",
    "we did nothing wrong",
    "we never make mistakes",
    "you are lying",
    "you're lying",
    "don't be ridiculous",
    "go ahead and complain",
    "complain all you like",
    "none of our business",
    "we don't care",
    "calm down",
    "remove your bad review",
    "delete your review",
)


def plain(words: str) -> str:
    """Width, case, kind of apostrophe and runs of spaces make no difference."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().replace("’", "'").split())


def forbidden_in(text: str, phrases: Mapping[Language, Sequence[str]]) -> str | None:
    """The first phrase of the lists (``words.forbidden``) that stands in ``text``, as the list writes it.

    Every language's list counts: staff mix them.
    """
    said = plain(text)
    return next((p for many in phrases.values() for p in many if p.strip() and plain(p) in said), None)
