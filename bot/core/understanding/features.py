"""What a text is made of, for comparing: blocks of features, each block weighed as a whole.

Han characters need no segmenter: their 1-, 2- and 3-grams do. A figure among them is one as any other: which one it is
says nothing of the question ("满300减多少" asks no more for 300 pieces than "满199减多少"). Latin words give stems,
pairs of stems and the n-grams of their letters, so that a slip of the finger still resembles. Sounds catch homophones,
concepts catch synonyms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from operator import add

from bot.core.understanding.normalise import has_han
from bot.core.understanding.pinyin import sound
from bot.core.understanding.whereabouts import names_place

_PIECE = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+")

#: Blocks: Han n-grams, sounds, words, letters, concepts. The numbers are their weights before the whole is normalised.
HAN, SOUND, WORD, LETTER, CONCEPT = range(5)
WEIGHTS = (1.0, 0.35, 1.0, 1.0, 0.6)

Blocks = tuple[list[str], list[str], list[str], list[str], list[str]]

#: Any place stands for every other: a shop cannot list them all in its phrasings.
_PLACE = "=place"
_SUFFIXES = ("ingly", "edly", "ings", "ies", "ing", "ed", "es", "ly", "s")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A crude stem (``deliveries`` and ``delivery`` meet); never shorter than three letters."""
    word = word.removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)] + ("y" if suffix == "ies" else "")
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


@lru_cache(maxsize=50_000)
def letters(word: str) -> tuple[str, ...]:
    """3- to 5-grams of a word with its ends marked."""
    marked = f" {word} "
    return tuple(f"_{marked[i : i + n]}" for n in (3, 4, 5) for i in range(len(marked) - n + 1))


def pieces(text: str) -> list[str]:
    """Runs of Han, Latin words and numbers, in order."""
    return _PIECE.findall(text)


class Concepts:
    """Terms (Han words, stems, pairs and threes of stems) and what they stand for."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self._terms = terms
        #: Han terms of four and five letters, which no n-gram covers, by their first.
        self._long: dict[str, list[tuple[str, str]]] = {}
        for term, concept in terms.items():
            if 4 <= len(term) <= 5 and term[0] > "\u2e00":
                self._long.setdefault(term[0], []).append((term, concept))

    def features(self, text: str, han: list[str], words: list[str], stems: list[str]) -> list[str]:
        """Concepts, then pairs of concepts that the text touches; empty for a shop without any."""
        if not self._terms:
            return []
        get = self._terms.get
        known = {*map(get, han), *map(get, words)}
        if len(stems) > 2:
            known.update(get(" ".join(three)) for three in zip(stems, stems[1:], stems[2:], strict=False))
        if not self._long.keys().isdisjoint(text):
            firsts = self._long.keys() & set(text)
            known.update(concept for first in firsts for term, concept in self._long[first] if term in text)
        unique = sorted(c for c in known if c)
        found = [f"={c}" for c in unique]
        if len(unique) > 1:
            found.extend([f"={a}&{b}" for i, a in enumerate(unique) for b in unique[i + 1 :]][:20])
        if names_place(text):
            found.append(_PLACE)
        return found


def blocks(text: str, concepts: Concepts) -> Blocks:
    """Features of a cleaned text."""
    han: list[str] = []
    sounds: list[str] = []
    words: list[str] = []
    grams: list[str] = []
    stems: list[str] = []
    wide = has_han(text)
    for piece in _PIECE.findall(text):
        if piece > "\u2e00":
            _han(piece, han, sounds)
        elif wide and piece.isdigit():
            han.append("#")
        else:
            stems.append(stem(piece))
            grams.extend(letters(piece))
    if stems:
        words = [*stems, *[f"{a} {b}" for a, b in pairwise(stems)]]
    return han, sounds, words, grams, concepts.features(text, han, words, stems)


def _han(run: str, han: list[str], sounds: list[str]) -> None:
    han.extend(run)
    pairs = list(map(add, run, run[1:]))
    han.extend(pairs)
    han.extend(map(add, pairs, run[2:]))
    sounds.extend(map(_heard, pairs))


@lru_cache(maxsize=20_000)
def _heard(pair: str) -> str:
    return f"{sound(pair[0])}{sound(pair[1])}~"
