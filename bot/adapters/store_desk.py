"""The part of the SQLite store that the agents' desk talks to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, Literal

from bot.adapters.sql import queries
from bot.adapters.store_reports import SqliteReports
from bot.adapters.store_rows import Params, event_from_json, from_json, from_ms, to_ms
from bot.core.conversation import Conversation
from bot.core.errors import StoreError
from bot.core.ports_desk import DeskSession, Glance, Login
from bot.core.ports_people import Happened

Connection = sqlite3.Connection

#: Later than every moment there will be.
_EVER = 10**15


class SqliteDesk(SqliteReports):
    """Fulfils :class:`bot.core.ports_desk.DeskStore` on the file and the threads of the store that extends it."""

    # --- log-ins ---

    async def logins(self) -> int:
        return self._read(logins)

    async def login(self, login: str) -> Login | None:
        return self._read(load_login, login)

    async def put_login(self, login: Login, at: datetime) -> None:
        """Raises StoreError when nobody of the staff has this id."""
        await self._write(partial(put_login, row={**asdict(login), "at_ms": to_ms(at)}))

    async def count_try(self, subjects: Sequence[str], limit: int, seconds: float, now: datetime) -> bool:
        now_ms = to_ms(now)
        tried = {"now_ms": now_ms, "since_ms": now_ms - int(seconds * 1000), "limit": limit}
        return await self._write(partial(count_try, subjects=list(subjects), tried=tried))

    async def forget_tries(self, subjects: Sequence[str]) -> None:
        await self._write(partial(forget_tries, subjects=list(subjects)))

    # --- sessions ---

    async def put_session(self, session: DeskSession, older_than: datetime) -> None:
        await self._write(partial(put_session, session=session, older_ms=to_ms(older_than)))

    async def session(self, token_hash: str) -> DeskSession | None:
        return self._read(load_session, token_hash)

    async def session_seen(self, token_hash: str, at: datetime) -> None:
        await self._write(partial(session_seen, row={"token_hash": token_hash, "at_ms": to_ms(at)}))

    async def drop_session(self, token_hash: str) -> None:
        await self._write(partial(drop_session, token_hash=token_hash))

    # --- conversations ---

    async def glances(
        self, kind: Literal["held", "snoozed", "recent", "closed"], before: datetime | None = None, limit: int = 200
    ) -> list[Glance]:
        return await self._read_slowly(glances, kind, to_ms(before) if before else _EVER, limit)

    async def glances_among(self, conversation_ids: Sequence[str]) -> list[Glance]:
        return await self._read_slowly(glances_among, list(conversation_ids)) if conversation_ids else []

    async def states_of_words(self, conversation_id: str, limit: int = 200) -> dict[str, str]:
        return self._read(states_of_words, conversation_id, limit)

    # --- what changed ---

    async def change_mark(self) -> int:
        return self._read(change_mark)

    async def queue_mark(self) -> str:
        return self._read(queue_mark)

    async def talk_mark(self, conversation_id: str) -> str:
        return self._read(talk_mark, conversation_id)


# --- what the writer does ---


def put_login(conn: Connection, row: Params) -> None:
    if not conn.execute(queries()["staff_load"], row).fetchall():
        raise StoreError(f"{row['staff_id']} is not on the staff list")
    conn.execute(queries()["desk_login_drop_of"], row)
    conn.execute(queries()["desk_login_put"], row)
    conn.execute(queries()["desk_sessions_drop_of"], row)


def count_try(conn: Connection, subjects: list[str], tried: Params) -> bool:
    conn.execute(queries()["desk_tries_old"], tried)
    locked = conn.execute(queries()["desk_tries_locked"], {**tried, "subjects": json.dumps(subjects)}).fetchone()
    if locked[0]:
        return False
    for subject in subjects:
        conn.execute(queries()["desk_try"], {**tried, "subject": subject})
    return True


def forget_tries(conn: Connection, subjects: list[str]) -> None:
    for subject in subjects:
        conn.execute(queries()["desk_tries_forget"], {"subject": subject})


def put_session(conn: Connection, session: DeskSession, older_ms: int) -> None:
    conn.execute(queries()["desk_sessions_old"], {"older_ms": older_ms})
    row = {**asdict(session), "made_ms": to_ms(session.made_at), "seen_ms": to_ms(session.seen_at)}
    conn.execute(queries()["desk_session_add"], row)


def session_seen(conn: Connection, row: Params) -> None:
    conn.execute(queries()["desk_session_seen"], row)


def drop_session(conn: Connection, token_hash: str) -> None:
    conn.execute(queries()["desk_session_drop"], {"token_hash": token_hash})


# --- reading ---


def logins(conn: Connection) -> int:
    return int(_rows(conn, "desk_logins_count")[0][0])


def load_login(conn: Connection, login: str) -> Login | None:
    found = _rows(conn, "desk_login_load", login=login)
    return Login(*found[0]) if found else None


def load_session(conn: Connection, token_hash: str) -> DeskSession | None:
    found = _rows(conn, "desk_session_load", token_hash=token_hash)
    if not found:
        return None
    token, staff_id, csrf, made_ms, seen_ms = found[0]
    return DeskSession(token, staff_id, csrf, from_ms(made_ms), from_ms(seen_ms))


def glances(conn: Connection, kind: str, before_ms: int, limit: int) -> list[Glance]:
    if kind == "held":
        rows = _rows(conn, "desk_held", limit=limit)
    elif kind == "snoozed":
        rows = _rows(conn, "desk_snoozed", limit=limit)
    else:
        owner = "closed" if kind == "closed" else ""
        rows = _rows(conn, "desk_recent", before_ms=before_ms, owner=owner, limit=limit)
    return [_glance(*row) for row in rows]


def glances_among(conn: Connection, conversation_ids: list[str]) -> list[Glance]:
    return [_glance(*row) for row in _rows(conn, "desk_among", ids=json.dumps(conversation_ids))]


def _glance(doc: str, changed_ms: int, seq: int | None, at_ms: int, body: str) -> Glance:
    last = Happened(seq, from_ms(at_ms), event_from_json(body)) if seq is not None else None
    return Glance(from_json(Conversation, doc), from_ms(changed_ms), last)


def states_of_words(conn: Connection, conversation_id: str, limit: int) -> dict[str, str]:
    # Newest first: of a message and its edit the newest state counts.
    found = _rows(conn, "desk_states", conversation_id=conversation_id, limit=limit)
    return dict(reversed(found))


def change_mark(conn: Connection) -> int:
    """SQLite counts every commit of other connections, and this one never writes."""
    return int(conn.execute("PRAGMA data_version").fetchone()[0])


def queue_mark(conn: Connection) -> str:
    return "/".join(
        str(figure) for name in ("desk_mark_of_talks", "desk_mark_of_cases") for figure in _rows(conn, name)[0]
    )


def talk_mark(conn: Connection, conversation_id: str) -> str:
    found = _rows(conn, "desk_talk_mark", id=conversation_id)
    return "/".join(map(str, found[0])) if found else ""


def _rows(conn: Connection, query: str, **params: Any) -> list[Any]:
    return conn.execute(queries()[query], params).fetchall()
