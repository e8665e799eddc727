"""HINT3 (Arora et al., 2020): Matthews correlation on real messages, many of them outside every intent.

    python -m benchmarks.hint3 train.csv test.csv

The files are published by hellohaptik/HINT3 (columns sentence, label); they are not part of this project.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter
from pathlib import Path

from bot.core.catalogue import Answer, Shop, Text
from bot.core.understanding.meaning import Meaning
from bot.core.understanding.understand import Understanding

OUTSIDE = "NO_NODES_DETECTED"


def main() -> None:
    if len(sys.argv) != 3:
        print(__doc__)
        raise SystemExit(2)
    train, test = (_read(Path(p)) for p in sys.argv[1:])
    understanding = Understanding(_shop(train))
    said = [understanding.understand(text) for text, _ in test]
    truth = [label for _, label in test]
    best = max((mcc(truth, _at(said, t / 100)), t / 100) for t in range(101))
    shipped = mcc(truth, [m.topic if m.sure and m.topic else OUTSIDE for m in said])
    inside = [(m, label) for m, label in zip(said, truth, strict=True) if label != OUTSIDE]
    right = sum(bool(m.candidates) and m.candidates[0].topic == label for m, label in inside)
    print(f"messages {len(test)}, outside every intent {len(test) - len(inside)}")
    print(f"best MCC over thresholds {best[0]:.3f} (at {best[1]:.2f})")
    print(f"as shipped               {shipped:.3f}")
    print(f"in-scope right           {right / len(inside):.3f}")


def _read(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row["sentence"], row["label"]) for row in csv.DictReader(lines)]


def _shop(rows: list[tuple[str, str]]) -> Shop:
    asks: dict[str, dict[str, None]] = {}
    for text, label in rows:
        asks.setdefault(label, {})[text] = None
    return Shop(answers=tuple(Answer(topic, tuple(texts), Text("x")) for topic, texts in asks.items()))


def _at(said: list[Meaning], threshold: float) -> list[str]:
    return [m.topic if m.topic and m.score >= threshold else OUTSIDE for m in said]


def mcc(truth: list[str], given: list[str]) -> float:
    """Multi-class Matthews correlation (Gorodkin 2004); 0 where it is not defined."""
    total, right = len(truth), sum(a == b for a, b in zip(truth, given, strict=True))
    true, told = Counter(truth), Counter(given)
    both = sum(true[label] * told[label] for label in true)
    spread = (total**2 - sum(n * n for n in told.values())) * (total**2 - sum(n * n for n in true.values()))
    return (right * total - both) / math.sqrt(spread) if spread else 0.0


if __name__ == "__main__":
    main()
