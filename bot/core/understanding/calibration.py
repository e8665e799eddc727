"""From scores to a probability of being right.

The weights were fitted once on real messages of several shops, in Chinese and English, against phrasings written by
others: what a shop's own phrasings say of each other is far too hopeful about strangers' words (docs/understanding.md
tells how to fit them again). A shop tunes itself by the two thresholds.
"""

from __future__ import annotations

import math

#: Signal -> weight. ``score`` the judge's for the best topic, about -1 to 1 · ``lead`` over the runner-up · ``near``
#: cosine of the nearest phrasing · ``reject`` pull of what is no question · ``known_han``, ``known_words`` how much of
#: the message the phrasings know, less a usual share · ``alike`` letters in common with the nearest phrasing · ``long``
#: logarithm of the message's length.
WEIGHTS = {
    "score": 1.4,
    "lead": 0.6,
    "reject": -1.2,
    "known_han": 0.75,
    "known_words": 2.55,
    "near": 0.2,
    "alike": 1.7,
    "long": 1.0,
}
_BASE = -3.55
#: A shop without a reject class pulls nowhere.
_ABSENT = -1.0


def probability(signals: dict[str, float]) -> float:
    """Of being right, 0 to 1."""
    z = _BASE + sum(weight * signals.get(name, _ABSENT) for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
