"""The index over all phrasings of a shop: from a message to topics with comparable scores and the phrasing that speaks
for each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz

from bot.core.understanding import calibration
from bot.core.understanding.calibration import Calibration
from bot.core.understanding.learner import Linear, Training
from bot.core.understanding.normalise import bare
from bot.core.understanding.vectors import Floats, Rows, Vector, Vectors

#: Phrasings judged as if never seen, to learn from how scores are to be read.
_TRIALS, _UNSEEN_TRIALS = 1_500, 600
#: A topic left out for a trial has at most this many phrasings; the algebra is cubic in it.
_MAX_TOPIC = 400
#: How fast a runner-up's score falls with its distance to the best.
_SPREAD = 3.0
#: Share of a message's letters in common with a phrasing from which it counts as that phrasing, and its least score.
_SAME, _SAME_SCORE, _ALIKE, _ALIKE_SCORE = 100.0, 0.98, 90.0, 0.9
#: Phrasings of one topic looked at for the one that speaks most for it.
_MAX_LOOKED_AT = 600


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


@dataclass(frozen=True, slots=True)
class Compiled:
    """All that was learned; what the cache keeps."""

    vectors: Vectors
    rows: Rows
    linear: Linear
    calibration: Calibration
    topics: tuple[str, ...]
    #: True when the last label is what is no question.
    rejects: bool


def learn(phrases: Sequence[Phrase], not_questions: Sequence[str], concepts: Mapping[str, str]) -> Compiled:
    """``phrases`` sorted by topic."""
    topics = tuple(dict.fromkeys(p.topic for p in phrases))
    number = {t: i for i, t in enumerate(topics)}
    labels = np.array([number[p.topic] for p in phrases] + [len(topics)] * len(not_questions), dtype=np.int32)
    vectors, rows = Vectors.learn([*(p.core for p in phrases), *not_questions], concepts)
    training = Training(rows, labels, len(topics) + bool(not_questions), len(vectors.features))
    fitted = _calibrated(training, rows, labels, len(topics), bool(not_questions), vectors)
    return Compiled(vectors, rows, training.linear(), fitted, topics, bool(not_questions))


def _calibrated(
    training: Training, rows: Rows, labels: np.ndarray, topics: int, rejects: bool, vectors: Vectors
) -> Calibration:
    reject = topics if rejects else None
    known = _known_to_others(rows, len(vectors.features))
    trial = training.leave_one_out(_TRIALS)
    seen, unseen = [], []
    for row, scores in zip(trial.rows, trial.scores, strict=True):
        best, said = calibration.signals(scores, reject, known[row])
        if labels[row] == topics:
            unseen.append(said)
        else:
            seen.append((said, best == labels[row]))
    unseen.extend(_as_unheard(training, labels, topics, reject, known))
    return calibration.fit(seen, unseen)


def _as_unheard(
    training: Training, labels: np.ndarray, topics: int, reject: int | None, known: Floats
) -> Iterable[tuple[float, ...]]:
    """Signals of phrasings whose whole topic is taken away, an even choice of topics."""
    sizes = np.bincount(labels, minlength=topics)[:topics]
    fit_topics = [t for t in range(topics) if 0 < sizes[t] <= _MAX_TOPIC] if topics > 2 else []
    step = max(1, math.ceil(int(sizes[fit_topics].sum()) / _UNSEEN_TRIALS)) if fit_topics else 1
    for topic in fit_topics[::step]:
        trial = training.leave_topic_out(topic)
        for row, scores in zip(trial.rows, trial.scores, strict=True):
            yield calibration.signals(scores, reject, known[row])[1]


def _known_to_others(rows: Rows, features: int) -> Floats:
    """Per phrasing, how much of it the other phrasings know."""
    often = np.bincount(rows.ids, minlength=features)
    shared = np.where(often[rows.ids] > 1, rows.weights**2, 0.0)
    row = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    return np.sqrt(np.bincount(row, weights=shared, minlength=len(rows))).astype(np.float32)


@dataclass
class Matcher:
    """Answers from what was learned."""

    phrases: Sequence[Phrase]
    compiled: Compiled
    _row_of: dict[str, int] = field(init=False)
    _spans: list[tuple[int, int]] = field(init=False)
    _dense: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._row_of = {bare(p.core): i for i, p in reversed(list(enumerate(self.phrases)))}
        number = {t: i for i, t in enumerate(self.compiled.topics)}
        labels = np.array([number[p.topic] for p in self.phrases])
        bounds = np.searchsorted(labels, np.arange(len(number) + 1))
        self._spans = [(int(a), int(b)) for a, b in zip(bounds, bounds[1:], strict=False)]
        self._dense = np.zeros(len(self.compiled.vectors.features), dtype=np.float32)

    def judge(self, text: str, choices: int = 3) -> Judgement:
        """``text`` cleaned and without fillers."""
        if not self.compiled.topics:
            return Judgement()
        vector = self.compiled.vectors.read(text)
        scores = self.compiled.linear.scores(vector)
        reject = len(self.compiled.topics) if self.compiled.rejects else None
        exact = self._row_of.get(bare(text))
        if exact is not None:
            return self._exactly(exact, scores, reject, choices)
        best, said = calibration.signals(scores, reject, vector.known)
        probability = self.compiled.calibration.probability(said)
        ranked = self._ranked(scores, reject, choices)
        nearest = [self._nearest(t, vector, text) for t in ranked]
        if nearest and nearest[0][1] >= _ALIKE:
            probability = max(probability, _ALIKE_SCORE)
        top = float(scores[best])
        matches = tuple(
            Match(self.compiled.topics[t], probability * math.exp(_SPREAD * min(0.0, float(scores[t]) - top)), phrase)
            for t, (phrase, _) in zip(ranked, nearest, strict=True)
            if vector.ids
        )
        evidence = (*zip(calibration.SIGNALS[1:], said[1:], strict=True), ("alike", nearest[0][1] / 100))
        rejected = reject is not None and said[4] > top and probability < 0.5
        return Judgement(matches, rejected, tuple((n, round(float(v), 4)) for n, v in evidence))

    def _exactly(self, row: int, scores: Floats, reject: int | None, choices: int) -> Judgement:
        phrase = self.phrases[row]
        others = [t for t in self._ranked(scores, reject, choices) if self.compiled.topics[t] != phrase.topic]
        top = float(scores[list(self.compiled.topics).index(phrase.topic)])
        rest = tuple(
            Match(self.compiled.topics[t], 0.5 * math.exp(_SPREAD * min(0.0, float(scores[t]) - top)), None)
            for t in others
        )
        return Judgement((Match(phrase.topic, _SAME_SCORE, phrase), *rest), False, (("alike", 1.0),))

    def _ranked(self, scores: Floats, reject: int | None, choices: int) -> list[int]:
        topics = scores if reject is None else scores[:reject]
        return [int(t) for t in np.argsort(-topics, kind="stable")[:choices]]

    def _nearest(self, topic: int, vector: Vector, text: str) -> tuple[Phrase | None, float]:
        """The phrasing of the topic most alike, and how alike its letters are, 0 to 100."""
        start, end = self._spans[topic]
        end = min(end, start + _MAX_LOOKED_AT)
        if start == end or not vector.ids:
            return None, 0.0
        rows = self.compiled.rows
        span = slice(rows.starts[start], rows.starts[end])
        ids = np.array(vector.ids)
        self._dense[ids] = vector.weights
        products = self._dense[rows.ids[span]] * rows.weights[span]
        self._dense[ids] = 0
        sums = np.concatenate(([0.0], np.cumsum(products)))
        bounds = rows.starts[start : end + 1] - rows.starts[start]
        totals = sums[bounds[1:]] - sums[bounds[:-1]]
        at = start + int(totals.argmax())
        return self.phrases[at], fuzz.ratio(bare(text), bare(self.phrases[at].core))
