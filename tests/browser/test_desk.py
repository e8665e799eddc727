"""A shopper on the shop's page and agents at the desk, each in a browser of her own: both see the same truth."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from bot.core.people import Staff
from tests.browser.agent import Agent, hire, put
from tests.browser.barriers import barriers_everywhere
from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper


@pytest.fixture(scope="module")
def staffed(shop: RunningShop) -> RunningShop:
    hire(
        shop,
        Staff("A01", "小安", ("agent",)),
        Staff("A02", "阿本", ("agent",)),
        Staff("S01", "苏主管", ("supervisor",)),
    )
    return shop


@pytest.fixture
def ann(browser: Browser, staffed: RunningShop) -> Iterator[Agent]:
    """An agent, logged in, on whose pages nothing may go wrong unnoticed."""
    agent = Agent(browser, staffed)
    agent.log_in("A01")
    yield agent
    assert agent.faults == []
    agent.context.close()


def _asks_for_a_person(shopper: Shopper, *before: str) -> str:
    """Her conversation's id."""
    shopper.visit()
    shopper.open_chat()
    for words in (*before, "转人工"):
        shopper.say(words)
        time.sleep(0.5)
    shopper.told("同事")
    return shopper.conversation_id()


def test_she_is_taken_over_answered_and_handed_back(shopper: Shopper, ann: Agent) -> None:
    talk_id = _asks_for_a_person(shopper, "发什么快递")
    expect(ann.row(talk_id)).to_contain_text("等人工")
    ann.open(talk_id)
    ann.sees("发什么快递")
    expect(ann.page.locator("#lines")).to_contain_text("logistics.courier")
    ann.page.locator("#lines").press("t")
    expect(ann.page.locator(".owner")).to_have_text("您在接待")
    shopper.told("小安")
    ann.say("您好，想了解哪家快递？")
    shopper.told("想了解哪家快递")
    expect(ann.page.locator("#answer-text")).to_have_value("")
    shopper.say("顺丰能发吗")
    ann.sees("顺丰能发吗")
    ann.page.locator("#lines").press("n")
    ann.say("老顾客，喜欢顺丰")
    ann.sees("老顾客，喜欢顺丰")
    ann.page.locator("#lines").press("e")
    expect(ann.page.locator(".owner")).to_have_text("小二在接待")
    shopper.say("包邮吗")
    shopper.told("满99")
    ann.sees("包邮吗")
    assert not [words for words in shopper.bubbles() if "老顾客" in words]


def test_the_whole_way_in_english(browser: Browser, staffed: RunningShop, picture: Path) -> None:
    """She orders and asks for a person; who answers with a photo, asks for a gift, gets it, and hands her back."""
    context = browser.new_context(locale="en-US")
    shopper, ann, boss = Shopper(context, staffed.base, "en"), *(Agent(browser, staffed, "en-US") for _ in range(2))
    shopper.visit()
    shopper.page.get_by_role("button", name="Any free shipping?").click()
    shopper.told("¥99")
    shopper.say("I want two heavyweight tees, black XL, to Hangzhou")
    shopper.told("street address")
    shopper.say("Zhang San 13800138000 No. 1 Wensan Road, Xihu District")
    expect(shopper.chat().locator(".order").last).to_contain_text("¥258")
    shopper.chat().locator(".order ~ .acts .chip").first.click()
    shopper.told("Order")
    shopper.say("I want to talk to a person")
    shopper.told("a colleague")
    talk_id = shopper.conversation_id()
    ann.log_in("A01")
    ann.open(talk_id)
    ann.page.locator("#do-take").click()
    shopper.told("小安")
    ann.page.locator("#answer-file").set_input_files(picture)
    expect(ann.page.locator("#to-send li")).to_have_count(1)
    ann.say("Hello, this is how it looks")
    shopper.told("this is how it looks")
    ann.say("We will give you a belt for free")
    ann.page.get_by_role("button", name="Ask for approval").click()
    expect(ann.page.locator(".box-said")).to_be_visible()
    boss.log_in("S01")
    boss.page.goto(f"{staffed.base}/desk?view=cases")
    boss.open(talk_id)
    boss.page.get_by_role("button", name="Approve and send").click()
    shopper.told("a belt for free")
    ann.page.locator("#do-back").click()
    expect(ann.page.locator(".owner")).to_have_text("The bot has it")
    shopper.say("Any free shipping?")
    expect(shopper.chat().locator(".bubble").filter(has_text="¥99")).to_have_count(2)
    shopper.told("To Hangzhou by ZTO Express")
    _both_see_the_same(shopper, boss)
    for page in (shopper.page, boss.page):
        page.reload()
    shopper.open_chat()
    shopper.told("a belt for free")
    _both_see_the_same(shopper, boss)
    assert shopper.faults == ann.faults == boss.faults == []
    for opened in (context, ann.context, boss.context):
        opened.close()


def _both_see_the_same(shopper: Shopper, agent: Agent) -> None:
    """Every line once and in the same order; the pages draw lists and sums in their own ways."""
    told = shopper.chat().locator(".bubble").filter(has_text=re.compile(".")).all_inner_texts()
    lines = agent.page.locator("#lines .line:not(.by-note) .words")
    expect(lines).to_have_count(len(told))
    shown = lines.all_inner_texts()
    plain = [[re.sub(r"[\W_]+", "", words) for words in side] for side in (told, shown)]
    assert plain[0] == plain[1]
    photos = shopper.chat().locator(".person img"), agent.page.locator("#lines .line:not(.by-shopper) img")
    assert [found.count() for found in photos] == [1, 1]


def test_her_words_are_on_the_agents_screen_at_once(shopper: Shopper, ann: Agent) -> None:
    talk_id = _asks_for_a_person(shopper)
    ann.open(talk_id)
    ann.page.locator("#do-take").click()
    shopper.told("小安")
    # Both pages tell when they show it, by the one clock of this machine.
    watch = """words => new Promise(done => {
        const look = () => document.querySelector('#lines').innerText.includes(words) && done(Date.now());
        const all = {childList: true, subtree: true, characterData: true};
        new MutationObserver(look).observe(document.querySelector('#main'), all);
        setTimeout(() => done(0), 5000);
    })"""
    took = []
    for number in range(5):
        words = f"第{number}次问您"
        ann.page.evaluate(f"window.shownAt = ({watch})({words!r}); 0")
        shopper.chat().get_by_role("textbox").fill(words)
        sent = time.time() * 1000
        shopper.chat().get_by_role("textbox").press("Enter")
        shown = ann.page.evaluate("window.shownAt")
        assert shown, words
        took.append(shown - sent)
    assert sorted(took)[2] < 300, took


def test_a_gift_is_approved_by_who_may_and_both_sides_see_it(
    shopper: Shopper, ann: Agent, browser: Browser, staffed: RunningShop
) -> None:
    talk_id = _asks_for_a_person(
        shopper, "我要两件重磅T恤 黑色XL 寄到杭州", "张三 13800138000 西湖区文三路1号", "确认下单"
    )
    ann.open(talk_id)
    expect(ann.page.locator(".panel")).to_contain_text("138****8000")
    expect(ann.page.locator(".panel")).not_to_contain_text("13800138000")
    ann.page.locator("#do-take").click()
    expect(ann.page.locator(".panel")).to_contain_text("13800138000")
    ann.say("送您一条皮带")
    expect(ann.page.locator(".warning")).to_contain_text("超出您的权限")
    expect(ann.page.locator("#answer-text")).to_have_value("送您一条皮带")
    ann.page.get_by_role("button", name="请求批准").click()
    expect(ann.page.locator(".box-said")).to_contain_text("已请求批准")
    assert not [words for words in shopper.bubbles() if "皮带" in words]
    boss = Agent(browser, staffed)
    boss.log_in("S01")
    boss.page.get_by_role("link", name="待决定").click()
    boss.open(talk_id)
    boss.page.get_by_role("button", name="批准并发送").click()
    expect(boss.page.locator("#said")).to_have_text("好了。")
    shopper.told("送您一条皮带")
    ann.sees("送您一条皮带")
    expect(ann.page.locator(".promises")).to_contain_text("皮带")
    assert boss.faults == []
    boss.context.close()


def test_she_sees_the_photo_that_her_agent_sends(shopper: Shopper, ann: Agent, picture: Path) -> None:
    talk_id = _asks_for_a_person(shopper)
    ann.open(talk_id)
    ann.page.locator("#do-take").click()
    shopper.told("小安")
    with ann.page.expect_file_chooser() as chosen:
        ann.page.get_by_role("button", name="加照片").click()
    chosen.value.set_files(picture)
    to_send = ann.page.locator("#to-send li")
    expect(to_send).to_have_count(1)
    _is_drawn(to_send.locator("img"))
    assert ann.barriers() == []
    to_send.get_by_role("button").click()
    expect(to_send).to_have_count(0)
    # Pasted, then dropped: twice the same picture is one.
    for how in ("paste", "drop"):
        ann.bring_photo(picture, how)
        expect(to_send).to_have_count(1)
    ann.say("这是实拍图")
    shopper.told("这是实拍图")
    _is_drawn(shopper.chat().locator(".person .bubble img").last)
    _is_drawn(ann.page.locator("#lines .mine img").last)
    expect(to_send).to_have_count(0)
    shopper.page.reload()
    shopper.open_chat()
    shopper.told("这是实拍图")
    _is_drawn(shopper.chat().locator(".person .bubble img").last)
    shopper.chat().locator("input[type=file]").set_input_files(picture)
    shopper.chat().get_by_role("textbox").press("Enter")
    _is_drawn(ann.page.locator("#lines .by-shopper img").last)


def test_what_is_no_photo_is_refused_at_the_desk_with_a_sentence(shopper: Shopper, ann: Agent, tmp_path: Path) -> None:
    talk_id = _asks_for_a_person(shopper)
    ann.open(talk_id)
    ann.page.locator("#do-take").click()
    shopper.told("小安")
    wrong = tmp_path / "wrong.png"
    wrong.write_bytes(b"<svg onload=alert(1)>")
    ann.page.locator("#answer-file").set_input_files(wrong)
    expect(ann.page.locator("#photo-said")).to_contain_text("JPEG")
    expect(ann.page.locator("#to-send li")).to_have_count(0)
    # The browser itself reports an answer that refuses.
    assert [fault for fault in ann.faults if "415" not in fault] == []
    ann.faults.clear()


def _is_drawn(image: Locator) -> None:
    expect(image).to_be_visible()
    expect(image).not_to_have_js_property("naturalWidth", 0)


def test_two_agents_see_each_other_and_only_one_talks(
    shopper: Shopper, ann: Agent, browser: Browser, staffed: RunningShop
) -> None:
    talk_id = _asks_for_a_person(shopper)
    ben = Agent(browser, staffed)
    ben.log_in("A02")
    ann.open(talk_id)
    ben.open(talk_id)
    expect(ann.page.locator("#here")).to_have_text("阿本 也在看")
    ann.page.locator("#do-take").click()
    expect(ben.page.locator(".owner")).to_have_text("小安 在接待")
    expect(ben.page.locator("#do-take")).to_be_disabled()
    expect(ben.page.locator(".held")).to_be_visible()
    ann.page.locator("#answer-text").press_sequentially("请稍等")
    expect(ben.page.locator(".writing")).to_contain_text("小安 正在写")
    ben.context.close()
    expect(ann.page.locator("#here")).to_have_text("")
    assert ben.faults == []


def test_what_she_writes_stays_while_the_page_moves(shopper: Shopper, ann: Agent) -> None:
    talk_id = _asks_for_a_person(shopper)
    ann.open(talk_id)
    ann.page.locator("#do-take").click()
    shopper.told("小安")
    box = ann.page.locator("#answer-text")
    box.fill("写到一半")
    shopper.say("还在吗")
    ann.sees("还在吗")
    expect(box).to_have_value("写到一半")
    expect(box).to_be_focused()
    ann.page.keyboard.type("再写完")
    expect(box).to_have_value("写到一半再写完")


def test_reload_back_and_the_keyboard_lead_where_they_should(browser: Browser, shop: RunningShop, ann: Agent) -> None:
    contexts: list[BrowserContext] = []
    ids = []
    for _ in range(2):
        contexts.append(browser.new_context(locale="zh-CN"))
        ids.append(_asks_for_a_person(Shopper(contexts[-1], shop.base)))
    ann.open(ids[0])
    ann.open(ids[1])
    ann.page.go_back()
    expect(ann.page.locator(f'#talk[data-talk="{ids[0]}"]')).to_be_visible()
    ann.page.go_forward()
    expect(ann.page.locator(f'#talk[data-talk="{ids[1]}"]')).to_be_visible()
    ann.page.reload()
    expect(ann.page.locator(f'#talk[data-talk="{ids[1]}"]')).to_be_visible()
    expect(ann.row(ids[1])).to_have_attribute("aria-current", "true")
    ann.row(ids[1]).focus()
    rows = ann.page.locator(".row").evaluate_all("rows => rows.map(row => row.dataset.talk)")
    at = rows.index(ids[1])
    ann.page.keyboard.press("k" if at else "j")
    beside = rows[at - 1] if at else rows[1]
    expect(ann.page.locator(f'#talk[data-talk="{beside}"]')).to_be_visible()
    ann.page.keyboard.press("?")
    expect(ann.page.locator("#help")).to_be_visible()
    ann.page.keyboard.press("Escape")
    ann.page.keyboard.press("r")
    expect(ann.page.locator("#answer-text")).to_be_focused()
    ann.page.keyboard.press("Escape")
    expect(ann.page.locator("#answer-text")).not_to_be_focused()
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_no_serious_barrier_on_any_page_of_the_desk(
    browser: Browser, staffed: RunningShop, shopper: Shopper, language: str
) -> None:
    talk_id = _asks_for_a_person(shopper, "发什么快递", "我要一件重磅T恤 黑色XL 寄到杭州")
    agent = Agent(browser, staffed, language)
    page = agent.page
    page.goto(f"{staffed.base}/desk/login")
    assert barriers_everywhere(page) == []
    agent.log_in("S01")
    assert barriers_everywhere(page) == []
    agent.open(talk_id)
    page.locator("#do-take").click()
    agent.say("这不是我们的问题")
    expect(page.locator(".warning")).to_be_visible()
    assert barriers_everywhere(page) == []
    page.locator("#lines").press("?")
    expect(page.locator("#help")).to_be_visible()
    assert barriers_everywhere(page) == []
    page.keyboard.press("Escape")
    page.locator("#do-back").click()
    expect(page.locator("#do-back")).to_have_count(0)
    assert agent.faults == []
    for view in ("?view=closed", "?view=cases", "/t/web:none"):
        page.goto(f"{staffed.base}/desk{view}")
        assert barriers_everywhere(page) == [], view
    # The one that is not there is 404, which a browser logs.
    assert [fault for fault in agent.faults if "404" not in fault] == []
    agent.context.close()


def test_who_is_disabled_is_shown_the_door_while_her_page_is_open(
    shopper: Shopper, browser: Browser, staffed: RunningShop
) -> None:
    talk_id = _asks_for_a_person(shopper)
    hire(staffed, Staff("A09", "小九", ("agent",)))
    agent = Agent(browser, staffed)
    agent.log_in("A09")
    agent.open(talk_id)
    put(staffed, Staff("A09", "小九", ("agent",), state="disabled"))
    expect(agent.page.locator("#login")).to_be_visible(timeout=60_000)
    agent.page.goto(f"{staffed.base}/desk/t/{talk_id}")
    expect(agent.page.locator("#login")).to_be_visible()
    agent.context.close()


def test_the_desk_comes_back_by_itself_after_a_restart_of_the_shop(
    shopper: Shopper, browser: Browser, staffed: RunningShop
) -> None:
    talk_id = _asks_for_a_person(shopper)
    agent = Agent(browser, staffed)
    agent.log_in("A01")
    agent.open(talk_id)
    box = agent.page.locator("#answer-text")
    box.fill("写到一半")
    try:
        staffed.stop()  # fails where open pages hold up the end
        expect(agent.page.locator("#offline")).to_be_visible()
    finally:
        staffed.start()
    staffed.wait()
    shopper.say("我又来了")
    agent.sees("我又来了")
    expect(agent.page.locator("#offline")).to_have_count(0)
    expect(box).to_have_value("写到一半")
    # While the shop is away every try to reach it is an error that a browser logs.
    assert [fault for fault in agent.faults if "Failed to" not in fault] == []
    shopper.faults.clear()
    agent.context.close()
