"""Taking a message apart: the words that carry nothing, the clauses, what leans on what was said before."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz

from bot.core.understanding.normalise import bare, clean
from bot.core.understanding.numerals import has_latin

_SPLIT = re.compile(
    r"[,。?!;:\n~…、]+|\.(?=\s|$)|(?<=[一-鿿])\s+(?=[一-鿿])|还有就是|还有(?=[^吗没货多])|另外|顺便"
    r"|\band also\b|\band\b(?= (?:is|are|do|does|can|how|what|when|which|where|will)\b)"
)
_ELLIPTIC = re.compile(
    r"^(?:那|那么|那个|还有|如果)?.{0,12}(?:呢|呐)[?]?$|^(?:and |so )?(?:what|how) about\b.{1,40}$|^and\b.{1,24}\?$"
)
#: Said at the end of an act without changing it.
_PARTICLES = "的了吧啊呀啦哦哈呢嘛哒喔~!。."
#: Of these, the ones that an utterance of the shop may end in and be said without.
_ENDINGS = "的了"
#: Said before an act that is an utterance of its own: "算了那就下单", "ok then order it".
_LEADS_IN = re.compile(
    r"^(?:算了|那就|那|就|好吧|好的|好|行吧|行|嗯+|ok(?:ay)?|well|then|fine|all?right|whatever)+(?!不)(?=.{3})"
)
_MIN_BARE_CHARS = 3
_MAX_CLAUSES = 6
_MAX_ACT_CHARS, _MIN_FUZZY_CHARS, _ALIKE = 16, 4, 88.0


def clauses(text: str) -> list[str]:
    """At most six, each of at least two letters."""
    return [c.strip() for c in _SPLIT.split(text) if c and len(bare(c)) >= 2][:_MAX_CLAUSES]


def is_elliptic(text: str) -> bool:
    return _ELLIPTIC.match(text) is not None


class Fillers:
    """Words that carry nothing."""

    def __init__(self, fillers: Iterable[str]) -> None:
        words = sorted({clean(f) for f in fillers if f.strip()}, key=lambda w: (-len(w), w))
        self._pattern = _any_of(words)
        #: For texts without Latin letters: many times faster, because each of these begins with a character of its own.
        self._without_latin = _any_of(w for w in words if not has_latin(w))

    def drop(self, text: str) -> str:
        """The text without fillers; as it was where nothing would be left."""
        pattern = self._pattern if has_latin(text) else self._without_latin
        if pattern is None:
            return text
        left = " ".join(pattern.sub(" ", text).split())
        return left if bare(left) else text


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    pattern = "|".join(map(_whole, words))
    return re.compile(pattern) if pattern else None


def _whole(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![a-z0-9]){escaped}(?![a-z0-9])" if word.isascii() else escaped


class Acts:
    """What a whole message does in the dialogue: agree, refuse, go back."""

    def __init__(self, acts: Mapping[str, Iterable[str]]) -> None:
        self._acts: dict[str, str] = {}
        for act, utterances in acts.items():
            for utterance in utterances:
                self._acts.setdefault(bare(clean(utterance)), act)
        self._acts.pop("", None)
        for utterance, act in tuple(self._acts.items()):
            # "不考虑了" says "不考虑" as well; what is shorter may be the beginning of anything.
            if len(shorter := utterance.rstrip(_ENDINGS)) >= _MIN_BARE_CHARS:
                self._acts.setdefault(shorter, act)
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for utterance in self._acts:
            self._by_first[utterance[0]].append(utterance)

    def find(self, text: str, core: str) -> str | None:
        """None where the message does more than one of the acts."""
        for said in (bare(text), bare(text.rstrip(_PARTICLES)), bare(core)):
            if act := self._acts.get(said):
                return act
        return self._nearly(bare(text)) or self._acts.get(_LEADS_IN.sub("", bare(text.rstrip(_PARTICLES))))

    def _nearly(self, said: str) -> str | None:
        if not _MIN_FUZZY_CHARS <= len(said) <= _MAX_ACT_CHARS:
            return None
        best = max(
            ((fuzz.ratio(said, u), u) for u in self._by_first.get(said[0], ()) if abs(len(u) - len(said)) <= 2),
            default=(0.0, ""),
        )
        return self._acts[best[1]] if best[0] >= _ALIKE else None
