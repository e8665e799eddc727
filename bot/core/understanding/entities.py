"""All facts of one message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.core.catalogue import Shop
from bot.core.messages import Language
from bot.core.understanding import amounts, body, contact
from bot.core.understanding.counted import counted
from bot.core.understanding.goods import Goods, named_apart, says_this
from bot.core.understanding.meaning import Context, Entities
from bot.core.understanding.numerals import has_digit, has_latin
from bot.core.understanding.terms import Found
from bot.core.understanding.whereabouts import address_parts

#: Facts asked for that a bare figure may answer; then it is no place in a list.
_FIGURES = frozenset(
    {"quantity", "size", "height", "weight", "measures", "body", "budget", "phone", "order", "order_no"}
)

#: Facts asked for that a figure alone answers, and is no order's number then.
_OTHER_FIGURES = _FIGURES - {"order", "order_no"} | {"phone4", "address"}

#: What stands between two lines of an order, and how many of each.
_BETWEEN = re.compile(r"[,，、;；+&\s]+|[和跟加]|\band\b")
#: Between what gives way and what comes instead.
_SWAP = re.compile(r"换成|改成|换为|改为|换做|变成|换(?!货|个|一)|(?<=[a-z]) to (?=[a-z0-9])")
_EACH = re.compile(r"各(?:要|来|拿)?[一二两三四五六七八九十\d]+[件条双个]?")

_NOTHING = Context()


@dataclass(frozen=True, slots=True)
class Words:
    """A cleaned text, fillers and marks still in it, and what of the catalogue it names."""

    text: str
    found: list[Found]
    #: Products named by words that stand for one alone: start, end, id.
    apart: list[tuple[int, int, str]]


class Reader:
    """Built once per shop."""

    def __init__(self, shop: Shop) -> None:
        self._goods = Goods(shop)
        self._sizes = body.Sizes(v.size for p in shop.products for v in p.variants)

    def scan(self, text: str) -> Words:
        found = self._goods.scan(text)
        return Words(text, found, named_apart(found))

    def read(self, words: Words, language: Language, context: Context) -> Entities:
        text, found = words.text, words.found
        awaiting = context.awaiting or ""
        digits = has_digit(text)
        sku = self._goods.sku(text) if digits else None
        named = (self._goods.product_of(sku),) if sku else self._goods.products(text, found)
        product_id = _the_one(named, text, context)
        phone = contact.phone(text)
        bare = awaiting not in _OTHER_FIGURES
        order_no = contact.order_no(text, context.order_nos, bare) if digits else None
        plain = without_number(text, order_no)
        chinese = language == "zh" or not has_latin(text)
        height, weight = body.measures(plain, chinese, awaiting in ("size", "height", "measures", "body"))
        size = self._sizes.find(plain, awaiting == "size")
        quantity = amounts.pieces(plain, awaiting == "quantity") if height is None or "件" in text else None
        where = address_parts(text)
        return Entities(
            quantity=quantity,
            money_fen=amounts.money_fen(plain) or (amounts.bare_sum(plain) if awaiting == "budget" else None),
            height_cm=height,
            weight_kg=weight,
            size=size,
            color=self._goods.color(text, found, product_id or context.product_id, awaiting == "color"),
            region=where.region,
            province=where.province,
            phone=phone,
            order_no=order_no if order_no != phone else None,
            sku=sku,
            product_id=product_id,
            product_ids=(product_id,) if product_id else named,
            category_id=_first(found, "category"),
            courier_id=_first(found, "courier"),
            tags=frozenset(f.value for f in found if f.kind == "tag"),
            age=amounts.age(plain),
            address=where.detail,
            person=where.name,
            ordinal=amounts.ordinal(plain, awaiting in _FIGURES),
        )

    def lines(self, words: Words, language: Language) -> tuple[Entities, ...]:
        """The facts of each product, where several are named: "重磅T恤黑色XL两件 珠地polo白色一件"; else empty."""
        text, spans = words.text, words.apart
        if len({product for _, _, product in spans}) < 2:
            return ()
        before = self._read_part(text[: spans[0][0]], language)
        said_before = bool(before.quantity or before.color or before.size)
        cuts = [end for _, end, _ in spans[:-1]] if said_before else [start for start, _, _ in spans[1:]]
        bounds = [0, *cuts, len(text)]
        return tuple(self._read_part(text[a:b], language) for a, b in pairwise(bounds))

    def variants(self, words: Words, language: Language, product_id: str | None) -> tuple[Entities, ...]:
        """The facts of each color of one product, where several are named with their sizes: "黑XL 白L各一件"."""
        starts = [f.start for f in words.found if f.kind == "color"]
        if product_id is None or len(starts) < 2:
            return ()
        each = _EACH.search(words.text)
        said = _variants(self._read_part(part, language) for part in _BETWEEN.split(words.text))
        if len(said) < 2 and amounts.pieces(words.text[: starts[0]]) is None:
            bounds = [*starts, len(words.text)]
            said = _variants(self._read_part(words.text[a:b], language) for a, b in pairwise(bounds))
        if len({(x.color, x.size) for x in said}) < 2:
            return ()
        pieces = amounts.pieces(each[0][1:]) if each else None
        return tuple(
            replace(x, product_id=product_id, product_ids=(product_id,), quantity=pieces or x.quantity or 1)
            for x in said
        )

    def counted(self, words: Words, language: Language) -> tuple[Entities, ...]:
        """Several colors, or else sizes, each with its number: "一件黑一件白 都XL"; whose they are is not said here."""
        # Counted, a word that might be a color ("白的") is one.
        colors = sorted({(f.start, f.end, f.value.lstrip("?")) for f in words.found if f.kind == "color"})
        if parts := counted(words.text, colors):
            sizes = [self._sizes.find(part.text) for part in parts]
            return tuple(
                Entities(color=part.thing, size=size or _only(sizes), quantity=part.pieces)
                for part, size in zip(parts, sizes, strict=True)
            )
        if colors:
            return ()
        parts = counted(words.text, self._sizes.spans(words.text))
        return tuple(Entities(size=part.thing, quantity=part.pieces) for part in parts)

    def swap(self, words: Words, language: Language) -> tuple[Entities, Entities] | None:
        """What gives way and what comes instead, where a color or size is said of both."""
        found = _SWAP.search(words.text, 1)
        if found is None:
            return None
        old = self._read_part(words.text[: found.start()], language)
        new = self._read_part(words.text[found.end() :], language)
        return (old, new) if (old.color or old.size) and (new.color or new.size) else None

    def _read_part(self, text: str, language: Language) -> Entities:
        return self.read(self.scan(text), language, _NOTHING)


def _only(sizes: Iterable[str | None]) -> str | None:
    """The one size that was said, if it was one: "一件黑一件白 都XL"."""
    said = {size for size in sizes if size}
    return said.pop() if len(said) == 1 else None


def _variants(parts: Iterable[Entities]) -> list[Entities]:
    return [part for part in parts if part.color and part.size]


def without_number(text: str, order_no: str | None) -> str:
    """Neither amounts nor topics lie in an order's number."""
    return text.replace(order_no.casefold().removeprefix("#"), " ") if order_no else text


def without_names(words: Words, order_no: str | None = None) -> str:
    """Goods named outright read as "this one" or "it", and no order's number: what is asked does not lie in them."""
    text = words.text
    spans = [(start, end, True) for start, end, _ in words.apart]
    taken = [(start, end) for start, end, _ in spans]
    for f in words.found:
        if f.kind == "category" and not any(f.start < end and start < f.end for start, end in taken):
            spans.append((f.start, f.end, False))
            taken.append((f.start, f.end))
    han = any("\u4e00" <= c <= "\u9fff" for c in text)
    for start, end, one in sorted(spans, reverse=True):
        name = ("这款" if one else "这个") if han else ("this one" if one else "it")
        text = text[:start] + name + text[end:]
    return without_number(text, order_no).strip(" #") or text


def _the_one(named: tuple[str, ...], text: str, context: Context) -> str | None:
    if len(named) == 1:
        return named[0]
    if context.product_id in named:
        return context.product_id
    return context.product_id if not named and context.product_id and says_this(text) else None


def _first(found: list[Found], kind: str) -> str | None:
    return next((f.value for f in found if f.kind == kind), None)
