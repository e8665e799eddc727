"""A conversation is the fold of its events; only events change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, cast

from bot.core import events as e
from bot.core.messages import Language

Owner = Literal["bot", "waiting", "agent", "closed"]

#: The steps of A1, in order; a guide, not a cage.
STEPS = ("greet", "introduce", "promo", "confirm_order", "favourite")


@dataclass(frozen=True, slots=True)
class Draft:
    """The line being put together; None: not known yet."""

    product_id: str | None = None
    color: str | None = None
    size: str | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class AddressParts:
    region: str | None = None
    province: str | None = None
    detail: str | None = None
    name: str | None = None
    phone: str | None = None

    @property
    def complete(self) -> bool:
        return all((self.province, self.detail, self.name, self.phone))


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    channel: str
    language: Language = "zh"
    owner: Owner = "bot"
    step: str = "greet"
    name: str = ""
    welcomed: bool = False
    #: Number of messages the shopper has sent.
    turns: int = 0
    last_at: datetime | None = None
    #: The product on the table.
    product_id: str | None = None
    #: Topic answered last.
    topic: str | None = None
    #: Fact asked for last, and the topic that waits for it (empty: the order flow).
    awaiting: str | None = None
    awaiting_topic: str = ""
    #: Actions of the choices told last, in order.
    choices: tuple[str, ...] = ()
    #: Products among the choices that were told last with any; other questions in between leave them.
    shown: tuple[str, ...] = ()
    #: The prompt that led on last; never told twice in a row.
    prompt: str = ""
    #: Messages not understood in a row.
    misses: int = 0
    promotions_told: tuple[str, ...] = ()
    draft: Draft = Draft()
    #: Lines to be put together after this one.
    later: tuple[e.LineDrafted, ...] = ()
    #: (sku, quantity)
    basket: tuple[tuple[str, int], ...] = ()
    address: AddressParts = AddressParts()
    courier_id: str | None = None
    wishes: tuple[str, ...] = ()
    #: The bot granted it for the order being put together.
    free_shipping: bool = False
    #: What people granted before there was an order, and the staff id of who did.
    granted: tuple[tuple[str, str], ...] = ()
    gifts: tuple[str, ...] = ()
    #: Sum read back last and not yet confirmed; None when nothing waits for a yes.
    read_back_fen: int | None = None
    order_nos: tuple[str, ...] = ()
    favourite_invited: bool = False
    height_cm: float | None = None
    weight_kg: float | None = None
    region: str | None = None
    province: str | None = None
    budget_fen: int | None = None
    tags: tuple[str, ...] = ()
    case_id: str | None = None
    stock_wishes: tuple[str, ...] = ()
    #: What came of her last complaint, as she was told it; a new one begins with that (C12).
    complaint_result: str = ""
    #: The order talked of last, while something is asked about it (proof, a yes, what to change); else empty.
    named_order: str = ""
    #: She opted out of reminders (B1).
    no_reminders: bool = False
    #: Who owns it while ``owner`` is ``agent``.
    agent_id: str = ""
    #: The person she knows: who owned it last (E9).
    last_agent_id: str = ""
    #: Since when she waits for a person; None: she does not.
    waiting_since: datetime | None = None
    #: When a person last wrote in it; None: never.
    person_spoke_at: datetime | None = None
    #: She waited for a person; one took it, and has not written a word since.
    owed_answer: bool = False
    #: Until when a person put it aside, and who; it may be over by now. None: nobody did.
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    #: Case whose facts the bot is asking for; empty: none.
    collecting: str = ""
    #: Case she was asked about and has not given a mark for; empty: none.
    rating: str = ""
    #: Case she gave a mark for last.
    rated: str = ""
    #: Questions answered about material and genuineness, and about price, offers and quality (A7).
    material_turns: int = 0
    price_turns: int = 0
    #: What rounds told her or opened a case about, newest last.
    rounds_acted: tuple[str, ...] = ()
    #: Why she gets special care, and until when; it may be over by now. None: she never did (D5).
    care_reason: str = ""
    care_until: datetime | None = None


#: A bulk inquiry that dwells on these, and hardly on the others, may be no purchase at all (A7).
_OF_MATERIAL = frozenset({"product.material", "product.authentic"})
_OF_PRICE = ("product.price", "product.info", "product.care", "promo.")

#: What an event sets, by the field's name.
_Changes = dict[str, Any]
_ALL_FIELDS = attrgetter(*(f.name for f in fields(Conversation)))


def fold(conversation: Conversation, happened: Iterable[e.Event]) -> Conversation:
    """The conversation after all of ``happened``, in order."""
    after: Conversation | None = None
    for event in happened:
        changes = _FOLD[type(event)](after or conversation, event)
        if changes:
            # Nobody else holds the copy yet; one for all events, because a copy costs more than all else here.
            after = after or Conversation(*_ALL_FIELDS(conversation))
            for name, value in changes.items():
                object.__setattr__(after, name, value)
    return after or conversation


def _shopper_spoke(c: Conversation, x: e.ShopperSpoke) -> _Changes:
    at, language = datetime.fromisoformat(x.at), cast(Language, x.language)
    woken = _woken(c, at) if c.snoozed_until else {}
    return {"turns": c.turns + 1, "language": language, "last_at": at, "name": x.name or c.name, **woken}


def _choices_offered(c: Conversation, x: e.ChoicesOffered) -> _Changes:
    products = tuple(a.removeprefix("p:") for a in x.actions if a.startswith("p:"))
    return {"choices": x.actions, "shown": products or c.shown}


_AWAKE: _Changes = {"snoozed_until": None, "snoozed_by": ""}


def _woken(c: Conversation, at: datetime) -> _Changes:
    """She wrote. Who has her has to answer anyway; of the bot's chats it comes back to whoever put it aside."""
    return _AWAKE if c.owner != "bot" else {"snoozed_until": min(at, c.snoozed_until or at)}


def _put_on_table(c: Conversation, x: e.ProductPutOnTable) -> _Changes:
    return {"product_id": x.product_id}


def _topic_answered(c: Conversation, x: e.TopicAnswered) -> _Changes:
    return {
        "topic": x.topic,
        "misses": 0,
        "awaiting": None,
        "awaiting_topic": "",
        "material_turns": c.material_turns + (x.topic in _OF_MATERIAL),
        "price_turns": c.price_turns + x.topic.startswith(_OF_PRICE),
    }


def _facts_given(c: Conversation, x: e.ShopperFactsGiven) -> _Changes:
    return {
        "height_cm": x.height_cm or c.height_cm,
        "weight_kg": x.weight_kg or c.weight_kg,
        "region": x.region or c.region,
        "province": x.province or c.province,
        "budget_fen": x.budget_fen or c.budget_fen,
        "tags": tuple(dict.fromkeys((*c.tags, *x.tags))),
    }


def _line_drafted(c: Conversation, x: e.LineDrafted) -> _Changes:
    d = c.draft
    if x.product_id and x.product_id != d.product_id:
        d = Draft(product_id=x.product_id, quantity=d.quantity if d.product_id is None else None)
    changed = Draft(
        d.product_id,
        x.color or d.color,
        x.size or d.size,
        x.quantity if x.quantity is not None else d.quantity,
    )
    return {"draft": changed, "product_id": changed.product_id or c.product_id, "misses": 0, "read_back_fen": None}


def _draft_forgotten(c: Conversation, x: e.DraftForgotten) -> _Changes:
    gone: dict[str, Any] = {part: None for part in x.parts if part in ("color", "size", "quantity")}
    draft = Draft() if "product" in x.parts else replace(c.draft, **gone)
    address = AddressParts() if "address" in x.parts else c.address
    later = () if "product" in x.parts else c.later
    return {"draft": draft, "later": later, "address": address, "read_back_fen": None}


def _line_added(c: Conversation, x: e.LineAdded) -> _Changes:
    amounts = dict(c.basket)
    amounts[x.sku] = amounts.get(x.sku, 0) + x.quantity
    return {"basket": tuple(amounts.items()), "draft": Draft(), "read_back_fen": None}


def _line_removed(c: Conversation, x: e.LineRemoved) -> _Changes:
    return {"basket": tuple(line for line in c.basket if line[0] != x.sku), "read_back_fen": None}


def _basket_emptied(_: Conversation, __: e.BasketEmptied | e.OrderPlaced) -> _Changes:
    return {
        "basket": (),
        "draft": Draft(),
        "later": (),
        "wishes": (),
        "gifts": (),
        "free_shipping": False,
        "read_back_fen": None,
        "awaiting": None,
        "awaiting_topic": "",
    }


def _address_given(c: Conversation, x: e.AddressGiven) -> _Changes:
    a = replace(c.address, region=None, detail=None) if _moved(c.address, x) else c.address
    merged = AddressParts(
        x.region or a.region,
        x.province or a.province,
        x.detail or a.detail,
        x.name or a.name,
        x.phone or a.phone,
    )
    return {"address": merged, "misses": 0, "read_back_fen": None}


def _moved(known: AddressParts, x: e.AddressGiven) -> bool:
    """Whether she names another place than the street known so far lies in, so that the street must go with it."""
    if x.province and known.province and x.province != known.province:
        return True
    street = known.detail or ""
    return bool(x.region and known.region and known.region in street and x.region not in street)


def _order_placed(c: Conversation, x: e.OrderPlaced) -> _Changes:
    placed = {
        "order_nos": (*c.order_nos, x.order_no),
        "step": "favourite",
        "misses": 0,
        "courier_id": None,
        "granted": (),
    }
    return _basket_emptied(c, x) | placed


def _wish_met(c: Conversation, x: e.StockWishMet) -> _Changes:
    return {"stock_wishes": tuple(sku for sku in c.stock_wishes if sku != x.sku)}


#: So many keys of rounds are remembered; what an order's rounds found lies weeks apart at most.
_ROUNDS_KEPT = 200


def _round_acted(c: Conversation, x: e.RoundActed) -> _Changes:
    return {"rounds_acted": tuple(dict.fromkeys((*c.rounds_acted, x.once)))[-_ROUNDS_KEPT:]}


def _wish_noted(c: Conversation, x: e.WishNoted) -> _Changes:
    if x.staff_id:
        return {"granted": (*c.granted, (x.words, x.staff_id))}
    return {"wishes": (*c.wishes, x.words)}


def _handed_over(c: Conversation, x: e.HandedOver) -> _Changes:
    return {
        "owner": "waiting",
        "agent_id": "",
        "owed_answer": False,
        "case_id": x.case_id,
        "misses": 0,
        "awaiting": None,
        "awaiting_topic": "",
        "collecting": "",
        "rating": "",
        "waiting_since": c.waiting_since or _moment(x.at),
        **_AWAKE,
    }


def _taken_over(c: Conversation, x: e.TakenOver) -> _Changes:
    return {
        "owner": "agent",
        "agent_id": x.staff_id,
        "last_agent_id": x.staff_id,
        "waiting_since": None,
        "person_spoke_at": _moment(x.at) or c.person_spoke_at,
        "owed_answer": c.owner == "waiting" or c.owed_answer,
        "awaiting": None,
        "awaiting_topic": "",
        **_AWAKE,
    }


def _left_by_people(owner: Owner) -> Callable[[Conversation, Any], _Changes]:
    left = {"owner": owner, "case_id": None, "agent_id": "", "waiting_since": None, "owed_answer": False}
    left |= _AWAKE
    return lambda c, x: dict(left)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _staff_spoke(c: Conversation, x: e.StaffSpoke) -> _Changes:
    spoke_at = _moment(x.at) or c.person_spoke_at
    return {"person_spoke_at": spoke_at, "last_agent_id": x.staff_id, "owed_answer": False, **_AWAKE}


def _case_moved(c: Conversation, x: e.CaseMoved) -> _Changes:
    """A new matter: the one before is not rated any more. A step reached: nothing is left to ask her for it."""
    changes: _Changes = {"rating": ""} if x.what == "opened" else {}
    if x.what.startswith("step:") and c.collecting == x.case_id:
        changes["collecting"] = ""
    if c.owed_answer and x.by == c.agent_id and ":" in x.what:
        changes["owed_answer"] = False
    return changes


def _case_ended(c: Conversation, x: e.CaseEnded) -> _Changes:
    return {
        "case_id": None if c.case_id == x.case_id else c.case_id,
        "owed_answer": c.owed_answer and c.case_id != x.case_id,
        "collecting": "" if c.collecting == x.case_id else c.collecting,
        "complaint_result": x.result if x.reason == "complaint" and x.result else c.complaint_result,
    }


_FOLD: dict[type[e.Event], Callable[[Conversation, Any], _Changes]] = {
    e.ShopperSpoke: _shopper_spoke,
    e.BotSpoke: lambda c, x: {},
    e.LanguageChosen: lambda c, x: {"language": cast(Language, x.language)},
    e.Welcomed: lambda c, x: {"welcomed": True},
    e.StepReached: lambda c, x: {"step": x.step},
    e.ProductPutOnTable: _put_on_table,
    e.ChoicesOffered: _choices_offered,
    e.PromotionsTold: lambda c, x: {"promotions_told": tuple(dict.fromkeys((*c.promotions_told, *x.ids)))},
    e.TopicAnswered: _topic_answered,
    e.FactAsked: lambda c, x: {"awaiting": x.fact, "awaiting_topic": x.topic},
    e.PromptTold: lambda c, x: {"prompt": x.prompt},
    e.NotUnderstood: lambda c, x: {"misses": c.misses + 1},
    e.ShopperFactsGiven: _facts_given,
    e.LineDrafted: _line_drafted,
    e.DraftForgotten: _draft_forgotten,
    e.LinesWait: lambda c, x: {"later": x.lines},
    e.LineAdded: _line_added,
    e.LineRemoved: _line_removed,
    e.BasketEmptied: _basket_emptied,
    e.AddressGiven: _address_given,
    e.CourierChosen: lambda c, x: {"courier_id": x.courier_id, "read_back_fen": None},
    e.WishNoted: _wish_noted,
    e.GiftGranted: lambda c, x: {"gifts": tuple(dict.fromkeys((*c.gifts, x.gift)))},
    e.FreeShippingGranted: lambda c, x: {"free_shipping": True, "read_back_fen": None},
    e.OrderReadBack: lambda c, x: {"read_back_fen": x.total_fen, "awaiting": "confirm", "awaiting_topic": ""},
    e.OrderPlaced: _order_placed,
    e.FavouriteInvited: lambda c, x: {"favourite_invited": True},
    e.HandedOver: _handed_over,
    e.OrderNamed: lambda c, x: {"named_order": x.order_no},
    e.TakenOver: _taken_over,
    e.HandedBack: _left_by_people("bot"),
    e.ConversationClosed: _left_by_people("closed"),
    e.Reopened: lambda c, x: {"owner": "bot"},
    e.StaffSpoke: _staff_spoke,
    e.StaffEdited: lambda c, x: {},
    e.StaffNoted: lambda c, x: {},
    e.Snoozed: lambda c, x: {"snoozed_until": _moment(x.until), "snoozed_by": x.staff_id},
    e.SnoozeEnded: lambda c, x: dict(_AWAKE),
    e.PersonErased: lambda c, x: {},
    e.CaseOpened: lambda c, x: {"collecting": x.case_id, "case_id": x.case_id},
    e.CaseFactGiven: lambda c, x: {},
    e.CaseMoved: _case_moved,
    e.CaseEnded: _case_ended,
    e.PromisesKept: lambda c, x: {},
    e.SatisfactionAsked: lambda c, x: {"rating": x.case_id},
    e.SatisfactionGiven: lambda c, x: {"rating": "", "rated": x.case_id},
    e.SatisfactionExplained: lambda c, x: {},
    # Not her choices: a "1" typed after it answers what was asked before.
    e.OrderReminded: lambda c, x: {},
    e.RemindersStopped: lambda c, x: {"no_reminders": True},
    e.RemindersWanted: lambda c, x: {"no_reminders": False},
    e.StockWished: lambda c, x: {"stock_wishes": tuple(dict.fromkeys((*c.stock_wishes, x.sku)))},
    e.StockWishMet: _wish_met,
    e.RoundActed: _round_acted,
    e.CareBegan: lambda c, x: {"care_reason": x.reason, "care_until": _moment(x.until)},
    e.SurveyAnswered: lambda c, x: {},
}
