"""What a store keeps for the staff group: topics, what they lag behind by, and marks beside people's messages."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.sql import queries
from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import StoreError
from bot.core.events import BotSpoke, ConversationClosed, HandedBack, StaffNoted
from bot.core.ports import Outcome, RawUpdate
from bot.core.ports_people import Mark, Topic, Unposted
from tests.adapters.people_samples import by_person, happen, taken, waits, words
from tests.adapters.store_samples import NOW, SHOPPER, case, later
from tests.adapters.test_sql import explain

GROUP = -100123
TOPIC = Topic(SHOPPER, GROUP, 7)


async def waiting(store: SqliteStore) -> list[tuple[str, float | None]]:
    """Who is to be shown, and seconds from NOW to her oldest unseen word."""
    return [
        (row.conversation.id, None if row.waiting_since is None else (row.waiting_since - NOW).total_seconds())
        for row in await store.unposted()
    ]


# --- topics ---


async def test_a_topic_is_found_by_conversation_and_by_thread(sqlite: SqliteStore) -> None:
    await happen(sqlite, waits())
    assert await sqlite.topic(SHOPPER) is None
    await sqlite.put_topic(TOPIC)
    assert await sqlite.topic(SHOPPER) == TOPIC == await sqlite.topic_of(GROUP, 7)
    moved = replace(TOPIC, thread_id=8, card_id=99, card_shown="hash", posted_seq=1)
    await sqlite.put_topic(moved)
    assert await sqlite.topic(SHOPPER) == moved == await sqlite.topic_of(GROUP, 8)
    assert await sqlite.topic_of(GROUP, 7) is None


async def test_a_thread_is_one_conversations_and_a_conversation_must_be_there(sqlite: SqliteStore) -> None:
    await happen(sqlite, waits())
    await happen(sqlite, waits(), to="telegram:2")
    await sqlite.put_topic(TOPIC)
    with pytest.raises(StoreError):
        await sqlite.put_topic(replace(TOPIC, conversation_id="telegram:2", posted_seq=1))
    with pytest.raises(StoreError, match="no conversation telegram:3"):
        await sqlite.put_topic(Topic("telegram:3", GROUP, 9))
    assert await waiting(sqlite) == [(SHOPPER, None), ("telegram:2", None)]


async def test_filling_a_topic_disturbs_nobody_who_loaded_the_conversation(sqlite: SqliteStore) -> None:
    await happen(sqlite, waits())
    loaded = await sqlite.load(SHOPPER, "telegram")
    await sqlite.put_topic(replace(TOPIC, posted_seq=1))
    await happen(sqlite, words("还在吗"), loaded=loaded)
    assert (await sqlite.topic(SHOPPER)) == replace(TOPIC, posted_seq=1)


# --- what is to be shown ---


async def test_a_conversation_that_waits_is_shown_with_her_first_word_since_she_waits(sqlite: SqliteStore) -> None:
    await happen(sqlite, words("包邮吗"), BotSpoke("fee", "包邮"))
    await happen(sqlite, words("找人工", later(9)), waits(later(10)), at=later(10))
    await happen(sqlite, words("快点", later(20)), at=later(20))
    stored = (await sqlite.load(SHOPPER, "telegram")).conversation
    assert await sqlite.unposted() == [Unposted(stored, None, 5, later(9))]


async def test_what_was_posted_is_not_shown_again(sqlite: SqliteStore) -> None:
    await happen(sqlite, words("找人工"), waits())
    await sqlite.put_topic(replace(TOPIC, posted_seq=2))
    assert await sqlite.unposted() == []
    await happen(sqlite, words("快点", later(5)), at=later(5))
    await happen(sqlite, words("?", later(6)), at=later(6))
    (row,) = await sqlite.unposted()
    assert (row.topic, row.last_seq, row.waiting_since) == (replace(TOPIC, posted_seq=2), 4, later(5))
    await sqlite.put_topic(replace(TOPIC, posted_seq=3))
    assert await waiting(sqlite) == [(SHOPPER, 6)]


async def test_words_that_were_not_shown_wait_on_when_another_person_is_asked_for(sqlite: SqliteStore) -> None:
    await happen(sqlite, words("找人工"), waits(), taken())
    await sqlite.put_topic(replace(TOPIC, posted_seq=3))
    await happen(sqlite, words("在吗", later(5)), at=later(5))
    await happen(sqlite, waits(later(600)), at=later(600))
    assert await waiting(sqlite) == [(SHOPPER, 5)]


async def test_words_to_the_bot_do_not_wait_for_people(sqlite: SqliteStore) -> None:
    await happen(sqlite, words("能送礼物吗"), cases=(case(),))
    assert await waiting(sqlite) == [(SHOPPER, None)]
    await sqlite.put_topic(replace(TOPIC, posted_seq=1))
    assert await waiting(sqlite) == []
    await happen(sqlite, words("还有吗"))
    assert await waiting(sqlite) == [(SHOPPER, None)]


@pytest.mark.parametrize("state", ["collecting", "open", "watching"])
async def test_a_case_that_is_not_closed_is_shown(sqlite: SqliteStore, state: str) -> None:
    await happen(sqlite, words("能送礼物吗"), to="telegram:2")
    await happen(sqlite, cases=(replace(case(), state="closed"),), to="telegram:1")
    assert await waiting(sqlite) == []
    opened = replace(case("C2", "telegram:2"), state="open")
    await happen(sqlite, cases=(replace(opened, state=state),), to="telegram:2")  # type: ignore[arg-type]
    assert await waiting(sqlite) == [("telegram:2", None)]


async def test_a_conversation_with_a_topic_is_shown_to_its_end_and_on(sqlite: SqliteStore) -> None:
    await happen(sqlite, words("找人工"), waits(), taken())
    await sqlite.put_topic(replace(TOPIC, posted_seq=3))
    await happen(sqlite, StaffNoted("anna", "老客户", NOW.isoformat()))
    assert await waiting(sqlite) == [(SHOPPER, None)]
    await happen(sqlite, words("好的", later(3)), at=later(3))
    assert await waiting(sqlite) == [(SHOPPER, 3)]
    await happen(sqlite, ConversationClosed("anna"))
    assert await waiting(sqlite) == [(SHOPPER, None)]
    await sqlite.put_topic(replace(TOPIC, posted_seq=6))
    assert await waiting(sqlite) == []


async def test_without_a_topic_what_is_the_bots_again_is_shown_no_more(sqlite: SqliteStore) -> None:
    await happen(sqlite, words("找人工"), waits(), taken())
    await happen(sqlite, HandedBack("anna"))
    assert await sqlite.unposted() == []


async def test_the_longest_unseen_words_come_first_then_those_without(sqlite: SqliteStore) -> None:
    await happen(sqlite, waits(), to="quiet")
    await happen(sqlite, words("二", later(2)), waits(later(2)), to="second", at=later(2))
    await happen(sqlite, words("一", later(1)), waits(later(1)), to="first", at=later(1))
    assert await waiting(sqlite) == [("first", 1), ("second", 2), ("quiet", None)]
    assert [row.conversation.id for row in await sqlite.unposted(limit=1)] == ["first"]


async def test_finding_what_is_to_be_shown_looks_at_no_quiet_conversation(sqlite: SqliteStore) -> None:
    steps = await sqlite._write(partial(explain, name="unposted"))
    for index in ("conversations_unposted", "conversations_with_people", "cases_open"):
        assert f"USING INDEX {index} " in steps
    assert "SCAN" not in steps


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("marks_due", "outbox_marks"),
        ("sent_ids", "outbox_of_ref"),
        ("cases_due", "cases_due"),
        ("cases_open", "cases_open"),
        ("conversations_held", "conversations_with_people"),
        ("conversation_load", "cases_open_of_conversation"),
        ("promises_adopt", "promises_of_conversation"),
        ("promises_settle_order", "promises_of_order"),
        ("promises_page_open", "promises_open"),
        ("outbox_last_try", "outbox_one_head"),
    ],
)
async def test_what_is_looked_for_often_has_an_index(sqlite: SqliteStore, name: str, index: str) -> None:
    assert f"INDEX {index} " in await sqlite._write(partial(explain, name=name))


async def test_many_quiet_conversations_cost_nothing(sqlite: SqliteStore, path: Path) -> None:
    await happen(sqlite, words("找人工"), waits())
    with closing(sqlite3.connect(path)) as conn:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        conn.execute(
            f"{numbers} INSERT INTO conversations (id, channel, version, last_seq, owner, changed_ms, doc, posted_seq)"
            " SELECT 'telegram:' || i, 'telegram', 1, 9, 'bot', 0, '{}', CASE WHEN i % 2 THEN 9 END FROM n"
        )
        conn.commit()
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        conn.set_progress_handler(count, 100)
        statement = queries()["unposted"]
        assert len(conn.execute(statement, {"limit": 100}).fetchall()) == 1
    assert steps < 20, "20,000 quiet ones cost 20,000 steps at the least"


# --- marks ---


async def send(store: SqliteStore, outcome: Outcome, platform_id: str = "") -> int:
    (row,) = await store.claim_outbox("w", NOW, ["telegram"], 9)
    await store.record_delivery(row.id, outcome, NOW, platform_id)
    return row.id


@pytest.mark.parametrize("outcome", ["sent", "uncertain", "unreachable", "rejected"])
async def test_the_fate_of_a_persons_message_is_marked_once(sqlite: SqliteStore, outcome: Outcome) -> None:
    await happen(sqlite, taken(), replies=(by_person("在的", "telegram:-1:5"),))
    assert await sqlite.marks_due() == []
    await sqlite.claim_outbox("w", NOW, ["telegram"], 9)
    assert await sqlite.marks_due() == []
    await sqlite.record_delivery(1, outcome, NOW)
    assert await sqlite.marks_due() == [Mark(1, "telegram:-1:5", outcome)]
    await sqlite.mark_shown(1)
    assert await sqlite.marks_due() == []


async def test_a_doubt_that_was_settled_is_marked_anew(sqlite: SqliteStore) -> None:
    await happen(sqlite, taken(), replies=(by_person("在的", "telegram:-1:5"),))
    row_id = await send(sqlite, "uncertain")
    await sqlite.mark_shown(row_id)
    await sqlite.record_delivery(row_id, "sent", NOW, "9")
    assert await sqlite.marks_due() == [Mark(row_id, "telegram:-1:5", "sent")]


async def test_only_messages_of_people_are_marked_oldest_first(sqlite: SqliteStore) -> None:
    said = (replace(by_person("好"), by="", ref="x"), by_person("转"), by_person("一", "a"), by_person("二", "b"))
    await happen(sqlite, words("在吗"), replies=said)
    for _ in said:
        await send(sqlite, "sent", "1")
    assert [mark.ref for mark in await sqlite.marks_due()] == ["a", "b"]
    assert [mark.ref for mark in await sqlite.marks_due(limit=1)] == ["a"]


async def test_what_was_sent_for_a_persons_message_is_known_by_its_ref(sqlite: SqliteStore) -> None:
    said = (by_person("一", "a"), by_person("二", "b"), by_person("三", "a"), by_person("四", "a"))
    await happen(sqlite, taken(), replies=said)
    for n, outcome in enumerate[Outcome](("sent", "sent", "sent", "rejected")):
        await send(sqlite, outcome, "" if outcome == "rejected" else f"{n}")
    assert await sqlite.sent_ids("a") == ["0", "2"]
    assert await sqlite.sent_ids("c") == []


async def test_what_waits_behind_a_message_of_its_conversation_can_be_looked_at(sqlite: SqliteStore) -> None:
    rows = [RawUpdate("telegram", str(n), f"telegram:-1:{n % 2}", f"{{{n}}}", NOW) for n in range(6)]
    await sqlite.take_in(rows)
    first, _ = sorted(await sqlite.claim_inbox("w", NOW, 60, 2), key=lambda row: row.id)
    assert [row.update_id for row in await sqlite.waiting_behind(first.id)] == ["2", "4"]
    assert [row.update_id for row in await sqlite.waiting_behind(first.id, 1)] == ["2"]
    await sqlite.finish_inbox(first.id, NOW)
    await sqlite.claim_inbox("w", NOW, 60, 2)
    assert [row.update_id for row in await sqlite.waiting_behind(first.id)] == ["4"]
