"""What each person of the staff brought about in a time (E5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.people import Staff


@dataclass(frozen=True, slots=True)
class Deal:
    """An order paid in the time, and not given back."""

    staff_id: str
    order_no: str
    #: Empty: no chat belongs to it.
    conversation_id: str
    total_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class StaffNumbers:
    staff_id: str
    name: str
    #: Conversations in which she spoke.
    buyers: tuple[str, ...]
    deals: int
    amount_fen: int
    #: Buyers she received who bought, by any order that counts for her.
    bought: int
    #: Marks of satisfaction given to her (1 to 5), and how many.
    marks: int
    mark_sum: int
    #: Why those who did not buy did not, and how many (:data:`bot.core.goods_figures.WhyNot`); empty: not looked at.
    not_bought: tuple[tuple[str, int], ...] = ()

    @property
    def conversion(self) -> float | None:
        """0 to 1; None: she received nobody."""
        return self.bought / len(self.buyers) if self.buyers else None

    @property
    def order_value_fen(self) -> int | None:
        return self.amount_fen // self.deals if self.deals else None

    @property
    def satisfaction(self) -> float | None:
        return self.mark_sum / self.marks if self.marks else None


def staff_numbers(
    staff: Sequence[Staff],
    received: Iterable[tuple[str, str]],
    deals: Iterable[Deal],
    marks: Iterable[tuple[str, int]],
) -> tuple[StaffNumbers, ...]:
    """Everybody who is active or did something; who sold most first.

    ``received``: staff id and conversation; ``marks``: staff id (empty: the bot alone, left out) and mark.
    """
    buyers, sold, rated = dict[str, set[str]](), dict[str, list[Deal]](), dict[str, list[int]]()
    for staff_id, conversation_id in received:
        buyers.setdefault(staff_id, set()).add(conversation_id)
    for deal in deals:
        sold.setdefault(deal.staff_id, []).append(deal)
    for staff_id, mark in marks:
        rated.setdefault(staff_id, []).append(mark)
    names = {person.staff_id: person.name for person in staff}
    busy = buyers.keys() | sold.keys() | rated.keys() | {person.staff_id for person in staff if person.active}
    rows = [
        _row(who, names.get(who, who), buyers.get(who, set()), sold.get(who, []), rated.get(who, []))
        for who in busy
        if who
    ]
    return tuple(sorted(rows, key=lambda row: (-row.amount_fen, -len(row.buyers), row.staff_id)))


def _row(staff_id: str, name: str, buyers: set[str], deals: list[Deal], marks: list[int]) -> StaffNumbers:
    bought = buyers & {deal.conversation_id for deal in deals}
    amount = sum(deal.total_fen for deal in deals)
    return StaffNumbers(staff_id, name, tuple(sorted(buyers)), len(deals), amount, len(bought), len(marks), sum(marks))
