"""A colleague begins a playbook: who may, about what, and never twice; with the figures of a gift by post (D7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.begin_case import Matter
from bot.core.case_authority import needs_role
from bot.core.ownership import Done
from bot.service.begin_case import BeginCase, CaseRefused
from bot.service.keep_staff import StaffRefused
from tests.demo import demo_shop
from tests.procedure_house import CHAT, MORNING, PEOPLE, ProcedureHouse, order_of, procedure_house

GIFT = Matter("gift_mailing", "XE88001")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ProcedureHouse]:
    async with procedure_house(tmp_path, MORNING) as opened:
        await opened.put_orders(order_of({"order": "XE88001", "status": "confirmed"}))
        yield opened


def beginning(house: ProcedureHouse) -> BeginCase:
    return BeginCase(house.store, house.acts)


async def test_it_begins_once_and_says_who_began_it(house: ProcedureHouse) -> None:
    staff = PEOPLE["agent"]
    case_id = await beginning(house).by(staff.staff_id, GIFT)
    (case,) = await house.cases()
    assert (case.case_id, case.step, case.fact("order_no")) == (case_id, "what", "XE88001")
    assert [(entry.who, entry.what) for entry in case.history][:2] == [(staff.staff_id, "begun"), ("bot", "opened")]
    with pytest.raises(CaseRefused, match=f"{case_id} is open already"):
        await beginning(house)(GIFT, PEOPLE["supervisor"])
    assert len(await house.cases()) == 1


@pytest.mark.parametrize(
    ("matter", "words"),
    [
        (Matter("gift_mailing", "NO1"), "no order NO1"),
        (Matter("gift_mailing"), "say which order"),
        (Matter("holiday", "XE88001"), "no playbook has the reason"),
        (Matter("gift_mailing", "XE88001", {"colour": "red"}), "asks for no fact 'colour'"),
    ],
)
async def test_what_cannot_begin_is_said_in_a_sentence(house: ProcedureHouse, matter: Matter, words: str) -> None:
    with pytest.raises(CaseRefused, match=words):
        await beginning(house)(matter, PEOPLE["agent"])
    assert await house.cases() == []


async def test_whoever_does_not_talk_with_customers_begins_nothing(house: ProcedureHouse) -> None:
    with pytest.raises(CaseRefused, match="may not begin"):
        await beginning(house)(GIFT, PEOPLE["printing"])
    with pytest.raises(StaffRefused, match="not on the staff list"):
        await beginning(house).by("nobody", GIFT)


async def test_without_an_order_it_begins_on_the_chat_and_asks_for_one(house: ProcedureHouse) -> None:
    await beginning(house)(Matter("gift_mailing"), PEOPLE["agent"], CHAT)
    assert "订单号" in (await house.told())[-1]
    with pytest.raises(CaseRefused, match="another matter"):
        await beginning(house)(Matter("damaged"), PEOPLE["agent"], CHAT)


async def test_the_figures_of_a_gift_by_post(house: ProcedureHouse) -> None:
    shop = demo_shop()
    book = shop.playbook_by_reason["gift_mailing"]
    worth = book.step("worth")
    assert worth is not None
    granted = next(outcome for outcome in worth.outcomes if outcome.id == "granted")
    assert granted.enter is not None and granted.promise is not None
    assert (granted.enter.least, granted.enter.most, granted.promise.within_hours) == (1, 100, 15 * 24)
    limits = {"agent": 1_000, "supervisor": 3_000, "manager": 10_000}
    for role, fen in limits.items():
        within = needs_role(shop.promises, (role,), granted.promise, 0, fen, 12_900)
        beyond = needs_role(shop.promises, (role,), granted.promise, 0, fen + 1, 12_900)
        assert (within[0], bool(beyond[0])) == ("", True), role


async def test_where_the_gift_goes_is_shown_masked(house: ProcedureHouse) -> None:
    await beginning(house)(GIFT, PEOPLE["agent"])
    (case,) = await house.cases()
    assert isinstance(await house.chooses("supervisor", case, "named", "棉袜"), Done)
    (case,) = await house.cases()
    assert isinstance(await house.chooses("supervisor", case, "granted", "10"), Done)
    await house.shopper("换个地址")
    await house.shopper("李雷 13900002222 广东省佛山市禅城区祖庙路1号")
    (case,) = await house.cases()
    book = demo_shop().playbook_by_reason["gift_mailing"]
    masked = {fact.id for fact in book.facts if fact.masked}
    assert case.step == "pack" and "祖庙路" in case.fact("mail_address") and "mail_address" in masked
    assert not [entry for entry in case.history if "祖庙路" in entry.words]
