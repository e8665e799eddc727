"""Chats put aside, who is typing, and pictures of quick replies, in real browsers on both sides."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from bot.core.people import Staff
from tests.browser.agent import Agent, hire
from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper


@pytest.fixture
def eve(browser: Browser, shop: RunningShop) -> Iterator[Agent]:
    """An agent, logged in, on whose pages nothing may go wrong unnoticed."""
    hire(shop, Staff("E01", "小夜", ("agent",)))
    agent = Agent(browser, shop)
    agent.log_in("E01")
    yield agent
    assert agent.faults == []
    agent.context.close()


def _taken(shopper: Shopper, eve: Agent) -> str:
    """She asked for a person, and Eve answered: the conversation's id."""
    shopper.visit()
    shopper.open_chat()
    shopper.say("转人工")
    shopper.told("同事")
    talk_id = shopper.conversation_id()
    eve.open(talk_id)
    eve.say("我去仓库问问，马上回来")
    shopper.told("我去仓库问问")
    return talk_id


def test_it_is_put_aside_by_two_keys_and_is_back_once_she_writes(shopper: Shopper, eve: Agent) -> None:
    talk_id, page = _taken(shopper, eve), eve.page
    expect(page.locator(".owner")).to_have_text("您在接待")
    page.locator("#lines").press("s")
    expect(page.locator(".later-menu")).to_be_visible()
    assert eve.barriers() == []
    page.keyboard.press("Escape")
    expect(page.locator(".later-menu")).to_be_hidden()
    page.locator("#lines").press("s")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("已放到稍后")
    expect(eve.row(talk_id)).to_have_count(0)
    expect(page.locator("#snoozed")).to_contain_text("稍后")
    page.locator(".tabs a", has_text="稍后").click()
    expect(eve.row(talk_id)).to_contain_text("稍后")
    assert eve.barriers() == []
    shopper.say("问到了吗")
    expect(eve.row(talk_id)).to_have_count(0)
    page.locator(".tabs a", has_text="待办").click()
    expect(eve.row(talk_id)).to_contain_text("等您回复")


def test_each_sees_that_the_other_one_writes(shopper: Shopper, eve: Agent) -> None:
    _taken(shopper, eve)
    shopper.chat().get_by_role("textbox").press_sequentially("请问还有没有货呢", delay=500)
    expect(eve.page.locator(".writing")).to_have_text("顾客正在输入…")
    expect(eve.page.locator(".writing")).to_have_text("", timeout=8_000)
    eve.page.locator("#answer-text").press_sequentially("有的")
    expect(shopper.chat().locator(".dots")).to_be_visible()


def test_a_quick_reply_brings_its_pictures_into_the_answer_and_she_sees_them(
    shopper: Shopper, eve: Agent, tmp_path: Path
) -> None:
    Image.new("RGB", (400, 300), "teal").save(picture := tmp_path / "sizes.png")
    talk_id, page = _taken(shopper, eve), eve.page
    page.goto(page.url.partition("/desk")[0] + "/desk/quick")
    page.get_by_text("新建快捷回复").click()
    form = page.locator("#new form")
    form.locator("[name=short]").fill("尺码表")
    form.locator("[name=words]").fill("这是尺码表，您看看")
    form.locator("input[type=file]").set_input_files(picture)
    expect(form.locator(".to-send img")).to_have_count(1)
    form.locator("button.primary").click()
    expect(page.locator(".done")).to_have_text("已保存。")
    assert eve.barriers() == []
    page.goto(page.url.partition("/desk")[0] + "/desk")
    eve.open(talk_id)
    page.locator("#answer-text").press_sequentially("/尺码")
    expect(page.locator("#quick-list img")).to_have_count(1)
    page.locator("#answer-text").press("Enter")
    # At once: what is sent waits for the pictures.
    page.locator("#answer-text").press("Enter")
    shopper.told("这是尺码表")
    expect(shopper.chat().locator(".person img").last).to_be_visible()
    time.sleep(0.2)
    expect(page.locator("#to-send li")).to_have_count(0)
