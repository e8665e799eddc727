"""A linear judge of topics, learned from the phrasings in one closed step: weighted ridge regression.

Features that stand in one phrasing only cannot mix phrasings up; they enter as the phrasing's own slack (exactly, not
as an approximation) and cost nothing. The others are folded into a fixed number of dimensions, so that cost and memory
stay the same from a thousand phrasings to a hundred thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.vectors import Floats, Ints, Rows, Vector

#: Dimensions features are folded into; up to half of them are single features, the weightiest.
DIMENSIONS = 2048
_RIDGE = 0.3
#: How far rare topics are raised to the common ones: 0 not at all, 1 fully.
_BALANCE = 0.5
_CHUNK = 2_000
#: Folding is a fixed pseudo-random choice, the same on every machine.
_MULTIPLIER, _SHIFT = 2_654_435_761, 1 << 32


@dataclass(frozen=True, slots=True)
class Linear:
    """What was learned; scores near 1 speak for a topic, near -1 against it."""

    #: Per feature: its dimension, or -1 - row for a feature of one phrasing only.
    place: Ints
    sign: Floats
    #: dimensions x topics
    weights: Floats
    #: Per phrasing: how strongly its own features pull towards its topic.
    pull: Floats
    labels: Ints

    def scores(self, vector: Vector) -> Floats:
        place, values = self.place[vector.ids], vector.weights * self.sign[vector.ids]
        shared = place >= 0
        scores: Floats = np.asarray(values[shared] @ self.weights[place[shared]] - 1, np.float32)
        if len(place) and place.min() < 0:
            own = ~shared
            rows = -1 - place[own]
            np.add.at(scores, self.labels[rows], values[own] * self.pull[rows])
        return scores


class Training:
    """One run of learning."""

    def __init__(self, rows: Rows, labels: Ints, topics: int, features: int) -> None:
        self._rows, self._labels, self._topics = rows, labels, topics
        self._dimensions = min(DIMENSIONS, max(64, features))
        self._place, self._sign = _folding(rows, features, self._dimensions)
        self._r = 1 / (_RIDGE / self._sample_weights() + self._slack())
        self._learn()

    def _sample_weights(self) -> NDArray[np.float64]:
        counts = np.bincount(self._labels, minlength=self._topics).astype(np.float64)
        typical = float(np.median(counts[counts > 0])) if len(self._labels) else 1.0
        return np.asarray((typical / counts[self._labels]) ** _BALANCE)

    def _slack(self) -> NDArray[np.float64]:
        own = self._place[self._rows.ids] < 0
        squares = np.where(own, self._rows.weights.astype(np.float64) ** 2, 0.0)
        return np.bincount(self._row_of(), weights=squares, minlength=len(self._rows)).astype(np.float64)

    def _row_of(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self._rows)), np.diff(self._rows.starts))

    def _dense(self, start: int, end: int) -> Floats:
        """Folded phrasings ``start`` to ``end``."""
        span = slice(self._rows.starts[start], self._rows.starts[end])
        ids = self._rows.ids[span]
        row = np.repeat(np.arange(end - start), np.diff(self._rows.starts[start : end + 1]))
        place = self._place[ids]
        shared = place >= 0
        cell = row[shared] * self._dimensions + place[shared]
        value = self._rows.weights[span][shared] * self._sign[ids[shared]]
        flat = np.bincount(cell, weights=value, minlength=(end - start) * self._dimensions)
        return flat.astype(np.float32).reshape(end - start, self._dimensions)

    def _targets(self, start: int, end: int) -> Floats:
        """2 for the phrasing's topic, else 0: the base of every score is -1."""
        target = np.zeros((end - start, self._topics), dtype=np.float32)
        target[np.arange(end - start), self._labels[start:end]] = 2
        return target

    def _spans(self) -> list[tuple[int, int]]:
        return [(at, min(at + _CHUNK, len(self._rows))) for at in range(0, len(self._rows), _CHUNK)]

    def _learn(self) -> None:
        gram = np.eye(self._dimensions, dtype=np.float32)
        right = np.zeros((self._dimensions, self._topics), dtype=np.float32)
        for start, end in self._spans():
            root = np.sqrt(self._r[start:end]).astype(np.float32)[:, None]
            weighed = self._dense(start, end) * root
            gram += weighed.T @ weighed
            right += weighed.T @ (self._targets(start, end) * root)
        self._weights: Floats = np.linalg.solve(gram, right)

    def linear(self) -> Linear:
        pull = np.empty(len(self._rows), dtype=np.float32)
        for start, end in self._spans():
            pull[start:end] = self._alpha(start, end)[np.arange(end - start), self._labels[start:end]]
        return Linear(self._place, self._sign, self._weights, pull, self._labels)

    def _alpha(self, start: int, end: int) -> Floats:
        missed = self._targets(start, end) - self._dense(start, end) @ self._weights
        return (missed * self._r[start:end, None]).astype(np.float32)


def _folding(rows: Rows, features: int, dimensions: int) -> tuple[Ints, Floats]:
    """The dimension and sign of every feature."""
    often = np.bincount(rows.ids, minlength=features)
    mass = np.bincount(rows.ids, weights=rows.weights.astype(np.float64) ** 2, minlength=features)
    place = np.zeros(features, dtype=np.int32)
    sign = np.ones(features, dtype=np.float32)
    single = often < 2
    first_row = np.zeros(features, dtype=np.int64)
    first_row[rows.ids] = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    place[single] = -1 - first_row[single]
    _keep_weights(rows, single, sign)
    shared = np.flatnonzero(~single)
    order = shared[np.argsort(-mass[shared], kind="stable")]
    kept = len(order) if len(order) <= dimensions else dimensions // 2
    place[order[:kept]] = np.arange(kept)
    folded = order[kept:].astype(np.uint64)
    mixed = (folded + np.uint64(1)) * np.uint64(_MULTIPLIER) % np.uint64(_SHIFT)
    place[order[kept:]] = kept + (mixed // np.uint64(7) % np.uint64(max(1, dimensions - kept))).astype(np.int32)
    sign[order[kept:]] = np.where(mixed % np.uint64(2) == 0, 1.0, -1.0)
    return place, sign


def _keep_weights(rows: Rows, single: NDArray[np.bool_], sign: Floats) -> None:
    """For a feature of one phrasing its weight there stands where others have their sign."""
    own = single[rows.ids]
    sign[rows.ids[own]] = rows.weights[own]
