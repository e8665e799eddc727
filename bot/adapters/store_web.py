"""The part of the SQLite store that the shop's page talks to."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bot.adapters.sql import queries
from bot.adapters.store_jobs import drop_waiting, unclaim_outbox
from bot.adapters.store_locks import Session
from bot.adapters.store_nudges import drop_reminder
from bot.adapters.store_rows import Params, event_from_json, from_json, from_ms, inbox_row, outbox_row, to_json, to_ms
from bot.adapters.store_threads import StoreThreads
from bot.core import codec
from bot.core.events import ShopperSpoke
from bot.core.messages import Reply
from bot.core.ports import InboxRow, OutboxRow
from bot.core.transcript import Arrived, Before, Page, Spoken, latest

Connection = sqlite3.Connection

_SECRET_BYTES = 32
#: Beyond every number there will be.
_NEWEST = Before(10**17, 10**17)


class SqliteWeb(StoreThreads):
    """Fulfils :class:`bot.core.ports_web.WebStore` on the file and the threads of the store that extends it."""

    async def secret(self, name: str) -> bytes:
        return await self._write(partial(keep_secret, name=name, fresh=secrets.token_hex(_SECRET_BYTES)))

    async def claim_outbox_of(self, worker: str, now: datetime, conversation_id: str) -> OutboxRow | None:
        if not self._read(waiting_among, [conversation_id]):
            return None
        session = self._session().hold()
        claim = {"worker": worker, "session": session, "now_ms": to_ms(now), "conversation_id": conversation_id}
        return await self._write(
            partial(claim_outbox_of, claim=claim),
            lambda row: partial(unclaim_outbox, rows=[row] if row else [], session=session),
        )

    async def keep_words(self, row_id: int, reply: Reply) -> None:
        await self._write(partial(keep_words, row={"id": row_id, "body": to_json(codec.to_plain(reply))}))

    async def recover_channel(self, channel: str) -> int:
        return await self._write(partial(recover_channel, session=self._session(), channel=channel))

    async def waiting_among(self, conversation_ids: Sequence[str]) -> list[str]:
        return self._read(waiting_among, conversation_ids)

    async def unhandled(self, conversation_id: str) -> list[InboxRow]:
        return self._read(unhandled, conversation_id)

    async def transcript(self, conversation_id: str, before: Before | None, limit: int) -> Page:
        return await self._read_slowly(transcript, conversation_id, before or _NEWEST, limit)


# --- what the writer does ---


def keep_secret(conn: Connection, name: str, fresh: str) -> bytes:
    conn.execute(queries()["secret_make"], {"name": f"secret.{name}", "value": fresh})
    kept: str = conn.execute(queries()["secret_read"], {"name": f"secret.{name}"}).fetchone()[0]
    return bytes.fromhex(kept)


def claim_outbox_of(conn: Connection, claim: Params) -> OutboxRow | None:
    """The same rules as for all channels together: what has lost its reason is dropped on the way."""
    while (head := conn.execute(queries()["outbox_head_of"], claim).fetchone()) is not None:
        if head[8]:
            drop_waiting(conn, claim["conversation_id"], claim["now_ms"])
        elif head[9]:
            conn.execute(queries()["outbox_drop_one"], {"id": head[0], "now_ms": claim["now_ms"]})
            conn.execute(queries()["outbox_next_head"], claim)
            if head[6] == "reminder":
                drop_reminder(conn, head[7])
        else:
            conn.execute(queries()["outbox_claim"], {**claim, "id": head[0]})
            return outbox_row(head[:8])
    return None


def keep_words(conn: Connection, row: Params) -> None:
    conn.execute(queries()["outbox_keep_words"], row)


def recover_channel(conn: Connection, session: Session, channel: str) -> int:
    back = 0
    for (token,) in conn.execute(queries()["outbox_lost_sessions"]).fetchall():
        if session.is_dead(token):
            lost = {"session": token, "channel": channel}
            back += conn.execute(queries()["outbox_recover_channel"], lost).rowcount
    return back


# --- reading ---


def waiting_among(conn: Connection, conversation_ids: Sequence[str]) -> list[str]:
    return [row[0] for row in _rows(conn, "outbox_waiting_among", ids=json.dumps(list(conversation_ids)))]


def unhandled(conn: Connection, conversation_id: str) -> list[InboxRow]:
    return [inbox_row(row) for row in _rows(conn, "inbox_unhandled", conversation_id=conversation_id)]


def transcript(conn: Connection, conversation_id: str, before: Before, limit: int) -> Page:
    about = {"conversation_id": conversation_id, "limit": limit + 1}
    spoken = [
        Spoken(seq, datetime.fromisoformat(event.at), event)
        for seq, body in _rows(conn, "events_spoken", before=before.seq, **about)
        if isinstance(event := event_from_json(body), ShopperSpoke)
    ]
    arrived = [
        Arrived(row_id, from_ms(created_ms), from_json(Reply, body))
        for row_id, created_ms, body in _rows(conn, "outbox_arrived", before=before.row_id, **about)
    ]
    return latest(spoken[::-1], arrived[::-1], before, limit)


def _rows(conn: Connection, query: str, **params: Any) -> list[Any]:
    return conn.execute(queries()[query], params).fetchall()
