"""Every store the suites run on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.ports import Store
from tests.memory_store import MemoryStore

#: Opens the same data once more, as another process would.
Opener = Callable[[], Awaitable[Store]]


@pytest.fixture(params=["sqlite", "memory"])
async def opener(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opener]:
    memory = MemoryStore()
    async with AsyncExitStack() as opened:

        async def open_one() -> Store:
            store: Store = SqliteStore(tmp_path / "shop.db") if request.param == "sqlite" else memory
            await store.open()
            opened.push_async_callback(store.close)
            return store

        yield open_one


@pytest.fixture
async def store(opener: Opener) -> Store:
    return await opener()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the SQLite file is, or will be."""
    return tmp_path / "shop.db"


@pytest.fixture
async def sqlite(path: Path) -> AsyncIterator[SqliteStore]:
    """The SQLite store, for what only it promises."""
    store = SqliteStore(path)
    await store.open()
    yield store
    await store.close()
