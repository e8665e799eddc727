"""Proving an order in a whole conversation, against a store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.binding import start_payload
from bot.core.catalogue import Text
from bot.core.messages import Incoming
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Address, OrderLine
from bot.service.bind_order import BindOrder
from bot.service.converse import Converse
from tests.demo import demo_composer
from tests.fakes import FakeClock

NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
NUMBER, SECRET = "2605230000000000017", b"sixteen and more"
LINE = OrderLine("T1", "t1", Text("纯棉T恤", "Cotton tee"), Text("黑", "black"), "L", 1, 9900)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    data = OrderData(lines=(LINE,), address=Address("", "", "", "", "13900001234"))
    await store.take_order_events([OrderEvent("shipped", NUMBER, NOW, "import", data=data)], "XE01", NOW)
    yield store
    await store.close()


class Chat:
    def __init__(self, store: SqliteStore, who: str = "web:1") -> None:
        self._say = Converse(store, demo_composer(), FakeClock(NOW), BindOrder(store, SECRET))
        self._who, self._count = who, 0

    async def says(self, words: str, *, start: str = "") -> str:
        self._count += 1
        said = Incoming(
            "web", self._who, str(self._count), NOW, kind="start" if start else "text", text=words, action=start
        )
        composed = await self._say(said, None)
        assert composed is not None
        return "+".join(reply.template for reply in composed.replies)


async def test_number_and_digits_open_the_order_to_its_shopper(store: SqliteStore) -> None:
    chat = Chat(store)
    assert "ask_phone4" in await chat.says(f"我的订单{NUMBER}到哪了")
    assert "phone4_wrong" in await chat.says("9999")
    assert "order_proved+order_state" in await chat.says("尾号1234")
    assert [order.order_no for order in await store.orders("web:1")] == [NUMBER]
    assert "order_state" in await chat.says(f"我的订单{NUMBER}到哪了")


async def test_a_stranger_hears_the_same_about_every_number_and_is_locked_out(store: SqliteStore) -> None:
    heard = []
    for who, number in (("web:8", NUMBER), ("web:9", "9999999999999999999")):
        chat = Chat(store, who)
        said = [await chat.says(f"订单{number}到哪了")]
        said += [await chat.says("9999") for _ in range(6)]
        heard.append(said)
    assert heard[0] == heard[1]
    assert "phone4_locked" in heard[0][-1]
    assert await store.orders("web:8") == []


async def test_a_link_opens_the_order(store: SqliteStore) -> None:
    chat = Chat(store)
    assert "order_proved+order_state" in await chat.says("", start=start_payload(NUMBER, SECRET))
    assert [order.order_no for order in await store.orders("web:1")] == [NUMBER]


async def test_she_may_ask_something_else_in_between(store: SqliteStore) -> None:
    chat = Chat(store)
    await chat.says(f"我的订单{NUMBER}到哪了")
    assert "phone4" not in await chat.says("包邮吗")
