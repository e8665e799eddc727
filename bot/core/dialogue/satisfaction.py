"""How satisfied she was with a matter that was closed (G3): a mark from 1 to 5 once, and words where it was low."""

from __future__ import annotations

from dataclasses import replace

from bot.core import events as e
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.dialogue import handover, reading
from bot.core.dialogue.honest_time import when
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button, Say

#: Marks up to this one open a follow-up case.
LOW = 2
_MARKS = range(5, 0, -1)

#: What is waited for after a low mark, with the case as its topic.
WHY = "why"

_ROLE = "supervisor"
#: Sure topics that say what went wrong rather than ask for something else.
_GRIEVANCES = ("complaint", "aftersale.", "service.", "order.urge", "thanks", "smalltalk")


def ask_satisfaction(conversation: Conversation, case: Case) -> Say:
    """The question about ``case``; whoever tells it lets :class:`SatisfactionAsked` happen."""
    return Say("satisfaction", {}, tuple(Button(f"mark.{mark}", f"s:{mark}:{case.case_id}") for mark in _MARKS))


def press(scene: Scene, value: str) -> bool:
    """``<mark>:<case id>``; counted once, and only for what she was asked about last."""
    mark, _, case_id = value.partition(":")
    if mark not in {str(m) for m in _MARKS} or not case_id:
        return False
    scene.action = "smalltalk"
    known = scene.conversation
    if case_id == known.rating:
        _given(scene, case_id, int(mark))
    else:
        scene.say("satisfaction_noted", counted=case_id == known.rated)
    return True


def _given(scene: Scene, case_id: str, mark: int) -> None:
    scene.happen(e.SatisfactionGiven(case_id, mark))
    if mark > LOW:
        scene.say("satisfaction_thanks")
        return
    _follow_up(scene, case_id, mark)
    scene.say("satisfaction_why")
    scene.wait_for(WHY, case_id)


def _follow_up(scene: Scene, case_id: str, mark: int) -> None:
    handover.beside(scene, "follow_up", _ROLE, (("mark", str(mark)), ("rated_case", case_id)))


def pressed_in_talk(scene: Scene) -> None:
    """While a person talks with her the bot says nothing, but the mark she gives counts."""
    kind, _, value = scene.incoming.action.partition(":")
    mark, _, case_id = value.partition(":")
    if kind == "s" and mark in {str(m) for m in _MARKS} and case_id and case_id == scene.conversation.rating:
        scene.happen(e.SatisfactionGiven(case_id, int(mark)))
        if int(mark) <= LOW:
            _follow_up(scene, case_id, int(mark))


def explained(scene: Scene) -> bool:
    """Her next words after a low mark, kept as they are; False where she asks for something else instead."""
    case_id = scene.before.awaiting_topic
    if scene.before.awaiting != WHY or not scene.wording.strip() or _other_matter(scene):
        return False
    scene.action = "smalltalk"
    scene.happen(e.FactAsked(""))
    if scene.meaning.act in ("no", "stop", "back"):
        scene.say("acknowledge")
        return True
    words = scene.incoming.text[: handover.MAX_WORDS]
    scene.happen(e.SatisfactionExplained(case_id, words))
    _add_words(scene, case_id, words)
    scene.say("satisfaction_heard", **when(scene.duty, scene.now, _ROLE))
    return True


def _other_matter(scene: Scene) -> bool:
    topic = reading.question(scene)
    if topic == "human":
        return True
    return topic is not None and scene.is_question and not topic.startswith(_GRIEVANCES)


def _add_words(scene: Scene, case_id: str, words: str) -> None:
    found = [c for c in scene.situation.cases if c.reason == "follow_up" and c.fact("rated_case") == case_id]
    scene.cases += [replace(case.with_fact("words", words), words=words) for case in found]
