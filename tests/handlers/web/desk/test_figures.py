"""The page of figures: for those who lead, counted as the cases are, without anybody's name."""

from __future__ import annotations

import pytest

from bot.core import events as e
from bot.core.cases import Case
from bot.core.conversation import fold
from bot.core.people import Staff, covers
from bot.core.ports import Turn
from tests.handlers.web.desk.desk_house import STAFF, TALK, DeskHouse
from tests.service.people import SUE

HOSTILE = "<script>alert(1)</script>"


async def complained(house: DeskHouse) -> None:
    now = house.clock.now()
    facts = (("damage", "torn"), ("detail", f"王芳 13800001111 {HOSTILE}"))
    case = Case("C1", TALK, "damaged", "after_sales", now, HOSTILE, facts, playbook="damaged")
    odd = Case("C2", TALK, HOSTILE, "after_sales", now, "")
    loaded = await house.store.load(TALK, "web")
    opened = (e.CaseMoved("C1", "opened", "bot"),)
    turn = Turn(None, loaded.version, fold(loaded.conversation, opened), opened, (), now, cases=(case, odd))
    await house.store.commit(turn)
    house.clock.advance(60)


@pytest.mark.parametrize("staff", STAFF, ids=lambda p: p.staff_id)
async def test_only_those_who_lead_see_figures(house: DeskHouse, staff: Staff) -> None:
    await complained(house)
    page = await (await house.agent(staff)).get("/desk/figures")
    leads = covers(staff.roles, "supervisor")
    assert page.status_code == (200 if leads else 404)
    assert ("破损" in page.text) is leads
    board = await (await house.agent(staff)).get("/desk/shifts")
    assert ('href="/desk/figures"' in board.text) is leads


async def test_cases_are_counted_and_nobody_is_named(house: DeskHouse) -> None:
    await complained(house)
    sue = await house.agent(SUE)
    page = (await sue.get("/desk/figures?days=7")).text
    assert '<progress max="1" value="1">' in page
    assert not [word for word in ("王芳", "13800001111", HOSTILE) if word in page]


@pytest.mark.parametrize(
    ("asked", "status"), [("month=2026-10", 200), ("month=2026-13", 422), ("month=%3Cb%3E", 422), ("days=x", 200)]
)
async def test_a_month_that_is_none_is_said_in_words(house: DeskHouse, asked: str, status: int) -> None:
    page = await (await house.agent(SUE)).get(f"/desk/figures?{asked}")
    assert page.status_code == status and "<b>" not in page.text.partition("<h1>")[2].partition("<form")[0]
