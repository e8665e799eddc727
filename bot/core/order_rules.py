"""What an order's state still permits (B6) and when it is late (B2, B5). Used by dialogue and by reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from bot.core.orders import Order, Status
from bot.core.promises import Allow, Refuse

#: Why it may not be: the label is printed, the parcel is on its way, it has arrived,
#: or the order is closed or refunded.
Reason = Literal["printed", "shipped", "signed", "over"]

_BEYOND: dict[Status, Reason] = {
    Status.SHIPPED: "shipped",
    Status.SIGNED: "signed",
    Status.CONFIRMED: "signed",
    Status.CLOSED: "over",
    Status.REFUNDED: "over",
}


def may_change(order: Order, now: datetime, printing_ends: time | None = time(17)) -> Allow | Refuse:
    """Whether goods or address may still be changed: until the label is printed, or the parcel shipped (B6).

    ``now`` is aware and in the shop's zone. A platform that does not tell what is printed leaves us the day's end of
    printing: from the first one after payment on a paid order counts as printed. ``printing_ends`` None: it never does.
    """
    beyond = _BEYOND.get(order.status)
    if beyond is not None:
        return Refuse(beyond)
    return Refuse("printed") if _printed(order, now, printing_ends) else Allow()


def may_cancel(order: Order, now: datetime, printing_ends: time | None = time(17)) -> Allow | Refuse:
    """Whether it may still be stopped: an unpaid order is closed, a paid one refunded, before its label is printed.

    After that the way is to refuse the parcel at the door (C14).
    """
    return may_change(order, now, printing_ends)


def _printed(order: Order, now: datetime, printing_ends: time | None) -> bool:
    if order.printed_at is not None:
        return order.printed_at <= now
    if order.status is not Status.PAID or printing_ends is None:
        return False
    paid = (order.paid_at or order.created_at).astimezone(now.tzinfo)
    day = paid.date() if paid.time() < printing_ends else paid.date() + timedelta(days=1)
    return now >= datetime.combine(day, printing_ends, now.tzinfo)


@dataclass(frozen=True, slots=True)
class LateRules:
    """Hours after which an order is listed, ascending."""

    #: Since payment, not shipped yet (B2).
    paid_hours: tuple[int, ...] = (24, 48, 72)
    #: Since shipping, not signed yet (B5).
    shipped_hours: tuple[int, ...] = (72, 96)


LATE_RULES = LateRules()


@dataclass(frozen=True, slots=True)
class Late:
    #: What did not happen: the dispatch, or the arrival.
    lacks: Literal["dispatch", "arrival"]
    #: The last of the rule's limits that has passed.
    hours: int
    #: When payment or shipping was.
    since: datetime

    @property
    def stage(self) -> str:
        """``dispatch_24h``, ``arrival_96h``: for lists and counts."""
        return f"{self.lacks}_{self.hours}h"


def late(order: Order, now: datetime, rules: LateRules = LATE_RULES) -> Late | None:
    """How late the order is; None while it is in time, unpaid, arrived or over. A limit counts from its hour on."""
    if order.status is Status.PAID:
        return _late("dispatch", order.paid_at or order.created_at, now, rules.paid_hours)
    if order.status is Status.SHIPPED:
        return _late("arrival", order.shipped_at or order.created_at, now, rules.shipped_hours)
    return None


def _late(
    lacks: Literal["dispatch", "arrival"], since: datetime, now: datetime, limits: tuple[int, ...]
) -> Late | None:
    passed = [hours for hours in limits if now - since >= timedelta(hours=hours)]
    return Late(lacks, max(passed), since) if passed else None
