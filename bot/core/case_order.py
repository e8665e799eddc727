"""What a case knows of the order it is about: its state, and for how long it has been paid, shipped and signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.core.cases import Case
from bot.core.orders import Order

#: A fact that every case may have: the state of its order, or ``none``.
ORDER_STATE = "order_state"
#: Whole hours since then; absent where it never was. Conditions say ``under 96`` or ``over 96``.
PAID_HOURS, SHIPPED_HOURS, SIGNED_HOURS = "paid_hours", "shipped_hours", "signed_hours"
HOURS = (PAID_HOURS, SHIPPED_HOURS, SIGNED_HOURS)
_ISO_CHARS = len("2026-11-23")
#: How a condition on hours is written.
HOURS_RULE = re.compile(r"(under|over) ([0-9]{1,4})")


def with_order_state(case: Case, orders: Sequence[Order] | None, now: datetime) -> Case:
    """The facts about the order as they are at ``now``; as they were where ``orders`` is None, which says nothing."""
    if orders is None:
        return case
    order = order_meant(orders, case)
    case = case.with_fact(ORDER_STATE, order.status.value if order is not None else "none")
    for name, since in zip(HOURS, _moments(order), strict=True):
        hours = None if since is None else max(int((now - since).total_seconds() // 3600), 0)
        if hours is not None:
            case = case.with_fact(name, str(hours))
        elif name in case.known:
            case = case.with_fact(name, "")
    return case


def _moments(order: Order | None) -> tuple[datetime | None, datetime | None, datetime | None]:
    return (order.paid_at, order.shipped_at, order.signed_at) if order is not None else (None, None, None)


def order_meant(orders: Sequence[Order], case: Case) -> Order | None:
    """Hers that the case names, an ended one too; where none is named, the newest of those it was opened with."""
    named = (case.fact("order_no"),) if case.fact("order_no") else tuple(reversed(case.order_nos))
    by_number = {order.order_no.casefold(): order for order in orders}
    return next((by_number[number.casefold()] for number in named if number.casefold() in by_number), None)


def paid_fen(order: Order | None) -> int:
    """What every percentage of compensation is counted from (head of C); 0 where nothing was paid."""
    if order is None or order.paid_at is None:
        return 0
    return order.total_fen if order.paid_fen is None else order.paid_fen


#: How a condition on a day that has been is written.
DAYS_RULE = re.compile(r"within ([0-9]{1,3}) days")


def ages(known: dict[str, str], now: datetime) -> dict[str, str]:
    """``known`` beside the days since each date in it, under names that no fact has, for :func:`holds`."""
    days = {}
    for name, value in known.items():
        if len(value) == _ISO_CHARS and value[4] == value[7] == "-":
            try:
                days[f"{name} days"] = str((now.date() - date.fromisoformat(value)).days)
            except ValueError:
                continue
    return {**known, **days}


def holds(when: tuple[tuple[str, tuple[str, ...]], ...], known: dict[str, str]) -> bool:
    """Whether each fact has one of its values; hours may be ``under`` or ``over`` (from then on) a number, and a day
    ``within`` so many days before the one that :func:`ages` was asked at."""
    return all(any(_is_so(name, value, known) for value in values) for name, values in when)


def _is_so(name: str, value: str, known: dict[str, str]) -> bool:
    rule = DAYS_RULE.fullmatch(value)
    if rule is None:
        return _is(known.get(name), value)
    days = known.get(f"{name} days", "")
    return days.isdecimal() and int(days) <= int(rule[1])


def _is(known: str | None, value: str) -> bool:
    rule = HOURS_RULE.fullmatch(value)
    if rule is None:
        return known == value
    if not known or not known.isdecimal():
        return False
    return (int(known) < int(rule[2])) is (rule[1] == "under")
