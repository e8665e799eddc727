"""The shift board: who is there, sheets to confirm, and numbers that only those who lead see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.order_events import OrderEvent
from bot.core.people import Staff, covers
from bot.core.ports_people import Sheet
from tests.handlers.web.desk.desk_house import STAFF, TALK, DeskHouse
from tests.service.people import ANN, BEN, MAX, SUE

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
HEADING = 'id="numbers"'


async def sold(house: DeskHouse) -> str:
    """Ann talked her into it, and she paid."""
    order = await house.order()
    await house.people.hand_over.take(TALK, "web", ANN)
    await house.people.hand_over.say(TALK, "web", ANN, "您好，我来帮您")
    house.clock.advance(60)
    paid = OrderEvent("paid", order, house.clock.now(), "api")
    await house.store.take_order_events([paid], "XE01", house.clock.now())
    house.clock.advance(60)
    return order


@pytest.mark.parametrize("staff", STAFF, ids=lambda p: p.staff_id)
async def test_everybody_sees_who_is_there_and_only_those_who_lead_see_numbers(house: DeskHouse, staff: Staff) -> None:
    await sold(house)
    page = await (await house.agent(staff)).get("/desk/shifts")
    assert page.status_code == 200 and "小安" in page.text
    leads = covers(staff.roles, "supervisor")
    assert (HEADING in page.text) is leads
    assert (TALK in page.text) is leads, "buyers by their ids"
    assert ("转化率" in page.text) is leads


async def test_the_numbers_are_those_of_the_orders_that_count_for_her(house: DeskHouse) -> None:
    order = await sold(house)
    stored = await house.store.order(order)
    assert stored is not None and stored.staff_id == "A01"
    sue = await house.agent(SUE)
    assert "100%" in (await sue.get("/desk/shifts")).text
    house.clock.advance(timedelta(days=3).total_seconds())
    assert (await sue.log_in()).status_code == 303
    older = (await sue.get("/desk/shifts?days=2")).text
    assert HEADING in older and "100%" not in older and TALK not in older
    assert "100%" in (await sue.get("/desk/shifts?days=9999")).text
    for days in ("x", "-1", "0", ""):
        assert (await sue.get(f"/desk/shifts?days={days}")).status_code == 200


async def test_a_sheet_is_confirmed_once_by_somebody_of_the_staff(house: DeskHouse) -> None:
    lines = (f"承诺：{HOSTILE}", "王** 的话还没有回复")
    await house.store.put_sheet(Sheet("SABCDEF", "day", "2026-11-22", house.clock.now(), lines))
    ben, ann = await house.agent(BEN), await house.agent(ANN)
    page = (await ben.get("/desk/shifts")).text
    assert "SABCDEF" in page and "&lt;script&gt;" in page and "<img src=x" not in page
    assert (await ben.do("/desk/shifts/confirm", sheet="SABCDEF")).status_code == 303
    again = await ann.do("/desk/shifts/confirm", sheet="SABCDEF")
    assert again.status_code == 422 and "A02" in again.text
    for wrong in ("nothing", "", HOSTILE):
        answer = await ann.do("/desk/shifts/confirm", sheet=wrong)
        assert answer.status_code == 422 and "<img src=x" not in answer.text
    (sheet,) = await house.store.sheets(open_only=False)
    assert sheet.confirmed_by == "A02"
    assert "SABCDEF" not in (await ben.get("/desk/shifts")).text


async def test_who_is_away_is_named_as_away(house: DeskHouse) -> None:
    await house.store.put_staff(replace(BEN, away_since=house.clock.now(), name=HOSTILE))
    house.clock.advance(30)
    page = (await (await house.agent(MAX)).get("/desk/shifts")).text
    assert "暂离" in page and "<img src=x" not in page and "&lt;img" in page
