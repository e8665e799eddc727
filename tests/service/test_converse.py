"""One message is one transaction: races are decided anew, repeats do nothing, a hopeless message calls a person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.messages import Incoming
from bot.core.ports import InboxRow, RawUpdate
from bot.service.compose import Composer
from bot.service.converse import Converse
from tests.demo import demo_composer, demo_shop
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
CHAT = "test:1"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "shop.db")
    await opened.open()
    yield opened
    await opened.close()


def words(text: str, number: int = 1, chat: str = CHAT) -> Incoming:
    return Incoming("test", chat, str(number), NOW, text=text)


def converse(store: SqliteStore, composer: Composer | None = None) -> Converse:
    return Converse(store, composer or demo_composer(), FakeClock(NOW))


async def claimed(store: SqliteStore) -> InboxRow:
    await store.take_in([RawUpdate("test", "1", CHAT, "{}", NOW)])
    (row,) = await store.claim_inbox("worker", NOW, 60, 1)
    return row


async def test_a_message_is_stored_with_its_events_and_its_reply(store: SqliteStore) -> None:
    row = await claimed(store)
    await converse(store)(words("你好"), row.id)
    assert type((await store.events(CHAT))[0]).__name__ == "ShopperSpoke"
    ((told, state),) = await store.outbox(CHAT)
    assert state == "waiting" and "欢迎" in told.reply.text
    assert (await store.counts())["inbox.claimed"] == 0


async def test_the_same_inbox_row_has_one_effect(store: SqliteStore) -> None:
    row = await claimed(store)
    assert await converse(store)(words("你好"), row.id) is not None
    assert await converse(store)(words("你好"), row.id) is None
    assert len(await store.outbox(CHAT)) == 1


async def test_messages_racing_in_one_conversation_are_each_decided_on_what_the_other_left(store: SqliteStore) -> None:
    talk = converse(store)
    await asyncio.gather(*(talk(words("你好", n), None) for n in range(8)), return_exceptions=True)
    loaded = await store.load(CHAT, "test")
    assert loaded.conversation.turns == len([x for x in await store.events(CHAT) if type(x).__name__ == "ShopperSpoke"])
    assert sum("welcome" in row.reply.template for row, _ in await store.outbox(CHAT)) == 1


async def test_the_last_piece_is_sold_once(store: SqliteStore) -> None:
    variant = min(
        (v for p in demo_shop().products if not p.discontinued for v in p.variants if v.stock), key=lambda v: v.stock
    )
    product = demo_shop().product_by_sku[variant.sku]
    color = product.color(variant.color)
    pieces = variant.stock
    talk = converse(store)
    for chat in ("test:1", "test:2"):
        order = f"要{pieces}件{product.name.zh} {color.name.zh if color else ''} {variant.size}"
        await talk(words(order, 1, chat), None)
        await talk(words("浙江省杭州市西湖区文三路1号 张三 13800138000", 2, chat), None)
        await talk(words("确认", 3, chat), None)
    orders = [await store.orders(chat) for chat in ("test:1", "test:2")]
    assert [len(o) for o in orders] == [1, 0]
    assert orders[0][0].lines[0].sku == variant.sku


async def test_a_message_set_aside_calls_a_person_and_says_so(store: SqliteStore) -> None:
    row = await claimed(store)
    await converse(store).apologise(row)
    ((told, _),) = await store.outbox(CHAT)
    assert "请" in told.reply.text
    (case,) = await store.cases(CHAT)
    assert case.reason == "fact" and (await store.load(CHAT, "test")).conversation.owner == "waiting"
