"""Reading the tables into core values; never inside the writer's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.adapters.sql import queries
from bot.adapters.store_rows import event_from_json, from_json, outbox_row
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.events import Event
from bot.core.orders import Order
from bot.core.ports import Loaded, OutboxRow

Connection = sqlite3.Connection


def load(conn: Connection, conversation_id: str, channel: str, skus: Iterable[str]) -> Loaded:
    """The conversation with its orders and open cases as of one moment."""
    stored = _rows(conn, "conversation_load", id=conversation_id)
    if not stored:
        return Loaded(Conversation(conversation_id, channel), 0, reserved=reserved(conn, skus))
    version, doc, order_docs, used, case_docs = stored[0]
    return Loaded(
        conversation=from_json(Conversation, doc),
        version=version,
        orders=tuple(from_json(Order, order) for order in json.loads(order_docs)),
        used_promotions=frozenset(json.loads(used)),
        reserved=reserved(conn, skus),
        cases=tuple(from_json(Case, case) for case in json.loads(case_docs)),
    )


def reserved(conn: Connection, skus: Iterable[str]) -> Mapping[str, int]:
    wanted = json.dumps(list(skus))
    return dict(_rows(conn, "stock_reserved", skus=wanted)) if wanted != "[]" else {}


def orders(conn: Connection, conversation_id: str) -> list[Order]:
    return [from_json(Order, doc) for (doc,) in _rows(conn, "orders_of", conversation_id=conversation_id)]


def cases(conn: Connection, conversation_id: str) -> list[Case]:
    return [from_json(Case, doc) for (doc,) in _rows(conn, "cases_of", conversation_id=conversation_id)]


def events(conn: Connection, conversation_id: str) -> list[Event]:
    return [event_from_json(body) for (body,) in _rows(conn, "events_of", conversation_id=conversation_id)]


def outbox(conn: Connection, conversation_id: str) -> list[tuple[OutboxRow, str]]:
    found = _rows(conn, "outbox_of", conversation_id=conversation_id)
    return [(outbox_row(row[:8]), row[8]) for row in found]


def counts(conn: Connection) -> Mapping[str, int]:
    return dict(_rows(conn, "counts"))


def inbox_claimable(conn: Connection, now_ms: int) -> bool:
    return bool(_rows(conn, "inbox_claimable", now_ms=now_ms)[0][0])


def outbox_claimable(conn: Connection, now_ms: int, channels: Sequence[str]) -> bool:
    return any(_rows(conn, "outbox_claimable", now_ms=now_ms, channel=channel)[0][0] for channel in channels)


def queued(conn: Connection, channels: Sequence[str]) -> bool:
    return any(_rows(conn, "outbox_queued", channel=channel)[0][0] for channel in channels)


def silenced(conn: Connection, conversation_id: str) -> bool:
    return bool(_rows(conn, "conversation_silenced", id=conversation_id)[0][0])


def _rows(conn: Connection, query: str, **params: Any) -> list[Any]:
    return conn.execute(queries()[query], params).fetchall()
