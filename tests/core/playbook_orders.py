"""Orders in a state, for cases that wait for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.orders import Address, Order, Status

PLACED = datetime(2026, 11, 22, 10, tzinfo=UTC)
_WAY = (Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)


def order_in(status: Status, at: datetime = PLACED) -> Order:
    """An order that got to ``status`` at ``at``, an hour from step to step before."""
    passed = _WAY[: _WAY.index(status) + 1] if status in _WAY else ()
    history = tuple((s, at - timedelta(hours=len(passed) - 1 - n), "test") for n, s in enumerate(passed))
    ended = () if status in _WAY or status is Status.UNPAID else ((status, at, "test"),)
    address = Address("佛山", "广东", "某路1号", "王小明", "13800138000")
    return Order("XE1", "web:1", status, (), 199_00, 0, (), (), address, "zto", PLACED, history=(*history, *ended))
