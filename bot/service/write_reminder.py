"""Write a reminder just before it is sent, from the order as it is then (B1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.dialogue.reminders import pay_until, reminder
from bot.core.events import OrderReminded
from bot.core.money import yuan
from bot.core.nudges import order_nos_of
from bot.core.orders import Flag, Note, Order, Status
from bot.core.ports import Clock, OutboxRow, Renderer, Store, Told, Written
from bot.core.ports_orders import OrderStore

_NO_WORDS = Text()


@dataclass(frozen=True, slots=True)
class PayRules:
    """What a reminder says of paying."""

    bot_staff_id: str
    pay_within_hours: float
    #: With ``{order_no}``, ``{fen}`` and ``{yuan}``; empty: ``words`` say how to pay.
    link_template: str = ""
    words: Text = _NO_WORDS


class WriteReminder:
    def __init__(self, store: Store, orders: OrderStore, renderer: Renderer, clock: Clock, rules: PayRules) -> None:
        self._store = store
        self._orders = orders
        self._renderer = renderer
        self._clock = clock
        self._rules = rules

    async def __call__(self, row: OutboxRow) -> Written | None:
        """None when it must not be sent any more: paid, closed, a person talks, or she opted out.

        Of several orders the newest is told in full, the others that are still due beside it. Raises TemplateError.
        """
        conversation = (await self._store.load(row.conversation_id, row.channel)).conversation
        found = [await self._orders.order(order_no) for order_no in order_nos_of(row.ref)]
        due = [order for order in found if order is not None and _still_due(order, conversation)]
        if not due:
            return None
        order, *others = sorted(due, key=lambda order: (order.created_at, order.order_no), reverse=True)
        now, rules = self._clock.now(), self._rules
        until = pay_until(order, rules.pay_within_hours)
        say = reminder(
            order,
            conversation.language,
            until=until.astimezone(now.tzinfo) if until else None,
            link=pay_link(order, rules.link_template),
            # How to pay in the chat holds for orders of the chat only.
            payment=rules.words.get(conversation.language) if order.source == "chat" else "",
            others=others,
        )
        reply = self._renderer.render(say, conversation.language, row.channel)
        also = tuple(other.order_no for other in others)
        event = OrderReminded(order.order_no, reply.text, tuple(button.action for button in reply.buttons), also)
        note = Note("reminded", rules.bot_staff_id, now, Flag.BLUE)
        return Written(reply, Told(event, note, (order.order_no, *also)))


def _still_due(order: Order, conversation: Conversation) -> bool:
    return (
        order.status is Status.UNPAID
        and not order.no_reminders
        and order.conversation_id == conversation.id
        and conversation.owner == "bot"
        and not conversation.no_reminders
    )


def pay_link(order: Order, template: str) -> str:
    """The order's own address, else the shop's for orders of the chat; empty when there is none."""
    if order.pay_url or order.source != "chat" or not template:
        return order.pay_url
    values = {"order_no": order.order_no, "fen": str(order.total_fen), "yuan": yuan(order.total_fen).removeprefix("¥")}
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template
