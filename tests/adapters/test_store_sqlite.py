"""What the store on one SQLite file promises beyond the port: the file itself."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters import sql
from bot.adapters.store_sqlite import SqliteStore
from bot.core import codec
from bot.core.conversation import Conversation
from bot.core.errors import StoreError
from bot.core.orders import Status, change_status
from tests.adapters.store_samples import (
    LEASE_SECONDS,
    NOW,
    SHOPPER,
    answer,
    case,
    order,
    queue,
    reply,
    rows,
    spoken,
    states,
)

_ALL = sql.migrations()
_CHAT = json.dumps(codec.to_plain(Conversation("telegram:1", "telegram")))


async def test_it_writes_through_to_the_disk_in_wal_mode(sqlite: SqliteStore) -> None:
    def pragmas(conn: sqlite3.Connection) -> list[Any]:
        return [
            conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert await sqlite._write(pragmas) == ["wal", 2, 1]


async def test_its_folder_is_made_and_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deeper" / "shop.db"
    store = SqliteStore(path)
    await store.open()
    await store.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_everything_is_there_after_closing_and_opening_again(path: Path) -> None:
    for number in range(3):
        store = SqliteStore(path)
        await store.open()
        await queue(store, str(number))
        await store.close()
        await store.close()
    assert rows(path, "SELECT count(*) FROM events") == [(3,)]
    assert [name.name for name in path.parent.iterdir() if name.name.endswith("-wal")] == []


async def test_a_path_with_spaces_and_signs_is_fine(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "my shop?#%20 小二.db")
    await store.open()
    await queue(store, "有")
    await store.close()
    assert (tmp_path / "my shop?#%20 小二.db").stat().st_size > 0


async def test_a_file_of_a_newer_program_is_refused(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await store.close()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO migrations (number, name, applied_at) VALUES (99, 'future', '')")
        conn.commit()
    with pytest.raises(StoreError, match="newer version of this program"):
        await store.open()
    await store.close()


async def test_a_half_migrated_file_is_completed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = sql.migrations()
    number = len(known) + 1
    broken = sql.Migration(number, "broken", "CREATE TABLE more (a TEXT);\nCREATE TABLE more (a TEXT);\n")
    fixed = sql.Migration(number, "fixed", "CREATE TABLE more (a TEXT);\n")
    store = SqliteStore(path)
    monkeypatch.setattr(sql, "migrations", lambda: (*known, broken))
    with pytest.raises(StoreError, match="more"):
        await store.open()
    assert rows(path, "SELECT max(number) FROM migrations") == [(number - 1,)]
    monkeypatch.setattr(sql, "migrations", lambda: (*known, fixed))
    await store.open()
    await store.close()
    assert rows(path, "SELECT name FROM migrations ORDER BY number")[-1] == ("fixed",)


async def test_orders_of_an_older_version_move_along_with_notes_and_goods_held(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "migrations", lambda: _ALL[:1])
    older = SqliteStore(path)
    await older.open()
    await older.close()
    doc = json.dumps(codec.to_plain(order()))
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO conversations VALUES ('telegram:1', 'telegram', 1, 0, 'bot', 0, ?)", (_CHAT,))
        conn.execute("INSERT INTO orders VALUES ('X1', 'telegram:1', 'unpaid', NULL, 5, 5, ?)", (doc,))
        conn.execute("INSERT INTO notes VALUES ('X1', 0, NULL, 'note', '', 'bot', 5)")
        conn.execute("INSERT INTO reservations VALUES ('X1', 'T1-BLK-L', 1, NULL)")
        conn.commit()
    monkeypatch.undo()

    store = SqliteStore(path)
    await store.open()
    loaded = await store.load(SHOPPER, "telegram")
    assert loaded.orders == (order(),)
    await store.commit(replace(answer(None, loaded), orders=(change_status(order(), Status.PAID, NOW, "shop"),)))
    await store.close()

    assert rows(path, "SELECT goods, source, version FROM orders") == [('[["T1-BLK-L",1]]', "chat", 1)]
    assert rows(path, "SELECT count(*) FROM notes") == rows(path, "SELECT count(*) FROM reservations") == [(1,)]
    assert rows(path, "PRAGMA foreign_key_check") == []


async def test_cases_and_messages_of_an_older_version_go_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "migrations", lambda: _ALL[:3])
    older = SqliteStore(path)
    await older.open()
    await older.close()
    waiting = json.dumps(codec.to_plain(replace(Conversation(SHOPPER, "telegram"), owner="waiting", case_id="C1")))
    closed = json.dumps(codec.to_plain(replace(case("C0"), state="closed")))
    said = json.dumps(codec.to_plain(reply("请稍等")))
    with closing(sqlite3.connect(path)) as conn:
        talk = f"VALUES ('{SHOPPER}', 'telegram', 3, 2, 'waiting', 9, ?, 0, NULL)"
        conn.execute(f"INSERT INTO conversations {talk}", (waiting,))
        event = json.dumps(codec.event_to_plain(spoken("1")))
        conn.execute("INSERT INTO events VALUES (?, 2, 9, ?)", (SHOPPER, event))
        for case_id, state, doc in (("C0", "closed", closed), ("C1", "open", json.dumps(codec.to_plain(case())))):
            conn.execute("INSERT INTO cases VALUES (?, ?, ?, 'agent', 7, ?)", (case_id, SHOPPER, state, doc))
        for kind, ref, body in (("", "", said), ("reminder", "X1", "")):
            conn.execute(
                "INSERT INTO outbox (conversation_id, channel, body, created_ms, head, kind, ref)"
                " VALUES (?, 'telegram', ?, 9, ?, ?, ?)",
                (SHOPPER, body, int(not kind), kind, ref),
            )
        conn.commit()
    monkeypatch.undo()

    store = SqliteStore(path)
    await store.open()
    loaded = await store.load(SHOPPER, "telegram")
    assert (loaded.version, loaded.cases) == (3, (case(),))
    assert await store.open_cases() == [case()]
    assert [(row.conversation.id, row.topic, row.waiting_since) for row in await store.unposted()] == [
        (SHOPPER, None, NOW)
    ]
    (row,) = await store.claim_outbox("w", NOW, ["telegram"], 9)
    assert row.reply == reply("请稍等")
    await store.commit(replace(answer(None, loaded, owner="agent"), cases=(replace(case(), assigned="anna"),)))
    await store.record_delivery(row.id, "sent", NOW)
    assert await states(store) == ["sent", "dropped"]
    assert (await store.counts())["cases.open"] == 1
    await store.close()
    assert rows(path, "SELECT case_id, assigned, alarm_ms, updated_ms FROM cases ORDER BY case_id") == [
        ("C0", "", None, 7),
        ("C1", "anna", None, int(NOW.timestamp() * 1000)),
    ]
    assert rows(path, "PRAGMA foreign_key_check") == []


async def test_another_programs_database_is_refused_and_untouched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE recipes (a TEXT)")
    with pytest.raises(StoreError, match="another program"):
        await SqliteStore(path).open()
    assert rows(path, "SELECT name FROM sqlite_master") == [("recipes",)]


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("no database " * 100), lambda path: path.mkdir()])
async def test_what_is_no_database_is_refused_with_a_sentence(path: Path, spoil: Callable[[Path], object]) -> None:
    spoil(path)
    with pytest.raises(StoreError, match="cannot use the database"):
        await SqliteStore(path).open()


async def test_use_before_opening_is_a_programmers_mistake(path: Path) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        await SqliteStore(path).load(SHOPPER, "telegram")


async def test_a_moment_without_a_zone_is_refused(sqlite: SqliteStore) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        await sqlite.claim_inbox("w", NOW.replace(tzinfo=None), LEASE_SECONDS, 1)


async def test_notes_are_kept_beside_the_order_too(sqlite: SqliteStore, path: Path) -> None:
    for version in (0, 1):
        turn = answer(None, await sqlite.load(SHOPPER, "telegram"))
        await sqlite.commit(replace(turn, orders=(replace(order(), version=version),)))
    assert rows(path, "SELECT order_no, seq, flag, content, staff_id FROM notes") == [
        ("X1", 0, None, "尽快发货_小二", "bot")
    ]
