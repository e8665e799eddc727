"""Where things stand in the files, what they declare and refer to, and the problems found on the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from bot.adapters.yaml_nodes import Node, dotted, shown
from bot.core.catalogue import Text
from bot.core.errors import Problem

#: The way from the root to a node, innermost step first in the pair: ``((None, "products"), 3)``.
KeyPath = tuple[Any, str | int] | None


class Wrong(Exception):
    """A value that cannot be used; the container that holds it notes the place."""

    def __init__(self, node: Node, what: str) -> None:
        super().__init__(what)
        self.line = node.line
        self.what = what


class Reported(Exception):
    """A value that cannot be built; everything wrong with it has been noted already."""


class Place(NamedTuple):
    """Where a thing stands."""

    file: str
    line: int
    path: KeyPath

    @property
    def source(self) -> str:
        return f"{self.file}:{self.line}"


class Reference(NamedTuple):
    """A name that must be declared somewhere."""

    kind: str
    name: str
    place: Place


@dataclass(slots=True)
class Book:
    """What all files of one folder declare and refer to, and what is wrong in them."""

    problems: list[Problem] = field(default_factory=list)
    #: What a person should look at though the shop can work with it.
    warnings: list[Problem] = field(default_factory=list)
    #: Kind -> id -> where it is declared first.
    declared: dict[str, dict[str, Place]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    #: Equal texts are kept once: color names and care texts repeat in every product.
    texts: dict[tuple[str, str], Text] = field(default_factory=dict)

    def fault(self, place: Place, what: str) -> None:
        self.problems.append(Problem(place.file, place.line, key_of(place.path), what))

    def warn(self, place: Place, what: str) -> None:
        self.warnings.append(Problem(place.file, place.line, key_of(place.path), what))

    def declare(self, kind: str, name: str, place: Place) -> None:
        first = self.declared.setdefault(kind, {}).setdefault(name, place)
        if first is not place:
            self.fault(place, f"the {kind} {shown(name)!r} stands twice; the first is at {first.source}")

    def check_references(self, hint: str = "") -> None:
        """Note every name that nothing declares; ``hint`` is added where a file could not be read."""
        for kind, name, place in self.references:
            known = self.declared.get(kind, {})
            if name not in known:
                self.fault(place, unknown(kind, name, known) + hint)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file being read."""

    file: str
    book: Book
    #: The knowledge folder; pictures are looked for below it.
    folder: str

    def fault(self, line: int, path: KeyPath, what: str) -> None:
        self.book.fault(Place(self.file, line, path), what)


def key_of(path: KeyPath) -> str:
    """``products[3].variants[0].price``."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return dotted(steps[::-1])


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """``unknown key 'colour'; did you mean 'color'?``, or what is allowed where that is short enough to say."""
    start = f"unknown {what} {shown(name)!r}"
    near = get_close_matches(name, known, n=1) if len(known) <= 500 and len(name) <= 60 else []
    if near:
        return f"{start}; did you mean {near[0]!r}?"
    if not known:
        return f"{start}; none is declared"
    if len(known) > 40:
        return start
    return f"{start}; allowed: {', '.join(shown(k) for k in known)}"
