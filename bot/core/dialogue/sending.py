"""Questions about couriers, fees, places and days, answered for *this* place (A3)."""

from __future__ import annotations

from bot.core import events as e
from bot.core.catalogue import Courier
from bot.core.delivery import Delivery, NotServed, deliver, options
from bot.core.dialogue import goods
from bot.core.dialogue.basket import place, place_asked, quote
from bot.core.dialogue.cards import delivery_card, place_name
from bot.core.dialogue.scene import Scene
from bot.core.money import yuan
from bot.core.places import Place


def _to(scene: Scene, where: Place) -> Delivery | NotServed:
    basket = quote(scene, drafted_too=True)
    courier = scene.meaning.entities.courier_id or scene.conversation.courier_id
    return deliver(scene.shop, where, basket.goods_fen if basket else None, courier)


def _knows(scene: Scene) -> bool:
    return scene.shop.logistics is not None and bool(scene.shop.couriers)


def _sent_there(scene: Scene, topic: str) -> tuple[Place, Delivery] | None:
    """The place talked about and how goods get there.

    None when either is not known: then the general rule, or that nobody goes there, has been told already.
    """
    where = place_asked(scene)
    if where is None or not _knows(scene):
        _in_general(scene, topic)
        return None
    sent = _to(scene, where)
    if isinstance(sent, NotServed):
        not_served(scene, sent)
        return None
    return where, sent


def fee(scene: Scene, topic: str) -> None:
    """The fee to the place talked about; the general rule when no place is known."""
    found = _sent_there(scene, topic)
    if found is None:
        return
    where, sent = found
    free_from = scene.shop.logistics.free_from_fen if scene.shop.logistics else None
    rules = scene.shop.logistics
    excepted = rules is not None and (where.province in rules.free_except or sent.courier.id != rules.default_courier)
    scene.say(
        "fee_to",
        delivery=delivery_card(sent, where, scene.language),
        free_from=yuan(free_from) if free_from and not excepted else "",
        source=(sent.zone.source, scene.shop.logistics.source if scene.shop.logistics else ""),
    )


def duration(scene: Scene, topic: str) -> None:
    found = _sent_there(scene, topic)
    if found is None:
        return
    where, sent = found
    scene.say(
        "duration_to",
        delivery=delivery_card(sent, where, scene.language),
        dispatch_hours=scene.shop.logistics.dispatch_hours if scene.shop.logistics else 48,
        source=(sent.zone.source,),
    )


def area(scene: Scene, topic: str) -> None:
    found = _sent_there(scene, topic)
    if found is None:
        return
    where, sent = found
    scene.say("area_served", delivery=delivery_card(sent, where, scene.language), source=(sent.zone.source,))


def not_served(scene: Scene, refused: NotServed) -> None:
    """Say so, and what goes there instead."""
    instead = refused.instead
    scene.say(
        "area_not_served",
        place=place_name(refused.place, scene.language),
        courier=refused.courier.name.get(scene.language) if refused.courier else "",
        instead=delivery_card(instead, refused.place, scene.language) if instead else None,
        source=(refused.courier.source if refused.courier else "", instead.zone.source if instead else ""),
    )


def _in_general(scene: Scene, topic: str) -> None:
    """The shop's own words, which ask for the place; in an order the address is asked for anyway."""
    goods.general(scene, topic)
    if _knows(scene) and not scene.conversation.basket:
        scene.wait_for("place", topic)


def _ask_place(scene: Scene, topic: str) -> None:
    scene.say("ask_place")
    scene.wait_for("place", topic)


def courier(scene: Scene, topic: str) -> None:
    """One courier asked for by name, or all with the default one first."""
    if not _knows(scene):
        goods.general(scene, topic)
        return
    named = scene.shop.courier_by_id.get(scene.meaning.entities.courier_id or "")
    where = place_asked(scene)
    if named is None:
        _all_couriers(scene, where)
        return
    scene.happen(e.CourierChosen(named.id))
    sent = _to(scene, where) if where is not None else None
    if isinstance(sent, NotServed):
        not_served(scene, sent)
        return
    _tell_courier(scene, named, sent)
    if sent is None:
        _ask_place(scene, "logistics.fee" if scene.has("logistics.fee") else topic)


def _tell_courier(scene: Scene, named: Courier, sent: Delivery | None) -> None:
    where = place_asked(scene)
    scene.say(
        "courier",
        courier={
            "name": named.name.get(scene.language),
            "site": named.site,
            "phone": named.phone,
            "insurance": named.insurance.get(scene.language),
            "note": named.note.get(scene.language),
        },
        delivery=delivery_card(sent, where, scene.language) if sent and where else None,
        source=(named.source, sent.zone.source if sent else ""),
    )


def chosen(scene: Scene, sent: Delivery) -> None:
    """The courier of an order being put together."""
    where = place(scene)
    if where is not None:
        card = delivery_card(sent, where, scene.language)
        scene.say("area_served", delivery=card, source=(sent.zone.source,))


def _all_couriers(scene: Scene, where: Place | None) -> None:
    default = scene.shop.courier_by_id[scene.shop.logistics.default_courier] if scene.shop.logistics else None
    there = options(scene.shop, where, None) if where is not None else ()
    names = [d.courier.name.get(scene.language) for d in there] or [
        c.name.get(scene.language) for c in scene.shop.couriers
    ]
    scene.say(
        "couriers",
        couriers=names,
        default=default.name.get(scene.language) if default else "",
        source=(scene.shop.logistics.source if scene.shop.logistics else "", *(c.source for c in scene.shop.couriers)),
    )
