"""The part of the SQLite store that erases a person: found wherever she stands, taken out in one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from bot.adapters.sql import erasing
from bot.adapters.store_rows import Params, event_from_json, from_json, to_json, to_ms
from bot.adapters.store_threads import StoreThreads
from bot.core import codec
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.erasure import ERASED, Person, case_without, lines_without, order_without, promise_without
from bot.core.errors import Conflict
from bot.core.events import PersonErased, ShopperSpoke
from bot.core.ledger import Promised
from bot.core.orders import Order
from bot.core.ports_keep import Sought
from bot.core.ports_people import Sheet
from bot.core.unanswered import key_of

Connection = sqlite3.Connection
#: In the order that references between tables allow. Each changes rows of conversations, orders, or what names her.
_BEFORE = (
    "erase_inbox", "erase_inbox_about", "erase_outbox", "erase_notes", "erase_platform_letters", "erase_ratings",
    "erase_tries", "erase_uses", "erase_calls", "erase_ticks", "erase_lines", "erase_records", "erase_parcels",
    "erase_lessons",
)  # fmt: skip
_AFTER = ("erase_topics", "erase_events", "erase_talks")


class SqliteErase(StoreThreads):
    """Fulfils :class:`bot.core.ports_keep.EraseStore` on the file and threads of the store that extends it."""

    @abstractmethod
    def _rewrite(self) -> None:
        """Write the file anew, and empty the log. Blocks."""

    async def find_person(self, sought: Sought) -> Person:
        return await self._read_slowly(find_person, sought)

    async def erase_person(self, person: Person, left: str, by: str, at: datetime) -> int:
        return await self._write(partial(erase_person, person=person, left=left, by=by, at=at))

    async def compact_due(self) -> bool:
        return await self._read_slowly(compact_due)

    async def compact(self) -> None:
        await asyncio.to_thread(self._rewrite)
        await self._write(compact_done)


# --- finding ---


def find_person(conn: Connection, sought: Sought) -> Person:
    by = {
        "talks": to_json(sought.talks),
        "orders": to_json(sought.orders),
        "buyers": to_json(sought.buyers),
        "phones": to_json(sought.phones),
    }
    talks = [from_json(Conversation, doc) for (doc,) in _all(conn, "person_talks", by)]
    orders = [from_json(Order, doc) for (doc,) in _all(conn, "person_orders", by)]
    hers = {"talks": to_json([talk.id for talk in talks]), "orders": to_json([order.order_no for order in orders])}
    return Person(
        talks=tuple(talks),
        orders=tuple(orders),
        cases=tuple(from_json(Case, doc) for (doc,) in _all(conn, "person_cases", hers)),
        promises=tuple(from_json(Promised, doc) for (doc,) in _all(conn, "person_promises", hers)),
        questions=tuple(sorted(_questions(body for (body,) in _all(conn, "person_events", hers)))),
        threads=tuple(_all(conn, "person_threads", hers)),
        busy=_all(conn, "person_busy", hers)[0][0],
    )


def _questions(bodies: Iterable[str]) -> set[str]:
    events = [event_from_json(body) for body in bodies if '"ShopperSpoke"' in body]
    return {key for x in events if isinstance(x, ShopperSpoke) and (key := key_of(x.text))}


# --- erasing ---


def erase_person(conn: Connection, person: Person, left: str, by: str, at: datetime) -> int:
    orders = tuple(order.order_no for order in person.orders)
    sought = Sought(tuple(talk.id for talk in person.talks), orders)
    if find_person(conn, sought) != person or person.busy:
        raise Conflict("something of hers changed just now; try again")
    _leave(conn, left, PersonErased(by, orders), at)
    params = _params(person, left)
    rows = sum(_run(conn, name, params) for name in _BEFORE)
    rows += _empty(conn, person, left, at) + _clean_sheets(conn, person.words)
    rows += sum(_run(conn, name, params) for name in _AFTER)
    _run(conn, "compact_due", {})
    return rows


def _leave(conn: Connection, left: str, event: PersonErased, at: datetime) -> None:
    talk = Conversation(left, ERASED, owner="closed", last_at=at)
    stored = {"id": left, "channel": ERASED, "at_ms": to_ms(at), "doc": to_json(codec.to_plain(talk))}
    _run(conn, "tombstone_put", stored)
    _run(conn, "tombstone_event", {**stored, "body": to_json(codec.event_to_plain(event))})


def _params(person: Person, left: str) -> Params:
    # What staff wrote in her topics, and the cards they pressed, came in under the names of the topics.
    topics = [f"telegram:{chat}:{thread}" for chat, thread in person.threads]
    return {
        "id": left,
        "talks": to_json([*(talk.id for talk in person.talks), *topics]),
        "orders": to_json([order.order_no for order in person.orders]),
        "buyers": to_json(person.buyers),
        "words": to_json(person.words),
        "phones": to_json(person.phones),
        "parcels": to_json([order.tracking_no for order in person.orders if order.tracking_no]),
        "questions": to_json(person.questions),
    }


def _empty(conn: Connection, person: Person, left: str, at: datetime) -> int:
    """What stays, without her."""
    rows = 0
    for order in person.orders:
        doc = to_json(codec.to_plain(order_without(order)))
        rows += _run(conn, "erase_order", {"order_no": order.order_no, "doc": doc})
    for case in person.cases:
        doc = to_json(codec.to_plain(case_without(case, left, at)))
        rows += _run(conn, "erase_case", {"id": left, "case_id": case.case_id, "doc": doc})
    for line in person.promises:
        bare = promise_without(line, left, at)
        kept = {"id": left, "promise_id": line.promise_id, "state": bare.state, "doc": to_json(codec.to_plain(bare))}
        rows += _run(conn, "erase_promise", kept)
    return rows


def _clean_sheets(conn: Connection, words: tuple[str, ...]) -> int:
    rows = 0
    for sheet_id, doc in _all(conn, "sheets_about", {"words": to_json(words)}):
        sheet = from_json(Sheet, doc)
        plain = codec.to_plain(sheet) | {"lines": list(lines_without(sheet.lines, words))}
        rows += _run(conn, "erase_sheet", {"sheet_id": sheet_id, "doc": to_json(plain)})
    return rows


# --- wiping ---


def compact_due(conn: Connection) -> bool:
    return bool(_all(conn, "compact_wanted", {}))


def compact_done(conn: Connection) -> None:
    _run(conn, "compact_done", {})


def rewrite(conn: Connection) -> None:
    """By the one who holds the right to write, outside a transaction."""
    conn.execute("PRAGMA temp_store = FILE")
    conn.execute("VACUUM")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _run(conn: Connection, name: str, params: Params) -> int:
    return conn.execute(erasing()[name], params).rowcount


def _all(conn: Connection, name: str, params: Params) -> list[Any]:
    return conn.execute(erasing()[name], params).fetchall()
