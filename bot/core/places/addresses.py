"""Reading a delivery address out of free words, in Chinese and English. Conservative: what is not sure stays None."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.conversation import AddressParts
from bot.core.places.finding import Hit, hits, leading, narrowest
from bot.core.places.names import is_name, name_at_end

#: Nobody types an address longer than this; what follows is not read.
MAX_CHARS = 600

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-\d{7,8})(?!\d)")
_POSTCODE = re.compile(r"(?:邮编\s*:?\s*)?(?<![\d#])\d{6}(?![\d号室栋幢座弄#-])")
_LABEL = re.compile(
    r"(?P<name>(?:收货人|收件人|联系人)(?:姓名)?\s*(?::|是|为|\s)|(?:姓名|名字)\s*(?::|是|为|叫|\s)"
    r"|\b(?:recipient|consignee|name)\b\s*(?::|\bis\b))\s*"
    r"|(?P<phone>(?:联系|手机|收货)?(?:电话|手机)(?:号码?)?|联系方式|\b(?:mobile|telephone|phone|tel)\b(?:\s+number)?)"
    r"\s*(?::|\.|是|为|(?=\s|$))\s*"
    r"|(?P<address>(?:收货|收件|详细|邮寄|街道)?地址|所在地区|地区|\b(?:delivery |shipping )?address\b)"
    r"\s*(?::|是|为|改成|改为|换成|改到|换到|\s)\s*",
    re.IGNORECASE | re.MULTILINE,
)
_PARTED = re.compile(r"(?<=\d) (?=[号栋幢座弄室楼层组门]|单元)|(?<=[路街巷弄]) (?=\d)")
#: A blank parts words only beside Chinese: Anna Lee stays together.
_BLANK = re.compile(r" (?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff]) ")
_BLANKS = re.compile(r"[^\S\n]+")
_SPLIT = re.compile(r"[,;、。!\n\t|]+")
_LEAD = re.compile(
    # Possessive, because 给我 reads in two ways and a long row of them would never end.
    r"(?:那|就|请|麻烦|帮我|帮忙|给我|直接|我|的|东西|这个|都|先|把|它|你|您|可以|好的|亲|给)*+"
    r"(?:寄到|发到|送到|寄往|发往|寄去|发去|寄|发|送|到|在|住)(?:到|给|去|往|我)?[: ]*"
)
_AT = re.compile(r"[^\d]{0,8}(?:在|是|到|寄|发|送)")
_LEAD_EN = re.compile(r"(?:please\s+)?(?:ship|send|deliver|mail)?\s*(?:it|them|this)?\s*\bto\b:?\s*", re.IGNORECASE)
_COUNTRY = re.compile(r"(?:中国|china|p\.?\s?r\.?\s*china)", re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff]")

_N = r"[\d一二三四五六七八九十百]+"
#: A house number on a road, or a building, staircase or room with its number.
_NUMBERED = re.compile(
    rf"(?:[路街巷弄]|(?<![知味难])道|胡同)(?:[东西南北中]?段|附近|口)?{_N}(?:-\d+)?(?:号|弄|栋|幢|-|$|[#])"
    rf"|(?:[村组屯社苑园庭府城居厦场寓墅区湾][^\d\s]{{0,6}})(?<!多)\d+(?:-\d+)*(?:栋|幢|座|组|号楼|号院|#|单元)"
    rf"|[村组屯]{_N}[组号队]"
    rf"|\d+(?:号楼|号院|#楼)[^\s]{{0,4}}?\d|{_N}(?:栋|幢|号楼|座){_N}(?:单元|室|号|楼|层|-)|{_N}单元\d+|\d+[栋幢]\d+"
)
#: A part of a house number that stands by itself after a street.
_HOUSE_PART = re.compile(r"\d[号栋幢座弄室楼层组门#-]|单元|^[a-z]{0,2}-?\d{1,5}(?:-\d{1,5})*[a-z]?$", re.IGNORECASE)
#: What is asked after an address in the same breath.
_TAIL = re.compile(r"(?<=[号室栋幢楼座元层\d])(?:能|可以|大概|要|多久|几天|什么|运费|包邮|有没有|的话|发|到).*$")
#: Something with a name that stands somewhere: a road, an estate, a school.
_SETTING = re.compile(
    r"(?:路|街|巷|胡同|大道|小区|社区|花园|公寓|大厦|广场|新村|家园|苑|学校|大学|学院|中学|小学|医院|工业园|工业区|产业园|科技园"
    r"|软件园|镇|乡|村|街道|酒店|宾馆|超市|车站|市场|驿站)"
)
#: Words of somebody who talks, not of an address.
_TALK = re.compile(
    r"[吗呢么?我你您想要买]|[\d一两二三几][件条双]|多少|几天|什么|怎么|哪|能不能|可不可|可以|谢谢|麻烦|运费|包邮|快递"
)
_HOUSE_EN = re.compile(
    r"(?<!\w)(?:no\.?\s*)?\d+[a-z]?,?\s+(?:[\w'.]+\s+){1,4}(?:road|rd|street|st|avenue|ave|lane|boulevard|blvd|alley)\b"
    r"|(?<!\w)[a-z][\w'.]*\s+(?:road|rd|street|avenue|ave|lane|boulevard|blvd|alley)\b\.?,?\s+(?:no\.?\s*)?#?\d+",
    re.IGNORECASE,
)
_ROOM_EN = re.compile(
    r"\b(?:room|rm|apt|apartment|unit|building|bldg|floor|block|flat|suite)\b\.?\s*(?:no\.?\s*)?#?\s*[a-z]?-?\d",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:thanks|thank|please|pls|asap|bye)\b", re.IGNORECASE)
_RANK_EN = re.compile(r"\b(?:district|city|county|province|prefecture|autonomous|region|new|area)\b|[\s,.]")


def looks_like_address(text: str) -> bool:
    """Whether the words hold a street address: more than the name of a place."""
    return split_address(text).detail is not None


def split_address(text: str) -> AddressParts:
    """The parts of an address that stand in the words; None for each that is not surely there.

    ``region`` and ``province`` are short names as in :class:`Place`. ``detail`` is all that a courier needs below the
    province, with city and district where they were said (杭州市西湖区文三路1号). ``phone`` is digits; a landline keeps
    its dash.
    """
    plain = _plain(text)
    phone, rest = _take_phone(plain)
    pieces = list(_pieces(_POSTCODE.sub("\n", rest)))
    # A name in Chinese does not make an English address Chinese.
    if any(_CJK.search(p.text) for p in [p for p in pieces if p.label != "name"] or pieces):
        detail, name, where = _read_chinese(pieces, phone is not None)
        place = (leading(where) if where else None) or narrowest(plain)
    else:
        detail, name, where = _read_english(pieces, phone is not None)
        place = (narrowest(where) if where else None) or narrowest(plain)
    return AddressParts(
        region=place.name if place else None,
        province=place.province if place else None,
        detail=detail,
        name=name,
        phone=phone,
    )


def _plain(text: str) -> str:
    words = unicodedata.normalize("NFKC", text[:MAX_CHARS]).replace("•", "·").replace("・", "·")
    return _PARTED.sub("", _BLANKS.sub(" ", words[:MAX_CHARS]))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words between two separators, and the label before them (``name``, ``phone``, ``address`` or none)."""

    text: str
    label: str


_Read = tuple[str | None, str | None, str]


def _take_phone(words: str) -> tuple[str | None, str]:
    """The first phone number, and the words without any."""
    mobile = _MOBILE.search(words)
    landline = _LANDLINE.search(words)
    rest = _LANDLINE.sub("\n", _MOBILE.sub("\n", words))
    if mobile:
        return "".join(mobile.groups()), rest
    return landline[1] if landline else None, rest


def _pieces(words: str) -> Iterator[_Piece]:
    label, at, chinese = "", 0, bool(_CJK.search(words))
    for found in (*_LABEL.finditer(words), None):
        run = words[at : found.start() if found else len(words)]
        for number, part in enumerate(_SPLIT.split(run)):
            # What stands after a name's or phone's separator is no longer the name or phone.
            mine = label if number == 0 or label == "address" else ""
            for word in map(str.strip, _BLANK.split(part) if chinese else [part]):
                if word and not _COUNTRY.fullmatch(word):
                    yield _Piece(word, mine)
                    mine = mine if mine == "address" else ""
        if found:
            label, at = found.lastgroup or "", found.end()


def _read_chinese(pieces: list[_Piece], has_phone: bool) -> _Read:
    names: list[str] = []
    parts: list[str] = []
    #: Words that are part of the address only if more of it follows.
    pending: list[str] = []
    for piece in pieces:
        if piece.label == "name":
            names += _labelled_name(piece.text)
            continue
        before, words = _name_before(_without_lead(piece.text))
        names += [before] if before else []
        name = None if _begins_with_place(words) else is_name(words)
        if name is None and _is_part(words, bool(parts), piece.label):
            parts += [*pending, words]
            pending = []
        elif name is not None and piece.label == "address":
            pending.append(words)
        elif name is not None and (has_phone or parts or len(pieces) == 1):
            names.append(name)
        elif parts and not _TALK.search(words):
            pending.append(words)
    names += [name for words in pending if (name := is_name(words))]
    joined = ("" if parts and _begins_with_place(parts[0]) else " ").join(parts)
    glued = None
    if has_phone and not names:
        joined, glued = name_at_end(joined)
    name = names[0] if len(set(names)) == 1 else glued
    return _detail(joined, bool(parts) and _labelled(pieces)), name, joined


def _without_lead(words: str) -> str:
    """An address without 麻烦寄到, 我家在 and the like before it."""
    if words.startswith("中国"):
        words = words.removeprefix("中国")
    lead = _LEAD.match(words)
    if lead and (hits(words[lead.end() :]) or _NUMBERED.search(words)):
        return words[lead.end() :]
    found = hits(words)
    return words[found[0].start :] if found and _AT.fullmatch(words, 0, found[0].start) else words


def _labelled(pieces: list[_Piece]) -> bool:
    return any(p.label == "address" for p in pieces)


def _labelled_name(words: str) -> list[str]:
    """A labelled name need not begin with a surname we know, but must not be talk (收货人是谁)."""
    name = is_name(words) or (words if 2 <= len(words) <= 20 and not _TALK.search(words) else None)
    return [name] if name else []


def _is_part(words: str, inside: bool, label: str) -> bool:
    """Whether a piece belongs to the address."""
    if label == "address" or _NUMBERED.search(words):
        return True
    if _begins_with_place(words):
        return True
    return inside and not _TALK.search(words) and bool(_SETTING.search(words) or _HOUSE_PART.search(words))


def _begins_with_place(words: str) -> bool:
    found = hits(words)
    return bool(found) and found[0].start <= 1


def _name_before(words: str) -> tuple[str | None, str]:
    """A name glued before the first place (张三浙江省杭州市…)."""
    found = hits(words)
    if not found or not 2 <= found[0].start <= 4 or not _NUMBERED.search(words):
        return None, words
    name = is_name(words[: found[0].start])
    return (name, words[found[0].start :]) if name else (None, words)


def _detail(joined: str, labelled: bool) -> str | None:
    """What of an address stands below the province; None when there is no more than places."""
    joined = _TAIL.sub("", joined)
    found = hits(joined)
    end = _places_end(joined, found)
    below = joined[end:].strip(" ,.-")
    sure = bool(_NUMBERED.search(joined))
    told = bool(_SETTING.search(below) or (labelled and re.search(r"\d", below)))
    if not below or not (sure or (told and (found or labelled))):
        return None
    if not sure and (len(below) > 30 or _TALK.search(below)):
        return None
    return joined[_province_end(joined, found) :].strip(" ,.-") or None


def _places_end(words: str, found: tuple[Hit, ...]) -> int:
    end = 0
    for hit in found:
        if hit.start - end > 1:
            break
        end = hit.end
        if words[end : end + 1] in ("省", "市", "区", "县", "州", "盟"):
            end += 1
    return end


def _province_end(words: str, found: tuple[Hit, ...]) -> int:
    end = 0
    for hit in found:
        if hit.place.kind != "province" or hit.start - end > 1:
            break
        end = hit.end
        if words[end : end + 1] in ("省", "市"):
            end += 1
    return end


def _read_english(pieces: list[_Piece], has_phone: bool) -> _Read:
    names: list[str] = []
    parts: list[tuple[str, bool]] = []
    labelled = _labelled(pieces)
    named = any(p.label == "name" for p in pieces)
    for piece in pieces:
        if piece.label == "name":
            names += [name] if (name := is_name(piece.text)) else []
            continue
        words = _LEAD_EN.sub("", piece.text, count=1) if _LEAD_EN.match(piece.text) else piece.text
        street = bool(_HOUSE_EN.search(words) or _ROOM_EN.search(words))
        if street or _only_places(words):
            parts.append((words, street))
        elif (name := is_name(words)) is not None and not (parts and parts[-1][1]):
            names.append(name)
        elif parts and parts[-1][1] and not _THANKS.search(words):
            parts.append((words, False))
    where = ", ".join(words for words, _ in parts)
    if not any(street for _, street in parts) or not (hits(where) or has_phone or labelled):
        name = names[0] if len(names) == 1 and (has_phone or labelled or named or len(pieces) == 1) else None
        return None, name, where
    first = next(number for number, (_, street) in enumerate(parts) if street)
    below = [words for words, _ in parts[first:] if not _is_province(words)]
    return ", ".join(below), names[0] if len(names) == 1 else None, where


def _only_places(words: str) -> bool:
    found = hits(words)
    left = words
    for hit in reversed(found):
        left = left[: hit.start] + left[hit.end :]
    return bool(found) and not _RANK_EN.sub("", left.lower()).strip()


def _is_province(words: str) -> bool:
    return _only_places(words) and all(hit.place.kind == "province" for hit in hits(words))
