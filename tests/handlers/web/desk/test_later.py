"""Chats that are put aside until a time: what the desk shows, offers and refuses."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.core.people import Staff
from tests.handlers.web.desk.desk_house import OTHER_TALK, TALK, Agent, DeskHouse
from tests.service.people import ANN, BEN, SUE


async def held(house: DeskHouse) -> Agent:
    """Ann has it, and wrote last."""
    await house.shopper("转人工", name="要等的")
    house.clock.advance(5)
    ann = await house.agent(ANN)
    await ann.say("我去问问仓库", nonce="0123456789abcdef")
    return ann


def until(house: DeskHouse, hours: float) -> str:
    return (house.clock.now() + timedelta(hours=hours)).isoformat()


async def test_it_leaves_the_inbox_stands_in_the_list_and_comes_back_at_its_time(house: DeskHouse) -> None:
    ann = await held(house)
    assert f"row-{TALK}" in (await ann.get("/desk/queue?view=inbox")).text
    done = await ann.do(f"/desk/t/{TALK}/later", until=until(house, 1))
    assert "已放到稍后，11:00 会自动回到待办" in done.text and "您在接待" in done.text
    inbox, list_ = (await ann.get("/desk/queue?view=inbox")).text, (await ann.get("/desk/queue?view=snoozed")).text
    assert f"row-{TALK}" not in inbox and f"row-{TALK}" in list_ and "稍后 11:00" in list_
    assert (seconds := re.search(r'data-back-in="(\d+)"', inbox)) and 3600 <= int(seconds[1]) <= 3602
    house.clock.advance(3601)
    inbox = (await ann.get("/desk/queue?view=inbox")).text
    assert f"row-{TALK}" in inbox and "时间到了" in inbox and "data-back-in" not in inbox
    assert f"row-{TALK}" not in (await ann.get("/desk/queue?view=snoozed")).text


async def test_a_word_of_hers_brings_it_back_and_who_waits_is_not_put_aside(house: DeskHouse) -> None:
    ann = await held(house)
    await ann.do(f"/desk/t/{TALK}/later", until=until(house, 1))
    house.clock.advance(60)
    await house.shopper("问到了吗")
    inbox = (await ann.get("/desk/queue?view=inbox")).text
    assert f"row-{TALK}" in inbox and "等您回复" in inbox
    assert "先回一句" in (await ann.do(f"/desk/t/{TALK}/later", until=until(house, 1))).text
    assert f"row-{TALK}" in (await ann.get("/desk/queue?view=inbox")).text


async def test_a_chat_of_the_bot_is_put_aside_too_and_looked_at_again(house: DeskHouse) -> None:
    await house.shopper("你好", OTHER_TALK, name="看看的")
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    await ann.do(f"/desk/t/{OTHER_TALK}/later", until=until(house, 2))
    assert f"row-{OTHER_TALK}" in (await ann.get("/desk/queue?view=snoozed")).text
    assert f"row-{OTHER_TALK}" not in (await ben.get("/desk/queue?view=snoozed")).text
    assert f"row-{OTHER_TALK}" in (await (await house.agent(SUE)).get("/desk/queue?view=snoozed")).text
    assert "小安 正在接待" in (await ben.do(f"/desk/t/{OTHER_TALK}/later", until=until(house, 1))).text
    woken = await ann.do(f"/desk/t/{OTHER_TALK}/again")
    assert "已回到待办" in woken.text and "小安 放到 12:00 再处理" in woken.text
    assert f"row-{OTHER_TALK}" not in (await ann.get("/desk/queue?view=snoozed")).text


@pytest.mark.parametrize("when", ["", "soon", "2020-01-01T10:00", "2999-01-01T10:00", "9" * 400, "2026-11-23T25:00"])
async def test_a_time_that_is_none_or_too_far_does_nothing(house: DeskHouse, when: str) -> None:
    ann = await held(house)
    answer = await ann.do(f"/desk/t/{TALK}/later", until=when)
    assert answer.status_code == 200 and "请选一个以后的时间" in answer.text
    assert (await house.store.load(TALK, "web")).conversation.snoozed_until is None


async def test_what_she_chooses_is_the_shops_time(house: DeskHouse) -> None:
    ann = await held(house)
    page = (await ann.get(f"/desk/t/{TALK}")).text
    assert "1 小时后" in page and "今天下午" in page and 'type="datetime-local"' in page
    await ann.do(f"/desk/t/{TALK}/later", until="2026-11-24T09:30")
    talk = (await house.store.load(TALK, "web")).conversation
    assert talk.snoozed_until is not None and talk.snoozed_until.isoformat() == "2026-11-24T09:30:00+08:00"
    assert "稍后 11-24 09:30" in (await ann.get(f"/desk/t/{TALK}")).text


@pytest.mark.parametrize("staff", [BEN, SUE], ids=lambda p: p.staff_id)
async def test_nobody_puts_a_colleagues_chat_aside(house: DeskHouse, staff: Staff) -> None:
    await held(house)
    other = await house.agent(staff)
    assert "do-later" not in (await other.get(f"/desk/t/{TALK}")).text
    assert "小安 正在接待" in (await other.do(f"/desk/t/{TALK}/later", until=until(house, 1))).text
    assert (await house.store.load(TALK, "web")).conversation.snoozed_until is None
