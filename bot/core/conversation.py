"""A conversation is the fold of its events; only events change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
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
    #: The prompt that led on last; never told twice in a row.
    prompt: str = ""
    #: Messages not understood in a row.
    misses: int = 0
    promotions_told: tuple[str, ...] = ()
    draft: Draft = Draft()
    #: (sku, quantity)
    basket: tuple[tuple[str, int], ...] = ()
    address: AddressParts = AddressParts()
    courier_id: str | None = None
    wishes: tuple[str, ...] = ()
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
    #: The order named last that was not proved to be hers; empty when none was.
    named_order: str = ""
    #: She opted out of reminders (B1).
    no_reminders: bool = False


def fold(conversation: Conversation, happened: Iterable[e.Event]) -> Conversation:
    """The conversation after all of ``happened``, in order."""
    for event in happened:
        conversation = _FOLD[type(event)](conversation, event)
    return conversation


def _shopper_spoke(c: Conversation, x: e.ShopperSpoke) -> Conversation:
    return replace(
        c,
        turns=c.turns + 1,
        language=cast(Language, x.language),
        last_at=datetime.fromisoformat(x.at),
        name=x.name or c.name,
    )


def _put_on_table(c: Conversation, x: e.ProductPutOnTable) -> Conversation:
    return replace(c, product_id=x.product_id)


def _topic_answered(c: Conversation, x: e.TopicAnswered) -> Conversation:
    return replace(c, topic=x.topic, misses=0, awaiting=None, awaiting_topic="")


def _facts_given(c: Conversation, x: e.ShopperFactsGiven) -> Conversation:
    return replace(
        c,
        height_cm=x.height_cm or c.height_cm,
        weight_kg=x.weight_kg or c.weight_kg,
        region=x.region or c.region,
        province=x.province or c.province,
        budget_fen=x.budget_fen or c.budget_fen,
        tags=tuple(dict.fromkeys((*c.tags, *x.tags))),
    )


def _line_drafted(c: Conversation, x: e.LineDrafted) -> Conversation:
    d = c.draft
    if x.product_id and x.product_id != d.product_id:
        d = Draft(product_id=x.product_id, quantity=d.quantity if d.product_id is None else None)
    changed = Draft(
        d.product_id,
        x.color or d.color,
        x.size or d.size,
        x.quantity if x.quantity is not None else d.quantity,
    )
    return replace(c, draft=changed, product_id=changed.product_id or c.product_id, misses=0, read_back_fen=None)


def _draft_forgotten(c: Conversation, x: e.DraftForgotten) -> Conversation:
    if "product" in x.parts:
        c = replace(c, draft=Draft())
    if "address" in x.parts:
        c = replace(c, address=AddressParts())
    gone: dict[str, Any] = {part: None for part in x.parts if part in ("color", "size", "quantity")}
    return replace(c, draft=replace(c.draft, **gone), read_back_fen=None)


def _line_added(c: Conversation, x: e.LineAdded) -> Conversation:
    amounts = dict(c.basket)
    amounts[x.sku] = amounts.get(x.sku, 0) + x.quantity
    return replace(c, basket=tuple(amounts.items()), draft=Draft(), read_back_fen=None)


def _line_removed(c: Conversation, x: e.LineRemoved) -> Conversation:
    return replace(c, basket=tuple(line for line in c.basket if line[0] != x.sku), read_back_fen=None)


def _basket_emptied(c: Conversation, _: e.BasketEmptied) -> Conversation:
    return replace(
        c, basket=(), draft=Draft(), wishes=(), gifts=(), read_back_fen=None, awaiting=None, awaiting_topic=""
    )


def _address_given(c: Conversation, x: e.AddressGiven) -> Conversation:
    a = replace(c.address, region=None, detail=None) if _moved(c.address, x) else c.address
    merged = AddressParts(
        x.region or a.region,
        x.province or a.province,
        x.detail or a.detail,
        x.name or a.name,
        x.phone or a.phone,
    )
    return replace(c, address=merged, misses=0, read_back_fen=None)


def _moved(known: AddressParts, x: e.AddressGiven) -> bool:
    """Whether she names another place than the street known so far lies in, so that the street must go with it."""
    if x.province and known.province and x.province != known.province:
        return True
    street = known.detail or ""
    return bool(x.region and known.region and known.region in street and x.region not in street)


def _order_placed(c: Conversation, x: e.OrderPlaced) -> Conversation:
    return replace(
        _basket_emptied(c, e.BasketEmptied()),
        order_nos=(*c.order_nos, x.order_no),
        step="favourite",
        misses=0,
        courier_id=None,
    )


def _handed_over(c: Conversation, x: e.HandedOver) -> Conversation:
    return replace(c, owner="waiting", case_id=x.case_id, misses=0, awaiting=None, awaiting_topic="")


_FOLD: dict[type[e.Event], Callable[[Conversation, Any], Conversation]] = {
    e.ShopperSpoke: _shopper_spoke,
    e.BotSpoke: lambda c, x: c,
    e.LanguageChosen: lambda c, x: replace(c, language=cast(Language, x.language)),
    e.Welcomed: lambda c, x: replace(c, welcomed=True),
    e.StepReached: lambda c, x: replace(c, step=x.step),
    e.ProductPutOnTable: _put_on_table,
    e.ChoicesOffered: lambda c, x: replace(c, choices=x.actions),
    e.PromotionsTold: lambda c, x: replace(c, promotions_told=tuple(dict.fromkeys((*c.promotions_told, *x.ids)))),
    e.TopicAnswered: _topic_answered,
    e.FactAsked: lambda c, x: replace(c, awaiting=x.fact, awaiting_topic=x.topic),
    e.PromptTold: lambda c, x: replace(c, prompt=x.prompt),
    e.NotUnderstood: lambda c, x: replace(c, misses=c.misses + 1),
    e.ShopperFactsGiven: _facts_given,
    e.LineDrafted: _line_drafted,
    e.DraftForgotten: _draft_forgotten,
    e.LineAdded: _line_added,
    e.LineRemoved: _line_removed,
    e.BasketEmptied: _basket_emptied,
    e.AddressGiven: _address_given,
    e.CourierChosen: lambda c, x: replace(c, courier_id=x.courier_id, read_back_fen=None),
    e.WishNoted: lambda c, x: replace(c, wishes=(*c.wishes, x.words)),
    e.GiftGranted: lambda c, x: replace(c, gifts=tuple(dict.fromkeys((*c.gifts, x.gift)))),
    e.OrderReadBack: lambda c, x: replace(c, read_back_fen=x.total_fen, awaiting="confirm", awaiting_topic=""),
    e.OrderPlaced: _order_placed,
    e.FavouriteInvited: lambda c, x: replace(c, favourite_invited=True),
    e.HandedOver: _handed_over,
    e.OrderNamed: lambda c, x: replace(c, named_order=x.order_no),
    e.TakenOver: lambda c, x: replace(c, owner="agent"),
    e.HandedBack: lambda c, x: replace(c, owner="bot", case_id=None),
    # Not her choices: a "1" typed after it answers what was asked before.
    e.OrderReminded: lambda c, x: c,
    e.RemindersStopped: lambda c, x: replace(c, no_reminders=True),
    e.RemindersWanted: lambda c, x: replace(c, no_reminders=False),
    e.StockWished: lambda c, x: replace(c, stock_wishes=tuple(dict.fromkeys((*c.stock_wishes, x.sku)))),
}
