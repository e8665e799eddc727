"""Reminder rounds, the phone list and late orders, shown in the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.core.money import yuan
from bot.core.nudges import Remind, Skip
from bot.core.order_rules import Late
from bot.core.orders import Order
from bot.core.ports_orders import CallRow

Row = Mapping[str, Any]
_LOOK_SECONDS = 0.5


async def with_bar(work: Awaitable[None], left: Callable[[], Awaitable[int]], console: Console) -> None:
    """Do ``work`` and show how many messages are ``left``; the bar is gone when all is done."""
    total = await left()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task, working = bar.add_task("sending", total=total), asyncio.ensure_future(work)
        while not working.done():
            await asyncio.wait([working], timeout=_LOOK_SECONDS)
            bar.update(task, completed=total - await left())
        await working


def decision_row(decision: Remind | Skip) -> Row:
    """``order``, ``decision`` and ``reason``, as the contract names them."""
    skipped = isinstance(decision, Skip)
    return {
        "order": decision.order.order_no,
        "decision": "skip" if skipped else "remind",
        "reason": decision.reason if isinstance(decision, Skip) else None,
    }


def call_row(call: CallRow) -> Row:
    """With name and phone in full: whoever calls needs them."""
    order = call.order
    return {
        "order": order.order_no,
        "reason": call.reason,
        "name": order.address.name,
        "phone": order.address.phone,
        "total": yuan(order.total_fen),
        "goods": _goods(order),
        "ordered": order.created_at.isoformat(timespec="minutes"),
        "since": call.since.isoformat(timespec="minutes"),
    }


def late_row(order: Order, found: Late) -> Row:
    return {
        "order": order.order_no,
        "late": found.stage,
        "since": found.since.isoformat(timespec="minutes"),
        "total": yuan(order.total_fen),
        "region": order.address.province or order.address.region,
        "courier": order.courier,
        "tracking": order.tracking_no,
        "goods": _goods(order),
    }


def table(rows: Sequence[Row], columns: Iterable[str]) -> Table:
    shown = Table(*columns)
    for row in rows:
        shown.add_row(*("" if row[c] is None else _plain(str(row[c])) for c in shown_names(shown)))
    return shown


def shown_names(shown: Table) -> list[str]:
    return [str(column.header) for column in shown.columns]


def _plain(text: str) -> str:
    """Names come from outside: no markup, no control characters of a terminal."""
    return "".join(c if c.isprintable() else " " for c in text).replace("[", r"\[")


def _goods(order: Order) -> str:
    return ", ".join(f"{line.name.get('zh')} {line.size} × {line.quantity}".replace("  ", " ") for line in order.lines)
