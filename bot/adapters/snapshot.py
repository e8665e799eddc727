"""A report as a snapshot of the platform: what all its rows share, and the events they become."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.adapters.report_cells import Cells
from bot.adapters.tables import Row
from bot.core.order_events import Kind, OrderData, OrderEvent
from bot.core.orders import Status

#: What reports the state of an order that is in it.
KIND: dict[Status, Kind] = {
    Status.UNPAID: "changed",
    Status.PAID: "paid",
    Status.SHIPPED: "shipped",
    Status.SIGNED: "signed",
    Status.CONFIRMED: "confirmed",
    Status.CLOSED: "closed",
    Status.REFUNDED: "refunded",
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    heads: Container[str]
    #: The shop's; reports write its time without saying so.
    zone: tzinfo
    now: datetime
    #: When the platform made it: all it says held then.
    taken_at: datetime

    def cells(self, row: Row) -> Cells:
        return Cells(row.cells, self.heads, self.zone, self.now)


def event(kind: Kind, order_no: str, at: datetime, data: OrderData) -> OrderEvent:
    """With a delivery id made of all it says, so that the same file imported twice is the same deliveries."""
    told = OrderEvent(kind, order_no, at, "import", data=data)
    return replace(told, delivery_id=hashlib.sha256(repr(told).encode()).hexdigest()[:32])


def without_hidden(facts: OrderData) -> OrderData:
    """For an order that is known: an address with parts hidden must not replace one that is whole."""
    told = facts.address
    hidden = told is not None and "*" in told.phone + told.name + told.detail
    return replace(facts, address=None) if hidden else facts
