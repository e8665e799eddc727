"""How people say and type the same words: dialect, chat spelling, short English; each written as the standard has it.

Language, not shop knowledge: rewritten in phrasings and messages alike before they are compared. Only what can hardly
mean anything else stands here; the judge copes with the rest.
"""

from __future__ import annotations

import re

from bot.core.understanding.normalise import has_han

#: Standard words, then ways of saying them, parted by ``|``; what stands first in a message's order wins by length.
_HAN_WORDS = r"""
有没有 有木有|有冇|有莫有|有得没得|有没得
没有 木有|冇|莫得|没得(?!到|及|商)
什么 啥子|啥(?!时)|神马|什麽|甚么|乜嘢|乜野|么子
什么时候 啥时候|啥时|几时|几时候|啥辰光|好久(?=发|到|能|才|寄|送|有货|补)
怎么 咋个|咋子|咋着|咋|肿么|怎麽|点样|哪能(?=办|弄|买|拍|退|洗)
怎么办 咋整|咋办|咋弄|点办
为什么 为啥|为毛|为嘛|点解|干啥|干嘛要
怎么样 咋样
多少 几多|多小(?=钱)
多少钱 多钱|几钱|好多钱|多少米|多少银子|多少rmb|几个钱
你们 尼们|倪们|你门|乃们|恁们|你哋
我们 俺们|我门|我哋
我 俺
哪个 边个|哪只(?=好|颜色)
到哪 到那(?=$|里|了|儿)
这样 酱紫
知道 晓得
的 滴(?!水|胶|油)|嘅
是 係
不是 唔系|唔係
不 唔
可以 阔以|口以
吗 咩|伐|嘛(?=$|[\s,。?!])|麻(?=$|[\s,。?!])
便宜 便谊|偏宜|平啲
快递 快第|快弟|块递
发货 法货
邮费 油费
包邮 包油|保邮
尺码 尺马
优惠券 优惠卷|优惠劵|优惠圈
客服 课服
花呗 花被|花贝
顺丰 顺风|瞬丰
赠品 曾品|增品|赠拼
已付款 以付款|己付款
在吗 再吗|在嘛|在么|在麻|在不|再不(?=$)
退款 退宽|退欵
质量 质亮|制量
"""

#: Said at the end of a clause without adding anything.
_TAILS = re.compile(r"(?<=[一-鿿])(?:噻|撒|嘞|咧|哩|呐|哟|喽|唦|撒子|捏|哇|哈(?!尔)|诶|耶)(?=$|[ ,。?!~])")

_LATIN_WORDS = """
you u
your ur
are r
what wat|wut|wot
what's whats
when wen
how hw
please pls|plz|plss
thanks thx|thnx|tnx|ty
want to wanna
going to gonna
give me gimme
don't dont
can't cant|cannot
doesn't doesnt
isn't isnt
didn't didnt
haven't havent
the teh
this ths|dis
with wid
because bcoz|cuz|coz
delivery dilivery|delivry|delievery|delevery
receive recieve|recive
received recieved|recived
available avail|availble|avaliable
color colour
tomorrow tmr|tmrw|tomorow
parcel parcle
address adress|addres
"""


def _rows(lines: str) -> dict[str, str]:
    """Variant, as a pattern -> standard, which may be several words: the variants stand behind the last space."""
    rows = (line.rpartition(" ") for line in lines.strip().splitlines())
    return {variant: standard for standard, _, variants in rows for variant in _split(variants)}


def _split(variants: str) -> list[str]:
    """At bars that stand outside of brackets."""
    return re.findall(r"(?:\([^)]*\)|[^|(])+", variants)


_HAN, _LATIN = _rows(_HAN_WORDS), _rows(_LATIN_WORDS)
_STANDARD = {variant.partition("(?")[0]: standard for variant, standard in {**_HAN, **_LATIN}.items()}
_BY_LENGTH = sorted(_HAN, key=lambda variant: -len(variant.partition("(?")[0]))
_IN_HAN = re.compile("|".join(_BY_LENGTH))
_IN_LATIN = re.compile(rf"(?<![a-z'])(?:{'|'.join(_LATIN)})(?![a-z'])")


def standard(text: str) -> str:
    """``text`` as :func:`bot.core.understanding.normalise.clean` leaves it."""
    if has_han(text):
        text = _TAILS.sub("", _IN_HAN.sub(_as_written, text))
    return _IN_LATIN.sub(_as_written, text)


def _as_written(found: re.Match[str]) -> str:
    return _STANDARD[found.group()]
