"""What stands in the pages executes nothing, and everybody can use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from bot.core.messages import RenderedButton, Reply
from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper
from tests.handlers.web.chat_server import free_port

HOSTILE = (
    "<script>console.log('XSS')</script>",
    "<img src=x onerror=alert('XSS')>",
    "<svg/onload=alert('XSS')>",
    '"><iframe srcdoc="<script>parent.alert(\'XSS\')</script>">',
    "javascript:alert('XSS')",
    "https://x.example/\"onmouseover=\"alert('XSS')",
    "https://x.example/<img/src=x/onerror=alert('XSS')>",
    "<a href=\"javascript:alert('XSS')\">x</a>",
    "</textarea><script>alert('XSS')</script>",
    "{{constructor.constructor(\"alert('XSS')\")()}} ${alert('XSS')}",
    "<math><mtext></p><style><img src onerror=alert('XSS')></style>",
    "\u2028\u2029\u202e<details open ontoggle=alert('XSS')>",
    "__proto__",
)

PRODUCTS = """
shop:
  name: {{zh: {q}, en: {q}}}
  about: {{zh: {q}, en: {q}}}
categories:
  - {{id: all, name: {{zh: {q}, en: {q}}}}}
products:
  - id: evil
    name: {{zh: {q}, en: {q}}}
    brand: {q}
    category: all
    price: 129.00
    summary: {{zh: {q}, en: {q}}}
    material: {{zh: {q}, en: {q}}}
    photo: photos/evil.png
    selling_points: [{{zh: {q}, en: {q}}}]
    sales_rank: 1
    colors: [{{id: black, name: {{zh: {q}, en: {q}}}}}]
    variants: [{{sku: E1, color: black, size: {q}, stock: 9}}]
"""


@pytest.fixture(scope="module")
def hostile_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    from PIL import Image

    folder = tmp_path_factory.mktemp("hostile")
    knowledge = folder / "goods"
    (knowledge / "photos").mkdir(parents=True)
    Image.new("RGB", (40, 40)).save(knowledge / "photos" / "evil.png")
    quoted = '"' + "".join(HOSTILE[:4] + HOSTILE[6:8]).replace("\\", "\\\\").replace('"', '\\"') + '"'
    (knowledge / "shop.yaml").write_text(PRODUCTS.format(q=quoted), encoding="utf-8")
    running = RunningShop(folder, free_port(), knowledge=knowledge)
    running.start()
    running.wait()
    yield running
    running.stop()


def test_hostile_words_names_and_products_execute_nothing(browser: Browser, hostile_shop: RunningShop) -> None:
    context = browser.new_context()
    shopper = Shopper(context, hostile_shop.base)
    page = shopper.visit("/p/evil")
    page.locator("button.main").click()
    expect(shopper.chat().locator(".card")).to_be_visible()
    for words in HOSTILE:
        shopper.say(words)
    expect(shopper.chat().locator(".me .bubble")).to_have_count(len(HOSTILE))
    expect(shopper.chat().locator(".waiting")).to_have_count(0, timeout=15_000)
    replies = [
        Reply(words, (RenderedButton(words[:60], f"t:{n}"),), by=words, template=words)
        for n, words in enumerate(HOSTILE)
    ]
    hostile_shop.tell(shopper.conversation_id(), *replies)
    expect(shopper.chat().locator(".person .bubble")).to_have_count(len(HOSTILE), timeout=15_000)
    for link in shopper.chat().locator("a").all():
        assert (link.get_attribute("href") or "").startswith(("http://", "https://"))
        link.hover()
    shopper.chat().get_by_role("button", name=HOSTILE[0]).click()
    for path in ("/", "/p/evil", "/p/" + "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/p/evil?x=<script>alert(1)</script>"):
        shopper.visit(path)
    shopper.visit()
    shopper.page.get_by_role("button", name="打开聊天").click()
    expect(shopper.chat().locator(".me .bubble").last).to_be_visible()
    # The unknown product's page is a 404, which a browser logs.
    assert [fault for fault in shopper.faults if "404" not in fault] == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_serious_barrier_on_any_page(
    browser: Browser, shop: RunningShop, scheme: Literal["light", "dark"], language: str, tmp_path: Path
) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1280, "height": 860})
    shopper = Shopper(context, shop.base, language)
    shopper.visit()
    assert shopper.barriers() == []
    shopper.visit("/p/sy-tee-heavy")
    assert shopper.barriers() == []
    shopper.page.locator("button.main").click()
    expect(shopper.chat().locator(".card")).to_be_visible()
    shopper.say("有什么推荐的T恤吗 送爸爸 两百以内" if language == "zh" else "Can you recommend a T-shirt under 200?")
    expect(shopper.chat().locator(".good")).to_have_count(3)
    marks = tuple(RenderedButton(str(n), f"s:{n}:C1") for n in range(1, 6))
    order = Reply("帮您核对一下：\n• T恤 × 2　¥258\n合计：¥238\nhttps://shop.example.com", template="read_back")
    shop.tell(shopper.conversation_id(), order, Reply("您满意吗？", marks), Reply("我来看看", by="S1"))
    expect(shopper.chat().locator(".person .bubble")).to_be_visible(timeout=15_000)
    shopper.chat().locator("input[type=file]").set_input_files(_not_a_photo(tmp_path))
    expect(shopper.chat().get_by_role("alert")).to_be_visible()
    assert shopper.barriers() == []
    assert shopper.faults == []
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
