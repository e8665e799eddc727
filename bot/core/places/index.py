"""Every known place, and the names it goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from bot.core.places.ambiguous import ALIASES, COMMON, NEED_HELP, NEED_HELP_EN, WELL_KNOWN
from bot.core.places.counties import COUNTIES
from bot.core.places.gazetteer import CITIES, PROVINCES

Kind = Literal["province", "city", "county"]

_PEOPLES = (
    "蒙古族|藏族|羌族|回族|土家族|苗族|朝鲜族|布依族|侗族|哈尼族|彝族|壮族|傣族|白族|景颇族|傈僳族|维吾尔|"
    "(?<=博尔塔拉)蒙古|(?<=巴音郭楞)蒙古|(?<=克孜勒苏)柯尔克孜|(?<=伊犁)哈萨克"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})*(?:自治州|自治区|自治县)$")
_SUFFIX = re.compile(r"(?<=..)(?:特别行政区|地区|林区|新区|新城|[省市区县盟镇旗])$")


@dataclass(frozen=True, slots=True)
class Place:
    #: Short and unique (杭州, 内蒙古); ``narrowest(place.name)`` is the place again.
    name: str
    #: Short name of its province; its own for a province.
    province: str
    kind: Kind
    #: Full name (杭州市).
    zh: str
    #: As written in English (Hangzhou).
    en: str
    #: Short name of the prefecture-level city a county belongs to; empty where there is none.
    city: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A place under one of its names."""

    place: Place
    #: ``help``: counts only beside its province or city, after a word of going, or alone; ``wider``: only beside them.
    needs: Literal["", "help", "wider"] = ""


def short_name(name: str) -> str:
    """What is left of a name without the rank (省, 市, 自治州 with its peoples …): 恩施土家族苗族自治州 is 恩施."""
    autonomous = _AUTONOMOUS.sub("", name)
    return autonomous if autonomous != name else _SUFFIX.sub("", name)


def _rows(text: str) -> Iterator[tuple[str, str]]:
    for entry in text.split(","):
        full, _, english = entry.strip().partition(" ")
        yield full, english.strip()


def _provinces() -> Iterator[Place]:
    for short, full, english in PROVINCES:
        yield Place(short, short, "province", full, english)


def _cities() -> Iterator[Place]:
    for province, text in CITIES.items():
        for full, english in _rows(text):
            yield Place(short_name(full), province, "city", full, english)


def _counties() -> Iterator[Place]:
    full_of = {full: short for short, full, _ in PROVINCES}
    for province, text in COUNTIES.items():
        for block in re.split(r"\n(?=\s*\S+:)", text.strip()):
            governor, _, counties = block.partition(":")
            city = "" if governor.strip() in full_of else short_name(governor.strip())
            for full, english in _rows(counties):
                yield Place(short_name(full), province, "county", full, english, city)


_Key = tuple[str, str, str]


def _key(place: Place) -> _Key:
    return place.province, place.city, place.zh


def _lone(found: Sequence[Place]) -> frozenset[_Key]:
    """Places whose full name alone says which is meant: the only ones of that name, or the one everybody thinks of."""
    alike: dict[str, list[Place]] = {}
    for place in found:
        alike.setdefault(place.zh, []).append(place)
    return frozenset(_key(held[0]) for zh, held in alike.items() if _is_clear(zh, held))


def _is_clear(zh: str, held: Sequence[Place]) -> bool:
    if held[0].kind != "county" or not WELL_KNOWN.isdisjoint((zh, short_name(zh))):
        return True
    return len(held) == 1 and zh not in COMMON


@cache
def all_places() -> tuple[Place, ...]:
    """All places, wide before narrow; names made unique by the full name, else with the city before it."""
    found = (*_provinces(), *_cities(), *_counties())
    lone = _lone(found)
    taken: set[str] = set()
    unique = []
    for place in found:
        name = place.name if place.name not in taken else place.zh
        if name in taken or _key(place) not in lone:
            name = (place.city or place.province) + place.zh
        taken.add(name)
        unique.append(replace(place, name=name))
    return tuple(unique)


@cache
def chinese() -> Mapping[str, tuple[Named, ...]]:
    """Every Chinese name -> the places it may mean, likeliest first."""
    names: dict[str, list[Named]] = {}
    lone = _lone(all_places())
    for place in all_places():
        short = short_name(place.zh) if place.kind != "province" else place.name
        doubtful = short in NEED_HELP if place.kind != "county" else short not in WELL_KNOWN
        is_lone = _key(place) in lone
        if short != place.zh:
            names.setdefault(short, []).append(Named(place, ("help" if doubtful else "") if is_lone else "wider"))
        names.setdefault(place.zh, []).append(Named(place, "" if is_lone else "wider"))
        if place.zh.endswith("自治州"):
            names.setdefault(short + "州", []).append(Named(place))
    for alias, name in ALIASES.items():
        if not alias.isascii() and name in names:
            names.setdefault(alias, []).extend(names[name])
    return {name: tuple(held) for name, held in names.items()}


@cache
def english() -> Mapping[tuple[str, ...], tuple[Named, ...]]:
    """Every English name as words in small letters -> the places it may mean, likeliest first."""
    names: dict[tuple[str, ...], list[Named]] = {}

    def add(words: str, place: Place) -> None:
        key = tuple(words.casefold().split())
        held = names.setdefault(key, [])
        if all(named.place != place for named in held):
            held.append(Named(place, "help" if words.casefold() in NEED_HELP_EN else ""))

    for place in all_places():
        if place.kind == "county" and short_name(place.zh) not in WELL_KNOWN and len(place.en) < 7:
            continue
        add(place.en, place)
        if "'" in place.en:
            add(place.en.replace("'", ""), place)
    by_name = {place.name: place for place in all_places()}
    for alias, name in ALIASES.items():
        if alias.isascii():
            add(alias, by_name[name])
    return {name: tuple(held) for name, held in names.items()}
