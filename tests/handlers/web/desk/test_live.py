"""What happens is on every open page of the desk at once, over real HTTP, and after a restart too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from bot.adapters.store_sqlite import SqliteStore
from bot.app.server import SOCKETS, bind
from bot.core import events as e
from bot.core.conversation import fold
from bot.core.ports import Turn
from handlers.web.desk.hub import MOST_PAGES
from tests.handlers.web.desk.desk_house import OTHER_TALK, TALK, Agent, DeskHouse, desk_house
from tests.service.people import ANN, BEN


@asynccontextmanager
async def served(house: DeskHouse) -> AsyncIterator[str]:
    """The address at which the house is open."""
    config = uvicorn.Config(house.app, log_config=None, lifespan="off", **{**SOCKETS, "timeout_graceful_shutdown": 3})
    server, listening = uvicorn.Server(config), bind("127.0.0.1", 0)
    house.desk.hub.stopping = lambda: server.should_exit
    hub, web = asyncio.create_task(house.desk.hub.run()), asyncio.create_task(server.serve([listening]))
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await web
        house.desk.hub.stop()
        await hub
        listening.close()


@dataclass
class Ear:
    """One open page."""

    lines: AsyncIterator[str]

    async def hears(self, kind: str) -> str:
        """What the next event of this kind says."""
        async with asyncio.timeout(5):
            async for line in self.lines:
                if line == f"event: {kind}":
                    return (await anext(self.lines)).removeprefix("data: ")
        raise AssertionError(f"{kind} never came")

    async def until(self, kind: str, words: str) -> None:
        """Being told the same twice is harmless; not being told is not."""
        while await self.hears(kind) != words:
            pass


@asynccontextmanager
async def listening(base: str, agent: Agent, talk: str = "") -> AsyncIterator[Ear]:
    cookies = {"xiaoer_desk": agent.http.cookies["xiaoer_desk"]}
    async with (
        httpx.AsyncClient(base_url=base, cookies=cookies, timeout=10) as http,
        http.stream("GET", "/desk/live", params={"talk": talk} if talk else None) as stream,
    ):
        assert stream.status_code == 200 and stream.headers["content-type"].startswith("text/event-stream")
        ear = Ear(stream.aiter_lines())
        await ear.hears("queue")
        if talk:
            await ear.hears("talk")
        yield ear


async def test_a_shoppers_word_is_told_within_300_milliseconds(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    async with served(house) as base, listening(base, ann, TALK) as ear:
        took = []
        for number in range(5):
            await asyncio.sleep(0.15)
            began = time.monotonic()
            await house.shopper(f"在吗{number}")
            await ear.hears("talk")
            took.append(time.monotonic() - began)
        assert sorted(took)[2] < 0.3, took


async def test_another_process_is_heard_too(house: DeskHouse, tmp_path: Path) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    other = SqliteStore(tmp_path / "shop.db")
    await other.open()
    async with served(house) as base, listening(base, ann, TALK) as ear:
        loaded = await other.load(TALK, "web")
        spoke = e.ShopperSpoke("x1", "text", "从别处来", "zh", house.clock.now().isoformat())
        turn = Turn(None, loaded.version, fold(loaded.conversation, (spoke,)), (spoke,), (), house.clock.now())
        await other.commit(turn)
        await ear.until("talk", await house.store.talk_mark(TALK))
    await other.close()


async def test_a_new_wait_moves_every_queue(house: DeskHouse) -> None:
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    async with served(house) as base, listening(base, ann) as one, listening(base, ben) as two:
        await house.shopper("转人工")
        await asyncio.gather(one.hears("queue"), two.hears("queue"))


async def test_what_happens_elsewhere_is_no_news_of_this_conversation(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    async with served(house) as base, listening(base, ann, TALK) as ear:
        await house.shopper("在吗")
        await ear.until("talk", await house.store.talk_mark(TALK))
        await house.shopper("转人工", OTHER_TALK)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.6):
                await ear.hears("talk")


async def test_two_agents_on_one_chat_see_each_other(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    async with served(house) as base, listening(base, ann, TALK) as one:
        async with listening(base, ben, TALK) as two:
            await one.until("here", "阿本")
            await ann.http.post(f"/desk/t/{TALK}/writing", headers={"X-CSRF": ann.csrf})
            await two.until("writing", "小安")
            assert "阿本 也在看" in (await ann.get(f"/desk/t/{TALK}")).text
        await one.until("here", "")


async def test_who_is_disabled_stops_hearing(house: DeskHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.desk.live, "_beat_seconds", 0.1)
    ann = await house.agent(ANN)
    async with served(house) as base, listening(base, ann) as ear:
        await house.store.put_staff(replace(ANN, state="disabled"))
        await ear.hears("out")
        assert [line async for line in ear.lines if line] == []


async def test_open_pages_do_not_hold_up_the_end_and_come_back_after_it(house: DeskHouse, tmp_path: Path) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    async with served(house) as base, listening(base, ann, TALK):
        began = time.monotonic()
    assert time.monotonic() - began < 2.5
    await house.shopper("还在吗")
    async with desk_house(tmp_path) as again, served(again) as base, listening(base, ann, TALK) as ear:
        await again.shopper("又来了")
        await ear.until("talk", await again.store.talk_mark(TALK))


async def test_nobody_opens_pages_without_end(house: DeskHouse) -> None:
    with house.desk.hub.join(ANN, "") as first:
        assert first is not None
        joined = [house.desk.hub.join(ANN, "") for _ in range(MOST_PAGES)]
        listeners = [one.__enter__() for one in joined]
        assert listeners[-1] is None and None not in listeners[:-1]
        for one in reversed(joined):
            one.__exit__(None, None, None)
        with house.desk.hub.join(ANN, "") as free:
            assert free is not None


async def test_who_looks_at_it_sees_that_the_shopper_writes_and_she_that_her_agent_does(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    await ann.do(f"/desk/t/{TALK}/take")
    told = list[str]()
    house.desk.hub.on_writing = told.append
    async with served(house) as base, listening(base, ann, TALK) as ear:
        house.desk.hub.shopper_writes(OTHER_TALK)
        house.desk.hub.shopper_writes(TALK)
        await ear.hears("shopper")
        await ben.do(f"/desk/t/{TALK}/writing", mode="say")
        assert await ear.hears("writing") == "阿本"
    await ann.do(f"/desk/t/{TALK}/writing", mode="note")
    await ann.do(f"/desk/t/{TALK}/writing")
    assert told == [], "whoever does not have her, or writes a note, promises her nothing"
    await ann.do(f"/desk/t/{TALK}/writing", mode="say")
    assert told == [TALK]
