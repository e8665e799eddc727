"""Homophones: the sound of a character, without tone and without the distinctions that typists mix up."""

from __future__ import annotations

import importlib.util
import json
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

#: What pinyin typists and many dialects do not keep apart.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_MARKS_OUT = str.maketrans(dict.fromkeys(",.?!;:~'", " "))


@cache
def _readings() -> dict[str, str]:
    """Code point (as text) -> readings with tones, the commonest first.

    pypinyin's table of single characters is read from its own file: importing the package would also load its
    dictionary of phrases, ten times the cost, and a homophone slip needs no phrases.
    """
    spec = importlib.util.find_spec("pypinyin")
    if spec is None or not spec.submodule_search_locations:
        return {}
    path = Path(spec.submodule_search_locations[0]) / "pinyin_dict.json"
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=30_000)
def syllable(char: str) -> str:
    """``zhong`` for 重; empty for what has no sound."""
    return _toneless(_readings().get(str(ord(char)), "").split(",")[0])


@cache
def _toneless(reading: str) -> str:
    """There are 1,500 readings for 42,000 characters."""
    plain = unicodedata.normalize("NFD", reading)
    return "".join(c for c in plain if "a" <= c <= "z" or c == "\u0308").replace("u\u0308", "v")


@lru_cache(maxsize=30_000)
def sound(char: str) -> str:
    """The syllable with commonly confused initials and endings merged (``zong`` for 重)."""
    return merge(syllable(char))


def merge(syllable_: str) -> str:
    for wide, narrow in _MERGED:
        if syllable_.startswith(wide):
            syllable_ = narrow + syllable_[len(wide) :]
    return syllable_[:-1] if syllable_.endswith(("ang", "eng", "ing")) else syllable_


@cache
def syllables() -> frozenset[str]:
    """Every syllable of the language, for reading pinyin typed in Latin letters."""
    common = (readings for code, readings in _readings().items() if 0x4E00 <= int(code) < 0xA000)
    return frozenset(s for readings in common if (s := _toneless(readings.split(",")[0])))


#: Syllables that are English words too; alone they prove nothing.
_ENGLISH_TOO = frozenset(
    (
        *("are", "you", "human", "here", "fine", "line", "mine", "made", "name", "size"),
        *("a", "an", "can", "die", "fan", "gang", "he", "hang", "hen", "long", "man", "me", "men", "pan", "pin", "ran"),
        *("sang", "she", "song", "sun", "tan", "tang", "to", "wang", "wan"),
    )
)


def reads_as_pinyin(text: str) -> bool:
    """Every word is pinyin, and at least one could not be English."""
    if not text.isascii():
        return False
    words = [w for w in text.translate(_MARKS_OUT).split() if not w.isdigit()]
    if not words or len("".join(words)) < 5 or len(words) > 12:
        return False
    return all(w.isalpha() and split(w) for w in words) and any(w not in _ENGLISH_TOO for w in words)


def split(word: str) -> tuple[str, ...]:
    """``baoyou`` -> (``bao``, ``you``); empty when the word cannot be read as pinyin throughout."""
    known = syllables()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            piece = word[start:end]
            if before is None or piece not in known or (len(piece) == 1 and piece not in "aeo"):
                continue
            found = best[end]
            if found is None or len(before) + 1 < len(found):
                best[end] = (*before, piece)
    return best[-1] or ()
