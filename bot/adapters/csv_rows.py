"""Rows of a CSV file as shop platforms and spreadsheet programs write it: whatever the encoding, however long."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

#: Read to find out the encoding; the head of an export is Chinese, so little is enough.
_PROBE_BYTES = 65_536
#: A longer line is no row of an export; what is beyond is dropped, and the row refused for its missing cells.
_MAX_LINE_CHARS = 200_000
#: A cell with line breaks ends within so many lines, or its quote was never closed.
_MAX_LINES_OF_A_ROW = 100


def count_lines(path: Path) -> int:
    """Lines of a file, about: enough for a progress bar."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 16), b""))


def csv_rows(path: Path) -> Iterator[tuple[int, list[str] | None]]:
    """Line number and cells of every row; None where a row cannot be taken apart.

    Bytes that are no characters of the file's encoding become lone surrogates, as ``surrogateescape`` makes them.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        lines = _Lines(file)
        delimiter = ","
        while lines:
            number, record = lines.record()
            if number == 1:
                delimiter = "\t" if record[0].count("\t") > record[0].count(",") else ","
            yield from _parsed(number, record, delimiter)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_PROBE_BYTES)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # Not final: the probe may end in the middle of a character.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _parsed(number: int, record: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    reader = csv.reader(record, delimiter=delimiter)
    begins = 0
    try:
        for cells in reader:
            yield number + begins, cells
            begins = reader.line_num
    except csv.Error:
        yield number + begins, None


class _Lines:
    """Lines put together to rows: a quote that never closes costs its own row and none of those after it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._ahead: deque[str] = deque()
        self._number = 0
        self._fill(1)

    def __bool__(self) -> bool:
        return bool(self._ahead)

    def record(self) -> tuple[int, list[str]]:
        """The next row's first line number (from 1) and its lines."""
        number, taken, quotes = self._number + 1, 0, 0
        while taken < _MAX_LINES_OF_A_ROW and self._fill(taken + 1):
            quotes += self._ahead[taken].count('"')
            taken += 1
            if quotes % 2 == 0:
                break
        else:
            taken = 1
        record = [self._ahead.popleft() for _ in range(taken)]
        self._number += taken
        self._fill(1)
        return number, record

    def _fill(self, wanted: int) -> bool:
        while len(self._ahead) < wanted:
            line = self._file.readline(_MAX_LINE_CHARS)
            if not line:
                return False
            if not line.endswith(("\n", "\r")):
                self._skip_rest_of_line(line)
            self._ahead.append(line)
        return True

    def _skip_rest_of_line(self, line: str) -> None:
        while len(line) == _MAX_LINE_CHARS and not line.endswith(("\n", "\r")):
            line = self._file.readline(_MAX_LINE_CHARS)
