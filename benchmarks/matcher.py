"""The matcher against rapidfuzz ``process.extract`` over the same phrasings, in the same run.

"Whole reading" adds facts, parts, acts and context to the matcher's own time.

python -m benchmarks.matcher [1000 10000 100000]
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks.matcher_words import phrasings, questions, shop
from bot.core.understanding.matcher import Judgement
from bot.core.understanding.understand import Understanding

_QUESTIONS = 500
#: rapidfuzz over 100,000 phrasings takes long; so many questions are enough for a ratio.
_BASELINE_QUESTIONS = {1_000: 200, 10_000: 60, 100_000: 20}


def main(sizes: Sequence[int] = (1_000, 10_000, 100_000)) -> None:
    print(f"{'phrasings':>9} {'scorer':<14} {'right':>6} {'mean ms':>8} {'p99 ms':>8} {'slower':>7}")
    for size in sizes:
        measure(size)


def measure(size: int) -> None:
    made = phrasings(size)
    asked = list(questions(made, _QUESTIONS))
    before, started = _resident_mb(), time.perf_counter()
    understanding = Understanding(shop(made))
    build = time.perf_counter() - started
    memory = _resident_mb() - before
    ours = _run(lambda text: _best(understanding.match(text)), asked)
    _line(size, "ours", ours, ours[1])
    _line(size, "whole reading", _run(lambda text: understanding.understand(text).topic, asked), ours[1])
    choices = [p for many in made.values() for p in many]
    topics = [a.topic for a in shop(made).answers for _ in a.ask]
    few = asked[: _BASELINE_QUESTIONS.get(size, 20)]
    for scorer in (fuzz.WRatio, fuzz.ratio):
        theirs = _run(partial(_extract, choices, topics, scorer), few)
        _line(size, scorer.__name__, theirs, ours[1])
    print(f"{size:>9} build {build:.2f} s, kept in memory {memory:.0f} MB, {len(made)} topics")


def _best(judged: Judgement) -> str | None:
    return judged.matches[0].topic if judged.matches else None


def _extract(choices: list[str], topics: list[str], scorer: Callable[..., float], text: str) -> str:
    at: int = process.extract(text, choices, scorer=scorer, limit=5)[0][2]
    return topics[at]


def _run(answer: Callable[[str], str | None], asked: list[tuple[str, str]]) -> tuple[float, float, float]:
    """Share right, mean and 99th percentile in ms."""
    answer(asked[0][0])
    times, right = [], 0
    for text, topic in asked:
        started = time.perf_counter()
        found = answer(text)
        times.append((time.perf_counter() - started) * 1e3)
        right += found == topic
    times.sort()
    return right / len(asked), sum(times) / len(times), times[int(len(times) * 0.99) - 1]


def _line(size: int, scorer: str, figures: tuple[float, float, float], base: float) -> None:
    right, mean, p99 = figures
    print(f"{size:>9} {scorer:<14} {right:>6.3f} {mean:>8.3f} {p99:>8.3f} {mean / base:>6.1f}x", flush=True)


def _resident_mb() -> float:
    """Of this process, after giving back what is free; 0 where the system does not tell."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next((x for x in status.read_text().splitlines() if x.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or (1_000, 10_000, 100_000))
