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
    #: Same for all files of one album.
    album: str = ""


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
class LinesWait(Event):
    """What else she said she takes, to come after the line being put together; () once none is left."""

    lines: tuple[LineDrafted, ...]


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
    #: Who granted it, where a person did; it stays for the next order then, whatever becomes of the basket.
    staff_id: str = ""


@dataclass(frozen=True, slots=True)
class GiftGranted(Event):
    """A gift within the standard was promised (A6)."""

    gift: str


@dataclass(frozen=True, slots=True)
class FreeShippingGranted(Event):
    """The order being put together may go free, as long as its sum stays within the bot's authority (A6)."""


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
    at: str = ""


@dataclass(frozen=True, slots=True)
class TakenOver(Event):
    """A person owns the conversation from now on."""

    staff_id: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class HandedBack(Event):
    """The bot owns the conversation again. ``by``: a staff id, ``shopper``, ``silence`` or ``case``."""

    by: str


@dataclass(frozen=True, slots=True)
class ConversationClosed(Event):
    """A person closed the matter; whatever she writes next is a new one, and the bot's."""

    by: str


@dataclass(frozen=True, slots=True)
class Reopened(Event):
    """She wrote again after the matter was closed."""


@dataclass(frozen=True, slots=True)
class StaffSpoke(Event):
    """A person's message went into the outbox."""

    staff_id: str
    text: str
    at: str
    #: The channel's name of the person's message (``telegram:<chat>:<message>``).
    ref: str = ""
    media: tuple[str, ...] = ()
    #: ``photo``, ``voice`` … of each of ``media``; empty in events older than it.
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffEdited(Event):
    """A person changed a message she had sent."""

    staff_id: str
    text: str
    ref: str


@dataclass(frozen=True, slots=True)
class StaffNoted(Event):
    """A private note among staff; never told."""

    staff_id: str
    text: str
    at: str
    #: The channel's name of the message it was written as; empty: at the desk, or in events older than it.
    ref: str = ""


@dataclass(frozen=True, slots=True)
class PersonErased(Event):
    """All that told who she was is gone; this is what is left of her conversations."""

    #: Staff id of whose word it was; empty: nobody named.
    by: str = ""
    #: Numbers of her orders, which stay without her.
    order_nos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snoozed(Event):
    """A person put it aside; it comes back at ``until``, or once the shopper writes."""

    staff_id: str
    until: str
    at: str


@dataclass(frozen=True, slots=True)
class SnoozeEnded(Event):
    """What was put aside is looked at again."""

    by: str


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    """A case whose facts are still to be collected; the bot goes on talking."""

    case_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseFactGiven(Event):
    case_id: str
    fact: str


@dataclass(frozen=True, slots=True)
class CaseMoved(Event):
    """A case went on: ``what`` as in :class:`bot.core.cases.Entry`."""

    case_id: str
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class CaseEnded(Event):
    case_id: str
    end: str
    reason: str = ""
    #: What she was told when it was decided, in her language.
    result: str = ""


@dataclass(frozen=True, slots=True)
class PromisesKept(Event):
    """What a case promised, and of coupons and money what the case before it did, was done."""

    case_id: str
    #: The case it followed on; empty: none.
    follows: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class SatisfactionAsked(Event):
    case_id: str


@dataclass(frozen=True, slots=True)
class SatisfactionGiven(Event):
    """1 (bad) to 5 (good); once a case (G3)."""

    case_id: str
    mark: int


@dataclass(frozen=True, slots=True)
class SatisfactionExplained(Event):
    """Her words to a mark."""

    case_id: str
    words: str


@dataclass(frozen=True, slots=True)
class StockWished(Event):
    """Sold out; the shopper wants to be told when it is back (A12)."""

    sku: str


@dataclass(frozen=True, slots=True)
class StockWishMet(Event):
    """She was told that it is back; a wish for it later is a new one (A12)."""

    sku: str


@dataclass(frozen=True, slots=True)
class RoundActed(Event):
    """A round told her something, or opened a case, about ``once`` (reason and subject); not again for the same."""

    once: str


@dataclass(frozen=True, slots=True)
class CareBegan(Event):
    """She is disappointed (D5): everybody who looks at the conversation is told, until a moment in ISO 8601."""

    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class SurveyAnswered(Event):
    """Whether she would answer the survey she was asked for (D6)."""

    agreed: bool


@dataclass(frozen=True, slots=True)
class OrderReminded(Event):
    """A reminder about an unpaid order was sent, in these words (B1)."""

    order_no: str
    text: str = ""
    #: Actions of its buttons, in the order shown.
    actions: tuple[str, ...] = ()
    #: Other unpaid orders that the same message told.
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemindersStopped(Event):
    """She wants no reminders any more."""


@dataclass(frozen=True, slots=True)
class RemindersWanted(Event):
    """She wants reminders after all."""


@dataclass(frozen=True, slots=True)
class OrderNamed(Event):
    """The order she talks of: one to be proved by what she says next, or her own that is asked about; empty: none."""

    order_no: str
