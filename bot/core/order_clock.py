"""The order clock of a marketplace (F2): what is past its time from the order to the settlement. Pure.

Placed → paid within 24 hours → picked up by the supplier on the day of payment → shipped and confirmed within 24 hours
of that → collected → accepted within 24 hours → settled within 24 hours; a dispute gets a proposed solution within 24.
What is a day and more past its time is the operations manager's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from bot.core.calendar_days import last_moment
from bot.core.case_steps import decided
from bot.core.cases import Case
from bot.core.orders import Order, Status
from bot.core.round_orders import order_facts
from bot.core.rounds import Found

#: Who hears first that a clock ran out: payment, pick-up, dispatch, acceptance, settlement, dispute.
ROLES = {
    "not_paid": "agent",
    "not_picked_up": "warehouse",
    "not_sent": "warehouse",
    "not_accepted": "after_sales",
    "not_settled": "finance",
    "no_solution": "complaints",
}
_LATER = "operations"
_DAY = timedelta(days=1)
#: What was accepted longer ago is not looked for any more: it was settled before anybody kept its clock.
SETTLED_DAYS = 30


def overdue(orders: Iterable[Order], at: datetime, hours: float = 24) -> Iterator[Found]:
    """``at``: aware, in the shop's zone, whose days are meant. ``hours``: of each clock but the pick-up's."""
    for order in orders:
        clock = _clock(order, at, timedelta(hours=hours))
        if clock is None:
            continue
        lacks, since, until = clock
        if _utc(at) > _utc(until):
            yield _found(order.order_no, lacks, order, _utc(at) - _utc(until), order_facts(order, since))


def _clock(order: Order, at: datetime, limit: timedelta) -> tuple[str, datetime, datetime] | None:
    """What it waits for, since when, and until when that has time; None: for nothing, or nobody told when it began."""
    if order.status is Status.UNPAID:
        return "not_paid", order.created_at, order.created_at + limit
    if order.status is Status.PAID:
        if order.printed_at is not None:
            return "not_sent", order.printed_at, order.printed_at + limit
        paid = order.paid_at or order.created_at
        return "not_picked_up", paid, last_moment(paid, 0, at.tzinfo or UTC)
    if order.status is Status.SIGNED and order.signed_at is not None:
        return "not_accepted", order.signed_at, order.signed_at + limit
    accepted = order.reached_at(Status.CONFIRMED)
    if order.status is not Status.CONFIRMED or accepted is None or order.settled_at is not None:
        return None
    if _utc(at) - _utc(accepted) > SETTLED_DAYS * _DAY:
        return None
    return "not_settled", accepted, accepted + limit


def disputes(cases: Iterable[Case], at: datetime, hours: float = 24) -> Iterator[Found]:
    """Open complaints, and open matters about an order, in which nobody has proposed anything for so long."""
    for case in cases:
        about_order = bool(case.fact("order_no")) and not case.fact("found")
        over = _utc(at) - _utc(case.opened_at) - timedelta(hours=hours)
        if not case.open or not (case.reason == "complaint" or about_order) or over <= timedelta():
            continue
        if any(decided(entry.what) for entry in case.history):
            continue
        facts = (("since", case.opened_at.isoformat(timespec="minutes")), ("case", case.case_id))
        yield _found(case.case_id, "no_solution", None, over, facts)


def _found(subject: str, lacks: str, order: Order | None, over: timedelta, facts: tuple[tuple[str, str], ...]) -> Found:
    later = over >= _DAY
    return Found(
        subject=subject,
        reason=f"{lacks}_long" if later else lacks,
        order_no=order.order_no if order is not None else "",
        conversation_id=order.conversation_id if order is not None else "",
        role=_LATER if later else ROLES[lacks],
        facts=facts,
        rank=-int(over / timedelta(minutes=1)),
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
