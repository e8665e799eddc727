"""Quick replies over HTTP: kept, offered, filled, counted; nobody's but those who may."""

from __future__ import annotations

import html
import re

import pytest

from bot.core.people import Staff
from bot.core.quick_replies import SHARED, QuickReply, owned_by
from bot.core.staff_rights import TALKING
from tests.handlers.web.desk.desk_house import OTHER_TALK, OTHERS, STAFF, TALK, DeskHouse
from tests.service.people import ANN, BEN, MAX, SUE

HOSTILE = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>"


async def keep(house: DeskHouse, staff: Staff, short: str, words: str, owner: str = "own", **more: str) -> int:
    agent = await house.agent(staff)
    return (await agent.do("/desk/quick/save", short=short, words=words, owner=owner, **more)).status_code


async def kept(house: DeskHouse, owner: str) -> list[QuickReply]:
    return await house.store.quick_replies([owner])


async def test_one_is_offered_filled_for_the_conversation_and_counted(house: DeskHouse) -> None:
    order = await house.order()
    assert await keep(house, SUE, "发货", "{name}您好，{order_no}（{product}）今天发", SHARED) == 303
    ann = await house.agent(ANN)
    offered = (await ann.get(f"/desk/quick/find?t={TALK}&q=发")).json()
    assert [(one["short"], order in one["words"], "T恤" in one["words"]) for one in offered] == [("发货", True, True)]
    assert (await ann.get(f"/desk/quick/find?t={TALK}&q=没有")).json() == []
    quick = str(offered[0]["id"])
    used = await ann.http.post("/desk/quick/use", data={"quick": quick, "t": TALK}, headers={"X-CSRF": ann.csrf})
    assert used.status_code == 200 and used.json() == {"photos": []}
    (reply,) = await kept(house, SHARED)
    assert reply.used == 1 and reply.used_at == house.clock.now()
    assert "用过 1 次" in (await ann.get("/desk/quick")).text


async def test_what_is_known_to_be_forbidden_is_not_kept(house: DeskHouse) -> None:
    ann = await house.agent(ANN)
    answer = await ann.do("/desk/quick/save", short="推", words="这不是我们的问题哦", owner="own")
    assert answer.status_code == 422 and "不是我们的问题" in answer.text
    assert await kept(house, owned_by(ANN)) == []


@pytest.mark.parametrize(
    ("short", "words"), [("", "x"), ("a", ""), ("a b", "x"), ("a", "{{7*7}}"), ("a", "{phone}"), ("长" * 25, "x")]
)
async def test_what_is_unfit_is_told_and_not_lost(house: DeskHouse, short: str, words: str) -> None:
    ann = await house.agent(ANN)
    answer = await ann.do("/desk/quick/save", short=short, words=words, owner="own")
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert await kept(house, owned_by(ANN)) == []


@pytest.mark.parametrize("staff", STAFF, ids=lambda p: p.staff_id)
async def test_ones_own_is_nobody_elses(house: DeskHouse, staff: Staff) -> None:
    assert await keep(house, ANN, "秘密", "只给我用") == 303
    (own,) = await kept(house, owned_by(ANN))
    if staff is ANN:
        return
    agent = await house.agent(staff)
    await house.shopper("在吗")
    assert "秘密" not in (await agent.get("/desk/quick")).text
    assert "秘密" not in (await agent.get(f"/desk/quick/find?t={TALK}&q=")).text
    assert (await agent.do("/desk/quick/use", quick=str(own.quick_id), t=TALK)).status_code == 404
    changed = await agent.do("/desk/quick/save", id=str(own.quick_id), short="抢", words="我的了", owner="own")
    assert changed.status_code in (404, 422)
    assert (await agent.do("/desk/quick/drop", id=str(own.quick_id))).status_code in (404, 422)
    forged = await agent.do("/desk/quick/save", short="塞", words="塞给她", owner=owned_by(ANN))
    assert forged.status_code in (404, 422)
    assert await kept(house, owned_by(ANN)) == [own]


async def test_what_is_shared_is_changed_by_those_who_lead(house: DeskHouse) -> None:
    assert await keep(house, ANN, "公用", "x", SHARED) == 422
    assert await keep(house, SUE, "公用", "x", SHARED) == 303
    assert await keep(house, MAX, "公用", "y", SHARED) == 422, "the name is taken"
    (shared,) = await kept(house, SHARED)
    assert await keep(house, BEN, "公用", "y", SHARED, id=str(shared.quick_id)) == 422
    assert await keep(house, MAX, "公用", "y", SHARED, id=str(shared.quick_id)) == 303
    assert (await kept(house, SHARED))[0].words == "y"
    ann, max_ = await house.agent(ANN), await house.agent(MAX)
    assert (await ann.do("/desk/quick/drop", id=str(shared.quick_id))).status_code == 422
    assert (await max_.do("/desk/quick/drop", id=str(shared.quick_id))).status_code == 303
    assert await kept(house, SHARED) == []


@pytest.mark.parametrize("staff", [p for p in OTHERS if TALKING.isdisjoint(p.roles)], ids=lambda p: p.roles[0])
async def test_who_writes_to_nobody_has_none_and_learns_nothing_of_a_conversation(
    house: DeskHouse, staff: Staff
) -> None:
    await house.order()
    await keep(house, MAX, "单号", "{order_no}", f"role:{staff.roles[0]}")
    agent = await house.agent(staff)
    assert (await agent.get("/desk/quick")).status_code == 404
    assert await keep(house, staff, "我", "x") == 404
    found = await agent.get(f"/desk/quick/find?t={TALK}&q=")
    assert found.status_code == 404 and "XE" not in found.text


async def test_hostile_words_are_words(house: DeskHouse) -> None:
    await house.shopper("在吗", name=HOSTILE)
    assert await keep(house, ANN, "坏", HOSTILE) == 303
    assert await keep(house, ANN, "名", "{name}") == 303
    ann = await house.agent(ANN)
    page = (await ann.get("/desk/quick")).text
    assert "<img src=x" not in page and "<script>alert" not in page
    found = await ann.get(f"/desk/quick/find?t={TALK}&q=")
    assert found.headers["content-type"] == "application/json"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert any("<img" in one["words"] for one in found.json()), "in the box it is text, as she wrote it"


async def test_what_was_asked_most_this_week_begins_one_by_a_click(house: DeskHouse) -> None:
    await house.shopper("阿斯蒂芬能不能飞上天呀")
    house.clock.advance(8 * 86_400)
    for talk in (TALK, OTHER_TALK):
        await house.shopper("玛卡巴卡会不会打嗝", talk)
    await house.shopper("嘟嘟嘟车开去哪里 13912345678", OTHER_TALK)
    ann = await house.agent(ANN)
    page = (await ann.get("/desk/quick")).text
    assert "玛卡巴卡" in page and "2 次" in page and "飞上天" not in page and "13912345678" not in page
    assert page.index("玛卡巴卡") < page.index("嘟嘟嘟"), "the most asked first"
    link = re.search(r'href="(/desk/quick\?for=[^"#]+)#new"', page)
    assert link
    form = (await ann.get(html.unescape(link[1]))).text
    assert 'id="new" open' in form and 'value="玛卡巴卡会不会打"' in form and "<blockquote" in form
    assert 'id="new" open' not in (await ann.get("/desk/quick?for=nonsense")).text


async def test_what_nobody_uses_is_marked(house: DeskHouse) -> None:
    assert await keep(house, ANN, "您好", "您好，我是小安") == 303
    ann = await house.agent(ANN)
    assert "60 天没用过" not in (await ann.get("/desk/quick")).text
    house.clock.advance(61 * 86_400)
    ann = await house.browser(ANN)
    await ann.log_in()
    assert "60 天没用过" in (await ann.get("/desk/quick")).text
