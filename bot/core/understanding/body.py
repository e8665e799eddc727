"""Height, weight and size."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from bot.core.understanding.numerals import NUMBER, has_digit, has_latin, value

_N = r"\d{2,3}(?:\.\d)?"
_HEIGHTS: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"(?<!\d)(?P<m>[12])(?:\.|米|m)(?P<cm>\d{1,2})(?!\d|\d*\s?(?:kg|公斤|斤|元|块|折))\s*(?:m\b|米)?(?!\d|米?的)"
    ),
    re.compile(r"(?P<m>[一二两])米(?P<cm>[零一二三四五六七八九]{1,2})(?![十百件个双])"),
    re.compile(r"(?<!\d)(?P<only>1[2-9]\d|2[0-2]\d)(?:\.\d)?\s*(?:cm|厘米|公分|的?身高)"),
    re.compile(
        r"(?:身高|净高|个子|高度|height(?: is)?|tall)(?:是|有|大概|大约|差不多|:|=)*\s*"
        r"(?P<only>1[2-9]\d|2[0-2]\d)(?!\d)"
    ),
)
_FEET = re.compile(
    r"(?<![\d.])(?P<ft>[4-7])\s?(?:'|′|ft\.?|feet|foot)\s?(?P<inch>1[01]|\d(?:\.\d)?)?\s?(?:\"|″|''|in(?:ch(?:es)?)?\b)?"
)
_KG, _JIN, _LB = 1.0, 0.5, 0.45359237
_UNIT = {"kg": _KG, "公斤": _KG, "千克": _KG, "斤": _JIN, "市斤": _JIN, "lb": _LB, "lbs": _LB, "磅": _LB}
_UNIT_WORDS = r"kgs?\b|kg|公斤|千克|市斤|斤|lbs?\b|pounds?\b|磅"
_WEIGHT = re.compile(rf"(?P<n>{_N}|{NUMBER})\s*(?P<unit>{_UNIT_WORDS})")
_LABELLED_WEIGHT = re.compile(
    rf"(?:体重|净重|重量|weight(?: is)?|weigh)(?:是|有|大概|大约|差不多|:|=)*\s*(?P<n>{_N}|{NUMBER})(?!\d)"
)
_PAIR = re.compile(
    rf"(?<![\d./])(?P<h>1[3-9]\d|2[0-2]\d)\s*(?:cm|厘米|公分)?[\s,，/、;\-+*.]+(?:体重)?(?P<n>{_N})(?![\d%])"
    r"(?!\s*(?:cm|厘米|公分|元|块|件|条|双|个|[abcy]\b))"
)
_AFTER_HEIGHT = re.compile(
    rf"^[\s,，、/;]*(?:体重|重)?(?P<n>{_N}|[一二两三四五六七八九十百]{{2,5}})(?!\d|\s*(?:cm|厘米|公分|元|块|件|条|双|个|码))"
)
#: Without a digit and without one of these nothing is measured.
_MEASURE = re.compile(r"[米斤磅重]|千克|kg|lb|pound|weigh")
_DIGIT_OR_FEW = re.compile(r"[\d一二两]")
_LABEL_SIZE = re.compile(r"(?<!\d)1\d\d/\d{2,3}[abcy](?![a-z0-9])")

_LETTER_SIZE = re.compile(
    r"(?<![a-z0-9'.\-])(?P<s>(?:[2-9]\s?x{1}|x{0,6}|[2-9])-?l|x{0,3}s|m)(?![a-z0-9'])(?!\s*[&/]\s*[a-z]\b)", re.ASCII
)
_ENGLISH_SIZES = re.compile(
    r"\b(?:(?P<x>extra|x)[ -]?)?(?P<w>small|medium|large)\b(?! (?:quantity|amount|order|number|volume))"
)
_CHINESE_SIZES = (
    ("加加加大", "3XL"), ("加加大", "2XL"), ("特大", "2XL"), ("加大", "XL"), ("大码", "L"),
    ("大号", "L"), ("中码", "M"), ("中号", "M"), ("小码", "S"), ("小号", "S"),
    ("均码", "均码"),
)  # fmt: skip
_NUMBER_SIZE = re.compile(
    r"(?<![\d.¥/-])(?P<n>\d{2}(?:\.5)?)(?:码|(?P<hao>号)(?!发|到|前|之前|下单|买|拍|收|付|早|晚|上午|下午|左右|开始|结束|的?时候))"
    r"|(?:size|码数?|尺码|穿|穿的?是)\s*(?:是|:)?\s*(?P<m>\d{2}(?:\.5)?)(?![\d.]|\s*(?:cm|斤|kg|公斤|岁|元|块|件|双|条|个|天))"
)
_BEFORE_S = frozenset({"that", "what", "she", "let", "who", "where", "there", "here"})
_AFTER_SIZE = re.compile(r"\s*(?:[,.;!]|(?:please|pls|thanks|thank|for|to|and|x ?\d)\b)")
_ONLY_NUMBER = re.compile(r"^(?:要|拍|来|买)?\s*(?P<n>\d{2}(?:\.5)?)\s*(?:的|吧|码)?$")


def measures(text: str, chinese: bool, awaited: bool = False) -> tuple[float | None, float | None]:
    """Height in cm and weight in kg. A bare weight is read in the unit that makes a likely body of it."""
    if not _DIGIT_OR_FEW.search(text) or not (has_digit(text) or _MEASURE.search(text)):
        return None, None
    text = _LABEL_SIZE.sub(" ", text)
    height, end = _height(text)
    weight = _said_weight(text, height, chinese)
    if weight is None and height is not None:
        weight = _weight_after(text[end:], height, chinese)
    if height is None:
        pair = _PAIR.search(text)
        if pair:
            height = float(pair["h"])
            weight = weight or _likely(float(pair["n"]), height, chinese)
            height = height if weight else None
    if awaited and height is None and (only := re.match(r"^(1[3-9]\d|2[01]\d)$", text)):
        height = float(only[1])
    return height, weight


def _height(text: str) -> tuple[float | None, int]:
    for pattern in _HEIGHTS:
        found = pattern.search(text)
        if found:
            cm = float(found["only"]) if "only" in found.groupdict() else _metres(found["m"], found["cm"])
            if cm and 100 <= cm <= 230:
                return cm, found.end()
    feet = _FEET.search(text)
    if feet:
        return round((int(feet["ft"]) * 12 + float(feet["inch"] or 0)) * 2.54, 1), feet.end()
    return None, 0


def _metres(metres: str, rest: str) -> float | None:
    whole = value(metres)
    parts = [value(c) for c in rest]
    if whole is None or None in parts:
        return None
    cm = (parts[0] or 0) * 10 + (parts[1] or 0 if len(parts) > 1 else 0)
    return whole * 100 + cm


def _said_weight(text: str, height: float | None, chinese: bool) -> float | None:
    found = _WEIGHT.search(text)
    if found:
        amount = value(found["n"])
        unit = found["unit"].rstrip("s")
        factor = _LB if unit.startswith(("lb", "pound")) else _UNIT[unit]
        return _body(amount * factor) if amount is not None else None
    found = _LABELLED_WEIGHT.search(text)
    amount = value(found["n"]) if found else None
    return _likely(amount, height, chinese) if amount is not None else None


def _weight_after(rest: str, height: float, chinese: bool) -> float | None:
    found = _AFTER_HEIGHT.match(rest)
    amount = value(found["n"]) if found else None
    return _likely(amount, height, chinese) if amount is not None else None


def _likely(amount: float, height: float | None, chinese: bool) -> float | None:
    """Without a height, above 100 a Chinese figure is 斤 and an English one pounds."""
    if not amount:
        return None
    other = _JIN if chinese else _LB
    if height is None:
        return _body(amount * (other if amount > 100 else _KG))
    square = (height / 100) ** 2
    kg = min((amount * f for f in (_KG, other)), key=lambda w: abs(math.log(w / square / 22.5)))
    return _body(kg) if 11 <= kg / square <= 60 else None


def _body(kg: float) -> float | None:
    return round(kg, 1) if 20 <= kg <= 250 else None


def size_key(size: str) -> str:
    """What makes two ways of writing a size the same: ``XXL`` and ``2xl`` -> ``2XL``."""
    key = size.upper().replace(" ", "").replace("-", "")
    if re.fullmatch(r"X{2,6}[LS]", key):
        return f"{len(key) - 1}X{key[-1]}"
    if re.fullmatch(r"[2-9]L", key):
        return f"{key[0]}XL"
    return "XL" if key == "1XL" else key


class Sizes:
    """Sizes as the catalogue writes them."""

    def __init__(self, catalogue: Iterable[str]) -> None:
        self._known = {size_key(s): s for s in catalogue if s}

    def find(self, text: str, awaited: bool = False) -> str | None:
        """None when no size is said; a size that the catalogue lacks comes back in its usual writing."""
        digits = has_digit(text)
        label = _LABEL_SIZE.search(text) if digits else None
        if label:
            return self._written(label[0])
        for word, size in _CHINESE_SIZES:
            if word in text:
                return self._written(size)
        said = (self._letter(text) or self._english(text)) if has_latin(text) else None
        return said or (self._number(text, awaited) if digits else None)

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Letter sizes where they stand: (start, end, size)."""
        found = (m for m in _LETTER_SIZE.finditer(text) if len(m["s"]) > 1 or _stands_free(text, m))
        return [(*m.span("s"), self._written(m["s"].replace(" ", "").replace("-", ""))) for m in found]

    def _written(self, size: str) -> str:
        key = size_key(size)
        return self._known.get(key, key)

    def _letter(self, text: str) -> str | None:
        for found in _LETTER_SIZE.finditer(text):
            said = found["s"].replace(" ", "").replace("-", "")
            if len(said) > 1 or _stands_free(text, found):
                return self._written(said)
        return None

    def _english(self, text: str) -> str | None:
        found = _ENGLISH_SIZES.search(text)
        if not found:
            return None
        return self._written(("X" if found["x"] else "") + found["w"][0].upper())

    def _number(self, text: str, awaited: bool) -> str | None:
        found = _NUMBER_SIZE.search(text)
        only = _ONLY_NUMBER.match(text) if awaited else None
        said = (found["n"] or found["m"]) if found else only["n"] if only else None
        if said is None or not (28 <= float(said) <= 46 or said in self._known):
            return None
        if found and found["hao"] and said not in self._known:
            return None
        return self._written(said)


def _stands_free(text: str, found: re.Match[str]) -> bool:
    """One letter is a size beside Han, after "size", or in a message of few words."""
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
    ends = not after and before[-1:].isascii() and before[-1:].isalpha()
    beside = (before[-1:] > "\u2e00") or (after[:1] > "\u2e00")
    if _said_of(before, text[found.end() : found.end() + 12]):
        return True
    return beside or ends or before.endswith(("size", "sizes", "in", "an", "a", "or", "and")) or len(text.split()) <= 2


def _said_of(before: str, after: str) -> bool:
    """ "black l please", "navy m, two": not "i m", "it s"."""
    word = before.rpartition(" ")[2]
    return len(word) > 2 and word.isalpha() and word not in _BEFORE_S and bool(_AFTER_SIZE.match(after))
