"""What was not understood, and what was proposed about it, in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.adapters.store_sqlite import SqliteStore
from bot.core import events as e
from bot.core.catalogue import Text
from bot.core.unanswered import Lesson, Missed
from tests.adapters.test_store_desk import happen, spoke

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LESSON = Lesson("能不能刷医保卡", "能不能刷医保卡", "payment.method", Text(), "A01", NOW)


async def test_what_was_not_understood_is_found_with_her_words_and_what_she_was_offered(sqlite: SqliteStore) -> None:
    await happen(sqlite, "web:a", NOW, spoke("医保卡行不行"), e.NotUnderstood(), e.BotSpoke("miss", "?"))
    later = NOW + timedelta(minutes=1)
    offered = e.ChoicesOffered(("t:payment.method", "t:shop.store", "menu"))
    home = e.AddressGiven(detail="文三路1号", name="欧阳锋", phone="13912345678")
    await happen(sqlite, "web:b", later, home, spoke("医保卡"), e.NotUnderstood(), offered)
    assert await sqlite.missed(NOW) == [
        Missed("web:b", later, "医保卡", ("payment.method", "shop.store"), ("13912345678", "文三路1号", "欧阳锋")),
        Missed("web:a", NOW, "医保卡行不行"),
    ]
    assert [one.conversation_id for one in await sqlite.missed(later)] == ["web:b"]
    assert [one.conversation_id for one in await sqlite.missed(NOW, limit=1)] == ["web:b"]


async def test_a_second_miss_that_called_a_person_is_a_question_too_and_a_wordless_one_is_not(
    sqlite: SqliteStore,
) -> None:
    await happen(sqlite, "web:a", NOW, spoke("还是刷不了"), e.HandedOver("C1", "misses", "agent", NOW.isoformat()))
    await happen(sqlite, "web:b", NOW, spoke("找人工"), e.HandedOver("C2", "human", "agent", NOW.isoformat()))
    await happen(sqlite, "web:c", NOW, spoke(" "), e.NotUnderstood())
    await happen(sqlite, "web:d", NOW, spoke('"event":"NotUnderstood"'), e.StaffNoted("A01", "misses", ""))
    assert [one.words for one in await sqlite.missed(NOW)] == ["还是刷不了"]


async def test_one_proposal_of_a_question_waits_at_a_time(sqlite: SqliteStore) -> None:
    first = await sqlite.put_lesson(LESSON)
    assert first is not None
    assert await sqlite.put_lesson(replace(LESSON, phrasing="医保卡")) is None
    assert await sqlite.lessons("proposed") == [replace(LESSON, lesson_id=first)]
    assert await sqlite.settle_lesson(first, "refused", "M01", NOW)
    assert not await sqlite.settle_lesson(first, "accepted", "M01", NOW)
    refused = replace(LESSON, lesson_id=first, state="refused", settled_by="M01", settled_at=NOW)
    assert await sqlite.lesson(first) == refused
    assert await sqlite.put_lesson(LESSON) is not None


async def test_a_question_that_is_dropped_was_settled_by_who_dropped_it(sqlite: SqliteStore) -> None:
    dropped = replace(LESSON, state="dropped", settled_by="A01", settled_at=NOW)
    stored = await sqlite.put_lesson(dropped)
    assert stored is not None
    assert await sqlite.lessons("dropped") == [replace(dropped, lesson_id=stored)]
    assert await sqlite.lesson(10**6) is None
