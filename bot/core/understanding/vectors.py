"""Texts as sparse vectors: TF-IDF per block of features, each block weighed as a whole, the sum of length 1."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.features import HAN, WEIGHTS, WORD, Blocks, Concepts, blocks

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

#: A longer message adds nothing but time.
MAX_FEATURE_CHARS = 300
#: Texts whose features are held as words at once.
_PORTION = 4_000
#: A shop with more features forgets the rarest ones.
MAX_VOCABULARY = 200_000


@dataclass(frozen=True, slots=True)
class Vector:
    ids: NDArray[np.int64]
    weights: Floats
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

    def row_of(self) -> NDArray[np.int64]:
        """The row of every entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


class Vectors:
    """The vocabulary of a shop's phrasings."""

    def __init__(self, features: Sequence[str], idf: Floats, concepts: Mapping[str, str], unknown: float) -> None:
        self.features = features
        self.idf = idf
        self.unknown = unknown
        self._concepts = Concepts(concepts)
        self._id = {f: i for i, f in enumerate(features)}
        self._idf: list[float] = idf.tolist()

    @classmethod
    def learn(cls, texts: Sequence[str], concepts: Mapping[str, str]) -> tuple[Vectors, Rows]:
        """The vocabulary of ``texts`` (cleaned), in order of first appearance, and their vectors."""
        vocabulary: defaultdict[str, int] = defaultdict()
        vocabulary.default_factory = vocabulary.__len__
        number_of, known = vocabulary.__getitem__, Concepts(concepts)
        ids: list[NDArray[np.int64]] = []
        sizes: list[NDArray[np.int64]] = []
        for at in range(0, len(texts), _PORTION):
            flat: list[str] = []
            held: list[int] = []
            for text in texts[at : at + _PORTION]:
                for block in blocks(text[:MAX_FEATURE_CHARS], known):
                    flat += block
                    held.append(len(block))
            ids.append(np.fromiter(map(number_of, flat), np.int64, len(flat)))
            sizes.append(np.array(held, np.int64))
        said = _Said.of(ids, sizes, len(vocabulary))
        kept, rows, idf = said.weighed()
        names = list(vocabulary)
        features = names if len(kept) == len(names) else [names[i] for i in kept.tolist()]
        return cls(features, idf, concepts, math.log(1 + len(texts)) + 1), rows

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
            mine, said, unknown = self._block(block)
            square = sum(map(mul, said, said))
            known[number] = math.sqrt(square / (square + unknown * self.unknown**2))
            if square:
                factor = WEIGHTS[number] / math.sqrt(square)
                ids += mine
                weights += [w * factor for w in said]
                length += WEIGHTS[number] ** 2
        scaled = np.array(weights) * (1 / math.sqrt(length) if length else 0.0)
        return Vector(np.array(ids, np.int64), scaled.astype(np.float32), known[HAN], known[WORD])

    def _block(self, block: list[str]) -> tuple[list[int], list[float], int]:
        """Known features, their weights, and how many are unknown."""
        idf = self._idf
        once = set(block)
        if len(once) == len(block):
            found = [at for at in map(self._id.get, block) if at is not None]
            return found, [idf[at] for at in found], len(block) - len(found)
        counts = {at: often for feature, often in Counter(block).items() if (at := self._id.get(feature)) is not None}
        said = [idf[at] if often == 1 else idf[at] * (1 + math.log(often)) for at, often in counts.items()]
        return list(counts), said, len(once) - len(counts)


@dataclass(frozen=True, slots=True)
class _Said:
    """Features as they occur in the texts, one after the other, block by block."""

    ids: NDArray[np.int64]
    #: Occurrences per text.
    lengths: NDArray[np.int64]
    #: Of each feature the block it was first found in.
    block_of: NDArray[np.int64]

    @classmethod
    def of(cls, ids: list[NDArray[np.int64]], sizes: list[NDArray[np.int64]], features: int) -> _Said:
        """``sizes`` of each block of each text."""
        said = np.concatenate([np.empty(0, np.int64), *ids])
        held = np.concatenate([np.empty(0, np.int64), *sizes]).reshape(-1, len(WEIGHTS))
        block = np.repeat(np.tile(np.arange(len(WEIGHTS)), len(held)), held.ravel())
        block_of = np.zeros(features, np.int64)
        # The last to be written stays: from the end, that is the first.
        block_of[said[::-1]] = block[::-1]
        return cls(said, held.sum(axis=1), block_of)

    def weighed(self) -> tuple[NDArray[np.int64], Rows, Floats]:
        """The features kept, the vectors in their numbering, their idf."""
        texts, features = len(self.lengths), len(self.block_of)
        row = np.repeat(np.arange(texts), self.lengths)
        cells, counts = np.unique(row * max(1, features) + self.ids, return_counts=True)
        row, ids = np.divmod(cells, max(1, features))
        often = np.bincount(ids, minlength=features)
        kept = np.flatnonzero(often >= _least(often))
        if len(kept) < features:
            number = np.full(features, -1)
            number[kept] = np.arange(len(kept))
            held = number[ids] >= 0
            row, ids, counts = row[held], number[ids[held]], counts[held]
        idf = (np.log((1 + texts) / (1 + often[kept])) + 1).astype(np.float32)
        weights = _normalised(row, self.block_of[kept][ids], idf[ids] * (1 + np.log(counts)), texts)
        starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=texts))))
        return kept, Rows(starts.astype(np.int64), ids.astype(np.int32), weights), idf


def _least(often: NDArray[np.int64]) -> int:
    """In how many texts a feature must stand so that the vocabulary keeps its bound."""
    least = 1
    while int((often >= least).sum()) > MAX_VOCABULARY:
        least += 1
    return least


def _normalised(row: NDArray[np.int64], block: NDArray[np.int64], weights: NDArray[np.float64], texts: int) -> Floats:
    """Each block to its own weight, each row to length 1."""
    many = len(WEIGHTS)
    cell = row * many + block
    square = np.bincount(cell, weights=weights**2, minlength=texts * many)
    share = np.array(WEIGHTS)
    length = ((square.reshape(texts, many) > 0) * share**2).sum(axis=1)
    scaled: Floats = (weights * share[block] / np.sqrt(square[cell] * length[row])).astype(np.float32)
    return scaled
