from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.case_run import Denied
from bot.core.order_events import Kind, OrderEvent
from bot.core.ownership import Done
from tests.service.people import ANN, MAX, SUE, Broken, House, house


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


async def test_nobody_comes_and_she_hears_of_it_twice_while_staff_are_called_again_and_again(shop: House) -> None:
    await shop.shopper("转人工")
    roles = []
    for _ in range(8):
        shop.clock.advance(61)
        await shop.run_case.alarms(shop.clock.now())
        (case,) = await shop.store.open_cases()
        roles.append(case.role)
    waiting = [text for text in await shop.told() if "久等" in text]
    assert len(waiting) == 2
    assert roles[-1] == "manager"
    assert "supervisor" in roles


async def test_a_case_that_was_taken_is_not_called_unanswered(shop: House) -> None:
    await shop.shopper("转人工")
    await shop.hand_over.take(shop.chat, "telegram", ANN)
    shop.clock.advance(3600)
    await shop.run_case.alarms(shop.clock.now())
    assert not [text for text in await shop.told() if "久等" in text]


async def test_a_case_of_another_conversation_cannot_be_decided(shop: House) -> None:
    await shop.shopper("转人工")
    (case,) = await shop.store.open_cases()
    assert await shop.run_case.choose(case.case_id, "telegram:8", "answer", "done", ANN) == Denied("unknown")
    assert await shop.run_case.choose("C9", shop.chat, "answer", "done", ANN) == Denied("unknown")
    assert [case.state for case in await shop.store.open_cases()] == ["open"]


async def test_the_second_decision_on_a_step_comes_too_late(shop: House) -> None:
    await shop.shopper("转人工")
    (case,) = await shop.store.open_cases()
    assert await shop.run_case.choose(case.case_id, shop.chat, "answer", "done", ANN) == Done()
    assert await shop.run_case.choose(case.case_id, shop.chat, "answer", "done", SUE) == Denied("closed")


GIFT = ("重磅T恤 黑色 XL 一件", "有赠品吗", "送我一双袜子嘛")


async def test_a_case_that_cannot_go_on_holds_up_no_other(tmp_path: Path) -> None:
    async with house(tmp_path, renderer=Broken(words="还在请示")) as shop:
        for words in GIFT:
            await shop.shopper(words)
        await shop.shopper("转人工", "telegram:8")
        gift, person = await shop.store.open_cases()
        assert (gift.reason, person.reason) == ("gift", "human")
        shop.run_case.at_once = 1
        for _ in range(8):
            shop.clock.advance(1000)
            await shop.run_case.alarms(shop.clock.now())
        stuck, called = await shop.store.open_cases()
        assert not any(entry.what == "late" for entry in stuck.history), "it fails each time"
        assert sum(entry.what == "unanswered" for entry in called.history) >= 3


async def test_a_person_is_called_although_her_word_of_it_cannot_be_rendered(tmp_path: Path) -> None:
    async with house(tmp_path, renderer=Broken("still_waiting")) as shop:
        await shop.shopper("转人工")
        shop.clock.advance(61)
        assert await shop.run_case.alarms(shop.clock.now()) == 1
        (case,) = await shop.store.open_cases()
        assert case.history[-1].what == "unanswered"


async def test_what_an_order_moved_on_to_is_told_once_nobody_talks_with_her(shop: House) -> None:
    """The invoice's "has it arrived?", which the bot may not say into a talk, and may not leave out either."""
    for words in (
        "重磅T恤 黑色 XL 一件 张三 13800138000 浙江省杭州市西湖区文三路100号",
        "确认",
        "我要开普通发票",
        "佛山某某有限公司",
        "91440600MA4XXXXX1X",
        "T恤",
        "按实付",
    ):
        await shop.shopper(words)
    (order,) = await shop.store.orders(shop.chat)
    (case,) = await shop.store.open_cases()
    assert await shop.run_case.choose(case.case_id, shop.chat, "plain", "sent", MAX) == Done()
    kinds: tuple[Kind, ...] = ("paid", "shipped", "signed")
    for kind in kinds:
        report = OrderEvent(kind, order.order_no, shop.clock.now(), "api", kind)
        await shop.store.take_order_events([report], "XE01", shop.clock.now())
    shop.clock.advance(5 * 86400)
    await shop.hand_over.take(shop.chat, "telegram", ANN)
    await shop.run_case.alarms(shop.clock.now())
    assert [case.step for case in await shop.store.open_cases()] == ["transit"]
    await shop.hand_over.close(shop.chat, "telegram", ANN)
    shop.clock.advance(3600)
    await shop.run_case.alarms(shop.clock.now())
    assert [case.step for case in await shop.store.open_cases()] == ["arrived"]
    row, state = (await shop.store.outbox(shop.chat))[-1]
    assert ("发票收到了吗" in row.reply.text, state) == (True, "waiting"), "though the chat was closed"
    (sent,) = await shop.store.claim_outbox("w", shop.clock.now(), ["telegram"], 1)
    assert sent.id <= row.id


async def test_alarms_after_a_restart_go_on_where_they_were(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        await first.shopper("转人工")
        late = first.clock.now()
    async with house(tmp_path, late) as second:
        second.clock.advance(61)
        assert await second.run_case.alarms(second.clock.now()) == 1
        assert await second.run_case.alarms(second.clock.now()) == 0
        assert [text for text in await second.told() if "久等" in text]
