"""Values for tests of stores: small, and all at one moment unless told otherwise."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation, Owner, fold
from bot.core.events import BotSpoke, Event, ShopperSpoke
from bot.core.messages import RenderedButton, Reply
from bot.core.orders import Address, Note, Order, OrderLine, Status
from bot.core.ports import InboxRow, Loaded, RawUpdate, Store, Turn

SHOPPER = "telegram:1"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LEASE_SECONDS = 60.0


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def update(update_id: str | int, conversation_id: str = "telegram:1", channel: str = "telegram") -> RawUpdate:
    return RawUpdate(channel, str(update_id), conversation_id, json.dumps({"text": f"message {update_id}"}), NOW)


def spoken(message_id: str) -> ShopperSpoke:
    return ShopperSpoke(message_id, "text", "有黑色的吗", "zh", NOW.isoformat())


def reply(text: str = "有的，亲") -> Reply:
    return Reply(text, (RenderedButton("黑色", "color.black"),), template="stock", source=("knowledge/a.yaml:1",))


def answer(row: InboxRow | None, loaded: Loaded, *texts: str, owner: Owner | None = None) -> Turn:
    """A turn that tells ``texts``; its first event names the update that caused it."""
    happened: tuple[Event, ...] = (
        *((spoken(row.update_id),) if row else ()),
        *(BotSpoke("stock", text) for text in texts),
    )
    after = fold(loaded.conversation, happened)
    return Turn(
        inbox_id=row.id if row else None,
        version=loaded.version,
        conversation=replace(after, owner=owner) if owner else after,
        events=happened,
        replies=tuple(reply(text) for text in texts),
        at=NOW,
    )


def order(order_no: str = "X1", conversation_id: str = "telegram:1", sku: str = "T1-BLK-L", quantity: int = 1) -> Order:
    return Order(
        order_no=order_no,
        conversation_id=conversation_id,
        status=Status.UNPAID,
        lines=(OrderLine(sku, "T1", Text("白T恤", "Tee"), Text("黑色", "Black"), "L", quantity, 9900),),
        goods_fen=9900 * quantity,
        shipping_fen=0,
        discounts=(("full-200", Text("满二百减二十", "20 off 200"), 2000),),
        gifts=(Text("袜子", "Socks"),),
        address=Address("杭州", "浙江", "文三路 1 号", "李雷", "13800000000"),
        courier="yto",
        created_at=NOW,
        notes=(Note("尽快发货_小二", "bot", NOW),),
    )


def case(case_id: str = "C1", conversation_id: str = "telegram:1") -> Case:
    return Case(case_id, conversation_id, "human", "agent", NOW, "转人工", facts=(("region", "杭州"),))


def nobody() -> Loaded:
    return Loaded(Conversation("telegram:1", "telegram"), 0)


# --- looking into a SQLite file ---


async def queue(store: Store, *texts: str) -> None:
    await store.commit(answer(None, await store.load(SHOPPER, "telegram"), *texts))


async def states(store: Store) -> list[str]:
    return [state for _, state in await store.outbox(SHOPPER)]


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(query).fetchall()
