"""Asking for proof whose an order is: the number, then the last four digits of the phone it goes to."""

from __future__ import annotations

from bot.core import events as e
from bot.core.dialogue.scene import Scene

#: The fact asked for.
PHONE4 = "phone4"


def prove(scene: Scene, topic: str, order_no: str) -> None:
    """An order is named that this chat has not proved to be its own: ask for the last four digits of its phone."""
    scene.action = "ask"
    scene.happen(e.OrderNamed(order_no))
    scene.say("ask_phone4", number=order_no)
    scene.wait_for(PHONE4, topic)
