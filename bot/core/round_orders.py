"""What rounds find among orders: late for shipping (B2), on the way too long (B5, C6), not confirmed (B4), tracking
(C13), short goods (E5, D2). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.core.money import yuan
from bot.core.order_rules import LATE_RULES, LateRules, late
from bot.core.orders import Order, Status
from bot.core.rounds import Found

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OrderRoundRules:
    late: LateRules = LATE_RULES
    #: The late list ends with what was paid before this time of the day before (B2).
    day_ends: time = time(20)
    #: Owed to who paid so long ago and got nothing sent (B2): hours, percent of the paid amount, and at most.
    owed_after_hours: int = 72
    owed_percent: int = 30
    owed_at_most_fen: int = 50_000
    #: Signed for so long ago, and not confirmed (B4).
    unconfirmed_hours: int = 24
    #: Limits of the tracking list (C13).
    ship_within_hours: int = 48
    sign_within_hours: int = 96
    #: What each clock of a marketplace's order gives (F2).
    clock_hours: int = 24
    #: Provinces and places whose parcels come first (B5).
    important: tuple[str, ...] = ()


ORDER_ROUND_RULES = OrderRoundRules()


# --- late for shipping (B2) ---


def late_shipping(orders: Iterable[Order], at: datetime, rules: OrderRoundRules) -> Iterator[Found]:
    """Paid before the end of yesterday's window and not shipped. ``at``: aware, in the shop's zone.

    The first limit lists the order, from the second on she is told, the last one is a case: she is owed something.
    """
    ends = window_end(at, rules.day_ends)
    limits = rules.late.paid_hours
    for order in orders:
        paid = order.paid_at or order.created_at
        if order.status is not Status.PAID or not limits or _utc(paid) >= _utc(ends):
            continue
        hours = max((limit for limit in limits if _hours(paid, at) >= limit), default=limits[0])
        owed = hours >= rules.owed_after_hours
        yield Found(
            subject=order.order_no,
            reason=f"dispatch_{hours}h",
            order_no=order.order_no,
            conversation_id=order.conversation_id,
            facts=(*order_facts(order, paid), *_owed(order, rules if owed else None)),
            tell="round_owed" if owed else "round_late" if hours > limits[0] else "",
            opens="urge" if owed else "",
            rank=-hours,
        )


def window_end(at: datetime, day_ends: time) -> datetime:
    """20:00 of the day before ``at``, on the wall: the window is from 20:00 to 20:00."""
    return datetime.combine(at.date() - timedelta(days=1), day_ends, tzinfo=at.tzinfo)


def owed_fen(order: Order, rules: OrderRoundRules) -> int:
    """What she is owed for a dispatch so late, in fen: of what was paid, a coupon first (B2)."""
    paid = order.total_fen if order.paid_fen is None else order.paid_fen
    return min(paid * rules.owed_percent // 100, rules.owed_at_most_fen)


def _owed(order: Order, rules: OrderRoundRules | None) -> tuple[tuple[str, str], ...]:
    return (("owed", f"{yuan(owed_fen(order, rules))}, coupon first"),) if rules else ()


# --- on the way too long (B5, C6), and signed for (B4) ---


def unsigned(
    orders: Iterable[Order], at: datetime, rules: OrderRoundRules, signed: Iterable[str] = ()
) -> Iterator[Found]:
    """Shipped and not signed for; at the last limit it is a suspected problem parcel, which one person follows up.

    ``signed``: orders whose courier says that they were delivered; they are for :func:`unconfirmed`.
    """
    delivered, last = frozenset(signed), max(rules.late.shipped_hours, default=0)
    for order in orders:
        found = late(order, at, rules.late)
        if order.status is not Status.SHIPPED or found is None or order.order_no in delivered:
            continue
        problem = found.hours == last
        yield Found(
            subject=order.order_no,
            reason=found.stage,
            order_no=order.order_no,
            conversation_id=order.conversation_id,
            facts=order_facts(order, found.since),
            tell="round_unsigned" if problem else "",
            opens="transit" if problem else "",
            rank=-found.hours if not _important(order, rules) else -10_000 - found.hours,
        )


def unconfirmed(
    orders: Iterable[Order], at: datetime, rules: OrderRoundRules, signed: Mapping[str, datetime]
) -> Iterator[Found]:
    """Signed for, by the order or by its courier (``signed``: number -> moment), and not confirmed by the buyer."""
    for order in orders:
        since = order.signed_at or signed.get(order.order_no)
        if order.status not in (Status.SHIPPED, Status.SIGNED) or since is None:
            continue
        if _hours(since, at) >= rules.unconfirmed_hours:
            yield Found(
                subject=order.order_no,
                reason="unconfirmed",
                order_no=order.order_no,
                conversation_id=order.conversation_id,
                facts=order_facts(order, since),
                tell="round_unconfirmed",
            )


# --- tracking (C13) ---


def dispatch(orders: Iterable[Order], at: datetime, rules: OrderRoundRules) -> Iterator[Found]:
    """Not shipped 48 h after payment, not signed for 96 h after shipping: somebody asks whether it is urgent."""
    for order in orders:
        since, limit, reason = order.paid_at or order.created_at, rules.ship_within_hours, "not_shipped"
        if order.status is Status.SHIPPED:
            since, limit, reason = order.shipped_at or since, rules.sign_within_hours, "not_signed"
        if order.status in (Status.PAID, Status.SHIPPED) and _hours(since, at) >= limit:
            yield Found(
                subject=order.order_no,
                reason=reason,
                order_no=order.order_no,
                conversation_id=order.conversation_id,
                facts=(*order_facts(order, since), ("ask", "urgent? yes: refund; no: wait, followed up")),
                rank=-int(_hours(since, at)),
            )


# --- short goods (E5, D2) ---


def short(orders: Iterable[Order], stock: Mapping[str, int]) -> list[tuple[Order, tuple[str, ...]]]:
    """Paid orders whose goods are not there, and which; who paid first gets what is left.

    ``stock``: SKU -> pieces on the shelf; what it does not name is left to the platform.
    """
    left, found = dict(stock), []
    waiting = [order for order in orders if order.status is Status.PAID]
    for order in sorted(waiting, key=lambda order: (_utc(order.paid_at or order.created_at), order.order_no)):
        lacking = []
        for line in order.lines:
            if line.sku not in left:
                continue
            if left[line.sku] < line.quantity:
                lacking.append(line.sku)
            left[line.sku] = max(0, left[line.sku] - line.quantity)
        if lacking:
            found.append((order, tuple(dict.fromkeys(lacking))))
    return found


def short_goods(lacking: Iterable[tuple[Order, tuple[str, ...]]]) -> Iterator[Found]:
    """Buyers of short goods are contacted at 16:00 (E5)."""
    for order, skus in lacking:
        yield _short(order, skus, "short", tell="round_short", opens="")


def oversold(lacking: Iterable[tuple[Order, tuple[str, ...]]]) -> Iterator[Found]:
    """What is still short at 17:00 is held back (C1) and gets an answer within one or two days (D2)."""
    for order, skus in lacking:
        yield _short(order, skus, "oversold", tell="", opens="held")


def _short(order: Order, skus: tuple[str, ...], reason: str, tell: str, opens: str) -> Found:
    return Found(
        subject=order.order_no,
        reason=reason,
        order_no=order.order_no,
        conversation_id=order.conversation_id,
        facts=(*order_facts(order, order.paid_at or order.created_at), ("short", " ".join(skus))),
        tell=tell,
        opens=opens,
    )


def low_stock(left: Mapping[str, int], low_under: int, at: datetime) -> Iterator[Found]:
    """Stock under 10 is announced to staff, each day anew (E5)."""
    for sku, pieces in sorted(left.items()):
        if pieces < low_under:
            facts = (("left", str(max(0, pieces))),)
            yield Found(sku, "low_stock", role="agent", facts=facts, rank=1000 + pieces, again=at.date().isoformat())


# --- what all have in common ---


def order_facts(order: Order, since: datetime) -> tuple[tuple[str, str], ...]:
    """What staff read of an order on a list, masked (E8)."""
    masked = order.address.masked()
    goods = ", ".join(f"{line.name.get('zh')} {line.size}".strip() + f" × {line.quantity}" for line in order.lines)
    courier = f"{order.courier} {order.tracking_no}".strip()
    known = {
        "since": since.isoformat(timespec="minutes"),
        "goods": goods,
        "total": yuan(order.total_fen),
        "place": order.address.province or order.address.region,
        "name": masked.name,
        "phone": masked.phone if order.address.phone else "",
        "courier": courier,
    }
    return tuple((name, value) for name, value in known.items() if value)


def _important(order: Order, rules: OrderRoundRules) -> bool:
    place = f"{order.address.province} {order.address.region}"
    return any(name in place for name in rules.important)


def _hours(since: datetime, at: datetime) -> float:
    return (_utc(at) - _utc(since)) / _HOUR


def _utc(moment: datetime) -> datetime:
    """Moments of one zone would be compared and subtracted as their wall clocks show them."""
    return moment.astimezone(UTC)
