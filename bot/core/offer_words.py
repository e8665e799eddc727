"""How staff word a promise, in Chinese and English: the patterns that :func:`bot.core.offers.offers_in` tries.

They read clauses that were cleaned (:func:`bot.core.understanding.normalise.clean`): one width, small letters,
simplified characters. Every gap is bounded, so that no message can make them slow. Named groups say how much:
``fold`` (9折), ``pct``, ``yuan``, ``half``, and ``what`` for a gift; a name that is taken within one pattern has
underscores behind it.
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.playbooks import PromiseKind
from bot.core.understanding.numerals import ENGLISH_NUMBER, NUMBER

# --- Chinese ---

YOU: Final = r"(?:您们?|你们?|亲)"
#: 给您 …
GIVE: Final = rf"(?:给|帮|为|替)(?:到)?{YOU}"
_N = rf"(?:{NUMBER})"
_DIGIT = r"[\d零一二两三四五六七八九十百千万%]"
#: What a figure may not count that has no 元 behind it.
_NO_COUNT = (
    rf"(?!\s*(?:{_DIGIT}|\.\d|张|份|瓶|盒|个|折|天|日|号|月|年|周|小时|分钟|工作日|件|双|条|款|套|箱|斤|公斤|kg|cm|码"
    r"|次|种|岁|倍|点|人|单))"
)
_BARE = rf"(?:(?<![\d.])\d{{1,6}}(?:\.\d{{1,2}})?|[一二两三四五六七八九]?[十百][一二三四五六七八九]?){_NO_COUNT}"
_YUAN = rf"(?:¥\s*(?P<yuan>{_N})|(?P<yuan_>{_N})\s*(?:元|块钱|块(?!布)|rmb|yuan))"
#: The unit may be left out.
_ABOUT = rf"(?:{_YUAN}|(?P<yuan__>{_BARE}))"
_PCT = rf"(?:(?P<pct>{_N})\s*(?:%|个百分点|个点)|百分之(?P<pct_>{_N}))"
_FOLD = (
    r"(?P<fold>(?<![\d.])\d{1,2}(?:\.\d)?|[一二两三四五六七八九](?:点?[一二三四五六七八九])?|对)\s*折"
    r"(?![叠伞痕线断磨旧腾页扇椅刀屏纸返边射])"
)
_TICKET = (
    r"(?:的|张|个)?(?:店铺|无门槛|现金|优惠|代金|抵用|抵扣|满减|专属|新人|补偿|道歉|折扣)*(?:券|卷(?!尺|边|发|起))"
)
_POSTAGE = r"(?:运费|邮费|快递费|邮资)"
_WE = r"(?:我们|我|咱们|咱家|店里|本店|店家|小店)(?:家|店里|店|这边)?"
_COUNTED = r"(?:双|条|个|份|件|顶|包|盒|瓶|支|套|袋|副|只|块(?!钱)|枚|根|对|款|把|本|张|样|点|些)"
_SOME = rf"(?:(?:{_N}|半|几)\s*{_COUNTED}|{_COUNTED})"
_REST = r"[^,\s()]"
_WORTH = rf"(?:价值{_YUAN}的)?"
#: 送 that gives: not 配送, not what the shopper gives away herself, not who or where it is for.
_SEND = (
    r"(?:(?<=[给为帮][您你])|(?<![您你发寄派配运护转推投递播专直遣欢赠附加]))(?:免费|额外|另外|白)?"
    r"(?:赠送|附赠|附送|加赠|加送|搭送|送|赠)"
    r"(?!货|达|到|完|过|修|检|人|礼(?!物|品)|朋友|长辈|同事|领导|运费险|退货)"
)
_NOT_THERE = r"(?!到|去|上门|回|货|来|家|达|过去|手|楼|门|单位|公司|小区|驿站|里|哪|吗|的时|运费险|退货)"
_GOODS = (
    r"(?:精美|小)*(?:礼[物品盒袋]|样|赠品|贺卡|袜|皮带|腰带|帽|围巾|手套|毛巾|领带|背心|t恤|帆布包|钥匙扣|香囊|鞋垫"
    r"|会员)"
)
_GIFT = r"(?:小|精美)?(?:赠品|礼物|礼品|小礼|好礼)"
_MAKE_UP = r"(?:赔偿|赔付|(?<!假一)赔|补偿|补贴|贴补|返现|返还|返(?!厂|修|回|程))"
_LITTLE = r"(?:打个?折|便宜(?:点|一点|些|一些)|优惠(?:点|一点|些|一些)|抹个?零)"

_ZH: Final[dict[PromiseKind, tuple[str, ...]]] = {
    "coupon": (
        rf"(?:{_FOLD}|{_PCT}|{_YUAN}){_TICKET}",
        rf"{_TICKET}\s*{_YUAN}",
        rf"(?:{GIVE}|送|赠|发|补|赔|补偿|赔偿)(?:您|你|亲|放|发|送|补|申请到?)*(?:了|上)?(?:一|两|1|2)?(?:张|个)?{_TICKET}",
    ),
    "cash": (
        rf"{_MAKE_UP}(?:给)?{YOU}?(?:现金|红包|差价|一共|共)*\s*{_ABOUT}",
        rf"{_MAKE_UP}(?:给)?{YOU}?(?:订单|实付|金额|货款|付款|的)*\s*{_PCT}",
        rf"{_PCT}(?:的)?(?:现金|金额|货款)?(?:补偿|赔偿|返现|赔付)",
        rf"{_YUAN}(?:的)?(?:现金)?(?:补偿|赔偿|补贴|返现|红包)(?!券)",
        rf"(?:补|退|贴|转|打)(?:还|回)?(?:给)?{YOU}(?:的)?(?:差价|运费|邮费|红包|现金|一共)?\s*{_ABOUT}",
        rf"(?<!已)(?<!已经){GIVE}(?:额外|再|先|多|也|部分)?(?:申请(?:到|了))?(?:退|返|赔|补|转|打|贴)(?:款|现|偿|回|个|了)*"
        rf"(?:差价|红包)?\s*{_ABOUT}",
        rf"退(?:还|回)?(?:您|你)?(?:的)?差价\s*{_ABOUT}",
        rf"红包\s*{_YUAN}",
        rf"差价\s*{_YUAN}\s*(?:会|都)?(?:退|补|返)(?:还|回)?(?:给)?{YOU}",
        rf"(?:{GIVE}|把)(?:先|再|也|可以)?(?:退|补|返)(?:还|回|一下|个)?(?:的)?差价",
        rf"差(?:价|额|多少)[^,]{{0,4}}补(?:给)?{YOU}",
        rf"差价(?:会|可以|可|都|就)?(?:退|补|返)(?:还|回)?(?:给)?{YOU}",
        rf"退(?:还)?(?:给)?{YOU}(?:的)?差价",
        rf"{GIVE}(?:一些|些|一定的?|相应的?)?(?:补偿|赔偿|返现|赔钱|发个?红包)(?![^,]{{0,14}}券)",
        rf"(?:赔偿|补偿|返现|赔钱|赔)给?{YOU}(?:的)?(?!损失|什么)(?![^,]{{0,14}}券)",
    ),
    "free_shipping": (
        r"包邮(?!区|地区|范围|门槛|条件|标准|规则|政策|的?(?:条件|门槛|地区)|不|吗|还差)",
        r"免邮(?!区|门槛)费?",
        rf"免(?:掉|去|了|收|除)?(?:您的|你的)?{_POSTAGE}|[零0]\s*{_POSTAGE}",
        rf"{_POSTAGE}(?:给您|给你)?(?:都|全)?(?:免|不收|不要)(?:了|掉|费)?",
        rf"(?:不收|不要|不用|无需|不需要)(?:您|你)?(?:的|再|另外|另)?(?:付|出|掏|给|承担|补|支付)?{_POSTAGE}",
        rf"{_POSTAGE}(?:由|算|归)?{_WE}(?:来)?(?:出|承担|包|付|负责|的)",
        rf"{_WE}(?:来)?(?:出|承担|包|付){_POSTAGE}|{GIVE}(?:出|包|付|承担)(?:了|掉)?{_POSTAGE}",
    ),
    "discount": (
        rf"(?:打|按|算|享受?)?{_FOLD}|(?P<half>半价)",
        rf"(?:便宜|优惠|让利|让|减免|减|降价|降)(?:您|你)?\s*{_PCT}",
        rf"(?:便宜(?!了)|(?<!已)(?<!已经)优惠|少收|少算|少付|少要|少给|立减|直减|减免|(?<!已)减|抹掉|抹去|让利)"
        rf"(?:给)?{YOU}?\s*{_ABOUT}",
        rf"(?:(?<![多至不减])少(?!于|了|过)|降价|降|让)(?:给)?{YOU}?\s*{_YUAN}",
        rf"少{YOU}\s*(?P<yuan>{_BARE})",
        rf"{GIVE}[^,]{{0,5}}?(?:{_LITTLE}|少(?:点|一点|些|算))",
        rf"{_LITTLE}给{YOU}",
        r"零头[^,]{0,3}(?:抹|去掉|不要|免)|抹[^,]{0,3}零头",
        rf"(?:打|算|按|给){YOU}?个?(?:友情|内部|员工|老客户|老顾客|成本)价",
    ),
    "gift": (
        rf"{_SEND}(?:给)?{YOU}?{_WORTH}(?P<what>{_SOME}(?![天次趟回]|月|小时|货|快递|包裹|地方){_REST}{{0,12}})",
        rf"{_SEND}(?:给)?{YOU}{_NOT_THERE}{_WORTH}(?P<what>{_REST}{{1,14}})",
        rf"{_SEND}(?P<what>{_GOODS}{_REST}{{0,6}})",
        rf"(?:赠送|附赠|附送|加赠|加送)(?!给|的|品|范围|活动|规则|标准|完|条件){_WORTH}(?P<what>{_REST}{{1,14}})",
        rf"{GIVE}[^,]{{0,4}}?(?:多|另外|额外|免费)(?:放|塞|装|寄|加|配|带|拿|给|发|备)(?:了|上|进)?"
        rf"(?P<what>{_SOME}{_REST}{{0,10}})",
        rf"{GIVE}[^,]{{0,2}}?(?:塞|捎|搭|饶)(?:了|上|进)?(?P<what>{_SOME}{_REST}{{0,10}})",
        rf"有(?P<what>(?:{_SOME})?{_GIFT})(?:赠送|相送|送)",
        rf"多(?:给|送|放|塞){YOU}(?P<what>{_SOME}{_REST}{{1,10}})",
        rf"{GIVE}[^,]{{0,4}}?(?:加|放|备|附|带|准备|塞|装|留|配)(?:了|上|进|好)?(?P<what>(?:{_SOME})?{_GIFT})",
        rf"附(?:上|赠|带)(?P<what>(?:{_SOME})?{_GOODS}{_REST}{{0,6}})",
        rf"(?:放|加|塞|装|带|附|配|拿)(?:上|进|了)?(?P<what>{_SOME}{_REST}{{1,10}}?)(?:进去|里面)?(?:给您|给你)?"
        r"(?:当|作为|做|算)(?:是)?(?:您的)?小?(?:赠品|礼物|礼品)",
    ),
}

# --- English ---

_EN = rf"(?:\d{{1,6}}(?:\.\d{{1,2}})?|\b(?:{ENGLISH_NUMBER})\b)"
_EN_UNIT = r"(?:yuan|rmb|cny|kuai|元|块)"
_EN_SIGN = r"(?:¥|rmb|cny)\s*"
_EN_PCT = rf"(?P<pct>{_EN})\s*(?:%|per ?cent)"
_EN_YUAN = rf"(?:{_EN_SIGN}(?P<yuan>\d{{1,6}}(?:\.\d{{1,2}})?)|(?P<yuan_>{_EN})[\s-]*{_EN_UNIT})"
_EN_ABOUT = (
    rf"(?:{_EN_SIGN})?(?P<yuan>(?<![\d.]){_EN})(?:\s*{_EN_UNIT})?"
    r"(?!\s*(?:[\d%]|\.\d|days?|hours?|weeks?|minutes?|times?|pieces?|items?|pairs?|more|per|a))"
)
_SHIP = r"(?:shipping|delivery|postage)"
_CUT = r"\b(?:take|taking|knock|cut|reduce|lower|drop|deduct|shave)\b[^,;]{0,24}?"
_GET = r"\b(?:give|giving|send|offer|add|include|get|toss|put|pack|pop|slip|gift)\s+(?:in\s+)?(?:you\s+)?"
_REPAY = r"\b(?:compensate|reimburse|refund|pay)\s+you\s+(?:back\s+)?(?:with\s+|about\s+|an extra\s+)?"
_FREE = r"(?:for free|free of charge|on us|on the house|at no (?:extra |additional )?(?:cost|charge))"

_ENGLISH: Final[dict[PromiseKind, tuple[str, ...]]] = {
    "coupon": (
        rf"(?:{_EN_PCT}|{_EN_YUAN})(?:[\s-]+(?:off|discount|store|gift|cash))*\s+(?:coupon|voucher)",
        rf"\b(?:coupon|voucher)s?\s+(?:of|for|worth)\s+(?:{_EN_PCT}|{_EN_YUAN})",
        r"\b(?:give|send|offer|issue)\s+you\s+(?:a|an|some|another)\s+(?:[a-z]+\s+){0,2}(?:coupon|voucher)",
    ),
    "cash": (
        rf"{_REPAY}{_EN_PCT}",
        rf"{_REPAY}{_EN_ABOUT}",
        rf"\b(?:refund|return|transfer|pay)\s+(?:back\s+)?{_EN_YUAN}\s+(?:back|to you)",
        rf"\b(?:give|send|offer|issue|pay)\b[^,;]{{0,24}}?{_EN_YUAN}\s+"
        r"(?:back|cash ?back|refund|(?:in|as) (?:cash|compensation)|compensation|for the trouble"
        r"|red (?:packet|envelope))",
        rf"\b(?:give|send|offer|issue)\b[^,;]{{0,24}}?\brefund of {_EN_YUAN}",
        rf"(?:{_EN_PCT}|{_EN_YUAN})\s+(?:cash ?back|compensation|rebate)",
        rf"\b(?:cash ?back|compensation|rebate|red packet)\s+of\s+(?:{_EN_PCT}|{_EN_YUAN})",
        r"\brefund (?:you )?the (?:price )?difference|\bcompensate you\b(?!\s+\d)",
    ),
    "free_shipping": (
        rf"\bfree (?:[a-z]+ )?{_SHIP}\b(?! (?:threshold|area|limit|rule|starts|applies|does))",
        rf"\b{_SHIP} (?:is|will be|'s|would be) (?:free|on us|on the house)",
        rf"\b(?:ship|send|deliver|post) (?:it|them|this|that|your order|the (?:order|parcel))?[^,;]{{0,12}}?{_FREE}",
        rf"\bno {_SHIP} (?:fees?|costs?|charges?)",
        rf"\b(?:we|i)(?:'ll| will| can| could|'d)? (?:pay|cover|waive|drop|skip)[^,;]{{0,12}}?{_SHIP}",
    ),
    "discount": (
        rf"{_EN_PCT}\s*(?:off(?![- ]?white)|discount|cheaper|less|reduction|lower)|(?P<half>half[- ]price|\bhalf off)",
        rf"\b(?:discount|reduction) of (?:{_EN_PCT}|{_EN_YUAN})",
        rf"{_CUT}(?:{_EN_PCT}|{_EN_YUAN})",
        rf"{_EN_YUAN}\s*(?:off(?![- ]?white)|discount|cheaper|less|reduction)",
        r"(?<![\w.%-])(?P<yuan>\d{1,5}(?:\.\d{1,2})?) off\b(?![- ]?white)",
        r"\b(?:give|offer|get|do|make)\b[^,;]{0,16}?\b(?:a|some|an extra|another) (?:[a-z]+ )?discount",
        r"\bmake it (?:a (?:bit|little) )?cheaper",
    ),
    "gift": (
        r"\b(?:throw|throwing) in (?P<what>[^,;.]{1,40})|\bgift you (?P<what_>[^,;.]{1,30})",
        r"(?P<what>\bfree gift\b|\bcomplimentary [a-z]+)",
        rf"{_GET}(?:a|an|one|two|some|the)?\s*(?:extra\s+)?free (?!(?:[a-z]+ )?{_SHIP}|returns?|exchange|size|of)"
        r"(?P<what>[^,;.]{1,30})",
        rf"{_GET}(?P<what>(?:a|an|some|another)\s+(?:[a-z]+\s+){{0,2}}(?:gift|present|freebie))\b"
        r"(?! (?:bag|box|wrap|card|rec))",
        rf"{_GET}(?P<what>[^,;]{{1,40}}?)\s+(?:{_FREE}|as a (?:[a-z]+ )?(?:gift|present))",
    ),
}

#: In the order in which they are tried: what says most comes first, and takes its words away from the others.
PATTERNS: Final[tuple[tuple[PromiseKind, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern)) for kind, patterns in _ZH.items() for pattern in (*patterns, *_ENGLISH[kind])
)

#: The sum a clause makes its promise depend on.
OVER: Final = re.compile(
    rf"(?:满|达到|(?<!不)超过|凑够|凑到|消费|金额到)(?:了|到)?\s*¥?(?P<over>{_N})"
    rf"(?!{_DIGIT}|\s*(?:件|双|条|个|款|套|天|小时|岁))"
    rf"|¥?(?P<over_>{_N})\s*(?:元|块)?(?:以上|起(?=包|送|减|免|就|,|$)|及以上)"
    rf"|\b(?:over|above|from|at least|reach(?:es|ed)?|spend|exceeds?|more than|minimum(?: of| spend)?"
    rf"|off(?: every| orders? of)?|every)\s+(?:{_EN_SIGN})?(?P<over__>\d{{1,6}}(?:\.\d{{1,2}})?)"
    r"(?![\d.:]|\s*(?:%|am\b|pm\b|to\b|-|days?|hours?|pieces?|items?|pcs|pairs?))"
)
