"""Updates of the staff group, one at a time, straight into the handler: what changed, and what was told."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.adapters.channel_telegram import TelegramChannel, make_bot
from bot.adapters.store_sqlite import SqliteStore
from bot.app.people import build_people
from bot.app.shop import BuiltShop, Places
from bot.app.staff_group import build_staff_group
from bot.core import events as e
from bot.core.cases import ROLES, Case
from bot.core.conversation import fold
from bot.core.orders import Address, Order, Status
from bot.core.people import Staff
from bot.core.ports import Turn
from bot.core.ports_people import Topic
from bot.service.converse import Converse
from bot.settings import Settings
from handlers.telegram.dispatch import TelegramHandler
from handlers.telegram.updates import raw_update
from tests.bot_api_people import BOT, user
from tests.core.group_reader import GROUP
from tests.demo import ROOT, demo_composer, demo_renderer, demo_shop, demo_understanding
from tests.fakes import TOKEN, BotApiServer, FakeClock
from tests.hanging_up import hang_up
from tests.service.people import MORNING

#: One of each role, by the role's name; their accounts follow.
EVERYBODY = {role: Staff(f"S-{role[:8]}", role.title(), (role,), telegram_id=500 + n) for n, role in enumerate(ROLES)}
DISABLED = Staff("OFF", "Gone", ("manager",), "disabled", telegram_id=600)
STRANGER, SHOPPER = 700, 7
SECRET = "6222020200112233445"


@dataclass
class Counter:
    api: BotApiServer
    store: SqliteStore
    clock: FakeClock
    handler: TelegramHandler
    _updates: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _chats: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    async def talk(self, reason: str = "human") -> Talked:
        """A customer who waits for a person (``human``), or whose invoice waits for finance (``vat``); her topic."""
        chat, now = next(self._chats), self.clock.now()
        conversation, case_id = f"telegram:{chat}", f"C261123{chat:010d}"
        if reason == "human":
            case = Case(case_id, conversation, "human", "agent", now, f"secret{chat}", step="answer")
            handed: tuple[e.Event, ...] = (e.HandedOver(case_id, "human", "agent", now.isoformat()),)
        else:
            facts = (("invoice_kind", "vat"), ("company", f"secret{chat}"), ("bank", SECRET), ("order_no", f"XE{chat}"))
            words = f"secret{chat}"
            case = Case(case_id, conversation, "invoice", "finance", now, words, facts, playbook="invoice", step="vat")
            handed = ()
        spoke = e.ShopperSpoke("1", "text", f"secret{chat}", "zh", now.isoformat(), name="Mei")
        loaded = await self.store.load(conversation, "telegram")
        order = Order(
            f"XE{chat}", conversation, Status.PAID, (), 9900, 0, (), (), Address("", "", "", "", ""), "zto", now
        )
        placed = e.OrderPlaced(order.order_no, 9900)
        happened = (spoke, placed, *handed)
        await self.store.commit(
            Turn(None, loaded.version, fold(loaded.conversation, happened), happened, (), now, (order,), (case,))
        )
        thread = self.api.chats.open_topic(GROUP, f"Mei {chat}")
        await self.store.put_topic(Topic(conversation, GROUP, thread))
        card = self.api.message(SHOPPER, text="card", **_in_topic(thread), **{"from": BOT})
        self.api.chats.show(GROUP, card, None)
        return Talked(conversation, thread, case_id, card["message_id"])

    async def press(self, who: int, talked: Talked, data: str, **message: Any) -> str:
        """What she who pressed is told."""
        shown = {**self.api.chats.shown[GROUP, talked.card_id].content, **message}
        query = {"id": f"q{next(self._updates)}", "from": user(who), "chat_instance": "1", "data": data}
        await self.handle({"callback_query": {**query, "message": shown}})
        return self.api.toasts.get(str(query["id"]), "")

    async def write(self, who: int, talked: Talked, text: str, **more: Any) -> int:
        message = self.api.group_message(GROUP, talked.thread_id, who, text=text, **more)
        await self.handle({"message": message})
        return int(message["message_id"])

    async def handle(self, update: dict[str, Any]) -> None:
        # So that answers find room.
        self.clock.advance(61)
        row = raw_update({"update_id": next(self._updates), **update}, self.clock.now())
        await self.store.take_in([row])
        (claimed,) = await self.store.claim_inbox("t", self.clock.now(), 60, 1)
        await self.handler(claimed)
        assert await self.store.claim_inbox("t", self.clock.now(), 60, 1) == []

    async def state(self, talked: Talked) -> str:
        """All that is stored of a conversation, as one text."""
        found: list[object] = [await self.store.events(talked.conversation_id)]
        found += [await self.store.orders(talked.conversation_id), await self.store.cases(talked.conversation_id)]
        found += [(row.reply, state) for row, state in await self.store.outbox(talked.conversation_id)]
        found.append((await self.store.load(talked.conversation_id, "telegram")).conversation)
        return repr(found)

    def told(self, since: int) -> str:
        """Everything sent to Telegram by calls from number ``since`` on."""
        return json.dumps([call.params for call in self.api.calls[since:]], ensure_ascii=False, default=str)


@dataclass(frozen=True)
class Talked:
    conversation_id: str
    thread_id: int
    case_id: str
    card_id: int

    @property
    def secret(self) -> str:
        return f"secret{self.conversation_id.removeprefix('telegram:')}"


@asynccontextmanager
async def counter(folder: Path) -> AsyncIterator[Counter]:
    store, clock = SqliteStore(folder / "shop.db"), FakeClock(MORNING)
    await store.open()
    for person in (*EVERYBODY.values(), DISABLED):
        await store.put_staff(person)
    settings = Settings.model_validate({"telegram": {"staff_group": GROUP}})
    places = Places(ROOT / "config.yaml", ROOT / "knowledge", ROOT / "templates" / "replies", folder)
    built = BuiltShop(demo_shop(), demo_composer(), demo_renderer(), demo_understanding(), clock)
    people = build_people(settings, built, store)
    async with BotApiServer() as api:
        api.now = lambda: clock.now().timestamp()
        api.group(GROUP)
        bot = make_bot(TOKEN, api.base)
        parts = build_staff_group(settings, places, built, people, store, bot)
        converse = Converse(store, built.composer, clock)
        handler = TelegramHandler(bot, converse, store, TelegramChannel(bot, folder), clock, desk=parts.desk)
        yield Counter(api, store, clock, handler)
        await handler.close()
        await hang_up(bot)
    await store.close()


def _in_topic(thread: int) -> dict[str, Any]:
    chat = {"id": GROUP, "type": "supergroup", "title": "Staff", "is_forum": True}
    return {"chat": chat, "message_thread_id": thread, "is_topic_message": True}
