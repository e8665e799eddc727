"""What erasing a person takes out, shown in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.service.erase import Erasure

COLUMNS = ("what", "count", "which")


def erased_rows(erasure: Erasure) -> list[Mapping[str, Any]]:
    """Counts, and ids where they tell nothing of her; rows and text messages are counted once they are gone."""
    person = erasure.person
    rows = [
        ("conversations", len(person.talks), ""),
        ("orders, kept without her", len(person.orders), " ".join(order.order_no for order in person.orders)),
        ("cases, kept without facts", len(person.cases), " ".join(case.case_id for case in person.cases)),
        ("promises, kept without words", len(person.promises), " ".join(p.promise_id for p in person.promises)),
        ("pictures", erasure.photos, ""),
    ]
    if erasure.rows:
        rows += [("text messages", erasure.messages, ""), ("rows deleted or emptied", erasure.rows, "")]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]
