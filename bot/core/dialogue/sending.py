"""Questions about couriers, fees, places and days, answered for *this* place (A3)."""

from __future__ import annotations

from bot.core import events as e
from bot.core.delivery import Delivery, NotServed, deliver, options
from bot.core.dialogue import goods
from bot.core.dialogue.basket import place, quote
from bot.core.dialogue.cards import delivery_card
from bot.core.dialogue.scene import Scene
from bot.core.money import yuan
from bot.core.places import Place


def _to(scene: Scene, where: Place) -> Delivery | NotServed:
    basket = quote(scene)
    courier = scene.meaning.entities.courier_id or scene.conversation.courier_id
    return deliver(scene.shop, where, basket.goods_fen if basket else None, courier)


def _knows(scene: Scene) -> bool:
    return scene.shop.logistics is not None and bool(scene.shop.couriers)


def fee(scene: Scene, topic: str) -> None:
    """The fee to the place talked about; the general rule when no place is known."""
    where = place(scene)
    if where is None or not _knows(scene):
        goods.general(scene, topic)
        return
    sent = _to(scene, where)
    if isinstance(sent, NotServed):
        not_served(scene, sent)
        return
    free_from = scene.shop.logistics.free_from_fen if scene.shop.logistics else None
    excepted = scene.shop.logistics is not None and where.province in scene.shop.logistics.free_except
    scene.say(
        "fee_to",
        delivery=delivery_card(sent, where.name, scene.language),
        free_from=yuan(free_from) if free_from and not excepted else "",
        source=(sent.zone.source, scene.shop.logistics.source if scene.shop.logistics else ""),
    )


def duration(scene: Scene, topic: str) -> None:
    where = place(scene)
    if where is None or not _knows(scene):
        goods.general(scene, topic)
        if _knows(scene):
            scene.say("ask_place")
            scene.happen(e.FactAsked("place", topic))
        return
    sent = _to(scene, where)
    if isinstance(sent, NotServed):
        not_served(scene, sent)
        return
    scene.say(
        "duration_to",
        delivery=delivery_card(sent, where.name, scene.language),
        dispatch_hours=scene.shop.logistics.dispatch_hours if scene.shop.logistics else 48,
        source=(sent.zone.source,),
    )


def area(scene: Scene, topic: str) -> None:
    where = place(scene)
    if not _knows(scene):
        goods.general(scene, topic)
        return
    if where is None:
        goods.general(scene, topic)
        scene.say("ask_place")
        scene.happen(e.FactAsked("place", topic))
        return
    sent = _to(scene, where)
    if isinstance(sent, NotServed):
        not_served(scene, sent)
        return
    scene.say("area_served", delivery=delivery_card(sent, where.name, scene.language), source=(sent.zone.source,))


def not_served(scene: Scene, refused: NotServed) -> None:
    """Say so, and what goes there instead."""
    instead = refused.instead
    scene.say(
        "area_not_served",
        place=refused.place.name,
        courier=refused.courier.name.get(scene.language) if refused.courier else "",
        instead=delivery_card(instead, refused.place.name, scene.language) if instead else None,
        source=(refused.courier.source if refused.courier else "", instead.zone.source if instead else ""),
    )


def courier(scene: Scene, topic: str) -> None:
    """One courier asked for by name, or all with the default one first."""
    if not _knows(scene):
        goods.general(scene, topic)
        return
    named = scene.shop.courier_by_id.get(scene.meaning.entities.courier_id or "")
    where = place(scene)
    if named is not None and where is not None:
        sent = _to(scene, where)
        if isinstance(sent, NotServed):
            not_served(scene, sent)
            return
        scene.happen(e.CourierChosen(named.id))
    if named is not None:
        scene.say(
            "courier",
            courier={
                "name": named.name.get(scene.language),
                "site": named.site,
                "phone": named.phone,
                "insurance": named.insurance.get(scene.language),
                "note": named.note.get(scene.language),
            },
            zones=[
                {"fee": yuan(z.fee_fen), "days_min": z.days[0], "days_max": z.days[1], "provinces": list(z.provinces)}
                for z in named.zones
                if where is None or where.province in z.provinces
            ][:2],
            source=(named.source,),
        )
        if where is None:
            scene.happen(e.CourierChosen(named.id))
        return
    _all_couriers(scene, where)


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
