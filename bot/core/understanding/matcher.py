"""The index over all phrasings of a shop: from a message to topics with comparable scores and the phrasing that speaks
for each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from bot.core.understanding import background, calibration, foreign
from bot.core.understanding.learner import Linear, Training
from bot.core.understanding.normalise import bare, clean
from bot.core.understanding.postings import Postings
from bot.core.understanding.vectors import Floats, Vector, Vectors

#: From so many own ``not_questions`` on, or so many phrasings, a shop needs no general background.
_OWN_NOT_QUESTIONS, _WIDE_SHOP = 50, 4_000
#: Mean best score from which a subject of the background counts as the shop's own.
_CLAIMED = -0.37
#: Favourites of the judge whose nearest phrasings are looked at.
_RANKED = 6
#: How fast a runner-up's score falls with its distance to the best.
_SPREAD = 3.0
#: The score of a phrasing itself; from so many letters in common (of 100) on, a message scores at least the last.
_SAME_SCORE, _ALIKE, _ALIKE_SCORE = 0.98, 90.0, 0.9
#: A message that what is no question pulls at hardest is out of scope below this score.
_REJECTED_BELOW = 0.3
#: Usual shares of a message that the phrasings know.
_USUAL_HAN, _USUAL_WORDS = 0.75, 0.85


@dataclass(frozen=True, slots=True)
class Phrase:
    topic: str
    text: str
    source: str
    #: As :func:`bot.core.understanding.normalise.clean` and fillers leave it.
    core: str


@dataclass(frozen=True, slots=True)
class Match:
    topic: str
    score: float
    phrase: Phrase | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Best first; ``rejected``: what is no question pulls harder than any topic."""

    matches: tuple[Match, ...] = ()
    rejected: bool = False
    signals: tuple[tuple[str, float], ...] = ()


class _Ranked(NamedTuple):
    topic: int
    #: By the linear judge.
    score: float
    #: Cosine of the nearest phrasing of the topic.
    near: float = 0.0

    @property
    def total(self) -> float:
        return self.score + self.near


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that was learned; what the cache keeps."""

    vectors: Vectors
    postings: Postings
    linear: Linear
    topics: tuple[str, ...]
    #: True when the last label is what is no question.
    rejects: bool


def learn(phrases: Sequence[Phrase], not_questions: Sequence[str], concepts: Mapping[str, str]) -> Compiled:
    """``phrases`` sorted by topic. A shop that says little of what is no question is told what others are asked; one
    that says much, and so reaches far, what no shop is asked."""
    if not phrases:
        return _learn(phrases, (), concepts)
    if len(not_questions) >= _OWN_NOT_QUESTIONS or len(phrases) > _WIDE_SHOP:
        return _learn(phrases, [*not_questions, *map(clean, foreign.utterances())], concepts)
    alone = _learn(phrases, (), concepts)
    return _learn(phrases, [*not_questions, *_unclaimed(alone)], concepts)


def _learn(phrases: Sequence[Phrase], not_questions: Sequence[str], concepts: Mapping[str, str]) -> Compiled:
    topics = tuple(dict.fromkeys(p.topic for p in phrases))
    number = {t: i for i, t in enumerate(topics)}
    labels = np.array([number[p.topic] for p in phrases] + [len(topics)] * len(not_questions), dtype=np.int32)
    vectors, rows = Vectors.learn([*(p.core for p in phrases), *not_questions], concepts)
    training = Training(rows, labels, len(topics) + bool(not_questions), len(vectors.features))
    return Compiled(vectors, Postings.turn(rows, len(vectors.features)), training.linear(), topics, bool(not_questions))


def _unclaimed(alone: Compiled) -> list[str]:
    """Utterances of those subjects that none of the shop's topics reaches for."""
    left: list[str] = []
    for subject in background.subjects():
        best = [float(alone.linear.scores(alone.vectors.read(u)).max()) for u in subject]
        if sum(best) / len(best) < _CLAIMED:
            left.extend(subject)
    return left


@dataclass
class Matcher:
    """Answers from what was learned."""

    phrases: Sequence[Phrase]
    compiled: Compiled
    _bare: list[str] = field(init=False)
    _row_of: dict[str, int] = field(init=False)
    _number: dict[str, int] = field(init=False)
    _spans: list[tuple[int, int]] = field(init=False)
    _firsts: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self._bare = [bare(p.core) for p in self.phrases]
        self._row_of = {said: i for i, said in reversed(list(enumerate(self._bare)))}
        self._number = {t: i for i, t in enumerate(self.compiled.topics)}
        labels = np.array([self._number[p.topic] for p in self.phrases])
        bounds = np.searchsorted(labels, np.arange(len(self._number) + 1))
        self._spans = [(a, b) for a, b in pairwise(bounds.tolist())]
        self._firsts = bounds[:-1].astype(np.int64)

    def judge(self, text: str, choices: int = 3) -> Judgement:
        """``text`` cleaned and without fillers."""
        if not self.compiled.topics:
            return Judgement()
        vector = self.compiled.vectors.read(text)
        scores = self.compiled.linear.scores(vector)
        reject = len(self.compiled.topics) if self.compiled.rejects else None
        bared = bare(text)
        exact = self._row_of.get(bared)
        if exact is not None:
            return self._exactly(exact, scores, reject, choices)
        ranked, row = self._weighed(self._ranked(scores, reject, max(choices, _RANKED)), scores, vector)
        best = ranked[0]
        alike = fuzz.ratio(bared, self._bare[row]) if row is not None else 0.0
        said = _signals(vector, text, ranked, alike)
        if reject is not None:
            said["reject"] = float(scores[reject])
        probability = calibration.probability(said)
        if alike >= _ALIKE:
            probability = max(probability, _ALIKE_SCORE)
        total, phrase = best.total, None if row is None else self.phrases[row]
        matches = tuple(
            Match(self.compiled.topics[r.topic], probability * _behind(r.total - total), None if at else phrase)
            for at, r in enumerate(ranked[:choices])
            if row is not None
        )
        rejected = said.get("reject", -1.0) > best.score and probability < _REJECTED_BELOW
        return Judgement(matches, rejected, tuple((n, round(v, 4)) for n, v in said.items()))

    def _weighed(self, topics: list[int], scores: Floats, vector: Vector) -> tuple[list[_Ranked], int | None]:
        """The judge's favourites with the nearest phrasing of each; where the judge is in doubt, these decide. And the
        row of the phrasing nearest of all to the best; None where nothing said is known."""
        if not len(vector.ids):
            return [_Ranked(t, float(scores[t])) for t in topics], None
        cosines = self.compiled.postings.cosines(vector, len(self.phrases))
        near = np.maximum.reduceat(cosines, self._firsts)
        ranked = list(map(_Ranked, topics, scores[topics].tolist(), near[topics].tolist()))
        ranked.sort(key=lambda r: -r.total)
        start, end = self._spans[ranked[0].topic]
        return ranked, start + int(cosines[start:end].argmax())

    def _exactly(self, row: int, scores: Floats, reject: int | None, choices: int) -> Judgement:
        phrase = self.phrases[row]
        others = [t for t in self._ranked(scores, reject, choices) if self.compiled.topics[t] != phrase.topic]
        top = float(scores[self._number[phrase.topic]])
        rest = tuple(Match(self.compiled.topics[t], 0.5 * _behind(float(scores[t]) - top), None) for t in others)
        return Judgement((Match(phrase.topic, _SAME_SCORE, phrase), *rest), False, (("alike", 1.0),))

    def _ranked(self, scores: Floats, reject: int | None, choices: int) -> list[int]:
        topics = scores if reject is None else scores[:reject]
        best: list[int] = np.argsort(-topics, kind="stable")[:choices].tolist()
        return best


def _behind(distance: float) -> float:
    return math.exp(_SPREAD * min(0.0, distance))


def _signals(vector: Vector, text: str, ranked: Sequence[_Ranked], alike: float) -> dict[str, float]:
    best = ranked[0]
    lead = best.total - (ranked[1].total if len(ranked) > 1 else -1.0)
    said = {"score": best.score, "lead": lead, "near": best.near, "alike": alike / 100}
    said["known_han"] = 0.0 if vector.known_han is None else vector.known_han - _USUAL_HAN
    said["known_words"] = 0.0 if vector.known_words is None else vector.known_words - _USUAL_WORDS
    wide = sum(map("\u2e00".__lt__, text))
    said["long"] = math.log1p(wide + 0.25 * (len(text) - wide))
    return said
