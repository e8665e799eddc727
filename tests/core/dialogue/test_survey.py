"""The survey: only her yes brings the questions (D6)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.conversation import Conversation
from bot.core.dialogue.decide import decide
from bot.core.dialogue.scene import Decision, DialogueRules, Ids, Situation
from bot.core.events import SurveyAnswered
from bot.core.messages import Incoming
from bot.core.understanding.meaning import Meaning
from tests.demo import demo_shop

NOW = datetime(2026, 10, 1, 10, tzinfo=UTC)


def pressed(action: str, link: str = "https://survey.example/q4") -> Decision:
    incoming = Incoming("telegram", "telegram:1", "1", NOW, kind="button", action=action)
    talk = Conversation("telegram:1", "telegram", welcomed=True, turns=3)
    rules = DialogueRules(survey_link=link)
    return decide(talk, incoming, Meaning("", "zh"), demo_shop(), Situation(), rules, NOW, Ids("XE1", "C1"))


@pytest.mark.parametrize(
    ("action", "template", "agreed"), [("u:yes", "survey_link", True), ("u:no", "survey_no", False)]
)
def test_a_yes_brings_the_questions_and_a_no_nothing(action: str, template: str, agreed: bool) -> None:
    decision = pressed(action)
    assert [say.template for say in decision.says] == [template]
    assert [event for event in decision.events if isinstance(event, SurveyAnswered)] == [SurveyAnswered(agreed)]


@pytest.mark.parametrize(("action", "link"), [("u:yes", ""), ("u:maybe", "https://survey.example/q4")])
def test_an_old_or_forged_button_brings_nothing(action: str, link: str) -> None:
    decision = pressed(action, link)
    assert not any(isinstance(event, SurveyAnswered) for event in decision.events)
    assert all(say.template not in ("survey_link", "survey_no") for say in decision.says)
