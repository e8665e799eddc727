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
    "score": 1.78,
    "lead": 0.7,
    "reject": 0.0,
    "known_han": 1.0,
    "known_words": 2.9,
    "alike": 0.7,
    "long": 0.1,
}
_BASE = 0.0


def probability(signals: dict[str, float]) -> float:
    """Of being right, 0 to 1."""
    z = _BASE + sum(WEIGHTS[name] * value for name, value in signals.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
