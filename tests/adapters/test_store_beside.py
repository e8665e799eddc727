"""A command that opens and closes the database beside a running shop must leave it what it wrote."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from tests.adapters.store_samples import update

ROOT = Path(__file__).resolve().parents[2]

COMMAND = """
import asyncio, sys
from datetime import datetime, UTC
from pathlib import Path
from bot.adapters.store_sqlite import SqliteStore
from bot.core.ports import RawUpdate

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    await store.take_in([RawUpdate("telegram", sys.argv[2], "telegram:9", "{}", datetime(2026, 11, 23, tzinfo=UTC))])
    print((await store.counts())["inbox.waiting"])
    await store.close()

asyncio.run(main())
"""


def command(path: Path, update_id: int) -> int:
    """How many messages a command finds waiting after it added one."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, str(path), str(update_id)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return int(done.stdout)


async def test_what_the_shop_and_commands_beside_it_write_is_seen_by_both(tmp_path: Path) -> None:
    """Whoever closes a database last removes its log; that must never be a command while the shop runs."""
    path = tmp_path / "shop.db"
    store = SqliteStore(path)
    await store.open()
    await store.serve_alone()
    for number in range(3):
        await store.take_in([update(number)])
        found = await asyncio.to_thread(command, path, 1000 + number)
        assert found == (await store.counts())["inbox.waiting"] == 2 * (number + 1)
    await store.close()
