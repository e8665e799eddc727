"""Tables that people export from elsewhere, CSV or XLSX, read row by row; every row knows its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.adapters.csv_rows import count_lines, csv_rows
from bot.adapters.xlsx_rows import NoWorkbook, xlsx_sheets
from bot.core.errors import XiaoerError

#: Some exports tell shop and period above the head.
_ROWS_BEFORE_HEAD = 10
_OLE = bytes.fromhex("d0cf11e0")
_ZIP = b"PK\x03\x04"
#: What the reader of CSV files makes of bytes that are no characters.
_UNREADABLE = re.compile("[\udc80-\udcff]")
#: ``="123"``: how exports keep a spreadsheet program from rounding a long number.
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
#: An apostrophe does the same, and keeps a cell from being a formula.
_APOSTROPHE = re.compile(r"'(?=[\d=+\-@]|$)")
_NOTHING = frozenset({"", "-", "--", "null", "NULL", "None"})
_INVISIBLE = dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x200E, 0x2060))

Cells = tuple[int, "list[str] | None"]


class UnreadableTable(XiaoerError):
    """The file is no table that can be read."""


class BadCell(ValueError):
    """One cell cannot be read; ``column`` is its head, empty when the row as a whole is meant."""

    def __init__(self, column: str, what: str) -> None:
        self.column = column
        self.what = what
        super().__init__(f"{column}: {what}" if column else what)


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the head."""

    #: 1-based, as an editor or a spreadsheet program counts.
    number: int
    #: By head; cleaned, empty ones left out.
    cells: Mapping[str, str]
    #: Set where the row is useless as it stands.
    fault: BadCell | None = None


@dataclass(frozen=True, slots=True)
class Table:
    #: What ``Row.number`` counts.
    unit: str
    #: Heads, cleaned, in order; those without a name left out.
    heads: tuple[str, ...]
    rows: Iterator[Row]
    #: Rows to come, about; None where only reading would tell.
    about: int | None


def read_table(path: Path, known: Container[str], named: str = "订单编号") -> Table:
    """The table below the first row that holds a head of ``known``; ``named``: the one a file without it is told of.

    Raises UnreadableTable with a sentence, at once or, for a damaged file, while the rows are read.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic == _OLE:
            raise UnreadableTable(f"{path}: an old or password-protected workbook; save it as .xlsx or CSV first")
        if magic == _ZIP:
            return _from_workbook(path, known, named)
        heads, rows = _below_head(csv_rows(path), known)
        about = count_lines(path)
    except OSError as error:
        raise UnreadableTable(f"{path}: {error.strerror}") from error
    if not heads:
        raise _no_head(path, named)
    return Table("line", _named(heads), _read(heads, rows, exact=True), about)


def _from_workbook(path: Path, known: Container[str], named: str) -> Table:
    """The first sheet that holds such a table."""
    sheets = xlsx_sheets(path)
    try:
        for sheet in sheets:
            heads, rows = _below_head(sheet, known)
            if heads:
                return Table("row", _named(heads), _sheet(path, sheets, heads, rows), None)
    except NoWorkbook as error:
        raise UnreadableTable(f"{path} {error}") from error
    raise _no_head(path, named)


def _sheet(
    path: Path, sheets: Generator[Iterator[Cells], None, None], heads: list[str], rows: Iterator[Cells]
) -> Iterator[Row]:
    """Rows of the one sheet; the workbook stays open until they are read."""
    with closing(sheets):
        try:
            yield from _read(heads, rows, exact=False)
        except NoWorkbook as error:
            raise UnreadableTable(f"{path} {error}") from error


def _no_head(path: Path, named: str) -> UnreadableTable:
    hint = "; is this an order report of the platform?" if named == "订单编号" else ""
    return UnreadableTable(f"{path}: no column is named {named}{hint}")


def _below_head(rows: Iterator[Cells], known: Container[str]) -> tuple[list[str], Iterator[Cells]]:
    for _, cells in islice(rows, _ROWS_BEFORE_HEAD):
        heads = [_head(cell) for cell in cells or ()]
        if any(head in known for head in heads):
            return heads, rows
    return [], rows


def _named(heads: list[str]) -> tuple[str, ...]:
    return tuple(filter(None, heads))


def _head(cell: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", clean(cell)))


def _read(heads: list[str], rows: Iterator[Cells], *, exact: bool) -> Iterator[Row]:
    """``exact``: a row must be as wide as the head, or a comma too many has moved its cells."""
    for number, cells in rows:
        if cells is None:
            yield Row(number, {}, BadCell("", "a cell is too long to be read"))
        elif any(not cell.isspace() for cell in cells if cell):
            yield _row(number, heads, cells, exact)


def _row(number: int, heads: list[str], cells: list[str], exact: bool) -> Row:
    held: dict[str, str] = {}
    fault = _width(heads, cells) if exact else None
    for head, cell in zip(heads, cells, strict=False):
        if not cell:
            continue
        if _UNREADABLE.search(cell):
            fault = fault or BadCell(head, "holds bytes that are no characters")
        value = clean(cell)
        if head and value not in _NOTHING:
            held.setdefault(head, value)
    return Row(number, held, fault)


def _width(heads: list[str], cells: list[str]) -> BadCell | None:
    if len(cells) < len(heads) or any(cell.strip() for cell in cells[len(heads) :]):
        return BadCell(
            "", f"has {len(cells)} cells where the head has {len(heads)}: a quote or a comma is out of place"
        )
    return None


def clean(cell: str) -> str:
    r"""A cell without what exports wrap around it: blanks and tabs, ``="…"``, an apostrophe before a number."""
    text = cell.translate(_INVISIBLE).strip()
    wrapped = _AS_TEXT.fullmatch(text)
    if wrapped:
        text = wrapped[1].strip()
    return text[1:].strip() if _APOSTROPHE.match(text) else text
