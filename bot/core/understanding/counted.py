"""How many of which color or size, where several are counted.

"一件黑一件白 都XL", "黑白各两件", "two navy and one white".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.understanding.numerals import ENGLISH_NUMBER, value

_UNIT = r"(?:件|条|双|个|套|[x×])?"
_NUMBER = (
    rf"(?P<n>(?<![\d.a-z])\d{{1,3}}|(?<![一二两三四五六七八九十])[一二两三四五六七八九十俩仨]{{1,3}}"
    rf"|(?<![a-z])(?:{ENGLISH_NUMBER})(?![a-z]))"
)
#: "两件黑", "2 x navy", "two in navy", "one XL".
_BEFORE = re.compile(rf"{_NUMBER}\s*{_UNIT}(?:的|\s|in|of|them|the)*$")
#: "黑色两件", "navy x2".
_AFTER = re.compile(
    rf"^(?:色|的|码|号|要|来|\s|:|,|，)*[x×]?\s*{_NUMBER}\s*(?:件|条|双|个|套|pcs?\b|$|(?=[\s,，、;；和跟]))"
)
_EACH = re.compile(
    r"各(?:要|来|拿|买)?(?P<c>[一二两三四五六七八九十\d]{1,3})[件条双个套]?"
    rf"|\b(?P<e>\d{{1,3}}|{ENGLISH_NUMBER}) (?:of )?each\b"
)
_MOST = 8


@dataclass(frozen=True, slots=True)
class Counted:
    """``text``: the words that belong to it, for what else they say."""

    thing: str
    pieces: int
    text: str


def counted(text: str, things: Sequence[tuple[int, int, str]]) -> list[Counted]:
    """``things``: (start, end, id) of the colors or sizes named, in order. [] unless each of two or more is counted."""
    if not 2 <= len({thing for _, _, thing in things}) == len(things) <= _MOST:
        return []
    if each := _EACH.search(text):
        return _cut(text, things, [start for start, _, _ in things], lambda at: each["c"] or each["e"])
    before = [_BEFORE.search(text[_end_before(things, at) : start]) for at, (start, _, _) in enumerate(things)]
    if all(before):
        starts = [_end_before(things, at) + found.start() for at, found in enumerate(before) if found]
        return _cut(text, things, starts, lambda at: (found := before[at]) and found["n"])
    after = [_AFTER.search(text[end : _start_after(text, things, at)]) for at, (_, end, _) in enumerate(things)]
    if all(after):
        return _cut(text, things, [start for start, _, _ in things], lambda at: (found := after[at]) and found["n"])
    return []


def _end_before(things: Sequence[tuple[int, int, str]], at: int) -> int:
    return things[at - 1][1] if at else 0


def _start_after(text: str, things: Sequence[tuple[int, int, str]], at: int) -> int:
    return things[at + 1][0] if at + 1 < len(things) else len(text)


def _cut(
    text: str, things: Sequence[tuple[int, int, str]], starts: list[int], number: Callable[[int], str | None]
) -> list[Counted]:
    found = []
    for at, (_, _, thing) in enumerate(things):
        pieces = value(number(at) or "")
        if not pieces or pieces != int(pieces):
            return []
        end = starts[at + 1] if at + 1 < len(starts) else len(text)
        found.append(Counted(thing, int(pieces), text[starts[at] : end]))
    return found
