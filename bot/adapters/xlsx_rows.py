"""Rows of a workbook, one at a time; the only module that knows openpyxl."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

#: Unpacked; what is larger is no export but a trap.
_MAX_UNPACKED_BYTES = 3_000_000_000


class NoWorkbook(ValueError):
    """The file cannot be read as a workbook; the message says why, without a path."""


def xlsx_sheets(path: Path) -> Generator[Iterator[tuple[int, list[str] | None]], None, None]:
    """For each sheet its rows, as number and cells, to be used before the next sheet is asked for.

    Memory is flat but for the texts that the file itself keeps in one table.
    """
    # Here and not above: it costs every command that imports nothing a fifth of a second.
    from openpyxl import load_workbook

    _refuse_traps(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a missing default style and the like
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets out whatever its parts raise
        raise NoWorkbook("is damaged or no workbook") from error
    with closing(book):
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # exporters write a wrong extent
            yield _rows(sheet)


def _refuse_traps(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise NoWorkbook("is damaged") from error
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise NoWorkbook("is an archive; unpack it and import what is inside")
    if sum(entry.file_size for entry in entries) > _MAX_UNPACKED_BYTES:
        raise NoWorkbook("is too large when unpacked; export a shorter period")


def _rows(sheet: Any) -> Iterator[tuple[int, list[str] | None]]:
    number = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_text(cell) for cell in cells]
    except Exception as error:
        raise NoWorkbook(f"is damaged after row {number}") from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (int, float)):
        # As a spreadsheet shows it: 30.000000000000004 is 30, and twenty digits are not exact any more.
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
