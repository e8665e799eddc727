"""What is done by hand about promises: the ledger, and that one was kept or taken back."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from bot.adapters.clock import SystemClock
from bot.app.shop import Places, build_store
from bot.settings import Settings, load_secrets

if TYPE_CHECKING:
    from bot.adapters.store_sqlite import SqliteStore

#: Lines of the ledger: the open ones hold the broken ones too.
Which = Literal["all", "open", "broken"]


@asynccontextmanager
async def _opened(settings: Settings, places: Places) -> AsyncIterator[tuple[SqliteStore, SystemClock]]:
    """The store, beside a running shop or without one, and the shop's clock."""
    store = build_store(settings, places, load_secrets(os.environ))
    await store.open()
    try:
        yield store, SystemClock(ZoneInfo(settings.shop.time_zone))
    finally:
        await store.close()


async def show_promises(
    settings: Settings, places: Places, which: Which, show: Callable[[Sequence[Mapping[str, Any]]], None]
) -> None:
    """A row per line of the ledger, earliest due first."""
    from bot.service.report_promises import ledger
    from handlers.terminal.promises import promise_row

    async with _opened(settings, places) as (store, clock):
        show([promise_row(line) for line in await ledger(store, clock.now(), which)])


async def settle_promise(
    settings: Settings, places: Places, promise_id: str, state: Literal["kept", "withdrawn"], staff_id: str
) -> str:
    """What was done, in a sentence. Raises StaffRefused and PromiseRefused."""
    from bot.service.report_promises import SettlePromise

    async with _opened(settings, places) as (store, clock):
        settle = SettlePromise(store, clock)
        row = await (settle.kept if state == "kept" else settle.withdrawn)(promise_id, staff_id)
    about = f" of order {row.order_no}" if row.order_no else ""
    return f"{promise_id}{about} is {state}: {row.words}"
