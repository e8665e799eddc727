"""Read one message: which topics, which facts, which act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.catalogue import Shop
from bot.core.messages import Language
from bot.core.understanding import lexicon, matcher, normalise
from bot.core.understanding.entities import Reader
from bot.core.understanding.matcher import Judgement, Match, Matcher, Phrase
from bot.core.understanding.meaning import Candidate, Context, Meaning, Part

_SPLIT = re.compile(r"[,。?!;:\n~…、]+|\.(?=\s|$)|(?<=[一-鿿])\s+(?=[一-鿿])|还有就是|还有(?=[^吗没货多])|另外|顺便|\band also\b|\band\b(?= (?:is|do|does|can|how|what|when|which|where))")
_ELLIPTIC = re.compile(r"^(?:那|那么|那个|还有)?.{0,10}(?:呢|呐)[?]?$|^(?:what about|how about|and)\b.{0,30}$")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a topic may be acted on."""

    #: Least score of the best topic, 0 to 1.
    min_score: float = 0.5
    #: Least distance to the runner-up.
    min_margin: float = 0.05
    #: Topics named when asking back.
    max_choices: int = 3


class Understanding:
    """Built once per shop; answers are the same for the same shop and thresholds."""

    def __init__(self, shop: Shop, thresholds: Thresholds | None = None, compiled: bytes | None = None) -> None:
        self.thresholds = thresholds or Thresholds()
        self._shop = shop
        self._reader = Reader(shop)
        self._fillers = _Fillers(shop.phrases.fillers)
        phrases = _phrases(shop, self._fillers)
        concepts = lexicon.concepts([normalise.clean(w) for w in group] for group in shop.phrases.synonyms)
        rejected = [self._fillers.drop(normalise.clean(t)) for t in shop.phrases.not_questions]
        self._matcher = Matcher(phrases, matcher.learn(phrases, rejected, concepts))
        self._acts = {
            normalise.bare(normalise.clean(words)): act for act, many in shop.phrases.acts.items() for words in many
        }

    def compiled(self) -> bytes:
        """For the cache."""
        return b""

    def understand(self, text: str, context: Context = Context()) -> Meaning:  # noqa: B008
        clean = normalise.clean(text)
        language: Language = "zh" if normalise.has_han(clean) else "en"
        core = self._fillers.drop(clean)
        judged = self._matcher.judge(core, max(3, self.thresholds.max_choices + 1))
        candidates = tuple(_candidate(m) for m in judged.matches)
        sure = self._sure(judged)
        return Meaning(
            text=core,
            language=language,
            candidates=candidates,
            topic=candidates[0].topic if candidates and not judged.rejected else None,
            score=candidates[0].score if candidates else 0.0,
            sure=sure,
            parts=self._parts(clean, core),
            entities=self._reader.read(clean, language, context),
            act=self._acts.get(normalise.bare(clean)),
            elliptic=_ELLIPTIC.match(clean) is not None,
            evidence=judged.signals,
        )

    def _sure(self, judged: Judgement) -> bool:
        if not judged.matches or judged.rejected:
            return False
        best = judged.matches[0].score
        second = judged.matches[1].score if len(judged.matches) > 1 else 0.0
        return best >= self.thresholds.min_score and best - second >= self.thresholds.min_margin

    def _parts(self, clean: str, core: str) -> tuple[Part, ...]:
        segments = [s.strip() for s in _SPLIT.split(clean) if s and len(normalise.bare(s)) >= 2]
        if len(segments) < 2:
            return ()
        parts: dict[str, Part] = {}
        for segment in segments[:6]:
            judged = self._matcher.judge(self._fillers.drop(segment))
            if self._sure(judged):
                best = judged.matches[0]
                parts.setdefault(best.topic, Part(segment, best.topic, best.score))
        return tuple(parts.values()) if len(parts) > 1 else ()


class _Fillers:
    """Words that carry nothing, dropped at the ends of clauses."""

    def __init__(self, fillers: Sequence[str]) -> None:
        words = sorted({normalise.clean(f) for f in fillers if f.strip()}, key=lambda w: (-len(w), w))
        self._pattern = re.compile("|".join(_whole(w) for w in words)) if words else None

    def drop(self, clean: str) -> str:
        if self._pattern is None:
            return clean
        left = " ".join(self._pattern.sub(" ", clean).split())
        return left if normalise.bare(left) else clean


def _whole(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![a-z0-9]){escaped}(?![a-z0-9])" if word.isascii() else escaped


def _candidate(match: Match) -> Candidate:
    phrase = match.phrase
    return Candidate(match.topic, round(match.score, 4), phrase.text if phrase else "", phrase.source if phrase else "")


def _phrases(shop: Shop, fillers: _Fillers) -> list[Phrase]:
    """Sorted by topic, in the order they stand within one."""
    phrases: list[Phrase] = []
    for answer in shop.answers:
        for at, text in enumerate(answer.ask):
            source = answer.ask_source[at] if at < len(answer.ask_source) else answer.source
            phrases.append(Phrase(answer.topic, text, source, fillers.drop(normalise.clean(text))))
    return sorted(phrases, key=lambda p: p.topic)
