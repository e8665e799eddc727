"""The services of people, wired as the server wires them, on a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.adapters.store_sqlite import SqliteStore
from bot.core.case_effects import Context
from bot.core.case_run import CaseRules
from bot.core.errors import TemplateError
from bot.core.messages import Incoming, Language, Reply, Say
from bot.core.people import Roster, Staff
from bot.core.ports import Renderer
from bot.service.converse import Converse
from bot.service.hand_over import HandOver
from bot.service.on_duty import OnDuty
from bot.service.run_case import RunCase
from bot.service.staff_acts import Acts
from tests.demo import demo_composer, demo_renderer, demo_shop
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 23, 10, tzinfo=ZONE)
ANN = Staff("A01", "小安", ("agent",))
BEN = Staff("A02", "阿本", ("agent",))
SUE = Staff("S01", "苏主管", ("supervisor",))
MAX = Staff("M01", "马店长", ("manager",))
STAFF = (ANN, BEN, SUE, MAX)


@dataclass
class House:
    """One shopper, ``telegram:7``, and the people of the shop."""

    store: SqliteStore
    clock: FakeClock
    converse: Converse
    hand_over: HandOver
    run_case: RunCase
    _messages: count[int]

    chat = "telegram:7"

    async def shopper(self, text: str, chat: str = chat, **facts: str) -> str:
        """What she is told at once."""
        said = Incoming("telegram", chat, str(next(self._messages)), self.clock.now(), text=text, **facts)  # type: ignore[arg-type]
        composed = await self.converse(said, None)
        return "\n".join(reply.text for reply in composed.replies) if composed else ""

    async def told(self) -> list[str]:
        """Everything she was ever to be told."""
        return [row.reply.text for row, _ in await self.store.outbox(self.chat)]


class Broken:
    """A renderer some of whose templates cannot be rendered, and that fails at certain words."""

    def __init__(self, *templates: str, words: str = "") -> None:
        self._templates = templates
        self._words = words

    def render(self, say: Say, language: Language, channel: str) -> Reply:
        if say.template in self._templates:
            raise TemplateError(f"{say.template} is broken")
        if self._words and self._words in str(say.data.get("text", "")):
            raise RuntimeError("a mistake")
        return demo_renderer().render(say, language, channel)


@asynccontextmanager
async def house(
    folder: Path, now: datetime = MORNING, roster: Roster | None = None, renderer: Renderer | None = None
) -> AsyncIterator[House]:
    """The store is opened on ``folder``; a second house on it finds what the first one left.

    ``renderer``: of what people and the clock say.
    """
    store = SqliteStore(folder / "shop.db")
    await store.open()
    try:
        for staff in STAFF:
            await store.put_staff(staff)
        clock, shop = FakeClock(now), demo_shop()
        duty = OnDuty(store, roster or Roster(), shop.about.hours, ZONE, clock)
        first = len(await store.events(House.chat)) + 1
        made = count(first)

        async def context() -> Context:
            return Context(shop, await duty.fresh(), CaseRules(), "XE01", lambda letter: f"{letter}{next(made):08d}")

        acts = Acts(store, renderer or demo_renderer(), clock, context)
        converse = Converse(store, demo_composer(), clock)
        hand_over = HandOver(acts, {"zh": ("不是我们的问题",)}, silence_minutes=30)
        yield House(store, clock, converse, hand_over, RunCase(acts), count(first))
    finally:
        await store.close()
