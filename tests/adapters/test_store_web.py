"""What the shop's page needs of the store."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.conversation import Owner
from bot.core.messages import Reply
from bot.core.ports import RawUpdate, Turn
from bot.core.transcript import Arrived, Spoken
from tests.adapters.store_samples import NOW, answer, later

ANNA, BEN = "web:anna", "web:ben"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "shop.db")
    await opened.open()
    yield opened
    await opened.close()


def said(number: int, who: str = ANNA) -> RawUpdate:
    return RawUpdate("web", f"{who}:{number}", who, "{}", NOW)


async def tell(store: SqliteStore, who: str, *replies: Reply, owner: Owner = "bot") -> None:
    loaded = await store.load(who, "web")
    talk = replace(loaded.conversation, owner=owner)
    await store.commit(Turn(None, loaded.version, talk, (), replies, NOW))


async def talk(store: SqliteStore, number: int, *texts: str, who: str = ANNA) -> None:
    """She says something and is answered."""
    await store.take_in([said(number, who)])
    (row,) = await store.claim_inbox("w", NOW, 60, 1)
    await store.commit(answer(row, await store.load(who, "web"), *texts))


async def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "shop.db")
    await first.open()
    made = await first.secret("web")
    assert len(made) == 32 and made != await first.secret("other")
    await first.close()
    second = SqliteStore(tmp_path / "shop.db")
    await second.open()
    assert await second.secret("web") == made
    await second.close()


async def test_only_the_conversations_own_messages_are_claimed_one_at_a_time(store: SqliteStore) -> None:
    await tell(store, BEN, Reply("for Ben"))
    await tell(store, ANNA, Reply("one"), Reply("two"))
    first = await store.claim_outbox_of("w", NOW, ANNA)
    assert first is not None and first.reply.text == "one"
    assert await store.claim_outbox_of("w", NOW, ANNA) is None
    await store.record_delivery(first.id, "sent", NOW)
    second = await store.claim_outbox_of("w", NOW, ANNA)
    assert second is not None and second.reply.text == "two"
    assert await store.waiting_among([ANNA, BEN, "web:nobody"]) == [BEN]


async def test_what_was_put_back_is_claimed_at_once(store: SqliteStore) -> None:
    """She came back: that a later try was agreed on does not matter."""
    await tell(store, ANNA, Reply("one"))
    row = await store.claim_outbox_of("w", NOW, ANNA)
    assert row is not None
    await store.postpone_outbox(row.id, NOW + timedelta(hours=1))
    again = await store.claim_outbox_of("w", NOW, ANNA)
    assert again is not None and (again.id, again.attempts) == (row.id, 1)


async def test_the_bots_words_are_dropped_where_a_person_owns_the_conversation(store: SqliteStore) -> None:
    await tell(store, ANNA, Reply("from the bot"))
    await tell(store, ANNA, Reply("from Lin", by="S1"), owner="agent")
    row = await store.claim_outbox_of("w", NOW, ANNA)
    assert row is not None and row.reply.text == "from Lin"
    assert [state for _, state in await store.outbox(ANNA)] == ["dropped", "sending"]


async def test_the_transcript_holds_her_words_and_what_reached_her(store: SqliteStore) -> None:
    await talk(store, 1, "answer one")
    await talk(store, 2, "answer two", "and more")
    first = await store.claim_outbox_of("w", NOW, ANNA)
    assert first is not None
    await store.record_delivery(first.id, "sent", NOW)
    page = await store.transcript(ANNA, None, 10)
    assert [line.event.message_id for line in page.lines if isinstance(line, Spoken)] == [f"{ANNA}:1", f"{ANNA}:2"]
    assert [line.reply.text for line in page.lines if isinstance(line, Arrived)] == ["answer one"]
    assert (await store.transcript(BEN, None, 10)).lines == ()


async def test_the_transcript_is_read_in_bounded_pages(store: SqliteStore) -> None:
    for number in range(7):
        await talk(store, number)
    newest = await store.transcript(ANNA, None, 3)
    older = await store.transcript(ANNA, newest.before, 10)
    assert (len(newest.lines), len(older.lines), older.before) == (3, 4, None)


async def test_words_written_just_before_sending_stand_in_the_transcript(store: SqliteStore) -> None:
    await tell(store, ANNA, Reply("old words"))
    row = await store.claim_outbox_of("w", NOW, ANNA)
    assert row is not None
    await store.keep_words(row.id, Reply("as it was sent"))
    await store.record_delivery(row.id, "sent", NOW)
    (line,) = (await store.transcript(ANNA, None, 5)).lines
    assert isinstance(line, Arrived) and line.reply.text == "as it was sent"


async def test_what_nobody_worked_on_yet_is_known_in_order(store: SqliteStore) -> None:
    await store.take_in([said(1), said(2), said(1, BEN), said(3)])
    await store.claim_inbox("w", later(0), 60, 1)
    assert [row.update_id for row in await store.unhandled(ANNA)] == [f"{ANNA}:{n}" for n in (1, 2, 3)]
    assert await store.unhandled("web:nobody") == []


DIES_SENDING = """
import asyncio, os, sys
from datetime import datetime, UTC
from pathlib import Path
from bot.adapters.store_sqlite import SqliteStore
from bot.core.conversation import Owner
from bot.core.messages import Reply
from bot.core.ports import Turn

async def main():
    store, now = SqliteStore(Path(sys.argv[1])), datetime(2026, 11, 23, 2, tzinfo=UTC)
    await store.open()
    for channel in ("web", "telegram"):
        loaded = await store.load(f"{channel}:1", channel)
        await store.commit(Turn(None, loaded.version, loaded.conversation, (), (Reply("hello"),), now))
        await store.claim_outbox("w", now, [channel], 1)
    os._exit(0)

asyncio.run(main())
"""


async def test_after_a_crash_the_page_is_told_again_and_other_channels_are_not(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", DIES_SENDING, str(path), cwd=ROOT)
    assert await process.wait() == 0
    store = SqliteStore(path)
    await store.open()
    assert (await store.recover_channel("web"), await store.recover(NOW)) == (1, 1)
    assert [state for _, state in await store.outbox("web:1")] == ["waiting"]
    assert [state for _, state in await store.outbox("telegram:1")] == ["uncertain"]
    await store.close()
