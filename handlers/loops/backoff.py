"""Waiting longer after every failure in a row."""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """1, 2, 4 … up to ``longest`` seconds, each shortened by up to a quarter: many processes must not march in step."""

    def __init__(self, first: float = 1.0, longest: float = 60.0, spread: Callable[[], float] = random.random) -> None:
        self._first = first
        self._longest = longest
        self._spread = spread
        self._failures = 0

    def next_seconds(self) -> float:
        # The exponent is bounded: a day of failures must not compute 2 ** 5000.
        plain = min(self._longest, self._first * 2 ** min(self._failures, 30))
        self._failures += 1
        return float(plain * (0.75 + 0.25 * self._spread()))

    def reset(self) -> None:
        self._failures = 0
