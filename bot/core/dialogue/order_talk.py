"""Questions about an order, answered from its real state and never by a guess (B7)."""

from __future__ import annotations

from bot.core.dialogue import confirm_order, goods, order_change
from bot.core.dialogue.binding import prove
from bot.core.dialogue.cards import order_card
from bot.core.dialogue.scene import Scene
from bot.core.orders import Order


def state(scene: Scene, topic: str) -> None:
    """Where the order is: only its own shopper is told."""
    number = scene.meaning.entities.order_no
    own = _own(scene, number)
    if own is not None:
        scene.say("order_state", order=order_card(own, scene.language), source=())
        return
    if number:
        prove(scene, topic, number)
        return
    _ask_number(scene, topic)


def mine(scene: Scene) -> None:
    """The shopper's orders from this chat, newest last."""
    scene.action = "answer"
    if not scene.situation.orders:
        scene.say("no_orders")
        return
    for order in scene.situation.orders[-5:]:
        scene.say("order_state", order=order_card(order, scene.language))


def dispatch(scene: Scene, topic: str) -> None:
    """When it ships: the state of her own paid order, else the general rule."""
    own = _own(scene, scene.meaning.entities.order_no)
    if own is not None and own.status != "unpaid":
        scene.say("order_state", order=order_card(own, scene.language))
        return
    goods.general(scene, topic)


def change(scene: Scene, topic: str) -> None:
    """Of what is being put together at once, of a placed order as far as its state permits."""
    if confirm_order.in_order(scene) and not scene.meaning.entities.order_no:
        confirm_order.edit(scene)
    elif not order_change.found(scene, topic):
        _ask_number(scene, topic)


def cancel(scene: Scene, topic: str) -> None:
    if confirm_order.in_order(scene) and not scene.meaning.entities.order_no:
        confirm_order.drop(scene)
    elif not order_change.found(scene, topic):
        _ask_number(scene, topic)


def _ask_number(scene: Scene, topic: str) -> None:
    goods.general(scene, topic)
    scene.action = "ask"
    scene.wait_for("order", topic)


def _own(scene: Scene, number: str | None) -> Order | None:
    """The order named if it is hers; the newest one when none is named."""
    orders = scene.situation.orders
    if number:
        return next((o for o in orders if o.order_no.casefold() == number.casefold()), None)
    return orders[-1] if orders else None
