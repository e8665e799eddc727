"""What is past its time is forgotten once a day, in bites; what is open or owed never is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.adapters.sms_log import SmsLog
from bot.core.catalogue import Text
from bot.core.ledger import Promised
from bot.core.members import Cashback, Member
from bot.core.order_events import OrderEvent
from bot.core.ports import RawUpdate, Turn
from bot.core.reviews import Review
from bot.core.rounds import Found, Run
from bot.core.slots import Slot
from bot.core.tracking import Parcel
from bot.core.unanswered import Lesson
from bot.service.forget_old import ForgetOld, Kind
from tests.adapters.store_samples import rows
from tests.service.people import ANN, MORNING, House, house

CHAT = House.chat
EVERY: tuple[Kind, ...] = ("talks", "raw", "questions", "lines", "records", "parcels", "sms")
SHORT = MORNING + timedelta(days=29)
LONG = MORNING + timedelta(days=31)


@dataclass
class Old:
    home: House
    folder: Path
    sms: SmsLog

    def forget(self, *kinds: Kind, days: int = 30) -> ForgetOld:
        store = self.home.store
        return ForgetOld(store, rest=store, sms=self.sms, keep=dict.fromkeys(kinds, days))

    def count(self, table: str) -> int:
        (found,) = rows(self.home.store._path, f"SELECT count(*) FROM {table}")
        return int(found[0])


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Old]:
    async with house(tmp_path) as home:
        yield Old(home, tmp_path, SmsLog(tmp_path / "sms.jsonl", home.clock))


async def fill(old: Old) -> None:
    """Something of every kind, all of this morning."""
    store = old.home.store
    await old.home.shopper("包邮吗")
    await _sent(old)
    await store.take_in([RawUpdate("telegram", "1", CHAT, json.dumps({"text": "包邮吗"}), MORNING)])
    (row,) = await store.claim_inbox("w", MORNING, 60, 1)
    await store.finish_inbox(row.id, MORNING)
    await _lesson(old, "bad", settled=True)
    await _line(old, "R1", done=True)
    await store.put_records("reviews", [("R9", "", Review("R9", MORNING, "王芳", "掉色", imported_at=MORNING))])
    await store.put_parcels([Parcel("SF1")], MORNING)
    await old.sms.send("13812345678", "您好")


async def _lesson(old: Old, question: str, *, settled: bool) -> None:
    store = old.home.store
    lesson = Lesson(question, question, "other.topic", Text("", ""), ANN.staff_id, MORNING)
    number = await store.put_lesson(lesson)
    assert number is not None
    if settled:
        await store.settle_lesson(number, "refused", "M01", MORNING)


async def _line(old: Old, subject: str, *, done: bool) -> None:
    run = Run("bad_reviews", Slot(MORNING.date(), MORNING.time()), MORNING)
    ((line_id, _),) = await old.home.store.put_lines(run, [(Found(subject, "review_call"), "agent")], MORNING)
    if done:
        await old.home.store.tick_line(line_id, ANN.staff_id, MORNING)


TABLES: dict[Kind, str] = {
    "talks": "events",
    "raw": "inbox",
    "questions": "lessons",
    "lines": "round_lines",
    "records": "round_records",
    "parcels": "parcels",
}


@pytest.mark.parametrize("kind", TABLES)
async def test_each_kind_goes_after_its_days_and_no_other_with_it(old: Old, kind: Kind) -> None:
    await fill(old)
    before = {table: old.count(table) for table in TABLES.values()}
    assert min(before.values()) > 0
    assert await old.forget(kind)(SHORT) == 0
    assert await old.forget(*EVERY, days=0)(LONG) == 0, "zero days: for ever"
    assert await old.forget(kind)(LONG) == 1
    after = {table: old.count(table) for table in TABLES.values()}
    also = {"inbox"} if kind == "talks" else set()
    gone = {TABLES[kind], *also}
    assert after == {table: 0 if table in gone else held for table, held in before.items()}


async def test_text_messages_go_and_later_ones_stay(old: Old) -> None:
    await old.sms.send("13812345678", "您好")
    old.home.clock.advance(10 * 86_400)
    await old.sms.send("13900001111", "在吗")
    with (old.folder / "sms.jsonl").open("a") as file:
        file.write("not a line of ours\n")
    assert await old.forget("sms")(MORNING + timedelta(days=35)) == 1
    left = (old.folder / "sms.jsonl").read_text("utf-8").splitlines()
    assert len(left) == 2 and "13900001111" in left[0]
    assert (old.folder / "sms.jsonl").stat().st_mode & 0o777 == 0o600


async def test_a_forgotten_talk_keeps_whose_it_is_and_goes_on_when_she_writes(old: Old) -> None:
    home, store = old.home, old.home.store
    await home.shopper("重磅T恤要两件黑色XL 寄到杭州市西湖区文三路1号 张三 13800138000", sender_name="张三")
    await home.shopper("确认")
    (order,) = await store.orders(CHAT)
    await store.take_order_events([OrderEvent("closed", order.order_no, MORNING, "api")], "XE01", MORNING)
    await home.shopper("转人工")
    await home.hand_over.close(CHAT, "telegram", ANN)
    await _sent(old)
    assert await old.forget("talks")(LONG) == 1
    talk = (await store.load(CHAT, "telegram")).conversation
    assert (talk.owner, talk.name, talk.address.phone, talk.order_nos) == ("closed", "", None, (order.order_no,))
    kept = await store.order(order.order_no)
    assert kept is not None and kept.address.phone == "13800138000", "orders are kept as they are"
    assert {(case.words, case.facts) for case in await store.cases(CHAT)} == {("", ())}
    assert await store.outbox(CHAT) == []
    assert await old.forget("talks")(LONG + timedelta(days=400)) == 0, "once"
    home.clock.advance(40 * 86_400)
    assert "包邮" in await home.shopper("包邮吗")
    assert (await store.load(CHAT, "telegram")).conversation.owner == "bot"


async def test_nothing_open_or_owed_is_forgotten(old: Old) -> None:
    home, store, now = old.home, old.home.store, old.home.clock.now()
    await home.shopper("我要投诉", "telegram:1")
    await home.shopper("转人工", "telegram:2")
    await home.shopper("重磅T恤要两件黑色XL 寄到杭州市西湖区文三路1号 张三 13800138000", "telegram:3")
    await home.shopper("确认", "telegram:3")
    await home.shopper("在吗", "telegram:4")
    loaded = await store.load("telegram:4", "telegram")
    line = Promised("P1", "telegram:4", "coupon", "五元券", "A01", "agent", now, now)
    await store.commit(Turn(None, loaded.version, loaded.conversation, (), (), now, promised=(line,)))
    await home.shopper("在吗", "telegram:5")
    await store.take_in([RawUpdate("telegram", "1", "telegram:5", "{}", MORNING)])
    await home.shopper("在吗", "telegram:6")
    await _sent(old)
    assert await old.forget("talks", "raw")(LONG) == 1, "only the last one"
    for chat in ("telegram:1", "telegram:2", "telegram:3", "telegram:4", "telegram:5"):
        assert await store.events(chat), chat
    assert await store.events("telegram:6") == []
    assert old.count("inbox") == 1


async def _sent(old: Old) -> None:
    """All that waited in the outbox has left."""
    store = old.home.store
    while waiting := await store.claim_outbox("w", MORNING, ["telegram"], 50):
        for row in waiting:
            await store.record_delivery(row.id, "sent", MORNING)


async def test_lines_to_do_and_what_they_are_about_stay(old: Old) -> None:
    store = old.home.store
    for number in (1, 2):
        review = Review(f"R{number}", MORNING, "王芳", "掉色", imported_at=MORNING)
        await store.put_records("reviews", [(f"R{number}", "", review)])
    await _line(old, "R1", done=False)
    await _lesson(old, "waits", settled=False)
    await store.put_records("members", [("M1", "", Member("M1", "王芳", date(2027, 1, 1)))])
    await store.put_records("cashback", [("2027-01 1", "", Cashback("1", "王芳", 500, "2027-01"))])
    later = MORNING.replace(year=2027, month=1, day=31)
    assert await old.forget("lines", "records", "questions")(later) == 1
    assert [one.review_id for one in await store.records("reviews", Review)] == ["R1"]
    assert await old.forget("records")(later + timedelta(days=33)) == 2, "the membership and the card's month ended"


async def test_much_is_forgotten_in_bites(old: Old) -> None:
    store = old.home.store
    for number in range(7):
        await store.put_parcels([replace(Parcel("x"), tracking_no=f"SF{number}")], MORNING)
        await old.home.shopper("在吗", f"telegram:{number}")
    await _sent(old)
    assert [await store.forget_rows("parcels", LONG, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert [await store.forget_talks(LONG, limit=3) for _ in range(4)] == [3, 3, 1, 0]


async def test_who_wakes_up_meanwhile_is_not_forgotten(old: Old) -> None:
    await old.home.shopper("在吗")
    await _sent(old)
    old.home.clock.advance(40 * 86_400)
    await old.home.shopper("还在吗")
    await _sent(old)
    assert await old.forget("talks")(LONG) == 0
    assert await old.home.store.events(CHAT)
