"""Staff, cases, promises and the staff group in SQL: the writer's jobs, and what is read outside its transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.adapters.sql import queries
from bot.adapters.store_rows import Params, TurnRows, event_from_json, from_json, from_ms, inbox_row, to_json, to_ms
from bot.core import codec
from bot.core.case_keys import Earlier
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.errors import Conflict, StoreError
from bot.core.events import ShopperSpoke
from bot.core.ledger import Promised
from bot.core.people import Staff
from bot.core.ports import InboxRow
from bot.core.ports_people import Happened, Mark, Sheet, Topic, Unposted

Connection = sqlite3.Connection


# --- staff ---


def put_staff(conn: Connection, staff: Staff) -> None:
    holder = None if staff.telegram_id is None else _holder(conn, staff.telegram_id)
    if holder is not None and holder.staff_id != staff.staff_id:
        raise Conflict(f"Telegram account {staff.telegram_id} is linked to {holder.staff_id}")
    _store_staff(conn, staff)


def put_link_code(conn: Connection, staff_id: str, code_hash: str, until_ms: int) -> None:
    if _staff(conn, staff_id) is None:
        raise StoreError(f"{staff_id} is not on the staff list")
    holder = conn.execute(queries()["staff_code_of"], {"code_hash": code_hash}).fetchone()
    if holder is not None and holder[0] != staff_id:
        raise Conflict("this code is somebody else's")
    row = {"staff_id": staff_id, "code_hash": code_hash, "until_ms": until_ms}
    conn.execute(queries()["staff_code_put"], row)


def link_telegram(conn: Connection, code_hash: str, telegram_id: int, now_ms: int) -> Staff | None:
    used = conn.execute(queries()["staff_code_use"], {"code_hash": code_hash, "now_ms": now_ms}).fetchall()
    staff = _staff(conn, used[0][0]) if used else None
    if staff is None:
        return None
    # One account is one person: whoever had it before has it no more.
    holder = _holder(conn, telegram_id)
    if holder is not None:
        _store_staff(conn, replace(holder, telegram_id=None))
    linked = replace(staff, telegram_id=telegram_id)
    _store_staff(conn, linked)
    return linked


def all_staff(conn: Connection) -> list[Staff]:
    return [from_json(Staff, doc) for (doc,) in _rows(conn, "staff_all")]


def _staff(conn: Connection, staff_id: str) -> Staff | None:
    found = _rows(conn, "staff_load", staff_id=staff_id)
    return from_json(Staff, found[0][0]) if found else None


def _holder(conn: Connection, telegram_id: int) -> Staff | None:
    found = _rows(conn, "staff_of_telegram", telegram_id=telegram_id)
    return from_json(Staff, found[0][0]) if found else None


def _store_staff(conn: Connection, staff: Staff) -> None:
    row = {
        "staff_id": staff.staff_id,
        "state": staff.state,
        "telegram_id": staff.telegram_id,
        "doc": to_json(codec.to_plain(staff)),
    }
    conn.execute(queries()["staff_put"], row)


# --- conversations and cases ---


def case(conn: Connection, case_id: str) -> Case | None:
    found = _rows(conn, "case_load", case_id=case_id)
    return from_json(Case, found[0][0]) if found else None


def earlier_case(conn: Connection, case_id: str, key: str) -> Earlier | None:
    found = _rows(conn, "case_key_earlier", case_id=case_id, key=key)
    return Earlier(found[0][0], from_ms(found[0][1])) if found else None


def open_cases(conn: Connection, role: str, limit: int) -> list[Case]:
    return [from_json(Case, doc) for (doc,) in _rows(conn, "cases_open", role=role, limit=limit)]


def cases_due(conn: Connection, now_ms: int, limit: int) -> list[Case]:
    return [from_json(Case, doc) for (doc,) in _rows(conn, "cases_due", now_ms=now_ms, limit=limit)]


def held_conversations(conn: Connection, limit: int) -> list[Conversation]:
    return [from_json(Conversation, doc) for (doc,) in _rows(conn, "conversations_held", limit=limit)]


def events_after(conn: Connection, conversation_id: str, seq: int, limit: int) -> list[Happened]:
    return _happened(_rows(conn, "events_after", conversation_id=conversation_id, seq=seq, limit=limit))


def last_events(conn: Connection, conversation_id: str, limit: int) -> list[Happened]:
    return _happened(reversed(_rows(conn, "events_last", conversation_id=conversation_id, limit=limit)))


def _happened(rows: Iterable[Sequence[Any]]) -> list[Happened]:
    return [Happened(seq, from_ms(at_ms), event_from_json(body)) for seq, at_ms, body in rows]


# --- promises and satisfaction ---


def put_promises(conn: Connection, turn: TurnRows) -> None:
    """The turn's new lines, then what it kept; all promised without an order go to the one it places."""
    for line in turn.promised:
        if conn.execute(queries()["promise_add"], line).rowcount == 0:
            raise Conflict(f"promise {line['promise_id']} stands in the ledger already")
    for kept in turn.kept:
        conn.execute(queries()["promises_keep"], kept)
    if turn.adopts:
        adopted = {"conversation_id": turn.conversation["id"], "order_no": turn.adopts}
        conn.execute(queries()["promises_adopt"], adopted)


def settle_promise(conn: Connection, settled: Params) -> bool:
    return conn.execute(queries()["promise_settle"], settled).rowcount == 1


def promises(conn: Connection, conversation_id: str, order_no: str, open_only: bool, limit: int) -> list[Promised]:
    name = "promises_page_open" if open_only else "promises_page"
    if order_no:
        name = "promises_page_of_order"
    elif conversation_id:
        name = "promises_page_of_conversation"
    wanted = {"conversation_id": conversation_id, "order_no": order_no, "open_only": open_only, "limit": limit}
    return [from_json(Promised, doc) for (doc,) in _rows(conn, name, **wanted)]


def ratings(conn: Connection, since_ms: int) -> list[tuple[str, str, int, str]]:
    return _rows(conn, "ratings_after", since_ms=since_ms)


# --- the staff group ---


def topic(conn: Connection, conversation_id: str) -> Topic | None:
    return _topic(_rows(conn, "topic_load", conversation_id=conversation_id))


def topic_of(conn: Connection, chat_id: int, thread_id: int) -> Topic | None:
    return _topic(_rows(conn, "topic_of_thread", chat_id=chat_id, thread_id=thread_id))


def _topic(rows: Sequence[Sequence[Any]]) -> Topic | None:
    return Topic(*rows[0]) if rows else None


def put_topic(conn: Connection, topic: Topic) -> None:
    row = {
        "conversation_id": topic.conversation_id,
        "chat_id": topic.chat_id,
        "thread_id": topic.thread_id,
        "card_id": topic.card_id,
        "card_shown": topic.card_shown,
        "posted_seq": topic.posted_seq,
    }
    if conn.execute(queries()["topic_posted"], row).rowcount == 0:
        raise StoreError(f"there is no conversation {topic.conversation_id}")
    conn.execute(queries()["topic_put"], row)


def unposted(conn: Connection, limit: int) -> list[Unposted]:
    return [_unposted(*row) for row in _rows(conn, "unposted", limit=limit)]


def _unposted(doc: str, last_seq: int, said: str | None, *filed: Any) -> Unposted:
    conversation = from_json(Conversation, doc)
    topic = Topic(*filed) if filed[0] is not None else None
    return Unposted(conversation, topic, last_seq, _said_at(said) if said else None)


def _said_at(body: str) -> datetime | None:
    event = event_from_json(body)
    return datetime.fromisoformat(event.at) if isinstance(event, ShopperSpoke) else None


def marks_due(conn: Connection, limit: int) -> list[Mark]:
    return [Mark(*row) for row in _rows(conn, "marks_due", limit=limit)]


def mark_shown(conn: Connection, row_id: int) -> None:
    conn.execute(queries()["mark_shown"], {"id": row_id})


def waiting_behind(conn: Connection, row_id: int, limit: int) -> list[InboxRow]:
    return [inbox_row(row) for row in _rows(conn, "inbox_behind", id=row_id, limit=limit)]


def sent_ids(conn: Connection, ref: str) -> list[str]:
    return [platform_id for (platform_id,) in _rows(conn, "sent_ids", ref=ref)]


# --- handover sheets ---


def put_sheet(conn: Connection, sheet: Sheet) -> bool:
    row = {
        "sheet_id": sheet.sheet_id,
        "shift": sheet.shift,
        "day": sheet.day,
        "made_ms": to_ms(sheet.made_at),
        "confirmed": int(bool(sheet.confirmed_by)),
        "doc": to_json(codec.to_plain(sheet)),
    }
    return conn.execute(queries()["sheet_put"], row).rowcount == 1


def sheets(conn: Connection, open_only: bool) -> list[Sheet]:
    found = _rows(conn, "sheets_open") if open_only else _rows(conn, "sheets_all")
    return [from_json(Sheet, doc) for (doc,) in found]


def _rows(conn: Connection, query: str, **params: Any) -> list[Any]:
    return conn.execute(queries()[query], params).fetchall()
