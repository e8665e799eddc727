"""Telling a person's name from other short words beside an address."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段章钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛"
    "温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席"
    "卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖"
    "符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台"
    "巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺肖闫仝"
)
_COMPOUND = _words(
    """
    欧阳 上官 司马 诸葛 皇甫 东方 尉迟 公孙 慕容 令狐 司徒 夏侯 南宫 端木 长孙 宇文 轩辕 独孤
    """
)
_TITLE = re.compile(r"(?:先生|女士|小姐|同学|老师|阿姨|师傅|经理|大哥|姐|哥)$")
#: These make a name of any word before them (扎西先生).
_CIVIL = ("先生", "女士", "小姐")
_CJK = re.compile(r"[\u3400-\u9fff]+(?:[·•・.][\u3400-\u9fff]+)*")
#: Endings no given name has, as shoppers write.
_ENDING = re.compile(
    r"(?:[色款号码件的衣裤衫裙鞋帽袜了吗呢吧么啊呀哦元块们条双套包袋季天年月日点时寸厘斤]|快递|公司|付款|发货|包邮|尺码|小区|学校|大厦|大学)$"
)
#: Ordinary words of shop talk that begin like a surname.
_WORDS = _words(
    """
    谢谢 方便 安全 安排 马上 任何 何时 常规 常用 经常 高腰 高领 包邮 包裹 全部 全款 平时 连帽 连体 金额 温柔 支付
    支持 时间 时候 广告 方式 方法 应该 查询 查下 查一下 计划 水洗 关于 申通 万一 万达 习惯 乐意 秋冬 夏季 夏天 夏装
    强烈 易皱 华丽 牛仔 牛仔裤 单独 单件 单号 商家 商品 商场 和我 和他 和她 向您 祝您 祝好 成交 成功 花纹 花样 花呗
    白净 黄金 黄山 都要 都行 都可以 都好 都有 原来 原价 来一件 来两件 明天 明白 明早 和气 位置 简单 简约 卫生 解决
    管用 边上 路上 路口 车上 连起来 符合 保证 保暖 保价 保险 席地 官方 官网 宁愿 成人 台面 沙发 桂花 房间 房子 单位
    文艺 文明 武汉 江边 石头 方形 金属 程度 高级 高档 高大 高个 高个子 童装 童款 钱包 钱呢 钱款 江浙沪 苏打 常见
    常温 常年 何必 何况 温馨 温暖 安心 安静 康复 毛料 毛呢 毛巾 白天 白领 龙头 关注 关心 关系 关门 景点 古风 古典
    池塘 来电 来电话 应当 全家 全身 全新 党员 盖章 简洁 谈谈 单价 全国 全棉 顾客 施工 商务 商城 路边 莫急 祝贺 左右
    左边 时尚 项目 成分 游客 游泳 阳光 阳台 查看 查收 司机 强调 华为 房东 边角 吉利 米白
    """
)
_BEFORE = re.compile(r"^(?:我叫|我是|我姓|名字叫|名字|叫|给|收件人|收货人|姓名|联系人)\s*[::]?\s*")
_AFTER = re.compile(r"\s*[（(]?(?:亲)?收[）)]?$")
_LATIN = re.compile(r"[A-Z][A-Za-z'-]*[a-z](?:[ ][A-Z][A-Za-z'.-]*){1,3}")
_NOT_LATIN = _words(
    """
    road street avenue lane district city county province building room floor china north south east west unit block
    apt hello hi dear thanks thank please yes no ok the black white blue red green shirt tee pants size delivery
    address express send ship deliver and my name is phone number
    """
)
_AT_END = re.compile(r"(?<=[号室栋幢座元楼层店院\d])([\u3400-\u9fff]{2,4}(?:亲?收)?)$")


def is_name(word: str) -> str | None:
    """The name that ``word`` as a whole is, without 收 and the like; None when it is not surely one."""
    plain = _AFTER.sub("", _BEFORE.sub("", word.strip())) or ""
    if _LATIN.fullmatch(plain):
        return None if _NOT_LATIN & set(plain.lower().replace(".", "").split()) else plain
    if not _CJK.fullmatch(plain) or plain in _WORDS or len(plain) > 15:
        return None
    if any(dot in plain for dot in "·•・"):
        return plain
    titled = _TITLE.search(plain)
    if titled and 1 <= titled.start() <= 3 and plain[: titled.start()] not in _WORDS:
        return plain if _surname(plain) or plain.endswith(_CIVIL) else None
    if not 2 <= len(plain) <= (4 if plain[:2] in _COMPOUND else 3) or _ENDING.search(plain):
        return None
    return plain if _surname(plain) else None


def _surname(word: str) -> bool:
    return word[0] in _SURNAMES or word[:2] in _COMPOUND


def name_at_end(detail: str) -> tuple[str, str | None]:
    """An address without the name glued to its end (…301室张三), and that name."""
    found = _AT_END.search(detail)
    name = is_name(found[1]) if found else None
    return (detail[: found.start(1)], name) if found and name else (detail, None)
