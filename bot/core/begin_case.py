"""A colleague begins a playbook that no shopper asked for: a gift by post, a penalty. Pure, on a Move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.core import events as e
from bot.core.case_effects import Context, apply
from bot.core.case_run import open_case
from bot.core.cases import Case
from bot.core.move import Move
from bot.core.people import Staff
from bot.core.playbooks import Playbook
from bot.core.staff_rights import may

_NO_FACTS: Mapping[str, str] = MappingProxyType({})
_MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to begin."""

    reason: str
    #: Empty: about no order.
    order_no: str = ""
    #: Fact of the playbook -> its value, as a person writes it.
    facts: Mapping[str, str] = field(default_factory=lambda: _NO_FACTS)
    #: For colleagues; she is told nothing of it.
    words: str = ""


@dataclass(frozen=True, slots=True)
class NotBegun:
    """Nothing changed. ``reason``: ``not_yours``, ``unknown`` (no playbook has this reason), ``order`` (not hers),
    ``fact:<id>`` (the playbook asks for no such fact), ``open:<case id>`` or ``busy`` (she is being asked about
    another matter)."""

    reason: str


def begin(move: Move, matter: Matter, staff: Staff, context: Context) -> str | NotBegun:
    """Id of the case. A second one of the same reason about the same order is not begun while the first is open."""
    book = context.shop.playbook_by_reason.get(matter.reason)
    refused = _refused(move, matter, staff, book)
    if refused or book is None:
        return NotBegun(refused or "unknown")
    order = (("order_no", matter.order_no),) if matter.order_no else ()
    fresh = Case(
        case_id=context.new_id("C"),
        conversation_id=move.conversation.id,
        reason=matter.reason,
        role=book.role or staff.roles[0],
        opened_at=move.now,
        words=matter.words[:_MOST_WORDS],
        facts=(*order, *matter.facts.items()),
        order_nos=(matter.order_no,) if matter.order_no else (),
    )
    begun = fresh.noted(move.now, staff.staff_id, "begun")
    opened, effects = open_case(book, begun, move.now, context.duty, context.rules, move.orders, move.seen)
    if opened.state == "collecting" and move.conversation.collecting:
        return NotBegun("busy")
    if book.talks and opened.state != "collecting" and move.conversation.owner == "bot":
        move.happen(e.HandedOver(opened.case_id, matter.reason, opened.role, move.now.isoformat()))
    apply(move, fresh, opened, effects, context, staff.staff_id)
    return opened.case_id


def _refused(move: Move, matter: Matter, staff: Staff, book: Playbook | None) -> str:
    """Empty: she may."""
    if not may(staff, "talk", move.cases):
        return "not_yours"
    if book is None:
        return "unknown"
    if matter.order_no and not any(order.order_no == matter.order_no for order in move.orders):
        return "order"
    asked = {fact.id for fact in book.facts}
    if wrong := next((name for name in matter.facts if name not in asked), ""):
        return f"fact:{wrong}"
    same = (case for case in move.cases if case.open and case.reason == matter.reason)
    about = (
        case for case in same if not matter.order_no or matter.order_no in (case.fact("order_no"), *case.order_nos)
    )
    return next((f"open:{case.case_id}" for case in about), "")
