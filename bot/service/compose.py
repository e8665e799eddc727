"""Understand, decide, render: from words to words, without storage. The same for every channel and for `ask`."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core import events as e
from bot.core.binding import Claim
from bot.core.case_keys import NOTHING_SEEN, Seen
from bot.core.cases import Case
from bot.core.catalogue import Shop
from bot.core.conversation import Conversation, fold
from bot.core.dialogue import handover
from bot.core.dialogue.decide import decide
from bot.core.dialogue.scene import Decision, DialogueRules, Ids, Scene, Situation
from bot.core.errors import TemplateError
from bot.core.messages import Incoming, RenderedButton, Reply
from bot.core.orders import Order
from bot.core.people import Duty
from bot.core.ports import Renderer
from bot.core.tracking import Parcel
from bot.core.understanding.meaning import Context, Meaning
from bot.core.understanding.understand import Understanding

_log = logging.getLogger(__name__)

#: Kinds whose words are read.
_WORDED = frozenset({"text", "edited", "photo", "video", "document", "voice"})

#: Telegram and the page show this many buttons well.
MAX_BUTTONS = 10


@dataclass(frozen=True, slots=True)
class Composed:
    """A decision and the words for it."""

    decision: Decision
    replies: tuple[Reply, ...]
    meaning: Meaning


def fresh_ids(prefix: str) -> Callable[[datetime], Ids]:
    """Names for a new order and a new case; the store refuses the rare double and the message is decided again."""

    def make(now: datetime) -> Ids:
        return Ids(
            order_no=f"{prefix}{now:%y%m%d}{secrets.randbelow(10**8):08d}",
            case_id=f"C{now:%y%m%d}{secrets.token_hex(5)}",
        )

    return make


class Composer:
    """Holds what every message needs; keeps nothing between messages."""

    def __init__(
        self,
        shop: Shop,
        understanding: Understanding,
        renderer: Renderer,
        rules: DialogueRules,
        ids: Callable[[datetime], Ids],
        max_text_chars: int = 4096,
        duty: Callable[[], Duty] | None = None,
    ) -> None:
        """``duty``: asked anew for every message, because people come, go and are added while the shop runs."""
        self.shop = shop
        self._understanding = understanding
        self._renderer = renderer
        self._rules = rules
        self._ids = ids
        self._max_text_chars = max_text_chars
        self.duty = duty

    def know(self, shop: Shop, understanding: Understanding) -> None:
        """From the next message on the shop's answers and what is understood are these."""
        self.shop, self._understanding = shop, understanding

    def read(self, conversation: Conversation, incoming: Incoming, orders: Iterable[Order] = ()) -> Meaning:
        """What the words mean, given what the conversation knows; buttons and stickers mean nothing here.

        ``orders``: hers, whose numbers are known among her words.
        """
        if incoming.kind not in _WORDED or not incoming.text.strip():
            return Meaning(text="", language=conversation.language)
        numbers = tuple(order.order_no for order in orders)
        context = Context(conversation.product_id, conversation.topic, conversation.awaiting, numbers)
        return self._understanding.understand(incoming.text[: self._max_text_chars], context)

    def skus_in_play(self, conversation: Conversation, meaning: Meaning, incoming: Incoming) -> set[str]:
        """SKUs whose reserved pieces the decision may ask for."""
        ids = {
            conversation.product_id,
            conversation.draft.product_id,
            meaning.entities.product_id,
            *meaning.entities.product_ids[:3],
            incoming.action.partition(":")[2],
        }
        products = [self.shop.product_by_id[i] for i in ids if i and i in self.shop.product_by_id]
        return {v.sku for p in products for v in p.variants} | {sku for sku, _ in conversation.basket}

    def compose(
        self,
        conversation: Conversation,
        incoming: Incoming,
        meaning: Meaning,
        now: datetime,
        *,
        orders: tuple[Order, ...] = (),
        used_promotions: frozenset[str] = frozenset(),
        reserved: Mapping[str, int] | None = None,
        claim: Claim | None = None,
        cases: tuple[Case, ...] = (),
        parcels: Mapping[str, Parcel] | None = None,
        seen: Seen = NOTHING_SEEN,
    ) -> Composed:
        """Decide and render. A template that cannot be rendered promises nothing: the conversation goes to a person."""
        incoming = replace(incoming, text=_storable(incoming.text[: self._max_text_chars]))
        duty = self._on_duty()
        situation = Situation(
            orders, used_promotions, reserved or {}, claim, cases, parcels=parcels, duty=duty, seen=seen
        )
        ids = self._ids(now)
        decision = decide(conversation, incoming, meaning, self.shop, situation, self._rules, now, ids)
        try:
            return self._worded(decision, incoming, meaning)
        except TemplateError as problem:
            _log.error("reply not rendered in %s: %s", conversation.id, problem)
            return self.give_up(conversation, incoming, now, cases)

    def give_up(
        self, conversation: Conversation, incoming: Incoming, now: datetime, cases: tuple[Case, ...] = ()
    ) -> Composed:
        """The bot could not handle a message: say so, and hand the conversation to a person with what was written."""
        meaning = Meaning(text="", language=conversation.language)
        situation = Situation(cases=cases, duty=self._on_duty())
        scene = Scene(conversation, incoming, meaning, self.shop, situation, self._rules, now, self._ids(now))
        scene.happen(e.ShopperSpoke(incoming.message_id, incoming.kind, incoming.text, scene.language, now.isoformat()))
        if conversation.owner == "closed":
            scene.happen(e.Reopened())
        if conversation.owner != "agent":
            handover.to_person(scene, "fact", "agent")
            scene.says[:] = []
            scene.say("unreadable")
        return self._worded(scene.decision(), incoming, meaning)

    def _on_duty(self) -> Duty | None:
        return self.duty() if self.duty is not None else None

    def _worded(self, decision: Decision, incoming: Incoming, meaning: Meaning) -> Composed:
        replies = self._render(decision, incoming.channel)
        spoken = tuple(e.BotSpoke(r.template, r.text, r.source) for r in replies)
        decision = replace(
            decision, events=(*decision.events, *spoken), conversation=fold(decision.conversation, spoken)
        )
        return Composed(decision, replies, meaning)

    def _render(self, decision: Decision, channel: str) -> tuple[Reply, ...]:
        language = decision.conversation.language
        return merged(self._renderer.render(say, language, channel) for say in decision.says)


def merged(replies: Iterable[Reply]) -> tuple[Reply, ...]:
    """One message where several would follow each other; a photo keeps its own words, later words join the last one."""
    found: list[Reply] = []
    for reply in replies:
        if found and reply.photo is None and found[-1].photo is None:
            last = found[-1]
            found[-1] = Reply(
                text="\n\n".join(t for t in (last.text, reply.text) if t),
                buttons=_distinct((*last.buttons, *reply.buttons)),
                template=f"{last.template}+{reply.template}",
                source=tuple(dict.fromkeys((*last.source, *reply.source))),
            )
        elif reply.text or reply.photo:
            found.append(replace(reply, buttons=_distinct(reply.buttons)))
    return tuple(found)


def _distinct(buttons: tuple[RenderedButton, ...]) -> tuple[RenderedButton, ...]:
    return tuple({b.action: b for b in buttons}.values())[:MAX_BUTTONS]


def _storable(text: str) -> str:
    """Text a database and a JSON file can hold: no lone surrogates, no control characters but line breaks and tabs."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in clean if c >= " " or c in "\n\t")
