"""What a round does at once about what it found: a word to the shopper, a case for a person. Pure, on a Move."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from bot.core import events as e
from bot.core.care import cared
from bot.core.case_effects import Context, apply
from bot.core.case_run import go_on, open_case
from bot.core.case_steps import Moved
from bot.core.cases import Case
from bot.core.catalogue import Shop
from bot.core.dialogue.cards import order_card, variant_words
from bot.core.dialogue.sayings import SAYINGS
from bot.core.follow_up import FOLLOW_UP_BOOK
from bot.core.messages import Button, Language, Say
from bot.core.move import Move
from bot.core.orders import Order
from bot.core.playbooks import Ask, Tell
from bot.core.rounds import Found

#: Why she was not told: ``person`` holds the conversation or is asked into it, ``opted_out``, ``unreachable``
#: (her channel is one nothing can begin on), ``changed`` (her order moved on meanwhile), ``unbound`` (no chat),
#: ``special_care`` (she is disappointed and is not asked for a survey on top of it).
NOT_TOLD = ("person", "opted_out", "unreachable", "changed", "unbound", "special_care")

#: What she may press below some words.
BUTTONS: dict[str, tuple[Button, ...]] = {
    "survey_ask": (Button("survey.yes", "u:yes"), Button("survey.no", "u:no")),
}
#: Only words are said of an order that is still as it was found.
StillSo = Callable[[Order], bool]


def act(
    move: Move, found: Found, role: str, context: Context, channels: Collection[str], still: StillSo
) -> tuple[str, ...]:
    """Tell and open what ``found`` asks for, each once for its subject and reason; what was done, or why not."""
    order = next((order for order in move.orders if order.order_no == found.order_no), None)
    if found.order_no and (order is None or not still(order)):
        return ("changed",)
    did: list[str] = []
    if found.tell:
        did += _tell(move, found, order, context.shop, channels)
    if found.opens:
        did += _open(move, found, role, context)
    if found.care_days:
        did += _care(move, found)
    return tuple(did)


def _care(move: Move, found: Found) -> list[str]:
    """She is told nothing of it; the newest matter counts the days anew."""
    once = f"care {found.once}"
    if once in move.conversation.rounds_acted:
        return []
    until = move.now + timedelta(days=found.care_days)
    move.happen(e.RoundActed(once), e.CareBegan(found.reason, until.isoformat()))
    return ["marked"]


def _tell(move: Move, found: Found, order: Order | None, shop: Shop, channels: Collection[str]) -> list[str]:
    talk, once = move.conversation, f"told {found.once}"
    if once in talk.rounds_acted:
        return ["told_before"]
    if talk.owner != "bot":
        return ["person"]
    if talk.no_reminders:
        return ["opted_out"]
    if found.tell == "survey_ask" and cared(talk, move.now):
        return ["special_care"]
    if talk.channel not in channels:
        return ["unreachable"]
    say = words(found, order, shop, move.language)
    if say is None:
        return ["changed"]
    if found.tell == "round_back":
        # The wish itself is the memory: she may wish for it again.
        sku = found.subject.partition(" ")[0]
        if sku not in talk.stock_wishes:
            return []
        move.happen(e.StockWishMet(sku))
    else:
        move.happen(e.RoundActed(once))
    move.tell(say)
    return ["told"]


def words(found: Found, order: Order | None, shop: Shop, language: Language) -> Say | None:
    """None: what it is about is gone."""
    if found.tell == "round_back":
        return _back(found.subject.partition(" ")[0], shop, language)
    if order is None:
        known = dict(found.facts)
        return Say(found.tell, {name: known.get(name, "") for name in SAYINGS[found.tell]}, BUTTONS.get(found.tell, ()))
    data: dict[str, Any] = {"order": order_card(order, language)}
    if found.tell == "round_short":
        lacking = dict(found.facts).get("short", "").split()
        names = [line.name.get(language) for line in order.lines if line.sku in lacking]
        data["goods"] = list(dict.fromkeys(names))
    return Say(found.tell, data)


def _back(sku: str, shop: Shop, language: Language) -> Say | None:
    product, variant = shop.product_by_sku.get(sku), shop.variant_by_sku.get(sku)
    if product is None or variant is None or product.discontinued:
        return None
    name = product.name.get(language)
    data = {"product": name, "variant": variant_words(product, variant, language)}
    source = (variant.source or product.source,)
    return Say("round_back", data, (Button(name, f"p:{product.id}", words=True),), source=source)


def _open(move: Move, found: Found, role: str, context: Context) -> list[str]:
    once = f"case {found.once}"
    if once in move.conversation.rounds_acted:
        return []
    move.happen(e.RoundActed(once))
    fresh = Case(
        case_id=context.new_id("C"),
        conversation_id=move.conversation.id,
        reason=found.opens,
        role=role,
        opened_at=move.now,
        words="",
        facts=(("found", found.reason), *found.facts, *_numbered(found)),
        order_nos=(found.order_no,) if found.order_no else (),
    )
    opened, effects = _begun(move, fresh, context)
    # The round's own words are what she is told, and only where she may be.
    apply(move, fresh, opened, [effect for effect in effects if not isinstance(effect, (Ask, Tell))], context)
    return [f"case:{opened.case_id}"]


def _begun(move: Move, fresh: Case, context: Context) -> Moved:
    """By the shop's playbook of its reason, without its questions: a person goes on with what is known.

    By the built-in step where that one would hold her, or cannot go on without asking: she asked for nobody.
    """
    book, now = context.shop.playbook_by_reason.get(fresh.reason), move.now
    if book is not None and not book.talks:
        case, effects = open_case(book, fresh, now, context.duty, context.rules, move.orders)
        if case.state == "collecting":
            case, effects = go_on(book, case, "clock", now, context.duty, context.rules, move.orders)
        if case.state in ("open", "watching"):
            return case, effects
    return open_case(FOLLOW_UP_BOOK, fresh, now, context.duty, context.rules)


def _numbered(found: Found) -> tuple[tuple[str, str], ...]:
    return (("order_no", found.order_no),) if found.order_no else ()
