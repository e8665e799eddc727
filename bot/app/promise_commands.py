"""What is done by hand about promises: the ledger, and that one was kept or taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from bot.app.shop import Places, opened_store, shop_clock
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.service.report_promises import Which


async def show_promises(
    settings: Settings, places: Places, which: Which, show: Callable[[Sequence[Mapping[str, Any]]], None]
) -> None:
    """A row per line of the ledger, earliest due first."""
    from bot.service.report_promises import ledger
    from handlers.terminal.promises import promise_row

    clock = shop_clock(settings)
    async with opened_store(settings, places) as store:
        show([promise_row(line) for line in await ledger(store, clock.now(), which)])


async def settle_promise(
    settings: Settings, places: Places, promise_id: str, state: Literal["kept", "withdrawn"], staff_id: str
) -> str:
    """What was done, in a sentence. Raises StaffRefused and PromiseRefused."""
    from bot.service.report_promises import SettlePromise

    clock = shop_clock(settings)
    async with opened_store(settings, places) as store:
        settle = SettlePromise(store, clock)
        row = await (settle.kept if state == "kept" else settle.withdrawn)(promise_id, staff_id)
    about = f" of order {row.order_no}" if row.order_no else ""
    return f"{promise_id}{about} is {state}: {row.words}"
