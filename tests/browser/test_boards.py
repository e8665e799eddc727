"""The boards of the desk in a real browser: a slash offers quick replies, and no page is in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.core.people import Staff
from tests.browser.agent import Agent, hire
from tests.browser.barriers import barriers_everywhere
from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper

BOARDS = ("search", "questions", "quick", "reminders", "shifts", "figures")
NONSENSE = "阿巴阿巴嘎嘎乌拉"


@pytest.fixture(scope="module")
def staffed(shop: RunningShop) -> RunningShop:
    hire(shop, Staff("A01", "小安", ("agent",)), Staff("M01", "马店长", ("manager",)))
    return shop


@pytest.fixture
def max_(browser: Browser, staffed: RunningShop) -> Iterator[Agent]:
    agent = Agent(browser, staffed)
    agent.log_in("M01")
    yield agent
    assert agent.faults == []
    agent.context.close()


def test_a_slash_offers_quick_replies_and_nothing_is_sent_before_she_sends_it(
    shopper: Shopper, max_: Agent, staffed: RunningShop
) -> None:
    max_.keep_quick_reply("您好", "您好，<b>我是</b>店长")
    max_.keep_quick_reply("您稍等", "您稍等，我查一下")
    shopper.visit()
    shopper.open_chat()
    shopper.say("转人工")
    shopper.told("同事")
    talk_id = shopper.conversation_id()
    max_.page.goto(f"{staffed.base}/desk")
    max_.open(talk_id)
    box = max_.page.locator("#answer-text")
    box.press_sequentially("/您")
    expect(max_.page.locator("#quick-list li")).to_have_count(2)
    assert max_.barriers() == []
    box.press("Escape")
    expect(max_.page.locator("#quick-list")).to_have_count(0)
    box.fill("")
    box.press_sequentially("/您好")
    expect(max_.page.locator("#quick-list li")).to_have_count(1)
    box.press("Enter")
    expect(box).to_have_value("您好，<b>我是</b>店长")
    assert not [words for words in shopper.bubbles() if "店长" in words]
    box.press("Enter")
    shopper.told("我是")
    max_.page.goto(f"{staffed.base}/desk/quick")
    expect(max_.page.locator(".card", has_text="/您好")).to_contain_text("用过 1 次")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_board_bars_anybody(browser: Browser, shopper: Shopper, staffed: RunningShop, language: str) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.say(NONSENSE)
    shopper.bubbles()
    agent = Agent(browser, staffed, language)
    agent.log_in("M01")
    for board in BOARDS:
        agent.page.goto(f"{staffed.base}/desk/{board}")
        expect(agent.page.locator("h1")).to_be_visible()
        assert barriers_everywhere(agent.page) == [], board
        agent.page.set_viewport_size({"width": 360, "height": 800})
        assert not agent.page.evaluate("document.documentElement.scrollWidth > innerWidth"), board
    assert agent.faults == []
    agent.context.close()


def test_every_board_is_reached_from_the_side(max_: Agent, staffed: RunningShop, tmp_path: Path) -> None:
    for board in BOARDS:
        max_.page.locator(f".rail a[href='/desk/{board}']").click()
        expect(max_.page.locator(".rail a[aria-current=page]")).to_have_attribute("href", f"/desk/{board}")
        max_.page.screenshot(path=f"{tmp_path}/{board}.png")
