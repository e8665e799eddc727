"""When somebody of a role is there, as she is told: never sooner than the roster says (E2, design promise 8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.core.people import Duty


def when(duty: Duty, now: datetime, role: str) -> dict[str, Any]:
    """``open``: somebody of the role is there now; ``until`` / ``opens``: when that changes, empty where not known.

    ``now`` is in the shop's zone.
    """
    there, until = duty.there(now, role), duty.until(now, role)
    opens = None if there else duty.next(now, role)
    soon = until is not None and until - now < timedelta(days=1)
    return {
        "open": there,
        "until": f"{until.astimezone(now.tzinfo):%H:%M}" if until is not None and soon else "",
        "opens": moment(now, opens) if opens is not None else None,
    }


def moment(now: datetime, at: datetime) -> dict[str, object]:
    """``days`` from today, ``month``, ``day`` and ``time`` of a moment, as the shop's clock shows it."""
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    return {"days": days, "month": local.month, "day": local.day, "time": f"{local:%H:%M}"}
