"""What a shopper or a colleague answered, read as the kind of fact it was asked for.

Every value is kept as text in one form per kind: a number as digits, money in fen, a percentage off as a whole number,
a date as ``2026-12-05``, a choice as its id, ``yes`` or ``no``, photos as the channel's handles. Empty: "I have none".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from bot.core.fact_dates import read_date, read_past
from bot.core.messages import Language
from bot.core.money import parse_yuan, yuan
from bot.core.playbooks import Choice, Fact, FactKind
from bot.core.understanding import amounts, contact
from bot.core.understanding.normalise import bare, clean, has_han
from bot.core.understanding.numerals import ENGLISH_NUMBER, NUMBER, value

#: Kinds whose answer is kept as it was written.
WORDS: tuple[FactKind, ...] = ("text", "address")
#: Kinds that may have a least and a most.
BOUNDED: tuple[FactKind, ...] = ("number", "percent", "money")
#: Of a text that is kept as it was written.
MAX_VALUE = 300
MAX_FEN = 10**11
#: Characters; "I have none" and "at home" are no address.
_LEAST_ADDRESS = 4

#: "I have none", "I do not mind", without spaces and marks.
_NONE = frozenset(
    re.findall(
        r"\S+",
        """
        没有 没 无 暂无 没有了 暂时没有 都没有 不用 不用了 不需要 不要 跳过 随便 都行 都可以 没要求 没有要求 无要求
        none no nope nothing na skip any anything noidea idont idonthaveany idonthaveone notneeded nospecialwish
        """,
    )
)
_NO = re.compile(r"(?:不|没|否|无|别|免|算了|no\b|nope|nah|not\b|don'?t|without)")
_YES = re.compile(
    r"是|要|需|对|好|可|嗯|行|有|开|恩|确认|当然|麻烦|收到|到了"
    r"|(?:ok|okay|yes|yeah|yep|yup|sure|right|please|of course|correct|i do|y)\b"
)
_ONE_NUMBER = re.compile(NUMBER)
_ALONE = re.compile(
    rf"(?:大概|大约|差不多|总共|一共|就|是|要|约|about|around|roughly|some)?\s*({NUMBER}|{ENGLISH_NUMBER})\s*(?:元|块|左右|吧|的|yuan|rmb|off)?"
)
_TENTHS = re.compile(r"(\d)\s*[块元]\s*(\d)(?![\d.])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
_ORDER = re.compile(r"(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{4,31}")
_FOLD = re.compile(rf"(?P<n>{NUMBER}|\d\.\d)\s*折")
_PERCENT = re.compile(rf"(?P<a>\d{{1,3}})\s*(?:%|percent|个点|per cent)|百分之\s*(?P<b>{NUMBER})")
#: Above this a bare figure may as well mean what is left of the price.
_MOST_BARE_PERCENT = 50


def read(fact: Fact, text: str, media: tuple[str, ...], now: datetime) -> str | None:
    """The value in an answer; None: it cannot be read as this fact. ``now``: shop-local, for "tomorrow"."""
    plain = clean(text)
    if fact.optional and not media and bare(plain) in _NONE:
        return ""
    if fact.kind == "photo":
        return " ".join(media) or None
    if fact.kind == "choice":
        return _choice(fact.choices, plain)
    if fact.kind == "date":
        return read_past(plain, now) if fact.past else read_date(plain, now)
    if fact.kind == "address":
        return _text(text) if len(bare(plain)) >= _LEAST_ADDRESS and bare(plain) not in _NONE else None
    if fact.kind == "text":
        return _text(text) or " ".join(media) or None
    return _bounded(fact, _READERS[fact.kind](plain))


def _bounded(fact: Fact, value: str | None) -> str | None:
    """None outside of what the fact may be; a sum is bounded in yuan."""
    if value is None or not value.isdecimal() or fact.kind not in BOUNDED:
        return value
    unit = 100 if fact.kind == "money" else 1
    too_little = fact.least is not None and int(value) < fact.least * unit
    return None if too_little or (fact.most is not None and int(value) > fact.most * unit) else value


def find(fact: Fact, text: str, now: datetime) -> str | None:
    """A value inside words that were no answer to the question; only kinds that can be told from other words."""
    if fact.kind == "choice":
        return _named(fact.choices, clean(text))
    if fact.kind in ("phone", "email"):
        return _READERS[fact.kind](clean(text))
    if fact.kind == "order":
        return contact.order_no(clean(text))
    if fact.kind == "number":
        count = amounts.pieces(clean(text))
        return None if count is None else str(count)
    return None


def shown(fact: Fact, value: str, language: Language, *, hidden: bool = False) -> str:
    """As people read it; ``hidden``: a masked fact shows its ends only (E8)."""
    if not value:
        return "没有" if language == "zh" else "none"
    if hidden and fact.masked:
        return masked(value)
    if fact.kind == "choice":
        return next((c.label.get(language) for c in fact.choices if c.id == value), value)
    if fact.kind == "money" and value.isdecimal():
        return yuan(int(value))
    if fact.kind == "percent" and value.isdecimal():
        return f"{value}%"
    if fact.kind == "photo":
        return _counted(len(value.split()), language)
    if fact.kind == "yes_no" and value in ("yes", "no"):
        return {"yes": "是", "no": "否"}[value] if language == "zh" else value
    return value


def _counted(photos: int, language: Language) -> str:
    """The pictures themselves stand in the talk; their handles tell nobody anything."""
    if language == "zh":
        return f"{photos}张照片"
    return "1 photo" if photos == 1 else f"{photos} photos"


def masked(value: str) -> str:
    """Never more than half of it is shown."""
    ends = min(4, len(value) // 4)
    return value[:ends] + "*" * max(len(value) - 2 * ends, 1) + value[len(value) - ends :]


def _text(text: str) -> str:
    return " ".join(text.split())[:MAX_VALUE]


def as_written(text: str) -> str:
    """Words that could not be read, kept for a person to read."""
    return _text(text)


# --- choices ---


def _choice(choices: tuple[Choice, ...], plain: str) -> str | None:
    """By its place (``2``, the second one), or by any of its names."""
    place = amounts.ordinal(plain)
    if place is not None and 1 <= place <= len(choices):
        return choices[place - 1].id
    if place == -1 and choices:
        return choices[-1].id
    return _named(choices, plain)


def _named(choices: tuple[Choice, ...], plain: str) -> str | None:
    """The one choice whose name stands in the words; a longer name beats one that is part of it."""
    hits = {choice.id: max((len(n) for n in _names(choice) if _stands_in(n, plain)), default=0) for choice in choices}
    best = max(hits.values(), default=0)
    winners = [choice_id for choice_id, length in hits.items() if length == best]
    return winners[0] if best and len(winners) == 1 else None


def _names(choice: Choice) -> list[str]:
    return [name for said in (choice.label.zh, choice.label.en, *choice.aliases) if (name := clean(said))]


def _stands_in(name: str, plain: str) -> bool:
    if has_han(name):
        return name in plain
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", plain) is not None


# --- figures ---


def _number(plain: str) -> str | None:
    count = amounts.pieces(plain, awaited=True)
    if count is not None:
        return str(count)
    found = _only_number(plain)
    return None if found is None else f"{found:.2f}".rstrip("0").rstrip(".")


def _only_number(plain: str) -> float | None:
    """The one number of the words, None where there are two; a Chinese numeral counts only alone: 一样 is no figure."""
    plain = _THOUSANDS.sub("", plain)
    alone = _ALONE.fullmatch(plain)
    if alone:
        return value(alone[1])
    found = {value(match[0]) for match in _ONE_NUMBER.finditer(plain) if match[0][0].isdecimal()} - {None}
    return found.pop() if len(found) == 1 else None


def _money(plain: str) -> str | None:
    plain = _TENTHS.sub(r"\1.\2元", plain)
    try:
        fen = parse_yuan(plain)
    except ValueError:
        said = amounts.money_fen(_THOUSANDS.sub("", plain))
        number = _only_number(plain) if said is None else None
        fen = said if said is not None else round(number * 100) if number is not None else -1
    return str(fen) if 0 <= fen <= MAX_FEN else None


def _percent(plain: str) -> str | None:
    """Off the price: 9折 is 10, 85折 is 15, half price is 50, 10% is 10."""
    if "半价" in plain or "half price" in plain:
        return "50"
    folds = _FOLD.findall(plain)
    if folds:
        return _off(_fold(folds[0])) if len(folds) == 1 else None
    said = _PERCENT.search(plain)
    if said:
        return _off(float(said["a"]) if said["a"] else value(said["b"]))
    alone = _ALONE.fullmatch(plain)
    number = value(alone[1]) if alone else None
    return _off(number) if number is not None and number <= _MOST_BARE_PERCENT else None


def _fold(said: str) -> float | None:
    """What is taken off where ``said`` tenths (or, from 11 on, hundredths) of the price remain."""
    # 九五 is ninety-five here; elsewhere 两三 is a range.
    digits = [value(char) for char in said] if len(said) == 2 and not said.isascii() else []
    two_digits = all(digit is not None and digit < 10 for digit in digits)
    rest = float(10 * (digits[0] or 0) + (digits[1] or 0)) if digits and two_digits else value(said)
    if rest is None or not 0 < rest < 100:
        return None
    return round(100 - (rest if rest > 10 else rest * 10), 2)


def _off(percent: float | None) -> str | None:
    return str(int(percent)) if percent is not None and 0 <= percent <= 100 and percent == int(percent) else None


# --- words with a form ---


def _phone(plain: str) -> str | None:
    landline = _LANDLINE.search(plain)
    return contact.phone(plain) or (landline[0].replace(" ", "-") if landline else None)


def _email(plain: str) -> str | None:
    found = _EMAIL.search(plain)
    return found[0].rstrip(".") if found else None


def _order(plain: str) -> str | None:
    said = contact.order_no(plain)
    if said:
        return said
    tokens = [t for t in re.split(r"[^a-z0-9-]+", plain) if _ORDER.fullmatch(t) and contact.phone(t) is None]
    return tokens[0].upper() if len(tokens) == 1 else None


def _yes_no(plain: str) -> str | None:
    if _NO.match(plain):
        return "no"
    return "yes" if _YES.match(plain) else None


_READERS: dict[FactKind, Callable[[str], str | None]] = {
    "number": _number,
    "money": _money,
    "percent": _percent,
    "phone": _phone,
    "email": _email,
    "order": _order,
    "yes_no": _yes_no,
}
