"""The one thread that writes: failures, callers that give up, other writers."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store_locks import FileLock, folder_for
from bot.adapters.store_schema import CHECKPOINT_PAGES
from bot.adapters.store_sqlite import SqliteStore
from bot.adapters.store_writer import Job
from bot.core.errors import StoreError
from tests.adapters.store_samples import LEASE_SECONDS, NOW, SHOPPER, queue, rows, update


def _insert(name: str) -> Job[None]:
    def job(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO meta (name, value) VALUES (?, '')", (name,))

    return job


async def test_a_job_that_raises_undoes_only_itself(sqlite: SqliteStore, path: Path) -> None:
    def failing(conn: sqlite3.Connection) -> None:
        _insert("bad")(conn)
        raise KeyError("oops")

    jobs: list[Job[None]] = [_insert("first"), failing, _insert("first"), _insert("last")]
    outcomes = await asyncio.gather(*map(sqlite._write, jobs), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), KeyError, StoreError, type(None)]
    assert rows(path, "SELECT name FROM meta ORDER BY name") == [("first",), ("last",)]


async def test_when_the_disk_is_full_every_caller_is_told_and_nothing_is_half_there(
    sqlite: SqliteStore, path: Path
) -> None:
    pages = await sqlite._write(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0])
    await sqlite._write(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages + 2}").fetchall())
    taken = [update(n, f"c{n}") for n in range(200)]
    outcomes = await asyncio.gather(*(sqlite.take_in([one]) for one in taken), return_exceptions=True)
    stored = sum(outcome == 1 for outcome in outcomes)
    assert {type(outcome) for outcome in outcomes if outcome != 1} == {StoreError}
    assert rows(path, "SELECT count(*) FROM inbox") == [(stored,)]
    assert stored < 200

    await sqlite._write(lambda conn: conn.execute("PRAGMA max_page_count = 1000000").fetchall())
    assert await sqlite.take_in(taken) == 200 - stored


async def _settled(store: SqliteStore) -> None:
    for _ in range(2):  # the first brings out what is to be undone, the second comes after the undoing
        await store._write(lambda conn: None)


@pytest.mark.parametrize("patience", range(0, 40, 2))
async def test_a_caller_that_gave_up_waiting_loses_no_rows(sqlite: SqliteStore, patience: int) -> None:
    await sqlite.take_in([update(1)])
    await queue(sqlite, "有")
    claims: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(sqlite.claim_inbox("w", NOW, LEASE_SECONDS, 9)),
        asyncio.ensure_future(sqlite.claim_outbox("w", NOW, ["telegram"], 9)),
    ]
    for _ in range(patience):
        await asyncio.sleep(0.000_02)
    for claim in claims:
        claim.cancel()
    got: list[Any] = await asyncio.gather(*claims, return_exceptions=True)
    await _settled(sqlite)
    again: list[Any] = [
        await sqlite.claim_inbox("w", NOW, LEASE_SECONDS, 9),
        await sqlite.claim_outbox("w", NOW, ["telegram"], 9),
    ]
    for first, second in zip(got, again, strict=True):
        claimed = second if isinstance(first, BaseException) else first
        assert [row.attempts for row in claimed] == [0]
        assert claimed is second or second == []


async def test_claims_given_up_while_closing_are_given_back(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await queue(store, "有")
    claim = asyncio.ensure_future(store.claim_outbox("w", NOW, ["telegram"], 9))
    await asyncio.sleep(0)
    claim.cancel()
    await store.close()
    assert rows(path, "SELECT state, attempts FROM outbox") == [("waiting", 0)]


async def test_the_log_is_copied_into_the_file_as_it_grows(sqlite: SqliteStore, path: Path) -> None:
    payload = "x" * 100_000
    for n in range(10):
        await sqlite.take_in([replace(update(f"{n}-{m}"), payload=payload) for m in range(50)])
    log, file = await asyncio.to_thread(lambda: (path.with_name("shop.db-wal").stat(), path.stat()))
    assert file.st_size > 20_000_000
    assert log.st_size < 2 * CHECKPOINT_PAGES * 4096


async def test_a_process_that_hangs_while_writing_is_named_and_not_waited_for_for_ever(path: Path) -> None:
    store = SqliteStore(path, busy_timeout_ms=50)
    await store.open()
    hanging = FileLock(folder_for(path) / "write")
    assert hanging.try_acquire()
    assert not await store.ready()
    with pytest.raises(StoreError, match="another process has been writing"):
        await store.take_in([update(1)])
    assert (await store.load(SHOPPER, "telegram")).version == 0  # reading goes on
    hanging.release()
    assert await store.ready()
    assert await store.take_in([update(1)]) == 1
    await store.close()


async def test_another_program_that_writes_is_waited_for(sqlite: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        taken = asyncio.ensure_future(sqlite.take_in([update(1)]))
        await asyncio.sleep(0.1)
        assert not taken.done()
        shell.execute("COMMIT")
        assert await taken == 1
