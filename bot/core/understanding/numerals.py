"""Numbers as shoppers write them: digits, Chinese numerals, English words; meant to be read beside a unit only."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3, "几": 2, "上": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_TO_TWENTY = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_ENGLISH = {w: i for i, w in enumerate(_TO_TWENTY)} | {
    "a": 1,
    "an": 1,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "hundred": 100,
}

#: One number: digits (perhaps with 百, 千, 万 behind) or Chinese numerals. Never the tail of a longer run of digits.
NUMBER = r"(?<![\d.])\d{1,9}(?:\.\d{1,2})?[百千万]?(?![\d])|[几上]?[零〇一二两俩仨三四五六七八九十百千万]{1,12}"
ENGLISH_NUMBER = "|".join(sorted(_ENGLISH, key=len, reverse=True))
_FIGURE = re.compile(r"[\d零〇一二两俩仨三四五六七八九十百千万]")
_DIGIT = re.compile(r"\d")
_LATIN = re.compile(r"[a-z]")
_TAIL = re.compile(r"^(.*[百千万])([一二三四五六七八九])$")
_RANGE = re.compile(r"^[一二两三四五六七八九]([一二三四五六七八九])(?=[十百千万]|$)")


def has_figure(text: str) -> bool:
    """Whether anything that :data:`NUMBER` could match stands in the words; most messages have none."""
    return _FIGURE.search(text) is not None


def has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def has_latin(text: str) -> bool:
    """Whether a small Latin letter stands in the words."""
    return _LATIN.search(text) is not None


def value(said: str) -> float | None:
    """``两百`` -> 200, ``一百五`` -> 150, ``3百`` -> 300, ``两三`` -> 2 (the lower), ``dozen`` -> None."""
    if said in _ENGLISH:
        return float(_ENGLISH[said])
    if said and said[0].isdigit():
        return _mixed(said)
    return _chinese(said)


def _mixed(said: str) -> float | None:
    unit = _UNITS.get(said[-1], 1)
    try:
        return float(said.rstrip("百千万")) * unit
    except ValueError:
        return None


def _chinese(said: str) -> float | None:
    if any(c not in _DIGITS and c not in _UNITS for c in said) or not said:
        return None
    if _RANGE.match(said):
        said = said[0] + said[2:]
    if all(c in _DIGITS for c in said):
        return float("".join(str(_DIGITS[c]) for c in said)) if len(said) > 1 else float(_DIGITS[said])
    tail = _TAIL.match(said)
    if tail:
        head = _chinese(tail[1])
        return None if head is None else head + _DIGITS[tail[2]] * _UNITS[tail[1][-1]] / 10
    return _sum(said)


def _sum(said: str) -> float:
    total, section, digit = 0, 0, 0
    for char in said:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10_000 or 10_000, 0, 0
        else:
            section += (digit or 1) * _UNITS[char]
            digit = 0
    return float(total + section + digit)
