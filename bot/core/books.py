"""Which playbook runs a case, and which one a reason starts."""

from __future__ import annotations

from bot.core.approval import APPROVAL, approval_book
from bot.core.case_run import HANDOVER
from bot.core.cases import Case
from bot.core.catalogue import Shop
from bot.core.follow_up import FOLLOW_UP, FOLLOW_UP_BOOK
from bot.core.playbooks import Playbook


def book_for(shop: Shop, reason: str) -> Playbook:
    """The shop's playbook for ``reason``, else the one that only asks a person to answer."""
    return shop.playbook_by_reason.get(reason, HANDOVER)


def book_of(shop: Shop, case: Case) -> Playbook:
    """The one ``case`` runs by; a playbook that is no longer written down goes on as a plain handover."""
    if case.playbook == APPROVAL:
        return approval_book(case)
    if case.playbook == FOLLOW_UP:
        return FOLLOW_UP_BOOK
    return next((book for book in shop.playbooks if book.id == case.playbook), HANDOVER)
