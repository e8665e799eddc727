"""YAML text to located nodes: every scalar stays text, every node knows its line, every bound is kept on the way.

The parser's events are read one by one, so that a file nested thousands deep or one whose aliases multiply is refused
while it is read: nothing here recurses, and nothing is built that the bounds do not allow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import yaml

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 40
#: Counted as if every alias were written out.
MAX_NODES: Final = 200_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


class Scalar:
    """One value as it stands in the file."""

    __slots__ = ("line", "plain", "text")

    def __init__(self, text: str, line: int, plain: bool) -> None:
        self.text = text
        self.line = line
        #: Written without quotes; only then can it mean null, true or a number.
        self.plain = plain

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in _NULLS


class Items:
    """A list."""

    __slots__ = ("line", "nodes")

    def __init__(self, line: int) -> None:
        self.line = line
        self.nodes: list[Node] = []


class Entries:
    """Keys with values, in the order of the file."""

    __slots__ = ("key_lines", "line", "nodes")

    def __init__(self, line: int) -> None:
        self.line = line
        self.nodes: dict[str, Node] = {}
        self.key_lines: dict[str, int] = {}


Node = Scalar | Items | Entries


class Fault(Exception):
    """One thing wrong with a YAML text, before anybody asks what it means."""

    def __init__(self, line: int, what: str, key: str = "") -> None:
        super().__init__(what)
        self.line = line
        self.what = what
        self.key = key


def dotted(steps: Sequence[str | int]) -> str:
    """``products[3].price``; a step no person would type is escaped, a long way is cut in the middle."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in steps]
    if len(parts) > 12:
        parts[6:-3] = ["…"]
    return "".join(parts).removeprefix(".")


def shown(text: str) -> str:
    """``text`` cut to what fits a message, without anything a terminal would obey."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return short if short.isprintable() else ascii(short)[1:-1]


def decode(data: bytes) -> str:
    """The text of a file; raises Fault when it is too big or no UTF-8."""
    if len(data) > MAX_BYTES:
        raise Fault(0, f"is larger than {MAX_BYTES:,} bytes; split it into several files")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Fault(line, "is not UTF-8 text; save the file with the encoding UTF-8") from None


def compose(text: str) -> tuple[Node | None, list[Fault]]:
    """The one document of ``text`` (None: it holds nothing or cannot be read) and what is wrong with it."""
    builder = _Builder()
    try:
        loader = _LOADER(text)
        try:
            builder.run(loader.get_event)
        finally:
            loader.dispose()
    except Fault as fault:
        return None, [*builder.faults, fault]
    except yaml.MarkedYAMLError as error:
        return None, [*builder.faults, _plain_words(error, text)]
    except yaml.YAMLError:
        return None, [*builder.faults, _bad_character(text)]
    return builder.root, builder.faults


class _Builder:
    """Builds the tree from parser events; ``open`` is the way from the root to the container being filled."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self._open: list[Items | Entries] = []
        #: The key each open container is waiting to fill; always None for a list.
        self._keys: list[Scalar | None] = []
        self._count = 0
        #: Anchor -> its node and the nodes it stands for; absent while that node is still being read.
        self._anchors: dict[str, tuple[Node, int]] = {}
        #: Anchor and node count at the start of each open container.
        self._started: list[tuple[str | None, int]] = []
        self._documents = 0

    def run(self, next_event: Any) -> None:
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._begin(event, kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._documents += 1
                if self._documents > 1:
                    raise Fault(event.start_mark.line + 1, "a second document begins here (---); a file holds one")
            elif kind is yaml.StreamEndEvent:
                return

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.tag is not None:
            self._refuse_tag(event.tag, line)
        node = Scalar(event.value, line, event.implicit[0])
        self._grow(1, line)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1)
        self._place(node)

    def _begin(self, event: Any, is_mapping: bool) -> None:
        line = event.start_mark.line + 1
        if event.tag is not None:
            self._refuse_tag(event.tag, line)
        if len(self._open) >= MAX_DEPTH:
            raise Fault(line, f"is nested more than {MAX_DEPTH} levels deep", self._path())
        self._grow(1, line)
        node = Entries(line) if is_mapping else Items(line)
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        self._started.append((event.anchor, self._count - 1))
        # Placed when it ends, so that an alias to it from inside finds no finished node.
        self._open.append(node)
        self._keys.append(None)

    def _end(self, event: Any) -> None:
        node = self._open.pop()
        self._keys.pop()
        anchor, before = self._started.pop()
        if anchor is not None:
            self._anchors[anchor] = (node, self._count - before)
        self._place(node)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        found = self._anchors.get(event.anchor)
        if found is None:
            raise Fault(line, f"the alias *{shown(event.anchor)} stands for nothing written before it", self._path())
        self._grow(found[1], line)
        self._place(found[0])

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Items):
            parent.nodes.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = self._as_key(node)
            return
        self._enter(parent, key, node)
        self._keys[-1] = None

    def _enter(self, parent: Entries, key: Scalar, node: Node) -> None:
        name = key.text
        if name in parent.nodes:
            first = parent.key_lines[name]
            self.faults.append(Fault(key.line, f"this key stands twice; the first is in line {first}", self._path()))
        elif name == "<<":
            self.faults.append(Fault(key.line, "merge keys (<<) are not read here; write the keys out", self._path()))
        else:
            parent.nodes[name] = node
            parent.key_lines[name] = key.line

    def _as_key(self, node: Node) -> Scalar:
        if type(node) is not Scalar:
            raise Fault(node.line, "a key must be a word, not a list or keys of its own", self._path())
        return node

    def _grow(self, by: int, line: int) -> None:
        self._count += by
        if self._count > MAX_NODES:
            raise Fault(
                line, f"holds more than {MAX_NODES:,} values (aliases written out); split it into several files"
            )

    def _refuse_tag(self, tag: str, line: int) -> None:
        short = shown(tag.replace("tag:yaml.org,2002:", "!!"))
        raise Fault(line, f"tags like {short} are not read here; write the plain value", self._path())

    def _path(self) -> str:
        steps = (
            len(container.nodes) if type(container) is Items else key.text if key else ""
            for container, key in zip(self._open, self._keys, strict=True)
        )
        return dotted([step for step in steps if step != ""])


#: What the parsers say (libyaml's and the pure one's words), and what a person should read instead.
_PLAIN: Final = (
    ("tab character", "a tab indents here; YAML wants spaces"),
    ("cannot start any token", "this character cannot begin a value; put the value in quotes"),
    ("mapping values are not allowed", "a ':' too many: quote a text that contains ': ', or check the indentation"),
    ("could not find expected ':'", "a key without ':', or a line that is indented too little"),
    ("sequence entries are not allowed", "a '-' cannot stand here; begin the list on a new line"),
    ("expected ',' or ']'", "a list opened with [ is not closed, or a comma is missing"),
    ("expected ',' or '}'", "keys opened with { are not closed, or a comma is missing"),
    ("found unexpected end of stream", "a quote is opened and never closed"),
    ("unknown escape character", r"unknown \ escape inside double quotes; use single quotes or write \\"),
    ("expected '-' indicator", "a '- ' is missing, or a key stands where the list goes on"),
    ("<document start>", "the indentation does not fit the lines above"),
    ("expected key", "the indentation does not fit the lines above, or a bracket or quote is wrong"),
    ("<block end>", "the indentation does not fit the lines above, or a bracket or quote is wrong"),
    ("node content", "a value is missing before this character; put the value in quotes if it belongs to it"),
)


def _plain_words(error: yaml.MarkedYAMLError, text: str) -> Fault:
    problem = str(error.problem or "cannot be read as YAML")
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Fault(0, problem)
    last = text.count("\n", 0, len(text.rstrip()))
    line, began = min(mark.line, last) + 1, (error.context_mark or mark).line + 1
    words = next((plain for fragment, plain in _PLAIN if fragment in problem), problem)
    if "cannot start any token" in problem and "\t" in _line(text, mark.line)[: mark.column + 1]:
        words = _PLAIN[0][1]
    elif "node content" in problem and mark.line > last:
        words = "the file ends inside a bracket that is opened and never closed"
    elif problem == "found unexpected end of stream":
        return Fault(began, words)
    return Fault(line, f"{words} (reading what begins in line {began})" if began < line else words)


def _line(text: str, index: int) -> str:
    lines = text.split("\n", index + 1)
    return lines[index] if index < len(lines) else ""


_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _bad_character(text: str) -> Fault:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return Fault(0, "cannot be read as YAML")
    line = text.count("\n", 0, found.start()) + 1
    return Fault(line, f"holds the control character U+{ord(found[0]):04X}; remove it")
