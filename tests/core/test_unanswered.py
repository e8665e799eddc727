"""The same question, however it is written, is one question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.catalogue import Text
from bot.core.unanswered import Lesson, Missed, key_of, questions, unfit

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LESSON = Lesson("医保卡", "医保卡", "payment.method", Text(), "A01", NOW)


def missed(words: str, minutes: int, talk: str = "web:a", *topics: str) -> Missed:
    return Missed(talk, NOW + timedelta(minutes=minutes), words, topics)


def test_what_differs_in_writing_only_is_one_question_with_its_newest_words() -> None:
    (found,) = questions(
        [missed("医保卡?", 9, "web:b", "pay", "store"), missed(" 医保卡", 5), missed("醫保卡！", 1, "web:a", "pay")],
        {},
        {},
    )
    assert (found.words, found.count, found.chats) == ("医保卡?", 3, 2)
    assert (found.first_at, found.last_at) == (NOW + timedelta(minutes=1), NOW + timedelta(minutes=9))
    assert found.topics == ("pay", "store")


def test_the_newest_question_comes_first_and_what_waits_for_the_owner_is_marked() -> None:
    found = questions([missed("乙", 9), missed("甲", 5), missed("？", 4)], {}, {"甲": LESSON})
    assert [(one.key, one.proposed) for one in found] == [("乙", None), ("甲", LESSON)]


def test_what_was_taught_is_over_until_it_is_missed_again() -> None:
    asked = [missed("甲", 9), missed("甲", 5)]
    assert questions(asked, {"甲": NOW + timedelta(minutes=9)}, {}) == ()
    (again,) = questions(asked, {"甲": NOW + timedelta(minutes=5)}, {})
    assert again.count == 1


@pytest.mark.parametrize(
    ("lesson", "why"),
    [
        (LESSON, ""),
        (replace(LESSON, topic="", reply=Text(en="No.")), ""),
        (replace(LESSON, phrasing="?!"), "empty"),
        (replace(LESSON, phrasing="长" * 121), "long"),
        (replace(LESSON, topic="", reply=Text("长" * 1001)), "long"),
        (replace(LESSON, phrasing="找 139 1234 5678"), "private"),
        (replace(LESSON, reply=Text("也答")), "both"),
        (replace(LESSON, topic=""), "neither"),
        (replace(LESSON, topic="nothing"), "topic"),
    ],
)
def test_a_lesson_says_one_thing_that_is_nobodys_secret(lesson: Lesson, why: str) -> None:
    assert unfit(lesson, {"payment.method"}) == why


def test_a_key_is_the_key_of_itself() -> None:
    for words in ("医保卡?", "Can I pay by CARD?", "１２３", "…"):
        assert key_of(key_of(words)) == key_of(words)
