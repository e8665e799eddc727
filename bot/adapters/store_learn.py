"""The part of the SQLite store that knows what was not understood, and what is to be learned from it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.adapters.sql import queries
from bot.adapters.store_rows import Params, event_from_json, from_json, from_ms, to_json, to_ms
from bot.adapters.store_threads import StoreThreads
from bot.core import codec
from bot.core import events as e
from bot.core.unanswered import Lesson, LessonState, Missed, Settled

Connection = sqlite3.Connection


class SqliteLearn(StoreThreads):
    """Fulfils :class:`bot.core.ports_learn.LearnStore` on the file and threads of the store that extends it."""

    async def missed(self, since: datetime, limit: int = 1000) -> list[Missed]:
        return await self._read_slowly(missed_since, to_ms(since), limit)

    async def lessons(self, state: LessonState, limit: int = 1000) -> list[Lesson]:
        return await self._read_slowly(lessons_page, state, limit)

    async def lesson(self, lesson_id: int) -> Lesson | None:
        return self._read(load_lesson, lesson_id)

    async def put_lesson(self, lesson: Lesson) -> int | None:
        kept = replace(lesson, settled_by="", settled_at=None, lesson_id=0)
        row = {
            "question": lesson.question,
            "state": lesson.state,
            "made_ms": to_ms(lesson.at),
            "settled_ms": to_ms(lesson.settled_at) if lesson.settled_at else None,
            "settled_by": lesson.settled_by,
            "doc": to_json(codec.to_plain(kept)),
        }
        return await self._write(partial(put_lesson, row=row))

    async def settle_lesson(self, lesson_id: int, state: Settled, by: str, at: datetime) -> bool:
        row = {"lesson_id": lesson_id, "state": state, "by": by, "at_ms": to_ms(at)}
        return await self._write(partial(settle_lesson, row=row))


def put_lesson(conn: Connection, row: Params) -> int | None:
    stored = conn.execute(queries()["lesson_put"], row).fetchone()
    return int(stored[0]) if stored else None


def settle_lesson(conn: Connection, row: Params) -> bool:
    return conn.execute(queries()["lesson_settle"], row).rowcount == 1


def missed_since(conn: Connection, since_ms: int, limit: int) -> list[Missed]:
    found = conn.execute(queries()["missed_since"], {"since_ms": since_ms, "limit": limit}).fetchall()
    return [one for row in found if (one := _missed(*row)) is not None]


def _missed(talk_id: str, at_ms: int, said: str | None, choices: str | None, address: str | None) -> Missed | None:
    """None: she said nothing in words, as with a sticker."""
    spoke = event_from_json(said) if said else None
    if not isinstance(spoke, e.ShopperSpoke) or not spoke.text.strip():
        return None
    offered = event_from_json(choices) if choices else None
    actions = offered.actions if isinstance(offered, e.ChoicesOffered) else ()
    topics = tuple(action.partition(":")[2] for action in actions if action.startswith("t:"))
    return Missed(talk_id, from_ms(at_ms), spoke.text, topics, _private(address))


def _private(address: str | None) -> tuple[str, ...]:
    held: dict[str, Any] = json.loads(address) if address else {}
    values = {str(held.get(name) or "") for name in ("detail", "name", "phone")}
    return tuple(sorted((value for value in values if len(value) > 1), key=len, reverse=True))


def lessons_page(conn: Connection, state: str, limit: int) -> list[Lesson]:
    rows = conn.execute(queries()["lessons_page"], {"state": state, "limit": limit}).fetchall()
    return [_lesson(*row) for row in rows]


def load_lesson(conn: Connection, lesson_id: int) -> Lesson | None:
    found = conn.execute(queries()["lesson_load"], {"lesson_id": lesson_id}).fetchone()
    return _lesson(*found) if found else None


def _lesson(lesson_id: int, state: LessonState, settled_ms: int | None, settled_by: str, doc: str) -> Lesson:
    settled_at = None if settled_ms is None else from_ms(settled_ms)
    kept = from_json(Lesson, doc)
    return replace(kept, lesson_id=lesson_id, state=state, settled_by=settled_by, settled_at=settled_at)
