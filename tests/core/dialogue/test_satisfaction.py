from __future__ import annotations

import pytest

from bot.core import events as e
from bot.core.cases import Case
from bot.core.conversation import fold
from bot.core.dialogue.satisfaction import ask_satisfaction
from tests.demo import demo_composer, demo_renderer
from tests.test_dialogues import Talk


def asked(case_id: str = "C7") -> Talk:
    """She was asked how satisfied she is with a matter."""
    talk = Talk(demo_composer())
    talk.turn({"say": "你好"})
    talk.conversation = fold(talk.conversation, [e.SatisfactionAsked(case_id)])
    return talk


def told(talk: Talk, **does: str) -> str:
    return "\n".join(reply.text for reply in talk.turn(does).replies)


def marks(talk: Talk) -> list[e.SatisfactionGiven]:
    return [x for x in talk.events if isinstance(x, e.SatisfactionGiven)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_question_has_five_buttons_that_a_platform_can_carry(language: str) -> None:
    talk = Talk(demo_composer())
    case = Case("C261123" + "f" * 10, "test:1", "human", "agent", talk.now, "")
    reply = demo_renderer().render(ask_satisfaction(talk.conversation, case), "zh" if language == "zh" else "en", "x")
    assert [b.action for b in reply.buttons] == [f"s:{mark}:{case.case_id}" for mark in (5, 4, 3, 2, 1)]
    assert all(len(b.action.encode()) <= 64 for b in reply.buttons)


def test_a_good_mark_counts_once_and_is_thanked_for() -> None:
    talk = asked()
    assert "谢谢" in told(talk, press="s:5:C7")
    assert "已经记下" in told(talk, press="s:1:C7")
    assert marks(talk) == [e.SatisfactionGiven("C7", 5)]
    assert not talk.cases


def test_a_low_mark_opens_one_follow_up_and_keeps_her_next_words_with_it() -> None:
    talk = asked()
    assert "哪里没做好" in told(talk, press="s:1:C7")
    assert "主管" in told(talk, say="等了两天才有人理我，太慢了")
    assert [(c.reason, c.role) for c in talk.cases] == [("follow_up", "supervisor")]
    assert talk.cases[0].known["mark"] == "1"
    assert talk.cases[0].words == "等了两天才有人理我，太慢了"
    assert [x.words for x in talk.events if isinstance(x, e.SatisfactionExplained)] == ["等了两天才有人理我，太慢了"]
    told(talk, say="还有物流也慢")
    assert len([x for x in talk.events if isinstance(x, e.SatisfactionExplained)]) == 1


def test_an_angry_explanation_is_kept_as_one_too() -> None:
    talk = asked()
    talk.turn({"press": "s:2:C7"})
    talk.turn({"say": "你们客服态度太差了"})
    assert any(isinstance(x, e.SatisfactionExplained) for x in talk.events)
    assert talk.conversation.owner == "bot"


def test_whoever_asks_something_else_after_a_low_mark_is_answered() -> None:
    talk = asked()
    talk.turn({"press": "s:2:C7"})
    assert talk.turn({"say": "有什么优惠活动吗"}).decision.topics == ("promo.info",)
    assert not any(isinstance(x, e.SatisfactionExplained) for x in talk.events)


def test_whoever_wants_to_say_nothing_is_left_alone() -> None:
    talk = asked()
    talk.turn({"press": "s:2:C7"})
    talk.turn({"say": "算了"})
    assert not any(isinstance(x, e.SatisfactionExplained) for x in talk.events)
    assert not talk.conversation.awaiting


def test_after_a_newer_matter_began_the_older_one_is_not_rated_any_more() -> None:
    talk = asked()
    talk.turn({"say": "转人工"})
    assert "截止" in told(talk, press="s:5:C7")
    assert not marks(talk)


@pytest.mark.parametrize("action", ["s:5:C8", "s:5:", "s:6:C7", "s:0:C7", "s::C7", "s:5:C7:x"])
def test_a_mark_that_was_not_asked_for_counts_for_nothing(action: str) -> None:
    talk = asked()
    assert told(talk, press=action)
    assert not marks(talk)


def test_a_mark_given_while_a_person_talks_with_her_counts_and_nothing_is_said() -> None:
    talk = asked()
    talk.turn({"say": "在吗", "taken_by": "KF01"})
    assert told(talk, press="s:2:C7") == ""
    assert told(talk, press="s:1:C7") == ""
    assert marks(talk) == [e.SatisfactionGiven("C7", 2)]
    assert [(c.reason, c.state) for c in talk.cases] == [("follow_up", "open")]


@pytest.mark.parametrize(
    ("mark", "words"), [("5", "Thank you"), ("1", "what went wrong")], ids=["pleased", "disappointed"]
)
def test_english_shoppers_are_thanked_in_english(mark: str, words: str) -> None:
    talk = Talk(demo_composer())
    talk.turn({"say": "hello there, how are you"})
    talk.conversation = fold(talk.conversation, [e.SatisfactionAsked("C7")])
    assert words in told(talk, press=f"s:{mark}:C7")
