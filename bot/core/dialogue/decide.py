"""What one message leads to. Pure: the same conversation, meaning, shop and moment always give the same decision.

Order of decision: a person owns it → the bot is silent · a button does what it says · a rule hands over · what the bot
asked for is taken · a question is answered from knowledge and the flow is led on · the flow moves · ask back with up
to three choices · second miss in a row → a person.
"""

from __future__ import annotations

from datetime import datetime

from bot.core import events as e
from bot.core import promises
from bot.core.catalogue import Shop
from bot.core.conversation import Conversation
from bot.core.dialogue import answering, clarify, confirm_order, greet, handover, introduce
from bot.core.dialogue.lead import lead_on
from bot.core.dialogue.press import press
from bot.core.dialogue.scene import Decision, DialogueRules, Ids, Scene, Situation
from bot.core.messages import Incoming, Language
from bot.core.understanding.meaning import Meaning
from bot.core.understanding.questions import adds, asks

#: Topics that say "I buy" rather than ask.
_BUYING = frozenset({"order.place", "order.change"})

#: Topics under which a large number of pieces is a bulk inquiry and not, say, an invoice about one.
_BULK_UNDER = frozenset({"order.place", "promo.bargain", "promo.info", "promo.gift", "product.price", "product.stock"})

_MEDIA = frozenset({"photo", "video", "document", "voice", "location", "other"})


def decide(
    conversation: Conversation,
    incoming: Incoming,
    meaning: Meaning,
    shop: Shop,
    situation: Situation,
    rules: DialogueRules,
    now: datetime,
    ids: Ids,
) -> Decision:
    """The decision for one message. ``now`` is aware and in the shop's zone; ``ids`` are used only if needed."""
    scene = Scene(conversation, incoming, meaning, shop, situation, rules, now, ids)
    scene.happen(
        e.ShopperSpoke(
            message_id=incoming.message_id,
            kind=incoming.kind,
            text=incoming.text,
            language=_language(conversation, incoming, meaning),
            at=incoming.at.isoformat(),
            media=incoming.media,
            name=incoming.sender_name,
        )
    )
    _remember_facts(scene)
    if conversation.owner == "agent":
        scene.action, scene.reason, scene.role = "handoff", "person", "agent"
        return scene.decision()
    _route(scene)
    if scene.conversation.owner == "bot":
        lead_on(scene)
    return scene.decision()


def _language(conversation: Conversation, incoming: Incoming, meaning: Meaning) -> Language:
    """The shopper's language: as she writes; a lone Latin word ("XL", "ok") does not switch a Chinese chat."""
    if incoming.kind not in ("text", "edited") or not meaning.text.strip():
        if conversation.turns == 0 and incoming.app_language:
            return "zh" if incoming.app_language.casefold().startswith("zh") else "en"
        return conversation.language
    if conversation.turns and meaning.language == "en" and len(incoming.text.split()) < 2:
        return conversation.language
    return meaning.language


def _remember_facts(scene: Scene) -> None:
    said = scene.meaning.entities
    facts = e.ShopperFactsGiven(
        height_cm=said.height_cm,
        weight_kg=said.weight_kg,
        region=said.region,
        province=said.province,
        budget_fen=said.money_fen if scene.meaning.topic == "product.recommend" else None,
        tags=tuple(sorted(said.tags)),
    )
    if facts != e.ShopperFactsGiven():
        scene.happen(facts)
    as_gift = scene.meaning.sure and scene.meaning.topic == "promo.gift"
    if said.product_id and said.product_id in scene.shop.product_by_id and not as_gift:
        scene.happen(e.ProductPutOnTable(said.product_id))


def _route(scene: Scene) -> None:
    kind = scene.incoming.kind
    if kind == "start" and not scene.incoming.action.startswith("cmd:"):
        greet.start(scene)
    elif kind in ("button", "start"):
        if not press(scene, scene.incoming.action):
            clarify.unclear(scene)
    elif kind == "sticker":
        scene.action = "smalltalk"
        scene.say("sticker")
    elif kind in _MEDIA and not scene.incoming.text.strip():
        _media(scene)
    else:
        _words(scene)


def _media(scene: Scene) -> None:
    """We read text. Where a picture may prove something a person looks; otherwise words are asked for."""
    matters = bool(scene.situation.orders) or (scene.before.topic or "").startswith(
        ("aftersale.", "service.", "order.")
    )
    if matters or scene.conversation.owner == "waiting" or scene.conversation.misses:
        handover.to_person(scene, "media", "after_sales" if matters else "agent")
        return
    scene.action = "clarify"
    scene.say("media_words", buttons=greet.MENU[-1:])
    scene.happen(e.NotUnderstood())


def _words(scene: Scene) -> None:
    meaning = scene.meaning
    if _hands_over(scene) or _chose(scene) or _took_fact(scene) or _acted(scene):
        return
    if meaning.parts:
        for part in meaning.parts:
            answering.answer(scene, part.topic)
    elif meaning.sure and meaning.topic:
        answering.answer(scene, meaning.topic)
    elif not _mentioned(scene):
        clarify.unclear(scene)


def _hands_over(scene: Scene) -> bool:
    """A rule of the shop sends this to a person before anything else looks at it."""
    if _bulk(scene):
        scene.topics.append("bulk")
        answering.answer(scene, "bulk") if scene.has("bulk") else handover.to_person(scene, "bulk", "bulk_specialist")
        return True
    topic = scene.meaning.topic if scene.meaning.sure else None
    if topic is not None and (topic in answering.TO_PERSON or scene.shop.answer_by_topic[topic].handoff):
        answering.answer(scene, topic)
        return True
    return False


def _bulk(scene: Scene) -> bool:
    """From the threshold on (A7), where the number is about pieces to buy; shops without goods have no bulk rule."""
    quantity = scene.meaning.entities.quantity
    if quantity is None or not scene.shop.products:
        return False
    topic = scene.meaning.topic
    buying = topic is None or not scene.meaning.sure or topic in _BULK_UNDER
    return buying and promises.bulk(scene.shop.promises, quantity)


def _chose(scene: Scene) -> bool:
    """ "2" or "the second one" after choices were told."""
    ordinal, choices = scene.meaning.entities.ordinal, scene.before.choices
    if ordinal is None or not choices or (scene.meaning.sure and scene.meaning.topic not in (None, *_BUYING)):
        return False
    index = len(choices) - 1 if ordinal == -1 else ordinal - 1
    return 0 <= index < len(choices) and press(scene, choices[index])


def _asks_else(scene: Scene) -> bool:
    """Whether the message is a sure question of its own rather than the fact the bot waits for."""
    meaning, waiting, said = scene.meaning, scene.before.awaiting_topic, scene.meaning.entities
    if scene.before.awaiting == "address" and (said.phone or said.address):
        return False
    if scene.before.awaiting == "order" and said.order_no:
        return False
    return meaning.sure and meaning.topic not in (None, waiting, *_BUYING)


def _took_fact(scene: Scene) -> bool:
    """The fact asked for last was given: the question that waited is answered, or the order goes on."""
    waited, topic = scene.before.awaiting, scene.before.awaiting_topic
    said = scene.meaning.entities
    given = {
        "product": said.product_id is not None,
        "body": said.height_cm is not None or said.weight_kg is not None,
        "place": said.province is not None,
        "order": said.order_no is not None,
        "color": said.color is not None,
        "size": said.size is not None or said.height_cm is not None,
        "quantity": said.quantity is not None or said.ordinal is not None,
        "address": bool(said.address or said.phone or said.province or said.person),
        "change": bool(said.color or said.size or said.quantity or said.phone or said.address or said.province),
        "confirm": False,
    }.get(waited or "", False)
    if not given or _asks_else(scene):
        return False
    if topic and scene.has(topic):
        answering.answer(scene, topic)
    elif waited == "product":
        confirm_order.begin(scene)
    elif waited == "change" or (waited == "quantity" and not scene.conversation.draft.product_id):
        _changed(scene)
    else:
        confirm_order.absorb(scene)
        confirm_order.advance(scene)
    return True


def _changed(scene: Scene) -> None:
    scene.action = "flow"
    quantity = scene.meaning.entities.quantity or scene.meaning.entities.ordinal
    if scene.before.awaiting == "quantity" and quantity and quantity > 0 and scene.conversation.basket:
        confirm_order.reopen(scene, scene.conversation.basket[-1], quantity=quantity)
        confirm_order.advance(scene)
    elif not confirm_order.change_line(scene):
        clarify.unclear(scene)


def _acted(scene: Scene) -> bool:
    """Yes, no, back, stop, more, order, change: read by what the conversation waits for."""
    act, known = scene.meaning.act, scene.before
    waits = known.read_back_fen is not None
    match act:
        case "yes" | "order" if waits:
            confirm_order.confirm(scene)
        case "no" | "change" if waits:
            confirm_order.edit(scene)
        case "stop" if confirm_order.ordering(scene):
            confirm_order.drop(scene)
        case "back" if confirm_order.ordering(scene):
            confirm_order.step_back(scene)
        case "order":
            confirm_order.begin(scene)
        case "yes" if _offered_order(scene):
            confirm_order.begin(scene)
        case "more" if known.choices:
            shown = frozenset(c[2:] for c in known.choices if c.startswith("p:"))
            introduce.offer(scene, introduce.wish_of(scene, exclude=shown))
        case "yes" | "no" | "stop" | "back":
            scene.action = "smalltalk"
            scene.say("acknowledge")
        case _:
            return _changes_basket(scene)
    return True


def _offered_order(scene: Scene) -> bool:
    known = scene.before
    return known.product_id is not None and known.prompt.startswith(("order:", "promo:"))


def _changes_basket(scene: Scene) -> bool:
    """Words that fill or change the order without asking anything: "两件黑色XL 寄到杭州", "改成蓝色"."""
    said, known = scene.meaning.entities, scene.before
    if _asks_else(scene):
        return False
    varies = said.color or said.size or said.quantity
    changes = scene.meaning.act == "change" or (scene.meaning.sure and scene.meaning.topic == "order.change")
    settled = bool(known.basket) and not known.draft.product_id and not adds(scene.incoming.text)
    wanted = changes or known.read_back_fen is not None or not asks(scene.incoming.text)
    if settled and wanted and (varies or said.address):
        _change_or_add(scene)
        return True
    if scene.product() is None:
        return False
    if asks(scene.incoming.text):
        return _asks_for_variant(scene)
    fills = said.quantity is not None or (said.color is not None and said.size is not None)
    if confirm_order.ordering(scene):
        fills = fills or bool(said.color or said.size or said.address or said.phone)
    if not fills:
        return False
    confirm_order.begin(scene)
    return True


def _asks_for_variant(scene: Scene) -> bool:
    """ "黑色XL有吗" without a sure topic: what else could be asked about a color and a size but whether it is there."""
    said = scene.meaning.entities
    if not (said.color or said.size) or scene.meaning.sure or not scene.has("product.stock"):
        return False
    answering.answer(scene, "product.stock")
    return True


def _change_or_add(scene: Scene) -> None:
    """After the read-back: another product named is one line more, everything else changes what was read."""
    scene.action = "flow"
    named = scene.meaning.entities.product_id
    held = {scene.shop.product_by_sku[sku].id for sku, _ in scene.conversation.basket}
    if named is not None and named not in held:
        confirm_order.begin(scene)
    elif not confirm_order.change_line(scene):
        clarify.unclear(scene)


def _mentioned(scene: Scene) -> bool:
    """No topic, but goods were named: show them."""
    said = scene.meaning.entities
    product = scene.shop.product_by_id.get(said.product_id or "")
    scene.action = "flow"
    if said.order_no is not None and scene.has("order.status"):
        answering.answer(scene, "order.status")
    elif product is not None:
        introduce.show(scene, product)
    elif len(said.product_ids) > 1:
        introduce.which_of(scene, [p for i in said.product_ids if (p := scene.shop.product_by_id.get(i))])
    elif said.category_id is not None:
        introduce.offer(scene, introduce.wish_of(scene))
    else:
        return False
    return True
