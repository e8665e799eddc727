"""A shopper talks to the shop on its page."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, WebSocketRoute, expect

from bot.core.messages import RenderedButton, Reply
from tests.browser.other_site import other_site
from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper
from tests.handlers.web.chat_server import free_port


def test_she_asks_orders_and_finds_the_talk_again(shopper: Shopper) -> None:
    shopper.visit()
    shopper.page.get_by_role("button", name="包邮吗").click()
    shopper.told("满99")
    shopper.say("杭州")
    shopper.told("中通快递")
    shopper.say("我要两件重磅T恤 黑色XL 寄到杭州")
    shopper.told("已记下")
    shopper.say("张三 13800138000 西湖区文三路1号")
    order = shopper.chat().locator(".order").last
    expect(order.locator("li").first).to_have_text(re.compile("重磅纯棉T恤.*¥258"))
    shopper.chat().get_by_role("button", name="确认下单").click()
    shopper.told("下单成功")
    before = shopper.bubbles()
    shopper.page.reload()
    shopper.open_chat()
    shopper.told("下单成功")
    assert shopper.bubbles() == before
    assert [text for text in before if text == "确认下单"], "what she pressed is hers"


def test_a_first_visit_to_a_product_begins_with_it(shopper: Shopper) -> None:
    shopper.visit("/p/sy-tee-heavy")
    shopper.page.get_by_role("button", name="问问这款").click()
    card = shopper.chat().locator(".card")
    expect(card).to_contain_text("朔源重磅纯棉T恤")
    expect(card).to_contain_text("¥129")
    expect(card.locator("img")).to_have_js_property("complete", True)
    assert card.locator("img").evaluate("i => i.naturalWidth") == 640
    shopper.chat().get_by_role("button", name="我穿多大").click()
    shopper.told("身高")


def test_products_to_choose_from_have_picture_and_price(shopper: Shopper) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    shopper.say("有什么推荐的T恤吗 送爸爸 两百以内")
    goods = shopper.chat().locator(".good")
    expect(goods).to_have_count(3)
    expect(goods.first).to_contain_text("¥129")
    goods.first.click()
    expect(shopper.chat().locator(".card")).to_contain_text("朔源重磅纯棉T恤")


def test_later_the_product_of_the_page_is_offered_and_goes_with_her_question(shopper: Shopper) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    shopper.visit("/p/sy-tee-ice")
    shopper.open_chat()
    expect(shopper.chat().locator(".context")).to_contain_text("朔源冰感速干T恤")
    shopper.say("什么面料的")
    expect(shopper.chat().locator(".card")).to_contain_text("朔源冰感速干T恤")
    shopper.told("88%锦纶")


def test_two_tabs_show_the_same_and_nothing_twice(shopper: Shopper) -> None:
    one, two = shopper.page, shopper.tab()
    shopper.visit(page=one)
    shopper.open_chat(one)
    shopper.told("欢迎光临", one)
    shopper.visit(page=two)
    shopper.open_chat(two)
    shopper.told("欢迎光临", two)
    shopper.say("包邮吗", one)
    shopper.told("满99", one)
    shopper.told("满99", two)
    shopper.say("发什么快递", two)
    shopper.told("中通", one)
    shopper.told("中通", two)
    expect(shopper.chat(one).locator(".bubble")).to_have_count(5)
    assert shopper.bubbles(one) == shopper.bubbles(two)


def test_english(context: BrowserContext, shop: RunningShop) -> None:
    shopper = Shopper(context, shop.base, "en")
    shopper.visit()
    shopper.open_chat()
    shopper.told("Shuoyuan Menswear")
    shopper.say("Any free shipping?")
    shopper.told("¥99")
    assert not re.search("[\u4e00-\u9fff]", shopper.chat().inner_text())
    assert shopper.faults == []


def test_the_server_dies_in_the_middle_of_it(context: BrowserContext, tmp_path: Path) -> None:
    """What she writes meanwhile waits in her browser, is sent once the shop is back, and is answered once."""
    shop = RunningShop(tmp_path, free_port())
    shop.start()
    shop.wait()
    shopper = Shopper(context, shop.base)
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    shop.stop(signal.SIGKILL)
    shopper.say("包邮吗")
    expect(shopper.chat().get_by_role("status")).to_contain_text("重新连接")
    expect(shopper.chat().locator(".waiting")).to_have_count(1)
    shop.start()
    shop.wait()
    try:
        shopper.told("满99")
        expect(shopper.chat().get_by_role("status")).to_be_hidden()
        expect(shopper.chat().locator(".waiting")).to_have_count(0)
        shopper.say("发什么快递")
        shopper.told("中通")
        assert [b for b in shopper.bubbles() if b == "包邮吗"] == ["包邮吗"]
        expect(shopper.chat().locator(".bubble")).to_have_count(5)
    finally:
        shop.stop()


def test_offline_for_a_while(context: BrowserContext, shopper: Shopper) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    context.set_offline(True)
    expect(shopper.chat().get_by_role("status")).to_contain_text("重新连接")
    shopper.say("包邮吗")
    expect(shopper.chat().locator(".waiting")).to_have_count(1)
    context.set_offline(False)
    shopper.told("满99")
    expect(shopper.chat().get_by_role("status")).to_be_hidden()
    assert shopper.bubbles().count("包邮吗") == 1
    shopper.faults.clear()  # a browser logs that it could not connect


def test_back_from_another_page_the_talk_goes_on(shopper: Shopper) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    shopper.say("包邮吗")
    shopper.told("满99")
    before = shopper.bubbles()
    shopper.visit("/p/sy-tee-ice")
    shopper.page.go_back()
    if not shopper.chat().is_visible():  # else the browser kept the page as it was
        shopper.open_chat()
    shopper.told("满99")
    assert shopper.bubbles() == before
    shopper.say("发什么快递")
    shopper.told("中通")
    assert shopper.bubbles()[: len(before)] == before


@pytest.mark.parametrize("how", ["sleep", "silence"])
def test_a_connection_that_died_without_a_word_is_noticed(shopper: Shopper, shop: RunningShop, how: str) -> None:
    """The lid was closed, or the network went away without telling the browser: what was told meanwhile is shown."""
    passed: list[WebSocketRoute] = []

    def carry(page_side: WebSocketRoute) -> None:
        number, server_side = len(passed), page_side.connect_to_server()
        passed.append(server_side)
        # The first of them is soon a wire that leads nowhere.
        page_side.on_message(lambda words: None if dead and not number else server_side.send(words))
        server_side.on_message(lambda words: None if dead and not number else page_side.send(words))

    dead: list[bool] = []
    shopper.page.route_web_socket(re.compile("/chat/socket"), carry)
    shopper.page.clock.install()
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    dead.append(True)
    shop.tell(shopper.conversation_id(), Reply("您的包裹到杭州了"))
    shopper.page.wait_for_timeout(300)
    assert "您的包裹到杭州了" not in shopper.bubbles()
    if how == "sleep":
        shopper.page.clock.fast_forward(3_600_000)
    else:
        shopper.page.clock.run_for(45_000)
    shopper.told("您的包裹到杭州了")
    assert len(passed) == 2
    assert shopper.bubbles().count("您的包裹到杭州了") == 1


def test_another_user_of_the_same_browser_begins_anew(shopper: Shopper, shop: RunningShop, named_port: int) -> None:
    with other_site(shop.base, named_port) as address:
        for user in ("anna", "ben"):
            shopper.page.goto(f"{address}/goods?user={user}")
            shopper.open_chat()
            shopper.told("欢迎光临")
            assert "我的秘密" not in shopper.bubbles()
            shopper.say("我的秘密")
            expect(shopper.chat().locator(".waiting")).to_have_count(0)
        shopper.page.evaluate("xiaoer.forget()")
        expect(shopper.chat()).to_be_hidden()
        assert shopper.page.evaluate("Object.keys(localStorage).length") == 0
        shopper.open_chat()
        shopper.told("欢迎光临")
        assert "我的秘密" not in shopper.bubbles()


def test_a_photo_is_shown_before_and_after_it_is_sent(shopper: Shopper, picture: Path) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    shopper.chat().locator("input[type=file]").set_input_files(picture)
    expect(shopper.chat().get_by_alt_text("要发的照片")).to_be_visible()
    shopper.say("有这种颜色的吗")
    mine = shopper.chat().get_by_alt_text("您发的照片")
    expect(mine).to_be_visible()
    expect(shopper.chat().get_by_alt_text("要发的照片")).to_be_hidden()
    expect(shopper.chat().locator(".waiting")).to_have_count(0)
    shopper.page.reload()
    shopper.open_chat()
    expect(mine).to_be_visible()
    assert mine.evaluate("i => i.naturalWidth") == 300


def test_what_is_no_photo_is_refused_with_a_sentence(shopper: Shopper, tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_bytes(b"<svg onload=alert(1)>")
    shopper.visit()
    shopper.open_chat()
    shopper.chat().locator("input[type=file]").set_input_files(path)
    expect(shopper.chat().get_by_role("alert")).to_contain_text("不是能发的照片")


def test_a_person_joins_while_the_chat_is_closed(shopper: Shopper, shop: RunningShop, picture: Path) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    shopper.page.get_by_role("button", name=shopper.word("close")).click()
    marks = tuple(RenderedButton(f"{n}星", f"s:{n}:C1") for n in range(5, 0, -1))
    shop.tell(
        shopper.conversation_id(),
        Reply("在的，我来帮您", by="S1", ref="telegram:-1:5"),
        Reply("在的，我来帮您看看", by="S1", ref="telegram:-1:5", edits=True),
        Reply("这张是实拍", by="S1", media=(shop.keep_photo(shopper.conversation_id(), picture.read_bytes()),)),
        Reply("这次服务您满意吗？", marks),
    )
    expect(shopper.page.get_by_role("button", name="打开聊天, 3 条新消息")).to_be_visible()
    shopper.page.get_by_role("button", name="打开聊天").click()
    expect(shopper.chat().locator(".note").filter(has_text="客服同事为您服务")).to_be_visible()
    shopper.told("在的，我来帮您看看")
    expect(shopper.chat().locator(".person .bubble")).to_have_count(2)
    expect(shopper.chat().get_by_alt_text("同事发来的照片")).to_have_js_property("naturalWidth", 300)
    stars = shopper.chat().get_by_role("group", name="请打分").get_by_role("button")
    assert [star.get_attribute("aria-label") for star in stars.all()] == [f"{n}星" for n in range(1, 6)]
    stars.nth(3).click()
    expect(shopper.chat().locator(".star.lit")).to_have_count(4)
    expect(stars.first).to_be_disabled()


def test_older_lines_come_by_scrolling_up(shopper: Shopper, shop: RunningShop) -> None:
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    shop.tell(shopper.conversation_id(), *(Reply(f"第{n}条") for n in range(34)))
    shopper.told("第33条")
    shopper.page.reload()
    shopper.open_chat()
    shopper.told("第33条")
    log = shopper.chat().get_by_role("log")
    expect(log.locator(".bubble")).to_have_count(30)
    log.evaluate("log => { log.scrollTop = 0 }")
    expect(log.locator(".bubble")).to_have_count(35)
    assert shopper.bubbles()[1:] == [f"第{n}条" for n in range(34)]
    assert log.evaluate("log => log.scrollTop") > 100, "she stays where she read"


def test_keyboard_alone(shopper: Shopper) -> None:
    shopper.visit()
    page = shopper.page
    page.get_by_role("button", name=shopper.word("open")).focus()
    page.keyboard.press("Enter")
    expect(shopper.chat().get_by_role("textbox")).to_be_focused()
    shopper.told("欢迎光临")
    page.keyboard.type("包邮吗")
    page.keyboard.press("Enter")
    shopper.told("满99")
    inside = "document.activeElement.id == 'xiaoer-chat'"
    shopper.chat().get_by_role("button", name="看看热销").focus()
    page.keyboard.press("Enter")
    expect(shopper.chat().get_by_role("textbox")).to_be_focused()
    expect(shopper.chat().locator(".good").first).to_be_visible()
    for key in ["Tab"] * 12 + ["Shift+Tab"] * 12:
        page.keyboard.press(key)
        assert page.evaluate(inside), "the focus left the open chat"
    page.keyboard.press("Escape")
    expect(shopper.chat()).to_be_hidden()
    expect(page.get_by_role("button", name=shopper.word("open"))).to_be_focused()


def test_on_a_phone_the_chat_fills_the_screen(browser: Browser, shop: RunningShop) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    shopper = Shopper(phone, shop.base)
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    expect(shopper.chat()).to_be_focused()  # and not the textbox: no keyboard before she wants to write
    # It slides in: a frame before its end lacks a fraction of a pixel.
    assert shopper.chat().bounding_box() == pytest.approx({"x": 0, "y": 0, "width": 390, "height": 844}, abs=1)
    assert shopper.page.evaluate("document.documentElement.scrollWidth") == 390
    assert shopper.faults == []
    phone.close()


def test_on_a_phone_the_chat_keeps_to_the_screen_in_a_page_that_does_not(browser: Browser, shop: RunningShop) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    shopper = Shopper(phone, shop.base)
    shopper.visit()
    widen = """() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('main { min-width: 900px }');
        document.adoptedStyleSheets = [sheet];
    }"""
    shopper.page.evaluate(widen)
    box = shopper.page.get_by_role("button", name=shopper.word("open")).bounding_box()
    assert box is not None and (box["x"], box["y"]) == (390 - 72, 844 - 72)
    shopper.page.evaluate("xiaoer.open()")
    shopper.told("欢迎光临")
    assert shopper.chat().bounding_box() == pytest.approx({"x": 0, "y": 0, "width": 390, "height": 844}, abs=1)
    phone.close()


def test_in_a_page_of_another_site(context: BrowserContext, shop: RunningShop, named_port: int) -> None:
    with other_site(shop.base, named_port) as address:
        shopper = Shopper(context, address)
        shopper.visit("/goods")
        shopper.open_chat()
        shopper.told("欢迎光临")
        shopper.say("包邮吗")
        shopper.told("满99")
        assert shopper.faults == []


def test_in_a_page_of_a_site_that_is_not_named(context: BrowserContext, shop: RunningShop) -> None:
    with other_site(shop.base, free_port()) as address:
        shopper = Shopper(context, address)
        shopper.visit("/goods")
        shopper.open_chat()
        expect(shopper.chat().get_by_role("status")).to_contain_text("重新连接")
        assert shopper.bubbles() == []
