"""Which phrasings hold a feature, feature by feature: the way from a message to its nearest phrasings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.vectors import Floats, Ints, Rows, Vector

#: So many entries are looked at for one message, the rarest features first; the commonest part little.
_BUDGET = 80_000


@dataclass(frozen=True, slots=True)
class Postings:
    #: Where a feature's entries begin; one more than there are features.
    starts: NDArray[np.int64]
    rows: Ints
    #: As exact as float16, which the cache keeps; float32 because sums of it are several times faster.
    weights: Floats

    @classmethod
    def turn(cls, rows: Rows, features: int) -> Postings:
        row_of = np.repeat(np.arange(len(rows), dtype=np.int32), np.diff(rows.starts))
        order = np.argsort(rows.ids, kind="stable")
        starts = np.concatenate(([0], np.cumsum(np.bincount(rows.ids, minlength=features))))
        return cls(starts.astype(np.int64), row_of[order], rows.weights[order].astype(np.float16).astype(np.float32))

    def cosines(self, vector: Vector, count: int) -> NDArray[np.float64]:
        """Of the message with each of the first ``count`` phrasings, a little less where the budget cuts."""
        begins, ends, weights = self.starts[vector.ids], self.starts[vector.ids + 1], vector.weights
        sizes = ends - begins
        if int(sizes.sum()) > _BUDGET:
            order = np.argsort(sizes, kind="stable")
            kept = order[np.cumsum(sizes[order]) <= _BUDGET]
            begins, ends, sizes, weights = begins[kept], ends[kept], sizes[kept], weights[kept]
        if not len(begins):
            return np.zeros(count)
        spans = list(map(slice, begins.tolist(), ends.tolist()))
        rows = np.concatenate([self.rows[span] for span in spans])
        values = np.concatenate([self.weights[span] for span in spans])
        values *= np.repeat(weights, sizes)
        return np.asarray(np.bincount(rows, weights=values, minlength=count)[:count], np.float64)
