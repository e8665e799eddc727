"""One understood topic, answered: from the catalogue where it knows, from the shop's own words otherwise."""

from __future__ import annotations

from collections.abc import Callable

from bot.core import events as e
from bot.core.dialogue import (
    confirm_order,
    goods,
    greet,
    handover,
    introduce,
    invoice,
    matter,
    order_talk,
    promo,
    sending,
)
from bot.core.dialogue.scene import Scene

#: Topic -> who answers it. A topic not listed is answered by the shop's own words.
BY_TOPIC: dict[str, Callable[[Scene, str], None]] = {
    "greeting": greet.small,
    "thanks": greet.small,
    "farewell": greet.small,
    "smalltalk": greet.small,
    "product.info": goods.info,
    "product.price": goods.price,
    "product.material": goods.fact,
    "product.care": goods.fact,
    "product.size": goods.size,
    "product.color": goods.colors,
    "product.stock": goods.stock,
    "product.compare": goods.compare,
    "product.recommend": goods.recommend,
    "promo.info": lambda scene, topic: promo.tell(scene, scene.product()),
    "promo.gift": promo.gift,
    "promo.bargain": promo.bargain,
    "logistics.fee": lambda scene, topic: _fee(scene, topic),
    "invoice": invoice.answer,
    "logistics.duration": sending.duration,
    "logistics.area": sending.area,
    "logistics.courier": lambda scene, topic: _courier(scene, topic),
    "logistics.dispatch": order_talk.dispatch,
    "order.status": order_talk.state,
    "order.urge": order_talk.state,
    "order.change": order_talk.change,
    "order.cancel": order_talk.cancel,
    "gift_for_someone": lambda scene, topic: _gift_for_someone(scene, topic),
    "order.place": lambda scene, topic: _place(scene, topic),
}

#: Topics that make no sense for goods no longer made: what is told instead is what comes close.
_OF_GOODS = frozenset({"product.price", "product.size", "product.color", "product.stock", "product.info"})

#: Topics that go to a person by a rule of the bot, whatever the shop writes -> (reason, role).
TO_PERSON: dict[str, tuple[str, str]] = {
    "human": ("human", "agent"),
    "complaint": ("complaint", "complaints"),
    "bulk": ("bulk", "bulk_specialist"),
}


def reason_of(topic: str) -> str:
    """Why a topic that goes to a person does; the topic's own name where only the shop says so."""
    return TO_PERSON.get(topic, (topic, ""))[0]


def answer(scene: Scene, topic: str) -> None:
    """Answer one declared topic; the action stays what the answering made of it."""
    declared = scene.shop.answer_by_topic[topic]
    scene.topics.append(topic)
    # A gift that she comes to collect is no wish for one, however often she says it.
    if (topic == "bulk" or (topic == "promo.gift" and not scene.is_question)) and matter.named(scene):
        return
    if topic in TO_PERSON or declared.handoff:
        reason, role = TO_PERSON.get(topic, (topic, declared.handoff))
        handover.to_person(scene, reason, declared.handoff or role, declared.source)
        return
    if matter.is_known(scene, declared) or matter.told_before(scene, declared):
        return
    if scene.conversation.owner == "waiting" and scene.before.topic == topic and not scene.is_question:
        handover.remind(scene)  # she adds to what was answered just before: for the person, not told again
        return
    scene.action = "answer"
    scene.happen(e.TopicAnswered(topic))  # before the answer, which may ask for a fact
    product = scene.product()
    if product is not None and product.discontinued and topic in _OF_GOODS:
        introduce.show(scene, product)
        return
    BY_TOPIC.get(topic, goods.general)(scene, topic)
    matter.after(scene, declared)


def _gift_for_someone(scene: Scene, topic: str) -> None:
    goods.general(scene, topic)
    if scene.conversation.basket and not scene.is_question:
        confirm_order.wish(scene)


def _fee(scene: Scene, topic: str) -> None:
    """What postage costs; whoever was told so and still asks for it free is heard as asking for a favor (A6)."""
    told = scene.before.topic in (topic, "promo.bargain")
    (promo.free_shipping if told and promo.asks_free_shipping(scene) else sending.fee)(scene, topic)


def _courier(scene: Scene, topic: str) -> None:
    """A courier named while ordering is the one she wants; the read-back shows what that costs."""
    if scene.meaning.entities.courier_id and confirm_order.in_order(scene):
        confirm_order.choose_courier(scene)
        return
    sending.courier(scene, topic)


def _place(scene: Scene, topic: str) -> None:
    """She says she orders: with goods in play the flow moves, otherwise the shop explains how."""
    if scene.product() is not None or scene.conversation.basket:
        confirm_order.begin(scene)
        return
    goods.general(scene, topic)
