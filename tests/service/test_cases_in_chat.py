"""Cases of a chat as they are stored: one matter one case, facts kept between messages, promises with their order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core import events as e
from bot.core.conversation import fold
from bot.core.dialogue.scene import DialogueRules
from bot.core.messages import Incoming
from bot.core.people import Duty, Roster, Staff
from bot.core.ports import Turn
from bot.service.compose import Composer, fresh_ids
from bot.service.converse import Converse
from tests.demo import demo_composer, demo_renderer, demo_shop, demo_understanding
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
CHAT = "test:1"


class Chat:
    """One shopper and everything stored of her."""

    def __init__(self, store: SqliteStore, composer: Composer) -> None:
        self.store = store
        self.clock = FakeClock(NOW)
        self._talk = Converse(store, composer, self.clock)
        self._numbers = count(1)

    async def say(self, text: str = "", *, press: str = "") -> str:
        now = self.clock.now()
        number = str(next(self._numbers))
        kind = Incoming("test", CHAT, number, now, kind="button" if press else "text", text=text, action=press)
        composed = await self._talk(kind, None)
        assert composed is not None
        return "\n".join(reply.text for reply in composed.replies)

    async def happen(self, *events: e.Event) -> None:
        loaded = await self.store.load(CHAT, "test")
        after = fold(loaded.conversation, events)
        await self.store.commit(Turn(None, loaded.version, after, events, (), self.clock.now()))

    async def states(self) -> list[tuple[str, str]]:
        return [(case.reason, case.state) for case in await self.store.cases(CHAT)]


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield Chat(store, demo_composer())
    await store.close()


async def test_facts_are_kept_from_message_to_message(chat: Chat) -> None:
    await chat.say("我要买20双中筒棉袜")
    await chat.say("要")
    await chat.say("不用")
    await chat.say("没有")
    (case,) = await chat.store.cases(CHAT)
    assert (case.state, case.step) == ("open", "quote")
    assert case.known | {"pieces": "20", "invoice": "yes", "discount": "no"} == case.known
    assert (await chat.store.load(CHAT, "test")).conversation.owner == "waiting"


async def test_the_same_wish_again_opens_no_second_case(chat: Chat) -> None:
    for words in ("重磅T恤 黑色 XL 一件", "有赠品吗", "送我一双袜子嘛", "再送一双袜子吧", "送我一双袜子嘛"):
        await chat.say(words)
    assert await chat.states() == [("gift", "open")]


async def test_what_the_bot_granted_stands_in_the_ledger_with_the_order(chat: Chat) -> None:
    await chat.say("重磅T恤 黑色 XL 两件 张三 13800138000 浙江省杭州市西湖区文三路100号")
    await chat.say("送我一双袜子嘛")
    assert await chat.store.promises(conversation_id=CHAT) == []
    assert "下单成功" in await chat.say("确认")
    (order,) = await chat.store.orders(CHAT)
    (line,) = await chat.store.promises(order_no=order.order_no)
    assert (line.kind, line.role, line.staff_id, line.state) == ("gift", "bot", "XE01", "open")
    assert line.due_at - line.at == timedelta(hours=72)


async def test_a_mark_and_her_words_are_stored_once(chat: Chat) -> None:
    await chat.say("你好")
    await chat.happen(e.SatisfactionAsked("C1"))
    await chat.say(press="s:2:C1")
    await chat.say(press="s:5:C1")
    await chat.say("等了很久没人理我")
    assert [rating[2:] for rating in await chat.store.ratings(NOW - timedelta(days=1))] == [(2, "等了很久没人理我")]
    assert await chat.states() == [("follow_up", "open")]


async def test_a_matter_closed_by_a_person_begins_anew_with_her_next_word(chat: Chat) -> None:
    await chat.say("转人工")
    await chat.happen(e.TakenOver("KF01", NOW.isoformat()), e.ConversationClosed("KF01"))
    assert "满99元" in await chat.say("包邮吗")
    assert (await chat.store.load(CHAT, "test")).conversation.owner == "bot"


async def test_the_time_told_is_that_of_the_people_on_the_list(tmp_path: Path) -> None:
    """Asked anew for every message: people come and go while the shop runs."""
    present = [Staff("KF01", "Lin", ("agent",), away_since=NOW)]

    def duty() -> Duty:
        return Duty(Roster(), tuple(present), (), UTC)

    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    composer = Composer(demo_shop(), demo_understanding(), demo_renderer(), DialogueRules(), fresh_ids("XE"), duty=duty)
    chat = Chat(store, composer)
    assert "现在在班" not in await chat.say("转人工")
    present[:] = [Staff("KF01", "Lin", ("agent",))]
    await chat.say(press="bot")
    assert "现在在班" in await chat.say("转人工")
    await store.close()
