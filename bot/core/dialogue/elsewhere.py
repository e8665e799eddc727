"""Goods that this shop does not carry are not talked about as if it did: said at once, with what there is (E6)."""

from __future__ import annotations

from bot.core.dialogue import introduce
from bot.core.dialogue.goods import GOES_WITH
from bot.core.dialogue.scene import Scene
from bot.core.understanding.questions import seeks

#: Tag of goods that other shops sell (``phrases.tags``).
ELSEWHERE = "ask.elsewhere"

#: What is asked of goods that one means to buy.
_OF_GOODS = ("product.", "order.place", "promo.info", "bulk")


def told(scene: Scene) -> bool:
    """True when she looks for goods of another trade, and none of the shop's own are named beside them."""
    said = scene.meaning.entities
    if not scene.tagged(ELSEWHERE) or said.product_ids or said.category_id or scene.tagged(GOES_WITH):
        return False
    topic = scene.meaning.topic if scene.meaning.sure else None
    if topic is None and not (scene.is_question and seeks(scene.wording)):
        return False
    if topic is not None and not topic.startswith(_OF_GOODS):
        return False
    if not introduce.lead(scene, "not_sold"):
        return False
    scene.action = "answer" if topic else "clarify"
    if topic:
        scene.topics.append(topic)
    return True
