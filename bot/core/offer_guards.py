"""What makes words of :mod:`bot.core.offer_words` no promise: a question, a refusal, somebody else's money."""

from __future__ import annotations

import re

from bot.core.offer_words import GIVE, YOU
from bot.core.playbooks import PromiseKind

#: Hold 不, 没 or 别 and deny nothing.
_NO_NO = re.compile(
    r"不好意思|对不起|不用谢|不客气|没问题|没关系|没事|不仅|不但|不光|不只|不止|不要紧|(?:不用|别)(?:担心|着?急)|特别|分别"
    r"|无门槛|不限|别的|级别|区别|个别|别人|非常|不满意|不合适|不喜欢|不够|不到|不及|不足|没错|没想到|不错|差不多|不同"
    r"|不管|不论|不小心|不便|不周|不过|要不然?|[好行可能会]不[好行可能会]以?|是不是|不如|不少"
    r"|没(?:能|有)?(?:及时|按时|准时|收到|发|到货|货)|未(?:能|收到|发|按时|及时|到)"
)
_NEGATED = re.compile(r"(?:不|没|未|无法|无权|别|勿|并非|难以|谢绝|停止)[^,]{0,9}$")
_DENIED = re.compile(r"^[^,]{0,6}?(?:不了|不行|不可以|不能|没有|没法|做不到|申请不|不支持|不参加|取消了?|结束了|过期)")
_EN_NO_NO = re.compile(
    r"\bno (?:problem|worries|extra|additional)|\bnot only|\bwhy not|\bif not|\bnot (?:happy|satisfied)"
)
_EN_NEGATED = re.compile(
    r"(?:\b(?:not|no|never|cannot|unable|without|neither|nor|instead of|rather than|afraid)\b|n't\b)[^,;]{0,40}$"
)
_EN_DENIED = re.compile(
    r"^[^,;]{0,20}?\b(?:is|are|was) (?:not|over|unavailable)|^[^,;]{0,12}?\b(?:isn't|not possible|has ended)"
)
#: Somebody else decides yet, or it was long ago.
_NOT_YET = re.compile(
    r"申请(?!到|下来|好|成功|了|通过)|请示|争取|(?:问|跟|和|向|找|请)[^,]{0,4}(?:主管|店长|领导|经理|老板|上级|同事)"
    r"|能不能|能否|是否|可不可以|会不会|有没有|看看(?:有|能|可)|才能|才可以|才会|如果[^,]{0,8}(?:同意|批准)|上次|去年|以前"
    r"|\b(?:ask|asking|check with|see if|see whether|whether|apply for|request|try to|find out|last time|last year"
    r"|do you (?:want|mean)|did you|are you|if (?:my|the) (?:manager|supervisor|boss)|need approval|in order to)\b"
)
#: She has to do something first, or a machine counts by the shop's rule.
_BY_RULE = re.compile(
    r"差\s*¥?\d|还差|再(?:买|凑|加|选|添|拍)|凑一?凑|凑单|系统|自动(?=抵|减|享|计算|算|生效|叠加|参与|优惠|打|按|为|给|帮|扣[减除了])"
    r"|\bmore\b.{0,24}\bto get\b|\b(?:away from|short of)\b"
)
_HER_WISH = re.compile(
    r"您(?:是)?(?:想要?|要|说|问|看到|指|提到?|希望|需要)的|您是(?:想要?|要|说|问|指)|别家|其他店|别的店|平台(?=赔|补|送|发)"
)
_ASKED = re.compile(r"(?<!吧)\?$|(?:吗|呢)$")
#: A question that offers.
_SHALL_I = re.compile(
    rf"(?:{GIVE}|[送退补赔返减少免]{YOU}|我(?:们)?(?:给|帮|送))[^,]{{0,40}}(?:[好行]吗|可以吗|好不好|行不行|怎么样|如何|可以不|好么|您看)"
    r"|\b(?:how about|what if|shall i|shall we|can i offer|may i offer|would you like me to"
    r"|i (?:can|could|will)|i'll|we'll)\b"
)
#: Who pays the way back, another parcel or the envelope of an invoice is no free shipping of an order.
_OTHER_WAY = re.compile(
    r"退(?!差)|换|寄回|返回|来回|重发|补发|补寄|漏发|错发|发票"
    r"|\b(?:return|exchang|back\b|replac|invoice|fault|defect)"
)
_INSURED = re.compile(r"保险|运费险|快递公司|物流公司|保价|假一赔|\binsur|\bcourier (?:pays|compensates)")
_COMPARED = re.compile(r"比|\bthan\b")
_GIVEN = re.compile(
    r"送|给|发|赠|补|赔|返|奖|申请|安排|放|\b(?:give|send|offer|issue|add|get you|include|for you|here is)\b"
    r"|'ll\b|\bwill\b"
)
_FETCHED = re.compile(r"领|使用|用券|可用|用了|叠加|抵扣|\b(?:use|using|used|apply|claim|collect|redeem)\b")
_HANDED = re.compile(rf"(?:送|给|发|赠|补|赔){YOU}|\b(?:give|send|offer|issue) you\b")


def is_no_promise(clause: str) -> bool:
    """Whether a clause asks, waits for somebody's word, or tells what a machine does by the shop's rule."""
    if _ASKED.search(clause) and not _SHALL_I.search(clause):
        return True
    return any(pattern.search(clause) for pattern in (_NOT_YET, _BY_RULE, _HER_WISH))


def is_denied(clause: str, start: int, end: int) -> bool:
    """Whether what stands from ``start`` to ``end`` is what will not be given."""
    before, after = clause[max(0, start - 60) : start], clause[end : end + 30]
    if _NEGATED.search(_NO_NO.sub("", before)) or _DENIED.search(_NO_NO.sub("", after)):
        return True
    return bool(_EN_NEGATED.search(_EN_NO_NO.sub("", before)) or _EN_DENIED.search(after))


def is_elsewhere(kind: PromiseKind, sentence: str, clause: str, said: str) -> bool:
    """Whether words of this kind are about something else here: a return, an insurer, other goods, her own coupon."""
    if kind == "free_shipping":
        return _OTHER_WAY.search(sentence) is not None
    if kind == "cash":
        return _INSURED.search(clause) is not None
    if kind == "coupon":
        return not _GIVEN.search(clause) or (_FETCHED.search(clause) is not None and not _HANDED.search(clause))
    if kind == "discount" and any(word in said for word in ("便宜", "cheaper", "less")):
        return _COMPARED.search(clause) is not None
    return False
