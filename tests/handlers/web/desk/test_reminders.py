"""The reminder board: today's rounds, the next one, and the phone list; by role."""

from __future__ import annotations

import pytest

from bot.core.calls import may_call
from bot.core.orders import Address
from bot.core.people import Staff
from bot.service.send_nudges import SendNudges
from tests.adapters.order_samples import RULES, claim, report, take, unpaid
from tests.handlers.web.desk.desk_house import STAFF, DeskHouse
from tests.service.people import ANN, MAX, SUE

PHONE, NAME = "13912345678", "欧阳锋大侠"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


async def rung(house: DeskHouse, name: str = NAME) -> None:
    """T1 belongs to no chat and is on the phone list; T2 was reminded."""
    home = Address("杭州", "浙江", "文三路1号", name, PHONE)
    await take(house.store, report("created", "T1", address=home))
    await unpaid(house.store, "T2", "telegram:2")

    async def shelf() -> dict[str, int]:
        return {"T1-BLK-L": 5}

    assert await SendNudges(house.store, shelf, RULES).run(claim(), house.clock.now())


async def test_the_board_shows_the_rounds_the_reminded_and_why_others_are_left_out(house: DeskHouse) -> None:
    await rung(house)
    await take(house.store, report("created", "T3", hours=0))
    page = (await (await house.agent(ANN)).get("/desk/reminders")).text
    assert "已完成" in page and "16:00" in page
    assert "T2</span> · 10:00 · 等待送达" in page
    assert "没有会话" in page, "of T1, which no message reaches"


async def test_a_phone_number_is_shown_to_leaders_and_to_a_caller_who_asks_for_that_one(house: DeskHouse) -> None:
    await rung(house)
    for leader in (SUE, MAX):
        assert PHONE in (await (await house.agent(leader)).get("/desk/reminders")).text
    ann = await house.agent(ANN)
    before = (await ann.get("/desk/reminders")).text
    assert "T1" in before and PHONE not in before and NAME not in before and "文三路" not in before
    asked = await ann.do("/desk/reminders/show", order="T1")
    assert PHONE in asked.text and NAME in asked.text
    assert PHONE not in (await ann.get("/desk/reminders")).text, "it was shown once"
    for wrong in ("T2", "nothing", ""):
        refused = await ann.do("/desk/reminders/show", order=wrong)
        assert refused.status_code == 422 and PHONE not in refused.text


async def test_calls_are_ticked_off_and_those_done_are_gone(house: DeskHouse) -> None:
    await rung(house)
    ann = await house.agent(ANN)
    assert (await ann.do("/desk/reminders/tick", order="T1", outcome="no_answer", words="响了很久")).status_code == 303
    page = (await ann.get("/desk/reminders")).text
    assert "没人接" in page and "响了很久" in page and "小安" in page
    house.clock.advance(60)
    assert (await ann.do("/desk/reminders/tick", order="T1", outcome="done")).status_code == 303
    assert 'id="call-T1"' not in (await ann.get("/desk/reminders")).text
    ticks = await house.store.call_ticks(["T1", "T2"])
    assert [(tick.staff_id, tick.outcome) for tick in ticks.values()] == [("A01", "done")]


@pytest.mark.parametrize(("order", "outcome"), [("T1", "paid"), ("T1", ""), ("T2", "done"), ("", "done")])
async def test_what_is_no_call_or_no_outcome_changes_nothing(house: DeskHouse, order: str, outcome: str) -> None:
    await rung(house)
    ann = await house.agent(ANN)
    assert (await ann.do("/desk/reminders/tick", order=order, outcome=outcome)).status_code == 422
    assert await house.store.call_ticks(["T1", "T2"]) == {}


@pytest.mark.parametrize("staff", [p for p in STAFF if not may_call(p)], ids=lambda p: p.roles[0])
async def test_who_calls_nobody_is_shown_nothing(house: DeskHouse, staff: Staff) -> None:
    await rung(house)
    agent = await house.agent(staff)
    page = await agent.get("/desk/reminders")
    assert page.status_code == 404 and "T1" not in page.text
    for act in ("show", "tick"):
        answer = await agent.do(f"/desk/reminders/{act}", order="T1", outcome="done")
        assert answer.status_code == 404 and PHONE not in answer.text
    assert await house.store.call_ticks(["T1"]) == {}


async def test_hostile_names_and_notes_are_words(house: DeskHouse) -> None:
    await rung(house, HOSTILE)
    max_ = await house.agent(MAX)
    await max_.do("/desk/reminders/tick", order="T1", outcome="again", words=HOSTILE)
    page = (await max_.get("/desk/reminders")).text
    assert "&lt;script&gt;" in page and "<script>alert" not in page and "<img src=x" not in page
