"""Putting a chat aside against a shopper who writes at that moment, on both stores, and over a restart."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import cast

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.case_effects import Context
from bot.core.case_run import CaseRules
from bot.core.messages import Incoming
from bot.core.ownership import Done, Refused
from bot.core.people import Duty, Roster
from bot.core.snooze import waits_since
from bot.service.converse import Converse
from bot.service.hand_over import HandOver
from bot.service.staff_acts import Acts, FullStore
from tests.demo import demo_composer, demo_renderer, demo_shop
from tests.fakes import FakeClock
from tests.memory_store import MemoryStore
from tests.service.people import ANN, MORNING, STAFF, ZONE, house

LATER = MORNING + timedelta(hours=5)


def counter(store: FullStore, clock: FakeClock) -> HandOver:
    numbers = count(1)
    duty = Duty(Roster(), STAFF, (), ZONE)
    context = Context(demo_shop(), duty, CaseRules(), "XE01", lambda letter: f"{letter}{next(numbers):08d}")

    async def now() -> Context:
        return context

    return HandOver(Acts(store, demo_renderer(), clock, now), {})


@pytest.mark.parametrize("kind", ["sqlite", "memory"])
async def test_whoever_writes_while_it_is_put_aside_is_never_hidden(tmp_path: Path, kind: str) -> None:
    store = SqliteStore(tmp_path / "shop.db") if kind == "sqlite" else MemoryStore()
    await store.open()
    clock, dice = FakeClock(MORNING), random.Random(7)
    people, converse = counter(cast(FullStore, store), clock), Converse(store, demo_composer(), clock)
    outcomes = set()

    async def race(number: int) -> None:
        talk = f"web:{number}"
        await people.say(talk, "web", ANN, "您好")
        said = Incoming("web", talk, "m", clock.now() + timedelta(seconds=1), text="在吗")

        async def writes() -> None:
            await asyncio.sleep(dice.random() / 50)
            await converse(said, None)

        async def puts() -> object:
            await asyncio.sleep(dice.random() / 50)
            return await people.put_aside(talk, "web", ANN, LATER)

        _, outcome = await asyncio.gather(writes(), puts())
        after = (await store.load(talk, "web")).conversation
        assert outcome in (Done(), Refused("answer_first"))
        assert after.snoozed_until is None and waits_since(after) is not None, "she waits, so it is not hidden"
        outcomes.add(outcome)

    for number in range(60):
        await race(number)
    assert outcomes == {Done(), Refused("answer_first")}, "both came first at times"
    await store.close()


async def test_it_survives_a_restart_and_the_clock_leaves_it_to_her_until_it_is_back(tmp_path: Path) -> None:
    async with house(tmp_path) as shop:
        await shop.shopper("转人工")
        await shop.hand_over.say(shop.chat, "telegram", ANN, "我去仓库问问，下午告诉您")
        assert await shop.hand_over.put_aside(shop.chat, "telegram", ANN, LATER) == Done()
    async with house(tmp_path) as shop:
        talk = (await shop.store.load(shop.chat, "telegram")).conversation
        assert (talk.snoozed_until, talk.snoozed_by, talk.agent_id) == (LATER, "A01", "A01")
        gone_on = list[int]()
        for minutes in (60, 269, 1):
            shop.clock.advance(60 * minutes)
            gone_on.append(await shop.hand_over.give_back_silent(shop.clock.now()))
        assert gone_on == [0, 0, 1], "half an hour of silence counts from when it came back"
