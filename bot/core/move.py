"""One act of a person, or of the clock, on a conversation: collects what happens and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.case_keys import NOTHING_SEEN, Seen
from bot.core.cases import Case
from bot.core.conversation import Conversation, fold
from bot.core.dialogue.sayings import as_declared
from bot.core.events import Event
from bot.core.ledger import Promised
from bot.core.messages import Attachment, Button, Language, Reply, Say
from bot.core.orders import Order


@dataclass(frozen=True, slots=True)
class Told:
    """Words for the shopper. ``by``: staff id; empty: the bot's own, which are not sent once a person owns the chat."""

    say: Say
    by: str = ""


class Move:
    """Applied in memory at once, stored by one commit."""

    def __init__(
        self,
        conversation: Conversation,
        orders: Sequence[Order],
        cases: Sequence[Case],
        now: datetime,
        seen: Seen = NOTHING_SEEN,
    ):
        #: As it was loaded.
        self.before = conversation
        #: As it is after everything so far.
        self.conversation = conversation
        #: Aware, in the shop's zone.
        self.now = now
        #: What was looked up of things that may be served once.
        self.seen = seen
        self.events: list[Event] = []
        #: In the order they are to be sent: words to render, or a person's own message as it is.
        self.told: list[Told | Reply] = []
        self.promised: list[Promised] = []
        self._orders = {order.order_no: order for order in orders}
        self._cases = {case.case_id: case for case in cases}
        self._changed_orders: dict[str, Order] = {}
        self._changed_cases: dict[str, Case] = {}

    @property
    def language(self) -> Language:
        return self.conversation.language

    @property
    def orders(self) -> tuple[Order, ...]:
        """Her orders as they are by now, oldest first."""
        return tuple(self._orders.values())

    @property
    def cases(self) -> tuple[Case, ...]:
        """Her open cases as they are by now, oldest first."""
        return tuple(case for case in self._cases.values() if case.open)

    @property
    def changed_orders(self) -> tuple[Order, ...]:
        return tuple(self._changed_orders.values())

    @property
    def changed_cases(self) -> tuple[Case, ...]:
        return tuple(self._changed_cases.values())

    def happen(self, *events: Event) -> None:
        self.events.extend(events)
        self.conversation = fold(self.conversation, events)

    def say(
        self,
        template: str,
        *,
        by: str = "",
        buttons: tuple[Button, ...] = (),
        source: tuple[str, ...] = (),
        **data: Any,
    ) -> None:
        """Tell ``template`` with exactly the variables that :data:`.SAYINGS` declares for it."""
        as_declared(template, data)
        self.tell(Say(template, data, buttons, source=tuple(s for s in source if s)), by)

    def tell(self, say: Say, by: str = "") -> None:
        """What the bot would say while a person has her is not said: she is told one thing, by one of them."""
        if by or self.conversation.owner != "agent":
            self.told.append(Told(say, by))

    def pass_on(self, text: str, media: tuple[Attachment, ...], by: str, ref: str) -> None:
        """A person's own message, as it is."""
        self.told.append(Reply(text, by=by, ref=ref, media=media))

    def put_case(self, case: Case) -> None:
        self._cases[case.case_id] = self._changed_cases[case.case_id] = case

    def put_order(self, order: Order) -> None:
        self._orders[order.order_no] = self._changed_orders[order.order_no] = order
