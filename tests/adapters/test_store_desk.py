"""The desk's part of the store: what the queue shows, and how it hears that something changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core import events as e
from bot.core.conversation import fold
from bot.core.errors import StoreError
from bot.core.messages import Reply
from bot.core.ports import Turn
from bot.core.ports_desk import Login

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


async def happen(
    store: SqliteStore, talk_id: str, at: datetime, *events: e.Event, replies: tuple[Reply, ...] = ()
) -> None:
    loaded = await store.load(talk_id, "web")
    talk = fold(loaded.conversation, events)
    await store.commit(Turn(None, loaded.version, talk, events, replies, at))


def spoke(text: str, at: datetime = NOW) -> e.ShopperSpoke:
    return e.ShopperSpoke("m", "text", text, "zh", at.isoformat())


async def test_the_queue_shows_what_was_said_last(sqlite: SqliteStore) -> None:
    await happen(sqlite, "web:a", NOW, spoke("找人工"), e.HandedOver("C1", "human", "agent", NOW.isoformat()))
    later = NOW + timedelta(minutes=1)
    await happen(sqlite, "web:b", later, spoke("在吗"), e.BotSpoke("hello", "您好"))
    await happen(sqlite, "web:c", later + timedelta(minutes=1), e.ConversationClosed("KF01"))
    held = await sqlite.glances("held")
    assert [g.conversation.id for g in held] == ["web:a"]
    assert held[0].last is not None and held[0].last.event == spoke("找人工")
    recent = await sqlite.glances("recent")
    assert [g.conversation.id for g in recent] == ["web:c", "web:b", "web:a"]
    assert recent[0].last is None
    assert recent[1].last is not None and recent[1].last.event == spoke("在吗")
    assert [g.conversation.id for g in await sqlite.glances("closed")] == ["web:c"]
    assert [g.conversation.id for g in await sqlite.glances("recent", later)] == ["web:a"]


async def test_a_commit_of_any_process_is_noticed(sqlite: SqliteStore, path: Path) -> None:
    other = SqliteStore(path)
    await other.open()
    for store in (sqlite, other):
        before = await sqlite.change_mark()
        assert await sqlite.change_mark() == before
        await happen(store, "web:a", NOW, spoke("一"))
        assert await sqlite.change_mark() != before
    await other.close()


async def test_a_talk_is_marked_by_its_events_and_by_what_became_of_its_messages(sqlite: SqliteStore) -> None:
    assert await sqlite.talk_mark("web:a") == ""
    await happen(sqlite, "web:a", NOW, spoke("一"), replies=(Reply("稍等", by="KF01", ref="desk:1"),))
    first = await sqlite.talk_mark("web:a")
    await happen(sqlite, "web:b", NOW, spoke("二"))
    assert await sqlite.talk_mark("web:a") == first
    assert await sqlite.states_of_words("web:a") == {"desk:1": "waiting"}
    (row,) = await sqlite.claim_outbox("w", NOW, ["web"], 5)
    await sqlite.record_delivery(row.id, "sent", NOW)
    assert await sqlite.talk_mark("web:a") != first
    assert await sqlite.states_of_words("web:a") == {"desk:1": "sent"}


async def test_a_log_in_belongs_to_somebody_of_the_staff(sqlite: SqliteStore) -> None:
    with pytest.raises(StoreError, match="not on the staff list"):
        await sqlite.put_login(Login("ghost", "ghost", "x"), NOW)
