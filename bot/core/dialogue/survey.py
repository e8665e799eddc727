"""Her yes or no to the survey (D6): only the yes brings the questions, and either is remembered."""

from __future__ import annotations

from bot.core import events as e
from bot.core.dialogue.scene import Scene


def press(scene: Scene, value: str) -> bool:
    """False for a button of a survey that is over."""
    scene.action = "smalltalk"
    # As after her thanks: she is led back to an order she was at, and to nothing else.
    scene.topics.append("thanks")
    if value == "yes" and scene.rules.survey_link:
        scene.happen(e.SurveyAnswered(agreed=True))
        scene.say("survey_link", link=scene.rules.survey_link)
        return True
    if value == "no":
        scene.happen(e.SurveyAnswered(agreed=False))
        scene.say("survey_no")
        return True
    return False
