"""What stands in the pages executes nothing, and everybody can use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.core.messages import RenderedButton, Reply
from tests.browser.barriers import barriers_everywhere
from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_serious_barrier_on_any_page_of_the_shop(
    browser: Browser, shop: RunningShop, language: str, tmp_path: Path
) -> None:
    context = browser.new_context(locale="zh-CN" if language == "zh" else "en-US")
    shopper = Shopper(context, shop.base, language)
    page = shopper.page
    for path in ("/", "/p/sy-tee-heavy", "/p/sy-tee-ice", "/p/none", "/nowhere"):
        shopper.visit(path)
        expect(page.get_by_role("button", name=shopper.word("open"))).to_be_visible()
        assert barriers_everywhere(page) == [], path
    # The two that are not there are 404, which a browser logs.
    assert [fault for fault in shopper.faults if "404" not in fault] == []
    shopper.visit("/p/sy-tee-heavy")
    page.locator("button.main").click()
    expect(shopper.chat().locator(".card")).to_be_visible()
    shopper.say("有什么推荐的T恤吗 送爸爸 两百以内" if language == "zh" else "Can you recommend a T-shirt under 200?")
    expect(shopper.chat().locator(".good")).to_have_count(3)
    assert barriers_everywhere(page) == []
    marks = tuple(RenderedButton(str(n), f"s:{n}:C1") for n in range(1, 6))
    order = Reply("帮您核对一下：\n• T恤 × 2　¥258\n合计：¥238\nhttps://shop.example.com", template="read_back")
    shop.tell(shopper.conversation_id(), order, Reply("您满意吗？", marks), Reply("我来看看", by="S1"))
    expect(shopper.chat().locator(".person .bubble")).to_be_visible(timeout=15_000)
    shopper.chat().locator("input[type=file]").set_input_files(_not_a_photo(tmp_path))
    expect(shopper.chat().get_by_role("alert")).to_be_visible()
    assert barriers_everywhere(page) == []
    page.goto(f"{shop.base}/p/sy-tee-ice?lang={language}")
    shopper.open_chat()
    expect(shopper.chat().locator(".context")).to_be_visible()
    context.set_offline(True)
    expect(shopper.chat().get_by_role("status")).to_be_visible()
    shopper.say("在吗")
    expect(shopper.chat().locator(".waiting")).to_have_count(1)
    assert barriers_everywhere(page) == []
    context.close()


def test_no_serious_barrier_in_the_description_of_the_api(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{shop.base}/api/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    assert barriers_everywhere(page) == []
    context.close()


def _not_a_photo(folder: Path) -> Path:
    path = folder / "letter.png"
    path.write_bytes(b"dear shop")
    return path


def test_links_are_those_of_the_text_and_end_where_it_ends(shopper: Shopper, shop: RunningShop) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    words = "看 https://a.example/x?y=1&z=2。也看(http://b.example/p). ftp://c.example javascript:alert(1) https://"
    shop.tell(shopper.conversation_id(), Reply(words))
    shopper.told("ftp://c.example")
    links = shopper.chat().locator(".bubble a").all()
    assert [link.get_attribute("href") for link in links] == ["https://a.example/x?y=1&z=2", "http://b.example/p"]
    assert {link.get_attribute("rel") for link in links} == {"noopener noreferrer"}
    assert words in shopper.bubbles()


def test_the_chat_keeps_still_for_those_who_asked_for_it(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(reduced_motion="reduce")
    shopper = Shopper(context, shop.base)
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    assert shopper.chat().evaluate("e => getComputedStyle(e).animationName") == "none"
    context.close()


def test_nothing_is_kept_or_connected_before_the_chat_is_opened(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context()
    shopper = Shopper(context, shop.base)
    asked: list[str] = []
    shopper.page.on("request", lambda request: asked.append(request.url))
    shopper.page.on("websocket", lambda socket: asked.append(socket.url))
    shopper.visit()
    expect(shopper.page.get_by_role("button", name="打开聊天")).to_be_visible()
    assert shopper.page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
    assert not [url for url in asked if "/chat/" in url or not url.startswith((shop.base, "data:"))]
    shopper.open_chat()
    shopper.told("欢迎光临")
    assert context.cookies() == []
    context.close()
