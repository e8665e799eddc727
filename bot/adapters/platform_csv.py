"""Notes and flags as a file, for shops whose platform takes them from no program."""

from __future__ import annotations

import csv
from pathlib import Path

from bot.core.memos import merged
from bot.core.orders import Order

HEADS = ("订单编号", "来源", "状态", "备注", "旗子", "工号")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NotesFile:
    """One row per order, UTF-8 with the mark that spreadsheet programs look for.

    A file of that name is replaced when the ``with`` ends well, and stays as it is otherwise. Raises OSError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(path.name + ".new")
        #: Rows written.
        self.count = 0

    def __enter__(self) -> NotesFile:
        self._file = self._unfinished.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADS)
        return self

    def add(self, order: Order) -> None:
        self._writer.writerow(_row(order))
        self.count += 1

    def __exit__(self, kind: object, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink(missing_ok=True)


def _row(order: Order) -> tuple[str, ...]:
    memo = merged(order, None)
    # The tab keeps a spreadsheet program from rounding the number; the importer takes it off again.
    number = order.order_no + "\t" if order.order_no.isdigit() else harmless(order.order_no)
    return (
        number,
        order.source,
        order.status.value,
        harmless(memo.text),
        str(int(memo.flag or 0)),
        harmless(order.staff_id),
    )


def harmless(cell: str) -> str:
    """A shopper's words must not run as a formula when staff open the file."""
    return "'" + cell if cell.startswith(_FORMULA) else cell
