"""A case: what a person must decide or do. It is run by a playbook (:mod:`bot.core.playbooks`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    "follow_up",
]

#: Reasons that ask for a person and nothing else: whoever comes for another matter of hers will do.
ANYBODY = frozenset({"human", "misses", "media", "fact"})

#: ``collecting``: the bot still asks the shopper for facts. ``open``: a person has to act.
#: ``watching``: time or the order has to move on. ``closed``: an end was reached.
State = Literal["collecting", "open", "watching", "closed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's history: who did what, when."""

    at: datetime
    #: A staff id, ``shopper``, ``bot`` or ``clock``.
    who: str
    #: ``opened`` (words: for which role), ``fact:<id>``, ``unread:<id>``, ``silent``, ``taken``,
    #: ``step:<id>``, ``<step>:<outcome>``, ``<step>:reached``,
    #: ``reminded``, ``unanswered``, ``late``, ``transferred:<role>``, ``closed``.
    what: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    case_id: str
    conversation_id: str
    reason: str
    #: Who is to act now; moves with the steps and with escalation.
    role: str
    opened_at: datetime
    #: The shopper's words that triggered it, bounded.
    words: str
    #: Name and value of every fact known; facts collected by the playbook stand here under their ids.
    facts: tuple[tuple[str, str], ...] = ()
    #: Lines of the basket as told, and what was promised so far.
    basket: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    order_nos: tuple[str, ...] = ()
    state: State = "open"
    #: Id of the playbook that runs it; empty: the built-in handover, which only asks a person to answer.
    playbook: str = ""
    #: Id of the step it is at; of the end once it is closed.
    step: str = ""
    #: Staff id of who took it; empty: nobody yet.
    assigned: str = ""
    #: When the clock has to look at it next; None: never.
    alarm_at: datetime | None = None
    #: When the step must be done; shown to staff. None: no limit.
    due_at: datetime | None = None
    #: How often it went to the next in line since this step began.
    escalated: int = 0
    history: tuple[Entry, ...] = ()
    #: Id of the case that led to this one; empty: her own words did.
    follows: str = ""
    #: Digest of what may be served once (:mod:`bot.core.case_keys`), while this case has or had it; empty: nothing.
    key: str = ""

    @property
    def known(self) -> dict[str, str]:
        return dict(self.facts)

    def fact(self, name: str) -> str:
        return self.known.get(name, "")

    def with_fact(self, name: str, value: str) -> Case:
        """A fact given again replaces what was known."""
        return replace(self, facts=tuple({**self.known, name: value}.items()))

    def noted(self, at: datetime, who: str, what: str, words: str = "") -> Case:
        return replace(self, history=(*self.history, Entry(at, who, what, words)))

    @property
    def open(self) -> bool:
        return self.state != "closed"
