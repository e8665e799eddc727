"""The part of the SQLite store that the desk's boards talk to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any

from bot.adapters.sql import queries
from bot.adapters.store_learn import SqliteLearn
from bot.adapters.store_rows import Params, from_json, from_ms, to_ms
from bot.core.calls import CallTick, Reminded, SlotRun
from bot.core.orders import Order
from bot.core.quick_replies import QuickReply
from bot.core.staff_numbers import Deal

Connection = sqlite3.Connection

#: A search looks through so many conversations, those that changed last.
SEARCHED_TALKS = 2_000


class SqliteBoards(SqliteLearn):
    """Fulfils the ports of :mod:`bot.core.ports_boards` on the file and threads of the store that extends it."""

    async def quick_replies(self, owners: Sequence[str]) -> list[QuickReply]:
        return self._read(quick_page, list(owners))

    async def quick_reply(self, quick_id: int) -> QuickReply | None:
        return self._read(load_quick, quick_id)

    async def put_quick_reply(self, reply: QuickReply) -> bool:
        row = {
            "quick_id": reply.quick_id,
            "owner": reply.owner,
            "short": reply.short,
            "words": reply.words,
            "photos": " ".join(reply.photos),
            "changed_ms": to_ms(reply.changed_at),
            "changed_by": reply.changed_by,
        }
        return await self._write(partial(put_quick, row=row))

    async def quick_pictures(self) -> set[str]:
        return self._read(quick_pictures)

    async def drop_quick_reply(self, quick_id: int) -> None:
        await self._write(partial(drop_quick, quick_id=quick_id))

    async def count_quick_reply(self, quick_id: int, at: datetime) -> None:
        await self._write(partial(count_quick, row={"quick_id": quick_id, "at_ms": to_ms(at)}))

    # --- reminder rounds, and calls ---

    async def slots_of(self, day: date) -> list[SlotRun]:
        return self._read(slots_of, day.isoformat())

    async def reminded(self, since: datetime, limit: int = 200) -> list[Reminded]:
        return await self._read_slowly(reminded, to_ms(since), limit)

    async def call_ticks(self, order_nos: Sequence[str]) -> dict[str, CallTick]:
        return await self._read_slowly(call_ticks, list(order_nos))

    async def put_call_tick(self, tick: CallTick) -> None:
        row = {
            "order_no": tick.order_no,
            "at_ms": to_ms(tick.at),
            "staff_id": tick.staff_id,
            "outcome": tick.outcome,
            "words": tick.words,
        }
        await self._write(partial(put_call_tick, row=row))

    # --- numbers ---

    async def received(self, since: datetime, until: datetime) -> list[tuple[str, str]]:
        return await self._read_slowly(received, to_ms(since), to_ms(until))

    async def deals(self, since: datetime, until: datetime) -> list[Deal]:
        return await self._read_slowly(deals, since, until)

    # --- search ---

    async def find_words(self, words: str, before: datetime, limit: int) -> list[tuple[str, int]]:
        return await self._read_slowly(_found, "search_words", _wanted(words, before, limit))

    async def find_talks(self, words: str, before: datetime, limit: int) -> list[str]:
        rows = await self._read_slowly(_found, "search_talks", _wanted(words, before, limit))
        return [talk_id for (talk_id,) in rows]

    async def find_orders_like(self, words: str, before: datetime, limit: int) -> list[Order]:
        return await self._read_slowly(find_orders_like, words, _wanted(words, before, limit))


def put_quick(conn: Connection, row: Params) -> bool:
    if row["quick_id"]:
        return conn.execute(queries()["quick_change"], row).rowcount == 1
    added = {name: value for name, value in row.items() if name != "quick_id"}
    return conn.execute(queries()["quick_add"], added).rowcount == 1


def drop_quick(conn: Connection, quick_id: int) -> None:
    conn.execute(queries()["quick_drop"], {"quick_id": quick_id})


def count_quick(conn: Connection, row: Params) -> None:
    conn.execute(queries()["quick_used"], row)


def quick_page(conn: Connection, owners: list[str]) -> list[QuickReply]:
    return [_quick(*row) for row in conn.execute(queries()["quick_page"], {"owners": json.dumps(owners)}).fetchall()]


def load_quick(conn: Connection, quick_id: int) -> QuickReply | None:
    found = conn.execute(queries()["quick_load"], {"quick_id": quick_id}).fetchone()
    return _quick(*found) if found else None


def quick_pictures(conn: Connection) -> set[str]:
    return {photo for (photos,) in conn.execute(queries()["quick_pictures"]).fetchall() for photo in photos.split()}


def _quick(
    quick_id: int,
    owner: str,
    short: str,
    words: str,
    used: int,
    used_ms: int | None,
    changed_ms: int,
    changed_by: str,
    photos: str,
) -> QuickReply:
    used_at = None if used_ms is None else from_ms(used_ms)
    changed_at, pictures = from_ms(changed_ms), tuple(photos.split())
    return QuickReply(owner, short, words, changed_by, changed_at, used, used_at, quick_id, pictures)


def slots_of(conn: Connection, day: str) -> list[SlotRun]:
    rows = conn.execute(queries()["slots_of_day"], {"day": day}).fetchall()
    return [SlotRun(date.fromisoformat(d), time.fromisoformat(at), *rest) for d, at, *rest in rows]


def reminded(conn: Connection, since_ms: int, limit: int) -> list[Reminded]:
    rows = conn.execute(queries()["nudges_of_late"], {"since_ms": since_ms, "limit": limit}).fetchall()
    return [Reminded(number, time.fromisoformat(at), outcome, from_ms(ms)) for number, at, outcome, ms in rows]


def call_ticks(conn: Connection, order_nos: list[str]) -> dict[str, CallTick]:
    rows = conn.execute(queries()["call_ticks_newest"], {"numbers": json.dumps(order_nos)}).fetchall()
    return {number: CallTick(number, from_ms(ms), *rest) for number, ms, *rest in rows}


def put_call_tick(conn: Connection, row: Params) -> None:
    conn.execute(queries()["call_tick_add"], row)


def received(conn: Connection, since_ms: int, until_ms: int) -> list[tuple[str, str]]:
    return conn.execute(queries()["received_between"], {"since_ms": since_ms, "until_ms": until_ms}).fetchall()


def deals(conn: Connection, since: datetime, until: datetime) -> list[Deal]:
    found = conn.execute(queries()["deals_since"], {"since_ms": to_ms(since)})
    orders = (from_json(Order, doc) for (doc,) in found)
    return [
        Deal(order.staff_id, order.order_no, order.conversation_id, _amount(order), paid_at)
        for order in orders
        if (paid_at := order.paid_at) is not None and since <= paid_at < until
    ]


def _amount(order: Order) -> int:
    return order.total_fen if order.paid_fen is None else order.paid_fen


def find_orders_like(conn: Connection, words: str, wanted: Params) -> list[Order]:
    by_number = {"first": words, "last": f"{words}\U0010ffff", "limit": wanted["limit"]}
    rows = conn.execute(queries()["search_orders_by_number"], by_number).fetchall()
    rows += conn.execute(queries()["search_orders_of_talks"], wanted).fetchall()
    found = {order.order_no: order for (doc,) in rows for order in (from_json(Order, doc),)}
    return list(found.values())


def _found(conn: Connection, query: str, wanted: Params) -> list[Any]:
    return conn.execute(queries()[query], wanted).fetchall()


def _wanted(words: str, before: datetime, limit: int) -> Params:
    """As the words stand in JSON; what LIKE would take for a pattern is meant as it is."""
    plain = json.dumps(words, ensure_ascii=False)[1:-1]
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, f"\\{special}")
    return {"words": f"%{plain}%", "before_ms": to_ms(before), "talks": SEARCHED_TALKS, "limit": limit}
