"""What a message was understood to mean; the only thing dialogue knows of understanding."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.messages import Language


@dataclass(frozen=True, slots=True)
class Entities:
    """Facts found in the words. None or empty: not said."""

    #: Pieces (件, 双, 条, pcs); Chinese numerals read.
    quantity: int | None = None
    money_fen: int | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    #: As the catalogue writes it (``2XL`` for XXL, 加加大).
    size: str | None = None
    #: Id of a color of the catalogue, or the canonical word where no product has it.
    color: str | None = None
    #: The narrowest known place as said: province, city or county (杭州, 新疆).
    region: str | None = None
    #: Province short name of ``region`` (浙江).
    province: str | None = None
    phone: str | None = None
    order_no: str | None = None
    sku: str | None = None
    #: Set when exactly one product is meant (by name, alias, SKU or "this one").
    product_id: str | None = None
    #: Every product that the words may mean, best first; one entry when ``product_id`` is set.
    product_ids: tuple[str, ...] = ()
    category_id: str | None = None
    courier_id: str | None = None
    #: Attribute words of A9 found (``purpose.gift``, ``sex.male``), from ``phrases.tags``.
    tags: frozenset[str] = frozenset()
    #: Years of age, where said with 岁 / years old.
    age: int | None = None
    #: A street address (with what stands before it), where one was recognised.
    address: str | None = None
    #: A person's name standing beside a phone number or address.
    person: str | None = None
    #: 1-based choice from a list ("第二个", "2", "the first one"); -1 is the last.
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One topic the message may be about."""

    topic: str
    #: 0 to 1, comparable between questions.
    score: float
    #: The phrasing of the knowledge that speaks most for it.
    phrase: str = ""
    #: Where that phrasing stands (``file:line``).
    source: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions a message asks."""

    text: str
    topic: str
    score: float


@dataclass(frozen=True, slots=True)
class Context:
    """What the conversation already knows, as far as words may lean on it."""

    #: The product on the table.
    product_id: str | None = None
    #: Topic answered last.
    topic: str | None = None
    #: The fact the bot asked for last (``color``, ``size``, ``quantity``, ``address``, ``place``, ``order`` …).
    awaiting: str | None = None
    #: Numbers of her own orders: found in her words however short they are.
    order_nos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """The reading of one message."""

    #: Normalised words (NFKC, casefold, simplified, fillers dropped).
    text: str
    language: Language
    #: Declared topics, best first; empty when nothing resembles.
    candidates: tuple[Candidate, ...] = ()
    #: The best topic; None when there is none or the message is judged out of scope.
    topic: str | None = None
    score: float = 0.0
    #: True when score and margin reach both thresholds: the topic may be acted on.
    sure: bool = False
    #: Two or more where the message asks several things, each sure by itself; else empty.
    parts: tuple[Part, ...] = ()
    entities: Entities = field(default_factory=Entities)
    #: Facts of each product, in order, where the message names several; else empty.
    lines: tuple[Entities, ...] = ()
    #: "把黑XL换成白XL": what is to give way; ``entities`` then holds the color and size that come instead.
    replaced: Entities | None = None
    #: Dialogue act of the whole message: ``yes``, ``no``, ``back``, ``stop``, ``more`` …, or None.
    act: str | None = None
    #: The message leans on what was said before ("那XL呢", "这个呢").
    elliptic: bool = False
    #: Why: signal name -> contribution, for people who tune.
    evidence: tuple[tuple[str, float], ...] = ()

    @property
    def margin(self) -> float:
        """Distance of the best candidate to the runner-up."""
        if len(self.candidates) < 2:
            return self.score
        return self.candidates[0].score - self.candidates[1].score
