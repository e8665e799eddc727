"""JSON from strangers: bounded, and nothing in it read as something else.

What the format allows but no order means (a key that stands twice, NaN, a number of a hundred digits) becomes an
:class:`Unfit` in its place, so that only the row that holds it is refused and the field can be named.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

#: Ours need six, the platforms' about ten.
MAX_DEPTH: Final = 32
#: Digits of the largest number a signed 64-bit column holds.
MAX_DIGITS: Final = 19


class NotJson(ValueError):
    """The body as a whole cannot be read; the message may be shown to the caller."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Stands where a value cannot be used."""

    what: str


def read_json(body: bytes, number: Callable[[str], Any] = float) -> Any:
    """The value, with :class:`Unfit` where one cannot be used; ``number`` reads those with a point or exponent."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"the body is not UTF-8 (byte {error.start})") from None
    if text.startswith("\ufeff"):
        raise NotJson("the body begins with a byte order mark; leave it away")
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant, parse_float=number
        )
    except RecursionError:
        raise NotJson(f"the body is nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    _bound(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for key, value in pairs:
        held[key] = Unfit("stands twice in the same object") if key in held else value
    return held


def _integer(digits: str) -> int | Unfit:
    return int(digits) if len(digits.removeprefix("-")) <= MAX_DIGITS else Unfit(f"has more than {MAX_DIGITS} digits")


def _constant(name: str) -> Unfit:
    return Unfit(f"{name} is no number")


def _bound(value: Any) -> None:
    """Level by level, since a chain of calls is what a deep body attacks."""
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise NotJson(f"the body is nested deeper than {MAX_DEPTH} levels")
        level = [inner for outer in level for inner in _inside(outer)]
        depth += 1


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [inner for inner in value.values() if isinstance(inner, (dict, list))]
    if isinstance(value, list):
        return [inner for inner in value if isinstance(inner, (dict, list))]
    return []
