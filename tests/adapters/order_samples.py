"""Orders and reminders for tests of stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.store_sqlite import SqliteStore
from bot.core.catalogue import Text
from bot.core.nudges import NudgeRules, SlotClaim, claim_of
from bot.core.order_events import Kind, OrderData, OrderEvent
from bot.core.orders import OrderLine
from bot.core.ports_orders import EventResult
from bot.core.slots import Slot, moment
from tests.adapters.store_samples import answer

BOT = "XE01"
SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = NudgeRules(zone=SHANGHAI)
TEN = Slot(datetime(2026, 11, 23, tzinfo=SHANGHAI).date(), time(10))
FOUR = Slot(TEN.day, time(16))
#: 10:00 in the shop.
NOW = moment(TEN, SHANGHAI)
LINE = OrderLine("T1-BLK-L", "T1", Text("白T恤", "Tee"), Text("黑色", "Black"), "L", 1, 9900)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def claim(slot: Slot = TEN, rules: NudgeRules = RULES) -> SlotClaim:
    due_at = moment(slot, rules.zone)
    return claim_of(slot, due_at, rules, due_at)


def report(kind: Kind, order_no: str = "T1", *, hours: float = 5, delivery_id: str = "", **data: Any) -> OrderEvent:
    """``hours`` before 10:00, from the API."""
    if kind == "created":
        data.setdefault("lines", (LINE,))
    return OrderEvent(kind, order_no, ago(hours), "api", delivery_id, OrderData(**data))


async def take(store: SqliteStore, *events: OrderEvent) -> list[EventResult]:
    return await store.take_order_events(events, BOT, NOW)


async def chat(store: SqliteStore, conversation_id: str = "telegram:1", **changes: Any) -> None:
    """A conversation that said something."""
    loaded = await store.load(conversation_id, conversation_id.partition(":")[0])
    turn = answer(None, loaded)
    await store.commit(replace(turn, conversation=replace(turn.conversation, **changes)))


async def unpaid(store: SqliteStore, order_no: str = "T1", conversation_id: str = "telegram:1", **data: Any) -> None:
    """An order placed five hours ago, bound to a conversation."""
    if (await store.load(conversation_id, "telegram")).version == 0:
        await chat(store, conversation_id)
    await take(store, report("created", order_no, **data))
    assert await store.bind_order(order_no, conversation_id, NOW, "link")
