"""What a shopper answers to a payment reminder (B1): paid already, changed her mind, needs help, wants no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core import events as e
from bot.core.dialogue import handover
from bot.core.dialogue.cards import order_card
from bot.core.dialogue.scene import Scene
from bot.core.messages import Button, Language, Say
from bot.core.money import yuan
from bot.core.orders import Note, Order, Status, change_status, with_note

#: What a platform allows a button to carry.
_MAX_ACTION_BYTES = 64
#: More unpaid orders than these are only counted in a reminder.
_MOST_OTHERS = 5


def reminder(
    order: Order,
    language: Language,
    *,
    until: datetime | None,
    link: str,
    payment: str,
    others: Sequence[Order] = (),
) -> Say:
    """What was ordered, what it costs, until when and how to pay. ``until``: in the shop's zone; None: not known.

    ``others``: more unpaid orders of hers, told by number and sum.
    """
    data: dict[str, Any] = {
        "order": {**order_card(order, language), "total": yuan(order.total_fen)},
        "until": {"month": until.month, "day": until.day, "time": f"{until:%H:%M}"} if until else None,
        "link": link,
        "payment": payment,
        "others": [{"no": other.order_no, "total": yuan(other.total_fen)} for other in others[:_MOST_OTHERS]],
        "more": max(0, len(others) - _MOST_OTHERS),
    }
    return Say("nudge", data, buttons(order.order_no))


def buttons(order_no: str) -> tuple[Button, ...]:
    answers = tuple(Button(f"nudge.{value}", f"n:{value}:{order_no}") for value in ("paid", "no", "help"))
    fitting = tuple(button for button in answers if len(button.action.encode()) <= _MAX_ACTION_BYTES)
    return (*fitting, Button("nudge.stop", "n:stop"))


def pay_until(order: Order, pay_within_hours: float) -> datetime | None:
    """When we close it ourselves; what a platform does with its own orders we do not know."""
    return order.created_at + timedelta(hours=pay_within_hours) if order.source == "chat" else None


def press(scene: Scene, value: str) -> bool:
    """A button of a reminder; False when it means nothing here, also for another shopper's order."""
    answer, _, order_no = value.partition(":")
    if answer in ("stop", "again") and not order_no:
        _reminders(scene, wanted=answer == "again")
        return True
    order = next((own for own in scene.situation.orders if own.order_no == order_no), None)
    handler = {"paid": _paid, "no": changed_her_mind, "help": _help}.get(answer)
    if order is None or handler is None:
        return False
    if order.status is Status.UNPAID:
        handler(scene, order)
    else:
        scene.action = "answer"
        scene.say("order_state", order=order_card(order, scene.language))
    return True


def _reminders(scene: Scene, *, wanted: bool) -> None:
    scene.happen(e.RemindersWanted() if wanted else e.RemindersStopped())
    if wanted:
        scene.say("nudge_again")
    else:
        scene.say("nudge_stopped", buttons=(Button("nudge.again", "n:again"),))


def _paid(scene: Scene, order: Order) -> None:
    """Only the platform or a person can know: she is believed so far that nobody reminds her, and staff look."""
    if not order.no_reminders:
        scene.orders.append(_noted(scene, replace(order, no_reminders=True), "buyer says it is paid", "check payment"))
        # For whoever looks at payments; the conversation stays the bot's.
        facts = (("order_no", order.order_no), ("says", "paid"))
        handover.beside(scene, "order", "finance", facts, order.order_no)
    scene.say("nudge_paid", order=order_card(order, scene.language))


def changed_her_mind(scene: Scene, order: Order) -> None:
    """An order of this chat is closed and its goods freed; one of a platform is hers to close there."""
    ours = order.source == "chat"
    if ours:
        closed = change_status(order, Status.CLOSED, scene.now, "shopper")
        scene.orders.append(_noted(scene, closed, "buyer changed her mind"))
    elif not order.no_reminders:
        scene.orders.append(_noted(scene, replace(order, no_reminders=True), "buyer changed her mind"))
    scene.say("nudge_closed", order=order_card(order, scene.language), closed=ours)


def _help(scene: Scene, order: Order) -> None:
    handover.to_person(scene, "order", "agent")
    scene.cases[:] = [replace(case, order_nos=(order.order_no,)) for case in scene.cases]


def _noted(scene: Scene, order: Order, content: str, handling: str = "") -> Order:
    return with_note(order, Note(content, scene.rules.bot_staff_id, scene.now, handling=handling))
