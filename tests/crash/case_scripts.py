"""What happens in a chat and behind it, for every procedure of the demo shop: straight, refused, and nobody there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

#: ``say``: she writes. ``press``: a person decides a step. ``speak``, ``ask``, ``back``: a person writes to her, asks
#: for leave to promise, gives her back to the bot. ``order``: the platform reports of her order. ``late``: nobody
#: decides until it is late. ``at``: the clock has moved the case to a step.
Verb = Literal["say", "press", "speak", "ask", "back", "order", "late", "at"]


class Act(NamedTuple):
    verb: Verb
    #: Words, outcome, or kind of report.
    what: str = ""
    step: str = ""
    #: Role of who acts; two people of it do the same thing at the same moment.
    role: str = ""
    entered: str = ""


def say(*texts: str) -> list[Act]:
    return [Act("say", text) for text in texts]


def press(role: str, step: str, outcome: str, entered: str = "") -> list[Act]:
    return [Act("press", outcome, step, role, entered)]


def by(role: str, *ways: str) -> list[Act]:
    """One person decides several steps in a row: ``step:outcome``."""
    return [Act("press", outcome, step, role) for step, _, outcome in (way.partition(":") for way in ways)]


def speak(text: str) -> list[Act]:
    return [Act("speak", text, role="agent")]


def late(step: str) -> list[Act]:
    return [Act("late", step=step)]


def at(step: str) -> list[Act]:
    return [Act("at", step=step)]


def order(kind: str) -> list[Act]:
    return [Act("order", kind)]


PHOTO = "[photo]"
ORDER = say("重磅T恤 黑色 XL 一件 张三 13800138000 浙江省杭州市西湖区文三路100号", "确认")
GIFT = ORDER + say("送我一双袜子嘛", "再送一双袜子吧")
BARGAIN = ORDER + say("能便宜点吗", "再便宜点吧")
PLAIN = ORDER + say("我要开普通发票", "佛山某某有限公司", "91440600MA4XXXXX1X", "T恤", "按实付")
VAT = ORDER + say(
    "我要开增值税专票",
    PHOTO,
    "佛山某某有限公司",
    "91440600MA4XXXXX1X",
    "某银行佛山支行 6222020000001234",
    "佛山市某路1号 0757-88888888",
)
BULK = ORDER + say("我要买20双中筒棉袜", "要", "不用", "没有")
COMPLAINT = ORDER + say("我要投诉")

_ONE, _LINE2 = "bulk_specialist", "operations"

PAID = ORDER + order("paid")
SHIPPED = PAID + order("shipped")
SIGNED = SHIPPED + order("signed")
CONFIRMED = SIGNED + order("confirmed")
#: Whatever coupon was promised is approved by operations and sent by finance.
PAYOUT = by("operations", "approve:approved") + by("finance", "pay:paid")

#: After the sale: each with the person who refuses, the coupon beside it or the money at its end.
AFTER: Mapping[str, list[Act]] = {
    "return": SIGNED
    + say("我要退货", "尺码不合", "肩膀太紧")
    + press("after_sales", "review", "pick_up", "佛山市某路8号")
    + by("warehouse", "collect:arrived")
    + press("finance", "refund", "paid", "129"),
    "return, never collected": SIGNED
    + say("我要退货", "不喜欢", "黑色那件")
    + press("after_sales", "review", "pick_up", "佛山市某路8号")
    + late("collect")
    + by("after_sales", "collect:overdue")
    + by("supervisor", "advance:approved")
    + press("finance", "refund", "paid", "129"),
    "refund": CONFIRMED
    + say("我要退款", "整单都退", "尺码不合", "129元", "张三", "某银行佛山支行 6222020000001234", "tb_zhangsan")
    + by("after_sales", "verify:right")
    + press("after_sales", "sum", "agreed", "129")
    + by("operations", "approve:approved")
    + by("auditor", "second:right")
    + by("finance", "pay:paid"),
    "refund, not shipped": PAID + say("我要退款", "整单都退") + press("after_sales", "unshipped", "refunded", "129"),
    "damaged": SIGNED
    + say("衣服快递袋破了 衣服划了个口子", "左袖划破五厘米", "其他", "整单", PHOTO)
    + by("after_sales", "judge:real")
    + press("after_sales", "sorry", "on_the_way", "10%")
    + press("warehouse", "pick_up", "collected", "129")
    + by("after_sales", "whole:refunded")
    + PAYOUT,
    "missing": SIGNED
    + say("少发了一双袜子", "黑色中筒袜一双")
    + by("after_sales", "check:short")
    + say("补寄吧")
    + press("warehouse", "resend", "sent", "中通 75512345678")
    + press("after_sales", "sorry", "fault", "20%")
    + PAYOUT,
    "wrong": SIGNED
    + say("颜色发错了", "下单黑色，收到的是灰色", "王芳", "整单", PHOTO)
    + by("warehouse", "compare:warehouse")
    + press("after_sales", "sorry", "coupon", "20%")
    + by("after_sales", "price:dear")
    + by("warehouse", "pick_up:collected")
    + press("after_sales", "money", "sum", "129")
    + by("after_sales", "whole:refunded")
    + PAYOUT,
    "urge": PAID
    + say("催一下，赶紧发货", "不急，等发货")
    + by("warehouse", "push:today")
    + order("shipped")
    + at("ride")
    + order("signed")
    + at("done"),
    "held": PAID
    + say("催一下，赶紧发货", "不急，等发货")
    + by("warehouse", "push:short", "stock:no_stock")
    + say("退款吧")
    + by("after_sales", "sorry:coupon")
    + press("after_sales", "money", "refunded", "129")
    + PAYOUT,
    "transit": SHIPPED
    + say("显示已签收，可我没拿到货")
    + by("after_sales", "urge:lost")
    + say("退款吧")
    + press("after_sales", "makes_up", "coupon", "10%")
    + press("after_sales", "money", "refunded", "129")
    + PAYOUT,
    "not received": SIGNED
    + say("显示已签收，可我没拿到货")
    + press("after_sales", "courier", "named", "李阿姨")
    + say("不认识")
    + by("after_sales", "visit:lost")
    + press("after_sales", "money", "refunded", "129"),
    "price": SIGNED
    + say("刚买就降价了", "重磅T恤付了129，今天看到119")
    + by("after_sales", "compare:limit", "reply:accepted"),
    "reorder, refused": SHIPPED
    + say("快递没打电话就给我退回去了", "没有", "还要")
    + by("after_sales", "confirm:courier_fault")
    + press("complaints", "check", "refuse", "原包裹还在派送"),
    "refused parcel": SHIPPED
    + say("包裹我拒收了", "13800001111", "不要了，退款")
    + press("after_sales", "confirm", "refund", "129")
    + by("operations", "approve:approved")
    + by("finance", "pay:paid"),
}

WAYS: Mapping[str, list[Act]] = {
    "gift": GIFT + press("supervisor", "decide", "gift", "中筒棉袜一双") + order("paid"),
    "gift refused": GIFT + press("supervisor", "decide", "refuse", "已经用了店铺券"),
    "gift, nobody there": GIFT + late("decide") + press("manager", "decide", "shipping"),
    "bargain": BARGAIN + press("supervisor", "decide", "discount", "95折") + by("auditor", "reprice:changed"),
    "bargain refused": BARGAIN + press("supervisor", "decide", "refuse", "活动价已经最低"),
    "bargain, nobody there": BARGAIN
    + late("decide")
    + press("manager", "decide", "discount", "9折")
    + late("reprice")
    + by("supervisor", "reprice:not_ordered"),
    "invoice": VAT
    + by("finance", "vat:sent")
    + order("paid")
    + order("shipped")
    + order("signed")
    + at("arrived")
    + by("agent", "arrived:received"),
    "invoice refused": PLAIN + press("finance", "plain", "incomplete", "税号少一位") + by("agent", "missing:dropped"),
    "invoice, nobody there": PLAIN + late("plain") + by("operations", "plain:sent") + late("transit"),
    "bulk": BULK
    + by(_ONE, "quote:check")
    + by("manager", "check:clean")
    + press("supervisor", "discount", "grant", "95折")
    + by(_ONE, "note:noted")
    + by("auditor", "amount:changed")
    + order("paid")
    + at("ship")
    + by(_ONE, "ship:shipped")
    + order("shipped")
    + order("signed")
    + at("envelope")
    + by(_ONE, "envelope:wrong")
    + by("finance", "reissue:sent")
    + by(_ONE, "envelope:right")
    + order("confirmed")
    + at("done"),
    "bulk refused": BULK + by(_ONE, "quote:check") + by("manager", "check:malice"),
    "bulk, nobody there": BULK + late("quote") + by("supervisor", "quote:lapsed"),
    "complaint": COMPLAINT + press("complaints", "handle", "coupon", "20") + by("complaints", "reply:accepted"),
    "complaint refused": COMPLAINT
    + press("complaints", "handle", "solved", "重新发一件")
    + by("complaints", "reply:again")
    + press(_LINE2, "second", "solved", "重新发一件并送运费券")
    + press("complaints", "final", "higher", "十倍赔偿")
    + press(_LINE2, "platform", "answered", "按规则退运费"),
    "complaint, nobody there": COMPLAINT + late("handle") + by(_LINE2, "handle:second") + late("second"),
    "a person": say("转人工")
    + speak("您好，我来看看")
    + say("那什么时候能到")
    + speak("明天就到")
    + [Act("back", role="agent")]
    + say("包邮吗"),
    "a promise": say("转人工")
    + speak("您好")
    + [Act("ask", "给您打95折", role="agent")]
    + by("supervisor", "decide:approve")
    + speak("还有别的要帮忙吗"),
}
