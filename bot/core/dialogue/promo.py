"""Step three of A1: the running promotions (A5), gifts within the standard (A6), the price held (A12)."""

from __future__ import annotations

from bot.core import events as e
from bot.core import promises
from bot.core.catalogue import Product, Promotion, Text
from bot.core.dialogue import handover
from bot.core.dialogue.basket import quote
from bot.core.dialogue.cards import Card, promotion_card
from bot.core.dialogue.reading import gift_named
from bot.core.dialogue.scene import Scene
from bot.core.money import yuan


def running(scene: Scene, product: Product | None = None) -> list[tuple[Promotion, Card]]:
    """What may be told now, those of ``product`` only where one is given; an expired one is never in it."""
    return [
        (p, promotion_card(p, run, scene.shop, scene.language))
        for p, run in scene.shop.running(scene.now)
        if (product is None or p.covers(product)) and p.id not in scene.situation.used_promotions
    ]


def deals(scene: Scene, product: Product) -> list[Card]:
    return [card for _, card in running(scene, product)]


def tell(scene: Scene, product: Product | None = None) -> None:
    """All running promotions, those of the product on the table where there is one."""
    found = running(scene, product) or running(scene)
    if not found:
        scene.say("no_promotions")
        return
    scene.say(
        "promotions",
        promotions=[card for _, card in found],
        source=tuple(p.source for p, _ in found),
    )
    scene.happen(e.PromotionsTold(tuple(p.id for p, _ in found)))


def lead(scene: Scene, product: Product) -> bool:
    """One line on what runs for this product, once."""
    told = set(scene.conversation.promotions_told)
    fresh = [(p, card) for p, card in running(scene, product) if p.id not in told]
    if not fresh:
        return False
    scene.say(
        "lead_promo",
        promotions=[card for _, card in fresh],
        source=tuple(p.source for p, _ in fresh),
    )
    scene.happen(e.PromotionsTold(tuple(p.id for p, _ in fresh)))
    return True


def gift(scene: Scene, topic: str) -> None:
    """What the standard gives for this basket, else what the sum lacks; insisting: the supervisor decides (A6)."""
    insisting = scene.before.topic == topic
    basket = quote(scene, drafted_too=True)
    if basket is None and not insisting:
        _tell_gifts(scene)
        return
    goods_fen = basket.goods_fen if basket is not None else 0
    ruling = promises.gift(scene.shop.promises, goods_fen, gift_named(scene), insisting=insisting)
    match ruling:
        case promises.Allow():
            _grant(scene, ruling.gift)
        case promises.NeedsApproval():
            handover.to_person(scene, "gift", ruling.role)
        case promises.Refuse():
            _tell_missing(scene, goods_fen)


def _grant(scene: Scene, gift: Text) -> None:
    words = gift.get(scene.language)
    over = next((s.over_fen for s in scene.shop.promises.gifts if s.gift == gift), 0)
    scene.say("gift_granted", gift=words, over=yuan(over), source=(scene.shop.promises.source,))
    scene.happen(e.GiftGranted(words))


def gifts_due(scene: Scene, goods_fen: int) -> tuple[Text, ...]:
    """The gift granted last, one an order, as long as the sum still reaches its standard."""
    granted = scene.conversation.gifts[-1:]
    return tuple(
        s.gift
        for s in scene.shop.promises.gifts
        if s.over_fen <= goods_fen and any(words in granted for words in (s.gift.zh, s.gift.en))
    )


def tell_gift_lost(scene: Scene, goods_fen: int) -> None:
    """The basket shrank below the standard of the gift granted: say so rather than let it vanish."""
    if scene.conversation.gifts and not gifts_due(scene, goods_fen):
        _tell_missing(scene, goods_fen)


def _tell_gifts(scene: Scene) -> None:
    promotions = [(p, card) for p, card in running(scene) if p.kind == "gift"]
    standards = scene.shop.promises.gifts
    if not promotions and not standards:
        scene.say("gift_none")
        return
    scene.say(
        "gifts",
        promotions=[card for _, card in promotions],
        standards=[{"over": yuan(s.over_fen), "gift": s.gift.get(scene.language)} for s in standards],
        source=(*(p.source for p, _ in promotions), *(s.source for s in standards)),
    )
    scene.happen(e.PromotionsTold(tuple(p.id for p, _ in promotions)))


def _tell_missing(scene: Scene, goods_fen: int) -> None:
    nearest = next(
        (s for s in sorted(scene.shop.promises.gifts, key=lambda s: s.over_fen) if s.over_fen > goods_fen), None
    )
    if nearest is None:
        scene.say("gift_none")
        return
    scene.say(
        "gift_missing",
        gift=nearest.gift.get(scene.language),
        over=yuan(nearest.over_fen),
        missing=yuan(nearest.over_fen - goods_fen),
        source=(nearest.source,),
    )


def bargain(scene: Scene, topic: str) -> None:
    """Hold the price, tell what may be given instead; asked again, a supervisor decides (A12)."""
    if scene.before.topic == topic:
        handover.to_person(scene, "bargain", "supervisor")
        return
    basket = quote(scene, drafted_too=True)
    ruling = promises.bargain(scene.shop.promises, "bot", None, basket.goods_fen if basket is not None else 0)
    found = running(scene, scene.product())
    nearly = basket.nearly[0] if basket is not None and basket.nearly else None
    scene.say(
        "bargain_hold",
        promotions=[card for _, card in found],
        missing={"name": nearly[0].name.get(scene.language), "missing": yuan(nearly[1])} if nearly else None,
        gift=ruling.gift.get(scene.language) if isinstance(ruling, promises.Refuse) else "",
        source=(scene.shop.promises.source, *(p.source for p, _ in found)),
    )
    scene.happen(e.PromotionsTold(tuple(p.id for p, _ in found)))
