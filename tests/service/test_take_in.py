from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import StoreError
from bot.core.ports import RawUpdate
from bot.service.take_in import TakeIn
from tests.fakes import MemoryStore

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def _update(number: int) -> RawUpdate:
    return RawUpdate("telegram", str(number), "telegram:7", "{}", NOW)


async def test_wakes_the_worker_only_for_what_is_new() -> None:
    store, woken = MemoryStore(), list[int]()
    take_in = TakeIn(store, lambda: woken.append(1))
    assert await take_in([_update(1), _update(2)]) == 2
    assert await take_in([_update(2)]) == 0
    assert await take_in([]) == 0
    assert woken == [1]


async def test_raises_when_the_store_is_away_so_that_nobody_acknowledges() -> None:
    store, woken = MemoryStore(), list[int]()
    store.fail_with = StoreError()
    with pytest.raises(StoreError):
        await TakeIn(store, lambda: woken.append(1))([_update(1)])
    assert woken == []
