"""Find many fixed words in a text in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import add
from typing import NamedTuple


class Found(NamedTuple):
    start: int
    end: int
    kind: str
    value: str


#: A word and what it stands for: kind and value.
_Word = tuple[str, list[tuple[str, str]]]


class Terms:
    """Words with what they stand for; a longer word hides the shorter ones inside it, per kind."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """``entries``: (cleaned word, kind, value); words of one character are allowed only for Han."""
        self._by_head: dict[str, list[_Word]] = {}
        meanings: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word, kind, value in entries:
            if word and (len(word) > 1 or not word.isascii()) and (kind, value) not in meanings[word]:
                meanings[word].append((kind, value))
        for word, stands_for in meanings.items():
            self._by_head.setdefault(word[:2], []).append((word, stands_for))
        for words in self._by_head.values():
            words.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: str) -> list[Found]:
        """In order of place; overlapping finds of one kind are reduced to the longest first one."""
        found: list[Found] = []
        covered: dict[str, int] = {}
        heads = self._by_head
        for at, pair in enumerate(map(add, text, text[1:])):
            if pair in heads:
                self._take_all(found, covered, at, text, heads[pair])
            if text[at] in heads:
                self._take_all(found, covered, at, text, heads[text[at]])
        if text[-1:] in heads:
            self._take_all(found, covered, len(text) - 1, text, heads[text[-1]])
        return found

    def _take_all(self, found: list[Found], covered: dict[str, int], at: int, text: str, words: list[_Word]) -> None:
        for word, meanings in words:
            if text.startswith(word, at) and _whole(text, at, word):
                self._take(found, covered, at, word, meanings)

    @staticmethod
    def _take(found: list[Found], covered: dict[str, int], at: int, word: str, meanings: list[tuple[str, str]]) -> None:
        end = at + len(word)
        fresh = [(kind, value) for kind, value in meanings if covered.get(kind, 0) <= at]
        found.extend(Found(at, end, kind, value) for kind, value in fresh)
        covered.update((kind, end) for kind, _ in fresh)


def _whole(text: str, at: int, word: str) -> bool:
    """Latin words count only as whole words, a plural s allowed."""
    end = at + len(word)
    if _latin(word[0]) and at and _latin(text[at - 1]):
        return False
    if not _latin(word[-1]) or end >= len(text) or not _latin(text[end]):
        return True
    return text[end] == "s" and word[-1].isalpha() and (end + 1 >= len(text) or not _latin(text[end + 1]))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
