"""The part of the SQLite store that forgets what is past its time, a bite at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.adapters.sql import erasing
from bot.adapters.store_rows import Params, from_json, to_json, to_ms
from bot.adapters.store_threads import StoreThreads
from bot.core import codec
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.erasure import case_without, talk_without
from bot.core.ports_keep import Forgotten

Connection = sqlite3.Connection

_ROWS: dict[Forgotten, str] = {
    "raw": "forget_raw",
    "lines": "forget_lines",
    "records": "forget_records",
    "parcels": "forget_parcels",
    "questions": "forget_lessons",
}


class SqliteKeep(StoreThreads):
    """Fulfils :class:`bot.core.ports_keep.KeepStore` on the file and threads of the store that extends it."""

    async def forget_rows(self, kind: Forgotten, before: datetime, limit: int = 500) -> int:
        # A membership's end is a day, a card's month a month: both sort before any moment within them.
        row = {"before_ms": to_ms(before), "before_day": before.date().isoformat(), "limit": limit}
        return await self._write(partial(_forget_rows, query=_ROWS[kind], row=row))

    async def forget_talks(self, before: datetime, limit: int = 100) -> int:
        quiet = await self._read_slowly(quiet_talks, to_ms(before), limit)
        if not quiet:
            return 0
        return await self._write(partial(forget_talks, ids=quiet, before_ms=to_ms(before), at=before))


def _forget_rows(conn: Connection, query: str, row: Params) -> int:
    return conn.execute(erasing()[query], row).rowcount


def quiet_talks(conn: Connection, before_ms: int, limit: int) -> list[str]:
    found = conn.execute(erasing()["quiet_talks"], {"before_ms": before_ms, "limit": limit})
    return [talk_id for (talk_id,) in found]


def forget_talks(conn: Connection, ids: Sequence[str], before_ms: int, at: datetime) -> int:
    """How many; one that somebody woke meanwhile stays."""
    return sum(_forget_talk(conn, talk_id, before_ms, at) for talk_id in ids)


def _forget_talk(conn: Connection, talk_id: str, before_ms: int, at: datetime) -> bool:
    row = conn.execute(erasing()["quiet_talk"], {"id": talk_id, "before_ms": before_ms}).fetchone()
    if row is None:
        return False
    hers = {"id": talk_id, "talks": to_json([talk_id])}
    for (doc,) in conn.execute(erasing()["person_cases"], hers).fetchall():
        case = from_json(Case, doc)
        # Its digest of what may be served once stays with it: it tells nobody who she is.
        bare = replace(case_without(case, talk_id, at), key=case.key)
        conn.execute(erasing()["forget_case"], {"case_id": case.case_id, "doc": to_json(codec.to_plain(bare))})
    for query in ("erase_inbox", "erase_outbox", "erase_ratings", "erase_topics", "erase_events"):
        conn.execute(erasing()[query], hers)
    bare_talk = talk_without(from_json(Conversation, row[0]))
    conn.execute(erasing()["forget_talk"], {"id": talk_id, "doc": to_json(codec.to_plain(bare_talk))})
    return True
