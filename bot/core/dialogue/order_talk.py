"""Questions about an order, answered from its real state and never by a guess (B7)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.dialogue import confirm_order, goods, order_change
from bot.core.dialogue.binding import prove
from bot.core.dialogue.cards import order_card
from bot.core.dialogue.scene import Scene
from bot.core.orders import Order, Status
from bot.core.tracking import age

#: More orders than this are not told at once.
_AT_ONCE = 3


def state(scene: Scene, topic: str) -> None:
    """Where the order is: only its own shopper is told. Without a number, of every one that is under way."""
    number = scene.meaning.entities.order_no
    if number is None and (under_way := [o for o in scene.situation.orders if not (o.ended or o.signed_at)]):
        _tell(scene, under_way[-_AT_ONCE:])
    elif (own := order_change.own(scene, number)) is not None:
        _tell(scene, [own])
    elif number:
        prove(scene, topic, number)
    else:
        _ask_number(scene, topic)


def _tell(scene: Scene, orders: Sequence[Order]) -> None:
    for order in orders:
        scene.say("order_state", order=order_card(order, scene.language))
        _parcel(scene, order)


def _parcel(scene: Scene, order: Order) -> None:
    """What the courier says of it, and how old that is; nothing is guessed from it (B3, B7)."""
    parcels = scene.situation.parcels
    if parcels is None or order.status is not Status.SHIPPED or not order.tracking_no:
        return
    known = parcels.get(order.tracking_no)
    about = {"no": order.tracking_no, "courier": (known.courier if known else "") or order.courier}
    if known is None or known.latest is None:
        scene.say("parcel_unknown", parcel=about)
        return
    latest = known.latest
    old = age(latest, scene.now)
    news = {
        **about,
        "state": known.state,
        "words": latest.words,
        "place": latest.place,
        "unit": old.unit,
        "count": old.count,
    }
    scene.say("parcel_news", parcel=news)


def mine(scene: Scene) -> None:
    """The shopper's orders from this chat, newest last."""
    scene.action = "answer"
    if not scene.situation.orders:
        scene.say("no_orders")
        return
    _tell(scene, scene.situation.orders[-5:])


def dispatch(scene: Scene, topic: str) -> None:
    """When it ships: the state of her own paid order, else the general rule."""
    own = order_change.own(scene, scene.meaning.entities.order_no)
    if own is not None and own.status != "unpaid":
        _tell(scene, [own])
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
