"""Read one message: which topics, which facts, which act."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from bot.core.catalogue import Shop
from bot.core.messages import Language
from bot.core.understanding import normalise
from bot.core.understanding.entities import Reader
from bot.core.understanding.meaning import Candidate, Context, Meaning


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
        self._shop = shop
        self.thresholds = thresholds or Thresholds()
        self._reader = Reader(shop)
        self._phrases: list[tuple[str, str, str]] = []
        grams: list[Counter[str]] = []
        for answer in shop.answers:
            for at, phrase in enumerate(answer.ask):
                source = answer.ask_source[at] if at < len(answer.ask_source) else answer.source
                self._phrases.append((answer.topic, phrase, source))
                grams.append(_grams(normalise.clean(phrase)))
        seen = Counter(g for c in grams for g in c)
        self._idf = {g: math.log(1 + len(grams) / n) for g, n in seen.items()}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, counts in enumerate(grams):
            norm = math.sqrt(sum(self._idf[g] ** 2 for g in counts)) or 1.0
            for g in counts:
                self._postings[g].append((at, self._idf[g] / norm))
        self._acts = {
            normalise.bare(normalise.clean(words)): act for act, many in shop.phrases.acts.items() for words in many
        }

    def compiled(self) -> bytes:
        return b""

    def understand(self, text: str, context: Context = Context()) -> Meaning:  # noqa: B008
        clean = normalise.clean(text)
        language: Language = "zh" if normalise.has_han(clean) else "en"
        scores: dict[int, float] = defaultdict(float)
        grams = _grams(clean)
        norm = math.sqrt(sum(self._idf.get(g, 3.0) ** 2 for g in grams)) or 1.0
        for g in grams:
            for at, weight in self._postings.get(g, ()):
                scores[at] += weight * self._idf[g] / norm
        best: dict[str, tuple[float, int]] = {}
        for at, score in scores.items():
            topic = self._phrases[at][0]
            if score > best.get(topic, (0.0, 0))[0]:
                best[topic] = (min(score, 1.0), at)
        ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:5]
        candidates = tuple(Candidate(t, s, self._phrases[at][1], self._phrases[at][2]) for t, (s, at) in ranked)
        score = candidates[0].score if candidates else 0.0
        margin = score - (candidates[1].score if len(candidates) > 1 else 0.0)
        return Meaning(
            text=clean,
            language=language,
            candidates=candidates,
            topic=candidates[0].topic if score >= 0.2 else None,
            score=score,
            sure=score >= self.thresholds.min_score and margin >= self.thresholds.min_margin,
            entities=self._reader.read(clean, language, context),
            act=self._acts.get(normalise.bare(clean)),
        )


def _grams(text: str) -> Counter[str]:
    bare = normalise.bare(text)
    return Counter(bare[i : i + n] for n in (1, 2, 3) for i in range(len(bare) - n + 1))
