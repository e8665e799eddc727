"""Where to: places and addresses, looked for only in words that could hold any; most messages name none."""

from __future__ import annotations

import re
from functools import cache
from operator import add

from bot.core.conversation import AddressParts
from bot.core.places import split_address
from bot.core.places.finding import hits
from bot.core.places.index import chinese, english
from bot.core.places.names import is_name
from bot.core.understanding.numerals import has_latin

#: What an address may hold beside places: houses, phones and postcodes, labels, the name of the country.
_ADDRESS = re.compile(
    r"[路街巷弄道村组屯栋幢座楼#]|\d{4}|胡同|单元|号院|地址|地区|电话|手机|联系人|联系方式|姓名|名字|收[货件]人|中国"
    r"|address|phone|mobile|tel|name|recipient|consignee|china"
)
_PARTS = re.compile(r"[,;、。!\n\t| ]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_NOTHING = AddressParts()


@cache
def _first_pairs() -> frozenset[str]:
    """The first two characters of every Chinese name; none is shorter."""
    return frozenset(name[:2] for name in chinese())


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name[0] for name in english())


def names_place(text: str) -> bool:
    """Whether a place is named in the cleaned words."""
    return _may_name_place(text) and bool(hits(text))


def _may_name_place(text: str) -> bool:
    if not _first_pairs().isdisjoint(map(add, text, text[1:])):
        return True
    return has_latin(text) and not _first_words().isdisjoint(_WORD.findall(text.replace("’", "'")))


def address_parts(text: str) -> AddressParts:
    """What :func:`split_address` finds in cleaned words; without place, house or label only a name is left to find."""
    if _ADDRESS.search(text) or _may_name_place(text):
        return split_address(text)
    parts = [part for part in _PARTS.split(text) if part]
    name = is_name(parts[0]) if len(parts) == 1 else None
    return AddressParts(name=name) if name else _NOTHING
