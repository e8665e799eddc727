"""Promises settled from the desk: by whom, with what reason, and of which conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.ledger import Promised
from bot.core.people import Staff
from bot.core.ports import Turn
from bot.core.staff_rights import TALKING
from tests.handlers.web.desk.desk_house import OTHER_TALK, OTHERS, TALK, DeskHouse
from tests.service.people import ANN, BEN, MAX, SUE


async def granted(house: DeskHouse, promise_id: str = "P1", by: Staff = ANN, role: str = "agent") -> None:
    await house.shopper("你好")
    loaded, now = await house.store.load(TALK, "web"), house.clock.now()
    line = Promised(promise_id, TALK, "gift", "送一条皮带", by.staff_id, role, now, now + timedelta(days=3))
    await house.store.commit(Turn(None, loaded.version, loaded.conversation, (), (), now, promised=(line,)))


async def states(house: DeskHouse) -> list[tuple[str, str]]:
    return [(line.state, line.settled_by) for line in await house.store.promises(conversation_id=TALK)]


async def test_whoever_sees_it_says_that_it_was_kept_and_other_pages_hear_of_it(house: DeskHouse) -> None:
    await granted(house)
    ben = await house.agent(BEN)
    before = await house.store.talk_mark(TALK)
    done = await ben.do(f"/desk/t/{TALK}/promise", promise="P1", state="kept")
    assert "已记为兑现" in done.text and await states(house) == [("kept", "A02")]
    assert await house.store.talk_mark(TALK) != before
    assert "已经处理过了" in (await ben.do(f"/desk/t/{TALK}/promise", promise="P1", state="kept")).text


async def test_it_is_withdrawn_with_a_reason_that_colleagues_read_and_the_shopper_does_not(house: DeskHouse) -> None:
    await granted(house)
    ann = await house.agent(ANN)
    told = await house.told()
    assert "要写原因" in (await ann.do(f"/desk/t/{TALK}/promise", promise="P1", state="withdrawn", why=" ")).text
    assert await states(house) == [("open", "")]
    done = await ann.do(f"/desk/t/{TALK}/promise", promise="P1", state="withdrawn", why="皮带断货了")
    assert "请告诉她" in done.text and await states(house) == [("withdrawn", "A01")]
    (note,) = [x for x in await house.store.events(TALK) if isinstance(x, e.StaffNoted)]
    assert "送一条皮带" in note.text and "皮带断货了" in note.text
    assert await house.told() == told


@pytest.mark.parametrize(
    ("role", "staff", "may"),
    [
        ("agent", BEN, False),
        ("agent", SUE, True),
        ("agent", MAX, True),
        ("manager", SUE, False),
        ("manager", MAX, True),
    ],
)
async def test_it_is_taken_back_by_who_granted_it_or_who_leads(
    house: DeskHouse, role: str, staff: Staff, may: bool
) -> None:
    await granted(house, role=role)
    agent = await house.agent(staff)
    assert ("取消承诺" in (await agent.get(f"/desk/t/{TALK}")).text) is may
    answer = await agent.do(f"/desk/t/{TALK}/promise", promise="P1", state="withdrawn", why="不行")
    assert ("不归您取消" in answer.text) is not may
    assert await states(house) == [("withdrawn", staff.staff_id) if may else ("open", "")]


@pytest.mark.parametrize("staff", [ANN, SUE, MAX], ids=lambda p: p.staff_id)
async def test_a_promise_of_another_conversation_and_a_made_up_state_do_nothing(house: DeskHouse, staff: Staff) -> None:
    await granted(house)
    await house.shopper("在吗", OTHER_TALK)
    agent = await house.agent(staff)
    for state in ("kept", "withdrawn", "open", ""):
        answer = await agent.do(f"/desk/t/{OTHER_TALK}/promise", promise="P1", state=state, why="x")
        assert "已经变了" in answer.text and "皮带" not in answer.text
    assert "已经变了" in (await agent.do(f"/desk/t/{TALK}/promise", promise="P1", state="open", why="x")).text
    assert await states(house) == [("open", "")]


@pytest.mark.parametrize("staff", [p for p in OTHERS if TALKING.isdisjoint(p.roles)], ids=lambda p: p.roles[0])
async def test_who_may_not_open_the_conversation_settles_nothing(house: DeskHouse, staff: Staff) -> None:
    await granted(house)
    agent = await house.agent(staff)
    for state in ("kept", "withdrawn"):
        answer = await agent.do(f"/desk/t/{TALK}/promise", promise="P1", state=state, why="x")
        assert answer.status_code == 404
    assert await states(house) == [("open", "")]
