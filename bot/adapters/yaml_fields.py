"""Readers: located nodes to plain values, by declarative tables.

A reader takes (reading, node, path) and returns a value or raises :class:`Wrong`. Containers catch it, note it with its
file, line and dotted key, and go on with the next entry, so that one run names everything that is wrong.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from typing import Any, Final, NamedTuple

from bot.adapters.yaml_book import KeyPath, Place, Reading, Reference, Reported, Wrong, unknown
from bot.adapters.yaml_nodes import Entries, Items, Node, Scalar, shown
from bot.core.catalogue import Text
from bot.core.money import parse_yuan

Reader = Callable[[Reading, Node, KeyPath], Any]

MAX_FEN: Final = 10**11
MAX_WHOLE: Final = 10**9
#: Buttons carry ids, and a button holds at most 64 bytes together with its verb.
MAX_ID_BYTES: Final = 48


# --- single values ---


def scalar(node: Node, wanted: str) -> str:
    """The text of a node that must be a single value, never empty."""
    if not isinstance(node, Scalar):
        raise Wrong(node, f"should be {wanted}, not {'a list' if isinstance(node, Items) else 'keys with values'}")
    text = node.text.strip()
    if not text or node.is_null:
        raise Wrong(node, f"has no value; write {wanted} or leave the key out")
    return text


def word(reading: Reading, node: Node, path: KeyPath) -> str:
    return sys.intern(scalar(node, "text"))


def identifier(most_bytes: int = MAX_ID_BYTES) -> Reader:
    """A name without spaces."""

    def read(reading: Reading, node: Node, path: KeyPath) -> str:
        name = scalar(node, "an id")
        if not name.isprintable() or any(c.isspace() for c in name):
            raise Wrong(node, f"the id {shown(name)!r} holds a space; use letters, digits, '-', '_' or '.'")
        if len(name.encode()) > most_bytes:
            raise Wrong(node, f"the id {shown(name)!r} is longer than {most_bytes} bytes")
        return sys.intern(name)

    return read


def text(reading: Reading, node: Node, path: KeyPath) -> Text:
    """A plain string is used for both languages."""
    if isinstance(node, Scalar):
        words = scalar(node, "text")
        return _once(reading, words, words)
    if not isinstance(node, Entries):
        raise Wrong(node, "should be text or {zh: …, en: …}, not a list")
    said: dict[str, str] = {}
    for language, child in node.nodes.items():
        if language not in ("zh", "en"):
            reading.fault(node.key_lines[language], (path, language), _no_language(language, child))
            continue
        try:
            said[language] = scalar(child, "text")
        except Wrong as wrong:
            reading.fault(wrong.line, (path, language), wrong.what)
    if not said:
        if node.nodes:
            raise Reported
        raise Wrong(node, "has no words; write text or {zh: …, en: …}")
    return _once(reading, said.get("zh", ""), said.get("en", ""))


def _no_language(key: str, value: Node) -> str:
    if isinstance(value, Scalar) and value.is_null:
        return f"a comma inside {{ }} ends the words before it; put words with a comma, like {shown(key)!r}, in quotes"
    return f"{shown(key)!r} is no language; text is either plain or {{zh: …, en: …}}"


def _once(reading: Reading, zh: str, en: str) -> Text:
    texts = reading.book.texts
    found = texts.get((zh, en))
    if found is None:
        found = texts[zh, en] = Text(zh, en)
    return found


def money(reading: Reading, node: Node, path: KeyPath) -> int:
    """Yuan as written to integer fen, never by way of a float."""
    words = scalar(node, "an amount in yuan")
    try:
        fen = parse_yuan(words)
    except ValueError:
        what = f"{shown(words)!r} is no amount in yuan; write 129 or 129.50 (two decimals at most)"
        raise Wrong(node, what) from None
    if not 0 <= fen <= MAX_FEN:
        raise Wrong(node, "must not be negative" if fen < 0 else f"is above {MAX_FEN // 100:,} yuan")
    return fen


def whole(least: int = 0, most: int = MAX_WHOLE) -> Reader:
    """A whole number within inclusive bounds."""

    def read(reading: Reading, node: Node, path: KeyPath) -> int:
        words = scalar(node, "a whole number")
        if re.fullmatch(r"-?[0-9]{1,12}", words) is None:
            raise Wrong(node, f"{shown(words)!r} is no whole number")
        return int(_within(node, int(words), least, most))

    return read


def decimal(least: float = 0, most: float = MAX_WHOLE) -> Reader:
    """A number within inclusive bounds, for measures; money is :func:`money`."""

    def read(reading: Reading, node: Node, path: KeyPath) -> float:
        words = scalar(node, "a number")
        if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", words) is None:
            raise Wrong(node, f"{shown(words)!r} is no number")
        return _within(node, float(words), least, most)

    return read


def _within(node: Node, value: float, least: float, most: float) -> float:
    if value < least:
        raise Wrong(node, f"{value:.12g} is too small; at least {least:.12g}" if least else "must not be negative")
    if value > most:
        raise Wrong(node, f"{value:.12g} is too large; at most {most:.12g}")
    return value


_TRUTH: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def yes_no(reading: Reading, node: Node, path: KeyPath) -> bool:
    words = scalar(node, "true or false")
    if words.lower() not in _TRUTH:
        raise Wrong(node, f"{shown(words)!r} is neither true nor false")
    return _TRUTH[words.lower()]


def day(reading: Reading, node: Node, path: KeyPath) -> date:
    words = scalar(node, "a date")
    try:
        if len(words) != 10:
            raise ValueError
        return date.fromisoformat(words)
    except ValueError:
        raise Wrong(node, f"{shown(words)!r} is no date; write YYYY-MM-DD") from None


def clock(reading: Reading, node: Node, path: KeyPath) -> time:
    words = scalar(node, "a time of day")
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", words)
    if match is None:
        raise Wrong(node, f'{shown(words)!r} is no time of day; write "HH:MM" from "00:00" to "23:59"')
    return time(int(match[1]), int(match[2]))


def one_of(what: str, allowed: Collection[str]) -> Reader:
    def read(reading: Reading, node: Node, path: KeyPath) -> str:
        name = scalar(node, f"a {what}")
        if name not in allowed:
            raise Wrong(node, unknown(what, name, allowed))
        return sys.intern(name)

    return read


def declares(kind: str) -> Reader:
    """An id that others may refer to; unique in the whole folder."""
    read_id = identifier()

    def read(reading: Reading, node: Node, path: KeyPath) -> str:
        name = str(read_id(reading, node, path))
        reading.book.declare(kind, name, Place(reading.file, node.line, path))
        return name

    return read


def refers(kind: str) -> Reader:
    """An id that must be declared in some file."""

    def read(reading: Reading, node: Node, path: KeyPath) -> str:
        name = sys.intern(scalar(node, f"a {kind} id"))
        reading.book.references.append(Reference(kind, name, Place(reading.file, node.line, path)))
        return name

    return read


# --- containers ---


def many(read_one: Reader, least: int = 0) -> Reader:
    """A list; entries that are wrong are noted and left out."""

    def read(reading: Reading, node: Node, path: KeyPath) -> tuple[Any, ...]:
        if not isinstance(node, Items):
            raise Wrong(node, "should be a list: [ … ], or one entry a line that begins with '- '")
        found = []
        for index, child in enumerate(node.nodes):
            try:
                found.append(read_one(reading, child, (path, index)))
            except Wrong as wrong:
                reading.fault(wrong.line, (path, index), wrong.what)
            except Reported:
                continue
        if len(node.nodes) < least:
            raise Wrong(node, f"needs at least {least} {'entry' if least == 1 else 'entries'}")
        return tuple(found)

    return read


def set_of(read_one: Reader) -> Reader:
    read_all = many(read_one)
    return lambda reading, node, path: frozenset(read_all(reading, node, path))


def span(read_one: Reader) -> Reader:
    """``[least, most]``, inclusive, in this order."""

    def read(reading: Reading, node: Node, path: KeyPath) -> tuple[Any, Any]:
        if not isinstance(node, Items) or len(node.nodes) != 2:
            raise Wrong(node, "should be two numbers: [least, most]")
        least, most = (read_one(reading, child, path) for child in node.nodes)
        if least > most:
            raise Wrong(node, f"the first number {least:g} is above the second {most:g}")
        return least, most

    return read


def by_name(read_one: Reader, check_name: Callable[[str], str | None] = lambda name: None) -> Reader:
    """Free keys with values; ``check_name`` says what is wrong with a key, or None."""

    def read(reading: Reading, node: Node, path: KeyPath) -> dict[str, Any]:
        if not isinstance(node, Entries):
            raise Wrong(node, "should be keys with values")
        found = {}
        for name, child in node.nodes.items():
            try:
                if (what := check_name(name)) is not None:
                    reading.fault(node.key_lines[name], (path, name), what)
                found[name] = read_one(reading, child, (path, name))
            except Wrong as wrong:
                reading.fault(wrong.line, (path, name), wrong.what)
            except Reported:
                continue
        return found

    return read


class Field(NamedTuple):
    """One key of a record."""

    read: Reader
    #: The name under which the value goes on; the key itself when empty.
    name: str = ""
    required: bool = False


def need(read: Reader, name: str = "") -> Field:
    return Field(read, name, True)


def may(read: Reader, name: str = "") -> Field:
    return Field(read, name)


class Spot(NamedTuple):
    """A record that was read: where it stands, and a way to note what is wrong with one of its keys."""

    reading: Reading
    node: Entries
    path: KeyPath

    @property
    def source(self) -> str:
        return f"{self.reading.file}:{self.node.line}"

    def fault(self, key: str, what: str) -> None:
        line = self.node.key_lines.get(key, self.node.line)
        self.reading.fault(line, (self.path, key) if key else self.path, what)


Make = Callable[[Spot, dict[str, Any]], Any]
#: Must leave the values as they are.
Check = Callable[[Spot, Mapping[str, Any]], None]


class Record:
    """Keys with values of fixed names; ``make`` gets those that could be read. ``noun`` names it in messages.

    ``check`` notes what is wrong with values beside each other; it runs where a required one is missing too.
    """

    def __init__(
        self, make: Make, fields: Mapping[str, Field], noun: str = "", check: Check = lambda spot, values: None
    ) -> None:
        self._make = make
        self._check = check
        self._fields = fields
        self._unknown = f"key of {noun}:" if noun else "key"
        self._required = frozenset(key for key, field in fields.items() if field.required)

    @property
    def keys(self) -> tuple[str, ...]:
        """As they are written in the file."""
        return tuple(self._fields)

    def __call__(self, reading: Reading, node: Node, path: KeyPath) -> Any:
        if not isinstance(node, Entries):
            raise Wrong(node, f"should be keys with values: {', '.join(self._fields)}")
        values: dict[str, Any] = {}
        broken = False
        for key, child in node.nodes.items():
            field = self._fields.get(key)
            if field is None:
                reading.fault(node.key_lines[key], (path, key), unknown(self._unknown, key, self._fields))
                continue
            try:
                values[field.name or key] = field.read(reading, child, (path, key))
            except Wrong as wrong:
                reading.fault(wrong.line, (path, key), wrong.what)
                broken = broken or field.required
            except Reported:
                broken = broken or field.required
        broken |= self._note_missing(reading, node, path)
        spot = Spot(reading, node, path)
        self._check(spot, values)
        if broken:
            raise Reported
        return self._make(spot, values)

    def _note_missing(self, reading: Reading, node: Entries, path: KeyPath) -> bool:
        if self._required <= node.nodes.keys():
            return False
        for key in self._fields:
            if key in self._required and key not in node.nodes:
                reading.fault(node.line, (path, key), "is missing")
        return True


def build(kind: Callable[..., Any]) -> Make:
    """Make a core value of ``kind`` from the fields alone."""
    return lambda spot, values: kind(**values)


def build_located(kind: Callable[..., Any]) -> Make:
    """Make a core value of ``kind`` that knows its ``source``."""
    return lambda spot, values: kind(source=spot.source, **values)
