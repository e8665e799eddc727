"""Bot, people and shopper at once on one conversation: the bot never begins to speak once a person has it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core import events as e
from bot.core.case_effects import Context
from bot.core.case_run import CaseRules
from bot.core.conversation import fold
from bot.core.errors import Conflict
from bot.core.messages import Reply
from bot.core.ownership import Done, HeldBy
from bot.core.people import Duty, Roster, Staff
from bot.core.ports import Turn
from bot.service.deliver import deliver
from bot.service.hand_over import HandOver
from bot.service.staff_acts import Acts
from tests.demo import demo_renderer, demo_shop
from tests.fakes import FakeClock
from tests.waiting import until

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)
STAFF = tuple(Staff(f"A{n:02}", f"客服{n}", ("agent",)) for n in range(50))


class Ear:
    """A channel that notes when each send began."""

    name = "race"

    def __init__(self) -> None:
        #: Conversations that a person took, as soon as the takeover was committed.
        self.taken: set[str] = set()
        self.bot_spoke = Counter[str]()
        self.person_spoke = Counter[str]()
        self.too_late: list[str] = []

    async def send(self, conversation_id: str, reply: Reply) -> str:
        if reply.by:
            self.person_spoke[conversation_id] += 1
        else:
            self.bot_spoke[conversation_id] += 1
            if conversation_id in self.taken:
                self.too_late.append(conversation_id)
        await asyncio.sleep(0)
        return "1"

    async def typing(self, conversation_id: str) -> None: ...


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


def people(store: SqliteStore) -> HandOver:
    numbers = count(1)
    duty = Duty(Roster(), STAFF, (), ZONE)
    context = Context(demo_shop(), duty, CaseRules(), "XE01", lambda letter: f"{letter}{next(numbers):08d}")

    async def now() -> Context:
        return context

    return HandOver(Acts(store, demo_renderer(), FakeClock(NOW), now), {})


async def test_ten_thousand_interleavings_of_bot_person_and_shopper(store: SqliteStore) -> None:
    """Each conversation: messages of hers that the bot answers, a takeover, a word of the person, in a random order."""
    hand_over, ear, clock = people(store), Ear(), FakeClock(NOW)
    dice = random.Random(20261123)
    in_hand = asyncio.Semaphore(800)

    async def conversation(number: int) -> None:
        async with in_hand:
            name = f"race:{number}"
            if number % 20 == 0:  # the bot is in the middle of talking, however slow the machine is
                await _ask_bot(store, name, 9)
                await until(lambda: ear.bot_spoke[name] > 0, 60.0)
            acts = [_ask_bot(store, name, text) for text in range(dice.randint(1, 3))]
            acts.append(_take(hand_over, ear, name, dice.choice(STAFF), dice.random() < 0.5))
            dice.shuffle(acts)
            await asyncio.gather(*(_soon(dice.random() * 0.6, act) for act in acts))

    ended = asyncio.Event()
    sender = asyncio.create_task(_send(store, ear, clock, ended))
    await asyncio.gather(*(conversation(number) for number in range(10_000)))
    ended.set()
    await sender
    assert ear.too_late == []
    assert len(ear.taken) == 10_000
    raced = sum(ear.bot_spoke[name] > 0 for name in ear.taken)
    assert raced >= 500, "the bot hardly got a word in, so little was raced"
    assert all(ear.person_spoke[name] >= 1 for name in ear.taken), "what a person says is always sent"


async def test_of_fifty_who_press_take_one_gets_it_and_all_are_told_who(store: SqliteStore) -> None:
    hand_over = people(store)
    await _ask_bot(store, "race:1", 0)
    answers = await asyncio.gather(*(hand_over.take("race:1", "race", staff) for staff in STAFF))
    owner = (await store.load("race:1", "race")).conversation.agent_id
    assert [staff.staff_id for staff, said in zip(STAFF, answers, strict=True) if isinstance(said, Done)] == [owner]
    assert [said for said in answers if not isinstance(said, Done)] == [HeldBy(owner)] * 49
    taken = [event for event in await store.events("race:1") if isinstance(event, e.TakenOver)]
    assert [event.staff_id for event in taken] == [owner]


async def _soon(seconds: float, act: Coroutine[Any, Any, None]) -> None:
    await asyncio.sleep(seconds)
    await act


async def _ask_bot(store: SqliteStore, name: str, text: int) -> None:
    """A message that the bot answers, as :class:`bot.service.converse.Converse` commits it."""
    while True:
        loaded = await store.load(name, "race")
        silent = loaded.conversation.owner == "agent"
        await asyncio.sleep(0)  # it thinks
        spoke = e.ShopperSpoke(str(text), "text", "在吗", "zh", NOW.isoformat())
        replies = () if silent else (Reply(f"answer {text}"),)
        turn = Turn(None, loaded.version, fold(loaded.conversation, (spoke,)), (spoke,), replies, NOW)
        try:
            return await store.commit(turn)
        except Conflict:
            continue


async def _take(hand_over: HandOver, ear: Ear, name: str, staff: Staff, speaking: bool) -> None:
    said = await (hand_over.say(name, "race", staff, "我来") if speaking else hand_over.take(name, "race", staff))
    assert isinstance(said, Done)
    ear.taken.add(name)


async def _send(store: SqliteStore, ear: Ear, clock: FakeClock, ended: asyncio.Event) -> None:
    """Until all is said and sent."""
    later = NOW + timedelta(minutes=1)
    while True:
        rows = await store.claim_outbox("race", later, [ear.name], 5000)
        await asyncio.gather(*(deliver(row, ear, store, clock) for row in rows))
        if not rows and ended.is_set() and not await store.queued([ear.name]):
            return
        await asyncio.sleep(0)
