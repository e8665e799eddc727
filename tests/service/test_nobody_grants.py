"""What the authority table lets nobody grant is said at once, and put before nobody who would be refused as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.case_run import Denied
from bot.core.offers import beyond, offers_in
from bot.core.promises import NOBODY, most_percent
from bot.service.hand_over import Warned
from tests.demo import demo_shop
from tests.procedure_house import CHAT, MORNING, ProcedureHouse, person, procedure_house

PROMISES = demo_shop().promises


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("给您打5折", NOBODY),
        ("给您打88折", "manager"),
        ("给您打95折", "supervisor"),
        ("赔您5000元", NOBODY),
        ("20% off for you", NOBODY),
    ],
)
def test_an_agent_s_words_are_for_the_lowest_role_that_may_or_for_nobody(words: str, role: str) -> None:
    found = beyond(PROMISES, ("agent",), offers_in(words), 20_000)
    assert found is not None and found[1] == role


def test_the_most_that_somebody_may_is_read_from_the_table() -> None:
    assert (most_percent(PROMISES, "discount"), most_percent(PROMISES, "gift")) == (25, 0)
    assert most_percent(PROMISES, "cash") == 100


@pytest.mark.parametrize("role", ["agent", "supervisor", "manager"])
async def test_a_message_that_nobody_may_approve_is_stopped_and_opens_no_matter(tmp_path: Path, role: str) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        await house.shopper("转人工")
        await house.hand_over.take(CHAT, "test", person(role))
        before = (len(await house.cases()), await house.told())
        said = await house.hand_over.say(CHAT, "test", person(role), "给您打5折吧")
        asked = await house.hand_over.ask_approval(CHAT, "test", person(role), "给您打5折吧")
        assert said == asked == Warned("nobody", "打5折", "25%")
        assert (len(await house.cases()), await house.told()) == before


async def _bargains(house: ProcedureHouse) -> None:
    ordered = "重磅T恤 黑色 XL 一件 张三 13800138000 浙江省杭州市西湖区文三路100号"
    for words in (ordered, "确认", "能便宜点吗", "再便宜点吧"):
        await house.shopper(words)


async def test_a_step_that_grants_what_nobody_may_says_so_to_everybody_and_a_gift_still_goes(tmp_path: Path) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        await _bargains(house)
        case = (await house.cases())[-1]
        for role in ("supervisor", "manager"):
            assert await house.chooses(role, case, "discount", "5折") == Denied("beyond_all")
        assert await house.chooses("supervisor", case, "discount", "88折") == Denied("beyond:manager")
        assert await house.ledger() == []
        await house.chooses("supervisor", case, "gift", "中筒棉袜一双")
        (line,) = await house.ledger()
        assert line.kind == "gift"
