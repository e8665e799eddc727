"""Texts as sparse vectors: TF-IDF per block of features, each block weighed as a whole, the sum of length 1."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.features import HAN, WEIGHTS, WORD, Blocks, blocks

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

#: A longer message adds nothing but time.
MAX_FEATURE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Vector:
    ids: list[int]
    weights: list[float]
    #: Share of the substance that the vocabulary knows, of Han and of Latin words, 0 to 1; None where there is none.
    known_han: float | None = None
    known_words: float | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix, row by row."""

    starts: NDArray[np.int64]
    ids: Ints
    weights: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1


class Vectors:
    """The vocabulary of a shop's phrasings."""

    def __init__(self, features: Sequence[str], idf: Floats, concepts: Mapping[str, str], unknown: float) -> None:
        self.features = features
        self.idf = idf
        self.unknown = unknown
        self._concepts = concepts
        self._id = {f: i for i, f in enumerate(features)}
        self._idf: list[float] = idf.tolist()

    @classmethod
    def learn(cls, texts: Iterable[str], concepts: Mapping[str, str]) -> tuple[Vectors, Rows]:
        """The vocabulary of ``texts`` (cleaned) and their vectors."""
        split = [blocks(t[:MAX_FEATURE_CHARS], concepts) for t in texts]
        seen: Counter[str] = Counter()
        for many in split:
            for block in many:
                seen.update(set(block))
        features = sorted(seen)
        total = len(split)
        idf = np.array([math.log((1 + total) / (1 + seen[f])) + 1 for f in features], dtype=np.float32)
        vectors = cls(features, idf, concepts, math.log(1 + total) + 1)
        return vectors, vectors._rows(split)

    def _rows(self, split: Sequence[Blocks]) -> Rows:
        starts, ids, weights = [0], [], []
        for many in split:
            vector = self._vector(many)
            ids.extend(vector.ids)
            weights.extend(vector.weights)
            starts.append(len(ids))
        return Rows(
            np.array(starts, np.int64), np.array(ids, np.int32), np.array(weights, np.float16).astype(np.float32)
        )

    def read(self, text: str) -> Vector:
        return self._vector(blocks(text[:MAX_FEATURE_CHARS], self._concepts))

    def _vector(self, many: Blocks) -> Vector:
        ids: list[int] = []
        weights: list[float] = []
        length = 0.0
        known: list[float | None] = [None] * len(many)
        for number, block in enumerate(many):
            if not block:
                continue
            mine, unknown = self._block(block)
            square = sum(w * w for _, w in mine)
            known[number] = math.sqrt(square / (square + unknown * self.unknown**2))
            if square:
                factor = WEIGHTS[number] / math.sqrt(square)
                ids.extend(i for i, _ in mine)
                weights.extend(w * factor for _, w in mine)
                length += WEIGHTS[number] ** 2
        if length:
            scale = 1 / math.sqrt(length)
            weights = [w * scale for w in weights]
        return Vector(ids, weights, known[HAN], known[WORD])

    def _block(self, block: list[str]) -> tuple[list[tuple[int, float]], int]:
        get, idf = self._id.get, self._idf
        counts = Counter(block) if len(set(block)) < len(block) else None
        found: list[tuple[int, float]] = []
        unknown = 0
        for feature in block if counts is None else counts:
            at = get(feature)
            if at is None:
                unknown += 1
            else:
                found.append(
                    (
                        at,
                        idf[at]
                        if counts is None or counts[feature] == 1
                        else idf[at] * (1 + math.log(counts[feature])),
                    )
                )
        return found, unknown
