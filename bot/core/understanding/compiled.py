"""What was learned as bytes and back, for the cache: reading it is many times faster than learning again."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.learner import Linear
from bot.core.understanding.matcher import Compiled
from bot.core.understanding.postings import Postings
from bot.core.understanding.vectors import Vectors

#: Raise with every change to features, learning or this layout: older bytes are then learned anew.
FORMAT = 10
_LINES = "\n"


def key(*parts: Iterable[str]) -> str:
    """Names everything that learning depends on."""
    digest = hashlib.sha256(str(FORMAT).encode())
    for part in parts:
        digest.update(_LINES.join(part).encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


def dump(compiled: Compiled, cores: Sequence[str], key_: str) -> bytes:
    vectors, postings, linear = compiled.vectors, compiled.postings, compiled.linear
    return _pack(
        {
            "key": _text([key_]),
            "features": _text(vectors.features),
            "cores": _text(cores),
            "topics": _text(compiled.topics),
            "rejects": np.array([compiled.rejects]),
            "idf": vectors.idf,
            "unknown": np.array([vectors.unknown]),
            "starts": postings.starts,
            "rows": postings.rows,
            "row_weights": postings.weights.astype(np.float16),
            "place": linear.place,
            "sign": linear.sign,
            "weights": linear.weights,
            "pull": linear.pull,
            "labels": linear.labels,
        }
    )


def load(data: bytes, concepts: Mapping[str, str], key_: str) -> tuple[Compiled, tuple[str, ...]] | None:
    """What was learned and the phrasings' cores; None for bytes of another shop, another format, or damaged ones."""
    try:
        kept = _unpack(data)
        if _lines(kept["key"]) != [key_]:
            return None
        vectors = Vectors(_lines(kept["features"]), kept["idf"], concepts, float(kept["unknown"][0]))
        postings = Postings(kept["starts"], kept["rows"], kept["row_weights"].astype(np.float32))
        linear = Linear(kept["place"], kept["sign"], kept["weights"], kept["pull"], kept["labels"])
        compiled = Compiled(vectors, postings, linear, tuple(_lines(kept["topics"])), bool(kept["rejects"][0]))
        return compiled, tuple(_lines(kept["cores"]))
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A line of JSON that names each array, its type and shape, and the hash of all that follows."""
    body = b"".join(array.tobytes() for array in arrays.values())
    shapes = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    head = {"arrays": shapes, "sha256": hashlib.sha256(body).hexdigest()}
    return json.dumps(head).encode() + b"\n" + body


def _unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """Raises ValueError, KeyError or TypeError for bytes that :func:`_pack` did not make."""
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    if hashlib.sha256(body).hexdigest() != head["sha256"]:
        raise ValueError("damaged")
    arrays: dict[str, NDArray[Any]] = {}
    at = 0
    for name, kind, shape in head["arrays"]:
        count = math.prod(shape)
        arrays[name] = np.frombuffer(body, np.dtype(kind), count, at).reshape(shape).copy()
        at += arrays[name].nbytes
    return arrays


def _text(lines: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer(_LINES.join(lines).encode(), dtype=np.uint8)


def _lines(kept: NDArray[np.uint8]) -> list[str]:
    text = kept.tobytes().decode()
    return text.split(_LINES) if text else []
