"""Another process on the same file: ``python -m tests.adapters.store_process PATH ACTION``.

It says ``ready`` on standard output and goes on when a line comes in.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from tests.adapters.people_samples import CODE
from tests.adapters.store_samples import LEASE_SECONDS, NOW, answer


def pause() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


async def hold(store: SqliteStore) -> None:
    """Claim everything, wait, then tell that it was sent."""
    await store.claim_inbox("other", NOW, LEASE_SECONDS, 100)
    rows = await store.claim_outbox("other", NOW, ["telegram"], 100)
    pause()
    for row in rows:
        await store.record_delivery(row.id, "sent", NOW, "1")


async def die(store: SqliteStore) -> None:
    """Claim everything and be gone."""
    await store.claim_inbox("other", NOW, LEASE_SECONDS, 100)
    await store.claim_outbox("other", NOW, ["telegram"], 100)
    os._exit(9)


async def die_writing(store: SqliteStore) -> None:
    """Be gone in the middle of a transaction."""

    def job(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO meta (name, value) VALUES ('half', '')")
        os._exit(9)

    await store._write(job)


async def serve(store: SqliteStore) -> None:
    await store.serve_alone()
    pause()


async def work(store: SqliteStore) -> None:
    """Answer what waits until nothing does, one turn at a time."""
    pause()
    idle = 0
    while idle < 20:
        rows = await store.claim_inbox("other", NOW, LEASE_SECONDS, 3)
        for row in rows:
            await store.commit(answer(row, await store.load(row.conversation_id, row.channel), row.update_id))
        idle = 0 if rows else idle + 1
        await asyncio.sleep(0 if rows else 0.01)


async def link(store: SqliteStore) -> None:
    """Link this process's number as a Telegram account; exit status 1 when the code was used up."""
    pause()
    linked = await store.link_telegram(CODE, os.getpid(), NOW)
    await store.close()
    sys.exit(0 if linked else 1)


ACTIONS: dict[str, Callable[[SqliteStore], Awaitable[None]]] = {
    action.__name__: action for action in (hold, die, die_writing, serve, work, link)
}


async def main(path: str, action: str) -> None:
    store = SqliteStore(Path(path))
    await store.open()
    await ACTIONS[action](store)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
