"""What the writer does to orders: each function runs inside its transaction and stores all of its effect or none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from bot.adapters.sql import queries
from bot.adapters.store_rows import OrderRows, Params, from_json, from_ms, order_rows, to_json, to_ms
from bot.core.errors import Conflict, KeyReused
from bot.core.order_events import Ignored, OrderEvent, Refused, apply
from bot.core.orders import Note, Order, RedFlag, Status, with_note
from bot.core.ports_orders import EventResult, IdempotencyKey, PlatformRow

Connection = sqlite3.Connection

#: What becomes of the promises that go with a parcel when the order reaches a status: state, and by what.
_SETTLES = {
    Status.SHIPPED: ("kept", "shipped"),
    Status.SIGNED: ("kept", "shipped"),
    Status.CONFIRMED: ("kept", "shipped"),
    Status.CLOSED: ("withdrawn", "closed"),
    Status.REFUNDED: ("withdrawn", "refunded"),
}


def load_order(conn: Connection, order_no: str) -> Order | None:
    found = conn.execute(queries()["order_load"], {"order_no": order_no}).fetchone()
    return from_json(Order, found[0]) if found else None


def load_by_platform_id(conn: Connection, source: str, platform_id: str) -> Order | None:
    named = {"source": source, "platform_id": platform_id}
    found = conn.execute(queries()["order_by_platform_id"], named).fetchone()
    return from_json(Order, found[0]) if found else None


def orders_of_buyer(conn: Connection, buyer_id: str, limit: int) -> list[Order]:
    found = conn.execute(queries()["orders_of_buyer"], {"buyer_id": buyer_id, "limit": limit})
    return [from_json(Order, doc) for (doc,) in found]


def put_order(conn: Connection, rows: OrderRows) -> None:
    """Raises Conflict when it changed since it was read. What its platform must hear of is queued."""
    order_no, at_ms = rows.order["order_no"], rows.order["at_ms"]
    status, *before = conn.execute(queries()["order_head"], {"order_no": order_no}).fetchone() or (None, None, 0)
    if conn.execute(queries()["order_put"], rows.order).rowcount == 0:
        raise Conflict(f"order {order_no} was changed meanwhile, or belongs to another conversation")
    conn.executemany(queries()["note_add"], rows.notes[before[1] :])
    if rows.tells and before != [rows.order["flag"], len(rows.notes)]:
        conn.execute(queries()["platform_put"], {"order_no": order_no, "at_ms": at_ms})
    if rows.frees:
        conn.execute(queries()["stock_release"], {"order_no": order_no})
        conn.execute(queries()["reservation_free"], {"order_no": order_no, "at_ms": at_ms})
    if status != rows.order["status"]:
        _settle_promises(conn, order_no, status, rows.order["status"], at_ms)


def _settle_promises(conn: Connection, order_no: str, before: str | None, after: str, at_ms: int) -> None:
    settled = _SETTLES.get(Status(after))
    # Only on the way from one to the other: a gift promised after the parcel left is not in it.
    if settled is None or (before is not None and _SETTLES.get(Status(before)) == settled):
        return
    state, by = settled
    row = {"order_no": order_no, "state": state, "by": by, "at": from_ms(at_ms).isoformat()}
    conn.execute(queries()["promises_settle_order"], row)


# --- what is reported ---


class Sale(NamedTuple):
    """How a payment is noted (A10)."""

    bot_staff_id: str
    red_flag: RedFlag


def take_order_events(
    conn: Connection, events: Sequence[OrderEvent], sale: Sale, at_ms: int, key: IdempotencyKey | None
) -> list[EventResult]:
    if key is not None and (told := _answered(conn, key)) is not None:
        return [EventResult(*result) for result in json.loads(told)]
    results = [_take_one(conn, event, sale, at_ms) for event in events]
    if key is not None:
        _remember(conn, key, to_json([(r.order_no, r.state, r.reason) for r in results]), at_ms)
    return results


def _take_one(conn: Connection, event: OrderEvent, sale: Sale, at_ms: int) -> EventResult:
    delivery = {"source": event.source, "delivery_id": event.delivery_id}
    if event.delivery_id and conn.execute(queries()["order_event_seen"], delivery).fetchone():
        return EventResult(event.order_no, "ignored", "this delivery was taken before")
    before = load_order(conn, event.order_no)
    result = apply(before, event, *sale)
    if isinstance(result, Refused):
        # Not remembered: the same delivery may come again once what it lacks is known.
        return EventResult(event.order_no, "refused", result.reason)
    reason = result.reason if isinstance(result, Ignored) else ""
    taken = EventResult(event.order_no, "ignored" if isinstance(result, Ignored) else "stored", reason)
    if not isinstance(result, Ignored):
        _store(conn, before, result.order, at_ms)
    if event.delivery_id or taken.state == "stored":
        conn.execute(
            queries()["order_event_add"],
            {
                **delivery,
                "order_no": event.order_no,
                "kind": event.kind,
                "at_ms": to_ms(event.at),
                "state": taken.state,
                "reason": reason,
                "taken_ms": at_ms,
            },
        )
    return taken


def _store(conn: Connection, before: Order | None, order: Order, at_ms: int) -> None:
    put_order(conn, order_rows(order, at_ms))
    was_paid = before is not None and before.paid_at is not None
    if not was_paid and (paid := order.paid_at) is not None:
        conn.execute(queries()["nudge_paid"], {"order_no": order.order_no, "at_ms": to_ms(paid)})


def _answered(conn: Connection, key: IdempotencyKey) -> str | None:
    found = conn.execute(queries()["idempotency_find"], {"key": key.key}).fetchone()
    if found is None:
        return None
    if found[0] != key.body_hash:
        raise KeyReused
    answer: str = found[1]
    return answer


def _remember(conn: Connection, key: IdempotencyKey, answer: str, at_ms: int) -> None:
    row = {"key": key.key, "body_hash": key.body_hash, "answer": answer, "at_ms": at_ms}
    conn.execute(queries()["idempotency_add"], row)


def add_note(conn: Connection, order_no: str, note: Note, at_ms: int, key: IdempotencyKey | None) -> Order | None:
    if key is not None and _answered(conn, key) is not None:
        return load_order(conn, order_no)
    order = load_order(conn, order_no)
    if order is None:
        return None
    noted = with_note(order, note)
    put_order(conn, order_rows(noted, at_ms))
    if key is not None:
        _remember(conn, key, "[]", at_ms)
    return replace(noted, version=noted.version + 1)


# --- whose it is ---


def bind_order(conn: Connection, order_no: str, conversation_id: str, at_ms: int, how: str) -> bool:
    binding = {"order_no": order_no, "conversation_id": conversation_id, "at_ms": at_ms}
    if conn.execute(queries()["order_bind"], binding).rowcount == 0:
        return False
    conn.execute(queries()["binding_tries_forget"], _subjects(conversation_id, order_no))
    log = {"kind": "bound", "source": how, "delivery_id": "", "state": "stored", "reason": "", "taken_ms": at_ms}
    conn.execute(queries()["order_event_add"], {**log, "order_no": order_no, "at_ms": at_ms})
    return True


def count_binding_try(conn: Connection, conversation_id: str, order_no: str, limit: int, at: Params) -> int | None:
    subjects = _subjects(conversation_id, order_no)
    tries: int = conn.execute(queries()["binding_tries_of"], {**subjects, **at}).fetchone()[0]
    if tries >= limit:
        return None
    for subject in subjects.values():
        conn.execute(queries()["binding_try_count"], {"subject": subject, **at})
    return tries + 1


def _subjects(conversation_id: str, order_no: str) -> Params:
    return {"conversation": f"chat {conversation_id}", "order": f"order {order_no}"}


# --- forgetting ---


def forget(conn: Connection, before_ms: int, since_ms: int, limit: int) -> int:
    """``since_ms``: tries to prove an order that are not after it count for nothing."""
    counted = {"before_ms": before_ms, "since_ms": since_ms, "limit": limit}
    names = ("idempotency_forget", "deliveries_forget", "binding_tries_expire")
    return sum(conn.execute(queries()[name], counted).rowcount for name in names)


# --- the platform is told ---


def claim_platform(conn: Connection, claim: Params) -> list[PlatformRow]:
    rows = conn.execute(queries()["platform_claim_expired"], claim).fetchall()
    rows += conn.execute(queries()["platform_claim"], {**claim, "limit": claim["limit"] - len(rows)}).fetchall()
    return sorted(map(platform_row, rows), key=lambda row: row.id)


def finish_platform(conn: Connection, row: Params) -> None:
    conn.execute(queries()["platform_finish"], row)


def retry_platform(conn: Connection, row: Params) -> None:
    if conn.execute(queries()["platform_superseded"], {"id": row["id"]}).rowcount == 0:
        conn.execute(queries()["platform_retry"], row)


def platform_row(row: Sequence[Any]) -> PlatformRow:
    row_id, order_no, attempts, created_ms, error = row
    return PlatformRow(row_id, order_no, attempts, from_ms(created_ms), error)


# --- reading ---


def orders_page(
    conn: Connection, status: Status | None, since: datetime | None, conversation_id: str, after: str, limit: int
) -> list[Order]:
    name = "orders_page"
    if conversation_id:
        name = "orders_page_by_conversation"
    elif status is not None:
        name = "orders_page_by_status"
    wanted = {
        "status": status.value if status else None,
        "since_ms": to_ms(since) if since else None,
        "conversation_id": conversation_id,
        "after": after,
        "limit": limit,
    }
    return [from_json(Order, doc) for (doc,) in conn.execute(queries()[name], wanted)]


def dead_platform(conn: Connection, limit: int) -> list[PlatformRow]:
    return [platform_row(row) for row in conn.execute(queries()["platform_dead"], {"limit": limit})]


def overdue(conn: Connection, before_ms: int, limit: int) -> list[str]:
    found = conn.execute(queries()["orders_overdue"], {"before_ms": before_ms, "limit": limit})
    return [order_no for (order_no,) in found]
