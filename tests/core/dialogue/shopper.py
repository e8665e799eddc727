"""A shopper who says and presses anything, drawn from a pool; and what must hold whatever she does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.core import promises
from bot.core.catalogue import Shop
from bot.core.delivery import Delivery, deliver
from bot.core.orders import Order
from bot.core.places import narrowest
from bot.core.pricing import BasketLine, price_basket
from tests.demo import demo_composer
from tests.test_dialogues import Talk, check_always

#: One saying between two bars.
_POOL = """
你好 | 重磅T恤 | 珠地polo | 速干五分裤 | 法兰绒格子衬衫 | 要两件黑色XL 寄到杭州 | 再来一件珠地polo 白色 XL |
XL | 白色 | 藏青 | 两件 | 要25件 | 要19件 | 换成白色 | 改成三件 | 不要这件了 换那件珠地polo | polo不要了 |
算了 | 返回 | 嗯 | 好的 | 确认 | 1 | 第二个 | 这个 | 还有吗 | 有黑色吗 包邮不 | 多少钱 | 175 140斤穿多大 |
身高205体重150公斤穿多大 | 寄到成都运费多少 | 台湾能送到吗 | 张三 13800138000 浙江省杭州市西湖区文三路100号 |
李四 | 13900001111 | 改寄到北京市朝阳区建国路1号 | 发顺丰吧 | 备注包装好一点 | 放个贺卡 | 有赠品吗 |
送我一双袜子嘛 | 给我包邮吧 | 帮我开增值税专票 | 我要开发票 |
能便宜点吗 | 再便宜点吧 | 有什么优惠活动 | 双十一还有吗 | 能开发票吗 | 什么时候发货 |
我要投诉 | 转人工 | 人呢 | 不用人工了 | hello | I'll take two | make it black | free shipping to Beijing? |
confirm | two black XL heavyweight tees to Hangzhou | 呱唧呱唧 | {{ 7*7 }} | '; DROP TABLE orders; -- | ? |
我要买20双中筒棉袜 | 要的 | 没有 | 12月5日 | 张三公司 | 工商银行 6222021234567 | 我还没下单 | 免邮呗 |
推荐一件T恤 送人 预算200 | 我要取消订单 | 不取消了 | 是的 | 帮我改一下地址
"""
SAYINGS = (*(words.strip() for words in _POOL.split("|")), "我" * 5000)

#: Whole orders that wait for a yes at once.
ORDERS = (
    "重磅T恤 黑色 XL 两件 张三 13800138000 浙江省杭州市西湖区文三路100号",
    "速干五分裤 灰色 L 三条 王芳 13911112222 新疆乌鲁木齐市天山区解放路1号",
    "丝光棉polo 酒红 L 两件 李雷 13700001111 台湾台北市大安区忠孝东路1号",
    "重磅T恤黑色XL三件 口袋T恤军绿L一件 张三 13800138000 浙江省杭州市西湖区文三路100号",
)

PRESSES = (
    "ok", "edit", "drop", "bot", "e:color", "e:size", "e:quantity", "e:address", "m:hot", "m:promo", "m:size",
    "m:human", "cmd:menu", "cmd:orders", "cmd:language", "c:tee", "p:sy-tee-heavy", "o:sy-polo-pique",
    "o:sy-shirt-flannel", "k:black", "k:white", "s:XL", "s:2XL", "w:SYP01-NVY-M", "t:product.size",
    "t:promo.gift", "inv", "f:1:kind", "f:drop", "s:5:C1", "p:nonsense", "k:nope", "x:y", "",
)  # fmt: skip

SENDS = ("sticker", "photo", "voice", "start", "next day")

#: Each is a number below this; the last ones press what was offered.
MOVES = len(SAYINGS) + len(ORDERS) + len(PRESSES) + len(SENDS) + 6


class RandomShopper:
    """Plays moves, given as numbers, and checks every turn."""

    def __init__(self) -> None:
        self.talk = Talk(demo_composer())
        self.offered: list[str] = []

    def play(self, move: int) -> None:
        does = self._does(move)
        used = frozenset(self.talk.used)
        before = len(self.talk.orders)
        composed = self.talk.turn(does)
        check_always(composed, self.talk, f"{does}")
        check_cases(self.talk, f"{does}")
        for order in self.talk.orders[before:]:
            check_order(order, self.talk.composer.shop, self.talk.now, used)
        self.offered = [b.action for r in composed.replies for b in r.buttons]

    def _does(self, move: int) -> dict[str, Any]:
        words = (*SAYINGS, *ORDERS)
        if move < len(words):
            return {"say": words[move]}
        move -= len(words)
        if move < len(PRESSES):
            return {"press": PRESSES[move]}
        move -= len(PRESSES)
        if move >= len(SENDS):
            return {"press": self.offered[(move - len(SENDS)) % len(self.offered)]} if self.offered else {"say": "好的"}
        match SENDS[move]:
            case "start":
                return {"start": "sy-tee-heavy"}
            case "next day":
                return {"say": "在吗", "at": (self.talk.now + timedelta(days=1)).replace(tzinfo=None).isoformat()}
            case kind:
                return {"send": kind}


def check_cases(talk: Talk, where: str) -> None:
    """One matter is one case, and only the one that is talked about asks for facts."""
    asking = [case.case_id for case in talk.cases if case.state == "collecting"]
    assert asking == ([talk.conversation.collecting] if talk.conversation.collecting else []), where
    run = [(case.reason, case.playbook) for case in talk.cases if case.open and case.playbook]
    assert len(run) == len(set(run)), where
    assert all(case.role and case.alarm_at for case in talk.cases if case.open and case.history), where


def goods_allow_free_shipping(shop: Shop, goods_fen: int, province: str) -> bool:
    """Within what the bot may grant by itself."""
    ruling = promises.free_shipping(shop.promises, shop.logistics, "bot", goods_fen, province=province)
    return isinstance(ruling, promises.Allow)


def check_order(order: Order, shop: Shop, now: datetime, used: frozenset[str]) -> None:
    """Pays what the running promotions give and no less; goes where somebody delivers; carries its notes."""
    lines = [BasketLine(shop.product_by_sku[x.sku], shop.variant_by_sku[x.sku], x.quantity) for x in order.lines]
    quote = price_basket(lines, shop.running(now), used_promotions=used)
    assert order.goods_fen == quote.goods_fen
    place = narrowest(order.address.region or order.address.province)
    assert place is not None
    sent = deliver(shop, place, quote.goods_fen, order.courier)
    assert isinstance(sent, Delivery)
    free = any(n.content.startswith("free shipping") for n in order.notes)
    assert order.shipping_fen == (0 if free else sent.fee_fen)
    assert not free or goods_allow_free_shipping(shop, quote.goods_fen, place.province)
    assert sum(x.quantity for x in order.lines) < shop.promises.bulk_from_pieces
    assert all((order.address.detail, order.address.name, order.address.phone, order.address.province))
    assert order.status == "unpaid"
    assert order.flag is None
    assert order.notes[0].staff_id == "XE01"
    granted = [n.content for n in order.notes if n.content.startswith("gift: ")]
    assert len(granted) <= 1
    for gift in granted:
        assert any(s.gift.zh in gift and s.over_fen <= quote.goods_fen for s in shop.promises.gifts)
