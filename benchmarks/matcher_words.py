"""Made-up phrasings for measuring the matcher: words recombined, the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bot.core.catalogue import Answer, Shop, Text

_SUBJECTS = (
    "衬衫/长袖衬衣 牛仔裤/牛仔长裤 羽绒服/鸭绒衣 运动鞋/跑步鞋 保温杯/水壶 台灯/护眼灯 书包/双肩包 "
    "雨伞/遮阳伞 电饭煲/电饭锅 耳机/耳麦 充电宝/移动电源 键盘/机械键盘 床单/被单 枕头/枕芯 毛巾/浴巾 "
    "茶叶/绿茶 咖啡/咖啡豆 奶粉/婴儿奶粉 洗衣液/洗涤剂 牙刷/电动牙刷 手表/腕表 眼镜/太阳镜 帽子/棒球帽 "
    "围巾/披肩 手套/皮手套 皮带/腰带 钱包/皮夹 行李箱/拉杆箱 帐篷/露营帐 睡袋/羽绒睡袋 自行车/单车 "
    "头盔/骑行盔 吉他/木吉他 画笔/水彩笔 笔记本/记事本 打印机/打印设备 显示器/显示屏 路由器/无线路由 "
    "电视/电视机 空调/冷气机"
)
_ASPECTS = (
    "多少钱/什么价格/怎么卖 什么时候发货/几天发货/何时寄出 能退吗/可以退货吗/支持退货不 "
    "保修多久/质保几年/坏了保不保 有现货吗/还有货没/库存有吗 怎么清洗/能水洗吗/脏了怎么弄 "
    "是正品吗/是不是真货/保真吗 什么材质/用什么做的/啥材料 有优惠吗/打折不/能便宜吗 "
    "包邮吗/要运费吗/邮费多少 多重/重量多少/沉不沉 多大尺寸/长宽多少/有多大 "
    "能开发票吗/发票怎么开/可以开票不 送赠品吗/有礼品没/送什么 有哪些颜色/什么色可选/几种颜色 "
    "怎么安装/要自己装吗/安装收费不 说明书有吗/怎么使用/用法是啥 防水吗/能沾水吗/怕不怕水 "
    "产地哪里/哪里生产的/是国产吗 适合小孩吗/儿童能用吗/宝宝可以用不 能用多久/寿命多长/耐用吗 "
    "有味道吗/气味大不大/异味重吗 能换吗/可以换一个吗/换货怎么换 到货要几天/几天能到/多久送到 "
    "能送礼吗/送人合适吗/有礼盒吗"
)
_BEFORE = (
    "",
    "请问",
    "你好",
    "亲",
    "老板",
    "我想问下",
    "那个",
    "麻烦问一下",
    "这款",
    "你家",
    "刚看的",
    "昨天说的",
    "店里的",
    "图上的",
)
_AFTER = ("", "呀", "啊", "呢", "谢谢", "急", "想买", "在线等", "帮看下", "给我爸买的")


def phrasings(count: int, seed: int = 7) -> dict[tuple[int, int], list[str]]:
    """Topic (subject, aspect) -> its phrasings, ``count`` in all, none twice."""
    rng = random.Random(seed)
    topics = _topics(count)
    made: dict[tuple[int, int], list[str]] = {t: [] for t in topics}
    seen: set[str] = set()
    while len(seen) < count:
        topic = topics[len(seen) % len(topics)]
        text = _phrase(rng, topic)
        if text in seen:
            text += rng.choice("一二三四五六七八九十") + rng.choice("号款件个")
        if text not in seen:
            seen.add(text)
            made[topic].append(text)
    return made


def shop(made: dict[tuple[int, int], list[str]]) -> Shop:
    return Shop(answers=tuple(Answer(name(t), tuple(p), Text("x")) for t, p in made.items()))


def name(topic: tuple[int, int]) -> str:
    return f"t{topic[0]:02}.{topic[1]:02}"


def questions(made: dict[tuple[int, int], list[str]], count: int, seed: int = 11) -> Iterator[tuple[str, str]]:
    """Held-out messages with slips of the finger, and their topics."""
    rng = random.Random(seed)
    known = {p for many in made.values() for p in many}
    topics = list(made)
    made_so_far = 0
    while made_so_far < count:
        topic = rng.choice(topics)
        text = _slip(rng, _phrase(rng, topic))
        if text not in known:
            made_so_far += 1
            yield text, name(topic)


def _topics(count: int) -> list[tuple[int, int]]:
    subjects, aspects = len(_SUBJECTS.split()), len(_ASPECTS.split())
    every = [(s, a) for a in range(aspects) for s in range(subjects)]
    return every[: min(len(every), max(40, count // 100))]


def _phrase(rng: random.Random, topic: tuple[int, int]) -> str:
    subject = rng.choice(_SUBJECTS.split()[topic[0]].split("/"))
    aspect = rng.choice(_ASPECTS.split()[topic[1]].split("/"))
    order = f"{subject}{aspect}" if rng.random() < 0.7 else f"{aspect} {subject}"
    return f"{rng.choice(_BEFORE)}{rng.choice(('', '', '，', ' '))}{order}{rng.choice(_AFTER)}"


def _slip(rng: random.Random, text: str) -> str:
    """One letter lost, doubled or changed place."""
    at = rng.randrange(len(text) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[: at + 1] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
