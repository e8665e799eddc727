"""Moments as RFC 3339 writes them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

_FORM: Final = re.compile(
    r"\d{4}-(?:0\d|1[0-2])-[0-3]\d[Tt ][0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,9})?([Zz]|[+-][01]\d:[0-5]\d)?", re.ASCII
)
#: What lies outside is a mistake, and would not survive every zone and database.
_YEARS: Final = range(2000, 2100)


def read_moment(value: Any) -> datetime:
    """Aware. Raises ValueError in words that may be shown."""
    found = _FORM.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be RFC 3339 such as 2026-11-23T10:00:00+08:00")
    if not found[1]:
        raise ValueError("needs its offset from UTC: end it with Z or, for example, +08:00")
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError("is no moment of the calendar") from None
    if moment.year not in _YEARS:
        raise ValueError(f"must lie between the years {_YEARS.start} and {_YEARS.stop - 1}")
    return moment
