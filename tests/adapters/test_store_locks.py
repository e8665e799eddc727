"""Locks between processes; two objects in one process stand for two processes."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from bot.adapters.store_locks import FileLock, Session, WriteLock
from bot.core.errors import StoreError


def test_only_one_has_a_lock(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "a"), FileLock(tmp_path / "a")
    assert one.try_acquire()
    assert one.try_acquire(), "whoever has it keeps it"
    assert not two.try_acquire()
    assert (one.held, two.held) == (True, False)
    one.release()
    assert two.try_acquire()


def test_a_lock_whose_file_is_removed_under_the_waiters_is_still_only_ones(tmp_path: Path) -> None:
    locks = [FileLock(tmp_path / "a") for _ in range(8)]
    inside, most, turns = 0, 0, 0

    def work(lock: FileLock) -> None:
        nonlocal inside, most, turns
        for _ in range(50):
            lock.acquire(time.monotonic() + 30)
            inside += 1
            most = max(most, inside)
            turns += 1
            time.sleep(0)
            inside -= 1
            lock.remove()

    threads = [threading.Thread(target=work, args=(lock,)) for lock in locks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, turns, inside) == (1, 400, 0)


def test_waiting_for_a_lock_ends_with_a_sentence(tmp_path: Path) -> None:
    one, two = WriteLock(tmp_path, 5), WriteLock(tmp_path, 0.05)
    with one.held(), pytest.raises(StoreError, match="too long"), two.held():
        pass
    with two.held():
        pass


def test_a_session_lives_while_it_is_held(tmp_path: Path) -> None:
    mine, other = Session(tmp_path), Session(tmp_path)
    assert mine.hold() == mine.hold() == mine.token
    assert not mine.is_dead(mine.token)
    assert not other.is_dead(mine.token)
    mine.end()
    assert other.is_dead(mine.token)
    assert list(tmp_path.iterdir()) == []


def test_sweeping_removes_what_dead_processes_left_and_nothing_else(tmp_path: Path) -> None:
    mine, other = Session(tmp_path), Session(tmp_path)
    mine.hold()
    other.hold()
    (tmp_path / "session-1-gone").touch()
    (tmp_path / "serving").touch()
    mine.sweep()
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"session-{mine.token}", f"session-{other.token}", "serving"}
