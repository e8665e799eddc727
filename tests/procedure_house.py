"""The demo shop with one shopper, one person for every role, a real store, and a clock that is told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.store_sqlite import SqliteStore
from bot.core.case_effects import Context, apply
from bot.core.case_run import CaseRules, open_case
from bot.core.cases import ROLES, Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.ledger import Promised
from bot.core.messages import Incoming, Kind
from bot.core.move import Move
from bot.core.orders import Address, Order, OrderLine, Status
from bot.core.people import Roster, Staff
from bot.core.ports import Turn
from bot.service.converse import Converse
from bot.service.hand_over import HandOver
from bot.service.on_duty import OnDuty
from bot.service.run_case import Answer, RunCase
from bot.service.staff_acts import Acts
from tests.demo import demo_composer, demo_renderer, demo_shop
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
CHAT = "test:1"
MORNING = datetime(2026, 11, 23, 10, tzinfo=ZONE)
#: One person a role; a test names her by the role, or by her staff id ``S01`` … ``S12``.
PEOPLE = {role: Staff(f"S{place:02d}", role, (role,)) for place, role in enumerate(ROLES, 1)}
_BY_ID = {staff.staff_id: staff for staff in PEOPLE.values()}
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_WAY = (Status.UNPAID, Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED)


def person(name: str) -> Staff:
    return PEOPLE.get(name) or _BY_ID[name]


def span(words: str) -> timedelta:
    """``2 hours``, ``3 days``."""
    number, unit = re.fullmatch(r"(\d+) (minute|hour|day)s?", words).groups()  # type: ignore[union-attr]
    return int(number) * _UNITS[unit]


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


def order_of(given: dict[str, Any]) -> Order:
    """``{order, status, since, yuan}``: one black T-shirt, a day from status to status until ``since``."""
    since, status = at(given.get("since", "2026-11-20T09:00")), Status(given["status"])
    passed = _WAY[1 : _WAY.index(status) + 1] if status in _WAY else ((Status.PAID, status))
    history = tuple((s, since - timedelta(days=len(passed) - 1 - n), "api") for n, s in enumerate(passed))
    fen = round(float(given.get("yuan", 129)) * 100)
    line = OrderLine(
        "SYT01-BLK-XL", "sy-tee-heavy", Text("重磅纯棉T恤", "Heavy tee"), Text("黑色", "black"), "XL", 1, fen
    )
    return Order(
        order_no=given["order"], conversation_id=CHAT, status=status, lines=(line,), goods_fen=fen, shipping_fen=0,
        discounts=(), gifts=(), courier="zto", address=Address("杭州", "浙江", "文三路1号", "王芳", "13800001111"),
        created_at=since - timedelta(days=len(passed)), history=history, source="shopify",
    )  # fmt: skip


@dataclass
class ProcedureHouse:
    store: SqliteStore
    clock: FakeClock
    converse: Converse
    hand_over: HandOver
    run_case: RunCase
    acts: Acts
    _messages: count[int]

    async def put_orders(self, *orders: Order) -> None:
        loaded = await self.store.load(CHAT, "test")
        await self.store.commit(
            Turn(None, loaded.version, loaded.conversation, (), (), self.clock.now(), orders=orders)
        )

    async def becomes(self, order_no: str, status: str) -> None:
        """Told by the platform, as of now."""
        order = next(o for o in await self.store.orders(CHAT) if o.order_no == order_no)
        reached = Status(status)
        history = (*order.history, (reached, self.clock.now(), "api"))
        await self.put_orders(replace(order, status=reached, history=history))

    async def shopper(self, text: str = "", *, press: str = "", photos: Sequence[str] = ()) -> None:
        kind: Kind = "button" if press else "photo" if photos else "text"
        incoming = Incoming(
            "test", CHAT, str(next(self._messages)), self.clock.now(), kind=kind, text=text, action=press,
            media=tuple(photos),
        )  # fmt: skip
        assert await self.converse(incoming, None) is not None

    async def chooses(self, who: str, case: Case, outcome: str, entered: str = "") -> Answer:
        return await self.run_case.choose(case.case_id, CHAT, case.step, outcome, person(who), entered)

    async def opens(self, reason: str, order_no: str) -> None:
        """As a round does, or a colleague: a case of this reason about her order."""

        def decide(move: Move, context: Context) -> bool:
            book = context.shop.playbook_by_reason[reason]
            fresh = Case(
                context.new_id("C"), CHAT, reason, book.role, move.now, "", (("order_no", order_no),),
                order_nos=(order_no,),
            )  # fmt: skip
            opened, effects = open_case(book, fresh, move.now, context.duty, context.rules, move.orders)
            apply(move, fresh, opened, effects, context)
            return True

        assert await self.acts.act(CHAT, "test", decide)

    async def until(self, moment: datetime) -> None:
        """The clock goes on to ``moment``, and looks after every case that comes due on the way."""
        for _ in range(2000):
            due = [case.alarm_at for case in await self.cases() if case.open and case.alarm_at is not None]
            now = min((when for when in due if when <= moment), default=None)
            if now is None:
                break
            self._set(max(now.astimezone(ZONE), self.clock.now()))
            await self.run_case.alarms(self.clock.now())
        self._set(moment)

    def _set(self, moment: datetime) -> None:
        self.clock.advance((moment - self.clock.now()).total_seconds())

    async def cases(self) -> list[Case]:
        """All of hers, oldest first, closed ones too."""
        return await self.store.cases(CHAT)

    async def order(self, order_no: str) -> Order:
        return next(o for o in await self.store.orders(CHAT) if o.order_no == order_no)

    async def ledger(self) -> list[Promised]:
        return [line for line in await self.store.promises() if line.conversation_id == CHAT]

    async def talk(self) -> Conversation:
        return (await self.store.load(CHAT, "test")).conversation

    async def told(self) -> list[str]:
        """Everything she was ever to be told."""
        return [row.reply.text for row, _ in await self.store.outbox(CHAT)]


@asynccontextmanager
async def procedure_house(folder: Path, now: datetime = MORNING) -> AsyncIterator[ProcedureHouse]:
    store = SqliteStore(folder / "shop.db")
    await store.open()
    try:
        for staff in PEOPLE.values():
            await store.put_staff(staff)
        clock, shop, made = FakeClock(now), demo_shop(), count(900_000)
        duty = OnDuty(store, Roster(), shop.about.hours, ZONE, clock)

        async def context() -> Context:
            return Context(shop, await duty.fresh(), CaseRules(), "XE01", lambda letter: f"{letter}{next(made):08d}")

        acts = Acts(store, demo_renderer(), clock, context)
        hand_over = HandOver(acts, {}, silence_minutes=30)
        yield ProcedureHouse(
            store, clock, Converse(store, demo_composer(), clock), hand_over, RunCase(acts), acts, count(1)
        )
    finally:
        await store.close()
