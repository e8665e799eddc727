"""A case: what a person must decide or do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: Every role a case can be for (E1); ids as outside programs see them.
ROLES = (
    "agent", "after_sales", "supervisor", "manager", "bulk_specialist", "finance",
    "auditor", "printing", "warehouse", "complaints", "operations", "expert",
)  # fmt: skip

Reason = Literal[
    "human",
    "complaint",
    "bulk",
    "gift",
    "bargain",
    "invoice",
    "aftersale",
    "misses",
    "media",
    "fact",
    "order",
]


@dataclass(frozen=True, slots=True)
class Case:
    case_id: str
    conversation_id: str
    reason: str
    role: str
    opened_at: datetime
    #: The shopper's words that triggered it, bounded.
    words: str
    #: Name and value of every fact known when it was opened.
    facts: tuple[tuple[str, str], ...] = ()
    #: Lines of the basket as told, and what was promised so far.
    basket: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    order_nos: tuple[str, ...] = ()
    state: Literal["open", "closed"] = "open"
