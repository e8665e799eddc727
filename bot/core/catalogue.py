"""What the shop knows: goods, couriers, promotions, answers. Read from YAML by an adapter, pure values here.

Money is integer fen. ``source`` is where a thing stands, as ``file:line`` (relative to the folder of the config file).
Everything is optional: a shop that declares only ``answers`` is a valid :class:`Shop`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from bot.core.errors import Problem
from bot.core.messages import Language

if TYPE_CHECKING:
    from bot.core.playbooks import Playbook


@dataclass(frozen=True, slots=True)
class Text:
    """Words in both languages; a missing one falls back to the other."""

    zh: str = ""
    en: str = ""

    def get(self, language: Language) -> str:
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


@dataclass(frozen=True, slots=True)
class Color:
    id: str
    name: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    sku: str
    #: Id of a :class:`Color` of the product; empty where goods have no color.
    color: str
    #: As printed on the label (``XL``, ``175/92A``, ``32``); empty where goods have no size.
    size: str
    price_fen: int
    stock: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class SizeRow:
    size: str
    #: Inclusive bounds in cm and kg.
    height_cm: tuple[float, float]
    weight_kg: tuple[float, float]
    #: Garment measures in cm by name (``chest``, ``length``, ``waist``).
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SizeChart:
    id: str
    name: Text
    rows: tuple[SizeRow, ...]
    #: The chart used when no product is in play; one chart of a shop at most.
    default: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    name: Text
    aliases: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom and for what a product is (A9); empty means everybody, everything."""

    sexes: frozenset[str] = frozenset()
    #: Inclusive years.
    ages: tuple[int, int] = (0, 120)
    occupations: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    styles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    name: Text
    brand: str
    category: str
    variants: tuple[Variant, ...]
    colors: tuple[Color, ...] = ()
    aliases: tuple[str, ...] = ()
    summary: Text = Text()
    material: Text = Text()
    care: Text = Text()
    fit: Text = Text()
    origin: Text = Text()
    selling_points: tuple[Text, ...] = ()
    #: Ids of products that go with it (A11).
    goes_with: tuple[str, ...] = ()
    size_chart: str = ""
    audience: Audience = Audience()
    #: 1 is the best seller; 0 when not ranked.
    sales_rank: int = 0
    #: Path below the knowledge folder, or empty.
    photo: str = ""
    #: "No longer made" may be told only where this is true (E6).
    discontinued: bool = False
    source: str = ""

    @property
    def sizes(self) -> tuple[str, ...]:
        """Sizes in the order the shop wrote them, without repeats."""
        return tuple(dict.fromkeys(v.size for v in self.variants if v.size))

    @property
    def price_range_fen(self) -> tuple[int, int]:
        prices = [v.price_fen for v in self.variants]
        return min(prices), max(prices)

    def color(self, color_id: str) -> Color | None:
        return next((c for c in self.colors if c.id == color_id), None)

    def variant(self, color: str, size: str) -> Variant | None:
        return next((v for v in self.variants if v.color == color and v.size == size), None)


@dataclass(frozen=True, slots=True)
class Zone:
    """Fee and days of one courier to some provinces."""

    #: Province short names (浙江, 内蒙古) as in ``core.places``.
    provinces: tuple[str, ...]
    fee_fen: int
    #: Inclusive, in days from dispatch.
    days: tuple[int, int]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Courier:
    id: str
    name: Text
    zones: tuple[Zone, ...]
    aliases: tuple[str, ...] = ()
    site: str = ""
    phone: str = ""
    insurance: Text = Text()
    #: Provinces, cities or counties named as not served; they win over zones.
    not_served: tuple[str, ...] = ()
    note: Text = Text()
    source: str = ""

    def zone(self, province: str) -> Zone | None:
        return next((z for z in self.zones if province in z.provinces), None)


@dataclass(frozen=True, slots=True)
class Logistics:
    """Rules of sending that hold for the whole shop (A3, B2)."""

    #: The courier used unless the shopper asks for another one.
    default_courier: str
    ships_from: Text = Text()
    #: A basket of at least this sum is sent free by the default courier; None when never.
    free_from_fen: int | None = None
    #: Provinces where free shipping does not hold.
    free_except: tuple[str, ...] = ()
    #: Orders paid before this shop-local time leave the same day; None when not promised.
    same_day_before: time | None = None
    #: Hours after payment within which an order ships.
    dispatch_hours: int = 48
    source: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """When a promotion runs: fixed moments, or some days of every month (a calendar that stays valid)."""

    #: Shop-local dates, inclusive; both set or both None.
    start: date | None = None
    end: date | None = None
    #: Days of the month, inclusive; ``last`` is 31 and is cut to the month's length. (0, 0) when not monthly.
    monthly: tuple[int, int] = (0, 0)

    def around(self, today: date) -> tuple[date, date] | None:
        """The run that contains ``today``, or None when the promotion is not running."""
        if self.start is not None and self.end is not None:
            return (self.start, self.end) if self.start <= today <= self.end else None
        first, last = self.monthly
        if first == 0 or not first <= today.day <= last:
            return None
        return today.replace(day=first), today.replace(day=min(last, _days_in_month(today)))


def _days_in_month(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - date(day.year, day.month, 1)).days


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion (A5). Which figures are set depends on ``kind``; the words told are made from the figures.

    * ``threshold``: ``off_fen`` off a sum of at least ``over_fen``; ``repeat``: once for every full ``over_fen``.
    * ``buy_n_get_m``: of every ``buy + free`` pieces among its goods the ``free`` cheapest cost nothing.
    * ``gift``: from ``over_fen`` on, ``gift`` is added.
    * ``limit``: its goods cost ``price_fen`` each, up to ``per_buyer`` pieces in one order per buyer, once ever.
    """

    id: str
    kind: Literal["threshold", "buy_n_get_m", "gift", "limit"]
    name: Text
    period: Period
    #: Ids; both empty means all goods.
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    over_fen: int = 0
    off_fen: int = 0
    repeat: bool = False
    buy: int = 0
    free: int = 0
    gift: Text = Text()
    price_fen: int = 0
    per_buyer: int = 0
    note: Text = Text()
    source: str = ""

    def covers(self, product: Product) -> bool:
        if not self.products and not self.categories:
            return True
        return product.id in self.products or product.category in self.categories


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop says to one topic, and how shoppers ask for it."""

    topic: str
    ask: tuple[str, ...]
    #: Words, or None when ``template`` is set.
    reply: Text | None
    template: str = ""
    #: Role id the topic is handed to, or empty when the bot answers itself.
    handoff: str = ""
    #: Reason of the playbook that begins once the words were told, or empty.
    opens: str = ""
    source: str = ""
    #: Line of each phrasing, same order as ``ask``.
    ask_source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GiftStandard:
    """From ``over_fen`` on, ``gift`` may be added on request without asking anybody (A6)."""

    over_fen: int
    gift: Text
    aliases: tuple[str, ...] = ()
    source: str = ""


#: Causes of compensation (head of C). ``seller_fault``: missing, damaged or not as described; ``lost_or_damaged``: on
#: the way; ``no_stock``: cannot be shipped, oversold.
CAUSES: Final = (
    "late_dispatch", "late_delivery", "seller_fault", "lost_or_damaged", "no_stock", "not_shipped_72h",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compensation:
    """What a role may give for one cause, in percent of the paid amount; None: not in this form."""

    cause: str
    coupon_percent: int | None = None
    cash_percent: int | None = None
    #: Most that may be given, whatever the percentage makes.
    up_to_fen: int = 20_000


@dataclass(frozen=True, slots=True)
class Authority:
    """What one role may grant by itself."""

    role: str
    #: Off the sum, in percent.
    discount_percent: int = 0
    #: May send free from this sum on; None when never beyond the shop's own rule.
    free_shipping_from_fen: int | None = None
    #: May add gifts worth up to this much beyond the standard.
    gift_up_to_fen: int = 0
    source: str = ""
    #: Off the sum of a bulk order, in percent (A7); None: no more than ``discount_percent``.
    bulk_discount_percent: int | None = None
    #: What may be given to make up for something; at most one of each cause, none for a cause that is not named.
    compensation: tuple[Compensation, ...] = ()

    def makes_up_for(self, cause: str) -> tuple[Compensation, ...]:
        """What counts for ``cause``; where it is not known, every cause the role may make up for."""
        return tuple(c for c in self.compensation if cause in ("", c.cause))


@dataclass(frozen=True, slots=True)
class Promises:
    """The authority table (A6, A7, A12)."""

    bulk_from_pieces: int = 20
    gifts: tuple[GiftStandard, ...] = ()
    #: Lowest authority first.
    authority: tuple[Authority, ...] = ()
    source: str = ""

    def of(self, role: str) -> Authority | None:
        return next((a for a in self.authority if a.role == role), None)


@dataclass(frozen=True, slots=True)
class Hours:
    """When people are there; shop-local. ``until`` before ``start`` means past midnight."""

    #: 0 is Monday.
    days: frozenset[int]
    start: time
    until: time


@dataclass(frozen=True, slots=True)
class About:
    """The shop itself."""

    name: Text = Text("本店", "our shop")
    brands: tuple[Text, ...] = ()
    about: Text = Text()
    hours: tuple[Hours, ...] = ()
    #: How to favourite the shop (A1); empty when there is nothing to open.
    favourite_link: str = ""
    #: How to pay for an order taken in chat; told after ordering.
    payment: Text = Text()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words that help understanding; every list may be extended by the shop."""

    #: Groups of words that mean the same; the first stands for all.
    synonyms: tuple[tuple[str, ...], ...] = ()
    #: Words that carry nothing and are dropped.
    fillers: tuple[str, ...] = ()
    #: Utterances that are no question the shop could answer ("好的", "我找一下").
    not_questions: tuple[str, ...] = ()
    #: Dialogue acts: ``yes``, ``no``, ``back``, ``stop``, ``more`` … -> utterances that mean it.
    acts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Attribute values of A9 (``purpose.gift`` …) -> words that say it.
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shop:
    """All knowledge of one shop, checked and frozen. ``answers`` may hold one topic several times: they are merged."""

    about: About = About()
    categories: tuple[Category, ...] = ()
    products: tuple[Product, ...] = ()
    size_charts: tuple[SizeChart, ...] = ()
    couriers: tuple[Courier, ...] = ()
    logistics: Logistics | None = None
    promotions: tuple[Promotion, ...] = ()
    answers: tuple[Answer, ...] = ()
    promises: Promises = Promises()
    phrases: Phrases = Phrases()
    #: How cases go; a reason has one playbook at most, and without one the built-in handover.
    playbooks: tuple[Playbook, ...] = ()
    #: What the owner should look at though the shop works: a phrasing that stands under two topics.
    warnings: tuple[Problem, ...] = ()
    #: Hash of every file read; names the compiled cache.
    content_hash: str = ""

    @cached_property
    def product_by_id(self) -> Mapping[str, Product]:
        return {p.id: p for p in self.products}

    @cached_property
    def product_by_sku(self) -> Mapping[str, Product]:
        return {v.sku: p for p in self.products for v in p.variants}

    @cached_property
    def variant_by_sku(self) -> Mapping[str, Variant]:
        return {v.sku: v for p in self.products for v in p.variants}

    @cached_property
    def category_by_id(self) -> Mapping[str, Category]:
        return {c.id: c for c in self.categories}

    @cached_property
    def chart_by_id(self) -> Mapping[str, SizeChart]:
        return {c.id: c for c in self.size_charts}

    @cached_property
    def courier_by_id(self) -> Mapping[str, Courier]:
        return {c.id: c for c in self.couriers}

    @cached_property
    def playbook_by_reason(self) -> Mapping[str, Playbook]:
        return {reason: book for book in self.playbooks for reason in book.reasons}

    @cached_property
    def answer_by_topic(self) -> Mapping[str, Answer]:
        return {a.topic: a for a in reversed(self.answers)}

    @property
    def default_chart(self) -> SizeChart | None:
        return next((c for c in self.size_charts if c.default), self.size_charts[0] if self.size_charts else None)

    def running(self, now: datetime) -> tuple[tuple[Promotion, tuple[date, date]], ...]:
        """Promotions that may be told at ``now`` (aware, in the shop's zone), each with the run it is in (A5)."""
        today = now.date()
        return tuple((p, run) for p in self.promotions if (run := p.period.around(today)) is not None)
