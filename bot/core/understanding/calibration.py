"""From a judge's scores to a probability of being right, learned from phrasings judged as if never seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.core.understanding.vectors import Floats

#: bias, best score, lead over the runner-up, known share, pull of the reject class.
SIGNALS = ("bias", "score", "lead", "known", "reject")
#: What other shops taught; a shop with few phrasings stays close to it.
_PRIOR = np.array([0.4, 3.6, 1.2, 0.6, -0.8])
_TRUST = np.array([0.05, 0.05, 0.1, 0.3, 0.1])
#: Weight of all out-of-scope trials together, as a share of the in-scope ones.
_UNSEEN_SHARE = 0.35
_STEPS = 12


@dataclass(frozen=True, slots=True)
class Calibration:
    weights: tuple[float, ...]

    def probability(self, signals: Sequence[float]) -> float:
        z = sum(w * s for w, s in zip(self.weights, signals, strict=True))
        return float(1 / (1 + np.exp(-min(max(z, -30.0), 30.0))))


def signals(scores: Floats, reject: int | None, known: float) -> tuple[int, tuple[float, ...]]:
    """The best topic and the signals for it; ``reject`` is the label of what is no question, the last one."""
    topics = scores if reject is None else scores[:reject]
    best = int(topics.argmax())
    top = float(topics[best])
    second = float(np.partition(topics, -2)[-2]) if len(topics) > 1 else -1.0
    refused = float(scores[reject]) if reject is not None else -1.0
    return best, (1.0, top, top - second, known, refused)


def fit(seen: Sequence[tuple[tuple[float, ...], bool]], unseen: Sequence[tuple[float, ...]]) -> Calibration:
    """``seen``: signals and whether the best topic was right; ``unseen``: signals of what no topic answers."""
    if not seen:
        return Calibration(tuple(_PRIOR.tolist()))
    x = np.array([s for s, _ in seen] + list(unseen))
    y = np.array([right for _, right in seen] + [False] * len(unseen), dtype=float)
    share = _UNSEEN_SHARE * len(seen) / max(1, len(unseen))
    w = np.array([1.0] * len(seen) + [min(1.0, share)] * len(unseen))
    return Calibration(tuple(_newton(x, y, w).tolist()))


def _newton(x: NDArray[np.float64], y: NDArray[np.float64], w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression drawn towards the prior."""
    beta = _PRIOR.copy()
    trust = np.diag(1 / _TRUST**2) * 0.1
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (w * (y - p)) - trust @ (beta - _PRIOR)
        curve = (x * (w * p * (1 - p))[:, None]).T @ x + trust
        beta = beta + np.linalg.solve(curve, gradient)
    return beta
