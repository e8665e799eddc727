"""A linear judge of topics, learned from the phrasings in one closed step: weighted ridge regression.

Features that stand in one phrasing only cannot mix phrasings up; they enter as the phrasing's own slack (exactly, not
as an approximation) and cost nothing. The others are folded into a fixed number of dimensions, so that cost and memory
stay the same from a thousand phrasings to a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.vectors import Floats, Ints, Rows, Vector

#: Dimensions features are folded into; up to half of them are single features, the weightiest.
DIMENSIONS = 2560
_RIDGE = 0.3
#: How far rare topics are raised to the common ones: 0 not at all, 1 fully.
_BALANCE = 0.5
#: Pairs of features looked at in one go.
_PAIRS = 1_000_000
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
        self._shared = _Shared.of(rows, self._place, self._sign)
        self._weights = self._solved()

    def _sample_weights(self) -> NDArray[np.float64]:
        counts = np.bincount(self._labels, minlength=self._topics).astype(np.float64)
        typical = float(np.median(counts[counts > 0])) if len(self._labels) else 1.0
        return np.asarray((typical / counts[self._labels]) ** _BALANCE)

    def _slack(self) -> NDArray[np.float64]:
        own = self._place[self._rows.ids] < 0
        squares = np.where(own, self._rows.weights.astype(np.float64) ** 2, 0.0)
        return np.bincount(self._rows.row_of(), weights=squares, minlength=len(self._rows)).astype(np.float64)

    def _solved(self) -> Floats:
        """Ridge regression of the targets (2 for a phrasing's topic, else 0: the base of every score is -1)."""
        size, shared = self._dimensions, self._shared
        gram = shared.gram(size, self._r)
        gram.flat[:: size + 1] += 1
        cell = shared.place * self._topics + self._labels[shared.row]
        weights = 2 * shared.value * self._r[shared.row]
        right = np.bincount(cell, weights=weights, minlength=size * self._topics).reshape(size, self._topics)
        solved: Floats = np.linalg.solve(gram, right.astype(np.float32))
        return solved

    def linear(self) -> Linear:
        shared = self._shared
        reached = shared.value * self._weights[shared.place, self._labels[shared.row]]
        missed = 2 - np.bincount(shared.row, weights=reached, minlength=len(self._rows))
        pull = (missed * self._r).astype(np.float32)
        return Linear(self._place, self._sign, self._weights, pull, self._labels)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Entries of folded phrasings, phrasing by phrasing; a dimension may stand twice in one."""

    row: NDArray[np.int64]
    place: NDArray[np.int64]
    value: NDArray[np.float64]
    #: Where each phrasing begins, and where the last ends.
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Rows, place: Ints, sign: Floats) -> _Shared:
        held = np.flatnonzero(place[rows.ids] >= 0)
        ids, row = rows.ids[held], rows.row_of()[held]
        starts = np.searchsorted(held, rows.starts)
        return cls(row, place[ids].astype(np.int64), rows.weights[held].astype(np.float64) * sign[ids], starts)

    def gram(self, size: int, r: NDArray[np.float64]) -> Floats:
        """Sum over the phrasings of ``r`` times the outer product of each with itself. Nearly all of a phrasing's cells
        are empty: going through its pairs is many times faster than multiplying matrices."""
        half = np.zeros(size * size, np.float32)
        value = (self.value * np.sqrt(r)[self.row]).astype(np.float32)
        for at in self._alike():
            place, mine = self.place[at], value[at]
            first, second = np.triu_indices(len(at), 1)
            np.add.at(half, (place[first] * size + place[second]).ravel(), (mine[first] * mine[second]).ravel())
        square = half.reshape(size, size)
        whole = square + square.T
        whole.flat[:: size + 1] += np.bincount(self.place, weights=value**2, minlength=size).astype(np.float32)
        return whole

    def _alike(self) -> Iterator[NDArray[np.int64]]:
        """Positions of the entries of phrasings that have equally many, a phrasing a column, in bounded portions."""
        lengths = np.diff(self.starts)
        for length in np.unique(lengths[lengths > 1]).tolist():
            begins = self.starts[:-1][lengths == length]
            portion = max(1, 2 * _PAIRS // length**2)
            for at in range(0, len(begins), portion):
                yield begins[at : at + portion] + np.arange(length)[:, None]


def _folding(rows: Rows, features: int, dimensions: int) -> tuple[Ints, Floats]:
    """The dimension and sign of every feature."""
    often = np.bincount(rows.ids, minlength=features)
    mass = np.bincount(rows.ids, weights=rows.weights.astype(np.float64) ** 2, minlength=features)
    place = np.zeros(features, dtype=np.int32)
    sign = np.ones(features, dtype=np.float32)
    single = often < 2
    first_row = np.zeros(features, dtype=np.int64)
    first_row[rows.ids] = rows.row_of()
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
