"""The ledger of promises, shown in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.money import yuan
from bot.service.report_promises import LedgerLine


def promise_row(line: LedgerLine) -> Mapping[str, Any]:
    """``order`` is empty for what was promised before there was one."""
    row = line.promised
    figure = f"{row.percent}%" if row.percent else yuan(row.amount_fen) if row.amount_fen else ""
    return {
        "id": row.promise_id,
        "order": row.order_no,
        "kind": row.kind,
        "what": row.words,
        "figure": figure,
        "by": row.staff_id,
        "role": row.role,
        "granted": row.at.isoformat(timespec="minutes"),
        "due": row.due_at.isoformat(timespec="minutes"),
        "state": line.state,
    }
