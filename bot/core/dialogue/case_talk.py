"""While a case asks for facts: her answer is taken, her own questions are answered first, her "never mind" ends it."""

from __future__ import annotations

import re

from bot.core import events as e
from bot.core import fact_values, promises
from bot.core.books import book_for, book_of
from bot.core.case_run import asked, give
from bot.core.case_steps import carried
from bot.core.cases import Case
from bot.core.dialogue import case_words, confirm_order, handover, matter, reading
from bot.core.dialogue.satisfaction import ask_satisfaction
from bot.core.dialogue.scene import Scene
from bot.core.playbooks import Ask, AskSatisfaction, Effect, Fact, Follow, Playbook, Tell

#: Reason of a case -> topics that speak of its own matter.
_OWN: dict[str, tuple[str, ...]] = {
    "gift": ("promo.gift", "gift_for_someone"),
    "bargain": ("promo.bargain", "promo.coupon"),
    "free_shipping": ("promo.bargain", "logistics.fee"),
    "aftersale": ("aftersale.", "service."),
}

#: Cases about buying; the others ask what happened to an order.
_BEFORE_THE_SALE = frozenset({"gift", "bargain", "free_shipping", "bulk", "invoice"})
#: What is stated about these is a new matter there too; anything else is the answer to what was asked.
_NEW_MATTERS = frozenset({"order.place", "product.recommend", "invoice"})

#: A sure topic this strong, of words that ask nothing, is another matter rather than somebody's name.
_CLEARLY = 0.8
#: Words that stand so in the knowledge are that question, whether they look like one or not ("你们几点上班").
_BY_HEART = 0.97
#: Topics of what happened to her, which is what such a matter asks about.
_AFTER_THE_SALE = ("aftersale.", "service.", "order.")
#: Words that hold data, whatever topic they come near to: long figures, names of companies and banks.
_DATA = re.compile(
    r"\d{6,}|公司|银行|[支分]行|合作社|事务所|学校|学院|大学|医院|中心|集团|商行"
    r"|\b(?:ltd|inc|llc|co|gmbh|bank|company|corp|limited)\b",
    re.IGNORECASE,
)
#: There is no order number to give.
_NO_ORDER = re.compile(
    r"没有?订单|没有?单号|[没未]有?(?:下单|下过单|拍|买)"
    r"|(?:no|without|don['’]t have an?) order|(?:not|n['’]t) (?:yet )?(?:ordered|bought)",
    re.IGNORECASE,
)
#: Acts that answer nothing where words are wanted.
_IDLE = frozenset({"yes", "more", "order", "bot"})


def took(scene: Scene) -> bool:
    """Her words answered what is asked, or ended the matter; False: they are about something else."""
    held = _held(scene)
    if held is None:
        return False
    book, case, fact = held
    if fact.kind == "order" and not fact.optional and _has_none(scene):
        drop(scene, "case_needs_order")
        return True
    if _drops(scene, fact):
        drop(scene)
        return True
    if _elsewhere(scene, case, fact):
        return False
    _give(scene, book, case, scene.wording)
    return True


def took_media(scene: Scene) -> bool:
    """A picture that is asked for, whatever stands below it; without words also one that an open matter can use."""
    held = _held(scene)
    if not scene.incoming.media or scene.conversation.owner != "bot":
        return False
    if held is not None and held[2].kind == "photo":
        _give(scene, held[0], held[1], scene.wording)
        return True
    return not scene.wording.strip() and _kept_as_evidence(scene, held)


def _kept_as_evidence(scene: Scene, held: tuple[Playbook, Case, Fact] | None) -> bool:
    """With the case that asks just now, else with the newest one that takes pictures."""
    cases = (held[1],) if held is not None else tuple(reversed(scene.situation.cases))
    for case in cases:
        book = book_of(scene.shop, case)
        fact = next((f for f in book.facts if f.kind == "photo" and f.at in ("", case.step)), None)
        if fact is None:
            continue
        photos = " ".join((case.fact(fact.id), *scene.incoming.media)).strip()
        kept = case.with_fact(fact.id, photos).noted(scene.now, "shopper", f"fact:{fact.id}")
        handover.put(scene, case, kept)
        scene.action, scene.reason, scene.role = "handoff", case.reason, case.role
        if held is not None:
            case_words.ask_again(scene, book, kept)
        else:
            case_words.expected(scene, kept, again=True)
        return True
    return False


def press(scene: Scene, value: str) -> bool:
    """``<place>:<fact>``: one of the choices; ``drop``. False when another fact is asked for by now."""
    held = _held(scene)
    if held is None:
        return False
    if value == "drop":
        drop(scene)
        return True
    place, _, name = value.partition(":")
    book, case, fact = held
    if name != fact.id or not place.isdecimal() or not 1 <= int(place) <= len(fact.choices):
        return False
    _give(scene, book, case, fact.choices[int(place) - 1].label.get(scene.language))
    return True


def is_answered(scene: Scene) -> bool:
    """A bare yes or no to what is asked, whatever else such a word may come near to."""
    held = _held(scene)
    return held is not None and held[2].kind == "yes_no" and scene.meaning.act in ("yes", "no")


def collects(scene: Scene) -> bool:
    """Whether a matter asks her for a fact just now."""
    return _held(scene) is not None


def small_after_all(scene: Scene) -> bool:
    """ "不对，是2件" to the bulk specialist's questions: no bulk order any more (A7), it is taken here."""
    held, pieces = _held(scene), scene.meaning.entities.quantity
    if held is None or held[1].reason != "bulk" or not pieces or promises.bulk(scene.shop.promises, pieces):
        return False
    if held[2].known_as != "quantity" and not scene.tagged("says.change"):
        return False
    handover.close(scene, held[1])
    case_words.stop_waiting(scene)
    scene.say("bulk_small", pieces=pieces)
    confirm_order.begin(scene)
    return True


def about(scene: Scene, reason: str) -> bool:
    """Whether facts are being collected for this very reason."""
    case = handover.collecting(scene)
    return case is not None and case.reason == reason


def lead_back(scene: Scene) -> bool:
    """After something else was answered the fact is asked for again; False when none is asked for."""
    held = _held(scene)
    if held is None or scene.conversation.owner != "bot" or scene.action == "handoff":
        return False
    if not scene.has_asked():
        case_words.ask_again(scene, held[0], held[1])
    return True


def drop(scene: Scene, template: str = "case_dropped") -> None:
    held = _held(scene)
    if held is None:
        return
    scene.action = "smalltalk"
    handover.close(scene, held[1])
    case_words.stop_waiting(scene)
    scene.say(template)


def _held(scene: Scene) -> tuple[Playbook, Case, Fact] | None:
    case = handover.collecting(scene)
    if case is None or any(changed.case_id == case.case_id for changed in scene.cases):
        return None  # it went on with this very message
    book = book_of(scene.shop, case)
    fact = asked(book, case)
    return None if fact is None else (book, case, fact)


def _has_none(scene: Scene) -> bool:
    """ "没有", "我还没下单": what needs an order has to wait for one."""
    return scene.meaning.act == "no" or bool(_NO_ORDER.search(scene.wording))


def _drops(scene: Scene, fact: Fact) -> bool:
    """ "算了", or a "no" where that is no answer."""
    if scene.meaning.act != "no":
        return scene.meaning.act == "stop"
    if fact.kind in fact_values.WORDS:
        return not fact.optional
    return fact_values.read(fact, scene.wording, (), scene.now) is None


def _elsewhere(scene: Scene, case: Case, fact: Fact) -> bool:
    """A question of its own, or clearly another topic (design: answered first, then the fact is asked for again)."""
    if scene.meaning.act == "no":
        return False
    topic = reading.question(scene)
    if topic is not None and (topic.startswith(_own(case)) or _opens(scene, topic) == case.reason):
        topic = None
    if fact.kind in fact_values.WORDS:
        return _not_text(scene, case, topic)
    if fact_values.read(fact, scene.wording, (), scene.now) is not None:
        return topic is not None and scene.is_question and scene.meaning.act is None
    return topic is not None or _of_order(scene)


def _own(case: Case) -> tuple[str, ...]:
    return _OWN.get(case.reason, (case.reason,))


def _opens(scene: Scene, topic: str) -> str:
    return matter.opens(scene, scene.shop.answer_by_topic[topic])


def _not_text(scene: Scene, case: Case, topic: str | None) -> bool:
    if scene.meaning.act in _IDLE:
        return True
    if topic is None or scene.is_question:
        return topic is not None
    by_heart = scene.meaning.score >= _BY_HEART and not topic.startswith(_AFTER_THE_SALE)
    if case.reason not in _BEFORE_THE_SALE and topic not in _NEW_MATTERS and not by_heart:
        return False
    return scene.meaning.score >= _CLEARLY and not _DATA.search(scene.wording)


def _of_order(scene: Scene) -> bool:
    said, known = scene.meaning.entities, scene.conversation
    if confirm_order.in_order(scene) or known.draft.product_id is not None:
        return reading.says_order(scene)
    looks = (known.product_id is not None or bool(known.shown)) and not scene.situation.orders
    takes = said.quantity is not None and (said.color or said.size)
    return looks and bool(takes or (said.address and said.phone))


def _give(scene: Scene, book: Playbook, case: Case, words: str) -> None:
    media, orders = scene.incoming.media, scene.situation.orders
    given, effects = give(
        book, case, words, media, scene.now, scene.duty, scene.rules.cases, orders, scene.situation.seen
    )
    handover.put(scene, case, given)
    topic = _OWN.get(case.reason, (case.reason,))[0]
    if scene.has(topic):
        scene.topics.append(topic)
    if given.state == "collecting":
        scene.action = "ask"
        _tell(scene, effects)
        return
    scene.action, scene.reason, scene.role = "handoff", case.reason, given.role
    if not given.open:
        _over(scene, given, effects)
        return
    given = handover.refreshed(scene, given)
    handover.begun(scene, book, given, effects)


def _tell(scene: Scene, effects: tuple[Effect, ...]) -> None:
    for effect in effects:
        if isinstance(effect, Ask):
            case_words.ask(scene, effect)
        elif isinstance(effect, Tell):
            scene.say("text", text=effect.text.get(scene.language), source=(effect.source,))


def _over(scene: Scene, case: Case, effects: tuple[Effect, ...]) -> None:
    """Her own answer ended it: what comes next begins, or she is asked how satisfied she is (G3)."""
    scene.action = "answer"
    _tell(scene, effects)
    case_words.stop_waiting(scene)
    scene.happen(e.CaseEnded(case.case_id, case.step))
    for effect in effects:
        if isinstance(effect, Follow):
            numbers = (case.fact("order_no"),) if case.fact("order_no") else case.order_nos
            known = carried(book_of(scene.shop, case), case, book_for(scene.shop, effect.reason))
            handover.to_person(scene, effect.reason, case.role, facts=known, order_nos=numbers)
        elif isinstance(effect, AskSatisfaction) and not any(c.case_id != case.case_id for c in scene.situation.cases):
            scene.happen(e.SatisfactionAsked(case.case_id))
            scene.says.append(ask_satisfaction(scene.conversation, case))
