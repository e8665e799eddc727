"""When a message is not understood: ask back once with choices, then call a person."""

from __future__ import annotations

import re

from bot.core import events as e
from bot.core.catalogue import Answer
from bot.core.dialogue import handover
from bot.core.dialogue.greet import MENU
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button, Language

#: Topics whose own phrasing would be an odd thing to offer as a choice.
_NEVER_OFFERED = frozenset({"greeting", "thanks", "farewell", "smalltalk", "other"})

#: Asks how a matter goes on, or only ends like a question ("我问过门卫了 没有").
_OF_ITS_COURSE = re.compile(
    r"多久|多长时间|什么时候|几天|结果|答复|处理|进展|没有?$|\b(?:how long|when|result|update|news|answer)\b",
    re.IGNORECASE,
)

_HAN = re.compile(r"[\u4e00-\u9fff]")


def unclear(scene: Scene) -> None:
    """First miss: up to three choices, or the menu. Second in a row: a person."""
    if scene.conversation.owner == "waiting":
        handover.remind(scene)
        return
    if (not scene.is_question or _OF_ITS_COURSE.search(scene.wording)) and handover.add_to_open(scene):
        return
    scene.action = "clarify"
    if scene.conversation.misses + 1 >= scene.rules.misses_before_person:
        handover.to_person(scene, "misses", "agent")
        return
    scene.happen(e.NotUnderstood())
    offered = [c.topic for c in scene.meaning.candidates if c.topic not in _NEVER_OFFERED and scene.meaning.topic]
    answers = [scene.shop.answer_by_topic[t] for t in offered[: scene.rules.max_choices]]
    if not answers:
        scene.say("miss", buttons=MENU if scene.shop.products else ())
        return
    labels = [label(a, scene.language) for a in answers]
    actions = tuple(f"t:{a.topic}" for a in answers if len(a.topic) <= 60)
    scene.say(
        "clarify",
        choices=labels,
        buttons=tuple(
            Button(f"{n}. {w}", a, words=True) for n, (w, a) in enumerate(zip(labels, actions, strict=False), 1)
        ),
        source=tuple(a.source for a in answers),
    )
    scene.offer(*actions)


def outdated(scene: Scene) -> None:
    """A button of an older message, or a forged one: it means nothing here any more; no fault of hers, so no miss."""
    scene.action = "clarify"
    ordering = bool(scene.conversation.basket or scene.conversation.draft.product_id)
    scene.say("outdated", buttons=() if ordering or not scene.shop.products else MENU)


def label(answer: Answer, language: Language) -> str:
    """How the shop's own file words the question, in the shopper's language where it does; at most 30 characters."""
    fitting = [p for p in answer.ask if bool(_HAN.search(p)) == (language == "zh") and len(p) <= 30]
    return (fitting or list(answer.ask) or [answer.topic])[0][:30]
