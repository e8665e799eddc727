"""Whether words ask rather than state: "有黑色XL吗" asks, "黑色XL" chooses."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"[吗呢?]|么(?=\s*(?:$|[。,，.!！~]))|(?:[没不否]|没有|多少|几天|几号|几时)[啊呀哦呐呢嘞]?\s*(?:$|[,，。!！~])"
    r"|有没有|是不是|能不能|可不可以|会不会|要不要|多[少久大高重长宽厚]|还有[^要]*$|怎么|什么|哪|为何|为什么"
    r"|^\s*(?:hi|hello|hey)?[,.! ]*"
    r"(?:is|are|do|does|did|can|could|will|would|have|has|(?:what|when|where|who|how)s?|which|why|any)\b",
    re.IGNORECASE,
)

_ADDS = re.compile(
    r"再[来加要拿买拍]|另外|还要|还想要|加[一两二三1-3]|同时要|一起要|多要|也要|也来|也拿"
    r"|\b(?:also|another|plus|as well|one more|add|too)\b",
    re.IGNORECASE,
)


_WANTS = re.compile(
    r"要(?![是么])|来[一二两三四五六七八九十几\d]|拿|拍|订|给我|买(?![了过的])|\b(?:want|need|take|buy|order|get|like)\b",
    re.IGNORECASE,
)


_SEEKS = re.compile(
    r"有|卖|找|看|推荐|介绍|了解|\b(?:have|got|sell|any|some|show|see|look(?:ing)? (?:for|at)|about)\b", re.IGNORECASE
)

_OR_ELSE = re.compile(
    r"(?:不|没)(?:送|包邮|免邮|便宜|优惠|打折|减|少|降|给|抹|让).{0,8}?(?:就|那|可)?.{0,4}?"
    r"(?:不买|不要了|不拍|不下单|走了|去别家|换别家|算了)"
    r"|\b(?:or|otherwise|else|unless)\b.{0,40}\bi(?:'?ll| will|'m| won'?t)\b.{0,20}"
    r"\b(?:go|leave|elsewhere|buy|leaving)\b"
    r"|\bwon'?t (?:buy|order)\b.{0,20}\b(?:unless|without)\b"
    r"|\bno (?:gift|discount|free shipping),? no (?:deal|buy|order)\b",
    re.IGNORECASE,
)


def seeks(text: str) -> bool:
    """Whether goods are looked for: "有衬衫吗", but not "衬衫会说话吗"."""
    return bool(_SEEKS.search(text)) or wants(text)


def wants(text: str) -> bool:
    """Whether something is wanted, as against had: "要两件", but not "我买了两件"."""
    return bool(_WANTS.search(text))


def threatens(text: str) -> bool:
    """Whether she would rather not buy than go without something ("不送我就不买了"), which is bargaining."""
    return bool(_OR_ELSE.search(text))


def adds(text: str) -> bool:
    """Whether more goods are wanted beside those already chosen ("再来一件白色的")."""
    return bool(_ADDS.search(text))


def asks(text: str) -> bool:
    """Judged by question words and particles alone; ``text`` may be raw or normalised."""
    return bool(_ASKS.search(text.replace("？", "?")))
