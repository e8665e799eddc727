"""Rounds on a real store, and what the data of ``tests/rounds/*.yaml`` does to it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.archive_folder import ArchiveFolder
from bot.adapters.sms_log import SmsLog
from bot.adapters.store_sqlite import SqliteStore
from bot.core import events as e
from bot.core.case_effects import Context
from bot.core.case_run import CaseRules
from bot.core.cases import Case
from bot.core.catalogue import Shop, Text
from bot.core.conversation import fold
from bot.core.ledger import Promised
from bot.core.members import Cashback, Member
from bot.core.order_events import Kind, OrderData, OrderEvent
from bot.core.orders import Address, OrderLine
from bot.core.people import Roster, Staff
from bot.core.ports import Turn
from bot.core.reviews import Review
from bot.core.round_orders import OrderRoundRules
from bot.core.rounds import ROUNDS, RoundRules
from bot.core.tracking import Parcel, TrackingEvent
from bot.service.archive_month import ArchiveMonth, WriteArchive
from bot.service.find_rounds import FindRounds, FindRules
from bot.service.on_duty import OnDuty
from bot.service.round_contacts import CASHBACK, MEMBERS, REVIEWS, After, ContactReviewers, NotifyMembers, Texter
from bot.service.run_case import RunCase
from bot.service.run_round import RunRounds
from bot.service.staff_acts import Acts
from tests.demo import demo_renderer, demo_shop
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
STAFF = (
    Staff("A01", "小安", ("agent",)),
    Staff("F01", "方姐", ("after_sales",)),
    Staff("K01", "柯姐", ("complaints",)),
    Staff("K02", "康姐", ("complaints",)),
    Staff("O01", "欧经理", ("operations",)),
    Staff("S01", "苏主管", ("supervisor",)),
    Staff("M01", "马店长", ("manager",)),
    Staff("X01", "已离职", ("after_sales",), state="disabled"),
)
#: Parcels to there come first.
IMPORTANT = ("新疆",)
SKU = "SYT01-BLK-XL"
#: Every hour and half hour: any time in the data is a slot.
TIMES = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30, 50))
RULES = RoundRules(ZONE, {held.id: TIMES for held in ROUNDS})


def at(text: str | datetime) -> datetime:
    """A moment of the data, in the shop's zone."""
    moment = datetime.fromisoformat(text) if isinstance(text, str) else text
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment


def with_stock(stock: Mapping[str, int]) -> Shop:
    """The demo shop with other pieces on the shelf."""
    shop = demo_shop()
    products = [
        replace(p, variants=tuple(replace(v, stock=stock.get(v.sku, v.stock)) for v in p.variants))
        for p in shop.products
    ]
    return replace(shop, products=tuple(products))


@dataclass
class House:
    store: SqliteStore
    clock: FakeClock
    rounds: RunRounds
    run_case: RunCase
    acts: Acts
    sms: Path
    #: Chat -> messages seen so far.
    seen: dict[str, int] = field(default_factory=dict)

    async def told(self, chat: str) -> list[str]:
        """What she is told since the last look."""
        every = [row.reply.text for row, _ in await self.store.outbox(chat)]
        first, self.seen[chat] = self.seen.get(chat, 0), len(every)
        return every[first:]

    def texted(self) -> list[str]:
        """Phones of all SMS that ever left."""
        lines = self.sms.read_text(encoding="utf-8").splitlines() if self.sms.exists() else []
        return [json.loads(line)["phone"] for line in lines]

    def turn(self, moment: datetime) -> None:
        self.clock.advance((moment - self.clock.now()).total_seconds())


@asynccontextmanager
async def house(folder: Path, shop: Shop, now: datetime, file: str = "shop.db") -> AsyncIterator[House]:
    """Opened a second time on the same folder it is another process."""
    store = SqliteStore(folder / file)
    await store.open()
    try:
        for staff in STAFF:
            await store.put_staff(staff)
        clock = FakeClock(now)
        duty, made = OnDuty(store, Roster(), shop.about.hours, ZONE, clock), count(1)

        async def context() -> Context:
            return Context(shop, await duty.fresh(), CaseRules(), "XE01", lambda letter: f"{letter}{next(made):08d}")

        acts = Acts(store, demo_renderer(), clock, context)
        found = FindRounds(store, shop, FindRules(OrderRoundRules(important=IMPORTANT), survey=True))
        text = Texter(SmsLog(folder / "sms.jsonl", clock), demo_renderer(), "zh", "朔源")
        after: dict[str, After] = {"bad_reviews": ContactReviewers(store, text), "renewals": NotifyMembers(store, text)}
        shelf = ArchiveFolder(folder / "archive")
        after["archive"] = WriteArchive(ArchiveMonth(store, shop, clock, ZONE, "zh"), shelf)
        rounds = RunRounds(store, found, acts, RULES, {"telegram"}, after)
        yield House(store, clock, rounds, RunCase(acts), acts, folder / "sms.jsonl")
    finally:
        await store.close()


# --- what the data says is there before ---


async def furnish(home: House, data: Mapping[str, Any]) -> None:
    chats = {chat["id"]: chat for chat in data.get("chats", [])}
    named = [order["chat"] for order in data.get("orders", []) if "chat" in order]
    for chat in dict.fromkeys([*chats, *named, *(c["chat"] for c in data.get("cases", []))]):
        await _talk(home, chat, chats.get(chat, {}))
    for order in data.get("orders", []):
        await _order(home, order)
    await _matters(home, data.get("cases", []), data.get("promises", []))
    for kind, of in (("reviews", _review), ("members", _member), ("cards", _card)):
        for row in data.get(kind, []):
            kept, key, value = of(row)
            await home.store.put_records(kept, [(key, "", value)])
    for parcel in data.get("parcels", []):
        events = (TrackingEvent(at(parcel["at"]), parcel.get("words", "已签收")),)
        await home.store.put_parcels([Parcel(parcel["id"], parcel["state"], events)], at(parcel["at"]))


def _review(row: Mapping[str, Any]) -> tuple[str, str, Review]:
    plain = {name: value for name, value in row.items() if name not in ("id", "at", "imported")}
    imported = at(row.get("imported", row["at"]))
    return REVIEWS, row["id"], Review(row["id"], at(row["at"]), "王芳", "掉色", imported_at=imported, **plain)


def _member(row: Mapping[str, Any]) -> tuple[str, str, Member]:
    until = date.fromisoformat(row["until"])
    return MEMBERS, row["id"], Member(row["id"], "王芳", until, row.get("phone", ""), row.get("served_by", ""))


def _card(row: Mapping[str, Any]) -> tuple[str, str, Cashback]:
    facts = {name: value for name, value in row.items() if name not in ("card", "month", "fen")}
    card = Cashback(row["card"], "王芳", row["fen"], row["month"], **facts)
    return CASHBACK, card.cashback_id, card


async def _talk(home: House, chat: str, says: Mapping[str, Any]) -> None:
    spoke = home.clock.now().isoformat()
    happened: list[e.Event] = [e.ShopperSpoke("1", "text", "在吗", says.get("language", "zh"), spoke)]
    happened += [e.StockWished(sku) for sku in says.get("wishes", [])]
    if says.get("said_by"):
        happened.append(e.StaffSpoke(says["said_by"], "在的", spoke))
    if says.get("opted_out"):
        happened.append(e.RemindersStopped())
    if says.get("taken_by"):
        happened.append(e.TakenOver(says["taken_by"], spoke))
    if says.get("given_back"):
        happened.append(e.HandedBack(says["given_back"]))
    await commit(home, chat, *happened)


async def commit(
    home: House, chat: str, *happened: e.Event, cases: Sequence[Case] = (), promised: Sequence[Promised] = ()
) -> None:
    loaded = await home.store.load(chat, chat.partition(":")[0])
    after = fold(loaded.conversation, happened)
    turn = Turn(
        None, loaded.version, after, happened, (), home.clock.now(), cases=tuple(cases), promised=tuple(promised)
    )
    await home.store.commit(turn)


async def _order(home: House, order: Mapping[str, Any]) -> None:
    steps = ["created", "paid", "printed", "shipped", "signed", "confirmed", "settled", "closed", "refunded"]
    first = at(order.get("created") or order.get("paid") or order.get("shipped") or order["signed"])
    for kind in steps:
        if kind == "created" or kind in order:
            await move_order(home, order, kind, first if kind == "created" else at(order[kind]))
    if "chat" in order:
        assert await home.store.bind_order(order["id"], order["chat"], home.clock.now(), "link")


async def move_order(home: House, order: Mapping[str, Any], kind: str, moment: datetime) -> None:
    """``printed`` and ``settled`` are no states: the platform tells them as a change."""
    line = OrderLine(
        order.get("sku", SKU),
        "sy-tee",
        Text("重磅T恤", "Heavy tee"),
        Text("黑色", "Black"),
        "XL",
        order.get("pieces", 1),
        order.get("fen", 12900),
    )
    address = Address(order.get("region", ""), order.get("province", "浙江"), "文三路1号", "王芳", "13800001111")
    data = OrderData(lines=(line,), address=address) if kind == "created" else OrderData()
    if kind == "shipped":
        data = OrderData(courier="中通快递", tracking_no=order.get("tracking", ""))
    if kind in ("printed", "settled"):
        data = OrderData(printed_at=moment) if kind == "printed" else OrderData(settled_at=moment)
    told: Kind = "changed" if kind in ("printed", "settled") else kind  # type: ignore[assignment]
    event = OrderEvent(told, order["id"], moment, "api", "", data)
    done = await home.store.take_order_events([event], "XE01", home.clock.now())
    assert [result.state for result in done] == ["stored"], done


async def _matters(home: House, cases: Sequence[Mapping[str, Any]], promises: Sequence[Mapping[str, Any]]) -> None:
    for one in cases:
        opened = at(one["opened"])
        case = Case(
            one["id"],
            one["chat"],
            one["reason"],
            one.get("role", "complaints"),
            opened,
            "",
            assigned=one.get("taken_by", ""),
            due_at=at(one["due"]) if "due" in one else None,
            order_nos=tuple(one.get("orders", ())),
        )
        await commit(
            home,
            one["chat"],
            e.CaseMoved(one["id"], "opened", "bot"),
            cases=[case.noted(opened, "bot", "opened", case.role)],
        )
        if "ended" in one:
            over = replace(case, state="closed", step=one["ended"]).noted(at(one["closed"]), "bot", "closed")
            await commit(home, one["chat"], e.CaseEnded(one["id"], one["ended"], one["reason"], ""), cases=[over])
        if "mark" in one:
            await commit(home, one["chat"], e.SatisfactionGiven(one["id"], one["mark"]))
    for one in promises:
        line = Promised(
            one["id"],
            one["chat"],
            "other",
            one["words"],
            one.get("by", "A01"),
            one.get("role", "agent"),
            at(one["at"]),
            at(one["due"]),
            one.get("order", ""),
        )
        await commit(home, one["chat"], promised=[line])
