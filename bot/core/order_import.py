"""What a row of an order report becomes; adapters read rows into these, a service takes them in."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.order_events import OrderEvent


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """All that one row, or the rows of one order's goods, report."""

    #: 1-based place in the file.
    row: int
    #: How many rows of the file this is.
    rows: int
    events: tuple[OrderEvent, ...]
    #: The report does not tell the order's state, so it can only add to an order that is known.
    must_be_known: bool = False

    @property
    def order_no(self) -> str:
        return self.events[0].order_no


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken in."""

    row: int
    #: Head of the column at fault; empty when the row as a whole is meant.
    column: str
    what: str
