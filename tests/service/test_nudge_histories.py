"""Any history of orders, in any zone, while the clock runs over slots and over changes of the clock itself."""

from __future__ import annotations

import asyncio
import tempfile
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.store_sqlite import SqliteStore
from bot.core.conversation import Owner
from bot.core.errors import RetryLater, Uncertain, Unreachable
from bot.core.messages import Reply
from bot.core.nudges import NudgeRules
from bot.core.order_events import Kind, OrderEvent
from bot.core.orders import Flag
from bot.service.deliver import deliver
from bot.service.send_nudges import SendNudges
from bot.service.write_reminder import PayRules, WriteReminder
from tests.adapters.order_samples import BOT, chat, report
from tests.demo import demo_renderer
from tests.fakes import FakeClock

ORDERS = 3
ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
#: Around changes of the clock in many zones, and any day.
DAYS = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 7), (3, 28), (10, 3), (10, 24), (11, 22))]

orders = st.integers(0, ORDERS - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.sampled_from([5, 25, 31, 60, 180, 360, 720])),
        st.tuples(st.just("run"), st.just(0)),
        st.tuples(st.just("send"), st.sampled_from([0, 0, 0, 1, 2, 3])),
        st.tuples(st.sampled_from(["order", "paid", "closed", "agent", "waiting", "bot", "stop", "again"]), orders),
    ),
    min_size=10,
    max_size=60,
)


@dataclass
class World:
    """What the outside knows for sure."""

    store: SqliteStore
    rules: NudgeRules
    clock: FakeClock
    placed: dict[int, datetime] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    owner: defaultdict[int, Owner] = field(default_factory=lambda: defaultdict(lambda: "bot"))
    stopped: set[int] = field(default_factory=set)
    #: (order, shop-local day) of every reminder that may have arrived.
    arrived: list[tuple[int, str]] = field(default_factory=list)
    fault: int = 0
    faults: list[str] = field(default_factory=list)

    name = "telegram"

    async def send(self, conversation_id: str, reply: Reply) -> str:
        n = int(conversation_id.partition(":")[2])
        if self.fault == 1:
            raise RetryLater(60)
        if self.fault == 3:
            raise Unreachable
        now = self.clock.now()
        self.arrived.append((n, now.date().isoformat()))
        self.faults += [
            what
            for what, holds in (
                ("reminded after the end", n in self.ended),
                ("reminded too young", now - self.placed[n] < timedelta(hours=3)),
                ("reminded while a person talks", self.owner[n] != "bot"),
                ("reminded after an opt-out", n in self.stopped),
            )
            if holds
        ]
        if self.fault == 2:
            raise Uncertain
        return "1"

    async def typing(self, conversation_id: str) -> None: ...

    async def step(self, what: str, n: int) -> None:
        match what:
            case "wait":
                self.clock.advance(n * 60)
            case "run":
                await SendNudges(self.store, stock, self.rules, page=2).run_due(self.clock.now())
            case "send":
                await self._send(n)
            case "order" if n not in self.placed:
                await self._order(n)
            case "paid" | "closed" if n in self.placed:
                await self._report("paid" if what == "paid" else "closed", n)
                self.ended.add(n)
            case "agent" | "waiting" | "bot":
                await chat(self.store, f"telegram:{n}", owner=what)
                self.owner[n] = "bot" if what == "bot" else "agent"
            case "stop" | "again":
                await chat(self.store, f"telegram:{n}", no_reminders=what == "stop")
                (self.stopped.add if what == "stop" else self.stopped.discard)(n)

    async def _order(self, n: int) -> None:
        await self._report("created", n)
        await chat(self.store, f"telegram:{n}", owner=self.owner[n], no_reminders=n in self.stopped)
        assert await self.store.bind_order(f"T{n}", f"telegram:{n}", self.clock.now(), "link")
        self.placed[n] = self.clock.now()

    async def _report(self, kind: Kind, n: int) -> None:
        event: OrderEvent = replace(report(kind, f"T{n}"), at=self.clock.now())
        await self.store.take_order_events([event], BOT, self.clock.now())

    async def _send(self, fault: int) -> None:
        self.fault = fault
        write = WriteReminder(self.store, self.store, demo_renderer(), self.clock, PayRules(BOT, 72))
        for row in await self.store.claim_outbox("s", self.clock.now(), ["telegram"], 10):
            await deliver(row, self, self.store, self.clock, write=write)


async def stock() -> Mapping[str, int]:
    await asyncio.sleep(0)
    return {}


async def live(folder: Path, zone: str, start: datetime, history: list[tuple[str, int]]) -> World:
    store = SqliteStore(folder / "shop.db")
    await store.open()
    # A long delay, so that most rounds of a random history find a slot.
    rules = NudgeRules(zone=ZoneInfo(zone), max_delay_minutes=360)
    world = World(store, rules, FakeClock(start.astimezone(rules.zone)))
    try:
        for what, n in history:
            await world.step(what, n)
        for n in world.placed:
            order = await store.order(f"T{n}")
            assert order is not None
            noted = sum(note.content == "reminded" for note in order.notes)
            assert noted <= Counter(n for n, _ in world.arrived)[n]
            assert order.flag is not Flag.BLUE or noted
    finally:
        await store.close()
    return world


@settings(max_examples=80, deadline=None)
@given(zone=st.sampled_from(ZONES), day=st.sampled_from(DAYS), minute=st.integers(0, 1439), history=steps)
def test_no_history_leads_to_a_reminder_that_must_not_be(
    zone: str, day: datetime, minute: int, history: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(live(Path(folder), zone, day + timedelta(minutes=minute), history))
    assert world.faults == []
    assert all(times <= 2 for times in Counter(world.arrived).values())
    assert all(times <= 4 for times in Counter(n for n, _ in world.arrived).values())


def test_a_plain_history_is_reminded_at_every_slot() -> None:
    """The test above would pass if nobody were ever reminded."""
    day = [("run", 0), ("send", 0), ("wait", 360), ("run", 0), ("send", 0), ("wait", 1080)]
    history = [("order", 0), ("wait", 180), *day, *day, *day]
    start = datetime(2026, 11, 22, 23, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        world = asyncio.run(live(Path(folder), "Asia/Shanghai", start, history))
    assert world.arrived == [(0, day) for day in ("2026-11-23",) * 2 + ("2026-11-24",) * 2]
