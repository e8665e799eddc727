"""The store on one SQLite file: several processes may open it, one of them may serve it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.adapters import store_jobs as jobs
from bot.adapters import store_reads as reads
from bot.adapters.store_desk import SqliteDesk
from bot.adapters.store_erase import SqliteErase, rewrite
from bot.adapters.store_keep import SqliteKeep
from bot.adapters.store_locks import FileLock, Session, WriteLock, folder_for
from bot.adapters.store_rounds import SqliteRounds
from bot.adapters.store_rows import error_text, to_ms, turn_rows, update_params
from bot.adapters.store_schema import connect_reader, connect_writer, migrate, prepare_file
from bot.adapters.store_sqlite_orders import SqliteOrders
from bot.adapters.store_sqlite_people import SqlitePeople
from bot.adapters.store_web import SqliteWeb
from bot.adapters.store_writer import Job, Writer
from bot.core.cases import Case
from bot.core.errors import InUse, StoreError
from bot.core.events import Event
from bot.core.orders import Order
from bot.core.ports import InboxRow, Loaded, OutboxRow, Outcome, RawUpdate, Told, Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Opened:
    writer: Writer
    session: Session
    #: For point reads, used in the event loop.
    reader: sqlite3.Connection
    #: For reads that grow with the data, used in ``slow_thread`` only.
    slow_reader: sqlite3.Connection
    slow_thread: ThreadPoolExecutor


class SqliteStore(SqliteOrders, SqlitePeople, SqliteWeb, SqliteDesk, SqliteRounds, SqliteErase, SqliteKeep):
    """Fulfils :class:`bot.core.ports.Store`, ``OrderStore`` and ``PeopleStore``; use from one event loop.

    Point reads run in the event loop itself: they take tens of microseconds, a hop to a thread costs more. What grows
    with the data is read in a thread of its own, and everything that writes goes through the one writer thread.
    """

    def __init__(self, path: Path, *, busy_timeout_ms: int = 5000, commit_batch_max: int = 500) -> None:
        self._path = path
        self._busy_timeout_ms = busy_timeout_ms
        self._commit_batch_max = commit_batch_max
        self._folder = folder_for(path)
        self._serving = FileLock(self._folder / "serving")
        self._opened: _Opened | None = None

    # --- opening and closing ---

    async def open(self) -> None:
        """Create or update the file. Raises StoreError when it is not ours, too new, or cannot be written."""
        if self._opened:
            raise RuntimeError("the store is open already")
        with _as_store_error(self._path):
            await asyncio.to_thread(self._prepare)
            lock = WriteLock(self._folder, self._busy_timeout_ms / 1000)
            writer = Writer(partial(self._connect, lock), lock, self._commit_batch_max)
            await writer.start()
            try:
                self._opened = self._open_beside(writer)
            except BaseException:
                await writer.stop()
                raise

    def _open_beside(self, writer: Writer) -> _Opened:
        return _Opened(
            writer=writer,
            session=Session(self._folder),
            reader=connect_reader(self._path, self._busy_timeout_ms),
            slow_reader=connect_reader(self._path, self._busy_timeout_ms),
            slow_thread=ThreadPoolExecutor(1, "store-reader"),
        )

    async def close(self) -> None:
        """Finish what is being written and close; may be called twice."""
        opened, self._opened = self._opened, None
        try:
            if opened:
                await _close(opened)
        finally:
            self._serving.release()

    async def serve_alone(self) -> None:
        """Claim the file for this process until :meth:`close`; others may still open it beside.

        Raises InUse when another process serves it.
        """
        with _as_store_error(self._path):
            self._prepare()
            if self._serving.held or not self._serving.try_acquire():
                raise InUse(
                    f"another `xiaoer run` already serves {self._path}; stop it first, or use another --data folder"
                )

    def _prepare(self) -> None:
        prepare_file(self._path)
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def _connect(self, lock: WriteLock) -> sqlite3.Connection:
        with lock.held():
            conn = connect_writer(self._path, self._busy_timeout_ms)
            try:
                migrate(conn)
            except BaseException:
                conn.close()
                raise
            return conn

    # --- inbox ---

    async def take_in(self, updates: Sequence[RawUpdate]) -> int:
        if not updates:
            return 0
        return await self._write(partial(jobs.take_in, updates=[update_params(update) for update in updates]))

    async def claim_inbox(self, worker: str, now: datetime, lease_seconds: float, limit: int) -> list[InboxRow]:
        if not self._read(reads.inbox_claimable, to_ms(now)):
            return []
        claim = {
            **self._claim(worker, now),
            "lease_until_ms": to_ms(now + timedelta(seconds=lease_seconds)),
            "limit": limit,
        }
        return await self._write(
            partial(jobs.claim_inbox, claim=claim),
            lambda rows: partial(jobs.unclaim_inbox, rows=rows, session=claim["session"]),
        )

    async def fail_inbox(self, row_id: int, error: str, retry_at: datetime | None) -> None:
        row = {"id": row_id, "error": error_text(error)}
        if retry_at is None:
            await self._write(partial(jobs.set_inbox_aside, row=row))
        else:
            await self._write(partial(jobs.retry_inbox, row={**row, "retry_ms": to_ms(retry_at)}))

    async def finish_inbox(self, row_id: int, at: datetime) -> None:
        await self._write(partial(jobs.finish_inbox, row={"id": row_id, "at_ms": to_ms(at)}))

    # --- conversations ---

    async def load(self, conversation_id: str, channel: str, skus: Iterable[str] = ()) -> Loaded:
        return self._read(reads.load, conversation_id, channel, skus)

    async def reserved(self, skus: Iterable[str]) -> Mapping[str, int]:
        return self._read(reads.reserved, skus)

    async def commit(self, turn: Turn) -> None:
        await self._write(partial(jobs.commit, turn=turn_rows(turn)))

    async def events(self, conversation_id: str) -> list[Event]:
        return await self._read_slowly(reads.events, conversation_id)

    async def orders(self, conversation_id: str) -> list[Order]:
        return self._read(reads.orders, conversation_id)

    async def cases(self, conversation_id: str) -> list[Case]:
        return self._read(reads.cases, conversation_id)

    # --- outbox ---

    async def claim_outbox(self, worker: str, now: datetime, channels: Sequence[str], limit: int) -> list[OutboxRow]:
        if not self._read(reads.outbox_claimable, to_ms(now), channels):
            return []
        claim = self._claim(worker, now)
        return await self._write(
            partial(jobs.claim_outbox, claim=claim, channels=tuple(channels), limit=limit),
            lambda rows: partial(jobs.unclaim_outbox, rows=rows, session=claim["session"]),
        )

    async def record_delivery(
        self, row_id: int, outcome: Outcome, at: datetime, platform_id: str = "", told: Told | None = None
    ) -> None:
        row = {"id": row_id, "outcome": outcome, "at_ms": to_ms(at), "platform_id": platform_id or None}
        await self._write(partial(jobs.record_delivery, row=row, told=told))

    async def queued(self, channels: Sequence[str]) -> bool:
        return self._read(reads.queued, channels)

    async def silenced(self, conversation_id: str) -> bool:
        return self._read(reads.silenced, conversation_id)

    async def postpone_outbox(self, row_id: int, until: datetime) -> None:
        await self._write(partial(jobs.postpone_outbox, row={"id": row_id, "until_ms": to_ms(until)}))

    async def recover(self, now: datetime) -> int:
        """Also gives back the inbox rows dead processes had claimed, without waiting for their lease."""
        return await self._write(partial(jobs.recover, session=self._parts.session, at_ms=to_ms(now)))

    async def outbox(self, conversation_id: str) -> list[tuple[OutboxRow, str]]:
        return await self._read_slowly(reads.outbox, conversation_id)

    # --- health ---

    async def ready(self) -> bool:
        limit_seconds = self._busy_timeout_ms / 1000
        try:
            await asyncio.wait_for(self._write(partial(jobs.probe, at=datetime.now(UTC).isoformat())), limit_seconds)
        except (StoreError, TimeoutError):
            return False
        return True

    async def counts(self) -> Mapping[str, int]:
        return await self._read_slowly(reads.counts)

    # --- how ---

    @property
    def _parts(self) -> _Opened:
        if self._opened is None:
            raise RuntimeError("the store is not open")
        return self._opened

    def _session(self) -> Session:
        return self._parts.session

    def _rewrite(self) -> None:
        with _as_store_error(self._path), WriteLock(self._folder, self._busy_timeout_ms / 1000).held():
            conn = connect_writer(self._path, self._busy_timeout_ms)
            try:
                rewrite(conn)
            finally:
                conn.close()

    async def _write(self, job: Job[T], undo: Callable[[T], Job[Any]] | None = None) -> T:
        return await self._parts.writer.run(job, undo)

    def _read(self, read: Callable[..., T], *what: object) -> T:
        with _as_store_error(self._path):
            return read(self._parts.reader, *what)

    async def _read_slowly(self, read: Callable[..., T], *what: object) -> T:
        opened = self._parts
        with _as_store_error(self._path):
            return await asyncio.get_running_loop().run_in_executor(
                opened.slow_thread, partial(read, opened.slow_reader, *what)
            )

    def _claim(self, worker: str, now: datetime) -> dict[str, Any]:
        return {"worker": worker, "session": self._parts.session.hold(), "now_ms": to_ms(now)}


async def _close(opened: _Opened) -> None:
    await asyncio.to_thread(opened.slow_thread.shutdown)
    opened.slow_reader.close()
    opened.reader.close()
    await opened.writer.stop()
    opened.session.end()


@contextmanager
def _as_store_error(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"cannot use the database {path}: {error}") from error
