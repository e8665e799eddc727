"""All that can happen in a conversation. Past tense, frozen; the conversation is their fold.

Events hold plain values only (strings, integers, floats, bools, None, tuples of strings): see :mod:`bot.core.codec`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; its moment and sequence number are the store's."""


@dataclass(frozen=True, slots=True)
class ShopperSpoke(Event):
    message_id: str
    kind: str
    text: str
    language: str
    at: str
    media: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class BotSpoke(Event):
    """A reply was put into the outbox."""

    template: str
    text: str
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageChosen(Event):
    """The shopper chose a language by command; her words decide again from the next message on."""

    language: str


@dataclass(frozen=True, slots=True)
class Welcomed(Event):
    pass


@dataclass(frozen=True, slots=True)
class StepReached(Event):
    step: str


@dataclass(frozen=True, slots=True)
class ProductPutOnTable(Event):
    product_id: str


@dataclass(frozen=True, slots=True)
class ChoicesOffered(Event):
    """Buttons or numbered choices were told; actions in the order told."""

    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PromotionsTold(Event):
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicAnswered(Event):
    topic: str


@dataclass(frozen=True, slots=True)
class FactAsked(Event):
    """The bot asked for one fact and reads the next message with that in mind."""

    fact: str
    #: The topic waiting for it; empty when the order flow waits.
    topic: str = ""


@dataclass(frozen=True, slots=True)
class PromptTold(Event):
    """The flow led on with this prompt."""

    prompt: str


@dataclass(frozen=True, slots=True)
class NotUnderstood(Event):
    pass


@dataclass(frozen=True, slots=True)
class ShopperFactsGiven(Event):
    """Facts about the shopper that later answers lean on; None: not said this time."""

    height_cm: float | None = None
    weight_kg: float | None = None
    region: str | None = None
    province: str | None = None
    budget_fen: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineDrafted(Event):
    """The line being put together changed; None: unchanged."""

    product_id: str | None = None
    color: str | None = None
    size: str | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class DraftForgotten(Event):
    """These parts of the draft were taken back (``color``, ``size``, ``quantity``, ``product``, ``address``)."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineAdded(Event):
    """The drafted line went into the basket."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class LineRemoved(Event):
    sku: str


@dataclass(frozen=True, slots=True)
class BasketEmptied(Event):
    pass


@dataclass(frozen=True, slots=True)
class AddressGiven(Event):
    """Parts of the delivery address; None: unchanged."""

    region: str | None = None
    province: str | None = None
    detail: str | None = None
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class CourierChosen(Event):
    courier_id: str


@dataclass(frozen=True, slots=True)
class WishNoted(Event):
    """A special wish that becomes a note on the order (A10)."""

    words: str


@dataclass(frozen=True, slots=True)
class GiftGranted(Event):
    """A gift within the standard was promised (A6)."""

    gift: str


@dataclass(frozen=True, slots=True)
class OrderReadBack(Event):
    total_fen: int


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    order_no: str
    total_fen: int


@dataclass(frozen=True, slots=True)
class FavouriteInvited(Event):
    pass


@dataclass(frozen=True, slots=True)
class HandedOver(Event):
    case_id: str
    reason: str
    role: str


@dataclass(frozen=True, slots=True)
class TakenOver(Event):
    """A person owns the conversation from now on."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class HandedBack(Event):
    """The bot owns the conversation again."""

    by: str


@dataclass(frozen=True, slots=True)
class StockWished(Event):
    """Sold out; the shopper wants to be told when it is back (A12)."""

    sku: str


@dataclass(frozen=True, slots=True)
class OrderReminded(Event):
    """A reminder about an unpaid order was sent, in these words (B1)."""

    order_no: str
    text: str = ""
    #: Actions of its buttons, in the order shown.
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemindersStopped(Event):
    """She wants no reminders any more."""


@dataclass(frozen=True, slots=True)
class RemindersWanted(Event):
    """She wants reminders after all."""


@dataclass(frozen=True, slots=True)
class OrderNamed(Event):
    """She named an order that this chat has not proved to be its own; what she says next may prove it."""

    order_no: str
