"""Words that move the order: a fact the bot asked for, a yes or no, facts stated without being asked."""

from __future__ import annotations

import re

from bot.core import events as e
from bot.core.catalogue import Product
from bot.core.dialogue import (
    address,
    answering,
    checkout,
    clarify,
    confirm_order,
    handover,
    introduce,
    lines,
    order_change,
    reading,
)
from bot.core.dialogue.scene import Scene
from bot.core.understanding.questions import threatens, wants

#: She will not buy now.
_LEAVES = re.compile(
    r"不买了|先不买|不拍了|再看看|再想想|再考虑|下次再|改天再"
    r"|\b(?:not buying|won'?t buy|think about it|maybe later|i'?ll pass)\b",
    re.IGNORECASE,
)
#: Words of who has ordered already.
_AN_ORDER = re.compile(
    r"取消|退|单|下了|下过|拍了|拍的|(?<!不)买了|买的|付|已经|发货|撤|\b(?:cancel|order|refund|bought|paid|purchase|ship)",
    re.IGNORECASE,
)


def took_fact(scene: Scene) -> bool:
    """The fact asked for last was given: the question that waited is answered, or the order goes on."""
    waited, topic = scene.before.awaiting, scene.before.awaiting_topic
    if not _given(scene, waited or "") or reading.question(scene) not in (None, topic or None):
        return False
    if topic and scene.has(topic):
        answering.answer(scene, topic)
    elif waited == "product":
        confirm_order.begin(scene)
    elif waited == "quantity" and not lines.in_progress(scene):
        _other_quantity(scene)
    elif waited == "change":
        scene.action = "flow"
        return confirm_order.change_line(scene)
    elif waited == "quantity":
        _quantity(scene)
    else:
        scene.action = "flow"
        confirm_order.absorb(scene)
    return True


def _orders(scene: Scene) -> bool:
    """What, in which color or size, how many: more than the place that was asked for ("我要两件黑色XL 寄到杭州")."""
    said = scene.meaning.entities
    return bool(said.product_id and said.quantity and (said.color or said.size)) and reading.states(scene)


def _given(scene: Scene, waited: str) -> bool:
    said = scene.meaning.entities
    match waited:
        case "product":
            return said.product_id is not None
        case "body":
            return said.height_cm is not None or said.weight_kg is not None
        case "place":
            return said.province is not None and not (said.address or said.phone or _orders(scene))
        case "order":
            return said.order_no is not None
        case "color":
            return said.color is not None and not _elsewhere(scene)
        case "size":
            return (said.size is not None or said.height_cm is not None) and not _elsewhere(scene)
        case "quantity":
            return said.quantity is not None or said.ordinal is not None
        case "address":
            where = said.address or said.phone or said.province or said.person or address.is_bare_name(scene)
            return bool(where) and not reading.says_line(scene)
        case order_change.INSTEAD:
            return order_change.says_what(scene)
        case "change":
            return reading.says_line(scene) or reading.says_where(scene) or bool(said.person)
    return False


def _elsewhere(scene: Scene) -> bool:
    """Another product is named: the words are not about the line that is open."""
    named = scene.meaning.entities.product_id
    return named is not None and named != scene.conversation.draft.product_id


def _quantity(scene: Scene) -> None:
    """How many of the line that is open; a bare figure counts."""
    scene.action = "flow"
    said = scene.meaning.entities
    scene.happen(e.LineDrafted(quantity=said.quantity or max(said.ordinal or 1, 1)))
    confirm_order.absorb(scene)


def _other_quantity(scene: Scene) -> None:
    """How many of what lies in the basket."""
    scene.action = "flow"
    said, basket = scene.meaning.entities, scene.conversation.basket
    quantity = said.quantity or said.ordinal
    if not basket or not quantity or quantity < 1:
        clarify.unclear(scene)
        return
    lines.reopen(scene, lines.meant(scene) or basket[-1], quantity=quantity, color=said.color, size=said.size)
    confirm_order.advance(scene)


def acted(scene: Scene) -> bool:
    """Yes, no, back, stop, more, order, change: read by what the conversation waits for."""
    act, known = "stop" if _walks_away(scene) else scene.meaning.act, scene.before
    waits, going = known.awaiting == "confirm" and bool(known.basket), confirm_order.in_order(scene)
    if _cancelled(scene):
        return True
    match act:
        case "yes" | "order" if waits:
            _confirmed(scene)
        case "no" | "change" if going:
            confirm_order.edit(scene)
        case "stop" if going:
            confirm_order.drop(scene)
        case "back" if going:
            confirm_order.step_back(scene)
        case "hold" if not going:
            scene.action = "smalltalk"
            scene.say("listening")
        case "bot" if known.owner == "waiting":
            handover.back_to_bot(scene)
        case "yes" if known.awaiting == "person":
            handover.to_person(scene, "fact", "agent")
        case "yes" if known.awaiting == "size" and confirm_order.ordering(scene) and confirm_order.advised(scene):
            _takes_advice(scene)
        case "order":
            confirm_order.begin(scene)
        case "yes" if _offered_order(scene):
            confirm_order.begin(scene)
        case "more" if any(c.startswith("p:") for c in known.choices):
            introduce.more(scene)
        case "yes" | "no" | "stop" | "back" | "bot":
            _acknowledge(scene)
        case _:
            return _says_order(scene, waits)
    return True


def _walks_away(scene: Scene) -> bool:
    """ "先不买了，我再看看": nothing was ordered, and no order is spoken of, that could be cancelled."""
    leaves = scene.meaning.topic == order_change.CANCEL and _LEAVES.search(scene.wording)
    return bool(leaves) and not (threatens(scene.wording) or scene.situation.orders or _AN_ORDER.search(scene.wording))


def _cancelled(scene: Scene) -> bool:
    """ "取消吧" with nothing being put together, and her yes or no to the question whether to cancel."""
    meaning, act = scene.meaning, scene.meaning.act
    says_so = meaning.sure and meaning.topic == order_change.CANCEL and act is not None
    if says_so and scene.situation.orders and not confirm_order.in_order(scene):
        answering.answer(scene, order_change.CANCEL)
        return True
    if scene.before.awaiting != order_change.YES or act not in ("yes", "no", "stop", "back"):
        return False
    if act == "yes":
        return order_change.agreed(scene)
    order_change.keep(scene)
    return True


def _confirmed(scene: Scene) -> None:
    if not checkout.confirm(scene):
        confirm_order.resume(scene)
        confirm_order.advance(scene)


def _takes_advice(scene: Scene) -> None:
    advice = confirm_order.advised(scene)
    if advice is not None:
        scene.happen(e.LineDrafted(size=advice.size))
    confirm_order.advance(scene)


def _says_order(scene: Scene, waits: bool) -> bool:
    """ "没问题，就下单吧": says in more words that she orders what was read back."""
    sure = scene.meaning.sure and scene.meaning.topic == "order.place"
    if not (waits and sure) or scene.is_question or reading.says_line(scene) or reading.says_where(scene):
        return False
    _confirmed(scene)
    return True


def _acknowledge(scene: Scene) -> None:
    """An "ok" that nothing waited for; in an order what is missing is said instead."""
    scene.action = "smalltalk"
    if scene.conversation.owner == "waiting":
        handover.remind(scene)
    elif not confirm_order.in_order(scene):
        scene.say("acknowledge")


def _offered_order(scene: Scene) -> bool:
    known = scene.before
    return known.product_id is not None and known.prompt.startswith(("order:", "promo:", "quiet order:"))


def stated(scene: Scene) -> bool:
    """Words that fill or change the order without asking: "两件黑色XL 寄到杭州", "换成蓝色", "备注包好一点"."""
    if threatens(scene.wording):
        return False  # "不送双袜子我就不买了" neither takes out nor puts in
    if _wished(scene) or _renamed(scene):
        return True
    if not confirm_order.in_order(scene) and order_change.of_placed(scene):
        answering.answer(scene, order_change.CHANGE)
        return True
    if reading.question(scene) is not None or not reading.states(scene):
        return False
    return _several(scene) or _swapped(scene) or _sent_by(scene) or _changed(scene) or _filled(scene)


def _wished(scene: Scene) -> bool:
    """A remark for the order, also said as a question ("能放个贺卡吗"); what else she asks is answered with it."""
    known = scene.conversation
    looks = known.product_id is not None and not scene.situation.orders
    in_play = looks or known.draft.product_id is not None or confirm_order.in_order(scene)
    if not scene.tagged("says.wish") or not in_play:
        return False
    topic = reading.question(scene)
    if topic is not None and topic != "gift_for_someone":
        return False
    scene.action = "answer"
    if topic is not None:
        answering.answer(scene, topic)
    if reading.states(scene) and confirm_order.in_order(scene):
        address.take(scene)
        if scene.tagged("says.change") and reading.says_line(scene):
            confirm_order.vary(scene)
    if not any(isinstance(x, e.WishNoted) for x in scene.events):
        confirm_order.wish(scene)
    said = scene.meaning.entities
    if said.color and (said.size or said.quantity) and not confirm_order.in_order(scene):
        confirm_order.begin(scene)  # "1 in white, size L. can you gift wrap it"
    return True


def _renamed(scene: Scene) -> bool:
    """Another recipient for the order that is being put together."""
    name = address.renamed(scene) if confirm_order.in_order(scene) else None
    if name is None:
        return False
    scene.action = "flow"
    scene.happen(e.AddressGiven(name=name))
    confirm_order.resume(scene)
    confirm_order.advance(scene)
    return True


def _several(scene: Scene) -> bool:
    """Several products in one message: complete lines go into the basket, the first of the others is asked about."""
    if len(scene.meaning.lines) > 1 and not any(line.product_id for line in scene.meaning.lines):
        confirm_order.take_variants(scene, scene.meaning.lines)
        return True
    said = [line for line in scene.meaning.lines if line.product_id in scene.shop.product_by_id]
    if (
        len(said) < 2
        or scene.tagged("says.without")
        or not any(line.quantity or line.color or line.size for line in said)
    ):
        return False
    scene.action = "flow"
    scene.happen(e.StepReached("confirm_order"))
    confirm_order.take_several(scene, said)
    return True


def _swapped(scene: Scene) -> bool:
    """Another product instead ("不要这件了 换那件polo"), or one line less."""
    without, change = scene.tagged("says.without"), scene.tagged("says.change")
    if not confirm_order.in_order(scene) or not (without or change):
        return False
    named = [scene.shop.product_by_id[i] for i in _products_said(scene)]
    line = next((x for p in named if (x := lines.held(scene, p)) is not None), None)
    drafted = scene.before.draft.product_id if lines.in_progress(scene) else None
    new = next((p for p in named if lines.held(scene, p) is None and p.id != drafted), None)
    if new is not None:
        _replaced(scene, new, line)
        return True
    if not without or reading.says_line(scene):
        return False
    basket = scene.conversation.basket
    if line is None and lines.in_progress(scene) and basket:
        scene.action = "flow"
        scene.happen(e.DraftForgotten(("product",)))
        confirm_order.advance(scene)
    elif line is not None or basket:
        confirm_order.take_out(scene, line or basket[-1])
    else:
        confirm_order.drop(scene)
    return True


def _products_said(scene: Scene) -> tuple[str, ...]:
    said = scene.meaning
    ids = [line.product_id for line in said.lines] or [said.entities.product_id]
    return tuple(i for i in ids if i and i in scene.shop.product_by_id)


def _replaced(scene: Scene, product: Product, line: lines.Line | None) -> None:
    scene.action = "flow"
    if product.discontinued:
        introduce.show(scene, product)
        return
    lines.replace(scene, product, line)
    address.take(scene)
    confirm_order.advance(scene)


def _named(scene: Scene) -> Product | None:
    return scene.shop.product_by_id.get(scene.meaning.entities.product_id or "")


def _sent_by(scene: Scene) -> bool:
    """A courier and nothing else: the one she wants."""
    said = scene.meaning.entities
    if said.courier_id is None or reading.says_line(scene) or said.address or said.phone or said.product_id:
        return False
    if not confirm_order.in_order(scene):
        return False
    confirm_order.choose_courier(scene)
    return True


def _changed(scene: Scene) -> bool:
    """After the read-back: another product named is one line more, everything else changes what lies in the basket."""
    if not lines.settled(scene) or not (reading.says_line(scene) or reading.says_where(scene)):
        return False
    scene.action = "flow"
    named = _named(scene)
    looks_at = named or (scene.product() if scene.conversation.step != "confirm_order" else None)
    if looks_at is not None and lines.held(scene, looks_at) is None and reading.says_line(scene):
        confirm_order.begin(scene, looks_at)
        return True
    return confirm_order.change_line(scene)


def _filled(scene: Scene) -> bool:
    """Facts that put an order together, or start one."""
    said = scene.meaning.entities
    if confirm_order.ordering(scene) and not _elsewhere(scene):
        fills = reading.says_line(scene) or reading.says_where(scene)
    else:
        bare = scene.product() is None and not (said.color or said.size)
        counts = said.quantity is not None and (wants(scene.wording) or not bare)
        fills = bool(counts or (said.color and said.size) or said.address)
        fills = fills or bool(said.phone and scene.conversation.draft.product_id)
        fills = fills or (scene.before.awaiting == "product" and reading.says_line(scene))
    if fills and not scene.shop.products:
        return False
    if fills:
        confirm_order.begin(scene)
    return fills
