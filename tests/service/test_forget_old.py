from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.adapters.photo_files import PhotoFiles
from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import KeyReused
from bot.core.ports_orders import IdempotencyKey
from bot.service.forget_old import ForgetOld
from tests.adapters.order_samples import BOT, NOW, report
from tests.adapters.store_samples import rows

KEY = IdempotencyKey("key-1", "a")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


async def test_answers_and_ids_of_deliveries_are_kept_four_days(store: SqliteStore) -> None:
    hook = replace(report("created", delivery_id="d-1"), source="shopify")
    file = replace(report("created", "T2", delivery_id="row-1"), source="import")
    await store.take_order_events([hook, file], BOT, NOW, KEY)
    forget = ForgetOld(store)
    assert await forget(NOW + timedelta(days=4)) == 0
    assert (await store.take_order_events([hook], BOT, NOW))[0].reason == "this delivery was taken before"
    assert await forget(NOW + timedelta(days=4, seconds=1)) == 0, "once a day"
    assert await forget(NOW + timedelta(days=5)) == 2
    assert rows(store._path, "SELECT delivery_id FROM order_events ORDER BY id") == [("",), ("row-1",)]
    assert rows(store._path, "SELECT count(*) FROM idempotency") == [(0,)]
    await store.take_order_events([], BOT, NOW, replace(KEY, body_hash="b"))


async def test_a_key_within_its_days_still_refuses_another_body(store: SqliteStore) -> None:
    await store.take_order_events([], BOT, NOW, KEY)
    await ForgetOld(store)(NOW + timedelta(days=3))
    with pytest.raises(KeyReused):
        await store.take_order_events([], BOT, NOW, replace(KEY, body_hash="b"))


async def test_much_is_forgotten_in_bites(store: SqliteStore) -> None:
    for n in range(7):
        await store.take_order_events([], BOT, NOW, IdempotencyKey(f"key-{n}", "a"))
    later = NOW + timedelta(days=9)
    assert [await store.forget(later, later, limit=3) for _ in range(4)] == [3, 3, 1, 0]


async def test_photos_are_forgotten_once_a_day_after_their_time(store: SqliteStore, tmp_path: Path) -> None:
    photos, held = PhotoFiles(tmp_path / "uploads"), io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "PNG")
    kept = await photos.keep("anna", held.getvalue(), at=NOW)
    assert await ForgetOld(store, photos)(NOW + timedelta(days=9_999)) == 0, "zero days: for ever"
    forget = ForgetOld(store, photos, timedelta(days=180))
    assert await forget(NOW + timedelta(days=179)) == 0
    assert photos.path("anna", kept) is not None
    assert await forget(NOW + timedelta(days=181)) == 1
    assert photos.path("anna", kept) is None
