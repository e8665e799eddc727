"""What may be given once: cases of one playbook with the same key facts find each other (G8, G9).

The key is a digest, so that it may outlive the facts: a card per household is asked for again after years, when the
first talk has long been forgotten (E8). The core cannot look it up; it says what has to be looked up, and whoever runs
it answers and runs it again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.cases import Case
from bot.core.fact_values import WORDS
from bot.core.places import find_places, split_address
from bot.core.playbooks import Fact, Playbook
from bot.core.understanding.normalise import bare, clean
from bot.core.understanding.numerals import value

#: A fact that a case of a playbook with ``unique`` has once its key facts are known: ``yes`` or ``no``.
SEEN = "seen_before"
#: Which one it was and from which day on, for people; absent where there was none.
EARLIER = "earlier"

#: A number on paper: letters and digits, five of them or more.
_NUMBER = re.compile(r"(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{4,}")
_HOUSE = re.compile(r"([零〇一二三四五六七八九十百]+)(?=[号弄巷栋幢座楼层室组村队])")
#: What is left of a place when its name was taken out.
_SUFFIX = re.compile(r"^(?:中国|特别行政区|自治[区州县]|[省市区县州盟旗,, ])+")


@dataclass(frozen=True, slots=True)
class Earlier:
    case_id: str
    #: Since when the key was taken.
    at: datetime


#: What was looked up: (case id, key) -> the case that had the key before it, None where there was none.
Seen = Mapping[tuple[str, str], Earlier | None]
NOTHING_SEEN: Seen = {}


def key_of(book: Playbook, case: Case) -> str:
    """Empty where the playbook has no key, or one of its facts is not known (any longer)."""
    facts, known = {fact.id: fact for fact in book.facts}, case.known
    if not book.unique or not all(known.get(name) for name in book.unique):
        return ""
    values = [_plain(facts[name], known[name]) for name in book.unique if name in facts]
    return hashlib.sha256("\n".join((book.id, *values)).encode("utf-8", "replace")).hexdigest()


def with_seen(book: Playbook, case: Case, seen: Seen, now: datetime) -> Case:
    """Whether there was one before, if that was looked up; what was known of other key facts is forgotten.

    ``now``: shop-local, so that days are told by the shop's clock.
    """
    key = key_of(book, case)
    if not book.unique or key == case.key != "":
        return case
    case = replace(case, key="", facts=tuple(fact for fact in case.facts if fact[0] not in (SEEN, EARLIER)))
    if not key or (case.case_id, key) not in seen:
        return case
    earlier = seen[case.case_id, key]
    case = replace(case, key=key).with_fact(SEEN, "no" if earlier is None else "yes")
    if earlier is None:
        return case
    return case.with_fact(EARLIER, f"{earlier.case_id} · {earlier.at.astimezone(now.tzinfo).date().isoformat()}")


def to_look_up(cases: Iterable[tuple[Playbook, Case]]) -> list[tuple[str, str]]:
    """(case id, key) of those that went on without knowing whether there was one before."""
    keys = ((case, key_of(book, case)) for book, case in cases if case.open and case.state != "collecting")
    return [(case.case_id, key) for case, key in keys if key not in ("", case.key)]


# --- the same thing written in two ways ---


def _plain(fact: Fact, written: str) -> str:
    if fact.kind == "address":
        return household(written)
    if fact.kind not in WORDS:
        return written.casefold()
    numbers = _NUMBER.findall(clean(written))
    return numbers[0].replace("-", "") if len(numbers) == 1 else bare(clean(written))


def household(address: str) -> str:
    """City, street and house of an address, however much of province and district was written with it."""
    plain = clean(address)
    detail = split_address(plain).detail or plain
    places = find_places(plain)
    for name in sorted({name for place in places for name in (place.zh, place.name, place.en.casefold())}, key=len)[
        ::-1
    ]:
        detail = detail.replace(name, " ")
    cities = [place.city or (place.name if place.kind == "city" else "") for place in places]
    city = next(filter(None, cities), places[0].province if places else "")
    street = _HOUSE.sub(lambda found: _digits(found[1]), _SUFFIX.sub("", detail.strip()))
    return f"{city} {bare(street)}"


def _digits(numeral: str) -> str:
    number = value(numeral)
    return numeral if number is None else f"{number:.0f}"
