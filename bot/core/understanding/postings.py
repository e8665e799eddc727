"""Which phrasings hold a feature, feature by feature: the way from a message to its nearest phrasings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.vectors import Ints, Rows, Vector

#: So many entries are looked at for one message, the rarest features first; the commonest part little.
_BUDGET = 80_000


@dataclass(frozen=True, slots=True)
class Postings:
    #: Where a feature's entries begin; one more than there are features.
    starts: NDArray[np.int64]
    rows: Ints
    weights: NDArray[np.float16]

    @classmethod
    def turn(cls, rows: Rows, features: int) -> Postings:
        row_of = np.repeat(np.arange(len(rows), dtype=np.int32), np.diff(rows.starts))
        order = np.argsort(rows.ids, kind="stable")
        starts = np.concatenate(([0], np.cumsum(np.bincount(rows.ids, minlength=features))))
        return cls(starts.astype(np.int64), row_of[order], rows.weights[order].astype(np.float16))

    def cosines(self, vector: Vector, count: int) -> NDArray[np.float64]:
        """Of the message with each of the first ``count`` phrasings, a little less where the budget cuts."""
        ids = np.array(vector.ids, dtype=np.int64)
        begins, ends = self.starts[ids], self.starts[ids + 1]
        sizes = ends - begins
        if int(sizes.sum()) > _BUDGET:
            order = np.argsort(sizes, kind="stable")
            kept = order[np.cumsum(sizes[order]) <= _BUDGET]
            ids, begins, ends, sizes = ids[kept], begins[kept], ends[kept], sizes[kept]
            weights = np.array(vector.weights, dtype=np.float32)[kept]
        else:
            weights = np.array(vector.weights, dtype=np.float32)
        if not len(ids):
            return np.zeros(count)
        spans = list(zip(begins.tolist(), ends.tolist(), strict=True))
        rows = np.concatenate([self.rows[a:b] for a, b in spans])
        values = np.concatenate([self.weights[a:b] for a, b in spans]) * np.repeat(weights, sizes)
        return np.bincount(rows, weights=values, minlength=count)[:count].astype(np.float64, copy=False)
