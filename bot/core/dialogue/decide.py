"""What one message leads to. Pure: the same conversation, meaning, shop and moment always give the same decision.

Order of decision: a person owns it → the bot is silent · a button does what it says · a rule hands over · what a case
asks for is taken · what the bot asked for is taken · a question is answered from knowledge and the flow is led on · the
flow moves · ask back with up to three choices · second miss in a row → a person.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.core import events as e
from bot.core import promises
from bot.core.catalogue import Shop
from bot.core.conversation import Conversation
from bot.core.dialogue import (
    answering,
    case_talk,
    case_words,
    clarify,
    confirm_order,
    elsewhere,
    greet,
    handover,
    introduce,
    invoice,
    lines,
    matter,
    order_talk,
    order_words,
    proof,
    reading,
    satisfaction,
)
from bot.core.dialogue.lead import lead_on
from bot.core.dialogue.press import press
from bot.core.dialogue.scene import Decision, DialogueRules, Ids, Scene, Situation
from bot.core.messages import Incoming, Language
from bot.core.understanding.meaning import Meaning
from bot.core.understanding.questions import seeks

#: Topics under which a large number of pieces is a bulk inquiry and not, say, an invoice about one.
_BULK_UNDER = frozenset(
    {"order.place", "promo.bargain", "promo.info", "promo.gift", "product.price", "product.stock", "product.info"}
)

#: Groups of tags that say how a message is meant; of no use later.
_OF_THE_MOMENT = ("ask.", "says.")

_HAN = re.compile(r"[\u3400-\u9fff]")
#: "不要polo", "no shirts please": goods of every other kind are looked for.
_REFUSES = re.compile(
    r"不(?:要|想要|喜欢|穿|买|看)|别(?:给我|推|发)|除了|\b(?:no|not|without|except|don['’]?t)\b", re.IGNORECASE
)
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")

#: Kinds of buttons that mean something to whoever waits for a person: back to the bot, a mark, reminders.
_HEARD_WHILE_WAITING = frozenset({"bot", "s", "n"})

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
            album=incoming.album,
        )
    )
    if conversation.owner == "closed":
        scene.happen(e.Reopened())
    _remember_facts(scene)
    if conversation.owner == "agent":
        satisfaction.pressed_in_talk(scene)
        scene.action, scene.reason, scene.role = "handoff", "person", "agent"
        return scene.decision()
    _route(scene)
    if not case_talk.lead_back(scene):
        lead_on(scene)
    _end_turn(scene)
    return scene.decision()


def _end_turn(scene: Scene) -> None:
    """What the flow moved on to without asking anything leaves nothing waited for: a "yes" now means none of it."""
    waits = any(isinstance(x, (e.FactAsked, e.OrderReadBack)) for x in scene.events)
    if scene.action == "flow" and scene.conversation.awaiting and not waits:
        scene.happen(e.FactAsked(""))


def _language(conversation: Conversation, incoming: Incoming, meaning: Meaning) -> Language:
    """As the shopper writes; a lone Latin word ("XL", "ok"), figures or pinyin do not switch a Chinese chat."""
    words = incoming.text
    if incoming.kind not in ("text", "edited") or not (_HAN.search(words) or _LATIN_WORD.search(words)):
        if conversation.turns == 0 and incoming.app_language:
            return "zh" if incoming.app_language.casefold().startswith("zh") else "en"
        return conversation.language
    if meaning.language == "en" and (_is_pinyin(meaning) or (conversation.turns and len(words.split()) < 2)):
        return conversation.language
    return meaning.language


def _is_pinyin(meaning: Meaning) -> bool:
    """Latin letters that come nearest to a Chinese phrasing ("baoyou ma")."""
    return meaning.sure and bool(meaning.candidates) and bool(_HAN.search(meaning.candidates[0].phrase))


def _remember_facts(scene: Scene) -> None:
    said = scene.meaning.entities
    facts = e.ShopperFactsGiven(
        height_cm=said.height_cm,
        weight_kg=said.weight_kg,
        region=said.region,
        province=said.province,
        budget_fen=said.money_fen if scene.meaning.topic == "product.recommend" else None,
        tags=tuple(sorted(t for t in said.tags if not t.startswith(_OF_THE_MOMENT))),
    )
    if facts != e.ShopperFactsGiven():
        scene.happen(facts)
    as_gift = "promo.gift" in reading.topics(scene)
    if said.product_id and said.product_id in scene.shop.product_by_id and not as_gift:
        scene.happen(e.ProductPutOnTable(said.product_id))


def _route(scene: Scene) -> None:
    kind = scene.incoming.kind
    if kind == "start" and not scene.incoming.action.startswith("cmd:"):
        if not proof.took_link(scene):
            greet.start(scene)
    elif _only_waits(scene):
        handover.remind(scene)
    elif kind in ("button", "start"):
        if not press(scene, scene.incoming.action):
            clarify.outdated(scene)
    elif kind == "sticker":
        scene.action = "smalltalk"
        scene.say("sticker")
    elif kind in _MEDIA and (case_talk.took_media(scene) or (not scene.wording.strip() and matter.agreed(scene))):
        pass
    elif kind in _MEDIA and not scene.wording.strip():
        _media(scene)
    elif kind in _MEDIA:
        _captioned(scene)
    else:
        _words(scene)


def _gave_up_waiting(scene: Scene) -> bool:
    """ "算了", with no order in hand that it could mean."""
    stops = scene.conversation.owner == "waiting" and scene.meaning.act == "stop"
    return stops and not confirm_order.in_order(scene)


def _only_waits(scene: Scene) -> bool:
    """A shop may leave everything to the person she waits for; only that she wants the bot back is heard then."""
    if scene.conversation.owner != "waiting" or scene.rules.answer_while_waiting:
        return False
    if scene.incoming.kind in ("button", "start"):
        return scene.incoming.action.partition(":")[0] not in _HEARD_WHILE_WAITING
    return scene.meaning.act != "bot"


def _media(scene: Scene) -> None:
    """We read text. Where a picture may prove something a person looks; otherwise words are asked for."""
    if _proves(scene) or scene.conversation.owner == "waiting" or scene.conversation.misses:
        handover.to_person(scene, "media", "after_sales" if _proves(scene) else "agent")
        return
    scene.action = "clarify"
    scene.say("media_words", buttons=greet.MENU[-1:])
    scene.happen(e.NotUnderstood())


def _captioned(scene: Scene) -> None:
    """Words under a picture are answered; the picture itself goes to a person where it may prove something."""
    if _proves(scene) and not scene.meaning.sure:
        handover.to_person(scene, "media", "after_sales")
        return
    _words(scene)
    if scene.action == "handoff":
        return
    if _proves(scene):
        handover.to_person(scene, "media", "after_sales")
    else:
        scene.say("media_caption")


def _proves(scene: Scene) -> bool:
    """She has an order, or talks about what happened to one."""
    nearest = scene.meaning.candidates[0].topic if scene.meaning.candidates else ""
    topics = (scene.before.topic or "", nearest)
    return bool(scene.situation.orders) or any(t.startswith(("aftersale.", "service.", "order.")) for t in topics)


def _words(scene: Scene) -> None:
    if proof.took_proof(scene) or satisfaction.explained(scene):
        return
    if _gave_up_waiting(scene):
        handover.back_to_bot(scene)
        return
    if case_talk.small_after_all(scene) or (not case_talk.collects(scene) and elsewhere.told(scene)):
        return
    if not case_talk.is_answered(scene) and _hands_over(scene):
        return
    if scene.before.awaiting != case_words.AWAITED and order_words.took_fact(scene):
        return  # an answer in between had a question of its own
    if case_talk.took(scene) or invoice.agreed(scene) or matter.agreed(scene):
        return
    if _chose(scene) or order_words.took_fact(scene) or order_words.acted(scene):
        return
    if order_words.stated(scene) or order_talk.without_number(scene):
        return
    topics = reading.topics(scene)
    if topics:
        _answer(scene, topics)
    elif not (matter.named(scene) or _mentioned(scene)):
        clarify.unclear(scene)


def _answer(scene: Scene, topics: tuple[str, ...]) -> None:
    """Every question in turn; what was said about the goods beside them is kept for the order."""
    product = scene.product()
    if reading.says_line(scene) and not confirm_order.in_order(scene):
        lines.note(scene, product if product is not None and not product.discontinued else None)
    for topic in topics:
        answering.answer(scene, topic)
        if scene.action == "handoff":
            return


def _hands_over(scene: Scene) -> bool:
    """A rule of the shop sends this to a person before anything else looks at it."""
    if _bulk(scene) and not case_talk.about(scene, "bulk"):
        scene.topics.append("bulk")
        answering.answer(scene, "bulk") if scene.has("bulk") else handover.to_person(scene, "bulk", "bulk_specialist")
        return True
    topic = scene.meaning.topic if scene.meaning.sure else None
    if topic is None or scene.meaning.act == "bot":
        return False
    if reading.no_bulk(scene) or case_talk.about(scene, answering.reason_of(topic)):
        return False
    if scene.conversation.owner == "waiting" and topic in ("greeting", "human"):
        handover.remind(scene)  # "人呢": she calls for the person promised
        return True
    if topic in answering.TO_PERSON or scene.shop.answer_by_topic[topic].handoff:
        answering.answer(scene, topic)
        return True
    return False


def _bulk(scene: Scene) -> bool:
    """From the threshold on (A7), where the number is about pieces to buy; shops without goods have no bulk rule."""
    quantity = scene.meaning.entities.quantity
    if quantity is None or not scene.shop.products or not promises.bulk(scene.shop.promises, quantity):
        return False
    topic = scene.meaning.topic
    if scene.tagged("says.change") and not scene.situation.orders:
        return True  # "不对，25件"
    in_order = confirm_order.in_order(scene) and not scene.is_question
    return in_order or topic is None or not scene.meaning.sure or topic in _BULK_UNDER


def _chose(scene: Scene) -> bool:
    """ "2" or "the second one" after choices were told."""
    ordinal, choices = scene.meaning.entities.ordinal, scene.before.choices
    if ordinal is None or not choices:
        return False
    index = len(choices) - 1 if ordinal == -1 else ordinal - 1
    if not 0 <= index < len(choices):
        return False
    kind, _, chosen = choices[index].partition(":")
    if (topic := reading.question(scene)) is not None:
        if kind == "p" and topic.startswith("product.") and topic != "product.compare":
            scene.happen(e.ProductPutOnTable(chosen))  # "第一个多少钱": what is asked is answered of it
        return False
    if kind == "p" and scene.is_question and reading.says_line(scene) and scene.has("product.stock"):
        scene.happen(e.ProductPutOnTable(chosen))  # "第一个有黑色XL吗": chosen and asked in one
        answering.answer(scene, "product.stock")
        return True
    return press(scene, choices[index])


def _mentioned(scene: Scene) -> bool:
    """No topic, but goods were named: show them, unless something we do not understand is asked of them."""
    said = scene.meaning.entities
    if scene.is_question and not (scene.meaning.elliptic or seeks(scene.wording)):
        return False
    product = scene.shop.product_by_id.get(said.product_id or "")
    scene.action = "flow"
    if product is not None and product.id == scene.before.product_id and scene.before.step == "promo":
        confirm_order.begin(scene)  # "这个", with its card right above
    elif product is not None:
        introduce.show(scene, product)
    elif len(said.product_ids) > 1:
        introduce.which_of(scene, [p for i in said.product_ids if (p := scene.shop.product_by_id.get(i))])
    elif said.category_id is not None and _REFUSES.search(scene.wording):
        introduce.offer(scene, introduce.others(scene, said.category_id))
    elif said.category_id is not None:
        introduce.offer(scene, introduce.wish_of(scene))
    else:
        return False
    return True
