"""Several processes on one SQLite file, living and dead."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import InUse
from bot.core.events import ShopperSpoke
from tests.adapters.store_samples import LEASE_SECONDS, NOW, later, queue, rows, states, update

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def process(path: Path, action: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.adapters.store_process", str(path), action]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        try:
            yield other
        finally:
            other.kill()


def says_ready(other: subprocess.Popen[str]) -> bool:
    return other.stdout is not None and other.stdout.readline() == "ready\n"


def go_on(other: subprocess.Popen[str]) -> int:
    other.communicate("\n", timeout=60)
    return other.returncode


async def test_a_second_run_is_refused_until_the_first_ends(path: Path) -> None:
    mine, second = SqliteStore(path), SqliteStore(path)
    with process(path, "serve") as other:
        assert says_ready(other)
        with pytest.raises(InUse, match=r"already serves .*shop\.db"):
            await mine.serve_alone()
        assert go_on(other) == 0
    await mine.serve_alone()
    with pytest.raises(InUse):
        await second.serve_alone()
    await second.open()  # beside it is fine
    await queue(second, "有")
    await second.close()
    await mine.close()
    await second.serve_alone()
    await second.close()


async def test_a_killed_run_leaves_the_file_free(path: Path) -> None:
    with process(path, "serve") as other:
        assert says_ready(other)
        other.kill()
        other.wait()
        store = SqliteStore(path)
        await store.serve_alone()
        await store.close()


async def test_sends_of_a_dead_process_become_uncertain_and_its_messages_wait_again(
    sqlite: SqliteStore, path: Path
) -> None:
    await sqlite.take_in([update(1), update(2, "telegram:2")])
    await queue(sqlite, "一", "二")
    with process(path, "die") as other:
        assert other.wait(60) == 9
    assert await states(sqlite) == ["sending", "waiting"]
    assert await sqlite.recover(NOW) == 1
    assert await states(sqlite) == ["uncertain", "waiting"]
    assert await sqlite.recover(NOW) == 0
    (row,) = await sqlite.claim_outbox("w", NOW, ["telegram"], 9)
    assert row.reply.text == "二"
    claimed = await sqlite.claim_inbox("w", NOW, LEASE_SECONDS, 9)
    assert [(row.update_id, row.attempts) for row in claimed] == [("1", 1), ("2", 1)]
    assert [name.name for name in (path.parent / "shop.db.locks").glob("session-*")] == [
        f"session-{sqlite._parts.session.token}"
    ]


async def test_sends_of_a_living_process_are_its_own(sqlite: SqliteStore, path: Path) -> None:
    await sqlite.take_in([update(1)])
    await queue(sqlite, "一")
    with process(path, "hold") as other:
        assert says_ready(other)
        assert await sqlite.recover(NOW) == 0
        assert await states(sqlite) == ["sending"]
        assert await sqlite.claim_inbox("w", NOW, LEASE_SECONDS, 9) == []
        assert go_on(other) == 0
    assert await states(sqlite) == ["sent"]


async def test_own_sends_in_flight_are_not_doubted(sqlite: SqliteStore) -> None:
    await queue(sqlite, "一")
    await sqlite.claim_outbox("w", NOW, ["telegram"], 9)
    assert await sqlite.recover(later(9999)) == 0


async def test_two_processes_share_the_work_in_order_and_once(sqlite: SqliteStore, path: Path) -> None:
    conversations, messages = 8, 40
    with process(path, "work") as one, process(path, "work") as two:
        assert says_ready(one) and says_ready(two)
        for other in (one, two):
            assert other.stdin is not None
            other.stdin.write("\n")
            other.stdin.flush()
        for n in range(messages):
            await sqlite.take_in([update(f"{c}-{n}", f"c{c}") for c in range(conversations)])
        assert (one.wait(60), two.wait(60)) == (0, 0)
    for c in range(conversations):
        spoken = [event for event in await sqlite.events(f"c{c}") if isinstance(event, ShopperSpoke)]
        assert [event.message_id for event in spoken] == [f"{c}-{n}" for n in range(messages)]


async def test_a_busy_process_does_not_starve_another(sqlite: SqliteStore, path: Path) -> None:
    other = SqliteStore(path, busy_timeout_ms=2000)
    await other.open()
    done = asyncio.Event()

    async def busy(worker: int) -> None:
        n = 0
        while not done.is_set():
            await sqlite.take_in([update(f"{worker}-{n}", f"c{worker}")])
            n += 1

    async with asyncio.TaskGroup() as tasks:
        for worker in range(50):
            tasks.create_task(busy(worker))
        for n in range(30):
            assert await asyncio.wait_for(other.take_in([update(f"other-{n}", "other")]), 2) == 1
        done.set()
    await other.close()


async def test_a_transaction_cut_off_by_kill_leaves_no_trace(sqlite: SqliteStore, path: Path) -> None:
    with process(path, "die_writing") as other:
        assert other.wait(60) == 9
    assert await sqlite.ready()
    assert rows(path, "SELECT name FROM meta") == [("probe",)]
