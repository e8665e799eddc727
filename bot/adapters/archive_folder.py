"""Archives as folders of CSV files with their checksums, each written as a whole."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.adapters.csv_out import write_csv
from bot.core.archive import ArchiveRefused, Table

#: As ``sha256sum -c`` reads it.
SUMS = "SHA256SUMS"


class ArchiveFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str) -> bool:
        return (self._folder / name).is_dir()

    def put(self, name: str, tables: Sequence[Table]) -> Path:
        """A folder in work has a name that is no archive's, and is thrown away when nobody finished it."""
        place, files = self._folder / name, _files(tables)
        if place.exists():
            return self._same(place, files)
        unfinished = self._folder / f".{name}.{os.getpid()}.new"
        try:
            _write(unfinished, files)
            unfinished.rename(place)
        except OSError as fault:
            shutil.rmtree(unfinished, ignore_errors=True)
            # Somebody else's may have come in between: then it is his that counts.
            if place.is_dir():
                return self._same(place, files)
            raise ArchiveRefused(f"{place} cannot be written: {fault.strerror}") from None
        return place

    def _same(self, place: Path, files: Mapping[str, bytes]) -> Path:
        there = {file.name: file.read_bytes() for file in place.iterdir() if file.is_file()} if place.is_dir() else {}
        if there != files:
            raise ArchiveRefused(f"{place} is there already and holds something else; it stays as it is")
        return place


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        with (folder / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _files(tables: Sequence[Table]) -> dict[str, bytes]:
    files = {f"{table.name}.csv": _csv(table) for table in tables}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return {**files, SUMS: sums.encode()}


def _csv(table: Table) -> bytes:
    """With the mark that spreadsheet programs look for."""
    text = io.StringIO(newline="")
    write_csv(text, table.columns, table.rows)
    return text.getvalue().encode("utf-8-sig")
