"""A customer's phone and the staff's group, with everything in between wired as ``run`` wires it, over real HTTP.

``async with two_sides(folder) as shop``: ``await shop.phone.say("转人工")``, then ``await shop.card("k:take")`` and
``await shop.press(ANN, "k:take")``, ``shop.write(ANN, "您好")``, ``await shop.phone.hears("您好")``.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.store_sqlite import SqliteStore
from bot.app.people import People, build_people
from bot.app.shop import BuiltShop, Places
from bot.app.staff_group import build_staff_group
from bot.core.cases import Case
from bot.core.people import Staff
from bot.service.converse import Converse
from bot.settings import Settings
from tests.bot_api_groups import Shown
from tests.bot_api_server import user
from tests.core.group_reader import GROUP
from tests.demo import ROOT, demo_composer, demo_renderer, demo_shop, demo_understanding
from tests.fakes import BotApiServer
from tests.handlers.harness import build
from tests.service.people import ANN, BEN, MAX, MORNING, SUE
from tests.waiting import until

SHOPPER = 7
#: Telegram accounts of the staff of :mod:`tests.service.people` and of those who work behind the counter.
FIN = Staff("F01", "费财务", ("finance",))
AUD = Staff("D01", "邓审单", ("auditor",))
SPEC = Staff("B01", "大宗专员", ("bulk_specialist",))
STAFF = (ANN, BEN, SUE, MAX, FIN, AUD, SPEC)
WHO = {person.staff_id: account for account, person in enumerate(STAFF, 101)}
#: How much faster than the wall clock the shop's clock runs, so that nobody waits for the group's pace.
SPEED = 20.0


class FastClock:
    def __init__(self, start: datetime, speed: float = SPEED) -> None:
        self._start, self._began, self._speed = start, time.monotonic(), speed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def advance(self, seconds: float) -> None:
        self._start += timedelta(seconds=seconds)


class Phone:
    """The customer's."""

    def __init__(self, api: BotApiServer, chat: int = SHOPPER, language: str = "zh-hans") -> None:
        self._api = api
        self.chat = chat
        self._sender = user(chat, language_code=language)

    @property
    def texts(self) -> list[str]:
        return self._api.texts(self.chat)

    async def say(self, text: str) -> str:
        """The answer; every message must get one."""
        return await self._answered(lambda: self._api.say(self.chat, text, **{"from": self._sender}))

    def send(self, text: str = "", **content: Any) -> None:
        """Without waiting for an answer."""
        words = {"text": text} if text else {}
        self._api.bring({"message": self._api.message(self.chat, **words, **content, **{"from": self._sender})})

    async def press(self, data: str) -> str:
        return await self._answered(lambda: self._api.press(self.chat, data))

    async def hears(self, words: str) -> str:
        """Waits until a message with these words has come."""
        await until(lambda: any(words in text for text in self.texts))
        return next(text for text in reversed(self.texts) if words in text)

    async def _answered(self, act: Callable[[], object]) -> str:
        before = len(self.texts)
        act()
        await until(lambda: len(self.texts) > before)
        return self.texts[-1]


@dataclass
class TwoSides:
    api: BotApiServer
    store: SqliteStore
    clock: FastClock
    people: People
    phone: Phone

    @property
    def chat(self) -> str:
        return f"telegram:{self.phone.chat}"

    async def thread(self, phone: Phone | None = None) -> int:
        """Of the customer's topic, once there is one."""
        chat = f"telegram:{(phone or self.phone).chat}"
        await until(lambda: self._topic(chat))
        topic = await self.store.topic(chat)
        assert topic is not None
        return topic.thread_id

    async def _topic(self, chat: str) -> bool:
        return await self.store.topic(chat) is not None

    async def shown(self) -> list[Shown]:
        return self.api.topic(GROUP, await self.thread())

    async def card(self, button: str) -> Shown:
        """The newest message of the topic with a button that begins so, once there is one."""
        thread = await self.thread()
        await until(lambda: any(_has(one, button) for one in self.api.topic(GROUP, thread)))
        return next(one for one in reversed(self.api.topic(GROUP, thread)) if _has(one, button))

    async def press(self, who: Staff | int, button: str) -> str:
        """Somebody presses the newest such button; what she is told."""
        card = await self.card(button)
        data = next(one for one in card.buttons if one.startswith(button))
        return await self.press_on(who, card.message_id, data)

    async def press_on(self, who: Staff | int, message_id: int, data: str, *, tampered: bool = False) -> str:
        query = self.api.press_in(GROUP, message_id, account(who), data, tampered=tampered)
        await until(lambda: query in self.api.toasts)
        return self.api.toasts[query]

    async def write(self, who: Staff | int, text: str = "", **content: Any) -> int:
        """Somebody writes in the customer's topic; the id of her message."""
        return self.api.write(GROUP, await self.thread(), account(who), text, **content)

    async def answer_to(self, message_id: int) -> str:
        """What the bot posted in reply to somebody's message."""
        await until(lambda: self._replies(message_id))
        return self._replies(message_id)[-1].text

    def _replies(self, message_id: int) -> list[Shown]:
        every = [shown for (chat, _), shown in self.api.chats.shown.items() if chat == GROUP]
        return [s for s in every if (s.content.get("reply_to_message") or {}).get("message_id") == message_id and s.own]

    async def sign(self, message_id: int) -> str:
        """The reaction on somebody's message, once there is one."""
        await until(lambda: self.api.chats.reactions.get((GROUP, message_id)))
        return self.api.chats.reactions[GROUP, message_id]

    async def question(self) -> Shown:
        """What the bot asks a member of the staff, newest, once it does."""
        thread = await self.thread()
        await until(lambda: any("❓" in one.text for one in self.api.topic(GROUP, thread)))
        return next(one for one in reversed(self.api.topic(GROUP, thread)) if "❓" in one.text)

    async def cases(self) -> list[Case]:
        return await self.store.cases(self.chat)

    async def owner(self) -> tuple[str, str]:
        talk = (await self.store.load(self.chat, "telegram")).conversation
        return talk.owner, talk.agent_id

    async def quiet(self) -> None:
        """Until everything that came in was handled, and everything that waits was sent and shown."""
        await until(self._is_quiet, 20.0)

    async def _is_quiet(self) -> bool:
        counts = await self.store.counts()
        busy = sum(
            counts.get(name, 0) for name in ("inbox.waiting", "inbox.working", "outbox.waiting", "outbox.sending")
        )
        return not busy and not self.api.pending_unread() and not await self.store.unposted()

    async def alarms(self) -> int:
        """The clock looks after the cases, as it does each few seconds."""
        return await self.people.run_case.alarms(self.clock.now())


def account(who: Staff | int) -> int:
    return who if isinstance(who, int) else WHO[who.staff_id]


def _has(shown: Shown, button: str) -> bool:
    return any(data.startswith(button) for data in shown.buttons)


@asynccontextmanager
async def two_sides(
    folder: Path,
    *,
    now: datetime = MORNING,
    staff: Sequence[Staff] = STAFF,
    language: str = "zh",
    speed: float = SPEED,
    api: BotApiServer | None = None,
) -> AsyncIterator[TwoSides]:
    """A second one on the same folder, with the ``api`` of the first, finds what that one left, as after a kill."""
    store, clock = SqliteStore(folder / "shop.db"), FastClock(now, speed)
    await store.open()
    for person in staff:
        await store.put_staff(replace(person, telegram_id=WHO.get(person.staff_id)))
    settings = Settings.model_validate({"telegram": {"staff_group": GROUP}, "shop": {"default_language": language}})
    places = Places(ROOT / "config.yaml", ROOT / "knowledge", ROOT / "templates" / "replies", folder)
    built = BuiltShop(demo_shop(), demo_composer(), demo_renderer(), demo_understanding(), clock)
    people = build_people(settings, built, store)
    async with AsyncExitStack() as stack:
        server = api if api is not None else await stack.enter_async_context(BotApiServer())
        server.now = lambda: clock.now().timestamp()
        server.group(GROUP)
        async with build(
            server,
            store=store,
            clock=clock,
            make_converse=lambda *_: Converse(store, built.composer, clock),
            staff_group=lambda bot: build_staff_group(settings, places, built, people, store, bot, 0.05),
        ):
            yield TwoSides(server, store, clock, people, Phone(server))
    await store.close()
