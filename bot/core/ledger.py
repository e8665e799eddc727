"""The ledger of promises: what was granted, by whom, on which authority, and whether it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.playbooks import PromiseKind

#: ``broken`` is not stored: an open promise whose ``due_at`` has passed is broken.
LedgerState = Literal["open", "kept", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Promised:
    """One line of the ledger."""

    promise_id: str
    conversation_id: str
    kind: PromiseKind
    #: As told to the shopper or written on the order.
    words: str
    #: Staff id of who granted it; the bot's own within the standard.
    staff_id: str
    #: The role it was granted as.
    role: str
    at: datetime
    due_at: datetime
    #: Empty: made before there was an order; the order that is placed next takes it over.
    order_no: str = ""
    case_id: str = ""
    percent: int = 0
    amount_fen: int = 0
    state: LedgerState = "open"
    #: When, and by whom, it was kept or withdrawn.
    settled_at: datetime | None = None
    settled_by: str = ""

    def broken(self, now: datetime) -> bool:
        return self.state == "open" and now > self.due_at
