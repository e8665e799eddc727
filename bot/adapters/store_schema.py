"""Opening the SQLite file: settings of a connection, and bringing the tables up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from bot.adapters import sql
from bot.core.errors import StoreError

#: STRICT tables need 3.37.
OLDEST_SQLITE = (3, 37, 0)
#: Written into the file's header, so that another program's database is not taken for ours ("xiao").
APPLICATION_ID = 0x7869616F
#: Pages in the log (of 4 KiB) at which a commit copies them into the database file.
CHECKPOINT_PAGES = 4000


def connect_writer(path: Path, busy_timeout_ms: int) -> sqlite3.Connection:
    """The one connection that writes: WAL, every commit on disk before it returns."""
    conn = _connect(f"file:{quote(str(path))}?mode=rwc", busy_timeout_ms)
    try:
        _check_ours(conn, path)
        Database(conn).enable_wal()
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("PRAGMA cache_size = -8000")  # in KiB
        conn.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    except BaseException:
        conn.close()
        raise
    return conn


def connect_reader(path: Path, busy_timeout_ms: int) -> sqlite3.Connection:
    """A connection that cannot write, and so never checkpoints."""
    return _connect(f"file:{quote(str(path))}?mode=ro", busy_timeout_ms)


def _connect(uri: str, busy_timeout_ms: int) -> sqlite3.Connection:
    # isolation_level None: no transaction begins behind our back. One thread at a time uses a connection, not always
    # the one that opened it.
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=busy_timeout_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )


def _check_ours(conn: sqlite3.Connection, path: Path) -> None:
    found = conn.execute("PRAGMA application_id").fetchone()[0]
    empty = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if found != APPLICATION_ID and not empty:
        raise StoreError(f"{path} is the database of another program; choose another file")


def prepare_file(path: Path) -> None:
    """Create the file where there is none, readable by its owner only: it holds addresses and phone numbers."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or newer is needed")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Only where there is none: closing any handle of a file drops all locks of this process on it (POSIX), SQLite's
    # too. Another process would then take the database for closed by all, and remove the log we write to.
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def migrate(conn: sqlite3.Connection) -> None:
    """Apply the migrations the file does not have yet, each in its own transaction."""
    db = Database(conn)
    with immediate(conn):
        if not db["migrations"].exists():
            conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.table("migrations").create({"number": int, "name": str, "applied_at": str}, pk="number", strict=True)
    known = sql.migrations()
    for migration in known:
        with immediate(conn):
            if _applied(conn) < migration.number:
                _apply(db, migration)
    if (found := _applied(conn)) > len(known):
        raise StoreError(
            f"the database was written by a newer version of this program (its tables are at {found}, "
            f"this version knows {len(known)}); update the program or restore an older copy"
        )


def _applied(conn: sqlite3.Connection) -> int:
    number: int = conn.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0]
    return number


def _apply(db: Database, migration: sql.Migration) -> None:
    for statement in _statements(migration.script):
        db.conn.execute(statement)
    row = {"number": migration.number, "name": migration.name, "applied_at": datetime.now(UTC).isoformat()}
    db.table("migrations").insert(row)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one; ``executescript`` would commit the transaction around it."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""


@contextmanager
def immediate(conn: sqlite3.Connection) -> Iterator[None]:
    """A transaction that takes the write lock when it begins: a deferred one fails when it first writes."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
