"""The part of the SQLite store that reports read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from bot.adapters.sql import queries
from bot.adapters.store_boards import SqliteBoards
from bot.adapters.store_rows import from_json, from_ms, to_ms
from bot.core.archive import Closed, RoundHeld
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

    async def closed_between(self, since: datetime, until: datetime) -> list[Closed]:
        return await self._read_slowly(closed_between, to_ms(since), to_ms(until))

    async def marks_between(self, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
        return await self._read_slowly(marks_between, to_ms(since), to_ms(until))

    async def rounds_between(self, first: str, last: str) -> list[RoundHeld]:
        return await self._read_slowly(rounds_between, first, last)


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


def closed_between(conn: Connection, since_ms: int, until_ms: int) -> list[Closed]:
    rows = conn.execute(queries()["closed_of_span"], {"since_ms": since_ms, "until_ms": until_ms})
    return sorted((Closed(from_ms(ms), channel, by) for ms, channel, by in rows), key=lambda one: one.at)


def marks_between(conn: Connection, since_ms: int, until_ms: int) -> list[tuple[str, str, int]]:
    return conn.execute(queries()["marks_of_span"], {"since_ms": since_ms, "until_ms": until_ms}).fetchall()


def rounds_between(conn: Connection, first: str, last: str) -> list[RoundHeld]:
    rows = conn.execute(queries()["rounds_of_days"], {"first": first, "last": last})
    return [RoundHeld(name, date.fromisoformat(day), at, state, listed or 0) for name, day, at, state, listed in rows]
