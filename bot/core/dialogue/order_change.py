"""A placed order of hers to be changed or cancelled: as far as its state permits, told at once (B6)."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core import events as e
from bot.core.dialogue import handover, reading
from bot.core.dialogue.binding import prove
from bot.core.dialogue.cards import order_card
from bot.core.dialogue.reminders import changed_her_mind
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button
from bot.core.order_rules import may_cancel, may_change
from bot.core.orders import Order, Status
from bot.core.promises import Refuse

#: Topics about a placed order.
CHANGE, CANCEL = "order.change", "order.cancel"

# What the conversation waits for; the order meant is `named_order`.
#: A yes before an order is cancelled.
YES = "cancel"
#: What she wants instead, where she did not say it.
INSTEAD = "order_change"
#: The rule's answer was no; asked for the same again, a person looks at it.
_REFUSED = "refused"
#: The printing agent has her wish.
_PASSED_ON = "passed_on"

#: "不取消了", "don't cancel it": near a cancellation by its words, and the contrary of one.
_NOT_CANCEL = re.compile(r"(?:不|别|勿|不用|不要|无需)再?给?我?取消|(?:n['’]t|\bnot|\bnever|no need to)\s+cancel")


def own(scene: Scene, number: str | None, topic: str = "") -> Order | None:
    """Hers of that number; without one, what this very ``topic`` was just about, else the newest that is not over."""
    orders, before = scene.situation.orders, scene.before
    if number is None and topic and before.awaiting_topic == topic:
        number = before.named_order or None
    if number:
        return next((o for o in orders if o.order_no.casefold() == number.casefold()), None)
    return next((o for o in reversed(orders) if not o.ended), orders[-1] if orders else None)


def found(scene: Scene, topic: str) -> bool:
    """Do with her own order what ``topic`` asks, or ask for proof that it is hers; False when none is meant."""
    number = scene.meaning.entities.order_no
    order = own(scene, number, topic)
    if order is None and number:
        prove(scene, topic, number)
        return True
    if order is None:
        return False
    (_change if topic == CHANGE else _cancel)(scene, order)
    return True


def _change(scene: Scene, order: Order) -> None:
    verdict = may_change(order, scene.now, scene.rules.printing_ends)
    if isinstance(verdict, Refuse):
        _refuse(scene, order, CHANGE, verdict.reason)
    else:
        _pass_on(scene, order, CHANGE)


def _cancel(scene: Scene, order: Order) -> None:
    verdict = may_cancel(order, scene.now, scene.rules.printing_ends)
    if isinstance(verdict, Refuse):
        _refuse(scene, order, CANCEL, verdict.reason)
    elif order.status is not Status.UNPAID:
        _pass_on(scene, order, CANCEL)
    elif order.source == "chat":
        _ask_to_cancel(scene, order)
    else:
        changed_her_mind(scene, order)


def _refuse(scene: Scene, order: Order, topic: str, reason: str) -> None:
    """The rule's answer; whoever asks for the same again gets a person."""
    if _was(scene, _REFUSED, topic, order):
        handover.to_person(scene, "order", "after_sales")
        scene.cases[:] = [replace(case, order_nos=(order.order_no,)) for case in scene.cases]
        return
    scene.say(
        "order_refused",
        order=order_card(order, scene.language),
        reason=reason,
        cancel=topic == CANCEL,
        buttons=(Button("menu.human", "m:human"),),
    )
    _wait(scene, _REFUSED, topic, order)


def _pass_on(scene: Scene, order: Order, topic: str) -> None:
    """Whoever prints is told at once, in her words; the conversation stays the bot's."""
    told = topic == CANCEL or bool(_says_what(scene))
    if not (topic == CANCEL and _was(scene, _PASSED_ON, topic, order)):
        facts = (("order_no", order.order_no), ("wants", topic.removeprefix("order.")))
        handover.beside(scene, "order", "printing", facts, order.order_no)
    scene.say("order_passed_on", order=order_card(order, scene.language), cancel=topic == CANCEL, said=told)
    _wait(scene, _PASSED_ON if told else INSTEAD, topic, order)


def _ask_to_cancel(scene: Scene, order: Order) -> None:
    """Cancelled only after a yes: a sentence may have been meant otherwise."""
    if _NOT_CANCEL.search(scene.wording.casefold()):
        keep(scene)
        return
    if _was(scene, YES, CANCEL, order) and not scene.new_day:
        _close(scene, order)
        return
    scene.say(
        "order_cancel",
        order=order_card(order, scene.language),
        buttons=(Button("order.cancel", f"cancel:{order.order_no}"),),
    )
    _wait(scene, YES, CANCEL, order)


def agreed(scene: Scene) -> bool:
    """A yes to the question whether to cancel; False where that is not what was asked last."""
    order = own(scene, None, CANCEL)
    if order is None or scene.before.misses or not _was(scene, YES, CANCEL, order):
        return False
    scene.action = "answer"
    _cancel(scene, order)
    return True


def keep(scene: Scene) -> None:
    """It stays as it is."""
    scene.action = "smalltalk"
    scene.happen(e.FactAsked(""), e.OrderNamed(""))
    scene.say("acknowledge")


def press(scene: Scene, order_no: str) -> bool:
    """The button that cancels; what is paid meanwhile is judged anew. False for another shopper's order."""
    order = next((mine for mine in scene.situation.orders if mine.order_no == order_no), None)
    if order is None:
        return False
    scene.action = "answer"
    if order.status is Status.UNPAID and order.source == "chat":
        _close(scene, order)
    else:
        _cancel(scene, order)
    return True


def _close(scene: Scene, order: Order) -> None:
    scene.happen(e.FactAsked(""), e.OrderNamed(""))
    changed_her_mind(scene, order)


def says_what(scene: Scene) -> bool:
    """What she wants instead was said, after she had been asked for it."""
    return bool(_says_what(scene)) and not scene.is_question


def of_placed(scene: Scene) -> bool:
    """Words that state a change ("改寄到北京市朝阳区…", "改成两件") of what she ordered, nothing else being in hand."""
    open_orders = any(not order.ended for order in scene.situation.orders)
    if not open_orders or not scene.has(CHANGE) or reading.question(scene) is not None:
        return False
    sure = scene.meaning.sure and scene.meaning.topic == CHANGE
    return sure or (scene.tagged("says.change") and reading.says_where(scene))


def _says_what(scene: Scene) -> bool:
    return reading.says_order(scene) or bool(scene.meaning.entities.person)


def _was(scene: Scene, waited: str, topic: str, order: Order) -> bool:
    known = scene.before
    return (known.awaiting, known.awaiting_topic, known.named_order) == (waited, topic, order.order_no)


def _wait(scene: Scene, waited: str, topic: str, order: Order) -> None:
    scene.happen(e.OrderNamed(order.order_no))
    scene.wait_for(waited, topic)
