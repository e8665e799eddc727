"""Shoppers who wait for a person, and the group that is shown their words; over real HTTP, on a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bot.adapters.channel_staff import StaffGroup
from bot.adapters.channel_telegram import make_bot
from bot.adapters.store_sqlite import SqliteStore
from bot.core import events as e
from bot.core.case_effects import Context
from bot.core.case_run import CaseRules
from bot.core.cases import Case
from bot.core.conversation import fold
from bot.core.people import Duty, Roster
from bot.core.ports import Turn
from bot.core.ports_web import PhotoKeeper
from bot.service.look_at_talk import LookAtTalk
from bot.service.show_staff import ShowStaff
from tests.bot_api_groups import Shown
from tests.core.group_reader import GROUP, ZONE, staff_renderer
from tests.demo import demo_shop
from tests.fakes import TOKEN, BotApiServer, FakeClock
from tests.hanging_up import hang_up
from tests.service.people import MORNING, STAFF


@dataclass
class Room:
    api: BotApiServer
    store: SqliteStore
    clock: FakeClock
    group: StaffGroup
    show: ShowStaff
    _numbers: count[int] = field(default_factory=lambda: count(1))

    async def happen(self, chat: int, *events: e.Event, cases: Sequence[Case] = ()) -> None:
        talk = f"telegram:{chat}"
        loaded = await self.store.load(talk, "telegram")
        after = fold(loaded.conversation, events)
        now = self.clock.now()
        await self.store.commit(Turn(None, loaded.version, after, tuple(events), (), now, cases=tuple(cases)))

    def spoken(self, chat: int, text: str, kind: str = "text", media: tuple[str, ...] = (), album: str = "") -> e.Event:
        at = self.clock.now().isoformat()
        return e.ShopperSpoke(str(next(self._numbers)), kind, text, "zh", at, media, f"Mei{chat}", album)

    async def say(self, chat: int, text: str, **more: object) -> None:
        await self.happen(chat, self.spoken(chat, text, **more))  # type: ignore[arg-type]

    async def wait_for_person(self, chat: int, text: str = "转人工") -> Case:
        now = self.clock.now()
        case = Case(f"C26112300000{chat:05d}", f"telegram:{chat}", "human", "agent", now, text, step="answer")
        handed = e.HandedOver(case.case_id, "human", "agent", now.isoformat())
        await self.happen(chat, self.spoken(chat, text), handed, cases=[case])
        return case

    async def settle(self, seconds: float = 0.0) -> None:
        """Do all that can be done now, and in so many seconds."""
        until = self.clock.now().timestamp() + seconds
        while True:
            wait = await self.show.step()
            if wait == 0:
                continue
            if self.clock.now().timestamp() + wait > until:
                self.clock.advance(max(0.0, until - self.clock.now().timestamp()))
                return
            self.clock.advance(wait)

    def thread(self, chat: int) -> int:
        """The newest topic of a shopper."""
        topics = self.api.group(GROUP).topics
        return max(number for number, name in topics.items() if name == f"Mei{chat} · {chat}")

    def topic(self, chat: int) -> list[Shown]:
        return self.api.topic(GROUP, self.thread(chat))

    def texts(self, chat: int) -> list[str]:
        return [shown.text for shown in self.topic(chat)]


@asynccontextmanager
async def room(folder: Path, kept: PhotoKeeper | None = None) -> AsyncIterator[Room]:
    """A second one on the same folder finds what the first one left."""
    clock = FakeClock(MORNING)
    store = SqliteStore(folder / "shop.db")
    await store.open()
    async with BotApiServer() as api:
        api.now = lambda: clock.now().timestamp()
        api.group(GROUP)
        bot = make_bot(TOKEN, api.base)
        group = StaffGroup(bot, GROUP, clock, kept=kept)
        yield Room(api, store, clock, group, show_staff(store, group, clock))
        await hang_up(bot)
    await store.close()


def show_staff(store: SqliteStore, group: StaffGroup, clock: FakeClock) -> ShowStaff:
    """As after a start of the process."""
    duty = Duty(Roster(), STAFF, demo_shop().about.hours, ZONE)

    async def context() -> Context:
        return Context(demo_shop(), duty, CaseRules(), "XE01", lambda letter: letter)

    words = staff_renderer()
    look = LookAtTalk(store, context, words, words.labels("en"), "en", ZONE)
    return ShowStaff(store, group, look, words, clock)
