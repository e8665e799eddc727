"""Who is shown what of a customer's data, and how it is hidden from the others (E8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.case_steps import facts_of
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.fact_values import masked
from bot.core.orders import Order
from bot.core.people import Staff, covers
from bot.core.playbooks import Playbook
from bot.core.staff_rights import may

#: Seven digits or more, as phone and account numbers are written; neither the figures of an order number nor a date.
_DATE = r"\d{4}[-.]\d{1,2}[-.]\d{1,2}(?!\d)"
_NUMBER = re.compile(rf"(?<![A-Za-z0-9])(?!{_DATE})\+?\d(?:[ \-.]?\d){{6,}}(?![A-Za-z0-9])")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
#: Shorter values stand in too many other words.
_LEAST_CHARS = 2
#: Roles whose cases are everybody's who talks with customers: having the role is no reason yet to know her address.
_GENERAL = frozenset({"agent", "after_sales"})


def looks_at(staff: Staff, cases: Iterable[Case]) -> bool:
    """Whether she may open a conversation at all; ``cases``: its open ones."""
    return may(staff, "talk", cases)


def knows(staff: Staff, talk: Conversation, cases: Iterable[Case]) -> bool:
    """Whether phone, address and masked facts are shown to her whole: it is her chat or her case, or she leads."""
    if not staff.active:
        return False
    hers = talk.owner == "agent" and talk.agent_id == staff.staff_id
    return hers or covers(staff.roles, "supervisor") or any(_her_case(staff, case) for case in cases)


def _her_case(staff: Staff, case: Case) -> bool:
    if case.assigned == staff.staff_id:
        return True
    return case.role not in _GENERAL and case.role in staff.roles and may(staff, "see", [case])


@dataclass(frozen=True, slots=True)
class Discretion:
    """Hides in any words what stands for a person; ``open``: nothing is hidden."""

    open: bool
    #: Values known to be hers, longest first.
    private: tuple[str, ...] = ()

    def words(self, text: str) -> str:
        if self.open or not text:
            return text
        for value in self.private:
            text = text.replace(value, masked(value))
        text = _NUMBER.sub(lambda found: masked(found[0]), text)
        return _EMAIL.sub(lambda found: masked(found[0]), text)


def discretion(
    shown: bool, talk: Conversation, orders: Sequence[Order], cases: Sequence[tuple[Case, Playbook]]
) -> Discretion:
    """``shown``: whether the reader :func:`knows`; ``cases``: all of the conversation's, with their playbooks."""
    if shown:
        return Discretion(True)
    home = talk.address
    values = {value for value in (home.detail, home.name, home.phone) if value}
    for order in orders:
        values |= {order.address.detail, order.address.name, order.address.phone}
    for case, book in cases:
        values |= {case.fact(fact.id) for fact in facts_of(book).values() if fact.masked}
    long = {value for value in values if len(value) >= _LEAST_CHARS}
    return Discretion(False, tuple(sorted(long, key=lambda value: (-len(value), value))))
