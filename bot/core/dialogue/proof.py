"""Proof whose an order is, taken: four digits that were asked for, or a signed link.

Whoever cannot prove it hears the same words whether the order exists or not.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core import events as e
from bot.core.dialogue import answering, greet, handover
from bot.core.dialogue.binding import PHONE4, prove
from bot.core.dialogue.cards import order_card
from bot.core.dialogue.scene import Scene


def took_proof(scene: Scene) -> bool:
    """The digits asked for were given, or another number; False when she talks of something else."""
    topic = scene.before.awaiting_topic
    if scene.before.awaiting != PHONE4:
        return False
    claim, number = scene.situation.claim, scene.meaning.entities.order_no
    if claim is None:
        if number is None or number == scene.before.named_order:
            return False
        prove(scene, topic, number)
        return True
    if claim.order is not None:
        _take(scene)
        _go_on(scene, topic)
    elif claim.verdict == "locked":
        scene.say("phone4_locked")
        scene.happen(e.OrderNamed(""), e.FactAsked(""))
        handover.to_person(scene, "order", "after_sales")
    else:
        scene.action = "ask"
        scene.say("phone4_wrong")
        scene.wait_for(PHONE4, topic)
    return True


def took_link(scene: Scene) -> bool:
    """She came by a link that proves an order. A link that proves nothing is an ordinary start."""
    if scene.incoming.kind != "start" or scene.situation.claim is None or scene.situation.claim.order is None:
        return False
    if not scene.conversation.welcomed:
        greet.welcome(scene)
    _take(scene)
    _go_on(scene, "")
    return True


def _take(scene: Scene) -> None:
    """From now on the order is hers: this turn stores it so, and answers about it."""
    claim = scene.situation.claim
    assert claim is not None and claim.order is not None
    mine = replace(claim.order, conversation_id=scene.conversation.id)
    if claim.verdict == "bind":
        scene.orders.append(mine)
    others = tuple(o for o in scene.situation.orders if o.order_no != mine.order_no)
    # Last, which is where answers look when no number is said.
    scene.situation = replace(scene.situation, orders=(*others, mine))
    scene.happen(e.OrderNamed(""))


def _go_on(scene: Scene, topic: str) -> None:
    """Answer the question that waited; else tell how the order stands."""
    scene.action = "answer"
    scene.say("order_proved")
    if topic and scene.has(topic):
        answering.answer(scene, topic)
        return
    scene.happen(e.FactAsked(""))
    scene.say("order_state", order=order_card(scene.situation.orders[-1], scene.language))
