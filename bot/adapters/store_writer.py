"""One thread that writes: jobs queued meanwhile share one transaction, so one wait for the disk."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from bot.adapters.store_locks import WriteLock
from bot.adapters.store_schema import immediate
from bot.core.errors import StoreError

T = TypeVar("T")
#: Runs inside the writer's transaction, on its thread; whatever it raises undoes what it did, and only that. It may be
#: run a second time after being undone, so it changes nothing but the database.
Job = Callable[[sqlite3.Connection], T]


@dataclass(slots=True, eq=False)
class _Pending:
    job: Job[Any]
    future: asyncio.Future[Any]
    #: Makes the job that takes the result back when the caller stopped waiting meanwhile.
    undo: Callable[[Any], Job[Any]] | None


class _Done(NamedTuple):
    pending: _Pending
    result: Any = None
    error: Exception | None = None


class _JobRaised(Exception):
    """A job failed while it shared a transaction; which one does not matter."""


class Writer:
    """Owns the writing connection. Use from one event loop."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], lock: WriteLock, batch_max: int) -> None:
        self._connect = connect
        self._lock = lock
        self._batch_max = batch_max
        self._queue: SimpleQueue[_Pending | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Open the connection; what ``connect`` raises comes out here."""
        self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = self._loop.create_future()
        # A daemon, so that a program that forgot to close the store can still end; all that was told is on disk.
        self._thread = threading.Thread(target=self._main, args=(opened,), name="store-writer", daemon=True)
        self._thread.start()
        await opened

    async def run(self, job: Job[T], undo: Callable[[T], Job[Any]] | None = None) -> T:
        """The result of ``job`` once it is on disk."""
        future = self.submit(job, undo)
        try:
            return await future
        except asyncio.CancelledError:
            # Cancelled in the moment between the result and its arrival here; earlier than that is _tell's business.
            if undo and future.done() and not future.cancelled() and future.exception() is None:
                self.submit(undo(future.result()))
            raise

    def submit(self, job: Job[T], undo: Callable[[T], Job[Any]] | None = None) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Pending(job, future, undo))
        return future

    async def stop(self) -> None:
        """Finish what is queued and close the connection."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        try:
            await self.run(lambda conn: None)  # when this is through, every undo that was due has been queued
        finally:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    # --- the writer's thread ---

    def _main(self, opened: asyncio.Future[None]) -> None:
        try:
            conn = self._connect()
        except Exception as error:
            self._loop.call_soon_threadsafe(_settle, opened, None, error)
            return
        self._loop.call_soon_threadsafe(_settle, opened, None, None)
        try:
            while batch := self._next_batch():
                done = self._run_batch(conn, batch)
                self._loop.call_soon_threadsafe(self._tell, done)
        except RuntimeError:  # the loop was closed without closing the store: nobody is left to tell
            pass
        finally:
            self._close(conn)

    def _next_batch(self) -> list[_Pending]:
        """All that waits, at least one; empty when the store closes."""
        batch: list[_Pending] = []
        pending = self._queue.get()
        while pending is not None:
            batch.append(pending)
            if len(batch) >= self._batch_max:
                break
            try:
                pending = self._queue.get_nowait()
            except Empty:
                break
        else:
            if batch:
                self._queue.put(None)
        return batch

    def _run_batch(self, conn: sqlite3.Connection, batch: Sequence[_Pending]) -> list[_Done]:
        wanted = [pending for pending in batch if not pending.future.cancelled()]
        try:
            with self._lock.held():
                done = _run_together(conn, wanted)
                return _run_apart(conn, wanted) if done is None else done
        except Exception as error:
            return [_Done(pending, error=_refused(error)) for pending in batch]

    def _tell(self, done: Sequence[_Done]) -> None:
        for one in done:
            if one.pending.future.cancelled() and one.pending.undo and one.error is None:
                self.submit(one.pending.undo(one.result))
            _settle(one.pending.future, one.result, one.error)

    def _close(self, conn: sqlite3.Connection) -> None:
        # Closing the last connection checkpoints, hence under the lock; when it is not to be had, the log stays.
        try:
            with self._lock.held():
                conn.close()
        except StoreError:
            conn.close()


def _run_together(conn: sqlite3.Connection, batch: Sequence[_Pending]) -> list[_Done] | None:
    """All jobs in one transaction; None, and nothing changed, when any of them raised.

    Jobs seldom raise, and a savepoint around each would cost a fifth of the rate.
    """
    try:
        with immediate(conn):
            return [_Done(pending, _attempt(pending, conn)) for pending in batch]
    except _JobRaised:
        return None


def _attempt(pending: _Pending, conn: sqlite3.Connection) -> Any:
    try:
        return pending.job(conn)
    except Exception as error:
        raise _JobRaised from error


def _run_apart(conn: sqlite3.Connection, batch: Sequence[_Pending]) -> list[_Done]:
    """All jobs in one transaction, one that raises undoing only itself."""
    with immediate(conn):
        return [_run_one(conn, pending) for pending in batch]


def _run_one(conn: sqlite3.Connection, pending: _Pending) -> _Done:
    conn.execute("SAVEPOINT job")
    try:
        result = pending.job(conn)
    except Exception as error:
        if not conn.in_transaction:  # a full disk or the like: SQLite has undone the whole batch
            raise
        conn.execute("ROLLBACK TO job")
        conn.execute("RELEASE job")
        return _Done(pending, error=_translated(error))
    conn.execute("RELEASE job")
    return _Done(pending, result)


def _translated(error: Exception) -> Exception:
    return _refused(error) if isinstance(error, (sqlite3.Error, OSError)) else error


def _refused(cause: Exception) -> StoreError:
    error = StoreError(f"the database refused: {cause}")
    error.__cause__ = cause
    return error


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.done():  # its caller was cancelled
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
