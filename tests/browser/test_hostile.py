"""Hostile names, words, file names and goods in a real browser: on no page does any of them do anything.

Our policy forbids scripts in the page, and a browser logs what it forbids: a try that it stopped is a fault here, too.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from bot.core.messages import RenderedButton, Reply
from bot.core.people import Staff
from tests.browser.agent import Agent, hire
from tests.browser.running_shop import RunningShop
from tests.browser.shopper import Shopper
from tests.handlers.web.chat_server import free_port
from tests.handlers.web.desk.desk_house import desk_house
from tests.handlers.web.desk.test_hostile import CORPUS, hostile

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


#: Each orders two of one product, of which there are no more. The others break out of comments: a parser is told them.
SEEDED = CORPUS[:22]


def _talk(number: int) -> str:
    return f"web:{number:022d}"


def _beside(work: Coroutine[Any, Any, None]) -> None:
    """In a thread: the browser's own loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result(60)


async def _seed(folder: Path, database: Path) -> None:
    """A database in which each of the hostile words stands wherever it can, in a conversation of its own."""
    async with desk_house(folder) as house:
        for number, words in enumerate(SEEDED):
            await hostile(house, words, _talk(number))
    database.parent.mkdir(exist_ok=True)
    (folder / "shop.db").rename(database)


@pytest.fixture(scope="module")
def hostile_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    folder = tmp_path_factory.mktemp("hostile")
    knowledge = folder / "goods"
    (knowledge / "photos").mkdir(parents=True)
    Image.new("RGB", (40, 40)).save(knowledge / "photos" / "evil.png")
    quoted = '"' + "".join(HOSTILE[:4] + HOSTILE[6:8]).replace("\\", "\\\\").replace('"', '\\"') + '"'
    (knowledge / "shop.yaml").write_text(PRODUCTS.format(q=quoted), encoding="utf-8")
    running = RunningShop(folder, free_port(), knowledge=knowledge)
    _beside(_seed(folder, running.database))
    hire(running, Staff("M01", HOSTILE[1], ("manager",)))
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


def test_hostile_words_execute_nothing_on_any_page_of_the_desk(
    browser: Browser, hostile_shop: RunningShop, tmp_path: Path
) -> None:
    boss = Agent(browser, hostile_shop)
    boss.page.goto(f"{hostile_shop.base}/desk/login?next={HOSTILE[1]}")
    boss.log_in("M01")
    for number in range(len(SEEDED)):
        boss.page.goto(f"{hostile_shop.base}/desk/t/{_talk(number)}?view=all")
        expect(boss.page.locator("#lines .by-shopper").first).to_be_visible()
    assert boss.faults == []
    boss.keep_quick_reply("坏话", HOSTILE[0])
    for board in ("?view=all", "?view=closed", "/questions", "/quick", "/reminders", "/shifts?days=366", "/figures"):
        answer = boss.page.goto(f"{hostile_shop.base}/desk{board}")
        assert answer is not None and answer.ok, board
    for words in HOSTILE:
        boss.page.goto(f"{hostile_shop.base}/desk/search")
        boss.page.locator("[name=q]").fill(words[:60])
        boss.page.locator("[name=q]").press("Enter")
        expect(boss.page).to_have_url(re.compile(r"\?q="))
    picture = tmp_path / "<img src=x onerror=alert(1)>.png"
    Image.new("RGB", (30, 20), "teal").save(picture)
    boss.page.goto(f"{hostile_shop.base}/desk/t/{_talk(0)}?view=all")
    boss.page.locator("#answer-file").set_input_files(picture)
    boss.say(HOSTILE[2])
    boss.sees(HOSTILE[2])
    assert boss.faults == []
    boss.context.close()
