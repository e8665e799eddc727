"""What deciding looks at and writes to: one message, one scene, one decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, Literal

from bot.core.binding import Claim
from bot.core.case_keys import Seen
from bot.core.case_run import CaseRules
from bot.core.cases import Case
from bot.core.catalogue import Product, Shop, Variant
from bot.core.conversation import Conversation, fold
from bot.core.dialogue.sayings import as_declared
from bot.core.events import ChoicesOffered, Event, FactAsked, OrderReadBack, PromptTold
from bot.core.ledger import Promised
from bot.core.messages import Button, Incoming, Language, Say
from bot.core.orders import Order
from bot.core.people import Duty, Roster
from bot.core.tracking import Parcel
from bot.core.understanding.meaning import Meaning
from bot.core.understanding.questions import asks

#: What a message led to, in the words of the contract.
Action = Literal["answer", "ask", "flow", "clarify", "handoff", "smalltalk"]


@dataclass(frozen=True, slots=True)
class DialogueRules:
    """The settings dialogue obeys."""

    #: Messages not understood in a row before a person is called.
    misses_before_person: int = 2
    recommend_count: int = 3
    max_choices: int = 3
    #: Goes on every order closed by the bot alone (A10).
    bot_staff_id: str = "XE01"
    #: When the day's printing of labels ends, shop time; from then on a paid order counts as printed (B6). None: never.
    printing_ends: time | None = time(17)
    #: While she waits for a person, what the knowledge tells is answered; else she only hears that she is heard.
    answer_while_waiting: bool = True
    #: Address of the survey (D6); empty: there is none.
    survey_link: str = ""
    #: When nobody comes, and when she falls silent.
    cases: CaseRules = field(default_factory=CaseRules)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the store knows beside the conversation."""

    orders: tuple[Order, ...] = ()
    #: ``limit`` promotions whose one chance is used (A5).
    used_promotions: frozenset[str] = frozenset()
    #: SKU -> pieces reserved by other orders.
    reserved: Mapping[str, int] = field(default_factory=dict)
    #: What came of proving whose an order is with this very message; None: nothing was proved or tried.
    claim: Claim | None = None
    #: Cases that are not closed, oldest first.
    cases: tuple[Case, ...] = ()
    #: Tracking number -> what couriers tell of her parcels; None: nobody asked them.
    parcels: Mapping[str, Parcel] | None = None
    #: Who is there, and when; None: the shop's hours alone count.
    duty: Duty | None = None
    #: What was looked up of things that may be served once.
    seen: Seen = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ids:
    """Fresh names, given from outside because the core invents nothing."""

    order_no: str
    case_id: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one message leads to."""

    events: tuple[Event, ...]
    says: tuple[Say, ...]
    conversation: Conversation
    action: Action
    topics: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    cases: tuple[Case, ...] = ()
    uses_promotions: tuple[str, ...] = ()
    #: What the bot itself promised, within the standard.
    promised: tuple[Promised, ...] = ()
    reserves: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: Set for ``handoff``: why, and to whom.
    reason: str | None = None
    role: str | None = None


class Scene:
    """One message being decided; collects what happens and what is said."""

    def __init__(
        self,
        conversation: Conversation,
        incoming: Incoming,
        meaning: Meaning,
        shop: Shop,
        situation: Situation,
        rules: DialogueRules,
        now: datetime,
        ids: Ids,
    ) -> None:
        #: As it was before this message.
        self.before = conversation
        #: As it is after everything that happened so far.
        self.conversation = conversation
        self.incoming = incoming
        self.meaning = meaning
        self.shop = shop
        self.situation = situation
        self.rules = rules
        #: Aware, in the shop's zone.
        self.now = now
        self.ids = ids
        self.events: list[Event] = []
        self.says: list[Say] = []
        self.topics: list[str] = []
        self.action: Action = "flow"
        self.reason: str | None = None
        self.role: str | None = None
        self.orders: list[Order] = []
        self.cases: list[Case] = []
        self.uses_promotions: list[str] = []
        self.promised: list[Promised] = []
        self.reserves: dict[str, tuple[int, int]] = {}

    @property
    def language(self) -> Language:
        return self.conversation.language

    @property
    def duty(self) -> Duty:
        zone = self.now.tzinfo or UTC
        return self.situation.duty or Duty(Roster(), (), self.shop.about.hours, zone)

    def happen(self, *events: Event) -> None:
        self.events.extend(events)
        self.conversation = fold(self.conversation, events)

    def say(
        self,
        template: str,
        *,
        buttons: tuple[Button, ...] = (),
        photo: str | None = None,
        source: tuple[str, ...] = (),
        **data: Any,
    ) -> None:
        """Tell ``template`` with exactly the variables that :data:`.SAYINGS` declares for it."""
        as_declared(template, data)
        self.says.append(Say(template, data, buttons, photo, tuple(s for s in source if s)))

    def wait_for(self, fact: str, topic: str = "", *, prompt: str = "") -> None:
        """The next message is read with ``fact`` in mind; ``prompt`` names what was told, to tell it once."""
        self.happen(FactAsked(fact, topic))
        if prompt:
            self.happen(PromptTold(prompt))

    def offer(self, *actions: str) -> None:
        """Choices were told: "the second one" means the second of these."""
        self.happen(ChoicesOffered(actions))

    def has_asked(self) -> bool:
        """Whether this turn put something before her already."""
        return any(isinstance(x, (FactAsked, ChoicesOffered, OrderReadBack)) for x in self.events)

    def tagged(self, tag: str) -> bool:
        """Whether words of ``phrases.tags[tag]`` were said."""
        return tag in self.meaning.entities.tags

    @property
    def wording(self) -> str:
        """The words of this message; empty for buttons and stickers."""
        return "" if self.incoming.kind in ("button", "start", "sticker") else self.incoming.text

    @property
    def is_question(self) -> bool:
        return asks(self.wording)

    @property
    def new_day(self) -> bool:
        """The last message came on another shop-local day: what was read back then may no longer hold."""
        last = self.before.last_at
        return last is not None and last.astimezone(self.now.tzinfo).date() != self.now.date()

    def stock(self, variant: Variant) -> int:
        """Pieces that can still be promised."""
        return max(variant.stock - self.situation.reserved.get(variant.sku, 0), 0)

    def product(self) -> Product | None:
        """The product the message is about: named in it, or the one on the table."""
        named = self.meaning.entities.product_id
        return self.shop.product_by_id.get(named or self.conversation.product_id or "")

    def has(self, topic: str) -> bool:
        """Whether the shop declares ``topic``."""
        return topic in self.shop.answer_by_topic

    def decision(self) -> Decision:
        return Decision(
            events=tuple(self.events),
            says=tuple(self.says),
            conversation=self.conversation,
            action=self.action,
            topics=tuple(dict.fromkeys(self.topics)),
            orders=tuple(self.orders),
            cases=tuple(self.cases),
            uses_promotions=tuple(self.uses_promotions),
            promised=tuple(self.promised),
            reserves=dict(self.reserves),
            reason=self.reason,
            role=self.role,
        )
