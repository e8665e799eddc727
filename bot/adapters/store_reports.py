"""The part of the SQLite store that reports read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.adapters.sql import queries
from bot.adapters.store_boards import SqliteBoards
from bot.adapters.store_rows import from_json, to_ms
from bot.core.cases import Case
from bot.core.orders import Order

Connection = sqlite3.Connection


class SqliteReports(SqliteBoards):
    """Fulfils :class:`bot.core.ports_reports.ReportStore` on the file and threads of the store that extends it."""

    async def cases_since(self, since: datetime) -> list[Case]:
        return await self._read_slowly(cases_since, to_ms(since))

    async def orders_moved(self, since: datetime) -> list[Order]:
        return await self._read_slowly(orders_moved, to_ms(since))

    async def orders_named(self, order_nos: Sequence[str]) -> list[Order]:
        return await self._read_slowly(orders_named, list(order_nos))


def cases_since(conn: Connection, since_ms: int) -> list[Case]:
    rows = conn.execute(queries()["cases_of_changed_talks"], {"since_ms": since_ms}).fetchall()
    found = [from_json(Case, doc) for (doc,) in rows]
    return sorted(found, key=lambda case: (case.opened_at, case.case_id))


def orders_moved(conn: Connection, since_ms: int) -> list[Order]:
    found = conn.execute(queries()["orders_moved_since"], {"since_ms": since_ms})
    return [from_json(Order, doc) for (doc,) in found]


def orders_named(conn: Connection, order_nos: list[str]) -> list[Order]:
    rows = conn.execute(queries()["orders_of_numbers"], {"numbers": json.dumps(order_nos)}).fetchall()
    return [from_json(Order, doc) for (doc,) in rows]
