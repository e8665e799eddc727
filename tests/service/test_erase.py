"""A shopper who used everything is erased: not a byte of hers is left in the database, its log, or beside it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from PIL import Image

from bot.adapters.photo_files import PhotoFiles
from bot.adapters.sms_log import SmsLog
from bot.adapters.sql import erasing
from bot.adapters.store_sqlite import SqliteStore
from bot.core import events as e
from bot.core.calls import CallTick
from bot.core.catalogue import Text
from bot.core.conversation import fold
from bot.core.errors import Conflict
from bot.core.ledger import Promised
from bot.core.members import Member
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Address, Flag
from bot.core.ownership import Refused
from bot.core.ports import RawUpdate, Turn
from bot.core.ports_people import Sheet, Topic
from bot.core.reviews import Review
from bot.core.rounds import Found, Run
from bot.core.slots import Slot
from bot.core.tracking import Parcel, TrackingEvent
from bot.core.unanswered import Lesson, key_of
from bot.service.erase import Erase, NotErased
from tests.adapters.test_photo_files import encoded
from tests.service.people import ANN, MORNING, House, house

MARK = "Zq7xErsMark"
PHONE = "13812345678"
CHAT = House.chat
GROUP = -1001
#: Another shopper, of whom nothing may be lost: her number holds the other's order number, her chat the other's id.
OTHER = "telegram:77"


@dataclass
class Lived:
    home: House
    folder: Path
    photos: PhotoFiles
    sms: SmsLog
    erase: Erase
    order_no: str = ""


@pytest.fixture
async def lived(tmp_path: Path) -> AsyncIterator[Lived]:
    async with house(tmp_path) as home:
        photos, sms = PhotoFiles(tmp_path / "uploads"), SmsLog(tmp_path / "sms.jsonl", home.clock)
        numbers = count(1)
        erase = Erase(home.store, photos, sms, home.clock, lambda: f"left{next(numbers)}")
        yield Lived(home, tmp_path, photos, sms, erase)


async def live(lived: Lived) -> None:
    """She talks, orders, complains, is called, reviews, rates; staff write about her wherever they can."""
    home, store = lived.home, lived.home.store
    await store.take_in([RawUpdate("telegram", "1", CHAT, json.dumps({"text": MARK}), MORNING)])
    (row,) = await store.claim_inbox("w", MORNING, 60, 1)
    await store.finish_inbox(row.id, MORNING)
    await home.shopper(f"{MARK} 你们家的奇怪问题呀", sender_name=MARK)
    await home.shopper(f"重磅T恤要两件黑色XL 寄到杭州市西湖区{MARK}路1号 张三 {PHONE}")
    await home.shopper("确认")
    (order,) = await store.orders(CHAT)
    lived.order_no = order.order_no
    await home.shopper("转人工")
    await home.hand_over.say(CHAT, "telegram", ANN, f"您好 {MARK}")
    await home.hand_over.note(CHAT, "telegram", ANN, f"老客户 {MARK}")
    await home.hand_over.order_note(CHAT, "telegram", ANN, order.order_no, f"刺绣 {MARK}", Flag.YELLOW)
    await home.hand_over.close(CHAT, "telegram", ANN)
    await home.shopper(f"我要投诉 {MARK}")
    await _rated_and_promised(lived)
    await _delivered(lived)
    await _beside(lived)


async def _rated_and_promised(lived: Lived) -> None:
    store, now = lived.home.store, lived.home.clock.now()
    loaded = await store.load(CHAT, "telegram")
    case = (await store.cases(CHAT))[-1]
    case = replace(case, facts=(("account", MARK),)).noted(now, ANN.staff_id, "account:done", MARK)
    case = replace(case, state="closed", alarm_at=None)
    closed = [replace(one, state="closed", alarm_at=None) for one in await store.cases(CHAT)]
    line = Promised("P1", CHAT, "cash", MARK, ANN.staff_id, "agent", now, now, lived.order_no, case.case_id, 0, 500)
    events = (
        e.SatisfactionGiven(case.case_id, 1),
        e.SatisfactionExplained(case.case_id, MARK),
        e.ConversationClosed("A01"),
    )
    after = fold(loaded.conversation, events)
    cases = (*(one for one in closed if one.case_id != case.case_id), case)
    await store.commit(Turn(None, loaded.version, after, events, (), now, cases=cases, promised=(line,)))
    await store.settle_promise("P1", "kept", ANN.staff_id, now)


async def _delivered(lived: Lived) -> None:
    store, now = lived.home.store, lived.home.clock.now()
    data = OrderData(buyer_id=MARK, tracking_no="SF100200300", platform_memo=MARK, note=MARK, pay_url=f"/{MARK}")
    for kind in ("paid", "shipped", "signed"):
        await store.take_order_events([OrderEvent(kind, lived.order_no, now, "api", data=data)], "XE01", now)
    event = (TrackingEvent(now, f"已签收 {MARK}"),)
    await store.put_parcels([Parcel("SF100200300", "delivered", event)], now)
    assert await store.count_binding_try(CHAT, lived.order_no, 5, now) == 1


async def _beside(lived: Lived) -> None:
    store, now = lived.home.store, lived.home.clock.now()
    review = Review("R1", now, MARK, MARK, order_no=lived.order_no, phone=PHONE)
    await store.put_records("reviews", [("R1", "", review)])
    await store.put_records("members", [("M1", "", Member("M1", MARK, date(2027, 1, 1), PHONE))])
    run = Run("bad_reviews", Slot(now.date(), now.time()), now)
    about = [Found("R1", "review_call", facts=(("words", MARK),)), Found("x", "late", lived.order_no, CHAT)]
    await store.put_lines(run, [(one, "agent") for one in about], now)
    case = (await store.cases(CHAT))[-1]
    lines = (f"#{case.case_id} “{MARK}”", "telegram:77 somebody else")
    await store.put_sheet(Sheet("H1", "day", "2026-11-23", now, lines))
    question = key_of(f"{MARK} 你们家的奇怪问题呀")
    await store.put_lesson(Lesson(question, f"{MARK}?", "other.topic", Text("", ""), ANN.staff_id, now))
    await store.put_call_tick(CallTick(lived.order_no, now, ANN.staff_id, "again", MARK))
    await store.put_topic(Topic(CHAT, GROUP, 5, 6, f'{{"x":"{MARK}"}}'))
    await store.take_in([RawUpdate("telegram", "2", f"telegram:{GROUP}:5", json.dumps({"reply": MARK}), now)])
    pressed = json.dumps({"text": f"#{case.case_id} {MARK}"})
    await store.take_in([RawUpdate("telegram", "3", f"telegram:{GROUP}", pressed, now)])
    for row in await store.claim_inbox("w", now, 60, 9):
        await store.finish_inbox(row.id, now)
    await lived.photos.keep("telegram-7", encoded(Image.new("RGB", (9, 9), "red")))
    await lived.sms.send(PHONE, f"您好 {MARK}")


async def live_other(lived: Lived) -> None:
    store = lived.home.store
    await lived.home.shopper("重磅T恤要两件黑色XL 寄到杭州市西湖区文三路1号 王芳 13900001111", OTHER)
    await lived.home.shopper("确认", OTHER)
    await store.put_records("members", [("M2", "", Member("M2", "王芳", date(2027, 1, 1), "13900001111"))])
    await lived.photos.keep("telegram-77", encoded(Image.new("RGB", (9, 9), "blue")))
    await lived.sms.send("13900001111", "您好")


def tables_with(folder: Path, *words: str) -> set[str]:
    """Tables any of whose cells hold a word."""
    conn = sqlite3.connect(folder / "shop.db")
    names = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        name
        for name in names
        for row in conn.execute(f"SELECT * FROM {name}")
        if any(word in str(cell) for cell in row for word in words)
    }
    conn.close()
    return found


def files_with(folder: Path, *words: str) -> set[str]:
    every = [path for path in folder.rglob("*") if path.is_file()]
    held = {path.name for path in every if any(word.encode() in path.read_bytes() for word in words)}
    return held | {path.name for path in folder.rglob("*") if any(word in str(path) for word in words)}


async def test_nothing_readable_of_her_is_left_in_tables_log_or_files(lived: Lived) -> None:
    await live(lived)
    await live_other(lived)
    hers = (MARK, PHONE, '"telegram:7"', "telegram-7/", "张三")
    assert tables_with(lived.folder, MARK) >= {
        "inbox", "conversations", "events", "outbox", "orders", "notes", "cases", "promises", "ratings", "parcels",
        "round_records", "round_lines", "sheets", "lessons", "call_ticks", "staff_topics",
    }  # fmt: skip
    person = await lived.erase.find(CHAT)
    done = await lived.erase(person, "M01")
    assert (done.photos, done.messages, len(person.orders)) == (1, 1, 1)
    assert tables_with(lived.folder, *hers) == set()
    assert files_with(lived.folder, *hers) == set()
    assert not (lived.folder / "uploads" / "telegram-7").exists()


async def test_what_bookkeeping_needs_stays_without_her(lived: Lived) -> None:
    await live(lived)
    store = lived.home.store
    before = await store.order(lived.order_no)
    await lived.erase(await lived.erase.find(lived.order_no), "M01")
    order = await store.order(lived.order_no)
    assert order is not None and before is not None
    assert (order.total_fen, order.lines, order.status, order.history) == (
        before.total_fen, before.lines, before.status, before.history,
    )  # fmt: skip
    assert (order.address, order.conversation_id, order.buyer_id) == (Address("", "", "", "", ""), "", "")
    (line,) = await store.promises(order_no=lived.order_no)
    assert (line.amount_fen, line.state, line.staff_id, line.words) == (500, "kept", "A01", "")
    assert [mark for _, _, mark, words in await store.ratings(MORNING) if not words] == [1]
    assert line.conversation_id == "erased:left1"
    assert await store.events("erased:left1") == [e.PersonErased("M01", (lived.order_no,))]
    (sheet,) = await store.sheets()
    assert sheet.lines == ("–", "telegram:77 somebody else")


async def test_nobody_else_loses_a_thing(lived: Lived) -> None:
    await live_other(lived)
    store = lived.home.store
    talk, orders = await store.load(OTHER, "telegram"), await store.orders(OTHER)
    outbox = await store.outbox(OTHER)
    await live(lived)
    await lived.erase(await lived.erase.find(f"phone:+86 {PHONE}"), "")
    assert (await store.load(OTHER, "telegram"), await store.orders(OTHER)) == (talk, orders)
    assert await store.outbox(OTHER) == outbox
    assert await store.record("members", Member, "M2") is not None
    assert await store.record("members", Member, "M1") is None
    assert lived.photos.path("telegram-77", _only(lived.folder / "uploads" / "telegram-77")) is not None
    assert "13900001111" in (lived.folder / "sms.jsonl").read_text("utf-8")


def _only(folder: Path) -> str:
    (path,) = folder.iterdir()
    return path.stem


async def test_she_may_come_back_and_is_a_stranger(lived: Lived) -> None:
    await live(lived)
    await lived.erase(await lived.erase.find(CHAT), "")
    assert await lived.home.shopper("你好")
    talk = (await lived.home.store.load(CHAT, "telegram")).conversation
    assert (talk.turns, talk.name, talk.order_nos) == (1, "", ())


@pytest.mark.parametrize("who", ["nobody", "", "12", "phone:138", "web:x", "order:", "13900001111", "telegram:70"])
async def test_whoever_is_not_known_is_not_erased(lived: Lived, who: str) -> None:
    await live(lived)
    with pytest.raises(NotErased, match="nobody is known"):
        await lived.erase.find(who)


@pytest.mark.parametrize("who", [CHAT, "7", PHONE, f"phone:{PHONE}", "+86 138-1234-5678"])
async def test_she_is_found_by_whatever_she_is_known_by(lived: Lived, who: str) -> None:
    await live(lived)
    person = await lived.erase.find(who)
    assert [talk.id for talk in person.talks] == [CHAT]
    assert [order.order_no for order in person.orders] == [lived.order_no]
    assert person.threads == ((GROUP, 5),)


async def test_orders_of_the_same_buyer_go_with_her(lived: Lived) -> None:
    await live(lived)
    store, now = lived.home.store, lived.home.clock.now()
    line = (await store.orders(CHAT))[0].lines
    address = Address("", "", MARK, MARK, "13700000000")
    data = OrderData(buyer_id=MARK, lines=line, address=address)
    await store.take_order_events([OrderEvent("created", "T100", now, "api", data=data)], "XE01", now)
    await store.take_order_events([OrderEvent("closed", "T100", now, "api", data=OrderData())], "XE01", now)
    assert (await lived.erase(await lived.erase.find(CHAT), "")).person.orders[0].order_no == "T100"
    assert tables_with(lived.folder, MARK, "13700000000") == set()


async def test_while_a_person_has_her_or_something_is_owed_she_is_not_erased(lived: Lived) -> None:
    home, now = lived.home, lived.home.clock.now()
    await home.shopper(f"重磅T恤要两件黑色XL 寄到杭州市西湖区{MARK}路1号 张三 {PHONE}")
    await home.shopper("确认")
    await home.shopper("转人工")
    await home.hand_over.say(CHAT, "telegram", ANN, "您好")
    loaded = await home.store.load(CHAT, "telegram")
    line = Promised("P1", CHAT, "cash", MARK, "A01", "agent", now, now, amount_fen=500)
    await home.store.commit(Turn(None, loaded.version, loaded.conversation, (), (), now, promised=(line,)))
    person = await lived.erase.find(CHAT)
    with pytest.raises(NotErased) as refused:
        await lived.erase(person, "")
    for reason in (
        "A01 has her conversation",
        "is not closed",
        "P1 (cash) is still to be kept",
        "is unpaid",
        "--force",
    ):
        assert reason in str(refused.value)
    assert MARK not in str(refused.value) and PHONE not in str(refused.value)
    assert tables_with(lived.folder, MARK)
    await lived.erase(person, "M01", force=True)
    assert tables_with(lived.folder, MARK, PHONE) == set()
    assert await home.store.cases_due(MORNING.replace(year=2030)) == []
    (promise,) = await home.store.promises()
    assert (promise.state, promise.amount_fen) == ("withdrawn", 500)


async def test_who_writes_meanwhile_is_looked_for_anew(lived: Lived) -> None:
    await live(lived)
    person = await lived.erase.find(CHAT)
    await lived.home.shopper("还在吗")
    with pytest.raises(Conflict):
        await lived.erase(person, "")
    await lived.home.store.take_in([RawUpdate("telegram", "9", CHAT, "{}", MORNING)])
    assert await lived.home.store.claim_inbox("w", MORNING, 60, 1)
    with pytest.raises(NotErased, match="at this very moment"):
        await lived.erase(await lived.erase.find(CHAT), "", force=True)


async def test_what_was_broken_off_is_finished_by_the_next_one(lived: Lived) -> None:
    await live(lived)
    person = await lived.erase.find(CHAT)
    await lived.home.store.erase_person(person, "erased:x", "", lived.home.clock.now())
    assert await lived.erase.finish()
    assert not await lived.erase.finish()
    assert not {name for name in files_with(lived.folder, MARK) if name.startswith("shop.db")}


async def test_a_shop_that_runs_beside_goes_on(lived: Lived) -> None:
    await live(lived)
    await live_other(lived)
    beside = SqliteStore(lived.folder / "shop.db")
    await beside.open()
    assert await beside.events(CHAT)
    await lived.erase(await lived.erase.find(CHAT), "")
    assert await beside.events(CHAT) == [] and await beside.orders(OTHER)
    assert await beside.take_in([RawUpdate("telegram", "8", OTHER, "{}", MORNING)]) == 1
    await beside.close()
    assert files_with(lived.folder, MARK) == set()


async def test_nobody_writes_to_who_is_not_there_any_more(lived: Lived) -> None:
    await live(lived)
    await lived.erase(await lived.erase.find(CHAT), "")
    for act in (lived.home.hand_over.take, partial(lived.home.hand_over.say, text="您好")):
        assert await act("erased:left1", "erased", ANN) == Refused("unknown")
    assert await lived.home.store.outbox("erased:left1") == []


#: Tables that hold nothing of a shopper but numbers of orders and cases, digests, and what staff are.
NOT_HERS = {
    "meta", "case_keys", "reservations", "reserved", "order_events", "idempotency", "slots", "nudges", "staff",
    "staff_codes", "desk_logins", "desk_tries", "desk_sessions", "rounds", "quick_replies", "migrations",
    "sqlite_sequence",
}  # fmt: skip


async def test_a_new_table_is_thought_of(lived: Lived) -> None:
    conn = sqlite3.connect(lived.folder / "shop.db")
    tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    conn.close()
    changed = re.findall(r"(?:DELETE FROM|UPDATE) (\w+)", "\n".join(erasing().values()))
    assert tables - set(changed) - NOT_HERS == set(), "what of a shopper stands there, and how is it erased?"


async def test_a_dry_run_changes_nothing(lived: Lived) -> None:
    await live(lived)
    person = await lived.erase.find(CHAT)
    assert (await lived.erase.preview(person)).photos == 1
    assert await lived.erase.find(CHAT) == person
    assert lived.sms and MARK in (lived.folder / "sms.jsonl").read_text("utf-8")
