"""Search: what she may look at, in the words she may see; what is hidden from her cannot be guessed by it."""

from __future__ import annotations

import re

import pytest

from bot.core.orders import Address
from bot.core.people import Staff
from bot.core.staff_rights import TALKING
from tests.adapters.order_samples import report, take
from tests.handlers.web.desk.desk_house import OTHER_TALK, OTHERS, STAFF, TALK, DeskHouse
from tests.service.people import ANN, BEN, MAX, SUE

PRIVATE = ("13912345678", "文三路1号", "欧阳锋")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


async def story(house: DeskHouse) -> str:
    order = await house.order(person="欧阳锋 13912345678 西湖区文三路1号")
    await house.shopper("我的紫色袜子呢", name="小紫")
    return order


async def found(house: DeskHouse, staff: Staff, typed: str) -> str:
    """What is shown, without what she typed herself and the page around it."""
    answer = await (await house.agent(staff)).http.get("/desk/search", params={"q": typed})
    assert answer.status_code == 200
    return re.sub(r"<nav.*?</nav>", "", answer.text, flags=re.S).replace(f'value="{typed}"', "")


async def test_chats_orders_and_shoppers_are_found(house: DeskHouse) -> None:
    order = await story(house)
    assert "我的紫色袜子呢" in await found(house, ANN, "紫色袜子")
    assert f'href="/desk/t/{TALK}"' in await found(house, ANN, "小紫")
    assert order in await found(house, ANN, order[:8])
    assert order in await found(house, ANN, "重磅")
    assert "没有找到" in await found(house, ANN, "从来没人说过的话")
    assert "至少输入" in await found(house, ANN, "紫")


@pytest.mark.parametrize("staff", [ANN, BEN], ids=lambda p: p.staff_id)
async def test_what_is_hidden_from_her_is_neither_shown_nor_guessed(house: DeskHouse, staff: Staff) -> None:
    order = await story(house)
    for typed in ("139123", "1391", "文三路", "欧阳", "欧阳锋", "西湖区文三"):
        page = await found(house, staff, typed)
        assert not [word for word in PRIVATE if word in page], typed
        assert order not in page and "没有找到" in page, typed
    shown = await found(house, staff, order)
    assert order in shown and not [word for word in PRIVATE if word in shown]
    assert order in await found(house, staff, "13912345678"), "who knows the whole number finds its order"


async def test_who_leads_or_has_the_chat_finds_them(house: DeskHouse) -> None:
    order = await story(house)
    for leader in (SUE, MAX):
        assert order in await found(house, leader, "139123") and "文三路1号" in await found(house, leader, "欧阳")
    await house.people.hand_over.take(TALK, "web", ANN)
    assert order in await found(house, ANN, "139123")
    assert order not in await found(house, BEN, "139123")


@pytest.mark.parametrize("staff", [p for p in OTHERS if TALKING.isdisjoint(p.roles)], ids=lambda p: p.roles[0])
async def test_who_may_open_no_chat_finds_nothing_of_it(house: DeskHouse, staff: Staff) -> None:
    order = await story(house)
    await take(
        house.store,
        report("created", "PX-77001", address=Address("杭州", "浙江", "文三路1号", "欧阳锋", "13912345678")),
    )
    for typed in ("紫色袜子", "小紫", order, "重磅", "13912345678", "PX-77"):
        page = await found(house, staff, typed)
        assert "没有找到" in page and TALK not in page, typed


async def test_an_order_of_no_chat_is_found_masked_by_those_who_talk(house: DeskHouse) -> None:
    await take(
        house.store,
        report("created", "PX-77001", address=Address("杭州", "浙江", "文三路1号", "欧阳锋", "13912345678")),
    )
    for staff in STAFF:
        page = await found(house, staff, "PX-77")
        talks, leads = not TALKING.isdisjoint(staff.roles), staff in (SUE, MAX)
        assert ("PX-77001" in page) is talks
        if not leads and "supervisor" not in staff.roles:
            assert not [word for word in PRIVATE if word in page], staff.staff_id


@pytest.mark.parametrize("typed", ["%%", "__", "\\%", '""', "'; DROP TABLE orders; --", "{{7*7}}", HOSTILE, "x" * 500])
async def test_patterns_and_hostile_words_are_words(house: DeskHouse, typed: str) -> None:
    await story(house)
    await house.shopper(f"看看 {HOSTILE}", OTHER_TALK, name=HOSTILE)
    page = await found(house, MAX, typed)
    assert "<script>alert" not in page and "<img src=x" not in page
    if typed != HOSTILE:
        assert "紫色袜子" not in page
    if typed == HOSTILE:
        assert "&lt;script&gt;" in page
