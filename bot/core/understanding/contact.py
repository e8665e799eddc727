"""Phone and order numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.understanding import amounts

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
#: A number said aloud and typed as heard: 一三八……, 幺 for one.
_SPELLED = re.compile(r"[一幺壹][三四五六七八九][零〇一幺二三四五六七八九]{9}")
_DIGITS = str.maketrans("零〇一幺壹二三四五六七八九", "0011123456789")
_OWN_ORDER = re.compile(r"(?<![a-z0-9])(xe[-_]?\d[\d-]{4,30})(?![a-z0-9])")
_LONG = re.compile(r"(?<![\d.])\d{12,20}(?!\d|\.\d)")
#: What follows a figure that counts, measures or prices something.
_COUNTS = re.compile(
    r"\s*(?:[件双条只套个顶份盒箱包瓶台张本把对根袋支打身元块斤岁天日年月折码人位次米%$¥]|公斤|厘米|公分|小时|分钟|以[内上下]|左右|上下|多|起"
    r"|(?:rmb|cny|yuan|kgs?|cm|lbs?|pcs?|pieces?|items?|units?|pairs?|sets?|boxes|packs?|t-?shirts?|shirts?|tees?|polos?"
    r"|of (?:them|these|those)|more|days?|hours?|years?|dollars?|bucks)\b)"
)
_LABEL = r"(?:订单号?|单号|编号|(?<![a-z])order(?: (?:no|number|id))?)\s*(?:是|为|is\b|:|#|\.)*\s*#?\s*"
_LABELLED = re.compile(_LABEL + r"([a-z]{0,4}[-_]?\d{5,24})(?!\d|\.\d)")
#: So few digits may be a number of pieces: "order" has to be the noun.
_SHORT_ZH = re.compile(r"(?<!下)(?:订单号?|单号)\s*(?:是|为|:|#|\.)*\s*#?\s*(\d{3,4})(?!\d|\.\d)")
_SHORT_EN = re.compile(
    r"(?:(?<![a-z])order(?: (?:no|number|id)\b(?: is\b)?|\s*#)[\s.:#]*(\d{3,4})(?!\d|\.\d)"
    r"|(?:^|\b(?:my|the|this|about|of|for|regarding)\s)order (\d{3,4})(?!\d|\.\d)"
    r"(?=\s*(?:$|[,.?!:;]|(?:where|is|isn|has|hasn|was|wasn|when|what|why|did|status|still|not|please|yet|and)\b)))"
)
#: Before a number of hers: it is meant as one, however short it is.
_MARK = re.compile(r"(?:#|(?:订单号?|单号|(?<![a-z])order(?: (?:no|number|id))?)\s*(?:是|为|is\b|:|#|\.)*)\s*$")
_PRICE = re.compile(r"[¥$]\s*$")
#: So many digits of a number of hers stand for it without a mark.
_TELLING = 4


def phone(text: str) -> str | None:
    """A mainland mobile number, its 11 digits."""
    found = _PHONE.search(text) or _PHONE.search(_SPELLED.sub(lambda said: said.group().translate(_DIGITS), text))
    return "".join(found.groups()) if found else None


def order_no(text: str, hers: Iterable[str] = (), bare: bool = True) -> str | None:
    """In capitals; a phone number is none, nor is what counts, measures or prices something.

    ``hers``: numbers of her own orders, found however short, and given back as they are written there. ``bare``: a
    figure that stands for itself may be one; not where another figure was asked for.
    """
    mine = next((number for number in sorted(hers, key=len, reverse=True) if _names(text, number, bare)), None)
    if mine:
        return mine
    own = _OWN_ORDER.search(text)
    if own:
        return own[1].upper()
    labelled = _LABELLED.search(text) or _SHORT_ZH.search(text) or _SHORT_EN.search(text)
    if labelled and not _counts(text, labelled.end()):
        number = next(group for group in labelled.groups() if group)
        if not _PHONE.fullmatch(number):
            return number.upper()
    long = _LONG.search(text)
    return long[0] if long else None


def _names(text: str, number: str, bare: bool) -> bool:
    """Whether the words name this order of hers; its ``#`` may be left out."""
    plain = number.casefold().removeprefix("#")
    if not plain or plain not in text:
        return False
    for found in re.finditer(rf"(?<![a-z0-9_.-]){re.escape(plain)}(?![a-z0-9_-]|\.\d)", text):
        before = text[: found.start()]
        if _counts(text, found.end()) or _PRICE.search(before):
            continue
        if _MARK.search(before) or not plain.isdigit():
            return True
        if bare and len(plain) >= _TELLING and not _is_amount(text, int(plain)):
            return True
    return False


def _counts(text: str, end: int) -> bool:
    return _COUNTS.match(text, end) is not None


def _is_amount(text: str, figure: int) -> bool:
    """A quantity or sum by the words around it."""
    return amounts.pieces(text) == figure or amounts.money_fen(text) == figure * 100
