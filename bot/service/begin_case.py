"""A colleague begins a playbook on somebody's conversation, found by an order or by itself."""

from __future__ import annotations

from typing import Protocol

from bot.core.begin_case import Matter, NotBegun, begin
from bot.core.errors import XiaoerError
from bot.core.people import Staff
from bot.core.ports_orders import OrderStore
from bot.core.ports_people import PeopleStore
from bot.service.keep_staff import person_of
from bot.service.staff_acts import Acts


class CaseRefused(XiaoerError):
    """The case was not begun."""


class BeginStore(OrderStore, PeopleStore, Protocol):
    """Both sides of the store."""


class BeginCase:
    def __init__(self, store: BeginStore, acts: Acts) -> None:
        self._store = store
        self._acts = acts

    async def __call__(self, matter: Matter, staff: Staff, conversation_id: str = "") -> str:
        """Id of the case. Without a conversation it is that of the order. Raises CaseRefused with a sentence."""
        talk = conversation_id or await self._talk_of(matter.order_no)
        channel = talk.partition(":")[0]
        begun = await self._acts.act(talk, channel, lambda move, context: begin(move, matter, staff, context))
        if isinstance(begun, str):
            return begun
        raise CaseRefused(_sentence(begun, matter, staff))

    async def by(self, staff_id: str, matter: Matter, conversation_id: str = "") -> str:
        """As somebody of the staff list. Raises StaffRefused too."""
        return await self(matter, person_of(staff_id, await self._store.staff()), conversation_id)

    async def _talk_of(self, order_no: str) -> str:
        order = await self._store.order(order_no) if order_no else None
        if order is None:
            raise CaseRefused(f"there is no order {order_no}" if order_no else "say which order or which conversation")
        if not order.conversation_id:
            raise CaseRefused(f"no chat belongs to order {order_no}")
        return order.conversation_id


def _sentence(begun: NotBegun | None, matter: Matter, staff: Staff) -> str:
    kind, _, what = (begun.reason if begun else "").partition(":")
    return {
        "not_yours": f"{staff.staff_id} may not begin anything with this customer",
        "unknown": f"no playbook has the reason {matter.reason!r}",
        "order": f"order {matter.order_no} is not of this conversation",
        "fact": f"the playbook of {matter.reason!r} asks for no fact {what!r}",
        "open": f"{what} is open already for the same reason",
        "busy": "she is being asked about another matter; try again when that is done",
    }.get(kind, "it was not begun")
