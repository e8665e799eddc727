"""How a message reads where it stands: which questions it asks, and whether it merely states facts."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.dialogue.scene import Scene
from bot.core.understanding.meaning import Entities
from bot.core.understanding.questions import threatens, wants

#: Topics that say "I buy" rather than ask.
BUYING = frozenset({"order.place", "order.change"})

#: Topics that merely naming the thing comes near: "黑色" is no question about colors, "发顺丰吧" none about couriers.
_NAMED: dict[str, Callable[[Entities], bool]] = {
    "product.color": lambda said: said.color is not None,
    "product.size": lambda said: said.size is not None,
    "product.stock": lambda said: bool(said.color or said.size or said.quantity),
    "product.info": lambda said: said.product_id is not None,
    "logistics.area": lambda said: said.province is not None,
    "logistics.courier": lambda said: said.courier_id is not None,
}

#: Asked again in whatever words, these go further up.
_INSISTED_ON = frozenset({"promo.gift", "promo.bargain"})

#: A topic less sure than this gives way to a plain statement of how many she takes.
_FIRM = 0.7

#: From so many sides of a wish on she describes what she looks for, whatever the words come nearest to.
_ENOUGH_SAID = 3

#: Speaks of sending: a place alone ("后天深圳刮台风吗") does not.
_SENDS = re.compile(
    r"[寄送到发运邮]|快递|物流|包裹|几天|多久|多少|收|那|呢"
    r"|\b(?:ship|send|sent|deliver|post|courier|arrive|reach|get|how (?:long|much)|what about)",
    re.IGNORECASE,
)

#: When it leaves, as against where it can go ("新疆能发吗") and how long it travels.
_LEAVES = re.compile(
    r"什么时候|啥时候|何时|多久发|几点|今天|明天|当天|从哪|哪里发|一起发"
    r"|\b(?:when|today|tomorrow|from where|together)\b",
    re.I,
)
_DAYS = re.compile(r"几天|多久|多少天|多长时间|\b(?:how long|days)\b", re.I)

#: Facts asked for while goods are chosen.
_CHOOSING = frozenset({"product", "color", "size", "quantity"})

_COURTESY = frozenset({"thanks", "farewell", "smalltalk"})
_SOCIAL = _COURTESY | {"greeting"}


def states(scene: Scene) -> bool:
    """No question by its form; asking for a change ("可以换成白色吗") counts as saying so."""
    return not scene.is_question or scene.tagged("says.change")


def question(scene: Scene) -> str | None:
    """The sure topic of a question of its own; None where facts are merely stated, or she says that she buys."""
    meaning = scene.meaning
    if not meaning.sure or meaning.topic is None or meaning.topic in BUYING:
        return None
    named = _NAMED.get(meaning.topic)
    if named is not None and named(meaning.entities) and states(scene):
        return None
    if meaning.topic in _SOCIAL and says_order(scene):
        return None
    takes = meaning.entities.quantity and scene.product() and states(scene) and not scene.tagged("ask.gift")
    if takes and meaning.score < _FIRM:
        return None  # "I'll take two" comes near many a sentence
    if meaning.topic == "order.cancel" and meaning.entities.product_id:
        return None  # one of the goods ("polo不要了"), not the order
    if meaning.topic == "service.exchange" and _putting_together(scene) and says_line(scene) and states(scene):
        return None  # "换藏青的" before anything is ordered
    if meaning.topic.startswith("aftersale.") and _before_any_order(scene) and says_line(scene) and states(scene):
        return None  # "不对，要一件黑一件白": nothing was sent yet that could be wrong
    if (meaning.entities.address or meaning.entities.phone) and not scene.is_question:
        return None
    return meaning.topic


def _putting_together(scene: Scene) -> bool:
    known = scene.conversation
    return bool(known.basket) or (known.step == "confirm_order" and known.draft.product_id is not None)


def _before_any_order(scene: Scene) -> bool:
    """She chooses, and no order of hers is known that something could be wrong with."""
    chooses = _putting_together(scene) or scene.before.awaiting in _CHOOSING
    return chooses and not scene.situation.orders


def says_line(scene: Scene) -> bool:
    """Whether a color, size or quantity was said."""
    said = scene.meaning.entities
    return bool(said.color or said.size or said.quantity)


def says_where(scene: Scene) -> bool:
    """Whether any part of an address was said, or who shall send it."""
    said = scene.meaning.entities
    return bool(said.address or said.phone or said.province or said.courier_id)


def says_order(scene: Scene) -> bool:
    return says_line(scene) or says_where(scene)


def topics(scene: Scene) -> tuple[str, ...]:
    """What to answer, in order: every part that is sure, else what words and facts together leave no doubt about."""
    meaning, told = scene.meaning, _told_by_facts(scene)
    if told is not None:
        return (told,)
    if meaning.parts:
        found = tuple(dict.fromkeys(p.topic for p in meaning.parts if _stands(scene, p.topic)))
        return tuple(t for t in found if t not in _COURTESY) or found[:1]
    return (meaning.topic,) if meaning.sure and meaning.topic else ()


def _stands(scene: Scene, topic: str) -> bool:
    """A part that would call a person must be what the whole message comes nearest to as well."""
    calls = topic in ("bulk", "human", "complaint") or bool(scene.shop.answer_by_topic[topic].handoff)
    return not calls or scene.meaning.candidates[0].topic == topic


def _told_by_facts(scene: Scene) -> str | None:
    topic = _by_facts(scene)
    return topic if topic is not None and scene.has(topic) else None


def _by_facts(scene: Scene) -> str | None:
    """Facts that say what is asked: a gift of the standard, this color and size, a courier, a place."""
    meaning, said = scene.meaning, scene.meaning.entities
    best = meaning.candidates[0].topic if meaning.candidates else ""
    if best in _INSISTED_ON and best == scene.before.topic:
        return best
    if best.startswith(("order.cancel", "promo.")) and threatens(scene.wording):
        return scene.before.topic if scene.before.topic in _INSISTED_ON else "promo.bargain"
    if scene.tagged("ask.goes_with") and (product := scene.product()) is not None and product.goes_with:
        return "product.recommend"
    near = best.startswith(("promo.", "product.")) or (best == "logistics.area" and not said.province)
    if scene.tagged("ask.gift") and gift_named(scene) and (near or not meaning.sure):
        return "promo.gift"  # "能送我一条皮带吗" comes near "能送到吗" as well
    if said.color and said.size and best in ("product.size", "product.color") and scene.is_question:
        return "product.stock"
    if said.province and best == "logistics.dispatch" and scene.is_question and not _LEAVES.search(scene.wording):
        return "logistics.duration" if _DAYS.search(scene.wording) else "logistics.area"
    if meaning.elliptic and said.province and not best.startswith("logistics."):
        return next((c.topic for c in meaning.candidates if c.topic.startswith("logistics.")), "logistics.fee")
    if best.startswith("product.") or not meaning.sure or no_bulk(scene):
        if _describes(said) >= _ENOUGH_SAID or (said.money_fen and said.category_id):
            return "product.recommend"
        if said.category_id and said.color and not said.quantity and scene.product() is None:
            return "product.recommend"
    if said.money_fen and (best == "bulk" or not meaning.sure) and (said.tags or scene.conversation.tags):
        return "product.recommend"
    if meaning.sure:
        return None
    if _describes(said) and wants(scene.wording) and scene.shop.products:
        return "product.recommend"
    if said.order_no is not None:
        return "order.status"
    if (said.color or said.size) and (scene.product() is not None or scene.before.shown) and scene.is_question:
        return "product.stock"
    if said.courier_id is not None and best.startswith("logistics."):
        return "logistics.courier"
    if said.province is not None and best.startswith("logistics.") and scene.is_question:
        return best if _SENDS.search(scene.wording) else None
    return None


def no_bulk(scene: Scene) -> bool:
    """Words that come near a bulk inquiry but hold an address, a small number, somebody's age, or a budget that buys no
    such number."""
    said, products = scene.meaning.entities, scene.shop.products
    if scene.meaning.topic != "bulk":
        return False
    if said.address or said.phone or said.quantity or said.age:
        return True  # a house number or too few pieces: the rule for pieces would have taken it
    cheapest = min((p.price_range_fen[0] for p in products), default=0)
    return said.money_fen is not None and said.money_fen < cheapest * scene.shop.promises.bulk_from_pieces


def _describes(said: Entities) -> int:
    """How many sides of a wish are said (A9): budget, age, for whom, for what, of what style."""
    groups = {tag.partition(".")[0] for tag in said.tags} & {"sex", "purpose", "occupation", "style"}
    return len(groups) + (said.money_fen is not None) + (said.age is not None)


def gift_named(scene: Scene) -> str | None:
    """The words, where they name a gift of the standard (A6)."""
    words = scene.wording.casefold()
    for standard in scene.shop.promises.gifts:
        names = (standard.gift.zh, standard.gift.en, *standard.aliases)
        if any(name and name.casefold() in words for name in names):
            return words
    return None
