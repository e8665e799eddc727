"""Pieces, money, years and places in a list. A number counts only beside its unit."""

from __future__ import annotations

import re

from bot.core.understanding.numerals import ENGLISH_NUMBER, NUMBER, has_figure, has_latin, value

#: Counting words that count goods; 个 also counts months and people, so what follows it is looked at.
_GOODS_UNIT = r"件|双|条|只|套|顶|份|盒|箱|包|瓶|台|张|本|把|对|根|袋|支|款(?=一样)|身(?!高|材|体)"
_NOT_GOODS = (
    r"月|小时|钟头|工作日|星期|礼拜|人|颜色|色|码|尺|号|问题|地方|地址|电话|客服|快递|包裹|订单|单|字|活动|链接|建议"
    r"|忙|事|券|多月|半月|季|亿|系列|版本|牌子|品牌|女|男|孩|小孩|说法|店|账号|赞|性|样子|样|型|高|不停|适合"
)
_BEFORE = r"(?<![第每满送减折赠半\d.])(?<!\d[-~到至])"
_PIECES = re.compile(
    rf"{_BEFORE}(?P<n>{NUMBER})(?:[-~到至]\d+)?[多来几余]?\s*"
    rf"(?:(?P<dozen>打)(?!折|开|电|包|扰|算|过|的)|(?:{_GOODS_UNIT}|个(?!{_NOT_GOODS}))(?!代发|事|心|里面|上面))"
)
_HALF_DOZEN = re.compile(r"半打(?!折)|half a dozen")
_EN_UNIT = (
    r"pcs?|pieces?|items?|units?|pairs?|sets?|boxes|packs?|shirts?|t-?shirts?|tees?|polos?|hood(?:ie|y)s?|jackets?"
    r"|trousers|pants|shorts|socks|hats?|caps?|shoes|of (?:them|these|those|it|this|that|each)"
)
_EN_PIECES = re.compile(
    rf"(?<![\w.'-])(?P<n>\d{{1,6}}|{ENGLISH_NUMBER})\s*(?:more\s+|x\s+)?(?:[a-z]+\s+){{0,3}}?(?:{_EN_UNIT})\b"
)
_EN_TAKES = re.compile(
    rf"\b(?:take|want|need|get|buy|order|have|like)\s+(?P<n>\d{{1,4}}|{ENGLISH_NUMBER})(?=\s*(?:$|[.,!?]|please\b|in\b|more\b))"
)
_EN_DOZEN = re.compile(rf"(?:(?P<n>\d{{1,4}}|{ENGLISH_NUMBER})\s+)?dozens?\b")
_TIMES = re.compile(r"(?<![\d.x*])[x×*]\s?(?P<n>\d{1,5})(?![\d.x*])|(?<![\w.])(?P<m>\d{1,5})\s?[x×](?![\w\d])")
_ONLY_NUMBER = re.compile(rf"^(?:要|来|买|拍|就)?\s*(?P<n>{NUMBER}|{ENGLISH_NUMBER})\s*[个件]?(?:吧|的|好了)?[.。!]?$")

_SAID_MONEY = re.compile(
    rf"[¥$]\s*(?P<a>\d{{1,7}}(?:\.\d{{1,2}})?)"
    rf"|(?P<b>{NUMBER})(?:多)?\s*(?:元|块钱|块(?!肉|肥皂|布)|rmb\b|cny\b|yuan\b|人民币|大洋)(?P<c>[一二三四五六七八九五])?"
    rf"|(?:预算|不超过|不要超过|低于|少于|最多|顶多|控制在)(?:是|在|大概|大约|差不多)*\s*(?P<d>{NUMBER})"
    rf"|(?P<e>{NUMBER})\s*(?:以内|以下|之内|之下|左右以内|内吧|上下)"
    rf"|(?:under|below|less than|within|up to|at most|max(?:imum)?|budget(?: is| of)?(?: about| around)?"
    rf"|no more than)\s+"
    rf"(?:rmb |cny |yuan )?(?P<f>\d{{1,7}}(?:\.\d{{1,2}})?)"
)
#: Figures that are no money although they stand where money stands.
_NOT_MONEY = re.compile(r"^\s*(?:天|日|小时|分钟|斤|公斤|kg|cm|公分|厘米|岁|件|双|条|个|days?|hours?|pcs|pieces|years)")
_CONDITION = re.compile(r"满\s*\d+\s*(?:元|块)?\s*(?:减|送|打|返|立减|免|包邮)")

_AGE = re.compile(
    rf"(?P<n>{NUMBER})\s*(?:多|来)?(?:周?岁)|(?<!\d)(?P<m>\d{{1,3}})[- ]years?[- ]old|\baged? (?P<k>\d{{1,3}})\b"
)

#: "他60了", "my dad is 60": the figure stands beside a person, not beside a unit.
_AGE_OF_SOMEONE = re.compile(
    r"(?:[他她]|[爸妈爷奶公婆]|父亲|母亲|老人|今年|快|刚满|都)(?P<n>[1-9]\d|[一二三四五六七八九]?十[一二三四五六七八九]?)"
    r"(?:多|出头|好几)?了"
    r"|\b(?:he|she|dad|father|mom|mum|mother|grandpa|grandma|husband|son)(?:'s| is)(?: (?:almost|about|over))? "
    r"(?P<e>[1-9]\d)\b(?! ?(?:kg|cm|lbs?|pounds|kilos|%))"
)

_NTH = re.compile(rf"第\s*(?P<n>{NUMBER})(?:个|款|种|条|双|套|样|家|项|张)?(?!件|天|次|三方|二天|一时间|一次)")
_EN_NTH = re.compile(r"\b(?:the )?(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?: one| option| item)?\b")
_EN_NTH_VALUE = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_LAST = re.compile(r"最后(?:一|那)?(?:个|款|种|条|件)|后者")
_ONLY_DIGIT = re.compile(r"^(?:选|要|no\.?|number|option|#)?\s*(?P<n>[1-9])\s*(?:号|\)|\.|吧)?$")

_MAX_PIECES = 1_000_000


def pieces(text: str, awaited: bool = False) -> int | None:
    """How many; of a range the lower figure. ``awaited``: a bare number is an answer to "how many"."""
    if _HALF_DOZEN.search(text):
        return 6
    figures = has_figure(text)
    if not figures and not has_latin(text):
        return None
    for found in _PIECES.finditer(text) if figures else ():
        count = value(found["n"])
        if count is not None and count == int(count) and not _idle(text, found):
            return _bounded(count * (12 if found["dozen"] else 1))
    return _english_pieces(text) or (_only(text) if awaited else None)


def _idle(text: str, found: re.Match[str]) -> bool:
    """一个 is also the article: it counts only where something is bought."""
    return found[0] == "一个" and not re.search(r"[要买拍来订拿下]", text[: found.start()][-3:])


def _english_pieces(text: str) -> int | None:
    dozen = _EN_DOZEN.search(text) if "dozen" in text else None
    if dozen:
        return _bounded(12 * (value(dozen["n"]) or 1 if dozen["n"] else 1))
    found = (_EN_PIECES.search(text) or _EN_TAKES.search(text)) if has_latin(text) else None
    if found:
        return _bounded(value(found["n"]))
    times = _TIMES.search(text)
    return _bounded(value(times["n"] or times["m"])) if times else None


def _only(text: str) -> int | None:
    found = _ONLY_NUMBER.match(text)
    return _bounded(value(found["n"])) if found else None


def _bounded(count: float | None) -> int | None:
    return int(count) if count is not None and 0 < count <= _MAX_PIECES and count == int(count) else None


def money_fen(text: str) -> int | None:
    """The sum said, in fen; of a range the upper one. None for figures of a promotion's rule (满200减20)."""
    if not has_figure(text) or _CONDITION.search(text):
        return None
    for found in _SAID_MONEY.finditer(text):
        said = next(g for name in "abdef" if (g := found[name]))
        amount = value(said)
        if amount is None or _NOT_MONEY.match(text[found.end() :]):
            continue
        tenths = value(found["c"]) or 0 if found["c"] else 0
        fen = round(amount * 100 + tenths * 10)
        if 0 < fen <= 100_000_000_00:
            return fen
    return None


def bare_sum(text: str) -> int | None:
    """A figure alone, the answer to "how much may it cost", in fen."""
    found = _ONLY_NUMBER.match(text)
    yuan = value(found["n"]) if found else None
    return round(yuan * 100) if yuan and yuan <= 1_000_000 else None


def age(text: str) -> int | None:
    spelled = "岁" in text or "year" in text or "age" in text
    found = (_AGE.search(text) if spelled else None) or _AGE_OF_SOMEONE.search(text)
    years = value(next(g for g in found.groups() if g)) if found else None
    return int(years) if years is not None and 0 < years <= 120 else None


def ordinal(text: str, awaited: bool = False) -> int | None:
    """Which of a list, 1-based, -1 the last. ``awaited`` figures are answers to another question: not places."""
    found = _NTH.search(text) if "第" in text else None
    if found:
        place = value(found["n"])
        return int(place) if place is not None and 0 < place <= 20 else None
    if _LAST.search(text):
        return -1
    if text.startswith("前者"):
        return 1
    english = _EN_NTH.search(text) if has_latin(text) else None
    if english and (english[0].endswith(("one", "option", "item")) or len(text) <= 16):
        return _EN_NTH_VALUE.get(english[1]) or int(english[1][0])
    only = _ONLY_DIGIT.match(text)
    return int(only["n"]) if only and not awaited else None
