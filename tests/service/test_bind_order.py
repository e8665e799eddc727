"""Proofs against a store: five tries count five however they race, and the first chat keeps the order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.binding import MAX_TRIES, Claim, start_payload
from bot.core.catalogue import Text
from bot.core.conversation import Conversation, fold
from bot.core.events import FactAsked, OrderNamed
from bot.core.messages import Incoming
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Address, OrderLine
from bot.core.ports import Turn
from bot.service.bind_order import BindOrder
from bot.service.converse import Converse
from tests.adapters.store_samples import rows
from tests.demo import demo_composer
from tests.fakes import FakeClock

NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
NUMBER, SECRET = "2605230000000000017", b"sixteen and more"
LINE = OrderLine("T1", "t1", Text("T恤"), Text("黑"), "L", 1, 9900)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    data = OrderData(lines=(LINE,), address=Address("", "", "", "", "13900001234"), buyer_id="u-7")
    await store.take_order_events([OrderEvent("paid", NUMBER, NOW, "import", data=data)], "XE01", NOW)
    yield store
    await store.close()


def asked(conversation_id: str = "web:1", number: str = NUMBER) -> Conversation:
    return fold(Conversation(conversation_id, "web"), [OrderNamed(number), FactAsked("phone4", "order.status")])


def says(words: str, conversation_id: str = "web:1") -> Incoming:
    return Incoming("web", conversation_id, "1", NOW, text=words)


def started(payload: str) -> Incoming:
    return Incoming("web", "web:1", "1", NOW, kind="start", action=payload)


async def bound_by_turn(store: SqliteStore, claim: Claim, conversation_id: str = "web:1") -> None:
    assert claim.order is not None
    loaded = await store.load(conversation_id, "web")
    order = replace(claim.order, conversation_id=conversation_id)
    await store.commit(Turn(None, loaded.version, loaded.conversation, (), (), NOW, orders=(order,)))


async def test_the_right_digits_prove_and_the_turn_binds(store: SqliteStore) -> None:
    claim = await BindOrder(store).claim(asked(), says("尾号1234"), NOW)
    assert claim is not None and claim.verdict == "bind"
    await bound_by_turn(store, claim)
    assert [order.order_no for order in await store.orders("web:1")] == [NUMBER]


async def test_another_chat_cannot_have_an_order_that_was_proved(store: SqliteStore) -> None:
    bind = BindOrder(store, SECRET)
    claim = await bind.claim(asked(), says("1234"), NOW)
    assert claim is not None
    await bound_by_turn(store, claim)
    other = await bind.claim(asked("web:2"), says("1234", "web:2"), NOW)
    assert other == Claim(NUMBER, "no")
    payload = start_payload(NUMBER, SECRET)
    assert await bind.claim(Conversation("web:2", "web"), started(payload), NOW) == Claim(NUMBER, "no")
    again = await bind.claim(Conversation("web:1", "web"), started(payload), NOW)
    assert again is not None and again.verdict == "taken"


async def test_of_fifty_tries_at_once_five_are_looked_at(store: SqliteStore) -> None:
    bind = BindOrder(store)
    claims = await asyncio.gather(*(bind.claim(asked(), says(f"{n:04}"), NOW) for n in range(2000, 2050)))
    verdicts = [claim.verdict for claim in claims if claim is not None]
    assert (verdicts.count("no"), verdicts.count("locked")) == (MAX_TRIES, 45)
    right = await bind.claim(asked(), says("1234"), NOW)
    assert right == Claim(NUMBER, "locked")


async def test_an_order_that_does_not_exist_is_answered_and_locked_alike(store: SqliteStore) -> None:
    bind, here, gone = BindOrder(store), asked("web:1"), asked("web:2", "9999999999999999999")
    for _ in range(MAX_TRIES + 2):
        real = await bind.claim(here, says("9999"), NOW)
        none = await bind.claim(gone, says("9999", "web:2"), NOW)
        assert real is not None and none is not None
        assert (real.verdict, real.order) == (none.verdict, none.order)


async def test_an_order_locked_by_one_chat_is_locked_for_all(store: SqliteStore) -> None:
    bind = BindOrder(store)
    for n in range(MAX_TRIES):
        await bind.claim(asked(f"web:{n}"), says("9999"), NOW)
    claim = await bind.claim(asked("web:99"), says("1234"), NOW)
    assert claim is not None and claim.verdict == "locked"


async def test_words_without_four_digits_are_no_try(store: SqliteStore) -> None:
    bind = BindOrder(store)
    for words in ("包邮吗", "12", "1234 5678", NUMBER):
        assert await bind.claim(asked(), says(words), NOW) is None
    assert await store.count_binding_try("web:1", NUMBER, MAX_TRIES, NOW) == 1


async def test_a_link_proves_its_order_and_only_with_the_shops_secret(store: SqliteStore) -> None:
    fresh, payload = Conversation("web:1", "web"), start_payload(NUMBER, SECRET)
    claim = await BindOrder(store, SECRET).claim(fresh, started(payload), NOW)
    assert claim is not None and claim.verdict == "bind"
    assert await BindOrder(store, b"another secret!!").claim(fresh, started(payload), NOW) is None
    assert await BindOrder(store).claim(fresh, started(payload), NOW) is None
    assert await BindOrder(store, SECRET).claim(fresh, started("sy-tee-heavy"), NOW) is None


async def test_while_a_person_holds_the_conversation_nothing_is_tried(store: SqliteStore) -> None:
    held = replace(asked(), owner="agent")
    assert await BindOrder(store).claim(held, says("1234"), NOW) is None


async def test_the_pages_user_gets_his_own_orders_with_his_first_message(store: SqliteStore) -> None:
    bind = BindOrder(store)
    said = Incoming("web", "web:1", "1", NOW, text="我的订单到哪了")
    converse = Converse(store, demo_composer(), FakeClock(NOW), bind)
    assert await bind.of_user(said) == ()
    assert await bind.of_user(replace(said, user_id="u-8")) == ()
    await converse(replace(said, user_id="u-7"), None)
    assert [order.order_no for order in await store.orders("web:1")] == [NUMBER]
    assert await bind.of_user(replace(said, conversation_id="web:2", user_id="u-7")) == (), "the first chat keeps it"
    assert NUMBER in (await store.outbox("web:1"))[-1][0].reply.text


async def test_a_number_is_found_as_its_platform_writes_it(store: SqliteStore) -> None:
    data = OrderData(lines=(LINE,), address=Address("", "", "", "", "13900001234"))
    for number in ("#1001", "web-77a"):
        await store.take_order_events([OrderEvent("paid", number, NOW, "shopify", data=data)], "XE01", NOW)
    for chat, (typed, stored) in enumerate({"1001": "#1001", "WEB-77A": "web-77a"}.items()):
        claim = await BindOrder(store).claim(asked(f"web:{chat}", typed), says("1234", f"web:{chat}"), NOW)
        assert claim is not None and claim.order is not None
        assert (claim.verdict, claim.order.order_no) == ("bind", stored)


async def test_a_lock_ends_a_day_after_the_last_try_and_tries_start_anew(store: SqliteStore) -> None:
    bind, last = BindOrder(store), NOW + timedelta(hours=3)
    for n in range(MAX_TRIES):
        await bind.claim(asked(), says("9999"), last if n == MAX_TRIES - 1 else NOW)
    soon = await bind.claim(asked(), says("1234"), last + timedelta(hours=23, minutes=59))
    assert soon == Claim(NUMBER, "locked")
    later = last + timedelta(hours=24)
    for _ in range(MAX_TRIES - 1):
        wrong = await bind.claim(asked(), says("9999"), later)
        assert wrong == Claim(NUMBER, "no")
    right = await bind.claim(asked(), says("1234"), later)
    assert right is not None and right.verdict == "bind"
    assert await bind.claim(asked(), says("1234"), later) == Claim(NUMBER, "locked"), "five again"
    await store.forget(NOW, later + timedelta(hours=24))
    assert rows(store._path, "SELECT count(*) FROM binding_tries") == [(0,)]
