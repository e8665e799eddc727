"""Special care on the desk: queue and panel say so and why, while it lasts (D5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.care import WHYS
from bot.core.conversation import fold
from bot.core.ports import Turn
from tests.handlers.web.desk.desk_house import TALK, DeskHouse
from tests.service.people import ANN


@pytest.mark.parametrize("why", WHYS)
async def test_whoever_opens_the_chat_sees_why_she_needs_care(house: DeskHouse, why: str) -> None:
    await house.shopper("转人工")
    loaded = await house.store.load(TALK, "web")
    until = house.clock.now() + timedelta(hours=2)
    begun = (e.CareBegan(why, until.isoformat()),)
    turn = Turn(None, loaded.version, fold(loaded.conversation, begun), begun, (), house.clock.now())
    await house.store.commit(turn)
    ann = await house.agent(ANN)
    reason = {
        "bad_review": "严重差评",
        "repeated": "多次投诉",
        "refused": "没有办成",
        "low_mark": "1到2分",
        "late_promise": "逾期",
    }[why]
    assert reason in (await ann.get("/desk")).text
    assert reason in (await ann.get(f"/desk/t/{TALK}")).text
    house.clock.advance(timedelta(hours=3).total_seconds())
    assert reason not in (await ann.get("/desk")).text
