"""CSV as spreadsheet programs open it: no cell runs as a formula, and Chinese stands as it was written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from bot.adapters.platform_csv import harmless


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A head, then a row each; None is an empty cell."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])


def _cell(value: Any) -> str | int | float:
    """Numbers stay numbers: a loss of -5 is no formula."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return harmless("" if value is None else str(value))
