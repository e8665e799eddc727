"""Answer lines of text as `xiaoer ask --json` prints them; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.messages import Incoming, Language
from bot.core.orders import Order
from bot.core.understanding.meaning import Entities
from bot.service.compose import Composed, Composer

#: Longer lines are refused with an error object.
MAX_LINE_CHARS = 4096

#: Entity keys that outside programs see.
ENTITY_KEYS = (
    "quantity", "money_fen", "height_cm", "weight_kg", "size", "color", "region", "phone", "order_no", "sku",
    "product_id",
)  # fmt: skip


@dataclass(slots=True)
class Asker:
    """Puts questions to the shop. ``keep``: all lines are one conversation, else each is a fresh one."""

    composer: Composer
    language: Language
    keep: bool = False
    _conversation: Conversation | None = None
    _orders: dict[str, Order] = field(default_factory=dict)
    _cases: dict[str, Case] = field(default_factory=dict)
    _count: int = 0

    def ask(self, line: str, now: datetime) -> dict[str, Any]:
        """The object printed for one line; ``error`` where it cannot be read."""
        wrong = unreadable(line)
        if wrong is not None:
            return {"question": line[:200], "error": wrong}
        return as_json(line, self.say(line, now))

    def say(self, line: str, now: datetime) -> Composed:
        self._count += 1
        fresh = Conversation(id=f"ask:{self._count}", channel="ask", language=self.language)
        conversation = self._conversation if self.keep and self._conversation else fresh
        incoming = Incoming("ask", conversation.id, str(self._count), now + timedelta(0), text=line)
        meaning = self.composer.read(conversation, incoming, self._orders.values())
        composed = self.composer.compose(
            conversation,
            incoming,
            meaning,
            now,
            orders=tuple(self._orders.values()),
            cases=tuple(case for case in self._cases.values() if case.open),
        )
        if self.keep:
            self._conversation = composed.decision.conversation
            self._orders |= {order.order_no: order for order in composed.decision.orders}
            self._cases |= {case.case_id: case for case in composed.decision.cases}
        return composed


def unreadable(line: str) -> str | None:
    if not line.strip():
        return "the line is blank"
    if len(line) > MAX_LINE_CHARS:
        return f"the line has {len(line)} characters; at most {MAX_LINE_CHARS} are read"
    return None


def as_json(question: str, composed: Composed) -> dict[str, Any]:
    """The contract's object for one answered line."""
    decision, meaning = composed.decision, composed.meaning
    topics = list(decision.topics)
    topic = topics[0] if topics else meaning.topic
    best = next((c for c in meaning.candidates if c.topic == topic), None)
    return {
        "question": question,
        "topic": topic,
        "topics": topics,
        "action": decision.action,
        "score": round(best.score if best else meaning.score, 4),
        "reply": "\n\n".join(r.text for r in composed.replies),
        "entities": entities_json(meaning.entities),
        "candidates": [{"topic": c.topic, "score": round(c.score, 4)} for c in meaning.candidates[:5]],
        "source": list(dict.fromkeys(s for r in composed.replies for s in r.source)),
        "evidence": {
            "phrase": best.phrase if best else None,
            "phrase_source": best.source if best else None,
            **{name: round(value, 4) for name, value in meaning.evidence},
        },
        "reason": decision.reason,
        "role": decision.role,
    }


def entities_json(entities: Entities) -> dict[str, Any]:
    return {key: value for key in ENTITY_KEYS if (value := getattr(entities, key)) is not None}
