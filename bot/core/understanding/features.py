"""What a text is made of, for comparing: blocks of features, each block weighed as a whole.

Han characters need no segmenter: their 1-, 2- and 3-grams do. Latin words give stems, pairs of stems and the n-grams of
their letters, so that a slip of the finger still resembles. Sounds catch homophones, concepts catch synonyms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

from bot.core.places.finding import hits
from bot.core.understanding.pinyin import sound

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


def blocks(text: str, concepts: Mapping[str, str]) -> Blocks:
    """Features of a cleaned text; ``concepts`` maps a term (Han word, stem or pair of stems) to what it stands for."""
    han: list[str] = []
    sounds: list[str] = []
    words: list[str] = []
    grams: list[str] = []
    found: list[str] = []
    stems: list[str] = []
    for piece in _PIECE.findall(text):
        if piece > "\u2e00":
            _han(piece, han, sounds)
        else:
            stems.append(stem(piece))
            grams.extend(letters(piece))
    words.extend(stems)
    words.extend(f"{a} {b}" for a, b in pairwise(stems))
    if concepts:
        found.extend(_concepts(text, han, words, stems, concepts))
        if hits(text):
            found.append(_PLACE)
    return han, sounds, words, grams, found


def _han(run: str, han: list[str], sounds: list[str]) -> None:
    size = len(run)
    han.extend(run)
    han.extend([run[i : i + 2] for i in range(size - 1)])
    han.extend([run[i : i + 3] for i in range(size - 2)])
    heard = [sound(c) for c in run]
    sounds.extend([f"{a}{b}~" for a, b in pairwise(heard)])


def _concepts(
    text: str, han: Iterable[str], words: Iterable[str], stems: list[str], concepts: Mapping[str, str]
) -> list[str]:
    known = [c for g in (*han, *words) if (c := concepts.get(g))]
    known.extend(
        c
        for n in (4, 5)
        for i in range(len(text) - n + 1)
        if (c := concepts.get(text[i : i + n])) and text[i] > "\u2e00"
    )
    known.extend(c for t in zip(stems, stems[1:], stems[2:], strict=False) if (c := concepts.get(" ".join(t))))
    unique = sorted(set(known))
    return [f"={c}" for c in unique] + [f"={a}&{b}" for i, a in enumerate(unique) for b in unique[i + 1 :]][:20]
