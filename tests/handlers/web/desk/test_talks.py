"""What an agent does at the desk, and what the shopper, her colleagues and the page then see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.conversation import fold
from bot.core.ports import Turn
from tests.handlers.web.desk.desk_house import OTHER_TALK, TALK, DeskHouse
from tests.service.people import ANN, BEN, MAX


async def test_the_longest_wait_stands_first_and_says_how_long(house: DeskHouse) -> None:
    await house.shopper("转人工", TALK, "早来的")
    house.clock.advance(40)
    await house.shopper("转人工", OTHER_TALK, "晚来的")
    house.clock.advance(25)
    ann = await house.agent(ANN)
    page = (await ann.get("/desk")).text
    assert page.index("早来的") < page.index("晚来的")
    assert '<span class="wait late"' in page and ">1:05<" in page
    assert '<span class="wait fresh"' in page and ">0:25<" in page
    assert 'data-waiting="2"' in page


async def test_she_takes_answers_and_hands_back_and_the_shopper_hears_it(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    assert "您在接待" in (await ann.do(f"/desk/t/{TALK}/take")).text
    said = await ann.say("您好，我是小安", nonce="0123456789abcdef")
    assert said.headers["hx-trigger"] == "desk:changed" and "<textarea" in said.text
    assert "您好，我是小安" not in said.text, "the box is empty again"
    assert "您好，我是小安" in await house.told()
    assert "小二在接待" in (await ann.do(f"/desk/t/{TALK}/back")).text
    assert (await house.store.load(TALK, "web")).conversation.owner == "bot"


async def test_sending_twice_is_sending_once(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    for _ in range(3):
        await ann.say("马上为您查", nonce="0123456789abcdef")
    assert (await house.told()).count("马上为您查") == 1
    await ann.say("马上为您查", nonce="fedcba9876543210")
    assert (await house.told()).count("马上为您查") == 2


async def test_a_forbidden_phrase_is_sent_only_by_who_means_it(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    warned = await ann.say("这不是我们的问题")
    assert "hx-trigger" not in warned.headers and "不是我们的问题" in warned.text and 'value="sure"' in warned.text
    assert "这不是我们的问题</textarea>" in warned.text, "nothing she wrote is lost"
    assert "这不是我们的问题" not in await house.told()
    await ann.say("这不是我们的问题", as_="sure")
    assert "这不是我们的问题" in await house.told()


async def test_what_is_beyond_her_waits_for_who_may_and_goes_out_then(house: DeskHouse) -> None:
    await house.order()
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    offer = "给您打九折吧"
    warned = await ann.say(offer)
    assert 'value="approval"' in warned.text and 'value="sure"' not in warned.text
    still = await ann.say(offer, as_="sure")
    assert 'value="approval"' in still.text and offer not in await house.told()
    asked = await ann.say(offer, as_="approval")
    assert "已请求批准" in asked.text and offer not in await house.told()
    (case,) = [case for case in await house.store.cases(TALK) if case.open and case.playbook == "approval"]
    decider = await house.agent(MAX)
    assert TALK in (await decider.get("/desk?view=cases")).text
    assert TALK not in (await ann.get("/desk?view=cases")).text
    done = await decider.do(f"/desk/t/{TALK}/case", case=case.case_id, step="decide", outcome="approve")
    assert "好了" in done.text
    assert offer in await house.told()
    spoken = [event for event in await house.store.events(TALK) if isinstance(event, e.StaffSpoke)]
    assert (spoken[-1].staff_id, spoken[-1].text) == (ANN.staff_id, offer), "it is hers who wrote it, not the bot's"


async def test_a_colleague_sees_who_has_the_chat_and_may_only_leave_a_note(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann, ben = await house.agent(ANN), await house.agent(BEN)
    await ann.do(f"/desk/t/{TALK}/take")
    page = (await ben.get(f"/desk/t/{TALK}")).text
    assert "小安 在接待" in page and 'value="say"' not in page
    said = await ben.say("我来说一句")
    assert "小安 正在接待，没有执行" in said.text and "我来说一句" not in await house.told()
    noted = await ben.say("她上次也问过", mode="note")
    assert "已记下" in noted.text
    assert "她上次也问过" in (await ann.get(f"/desk/t/{TALK}")).text
    assert "她上次也问过" not in await house.told()
    for act in ("take", "back", "close"):
        assert "小安 正在接待，没有执行" in (await ben.do(f"/desk/t/{TALK}/{act}")).text


async def test_the_page_tells_what_the_bot_understood_and_where_its_answer_stands(house: DeskHouse) -> None:
    await house.shopper("发什么快递")
    ann = await house.agent(ANN)
    page = (await ann.get(f"/desk/t/{TALK}")).text
    assert "<code>logistics.courier</code>" in page
    assert "<code>knowledge/logistics.yaml:" in page


async def test_a_note_and_a_flag_stand_on_the_order_with_her_name(house: DeskHouse) -> None:
    order_no = await house.order()
    ann = await house.agent(ANN)
    answer = await ann.do(f"/desk/t/{TALK}/order", order=order_no, text="改发顺丰", flag="yellow")
    assert "备注已记下" in answer.text and "改发顺丰" in answer.text
    order = await house.store.order(order_no)
    assert order is not None and order.notes[-1].staff_id == "A01" and order.flag is not None
    assert order.flag.name == "YELLOW"
    assert "没有记下" in (await ann.do(f"/desk/t/{TALK}/order", order=order_no, text="  ")).text


async def test_a_matter_is_passed_on_and_the_shopper_is_told(house: DeskHouse) -> None:
    await house.shopper("转人工")
    (case,) = await house.store.cases(TALK)
    ann = await house.agent(ANN)
    answer = await ann.do(f"/desk/t/{TALK}/pass", case=case.case_id, role="after_sales")
    assert "已转给售后" in answer.text
    moved = await house.store.case(case.case_id)
    assert moved is not None and moved.role == "after_sales"
    nonsense = await ann.do(f"/desk/t/{TALK}/pass", case=case.case_id, role="boss")
    assert nonsense.status_code == 200 and await house.store.case(case.case_id) == moved


async def test_closing_ends_it_and_it_is_found_among_the_closed_ones(house: DeskHouse) -> None:
    await house.shopper("转人工", name="要走的")
    ann = await house.agent(ANN)
    await ann.do(f"/desk/t/{TALK}/take")
    await ann.do(f"/desk/t/{TALK}/close")
    assert "要走的" not in (await ann.get("/desk?view=all")).text
    assert "要走的" in (await ann.get("/desk?view=closed")).text


async def test_suggestions_are_what_the_knowledge_says_to_her_last_question(house: DeskHouse) -> None:
    await house.shopper("转人工")
    await house.shopper("发什么快递")
    ann = await house.agent(ANN)
    found = (await ann.get(f"/desk/t/{TALK}/suggestions")).text
    assert "data-suggest=" in found and "中通" in found
    assert found.count("<li>") <= 3


async def test_without_scripts_every_act_answers_with_a_whole_page(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    for path, fields in ((f"/desk/t/{TALK}/take", {}), (f"/desk/t/{TALK}/say", {"text": "您好", "mode": "say"})):
        answer = await ann.http.post(path, data={"csrf": ann.csrf, **fields})
        assert answer.status_code == 200 and answer.text.startswith("<!doctype html>") and "row-web" in answer.text


async def test_going_back_in_the_browser_gets_the_whole_page(house: DeskHouse) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    whole = await ann.http.get(f"/desk/t/{TALK}", headers=back)
    piece = await ann.get(f"/desk/t/{TALK}", piece=True)
    assert whole.text.startswith("<!doctype html>") and piece.text.lstrip().startswith("<section")


@pytest.mark.parametrize(("text", "told"), [("   ", "先写点什么"), ("长" * 4097, "太长")])
async def test_what_cannot_be_sent_says_why(house: DeskHouse, text: str, told: str) -> None:
    await house.shopper("转人工")
    ann = await house.agent(ANN)
    assert told in (await ann.say(text)).text


async def test_long_conversations_show_their_end_first(house: DeskHouse) -> None:
    loaded = await house.store.load(TALK, "web")
    now = house.clock.now()
    events = tuple(e.ShopperSpoke(f"m{n}", "text", f"第{n}句", "zh", now.isoformat()) for n in range(900))
    await house.store.commit(Turn(None, 0, fold(loaded.conversation, events), events, (), now + timedelta(seconds=1)))
    ann = await house.agent(ANN)
    page = (await ann.get(f"/desk/t/{TALK}")).text
    assert "第899句" in page and "第100句" not in page and "lines=1200" in page
    assert "第0句" in (await ann.get(f"/desk/t/{TALK}?lines=1200")).text
