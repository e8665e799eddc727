"""Dead letters, shown in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.ports_orders import PlatformRow


def letter_row(row: PlatformRow) -> Mapping[str, Any]:
    return {
        "order": row.order_no,
        "since": row.created_at.isoformat(timespec="minutes"),
        "tries": row.attempts,
        "error": row.error,
    }
