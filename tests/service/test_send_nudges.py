from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import RetryLater, StoreError, Uncertain, Unreachable
from bot.core.events import OrderReminded
from bot.core.messages import Reply
from bot.core.nudges import Remind, Skip
from bot.core.orders import Flag, Status
from bot.service.deliver import deliver
from bot.service.send_nudges import NoSuchSlot, Round, SendNudges, slot_at
from bot.service.write_reminder import PayRules, WriteReminder
from tests.adapters.order_samples import BOT, FOUR, NOW, RULES, TEN, ago, chat, claim, report, take, unpaid
from tests.adapters.store_samples import rows
from tests.demo import demo_renderer
from tests.fakes import FakeClock


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "shop.db")
    await store.open()
    yield store
    await store.close()


async def full_shelf() -> Mapping[str, int]:
    return {"T1-BLK-L": 5}


def nudges(store: SqliteStore, page: int = 100) -> SendNudges:
    return SendNudges(store, full_shelf, RULES, page=page)


class Phone:
    """A channel that writes down what arrives; ``fault`` is raised after it has."""

    name = "telegram"

    def __init__(self, fault: Exception | None = None) -> None:
        self.arrived: list[tuple[str, Reply]] = []
        self.fault = fault

    async def send(self, conversation_id: str, reply: Reply) -> str:
        if isinstance(self.fault, RetryLater):
            raise self.fault
        self.arrived.append((conversation_id, reply))
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault
        return "1"

    async def typing(self, conversation_id: str) -> None: ...


def writer(store: SqliteStore) -> WriteReminder:
    return WriteReminder(store, store, demo_renderer(), FakeClock(NOW), PayRules(BOT, 72))


async def send_all(store: SqliteStore, phone: Phone) -> None:
    clock = FakeClock(NOW)
    while claimed := await store.claim_outbox("s", NOW, ["telegram"], 10):
        for row in claimed:
            await deliver(row, phone, store, clock, write=writer(store))


# --- the round ---


async def test_a_round_reminds_who_is_due_and_says_why_not_of_the_others(store: SqliteStore) -> None:
    await unpaid(store, "DUE")
    await unpaid(store, "TALKS", "telegram:2")
    await chat(store, "telegram:2", owner="agent")
    await take(store, report("created", "YOUNG", hours=1), report("created", "UNBOUND"))
    decisions = [d async for page in nudges(store).plan(claim()) for d in page]
    found = {d.order.order_no: d.reason if isinstance(d, Skip) else "remind" for d in decisions}
    assert found == {"DUE": "remind", "TALKS": "person", "UNBOUND": "unbound", "YOUNG": "too_young"}
    assert rows(store._path, "SELECT count(*) FROM nudges") == [(0,)], "a plan writes nothing"

    done = await nudges(store).run(claim(), NOW)
    assert done is not None
    assert (done.considered, done.reminded, dict(done.skipped)) == (4, 1, {"person": 1, "unbound": 1, "too_young": 1})
    assert [call.order.order_no for call in await store.calls()] == ["UNBOUND"]
    assert await nudges(store).run(claim(), NOW) is None


@pytest.mark.parametrize("page", [1, 2, 3, 100])
async def test_pages_leave_nobody_out_and_repeat_nobody(store: SqliteStore, page: int) -> None:
    for n in range(6):
        await unpaid(store, f"T{n}", f"telegram:{n}")
    seen = [d.order.order_no async for ds in nudges(store, page=page).plan(claim()) for d in ds]
    assert seen == [f"T{n}" for n in range(6)]


async def test_at_most_two_a_day_and_four_in_all_then_the_phone_list(store: SqliteStore) -> None:
    await unpaid(store)
    phone = Phone()
    for day in range(4):
        for slot in (TEN, FOUR):
            await nudges(store).run(claim(type(slot)(slot.day + timedelta(days=day), slot.at)), NOW)
            await send_all(store, phone)
    assert len(phone.arrived) == 4
    stored = await store.order("T1")
    assert stored is not None
    assert [n.content for n in stored.notes] == ["reminded"] * 4
    assert [(c.order.order_no, c.reason) for c in await store.calls()] == [("T1", "cap_order")]


async def test_the_due_round_is_run_once_and_only_while_it_is_not_too_late(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    await unpaid(store)
    caplog.set_level(logging.WARNING)
    assert await nudges(store).run_due(NOW - timedelta(minutes=1)) is None
    assert caplog.text == "", "a new shop has missed nothing"
    done = await nudges(store).run_due(NOW + timedelta(minutes=29))
    assert done is not None
    assert (done.claim.slot, done.reminded) == (TEN, 1)
    assert await nudges(store).run_due(NOW + timedelta(minutes=30)) is None
    late = NOW + timedelta(hours=6, minutes=31)
    for _ in range(2):
        assert await nudges(store).run_due(late) is None
    assert caplog.text.count("2026-11-23T16:00 was missed") == 1


async def test_a_round_broken_off_by_the_database_goes_on_with_the_rest(store: SqliteStore) -> None:
    for n in range(6):
        await unpaid(store, f"T{n}", f"telegram:{n}")

    def away(done: Round, _: object) -> None:
        if done.considered == 4:
            raise StoreError

    broken = iter((away, lambda *_: None))
    round_ = SendNudges(store, full_shelf, RULES, page=2, on_page=lambda *what: on_page(*what))
    on_page = next(broken)
    with pytest.raises(StoreError):
        await round_.run(claim(), NOW)
    assert await nudges(store).run(claim(), NOW) is None, "nobody else may"
    on_page = next(broken)
    done = await round_.run(claim(), NOW)
    assert done is not None
    assert (done.reminded, dict(done.skipped)) == (2, {"this_slot": 4})
    assert rows(store._path, "SELECT state FROM slots") == [("done",)]


@pytest.mark.parametrize("text", ["2026-11-23T10:30", "soon", "2026-11-23T10:00+08:00", "2026-11-23"])
def test_a_round_by_hand_must_be_a_slot(text: str) -> None:
    with pytest.raises(NoSuchSlot, match="10:00, 16:00"):
        slot_at(text, RULES)


def test_a_round_by_hand_is_named_in_shop_time() -> None:
    assert slot_at("2026-11-23T10:00", RULES) == (TEN, NOW)


# --- the message ---


async def test_the_reminder_says_what_how_much_and_offers_answers(store: SqliteStore) -> None:
    await unpaid(store, pay_url="https://pay.example/T1")
    await nudges(store).run(claim(), NOW)
    phone = Phone()
    await send_all(store, phone)
    ((to, reply),) = phone.arrived
    assert to == "telegram:1"
    assert all(part in reply.text for part in ("T1", "白T恤", "¥99", "https://pay.example/T1"))
    assert [b.action for b in reply.buttons] == ["n:paid:T1", "n:no:T1", "n:help:T1", "n:stop"]
    stored = await store.order("T1")
    assert stored is not None
    assert (stored.flag, stored.notes[-1].staff_id) == (Flag.BLUE, BOT)


async def test_an_order_paid_between_claim_and_words_is_not_reminded(store: SqliteStore) -> None:
    await unpaid(store)
    await nudges(store).run(claim(), NOW)
    (row,) = await store.claim_outbox("s", NOW, ["telegram"], 1)
    await take(store, report("paid"))
    phone = Phone()
    assert await deliver(row, phone, store, FakeClock(NOW), write=writer(store)) == "dropped"
    assert phone.arrived == []


async def test_a_connection_cut_after_accepting_is_shown_uncertain_and_not_repeated(store: SqliteStore) -> None:
    await unpaid(store)
    await nudges(store).run(claim(), NOW)
    phone = Phone(Uncertain())
    await send_all(store, phone)
    await nudges(store).run(claim(), NOW)
    await store.recover(NOW)
    await send_all(store, phone)
    assert len(phone.arrived) == 1
    assert [state for _, state in await store.outbox("telegram:1")] == ["uncertain"]


async def test_a_platform_that_asks_to_wait_is_tried_again_with_the_order_as_it_is_then(store: SqliteStore) -> None:
    await unpaid(store)
    await nudges(store).run(claim(), NOW)
    phone = Phone(RetryLater(30))
    await send_all(store, phone)
    await take(store, report("paid"))
    assert await store.claim_outbox("s", NOW + timedelta(seconds=31), ["telegram"], 1) == []
    assert phone.arrived == []


# --- several orders of one chat ---


async def three(store: SqliteStore) -> None:
    """T1 to T3 of one chat, the last the newest, and one of another chat between them by number."""
    for n in (1, 2, 3):
        await unpaid(store, f"T{n}", hours=10 - n)
    await unpaid(store, "T15", "telegram:2")


async def outcomes(store: SqliteStore) -> dict[str, str | None]:
    return dict(rows(store._path, "SELECT order_no, outcome FROM nudges"))


@pytest.mark.parametrize("page", [1, 2, 100])
async def test_one_message_tells_all_unpaid_orders_of_a_chat(store: SqliteStore, page: int) -> None:
    await three(store)
    done = await nudges(store, page).run(claim(), NOW)
    assert done is not None
    assert (done.considered, done.reminded) == (4, 4)
    phone = Phone()
    await send_all(store, phone)
    told = dict(phone.arrived)
    assert len(phone.arrived) == len(told) == 2
    reply = told["telegram:1"]
    assert reply.text.startswith("亲，您的订单 T3 ")
    assert "• T2，¥99" in reply.text and "• T1，¥99" in reply.text and "T15" not in reply.text
    assert [b.action for b in reply.buttons][:1] == ["n:paid:T3"]
    for n in (1, 2, 3):
        stored = await store.order(f"T{n}")
        assert stored is not None
        assert (stored.flag, [note.content for note in stored.notes]) == (Flag.BLUE, ["reminded"])
    assert await outcomes(store) == dict.fromkeys(("T1", "T2", "T3", "T15"), "sent")
    events = [x for x in await store.events("telegram:1") if isinstance(x, OrderReminded)]
    assert [(x.order_no, x.also) for x in events] == [("T3", ("T2", "T1"))]
    (page_of, *_) = await store.unpaid_page(claim(FOUR), "", 10)
    assert (page_of.order_no, page_of.reminded_today) == ("T1", 1)


async def test_more_than_five_others_are_counted(store: SqliteStore) -> None:
    for n in range(1, 9):
        await unpaid(store, f"T{n}", hours=20 - n)
    await nudges(store).run(claim(), NOW)
    phone = Phone()
    await send_all(store, phone)
    ((_, reply),) = phone.arrived
    assert "• T3" in reply.text and "• T2" not in reply.text and "另有2笔" in reply.text
    assert set((await outcomes(store)).values()) == {"sent"}


@pytest.mark.parametrize("paid", ["T1", "T3"])
async def test_what_is_paid_meanwhile_is_left_out_of_the_message(store: SqliteStore, paid: str) -> None:
    await three(store)
    await nudges(store).run(claim(), NOW)
    await take(store, report("paid", paid, hours=-1))
    phone = Phone()
    await send_all(store, phone)
    (text,) = [reply.text for to, reply in phone.arrived if to == "telegram:1"]
    assert paid not in text and all(n in text for n in {"T1", "T2", "T3"} - {paid})
    assert {n for n, what in (await outcomes(store)).items() if what == "dropped"} == {paid}
    stored = await store.order(paid)
    assert stored is not None and [n.content for n in stored.notes if n.content == "reminded"] == []


async def test_when_all_are_paid_meanwhile_nothing_is_sent(store: SqliteStore) -> None:
    await three(store)
    await nudges(store).run(claim(), NOW)
    await take(store, *(report("paid", f"T{n}", hours=-1) for n in (1, 2, 3)))
    phone = Phone()
    await send_all(store, phone)
    assert [to for to, _ in phone.arrived] == ["telegram:2"]
    assert {n for n, what in (await outcomes(store)).items() if what == "dropped"} == {"T1", "T2", "T3"}


async def test_an_uncertain_message_is_uncertain_for_all_it_told(store: SqliteStore) -> None:
    await three(store)
    await nudges(store).run(claim(), NOW)
    await send_all(store, Phone(Uncertain()))
    assert set((await outcomes(store)).values()) == {"uncertain"}
    assert (await store.order("T1")).flag is None  # type: ignore[union-attr]  # it is there


async def test_a_message_that_cannot_reach_her_puts_all_of_it_on_the_phone_list(store: SqliteStore) -> None:
    await three(store)
    await nudges(store).run(claim(), NOW)
    await send_all(store, Phone(Unreachable()))
    assert {call.order.order_no for call in await store.calls()} == {"T1", "T2", "T3", "T15"}


async def test_an_order_that_comes_to_a_chat_reminded_in_this_slot_takes_its_turn_in_the_next(
    store: SqliteStore,
) -> None:
    await unpaid(store, "T1")
    (first,) = await store.unpaid_page(claim(), "", 10)
    assert await store.claim_reminders(claim(), [first], [], [], NOW) == 1
    await unpaid(store, "T2")
    page = [order for order in await store.unpaid_page(claim(), "", 10) if order.order_no == "T2"]
    assert await store.claim_reminders(claim(), page, [], [], NOW) == 0
    phone = Phone()
    await send_all(store, phone)
    done = await nudges(store).run(claim(FOUR), NOW + timedelta(hours=6))
    assert done is not None and done.reminded == 2
    assert len(phone.arrived) == 1


# --- many at once ---


async def test_five_schedulers_and_eight_senders_racing_payments_never_double_and_never_remind_the_paid(
    tmp_path: Path,
) -> None:
    chance, count = random.Random(7), 120
    stores = [SqliteStore(tmp_path / "shop.db") for _ in range(5)]
    for one in stores:
        await one.open()
    for n in range(count):
        await unpaid(stores[0], f"T{n:03}", f"telegram:{n}")
    paid_and_known: set[str] = set()
    phone = RacingPhone(paid_and_known)

    async def schedule(one: SqliteStore) -> None:
        for slot in (TEN, FOUR):
            await asyncio.sleep(chance.uniform(0, 0.02))
            await SendNudges(one, full_shelf, RULES, page=17).run(claim(slot), NOW)

    async def send(one: SqliteStore) -> None:
        while not done.is_set():
            for row in await one.claim_outbox("s", NOW, ["telegram"], chance.randrange(1, 9)):
                await deliver(row, phone, one, FakeClock(NOW), write=writer(one))
            await asyncio.sleep(0.001)

    async def pay(one: SqliteStore) -> None:
        for n in chance.sample(range(count), count // 4):
            (result,) = await take(one, report("paid", f"T{n:03}", hours=-1))
            assert result.state in ("stored", "ignored")
            paid_and_known.add(f"telegram:{n}")
            await asyncio.sleep(chance.uniform(0, 0.004))

    done = asyncio.Event()
    senders = [asyncio.create_task(send(stores[n % 5])) for n in range(8)]
    await asyncio.gather(*map(schedule, stores), *map(pay, stores[:2]))
    await empty(stores[0])
    done.set()
    await asyncio.gather(*senders)

    per_slot = rows(tmp_path / "shop.db", "SELECT order_no, day, at, count(*) FROM nudges GROUP BY 1, 2, 3")
    assert all(times == 1 for *_, times in per_slot)
    assert phone.after_payment == []
    assert max(phone.times.values()) <= 2, "two slots, two reminders at most"
    assert len(phone.times) > count // 2
    for n in range(count):
        stored = await stores[0].order(f"T{n:03}")
        assert stored is not None
        reminded = [note for note in stored.notes if note.content == "reminded"]
        assert len(reminded) == phone.times.get(f"telegram:{n}", 0)
        assert stored.flag is (Flag.RED if stored.status is Status.PAID else Flag.BLUE)
    for one in stores:
        await one.close()


async def empty(store: SqliteStore) -> None:
    """Wait until nothing waits and nothing is in flight."""
    while await store.queued(["telegram"]) or (await store.counts())["outbox.sending"]:  # noqa: ASYNC110
        await asyncio.sleep(0.005)


class RacingPhone(Phone):
    """Knows whose payment was stored before a send began."""

    def __init__(self, paid: set[str]) -> None:
        super().__init__()
        self._paid = paid
        self.times: dict[str, int] = {}
        self.after_payment: list[str] = []

    async def send(self, conversation_id: str, reply: Reply) -> str:
        if conversation_id in self._paid:
            self.after_payment.append(conversation_id)
        self.times[conversation_id] = self.times.get(conversation_id, 0) + 1
        await asyncio.sleep(0.001)
        return "1"


async def test_a_decision_is_made_for_the_moment_of_the_slot(store: SqliteStore) -> None:
    """Run late, the round still judges by 10:00: an order placed at 7:10 is too young."""
    await chat(store)
    await take(store, report("created", hours=2.8))
    await store.bind_order("T1", "telegram:1", NOW, "link")
    (decisions,) = [page async for page in nudges(store).plan(claim())]
    assert not isinstance(decisions[0], Remind)
    assert ago(2.8) > NOW - timedelta(hours=3)
