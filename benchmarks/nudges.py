"""One reminder round over 100,000 unpaid orders, planned and claimed: ``python -m benchmarks.nudges``."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import threading
import time as clock
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.adapters.sql import queries
from bot.adapters.store_rows import conversation_row, order_rows, to_ms
from bot.adapters.store_sqlite import SqliteStore
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.nudges import NudgeRules, claim_of
from bot.core.orders import Address, Note, Order, OrderLine, Status
from bot.core.slots import Slot, moment
from bot.service.send_nudges import SendNudges

ORDERS = 100_000
SKUS = 1_000
RULES = NudgeRules(zone=ZoneInfo("Asia/Shanghai"))
SLOT = Slot(datetime(2026, 11, 23, tzinfo=UTC).date(), time(10))
DUE = moment(SLOT, RULES.zone)


def orders(count: int) -> Iterator[Order]:
    """Of as many shoppers; one in ten is too young to be reminded."""
    for n in range(count):
        sku = f"SKU-{n % SKUS:04d}"
        placed = DUE - timedelta(hours=1 if n % 10 == 0 else 5, seconds=n % 3000)
        yield Order(
            order_no=f"XE261123{n:08d}",
            conversation_id=f"telegram:{n}",
            status=Status.UNPAID,
            lines=(OrderLine(sku, "P1", Text("白色T恤", "White tee"), Text("黑色", "Black"), "L", 1, 9900),),
            goods_fen=9900,
            shipping_fen=0,
            discounts=(),
            gifts=(),
            address=Address("杭州", "浙江", "西湖区某某路 1 号", "李雷", "13800000000"),
            courier="yto",
            created_at=placed,
            notes=(Note("chat order _ XE01", "XE01", placed),),
        )


def fill(conn: sqlite3.Connection) -> None:
    for order in orders(ORDERS):
        chat = conversation_row(Conversation(order.conversation_id, "telegram"), 0, 0, to_ms(DUE), shopper=True)
        conn.execute(queries()["conversation_insert"], chat)
        conn.execute(queries()["order_put"], order_rows(order, to_ms(DUE)).order)
        held = {"order_no": order.order_no, "sku": order.lines[0].sku, "pieces": 1, "stock": ORDERS}
        conn.execute(queries()["reservation_add"], held)


class Peak:
    """Most memory this process held (in MB) while the block ran; looks every few milliseconds."""

    def __enter__(self) -> Peak:
        self.before = self.most = resident_mb()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self.most = max(self.most, resident_mb())

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def resident_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="ignore").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def measure(folder: Path) -> dict[str, float]:
    store = SqliteStore(folder / "shop.db")
    await store.open()
    try:
        await store._write(fill)

        async def stock() -> dict[str, int]:
            return {f"SKU-{n:04d}": 10 for n in range(SKUS)}

        with Peak() as peak:
            start = clock.perf_counter()
            done = await SendNudges(store, stock, RULES).run(claim_of(SLOT, DUE, RULES, DUE), DUE)
            seconds = clock.perf_counter() - start
        assert done is not None
        assert (done.considered, done.reminded) == (ORDERS, ORDERS - ORDERS // 10)
        return {
            "orders": done.considered,
            "claimed": done.reminded,
            "seconds": round(seconds, 2),
            "grew_mb": round(peak.most - peak.before, 1),
        }
    finally:
        await store.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder)))
    print(json.dumps(found))
    print(f"{found['orders']:,.0f} unpaid orders: {found['seconds']:.2f} s (goal 5 s), memory +{found['grew_mb']} MB")


if __name__ == "__main__":
    main()
