"""Locks between processes that share one SQLite file; the operating system drops them when their process dies.

All are files in the folder ``<database>.locks``:

``serving``
    Held by the one ``run`` that serves the database.
``turn`` and ``write``
    Around every transaction that writes, checkpoints included: SQLite before 3.51.3 can damage a file when one
    process checkpoints while another commits. Whoever waits for ``write`` holds ``turn``, so a busy process cannot
    starve a command that writes beside it.
``session-…``
    Held by a process as long as it may have claims. Claims of a session whose lock is free belong to a dead process.
    Unlike a process id this cannot be mistaken after a restart or between containers, and needs no heartbeat.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.core.errors import StoreError

try:
    import fcntl

    def _try_lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
except ImportError:  # Windows
    import msvcrt

    def _try_lock(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]


def folder_for(database: Path) -> Path:
    return database.with_name(database.name + ".locks")


class FileLock:
    """One exclusive lock; not reentrant, and two objects exclude each other within a process too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    def try_acquire(self) -> bool:
        """Take the lock, or return False at once when somebody else has it."""
        while self._fd is None:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            try:
                _try_lock(fd)
            except (BlockingIOError, PermissionError):
                os.close(fd)
                return False
            except BaseException:
                os.close(fd)
                raise
            if _still_there(fd, self.path):
                self._fd = fd
            else:  # whoever had the lock removed the file meanwhile
                os.close(fd)
        return True

    def acquire(self, deadline: float) -> None:
        """Take the lock, waiting until ``time.monotonic()`` is ``deadline``."""
        while not self.try_acquire():
            if time.monotonic() >= deadline:
                raise StoreError(f"another process has been writing to the database for too long ({self.path})")
            time.sleep(0.001)

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def remove(self) -> None:
        """Release the lock and delete its file."""
        if self._fd is not None:
            with suppress(OSError):  # Windows deletes no open file; the next start does
                self.path.unlink()
        self.release()


def _still_there(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


class WriteLock:
    """The right to write, passed fairly between processes."""

    def __init__(self, folder: Path, timeout_seconds: float) -> None:
        self._turn = FileLock(folder / "turn")
        self._write = FileLock(folder / "write")
        self._timeout_seconds = timeout_seconds

    @contextmanager
    def held(self) -> Iterator[None]:
        deadline = time.monotonic() + self._timeout_seconds
        try:
            self._turn.acquire(deadline)
            self._write.acquire(deadline)
            self._turn.release()
            yield
        finally:
            self._turn.release()
            self._write.release()


class Session:
    """One opening of the store; marks claims as belonging to a living process."""

    def __init__(self, folder: Path) -> None:
        self.token = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._folder = folder
        self._lock = self._lock_of(self.token)

    def hold(self) -> str:
        """The token to mark claims with; from now on others see this session as alive."""
        if not self._lock.try_acquire():
            raise StoreError(f"somebody else holds {self._lock.path}")
        return self.token

    def end(self) -> None:
        self._lock.remove()

    def is_dead(self, token: str) -> bool:
        """Whether the process of another session is gone."""
        if token == self.token:
            return False
        lock = self._lock_of(token)
        dead = lock.try_acquire()
        lock.remove()
        return dead

    def sweep(self) -> None:
        """Delete the files that dead processes left."""
        for path in self._folder.glob("session-*"):
            self.is_dead(path.name.removeprefix("session-"))

    def _lock_of(self, token: str) -> FileLock:
        return FileLock(self._folder / f"session-{token}")
