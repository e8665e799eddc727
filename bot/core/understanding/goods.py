"""Which product, category, color, courier and kind of shopper the words name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from rapidfuzz import fuzz

from bot.core.catalogue import Color, Product, Shop, Text
from bot.core.understanding.normalise import bare, clean
from bot.core.understanding.terms import Found, Terms

#: Words for colors in general, by the id that catalogues commonly give them.
_COLORS: Mapping[str, tuple[str, ...]] = {
    "black": ("黑色", "黑的", "纯黑", "black"),
    "white": ("白色", "白的", "纯白", "本白", "white"),
    "gray": ("灰色", "灰的", "深灰", "浅灰", "gray", "grey"),
    "red": ("红色", "红的", "大红", "酒红", "red"),
    "navy": ("藏青", "藏青色", "藏蓝", "深蓝", "深蓝色", "navy", "navy blue", "dark blue"),
    "blue": ("蓝色", "蓝的", "天蓝", "浅蓝", "blue"),
    "green": ("绿色", "绿的", "军绿", "墨绿", "green"),
    "yellow": ("黄色", "黄的", "yellow"),
    "pink": ("粉色", "粉红", "粉红色", "粉的", "pink"),
    "purple": ("紫色", "紫的", "purple"),
    "brown": ("棕色", "咖啡色", "褐色", "咖色", "brown", "coffee color"),
    "khaki": ("卡其", "卡其色", "khaki"),
    "beige": ("米色", "米白", "杏色", "燕麦色", "beige", "cream"),
    "orange": ("橙色", "橘色", "orange"),
}
_SHORT = {
    "黑": "black", "白": "white", "灰": "gray", "红": "red", "蓝": "blue", "绿": "green", "黄": "yellow",
    "粉": "pink", "紫": "purple", "棕": "brown",
}  # fmt: skip
_THIS = ("这个", "这款", "这件", "这条", "这双", "这种", "该款", "它", "此款", "this", "this one", "it")

#: A name is meant when this share of its character pairs stands in the message, and rapidfuzz agrees.
_MIN_SHARE, _MIN_RATIO = 0.6, 82.0
_MAX_LOOKED_AT = 24
#: A name of four letters or more has no smaller share.
_LEAST_PAIRS = 2


def _words(text: Text, aliases: Iterable[str] = ()) -> Iterator[str]:
    for word in (text.zh, text.en, *aliases):
        if word:
            yield clean(word)


class Goods:
    """Every name in the catalogue, found in one pass; product names also when misspelt."""

    def __init__(self, shop: Shop) -> None:
        self._terms = Terms(_entries(shop))
        self._sku = {v.sku.casefold(): v.sku for p in shop.products for v in p.variants}
        self._product_of_sku = {sku: p.id for sku, p in shop.product_by_sku.items()}
        self._names: list[tuple[str, str]] = []
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for product in shop.products:
            for word in dict.fromkeys(bare(w) for w in _words(product.name, product.aliases)):
                if len(word) >= 4:
                    self._add_name(word, product.id)
        self._colors = _Colors(shop.products)
        self._by_id = shop.product_by_id

    def _add_name(self, word: str, product_id: str) -> None:
        at = len(self._names)
        self._names.append((word, product_id))
        for pair in set(_pairs(word)):
            self._pairs[pair].append(at)

    def scan(self, text: str) -> list[Found]:
        return self._terms.find(text)

    def sku(self, text: str) -> str | None:
        for word in text.replace("，", " ").replace(",", " ").split():
            if sku := self._sku.get(word.strip(".。?!:;()[]\"'")):
                return sku
        return None

    def product_of(self, sku: str) -> str:
        return self._product_of_sku[sku]

    def products(self, text: str, found: Iterable[Found]) -> tuple[str, ...]:
        """Products the words may mean, best first: named outright, else the closest misspelt names."""
        named = [f for f in found if f.kind == "product"]
        if named:
            longest = max(f.end - f.start for f in named)
            return tuple(dict.fromkeys(f.value for f in named if f.end - f.start == longest))
        return self._resembling(bare(text))

    def _resembling(self, text: str) -> tuple[str, ...]:
        if len(text) < 3 or not self._names:
            return ()
        known = [names for pair in set(_pairs(text)) if (names := self._pairs.get(pair))]
        if len(known) < _LEAST_PAIRS:
            return ()
        hits = Counter(chain.from_iterable(known))
        several = sorted((hit for hit in hits.items() if hit[1] >= _LEAST_PAIRS), key=lambda h: (-h[1], h[0]))
        close: dict[str, float] = {}
        for at, count in several[:_MAX_LOOKED_AT]:
            word, product_id = self._names[at]
            if count < _MIN_SHARE * (len(word) - 1):
                continue
            ratio = fuzz.partial_ratio(word, text) if len(word) <= len(text) else fuzz.ratio(word, text)
            if ratio >= _MIN_RATIO:
                close[product_id] = max(close.get(product_id, 0.0), ratio)
        best = max(close.values(), default=0.0)
        return tuple(p for p, r in sorted(close.items(), key=lambda c: (-c[1], c[0])) if r >= best - 3)

    def color(self, text: str, found: Iterable[Found], product_id: str | None, awaited: bool) -> str | None:
        said = [f for f in found if f.kind == "color"]
        product = self._by_id.get(product_id or "")
        return self._colors.choose(text, [(text[f.start : f.end], f.value) for f in said], product, awaited)


def named_apart(found: Iterable[Found]) -> list[tuple[int, int, str]]:
    """Where products are named outright, each by words that stand for it alone: start, end, id."""
    by_span: dict[tuple[int, int], set[str]] = {}
    for f in found:
        if f.kind == "product":
            by_span.setdefault((f.start, f.end), set()).add(f.value)
    return [(*span, ids.pop()) for span, ids in sorted(by_span.items()) if len(ids) == 1]


def says_this(text: str) -> bool:
    """The words point at the thing on the table."""
    if text.isascii():
        return any(w in ("this", "it", "that") for w in text.replace("?", " ").replace(".", " ").split())
    return any(word in text for word in _THIS[:8])


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(len(word) - 1)]


def _entries(shop: Shop) -> Iterator[tuple[str, str, str]]:
    for product in shop.products:
        for word in _words(product.name, product.aliases):
            yield word, "product", product.id
        for color in product.colors:
            for word in _words(color.name, color.aliases):
                yield word, "color", color.id
    for category in shop.categories:
        for word in _words(category.name, category.aliases):
            yield word, "category", category.id
    for courier in shop.couriers:
        for word in _words(courier.name, courier.aliases):
            yield word, "courier", courier.id
    for tag, words in shop.phrases.tags.items():
        for word in words:
            yield clean(word), "tag", tag
    for canonical, general in _COLORS.items():
        for word in general:
            yield word, "color", f"?{canonical}"


class _Colors:
    """From a word for a color to the id the catalogue gives it; the product in play has the first say."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._all: dict[str, Color] = {}
        for product in products:
            for color in product.colors:
                self._all.setdefault(color.id, color)

    def choose(self, text: str, said: list[tuple[str, str]], product: Product | None, awaited: bool) -> str | None:
        for word, value in sorted(said, key=lambda s: -len(s[0])):
            ids = [v for w, v in said if w == word]
            if product and (own := next((c.id for c in product.colors if c.id in ids), None)):
                return own
            if not value.startswith("?"):
                return value
            return self._general(word, value[1:], product)
        short = _short(text, awaited)
        return self._general(short, _SHORT[short], product) if short else None

    def _general(self, word: str, canonical: str, product: Product | None) -> str:
        stem_ = word.removesuffix("的").removesuffix("色")
        for colors in (product.colors if product else (), self._all.values()):
            for color in colors:
                if color.id == canonical:
                    return color.id
            for color in colors:
                if color.name.zh.removesuffix("色").endswith(stem_) or stem_ in color.name.en.casefold().split():
                    return color.id
        return canonical


def _short(text: str, awaited: bool) -> str | None:
    """黑 alone, or beside a size or a number (黑XL, 白2件); never inside a word (白送, 红包)."""
    if _SHORT.keys().isdisjoint(text):
        return None
    core = text.strip(" .。!?,，")
    for at, char in enumerate(core):
        if char in _SHORT:
            after = core[at + 1 : at + 2]
            alone = len(core) == 1 or (awaited and len(core) <= 3)
            if (
                alone
                or (after and after.isascii() and after.isalnum())
                or core[at + 1 :].startswith(("两", "一件", "款"))
            ):
                return char
    return None
