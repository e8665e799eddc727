"""Facts and context that decide where words alone leave doubt. Topics are lifted only if the shop declares them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bot.core.understanding.matcher import Match
from bot.core.understanding.meaning import Context, Entities

#: Talk that yields to a question standing beside it.
SOCIAL = frozenset({"greeting", "thanks", "farewell", "smalltalk"})
#: Words of buying, for the bulk rule.
_BUYING = ("买", "要", "订", "采购", "定做", "定制", "拿", "批", "buy", "need", "order", "want", "purchase")
_PRODUCT = "product."
#: A topic of the product in play wins over a general one that leads by no more than this.
_CLOSE = 0.2


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule may look at."""

    text: str
    entities: Entities
    context: Context
    elliptic: bool
    bulk_from: int


@dataclass(frozen=True, slots=True)
class Lift:
    topic: str
    applies: Callable[[Said], bool]
    #: The score the topic gets, unless it has more.
    score: float
    #: Only while no topic is surer than this.
    unless_above: float


#: The first that applies wins.
LIFTS = (
    Lift("product.size", lambda s: bool(s.entities.height_cm and s.entities.weight_kg), 0.85, 0.8),
    Lift(
        "bulk",
        lambda s: (s.entities.quantity or 0) >= s.bulk_from and any(w in s.text for w in _BUYING),
        0.85,
        0.97,
    ),
    Lift("order.status", lambda s: s.entities.order_no is not None, 0.7, 0.5),
    Lift("logistics.courier", lambda s: s.entities.courier_id is not None and len(s.text) <= 5, 0.75, 0.7),
)


def lift(matches: Sequence[Match], said: Said, declared: Collection[str]) -> tuple[Match, ...]:
    """``matches`` best first, re-ordered where facts or context speak."""
    best = matches[0].score if matches else 0.0
    if _leans(said) and said.context.topic in declared and best < 0.95:
        return _first(matches, str(said.context.topic), 0.8)
    for rule in LIFTS:
        if rule.topic in declared and best <= rule.unless_above and rule.applies(said):
            return _first(matches, rule.topic, rule.score)
    return _product_first(matches, said)


def _leans(said: Said) -> bool:
    """A fact and nothing else, asked with 呢: the question is the one before."""
    facts = said.entities
    told = (facts.size, facts.color, facts.region, facts.product_id, facts.courier_id, facts.quantity)
    return said.elliptic and any(told)


def _product_first(matches: Sequence[Match], said: Said) -> tuple[Match, ...]:
    in_play = said.context.product_id or said.entities.product_id
    if not in_play or not matches or matches[0].topic.startswith(_PRODUCT):
        return tuple(matches)
    best = matches[0]
    own = next((m for m in matches[1:] if m.topic.startswith(_PRODUCT) and best.score - m.score <= _CLOSE), None)
    return _first(matches, own.topic, best.score) if own and best.score < 0.8 else tuple(matches)


def _first(matches: Sequence[Match], topic: str, score: float) -> tuple[Match, ...]:
    """``topic`` in front with at least ``score``; the others keep behind it."""
    own = next((m for m in matches if m.topic == topic), None)
    lifted = Match(topic, max(score, own.score if own else 0.0), own.phrase if own else None)
    behind = (Match(m.topic, min(m.score, lifted.score * 0.5), m.phrase) for m in matches if m.topic != topic)
    return (lifted, *behind)
