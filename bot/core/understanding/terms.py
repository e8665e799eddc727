"""Find many fixed words in a text in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Found(NamedTuple):
    start: int
    end: int
    kind: str
    value: str


class Terms:
    """Words with what they stand for; a longer word hides the shorter ones inside it, per kind."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """``entries``: (cleaned word, kind, value); words of one character are allowed only for Han."""
        self._by_head: dict[str, list[tuple[str, list[tuple[str, str]]]]] = defaultdict(list)
        meanings: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word, kind, value in entries:
            if word and (len(word) > 1 or not word.isascii()) and (kind, value) not in meanings[word]:
                meanings[word].append((kind, value))
        for word, stands_for in meanings.items():
            self._by_head[word[:2]].append((word, stands_for))
        for words in self._by_head.values():
            words.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: str) -> list[Found]:
        """In order of place; overlapping finds of one kind are reduced to the longest first one."""
        found: list[Found] = []
        covered: dict[str, int] = {}
        for at in range(len(text)):
            for head in (text[at : at + 2], text[at]):
                for word, meanings in self._by_head.get(head, ()):
                    if text.startswith(word, at) and _whole(text, at, word):
                        self._take(found, covered, at, word, meanings)
        return found

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
