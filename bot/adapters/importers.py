"""Order reports of Taobao and Tmall, read row by row into events.

A report is a snapshot: what it says held when it was exported, whenever it is imported. So an older file never
overwrites what a newer one told, and a file imported twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from bot.adapters.item_report import read_items
from bot.adapters.order_report import read_orders
from bot.adapters.report_columns import ITEM_SIGNS, ORDER_NO
from bot.adapters.snapshot import Snapshot
from bot.adapters.tables import read_table
from bot.core.catalogue import Product
from bot.core.order_import import BadRow, ReadOrder

#: ``ExportOrderList202605231650.csv``: the platform writes the moment into the name.
_IN_NAME = re.compile(r"(?<!\d)(20\d{2})[-_]?(\d\d)[-_]?(\d\d)[-_ ]?(\d\d)[-_:]?(\d\d)(?:\d\d)?(?!\d)")


@dataclass(frozen=True, slots=True)
class Report:
    """A report being read."""

    #: ``orders`` or ``items``.
    kind: str
    entries: Iterator[ReadOrder | BadRow]
    #: Rows to come, about; None where only reading would tell.
    about: int | None


def read_report(path: Path, zone: tzinfo, now: datetime, products: Mapping[str, Product]) -> Report:
    """The orders of a file. Times in it are of ``zone``; ``products`` by SKU. Raises UnreadableTable."""
    table = read_table(path, frozenset(ORDER_NO))
    snapshot = Snapshot(table.heads, zone, now, exported_at(path, zone, now))
    if ITEM_SIGNS.isdisjoint(table.heads):
        return Report("orders", read_orders(table.rows, snapshot), table.about)
    return Report("items", read_items(table.rows, snapshot, products), table.about)


def exported_at(path: Path, zone: tzinfo, now: datetime) -> datetime:
    """By its name, else by the file's own time; never later than ``now``."""
    found = _IN_NAME.search(path.stem)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute = (int(part) for part in found.groups())
        moment = datetime(year, month, day, hour, minute, tzinfo=zone)
    except ValueError:
        moment = datetime.fromtimestamp(int(path.stat().st_mtime), zone)
    return min(moment, now)
