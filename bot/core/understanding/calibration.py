"""From scores to a probability of being right.

The weights were fitted once on real messages of several shops, in Chinese and English, against phrasings written by
others: what a shop's own phrasings say of each other is far too hopeful about strangers' words (docs/understanding.md
tells how to fit them again). A shop tunes itself by the two thresholds.
"""

from __future__ import annotations

import math

#: Signal -> weight. ``score`` best topic's, about -1 to 1 · ``lead`` over the runner-up · ``reject`` pull of what is no
#: question · ``known_han``, ``known_words`` how much of the message the phrasings know, less a usual share ·
#: ``alike`` letters in common with the nearest phrasing · ``long`` logarithm of the message's length.
WEIGHTS = {
    "score": 1.0,
    "lead": 1.2,
    "reject": -1.1,
    "known_han": 1.1,
    "known_words": 2.4,
    "alike": 2.0,
    "long": 1.0,
}
_BASE = -4.0
#: A shop without a reject class pulls nowhere.
_ABSENT = -1.0


def probability(signals: dict[str, float]) -> float:
    """Of being right, 0 to 1."""
    z = _BASE + sum(weight * signals.get(name, _ABSENT) for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
