"""The part of the SQLite store that keeps rounds: their ledger, their lines, and what is imported for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any, TypeVar

from bot.adapters.sql import queries
from bot.adapters.store_locks import Session
from bot.adapters.store_rows import Params, from_json, from_ms, to_json, to_ms
from bot.adapters.store_threads import StoreThreads
from bot.core import codec
from bot.core.conversation import Conversation
from bot.core.rounds import Found, Line, Run
from bot.core.slots import Slot
from bot.core.tracking import Parcel

T = TypeVar("T")
Connection = sqlite3.Connection
#: Of what was done: it stays so, whatever later runs find.
_LASTING = frozenset({"told", "texted"})


class SqliteRounds(StoreThreads):
    """Fulfils :class:`bot.core.ports_rounds.RoundStore` on the file and threads of the store that extends it."""

    # --- the ledger ---

    async def rounds_held(self, since: date) -> set[tuple[str, Slot]]:
        return await self._read_slowly(rounds_held, since.isoformat())

    async def claim_round(self, run: Run, at: datetime) -> bool:
        session = self._session()
        claim = partial(claim_round, run=_run(run), session=session, token=session.hold(), at_ms=to_ms(at))
        return await self._write(claim)

    async def skip_round(self, run: Run, at: datetime) -> bool:
        row = {**_run(run), "state": "missed", "session": None, "at_ms": to_ms(at)}
        return await self._write(partial(_changes_one, query="round_put", row=row))

    async def finish_round(self, run: Run, at: datetime, listed: int, *, settle: bool) -> int:
        row = {**_run(run), "at_ms": to_ms(at), "listed": listed}
        return await self._write(partial(finish_round, row=row, settle=settle))

    # --- lines ---

    async def put_lines(self, run: Run, found: Sequence[tuple[Found, str]], at: datetime) -> list[tuple[int, bool]]:
        rows = [_line_row(run, one, role, to_ms(at)) for one, role in found]
        return await self._write(partial(put_lines, rows=rows))

    async def lines_did(self, did: Sequence[tuple[int, Sequence[str]]]) -> None:
        await self._write(partial(lines_did, did=did))

    async def tick_line(self, line_id: int, staff_id: str, at: datetime) -> bool:
        row = {"line_id": line_id, "by": staff_id, "at_ms": to_ms(at)}
        return await self._write(partial(_changes_one, query="round_line_tick", row=row))

    async def line(self, line_id: int) -> Line | None:
        return self._read(load_line, line_id)

    async def open_lines(self, round_id: str, limit: int = 10_000) -> list[Line]:
        return await self._read_slowly(lines, "round_lines_page_open", {"round": round_id, "limit": limit})

    async def lines_since(self, round_id: str, since: datetime, limit: int = 10_000) -> list[Line]:
        wanted = {"round": round_id, "since_ms": to_ms(since), "limit": limit}
        return await self._read_slowly(lines, "round_lines_page", wanted)

    # --- what rounds look through ---

    async def wishes(self, after: str = "", limit: int = 500) -> list[tuple[str, tuple[str, ...]]]:
        return await self._read_slowly(wishes, after, limit)

    async def put_records(self, kind: str, records: Sequence[tuple[str, str, object]], *, replace: bool = True) -> int:
        rows = [
            {"kind": kind, "id": key, "state": state, "doc": to_json(codec.to_plain(value))}
            for key, state, value in records
        ]
        return await self._write(partial(put_records, rows=rows, replace=replace))

    async def record(self, kind: str, of: type[T], record_id: str) -> T | None:
        doc = self._read(load_record, kind, record_id)
        return None if doc is None else from_json(of, doc)

    async def records(self, kind: str, of: type[T], after: str = "", limit: int = 1000) -> list[T]:
        return [from_json(of, doc) for doc in await self._read_slowly(records, kind, after, limit)]

    # --- parcels ---

    async def put_parcels(self, parcels: Sequence[Parcel], asked_at: datetime) -> None:
        rows = [
            {"tracking_no": p.tracking_no, "asked_ms": to_ms(asked_at), "doc": to_json(codec.to_plain(p))}
            for p in parcels
        ]
        await self._write(partial(put_parcels, rows=rows))

    async def parcels(self, tracking_nos: Sequence[str]) -> dict[str, tuple[Parcel, datetime]]:
        return self._read(parcels, tracking_nos)


def _run(run: Run) -> Params:
    return {
        "round": run.round_id,
        "day": run.slot.day.isoformat(),
        "at": f"{run.slot.at:%H:%M}",
        "due_ms": to_ms(run.due_at),
    }


def _changes_one(conn: Connection, query: str, row: Params) -> bool:
    return conn.execute(queries()[query], row).rowcount == 1


# --- the ledger ---


def rounds_held(conn: Connection, day: str) -> set[tuple[str, Slot]]:
    found = conn.execute(queries()["rounds_held"], {"day": day})
    return {(name, Slot(date.fromisoformat(on), time.fromisoformat(at))) for name, on, at in found}


def claim_round(conn: Connection, run: Params, session: Session, token: str, at_ms: int) -> bool:
    row = {**run, "state": "running", "session": token, "at_ms": at_ms}
    if conn.execute(queries()["round_put"], row).rowcount == 1:
        return True
    state, holder = conn.execute(queries()["round_holder"], run).fetchone()
    if state != "running" or holder == token or not session.is_dead(holder):
        return False
    conn.execute(queries()["round_take_over"], row)
    return True


def finish_round(conn: Connection, row: Params, settle: bool) -> int:
    conn.execute(queries()["round_finish"], row)
    return conn.execute(queries()["round_lines_settle"], row).rowcount if settle else 0


# --- lines ---


def _line_row(run: Run, found: Found, role: str, at_ms: int) -> Params:
    return {
        **_run(run),
        "line_key": found.key,
        "order_no": found.order_no,
        "conversation_id": found.conversation_id,
        "reason": found.reason,
        "role": role,
        "rank": found.rank,
        "at_ms": at_ms,
        "doc": to_json(codec.to_plain(found)),
    }


def put_lines(conn: Connection, rows: Sequence[Params]) -> list[tuple[int, bool]]:
    stored = []
    for row in rows:
        line_id, state = conn.execute(queries()["round_line_put"], row).fetchone()
        stored.append((line_id, state == "open"))
    return stored


def lines_did(conn: Connection, did: Sequence[tuple[int, Sequence[str]]]) -> None:
    for line_id, what in did:
        line = load_line(conn, line_id)
        before = [one for one in (line.did if line else ()) if one in _LASTING or one.startswith(("case:", "note:"))]
        row = {"line_id": line_id, "did": to_json(list(dict.fromkeys((*before, *what))))}
        conn.execute(queries()["round_line_did"], row)


def load_line(conn: Connection, line_id: int) -> Line | None:
    row = conn.execute(queries()["round_line_load"], {"line_id": line_id}).fetchone()
    return _line(row) if row else None


def lines(conn: Connection, query: str, wanted: Params) -> list[Line]:
    return [_line(row) for row in conn.execute(queries()[query], wanted)]


def _line(row: Sequence[Any]) -> Line:
    line_id, round_id, role, state, since_ms, did, done_ms, done_by, doc = row
    return Line(
        line_id=line_id,
        round_id=round_id,
        found=from_json(Found, doc),
        role=role,
        state=state,
        since=from_ms(since_ms),
        did=tuple(json.loads(did)),
        done_at=None if done_ms is None else from_ms(done_ms),
        done_by=done_by,
    )


# --- what rounds look through ---


def wishes(conn: Connection, after: str, limit: int) -> list[tuple[str, tuple[str, ...]]]:
    found = conn.execute(queries()["wishes_page"], {"after": after, "limit": limit})
    talks = [from_json(Conversation, doc) for (doc,) in found]
    return [(talk.id, talk.stock_wishes) for talk in talks]


def put_records(conn: Connection, rows: Sequence[Params], replace: bool) -> int:
    query = queries()["record_put"] if replace else queries()["record_add"]
    return sum(conn.execute(query, row).rowcount for row in rows)


def load_record(conn: Connection, kind: str, record_id: str) -> str | None:
    row = conn.execute(queries()["record_load"], {"kind": kind, "id": record_id}).fetchone()
    return row[0] if row else None


def records(conn: Connection, kind: str, after: str, limit: int) -> list[str]:
    found = conn.execute(queries()["records_page"], {"kind": kind, "after": after, "limit": limit})
    return [doc for (doc,) in found]


def put_parcels(conn: Connection, rows: Sequence[Params]) -> None:
    conn.executemany(queries()["parcel_put"], rows)


def parcels(conn: Connection, tracking_nos: Sequence[str]) -> dict[str, tuple[Parcel, datetime]]:
    found = conn.execute(queries()["parcels_of"], {"numbers": to_json(list(tracking_nos))})
    return {number: (from_json(Parcel, doc), from_ms(asked_ms)) for number, asked_ms, doc in found}
