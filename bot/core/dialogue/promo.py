"""Step three of A1: the running promotions (A5), gifts within the standard (A6), the price held (A12)."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.core import events as e
from bot.core import promises
from bot.core.catalogue import GiftStandard, Product, Promotion, Text
from bot.core.dialogue import handover
from bot.core.dialogue.basket import may_go_free, quote
from bot.core.dialogue.cards import Card, promotion_card
from bot.core.dialogue.reading import gift_named
from bot.core.dialogue.scene import Scene
from bot.core.ledger import Promised
from bot.core.money import yuan
from bot.core.order_rules import may_change
from bot.core.orders import Note, Order, with_note

#: How the note of a gift granted begins.
GIFT_NOTE = "gift: "
#: What the bot grants is kept within so long after the order.
KEPT_WITHIN_HOURS = 72

_FREE_SHIPPING = re.compile(
    r"[包免]邮|[包免]运费|[包免]快递|free (?:shipping|delivery|postage)|without postage", re.IGNORECASE
)
#: Asked for in the form of a question.
_PLEADS = re.compile(
    r"能不能|可不可以|能否|可以给|能给|帮我|给我|please|can you|could you|can i (?:get|have)", re.IGNORECASE
)


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
    placed = _placed(scene) if basket is None else None
    asked_already = handover.open_case_for(scene, "gift") is not None
    if basket is None and placed is None and not insisting and not asked_already:
        _tell_gifts(scene)
        return
    goods_fen = basket.goods_fen if basket is not None else placed.goods_fen if placed is not None else 0
    ruling = promises.gift(scene.shop.promises, goods_fen, gift_named(scene), insisting=insisting or asked_already)
    match ruling:
        case promises.Allow() if placed is not None:
            _grant_to(scene, placed, ruling.gift)
        case promises.Allow():
            _grant(scene, ruling.gift)
        case promises.NeedsApproval():
            standard = _next_standard(scene, goods_fen)
            missing = standard.over_fen - goods_fen if standard is not None else None
            facts = _asked_for(scene, goods_fen, missing)
            handover.to_person(scene, "gift", ruling.role, scene.shop.promises.source, facts)
        case promises.Refuse():
            _tell_missing(scene, goods_fen)


def _asked_for(scene: Scene, goods_fen: int, missing_fen: int | None = None) -> handover.Facts:
    """What whoever decides needs to know: her wish, the sum, and what it lacks to the standard."""
    wants = scene.wording.strip()[: handover.MAX_WORDS]
    missing = yuan(missing_fen) if missing_fen else ""
    values = {"wants": wants, "sum": yuan(goods_fen), "missing": missing}
    return tuple((name, value) for name, value in values.items() if value)


def asks_free_shipping(scene: Scene) -> bool:
    """A request, not the question whether it is free."""
    words = scene.wording
    return bool(_FREE_SHIPPING.search(words)) and (not scene.is_question or bool(_PLEADS.search(words)))


def free_shipping(scene: Scene, topic: str) -> None:
    """Free within the shop's rule or the bot's authority, else what the sum lacks; insisting: up (A6)."""
    basket = quote(scene, drafted_too=True)
    goods_fen = basket.goods_fen if basket is not None else 0
    told = scene.before.topic in (topic, "logistics.fee", "promo.bargain")
    ruling = may_go_free(scene, goods_fen, insisting=told or handover.open_case_for(scene, "gift") is not None)
    source = scene.shop.promises.source
    match ruling:
        case promises.Allow():
            scene.happen(e.FreeShippingGranted())
            scene.say("free_shipping_granted", source=(source,))
        case promises.NeedsApproval():
            plain = may_go_free(scene, goods_fen)
            missing = plain.missing_fen if isinstance(plain, promises.Refuse) else None
            handover.to_person(scene, "gift", ruling.role, source, _asked_for(scene, goods_fen, missing))
        case promises.Refuse():
            _tell_postage(scene, ruling)


def _tell_postage(scene: Scene, ruling: promises.Refuse) -> None:
    missing = yuan(ruling.missing_fen) if ruling.missing_fen else ""
    source = scene.shop.promises.source
    scene.say("free_shipping_missing", missing=missing, remote=ruling.reason == "remote", source=(source,))


def _grant(scene: Scene, gift: Text) -> None:
    words = gift.get(scene.language)
    over = next((s.over_fen for s in scene.shop.promises.gifts if s.gift == gift), 0)
    scene.say("gift_granted", gift=words, over=yuan(over), source=(scene.shop.promises.source,))
    scene.happen(e.GiftGranted(words))


def _placed(scene: Scene) -> Order | None:
    """Her newest order that something may still be added to, before it is printed (B6)."""
    for order in reversed(scene.situation.orders):
        if isinstance(may_change(order, scene.now, scene.rules.printing_ends), promises.Allow):
            return order
    return None


def _grant_to(scene: Scene, order: Order, gift: Text) -> None:
    """The gift goes into the note of an order that is placed already, at once; one an order."""
    if any(note.content.startswith(GIFT_NOTE) for note in order.notes):
        _tell_gifts(scene)
        return
    over = next((s.over_fen for s in scene.shop.promises.gifts if s.gift == gift), 0)
    scene.say("gift_granted", gift=gift.get(scene.language), over=yuan(over), source=(scene.shop.promises.source,))
    staff_id = scene.rules.bot_staff_id
    scene.orders.append(with_note(order, Note(f"{GIFT_NOTE}{gift.get('zh')} _ {staff_id}", staff_id, scene.now)))
    scene.promised.append(
        Promised(
            promise_id=f"{order.order_no}-gift",
            conversation_id=scene.conversation.id,
            kind="gift",
            words=gift.get(scene.language),
            staff_id=staff_id,
            role="bot",
            at=scene.now,
            due_at=scene.now + timedelta(hours=KEPT_WITHIN_HOURS),
            order_no=order.order_no,
        )
    )


def gifts_due(scene: Scene, goods_fen: int) -> tuple[Text, ...]:
    """The gift granted last, one an order, as long as the sum still reaches its standard."""
    granted = scene.conversation.gifts[-1:]
    return tuple(
        s.gift
        for s in scene.shop.promises.gifts
        if s.over_fen <= goods_fen and any(words in granted for words in (s.gift.zh, s.gift.en))
    )


def tell_lost(scene: Scene, goods_fen: int) -> None:
    """The order changed so that a favor granted does not hold any more: say so rather than let it vanish."""
    known, before = scene.conversation, scene.before
    if known.gifts and known.basket != before.basket and not gifts_due(scene, goods_fen):
        _tell_missing(scene, goods_fen)
    if known.free_shipping and (known.basket, known.address) != (before.basket, before.address):
        ruling = may_go_free(scene, goods_fen)
        if isinstance(ruling, promises.Refuse):
            _tell_postage(scene, ruling)


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
    nearest = _next_standard(scene, goods_fen)
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


def _next_standard(scene: Scene, goods_fen: int) -> GiftStandard | None:
    """The nearest one that the sum does not reach."""
    beyond = (s for s in scene.shop.promises.gifts if s.over_fen > goods_fen)
    return min(beyond, key=lambda s: s.over_fen, default=None)


def bargain(scene: Scene, topic: str) -> None:
    """Hold the price, tell what may be given instead; asked again, a supervisor decides (A12)."""
    if asks_free_shipping(scene):
        free_shipping(scene, topic)
        return
    basket = quote(scene, drafted_too=True)
    if scene.before.topic == topic or handover.open_case_for(scene, "bargain") is not None:
        facts = _asked_for(scene, basket.goods_fen if basket is not None else 0)
        handover.to_person(scene, "bargain", "supervisor", scene.shop.promises.source, facts)
        return
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
