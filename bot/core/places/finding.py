"""Finding places in what a shopper wrote.

Chinese names are looked for anywhere, longest first, from left to right; English ones between word boundaries.
Chinese writes the wide before the narrow (浙江杭州西湖区), English the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.core.places.ambiguous import NOT_PLACES
from bot.core.places.index import Named, Place, chinese, english

#: Nobody writes the place after so many characters.
MAX_CHARS = 4096

#: A place's name before these is the name of a street (南京东路) or of a fibre.
_STREET = re.compile(r"[东西南北中]?[一二三四五六七八九十]?路(?!由|上|过)|大道|大街|街(?!道)|巷")
#: Beside another place, a place's name before these is the name of an estate, a bank, a dish.
_NAMESAKE = re.compile(
    r"花园|小区|广场|大厦|公寓|酒店|宾馆|饭店|新村|家园|苑|银行|小吃|餐厅|菜馆|面馆|拉面|火锅|烤鸭|商会|会馆|路口"
)
#: 大连市中山区 is no part of the city of 中山.
_OTHER_RANK = re.compile(r"区(?!域|别)")
_STREET_EN = re.compile(r"\s+(?:(?:east|west|north|south|middle)\s+)?(?:road|rd|street|st|avenue|ave|lane|boulevard)\b")
#: What may stand between the parts of one place.
_LINK = re.compile(
    r"(?:[\s,.，。、·\-—/|]|省|市|区|县|州|盟|地区|自治区|的|那边|这边|境内|里|"
    r"\b(?:city|province|district|county|prefecture|town|autonomous|region|new area|in|of)\b){0,8}"
)
_GOING = re.compile(
    r"(?:(?<![收拿看买拆签])到|寄|发|往|去|在|送|(?:\b(?:to|in|into|for|near|reach)\b\s*(?:the\s+)?))[了的：: ]{0,2}$"
)
#: Where it goes to, as against where it comes from.
_TOWARDS = re.compile(r"(?:[到寄发往去送]|(?:\b(?:to|into|for|reach)\b\s*(?:the\s+)?))[了给：: ]{0,2}$")
_FROM = re.compile(r"(?:从|自|由|\bfrom\b)[ ]*$")
_ALONE = re.compile(r"[\s的呢吗呀啊哦嘛吧?？!！。.,，~省市区县]*")
#: Keeps every character in its place, which ``str.lower`` does not.
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ’", "abcdefghijklmnopqrstuvwxyz'")
_RANK = re.compile(r"\s+(district|county|city|prefecture|province)\b")
_RANKS = {
    "district": "county",
    "county": "county",
    "city": "city",
    "prefecture": "city",
    "province": "province",
}
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place and where in the (case-folded) words it stands."""

    place: Place
    start: int
    end: int


def find_places(text: str) -> tuple[Place, ...]:
    """Places in order of appearance; a name twice counts twice. ``text`` in simplified characters, any case."""
    return tuple(hit.place for hit in hits(text))


def narrowest(text: str) -> Place | None:
    """The narrowest place of the part of the words that says where; None when no place is named.

    Of several places far apart the one after 到/寄/发/to is meant, never one after 从/from if there is another;
    else the last.
    """
    words = _fold(text)
    chains = _chains(words, hits(text))
    if not chains:
        return None
    towards = [
        c for c in chains if _TOWARDS.search(words, max(0, c[0].start - 20), c[0].start) and not _is_origin(words, c)
    ]
    others = [c for c in chains if not _is_origin(words, c)]
    chain = (towards or others or chains)[-1]
    return _narrowest_of(chain)


def leading(text: str) -> Place | None:
    """The narrowest of the first place named: in a Chinese address all that follows is streets and houses."""
    words = _fold(text)
    chains = _chains(words, hits(text))
    return _narrowest_of(chains[0]) if chains else None


def hits(text: str) -> tuple[Hit, ...]:
    """Every place found, with where it stands."""
    words = _fold(text)
    found: list[Hit] = []
    raw = _chinese_matches(words)
    if _WORD.search(words):
        raw = sorted([*raw, *_english_matches(words)], key=lambda match: match[0])
    for number, (start, end, named) in enumerate(raw):
        following = raw[number + 1] if number + 1 < len(raw) else None
        place = _settle(words, start, end, named, found[-1] if found else None, following)
        if place is not None:
            found.append(Hit(place, start, end))
    return tuple(found)


_Match = tuple[int, int, tuple[Named, ...]]


def _fold(text: str) -> str:
    return text[:MAX_CHARS].translate(_LOWER)


@cache
def _by_first() -> dict[str, tuple[int, ...]]:
    """First character -> lengths of the names and skipped words that begin with it, longest first."""
    lengths: dict[str, set[int]] = {}
    for name in (*chinese(), *NOT_PLACES):
        lengths.setdefault(name[0], set()).add(len(name))
    return {first: tuple(sorted(held, reverse=True)) for first, held in lengths.items()}


def _chinese_matches(words: str) -> list[_Match]:
    names, by_first = chinese(), _by_first()
    found: list[_Match] = []
    at = 0
    while at < len(words):
        step = 1
        for length in by_first.get(words[at], ()):
            word = words[at : at + length]
            if len(word) < length:
                continue
            if word in NOT_PLACES:
                step = length
                break
            if word in names:
                if word[-1] == "市" and words[at + length - 1 : at + length + 2] in names:
                    length -= 1  # 青岛市南区 is 青岛's 市南区
                if not _STREET.match(words, at + length):
                    found.append((at, at + length, names[word]))
                step = length
                break
        at += step
    return found


def _english_matches(words: str) -> list[_Match]:
    names = english()
    tokens = list(_WORD.finditer(words))
    found: list[_Match] = []
    at = 0
    while at < len(tokens):
        step = 1
        for length in (3, 2, 1):
            key = tuple(token[0] for token in tokens[at : at + length])
            if len(key) == length and key in names and not _STREET_EN.match(words, tokens[at + length - 1].end()):
                found.append((tokens[at].start(), tokens[at + length - 1].end(), names[key]))
                step = length
                break
        at += step
    return found


def _settle(
    words: str, start: int, end: int, named: Sequence[Named], before: Hit | None, after: _Match | None
) -> Place | None:
    """Which of the places of that name is meant; None: none of them, it is a word."""
    if before is not None and _NAMESAKE.match(words, end):
        return None
    if named[0].place.kind != "county" and words[end - 1] not in "市省区州盟" and _OTHER_RANK.match(words, end):
        return None
    if before is not None and _LINK.fullmatch(words, before.end, start):
        for candidate in named:
            if _within(candidate.place, before.place):
                return candidate.place
        # 宁波江北区 is a district of Ningbo that we do not know, not the one of Chongqing.
        if before.end == start and _is_district(named[0].place) and before.place.kind != "county":
            return None
    if words[start].isascii():
        settled = _settle_english(words, end, named, after)
        if settled is not None:
            return settled
    helped = any(candidate.needs == "help" for candidate in named) and (
        _has_help(words, start, end) or _leads_on(words, end, named, after)
    )
    return next((c.place for c in named if not c.needs or (helped and c.needs == "help")), None)


def _settle_english(words: str, end: int, named: Sequence[Named], after: _Match | None) -> Place | None:
    """By the wider place that follows (Taizhou, Zhejiang) or the rank said (Chaoyang District)."""
    if after is not None and _LINK.fullmatch(words, end, after[0]):
        for candidate in named:
            if any(_within(candidate.place, wider.place) for wider in after[2]):
                return candidate.place
    rank = _RANK.match(words, end)
    kind = _RANKS[rank[1]] if rank else None
    return next((candidate.place for candidate in named if candidate.place.kind == kind), None)


def _leads_on(words: str, end: int, named: Sequence[Named], after: _Match | None) -> bool:
    """Whether a part of this very place follows (开封兰考县)."""
    if after is None or not _LINK.fullmatch(words, end, after[0]):
        return False
    return any(_within(narrow.place, wide.place) for narrow in after[2] for wide in named)


def _has_help(words: str, start: int, end: int) -> bool:
    """Whether a word of going stands before the name, or it is all that was said."""
    if _GOING.search(words, max(0, start - 20), start):
        return True
    return not words[:start].strip() and bool(_ALONE.fullmatch(words, end))


def _is_district(place: Place) -> bool:
    return place.kind == "county" and place.zh.endswith("区")


def _within(place: Place, wider: Place) -> bool:
    if _width(place) <= _width(wider) or place.province != wider.province:
        return False
    return wider.kind == "province" or place.city == wider.name


def _width(place: Place) -> int:
    return ("province", "city", "county").index(place.kind)


def _chains(words: str, found: Sequence[Hit]) -> list[list[Hit]]:
    """Places that say one thing together: 浙江 杭州, Hangzhou, Zhejiang."""
    chains: list[list[Hit]] = []
    for hit in found:
        last = chains[-1][-1] if chains else None
        if (
            last is not None
            and _LINK.fullmatch(words, last.end, hit.start)
            and (_within(hit.place, last.place) or _within(last.place, hit.place) or hit.place == last.place)
        ):
            chains[-1].append(hit)
        else:
            chains.append([hit])
    return chains


def _narrowest_of(chain: Sequence[Hit]) -> Place:
    return max(reversed(chain), key=lambda hit: _width(hit.place)).place


def _is_origin(words: str, chain: Sequence[Hit]) -> bool:
    return bool(_FROM.search(words, max(0, chain[0].start - 20), chain[0].start))
