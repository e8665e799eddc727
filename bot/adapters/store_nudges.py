"""What the writer does for reminders, and what a round reads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.adapters.sql import queries
from bot.adapters.store_locks import Session
from bot.adapters.store_orders import load_order, put_order
from bot.adapters.store_rows import (
    Params,
    conversation_row,
    from_json,
    from_ms,
    order_rows,
    reminder_row,
    to_json,
    to_ms,
)
from bot.core import codec
from bot.core.conversation import Conversation, fold
from bot.core.nudges import SlotClaim, Unpaid, order_nos_of, ref_of
from bot.core.orders import Order, flagged, with_note
from bot.core.ports import Told
from bot.core.ports_orders import CallRow, Recovery

Connection = sqlite3.Connection

#: Outcomes after which only a phone call is left.
_NOT_SENT = {"unreachable": "unreachable", "rejected": "unreachable"}


def slot_params(claim: SlotClaim) -> Params:
    return {"day": claim.slot.day.isoformat(), "at": f"{claim.slot.at:%H:%M}", "due_ms": to_ms(claim.due_at)}


# --- the ledger of rounds ---


def claim_slot(conn: Connection, slot: Params, session: Session, token: str, at_ms: int) -> bool:
    row = {**slot, "state": "running", "session": token, "at_ms": at_ms}
    if conn.execute(queries()["slot_put"], row).rowcount == 1:
        return True
    state, holder = conn.execute(queries()["slot_holder"], slot).fetchone()
    if state != "running" or holder == token or not session.is_dead(holder):
        return False
    conn.execute(queries()["slot_take_over"], row)
    return True


def skip_slot(conn: Connection, slot: Params, at_ms: int) -> bool:
    row = {**slot, "state": "missed", "session": None, "at_ms": at_ms}
    # A shop that never ran a round has missed nothing.
    opened = bool(conn.execute(queries()["slots_any_run"]).fetchone()[0])
    return conn.execute(queries()["slot_put"], row).rowcount == 1 and opened


def finish_slot(conn: Connection, slot: Params) -> None:
    conn.execute(queries()["slot_finish"], slot)


# --- claiming ---


def claim_reminders(
    conn: Connection,
    claim: SlotClaim,
    reminds: Sequence[Unpaid],
    held_out: Sequence[str],
    calls: Sequence[tuple[str, str]],
    at_ms: int,
) -> int:
    slot, until_ms = {**slot_params(claim), "at_ms": at_ms}, to_ms(claim.until)
    planned = to_json([(order.order_no, order.conversation_id) for order in reminds])
    # One statement for all: a call costs more than what it does here.
    claimed = {row[0] for row in conn.execute(queries()["nudges_claim"], {**slot, "orders": planned})}
    chats = dict[tuple[str, str], list[str]]()
    for order in reminds:
        if order.order_no in claimed:
            chats.setdefault((order.conversation_id, order.channel), []).append(order.order_no)
    queue = [reminder_row(ref_of(numbers), *chat, until_ms, at_ms) for chat, numbers in chats.items()]
    conn.executemany(queries()["outbox_put"], queue)
    conn.executemany(queries()["nudge_hold_out"], [{**slot, "order_no": order_no} for order_no in held_out])
    rows = [{"order_no": order_no, "reason": reason, "at_ms": at_ms} for order_no, reason in calls]
    conn.executemany(queries()["call_add"], rows)
    return len(claimed)


def set_outcome(conn: Connection, order_no: str, outcome: str) -> None:
    conn.execute(queries()["nudge_outcome"], {"order_no": order_no, "outcome": outcome})


def drop_reminders(conn: Connection, conversation_id: str) -> None:
    """The reminders of a conversation whose queue is about to be dropped were never sent."""
    waiting = conn.execute(queries()["outbox_waiting_reminders"], {"conversation_id": conversation_id}).fetchall()
    for (ref,) in waiting:
        drop_reminder(conn, ref)


def drop_reminder(conn: Connection, ref: str) -> None:
    """It was never sent."""
    for order_no in order_nos_of(ref):
        set_outcome(conn, order_no, "dropped")


# --- delivered ---


def record_reminder(
    conn: Connection, ref: str, conversation_id: str, outcome: str, at_ms: int, told: Told | None
) -> None:
    """Outcome, event, notes and flags of every order it told, together; one paid meanwhile keeps its red flag (A10)."""
    for order_no in order_nos_of(ref):
        if told is None or not told.order_nos or order_no in told.order_nos:
            _record_order(conn, order_no, outcome, at_ms, told)
        else:
            set_outcome(conn, order_no, "dropped")
    if outcome == "sent" and told is not None:
        _happened(conn, conversation_id, told, at_ms)


def _record_order(conn: Connection, order_no: str, outcome: str, at_ms: int, told: Told | None) -> None:
    set_outcome(conn, order_no, outcome)
    if outcome in _NOT_SENT:
        conn.execute(queries()["call_add"], {"order_no": order_no, "reason": _NOT_SENT[outcome], "at_ms": at_ms})
    order = load_order(conn, order_no) if outcome == "sent" and told is not None else None
    if order is not None and told is not None:
        put_order(conn, order_rows(flagged(with_note(order, told.note), "reminded"), at_ms))


def _happened(conn: Connection, conversation_id: str, told: Told, at_ms: int) -> None:
    stored = conn.execute(queries()["conversation_load"], {"id": conversation_id}).fetchone()
    if stored is None:
        return
    conversation = fold(from_json(Conversation, stored[1]), (told.event,))
    row = conversation_row(conversation, stored[0], 1, at_ms, shopper=False)
    seq = conn.execute(queries()["conversation_update"], row).fetchone()[0]
    body = to_json(codec.event_to_plain(told.event))
    conn.execute(
        queries()["event_insert"], {"conversation_id": conversation_id, "seq": seq, "at_ms": at_ms, "body": body}
    )


# --- reading ---


def unpaid_page(conn: Connection, slot: Params, pending_ms: int, after: str, limit: int) -> list[Unpaid]:
    page = conn.execute(queries()["unpaid_page"], {"after": after, "limit": limit}).fetchall()
    if not page:
        return []
    numbers, last = [order_no for order_no, _ in page], page[-1][0]
    chats = to_json(sorted({chat for _, chat in page if chat}))
    beside = conn.execute(queries()["unpaid_beside"], {"conversations": chats, "last": last}).fetchall()
    # The last one of the page stays last: the next page begins there.
    numbers[-1:] = [*sorted(order_no for (order_no,) in beside), last]
    wanted = {**slot, "pending_ms": pending_ms, "numbers": to_json(numbers)}
    known = {row[0]: row for row in conn.execute(queries()["unpaid_facts"], wanted)}
    return [_unpaid(known[order_no]) for order_no in numbers]


def _unpaid(row: Sequence[Any]) -> Unpaid:
    order_no, conversation_id, created_ms, goods, settled, channel, owner, opted_out, away, held, reminders, care = row
    earlier, ever = divmod(reminders or 0, 1000)
    now, today = divmod(earlier, 1000)
    return Unpaid(
        order_no=order_no,
        conversation_id=conversation_id or "",
        channel=channel or "",
        created_at=from_ms(created_ms),
        goods=tuple((sku, pieces) for sku, pieces in json.loads(goods)),
        reserved=bool(held),
        owner=owner or "bot",
        settled=bool(settled),
        opted_out=bool(opted_out),
        unreachable=bool(away),
        reminded_today=today,
        reminded_ever=ever,
        in_this_slot=bool(now),
        care_until=datetime.fromisoformat(care) if care else None,
    )


def calls(conn: Connection, after: str, limit: int) -> list[CallRow]:
    found = conn.execute(queries()["calls_page"], {"after": after, "limit": limit})
    return [CallRow(from_json(Order, doc), reason, from_ms(since_ms)) for doc, reason, since_ms in found]


def recovery(conn: Connection, since_ms: int, window_ms: int) -> Recovery:
    counted = Recovery(0, 0, 0, 0)
    for held, orders, paid in conn.execute(
        queries()["nudges_recovered"], {"since_ms": since_ms, "window_ms": window_ms}
    ):
        if held:
            counted = replace(counted, held_out=orders, held_out_paid=paid)
        else:
            counted = replace(counted, reminded=orders, reminded_paid=paid)
    return counted
