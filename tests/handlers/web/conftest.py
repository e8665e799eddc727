"""The order API on the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from tests.fakes import FakeClock
from tests.handlers.web.order_client import OrderClient, order_client, order_web


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def order_store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def api(order_store: SqliteStore, clock: FakeClock) -> AsyncIterator[OrderClient]:
    async with order_client(order_web(order_store, clock), clock) as client:
        yield client
