"""The pictures of the documents, made by using a shop as people would: ``python -m tests.browser.screenshots``.

Shoppers ask, order and are handed over; staff answer, ask for an approval and keep their boards. Everybody in it is
made up. The pictures go to docs/images, or to the folder named.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.core.people import Staff
from tests.browser.agent import Agent, hire
from tests.browser.running_shop import ROOT, RunningShop
from tests.browser.shopper import Shopper
from tests.handlers.web.chat_server import free_port

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    "reduced_motion": "reduce",
}  # fmt: skip
_AFTERNOON = 14
DARK: dict[str, Any] = {"color_scheme": "dark"}
STAFF = (
    Staff("KF01", "蕙兰", ("agent",)),
    Staff("KF02", "阿本", ("agent",)),
    Staff("ZG01", "苏主管", ("supervisor",)),
    Staff("DZ01", "马店长", ("manager",)),
)
QUICK = (
    ("发货", "{name}您好，订单 {order_no} 今天17点前发出，发出后物流单号会短信发给您。"),
    ("退换", "签收7天内都可以退换，吊牌别剪就好，运费我们来安排。"),
    ("稍等", "您稍等，我马上帮您查一下～"),
)
HEADS = (
    "订单编号",
    "订单状态",
    "总金额",
    "订单创建时间",
    "收货人姓名",
    "收货地址",
    "联系手机",
    "宝贝标题",
    "宝贝总数量",
)
#: What nobody foresaw.
ODD = (
    "衣服能塞进二十寸箱子几件",
    "能帮我绣个名字的拼音缩写不",
    "你们店里那只橘猫叫什么",
    "可以用来做飞盘的布料吗",
)
#: Number, name, phone, place, goods, sum and hours since it was made: unpaid, and of no chat.
UNPAID = (
    ("3617204410023311", "何小满", "13700137021", "浙江省 杭州市 西湖区 古墩路88号", "朔源珠地POLO衫", "159.00", 20),
    ("3617204410023312", "秦岭", "13700137022", "四川省 成都市 武侯区 科华路12号", "朔源轻薄羽绒服", "399.00", 16),
    ("3617204410023313", "罗英", "13700137023", "广东省 广州市 天河区 体育西路3号", "朔源直筒牛仔裤", "199.00", 3),
)
PRODUCT_PHOTO = ROOT / "knowledge" / "photos" / "sy-tee-heavy.png"
#: Colors of a picture; screens of text need no more, and the file is a third of the size.
_COLORS = 200


class Album:
    """``into``: the folder of the pictures."""

    def __init__(self, browser: Browser, shop: RunningShop, into: Path) -> None:
        self.browser = browser
        self.shop = shop
        self._into = into

    def keep(self, page: Page, name: str) -> None:
        """What is on the screen now, with the pointer out of the way."""
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle") if "/desk" not in page.url else page.wait_for_timeout(700)
        page.wait_for_timeout(400)
        for newer in page.locator("#newer:visible").all():
            newer.click()
            page.wait_for_timeout(400)
        path = self._into / f"{name}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE).save(path, optimize=True)

    def shopper(self, language: str = "zh", **look: Any) -> Shopper:
        locale = "zh-CN" if language == "zh" else "en-US"
        context = self.browser.new_context(locale=locale, **{**DESKTOP, **look})
        context.set_default_timeout(15_000)
        return Shopper(context, self.shop.base, language)

    def staff(self, login: str, language: str = "zh-CN", **look: Any) -> Agent:
        agent = Agent(self.browser, self.shop, language, **{"reduced_motion": "reduce", **look})
        agent.log_in(login)
        return agent


def storefront(album: Album) -> None:
    for name, language, look in (("shop", "zh", {}), ("shop-phone", "zh", PHONE), ("shop-dark", "en", DARK)):
        shopper = album.shopper(language, **look)
        album.keep(shopper.visit(), name)
    shopper = album.shopper()
    shopper.visit("/p/sy-tee-heavy")
    album.keep(shopper.page, "shop-product")
    album.keep(album.shopper("en").visit("/nowhere"), "shop-missing")


def chats(album: Album) -> None:
    shopper = album.shopper()
    shopper.visit("/p/sy-tee-heavy")
    shopper.page.locator("button.main").click()
    expect(shopper.chat().locator(".card")).to_be_visible()
    album.keep(shopper.page, "chat-product")
    shopper.say("有什么推荐的T恤吗 送爸爸 两百以内")
    expect(shopper.chat().locator(".good")).to_have_count(3)
    album.keep(shopper.page, "shop-chat")
    dark = album.shopper("en", **DARK)
    dark.visit("/p/sy-tee-heavy")
    dark.open_chat()
    _order(
        dark,
        "I want two heavyweight tees, black XL, to Hangzhou",
        "Zhang San 13800138000 No. 1 Wensan Road, Xihu District",
    )
    album.keep(dark.page, "chat-dark")
    phone = album.shopper(**PHONE)
    phone.visit()
    phone.open_chat()
    _order(phone, "我要两件重磅T恤 黑色XL 寄到杭州", "张三 13800138000 西湖区文三路1号")
    album.keep(phone.page, "chat-phone")


def _order(shopper: Shopper, *words: str) -> None:
    """Up to where it is read back."""
    for said in words:
        before = len(shopper.bubbles())
        shopper.say(said)
        expect(shopper.chat().locator(".bubble")).not_to_have_count(before + 1)
    expect(shopper.chat().locator(".order").last).to_be_visible()


def _asks_for_a_person(shopper: Shopper, *words: str) -> str:
    """Her conversation's id."""
    shopper.visit()
    shopper.open_chat()
    shopper.told("欢迎光临")
    for said in (*words, "转人工"):
        before = len(shopper.bubbles())
        shopper.say(said)
        expect(shopper.chat().locator(".bubble")).not_to_have_count(before + 1)
        shopper.page.wait_for_timeout(500)
    shopper.told("同事")
    return shopper.conversation_id()


def desk(album: Album) -> None:
    """A queue of four, one of whom is talked with."""
    agent, boss = album.staff("KF01"), album.staff("ZG01")
    others = [album.shopper() for _ in range(3)]
    _asks_for_a_person(others[0], "发什么快递")
    _asks_for_a_person(others[1], "衬衫洗了会缩水吗", "算了我要投诉 上次发错了颜色")
    _asks_for_a_person(others[2], "我的快递到哪了")
    shopper = album.shopper()
    ordered = ("我要两件重磅T恤 黑色XL 寄到杭州", "张三 13800138000 西湖区文三路1号", "确认下单")
    talk_id = _asks_for_a_person(shopper, "身高175体重140斤穿多大", *ordered)
    agent.page.goto(f"{album.shop.base}/desk")
    agent.open(talk_id)
    agent.page.locator("#do-take").click()
    shopper.told("蕙兰")
    agent.say("张先生您好，我是蕙兰，您说～")
    shopper.told("我是蕙兰")
    shopper.say("想看看实物的颜色，是爸爸穿")
    agent.sees("想看看实物")
    agent.page.locator("#answer-file").set_input_files(PRODUCT_PHOTO)
    expect(agent.page.locator("#to-send li")).to_have_count(1)
    agent.say("这是仓库刚拍的，黑色不反光")
    shopper.told("仓库刚拍的")
    shopper.say("好的，能送条皮带吗")
    agent.sees("能送条皮带吗")
    shopper.page.wait_for_timeout(800)
    album.keep(shopper.page, "chat-person")
    agent.page.locator("#lines").press("n")
    agent.say("老顾客，给爸爸买的，喜欢宽松")
    agent.sees("喜欢宽松")
    agent.page.locator("#lines").press("r")
    agent.page.locator("#answer-text").press("Escape")
    album.keep(agent.page, "desk-light")
    agent.say("送您一条皮带")
    agent.page.get_by_role("button", name="请求批准").click()
    expect(agent.page.locator(".box-said")).to_contain_text("已请求批准")
    boss.page.goto(f"{album.shop.base}/desk?view=cases")
    boss.open(talk_id)
    album.keep(boss.page, "desk-approval")
    boss.page.get_by_role("button", name="批准并发送").click()
    shopper.told("送您一条皮带")
    for name, look in (("desk-dark", DARK), ("desk-phone", PHONE)):
        other = album.staff("KF01", "en-US" if look is DARK else "zh-CN", **look)
        other.page.goto(f"{album.shop.base}/desk/t/{talk_id}?view=mine")
        album.keep(other.page, name)
        if look is PHONE:
            other.page.goto(f"{album.shop.base}/desk?view=all")
            album.keep(other.page, "desk-phone-queue")
    door = album.browser.new_context(locale="zh-CN", **DESKTOP).new_page()
    door.goto(f"{album.shop.base}/desk/login")
    album.keep(door, "desk-login")


def boards(album: Album) -> None:
    shopper = album.shopper()
    shopper.visit()
    shopper.open_chat()
    for words in ODD:
        shopper.say(words)
        shopper.page.wait_for_timeout(700)
    boss = album.staff("DZ01", viewport={"width": 1180, "height": 720})
    for short, words in QUICK:
        boss.keep_quick_reply(short, words, "所有人")
    for name, path in (
        ("board-questions", "questions"),
        ("board-quick", "quick"),
        ("board-reminders", "reminders"),
        ("board-shifts", "shifts"),
        ("board-search", "search?q=T恤"),
        ("board-figures", "figures"),
    ):
        boss.page.goto(f"{album.shop.base}/desk/{path}")
        album.keep(boss.page, name)


def _xiaoer(folder: Path, *words: str) -> None:
    command = [
        sys.executable,
        "-m",
        "bot",
        *words,
        "--config",
        str(folder / "config.yaml"),
        "--data",
        str(folder / "data"),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _unpaid(folder: Path) -> None:
    """Orders of a platform whose buyers no message of ours reaches, and the round that leaves them to the phone."""
    now = datetime.now(ZoneInfo(_by_day()))
    file = folder / f"ExportOrderList{now:%Y%m%d%H%M}.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(HEADS)
        for no, name, phone, place, goods, total, hours in UNPAID:
            made = f"{now - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"
            table.writerow((no, "等待买家付款", total, made, name, place, phone, goods, 1))
    _xiaoer(folder, "import", "orders", str(file))
    last = next(hour for hour in (16, 10, -8) if now.hour >= hour)  # -8: yesterday's
    at = now.replace(hour=0, minute=0) + timedelta(hours=last)
    _xiaoer(folder, "nudge", "--at", f"{at:%Y-%m-%dT%H:%M}")


def _by_day() -> str:
    """A time zone where it is afternoon now: a shop that is open looks as it does to most who meet it."""
    ahead = (_AFTERNOON - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"  # of these the sign is the other way round


def main(into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    folder = Path(tempfile.mkdtemp())
    shop = RunningShop(folder, free_port())
    with (folder / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(f"shop:\n  time_zone: {_by_day()}\n")
    _unpaid(folder)
    hire(shop, *STAFF)
    shop.start()
    try:
        shop.wait()
        with sync_playwright() as playwright:
            # The sandbox needs privileges that a container seldom gives; the pages are our own.
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            album = Album(browser, shop, into)
            for chapter in (storefront, chats, desk, boards):
                chapter(album)
            browser.close()
    finally:
        shop.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
