"""Questions about an order, answered from its real state and never by a guess (B7)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.dialogue import confirm_order, goods, handover, order_change
from bot.core.dialogue.binding import prove
from bot.core.dialogue.cards import order_card
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button
from bot.core.orders import Order, Status
from bot.core.tracking import age

#: She has no number, or cannot find it.
_HAS_NO_NUMBER = re.compile(
    r"没有?(?:这个|那个|什么)?(?:订单|单)?号|找不到|(?:不|没)(?:知道|记得|记住|清楚|留)|忘"
    r"|\bno (?:order|number|idea)|\b(?:lost|forgot|can['’]?t find|do ?n['’]?t (?:have|know|remember))\b",
    re.IGNORECASE,
)

#: Prompt of the words that tell where the number stands; not told twice.
_TOLD_WHERE = "order number"

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


def without_number(scene: Scene) -> bool:
    """ "没有订单号", "找不到了" to the question for it: where it stands is told, and that a person can do without."""
    waited = scene.before.awaiting == "order" and scene.meaning.entities.order_no is None
    if not waited or not (scene.meaning.act == "no" or _HAS_NO_NUMBER.search(scene.wording)):
        return False
    _ask_number(scene, scene.before.awaiting_topic or "")
    return True


def _ask_number(scene: Scene, topic: str) -> None:
    if scene.before.awaiting == "order" and scene.before.prompt == _TOLD_WHERE:
        handover.to_person(scene, "fact", "agent")
        return
    asked = scene.before.awaiting == "order"
    if asked:
        scene.say("order_number_help", buttons=(Button("menu.human", "m:human"),))
    else:
        goods.general(scene, topic)
    scene.action = "ask"
    scene.wait_for("order", topic, prompt=_TOLD_WHERE if asked else "")
