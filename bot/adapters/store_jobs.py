"""What the writer does: each function runs inside its transaction and stores all of its effect or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from bot.adapters.sql import queries
from bot.adapters.store_locks import Session
from bot.adapters.store_nudges import drop_reminder, drop_reminders, record_reminder
from bot.adapters.store_orders import put_order
from bot.adapters.store_people import put_promises
from bot.adapters.store_rows import Params, TurnRows, inbox_row, outbox_row
from bot.core.errors import AlreadyHandled, Conflict, OutOfStock
from bot.core.ports import InboxRow, OutboxRow, Told

Connection = sqlite3.Connection


# --- inbox ---


def take_in(conn: Connection, updates: Sequence[Params]) -> int:
    return conn.executemany(queries()["inbox_take_in"], updates).rowcount


def claim_inbox(conn: Connection, claim: Params) -> list[InboxRow]:
    rows = conn.execute(queries()["inbox_claim_expired"], claim).fetchall()
    rows += conn.execute(queries()["inbox_claim"], {**claim, "limit": claim["limit"] - len(rows)}).fetchall()
    return sorted((inbox_row(row) for row in rows), key=lambda row: row.id)


def unclaim_inbox(conn: Connection, rows: Sequence[InboxRow], session: str) -> None:
    conn.executemany(queries()["inbox_unclaim"], [{"id": row.id, "session": session} for row in rows])


def retry_inbox(conn: Connection, row: Params) -> None:
    conn.execute(queries()["inbox_retry"], row)


def set_inbox_aside(conn: Connection, row: Params) -> None:
    _leave_inbox(conn, "inbox_set_aside", row)


def finish_inbox(conn: Connection, row: Params) -> bool:
    """False, and nothing changed, when the row is not claimed (any more)."""
    return _leave_inbox(conn, "inbox_done", row)


def _leave_inbox(conn: Connection, query: str, row: Params) -> bool:
    left = conn.execute(queries()[query], row).rowcount == 1
    if left:
        conn.execute(queries()["inbox_next_head"], row)
    return left


# --- a turn ---


def commit(conn: Connection, turn: TurnRows) -> None:
    if turn.inbox_id is not None and not finish_inbox(conn, {"id": turn.inbox_id, "at_ms": turn.at_ms}):
        raise AlreadyHandled
    _append_events(conn, turn, _put_conversation(conn, turn))
    if turn.orders:
        _put_orders(conn, turn)
    _put_all(conn, "case_put", turn.cases, "case_id")
    _put_keys(conn, turn.cases)
    for use in turn.uses:
        if conn.execute(queries()["promotion_use"], use).rowcount == 0:
            raise Conflict(f"promotion {use['promotion_id']} was used before")
    if turn.promised or turn.kept or turn.adopts:
        put_promises(conn, turn)
    for query, rating in turn.ratings:
        conn.execute(queries()[query], rating)
    conn.executemany(queries()["outbox_put"], turn.replies)
    if turn.conversation["owner"] in ("agent", "closed"):
        _silence_bot(conn, turn)


def _put_keys(conn: Connection, cases: Sequence[Params]) -> None:
    """Take, keep or give back what may be served once. Who took it for new is refused where another one was first."""
    for case in cases:
        conn.execute(queries()["case_key_release"], case)
        if not case["key"]:
            continue
        if case["first"] and conn.execute(queries()["case_key_earlier"], case).fetchone():
            raise Conflict(f"what case {case['case_id']} is about was taken by another one meanwhile")
        conn.execute(queries()["case_key_take"], case)


def _put_conversation(conn: Connection, turn: TurnRows) -> int:
    """Sequence number of the newest event after this turn."""
    query = "conversation_update" if turn.version else "conversation_insert"
    stored = conn.execute(queries()[query], turn.conversation).fetchall()
    if not stored:
        raise Conflict
    last_seq: int = stored[0][0]
    return last_seq


def _append_events(conn: Connection, turn: TurnRows, last_seq: int) -> None:
    first, conversation_id = last_seq - len(turn.events) + 1, turn.conversation["id"]
    conn.executemany(
        queries()["event_insert"],
        [
            {"conversation_id": conversation_id, "seq": seq, "at_ms": turn.at_ms, "body": body}
            for seq, body in enumerate(turn.events, first)
        ],
    )


def _put_orders(conn: Connection, turn: TurnRows) -> None:
    for order in turn.orders:
        put_order(conn, order)
    for held in turn.reserves:
        if conn.execute(queries()["stock_reserve"], held).rowcount == 0:
            raise OutOfStock(held["sku"])
        conn.execute(queries()["reservation_add"], held)


def _put_all(conn: Connection, query: str, rows: Sequence[Params], key: str) -> None:
    for row in rows:
        if conn.execute(queries()[query], row).rowcount == 0:
            raise Conflict(f"{row[key]} belongs to another conversation")


# --- outbox ---


def _silence_bot(conn: Connection, turn: TurnRows) -> None:
    """At once, and not only when its turn to be sent comes: the conversation may be the bot's again by then."""
    drop_waiting(conn, turn.conversation["id"], turn.at_ms)
    conn.execute(queries()["outbox_last_try"], {"conversation_id": turn.conversation["id"]})


def drop_waiting(conn: Connection, conversation_id: str, now_ms: int) -> None:
    """What the bot has to say, reminders too; what people said waits on, and its first may be sent."""
    about = {"conversation_id": conversation_id}
    drop_reminders(conn, conversation_id)
    conn.execute(queries()["outbox_drop"], {**about, "now_ms": now_ms})
    conn.execute(queries()["outbox_next_head"], about)


def claim_outbox(conn: Connection, claim: Params, channels: Sequence[str], limit: int) -> list[OutboxRow]:
    """Claims up to ``limit``, oldest first; what the bot queued is dropped where a person owns the conversation."""
    while True:
        found = [
            head
            for channel in channels
            for head in conn.execute(queries()["outbox_heads"], {**claim, "channel": channel, "limit": limit})
        ]
        silenced = {head[1] for head in found if head[8]}
        pointless = [head for head in found if head[9] and not head[8]]
        if not silenced and not pointless:
            break
        for conversation_id in silenced:
            drop_waiting(conn, conversation_id, claim["now_ms"])
        for head in pointless:
            conn.execute(queries()["outbox_drop_one"], {"id": head[0], "now_ms": claim["now_ms"]})
            conn.execute(queries()["outbox_next_head"], {"conversation_id": head[1]})
            if head[6] == "reminder":
                drop_reminder(conn, head[7])
    rows = [outbox_row(head[:8]) for head in sorted(found)[:limit]]
    conn.executemany(queries()["outbox_claim"], [{**claim, "id": row.id} for row in rows])
    return rows


def unclaim_outbox(conn: Connection, rows: Sequence[OutboxRow], session: str) -> None:
    conn.executemany(queries()["outbox_unclaim"], [{"id": row.id, "session": session} for row in rows])


def record_delivery(conn: Connection, row: Params, told: Told | None = None) -> None:
    about = conn.execute(queries()["outbox_about"], {"id": row["id"]}).fetchone()
    if about is None:
        return
    kind, ref, conversation_id = about
    conn.execute(queries()["outbox_finish"], row)
    conn.execute(queries()["outbox_next_head"], {"conversation_id": conversation_id})
    if row["outcome"] == "unreachable":
        conn.execute(queries()["conversation_unreachable"], {"id": conversation_id, "at_ms": row["at_ms"]})
    if kind == "reminder":
        record_reminder(conn, ref, conversation_id, row["outcome"], row["at_ms"], told)


def postpone_outbox(conn: Connection, row: Params) -> None:
    conn.execute(queries()["outbox_postpone"], row)


def recover(conn: Connection, session: Session, at_ms: int) -> int:
    """Frees what dead processes had claimed: inbox rows wait again, sends in flight become uncertain; how many."""
    for (token,) in conn.execute(queries()["inbox_lost_sessions"]).fetchall():
        if session.is_dead(token):
            conn.execute(queries()["inbox_release_session"], {"session": token})
    lost = 0
    for (token,) in conn.execute(queries()["outbox_lost_sessions"]).fetchall():
        if session.is_dead(token):
            lost += _doubt_sends_of(conn, token, at_ms)
    session.sweep()
    return lost


def _doubt_sends_of(conn: Connection, token: str, at_ms: int) -> int:
    in_flight = conn.execute(queries()["outbox_in_flight_of"], {"session": token}).fetchall()
    for (row_id,) in in_flight:
        record_delivery(conn, {"id": row_id, "outcome": "uncertain", "at_ms": at_ms, "platform_id": None})
    return len(in_flight)


def probe(conn: Connection, at: str) -> None:
    conn.execute(queries()["probe"], {"at": at})
