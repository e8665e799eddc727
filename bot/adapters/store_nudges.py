"""What the writer does for reminders, and what a round reads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
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
from bot.core.nudges import SlotClaim, Unpaid
from bot.core.orders import Order, flagged, with_note
from bot.core.ports import CallRow, Recovery, Told

Connection = sqlite3.Connection

#: Outcomes after which only a phone call is left.
_NOT_SENT = {"unreachable": "unreachable", "rejected": "unreachable"}
#: Answers of the API that are older are forgotten; platforms repeat for 4 days at most.
_KEEP_ANSWERS_MS = 7 * 86_400_000


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
    conn.execute(queries()["idempotency_forget"], {"before_ms": slot["at_ms"] - _KEEP_ANSWERS_MS})


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
    queue = [
        reminder_row(order.order_no, order.conversation_id, order.channel, until_ms, at_ms)
        for order in reminds
        if order.order_no in claimed
    ]
    conn.executemany(queries()["outbox_put"], queue)
    conn.executemany(queries()["nudge_hold_out"], [{**slot, "order_no": order_no} for order_no in held_out])
    rows = [{"order_no": order_no, "reason": reason, "at_ms": at_ms} for order_no, reason in calls]
    conn.executemany(queries()["call_add"], rows)
    return len(queue)


def set_outcome(conn: Connection, order_no: str, outcome: str) -> None:
    conn.execute(queries()["nudge_outcome"], {"order_no": order_no, "outcome": outcome})


def drop_reminders(conn: Connection, conversation_id: str) -> None:
    """The reminders of a conversation whose queue is about to be dropped were never sent."""
    waiting = conn.execute(queries()["outbox_waiting_reminders"], {"conversation_id": conversation_id}).fetchall()
    for (order_no,) in waiting:
        set_outcome(conn, order_no, "dropped")


# --- delivered ---


def record_reminder(conn: Connection, order_no: str, outcome: str, at_ms: int, told: Told | None) -> None:
    """Outcome, event, note and flag together; an order paid meanwhile keeps its red flag (A10)."""
    set_outcome(conn, order_no, outcome)
    if outcome in _NOT_SENT:
        conn.execute(queries()["call_add"], {"order_no": order_no, "reason": _NOT_SENT[outcome], "at_ms": at_ms})
    order = load_order(conn, order_no) if outcome == "sent" and told is not None else None
    if order is None or told is None:
        return
    put_order(conn, order_rows(flagged(with_note(order, told.note), "reminded"), at_ms))
    _happened(conn, order.conversation_id, told, at_ms)


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
    wanted = {**slot, "pending_ms": pending_ms, "after": after, "limit": limit}
    return [_unpaid(row) for row in conn.execute(queries()["unpaid_page"], wanted)]


def _unpaid(row: Sequence[Any]) -> Unpaid:
    order_no, conversation_id, created_ms, goods, settled, channel, owner, opted_out, away, held, reminders = row
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
