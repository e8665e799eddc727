"""Quick replies: words that people often send, shared by all, by a role, or one's own (E7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.cases import ROLES
from bot.core.people import Staff, covers

SHARED: Final = "shared"
_ROLE, _OWN = "role:", "staff:"

#: What may stand in braces: her name, the number of her newest order, the product on the table.
PLACEHOLDERS: Final = ("name", "order_no", "product")
_HOLE: Final = re.compile(r"\{([^{}]*)\}")

MOST_SHORT_CHARS: Final = 24
MOST_CHARS: Final = 2000
MOST_PICTURES: Final = 3
UNUSED: Final = timedelta(days=60)
_SHORT_CHARS: Final = 8


@dataclass(frozen=True, slots=True)
class QuickReply:
    #: ``shared``, ``role:<role>`` or ``staff:<id>``.
    owner: str
    #: What is typed after the slash; no spaces.
    short: str
    words: str
    changed_by: str
    changed_at: datetime
    used: int = 0
    used_at: datetime | None = None
    #: 0: not stored yet.
    quick_id: int = 0
    #: Ids of the pictures that are put into the answer with the words.
    photos: tuple[str, ...] = ()


def owned_by(staff: Staff) -> str:
    return f"{_OWN}{staff.staff_id}"


def of_role(role: str) -> str:
    return f"{_ROLE}{role}"


def role_of(owner: str) -> str:
    return owner.removeprefix(_ROLE) if owner.startswith(_ROLE) else ""


def sees(staff: Staff, owner: str) -> bool:
    """Nobody sees another one's own."""
    role = role_of(owner)
    return owner == SHARED or owner == owned_by(staff) or (role in ROLES and covers(staff.roles, role))


def may_change(staff: Staff, owner: str) -> bool:
    """One's own; a role's by whoever has it or leads it; what is shared by those who lead."""
    return sees(staff, owner) and (owner != SHARED or covers(staff.roles, "supervisor"))


def unfit(reply: QuickReply) -> str:
    """Why it cannot be saved: the name of a sentence; empty: nothing speaks against it."""
    if not reply.words.strip() or not reply.short:
        return "empty"
    if len(reply.short) > MOST_SHORT_CHARS or len(reply.words) > MOST_CHARS:
        return "long"
    if len(reply.photos) > MOST_PICTURES:
        return "pictures"
    if not re.fullmatch(r"[\w-]+", reply.short):
        return "short"
    return "" if all(name in PLACEHOLDERS for name in _HOLE.findall(reply.words)) else "placeholder"


def unused(reply: QuickReply, now: datetime) -> bool:
    """Whether nobody has put it into an answer for so long that it may go (E7)."""
    return (reply.used_at or reply.changed_at) < now - UNUSED


def short_for(question: str) -> str:
    """A name to begin with: the question's first letters and figures."""
    return "".join(re.findall(r"\w", question))[:_SHORT_CHARS]


def filled(words: str, values: Mapping[str, str]) -> str:
    """Known values in their places; what is not known stays in braces for a person to fill. Never more than text."""
    return _HOLE.sub(lambda hole: values.get(hole[1]) or hole[0], words)


def fits(reply: QuickReply, typed: str) -> bool:
    """``typed``: what follows the slash; the beginning of its name, or anywhere in its words."""
    wanted = typed.casefold()
    return reply.short.casefold().startswith(wanted) or (len(wanted) > 1 and wanted in reply.words.casefold())
