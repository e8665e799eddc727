"""Tables that are imported for rounds, CSV or XLSX: news of parcels, bad reviews, members, cashback."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from bot.adapters.report_cells import Cells
from bot.adapters.tables import BadCell, read_table
from bot.core.members import Cashback, Member
from bot.core.order_import import BadRow
from bot.core.reviews import Fault, Review
from bot.core.tracking import Parcel, ParcelState, TrackingEvent

T = TypeVar("T")
Heads = tuple[str, ...]

TRACKING_NO: Heads = ("运单号", "物流单号", "快递单号", "tracking_no", "tracking", "number")
_TOLD_AT: Heads = ("时间", "更新时间", "time", "at")
_WORDS: Heads = ("物流信息", "描述", "轨迹", "内容", "words", "context", "event")
_PLACE: Heads = ("地点", "城市", "place", "location")
_COURIER: Heads = ("物流公司", "快递公司", "快递", "courier")
_STATE: Heads = ("状态", "物流状态", "state", "status")

#: State -> how reports write it.
_STATES: dict[ParcelState, str] = {
    "waiting": "waiting pending 待揽收 已下单 待取件",
    "moving": "moving in_transit transit 在途 运输中 已揽收 已揽件",
    "out": "out out_for_delivery 派送中 派件中",
    "delivered": "delivered signed 已签收 签收",
    "returned": "returned 退回 已退回 退签",
    "problem": "problem exception 异常 疑难 问题件 拒收 滞留",
}
STATE_OF = {word: state for state, words in _STATES.items() for word in words.split()}


def read_parcels(path: Path, zone: tzinfo, now: datetime) -> Iterator[Parcel | BadRow]:
    """One piece of news a row: number, moment, words; state, place and courier where they stand there.

    Raises UnreadableTable.
    """
    return _read(path, zone, now, TRACKING_NO, _parcel)


def _parcel(cells: Cells) -> Parcel:
    at = cells.needed(_TOLD_AT, cells.moment(_TOLD_AT))
    words = cells.needed(_WORDS, cells.text(_WORDS) or None)
    head, state = cells.find(_STATE)
    if state and state.casefold() not in STATE_OF:
        raise BadCell(head, f"is none of {', '.join(_STATES)}")
    event = TrackingEvent(at, words, cells.text(_PLACE, 100))
    number = cells.needed(TRACKING_NO, cells.text(TRACKING_NO, 60) or None)
    return Parcel(number, STATE_OF.get(state.casefold(), "unknown"), (event,), cells.text(_COURIER, 60))


# --- bad reviews (D1) ---

_REVIEW_ID: Heads = ("评价编号", "评价ID", "review_id", "id")
_CONTENT: Heads = ("评价内容", "内容", "content", "words")
_REVIEWED: Heads = ("评价时间", "时间", "at", "time")
_BUYER: Heads = ("买家", "买家昵称", "会员名", "buyer")
_PHONE: Heads = ("手机", "联系手机", "电话", "phone")
_GOODS: Heads = ("商品", "宝贝标题", "商品名称", "goods")
_ORDER: Heads = ("订单编号", "订单号", "order_no")
_SEVERITY: Heads = ("严重程度", "评分", "星级", "severity", "stars")
_FAULT: Heads = ("类型", "原因", "fault", "kind")
#: 1 is the worst; stars are as bad as they are few.
_HOW_BAD = {"1": 1, "2": 2, "3": 3, "严重": 1, "中": 2, "一般": 2, "轻": 3, "轻微": 3, "差评": 1, "中评": 2}
_FAULTS: dict[Fault, str] = {
    "not_as_described": "not_as_described 与描述不符 描述不符 货不对板",
    "missing": "missing 漏发 少件 少发",
    "courier": "courier 快递 物流 快递态度",
    "quality": "quality 质量",
    "service": "service 服务 客服态度",
    "other": "other 其他 其它",
}
_FAULT_OF: dict[str, Fault] = {word: fault for fault, words in _FAULTS.items() for word in words.split()}


def read_reviews(path: Path, zone: tzinfo, now: datetime) -> Iterator[Review | BadRow]:
    """A review a row: moment, buyer and words; the rest where it stands there. Raises UnreadableTable."""
    return _read(path, zone, now, _CONTENT, lambda cells: _review(cells, now))


def _review(cells: Cells, now: datetime) -> Review:
    at = cells.needed(_REVIEWED, cells.moment(_REVIEWED))
    content, buyer = cells.needed(_CONTENT, cells.text(_CONTENT) or None), cells.text(_BUYER, 60)
    # A file without ids is known again by what it says.
    own = hashlib.sha256(f"{at.isoformat()} {buyer} {content}".encode()).hexdigest()[:12]
    return Review(
        review_id=cells.text(_REVIEW_ID, 60) or own,
        at=at,
        buyer=buyer,
        content=content,
        severity=_one_of(cells, _SEVERITY, _HOW_BAD, 2),
        fault=_one_of(cells, _FAULT, _FAULT_OF, "other"),
        order_no=cells.text(_ORDER, 60),
        phone=cells.text(_PHONE, 40),
        goods=cells.text(_GOODS, 200),
        imported_at=now,
    )


def _one_of(cells: Cells, heads: Heads, meant: Mapping[str, T], otherwise: T) -> T:
    head, word = cells.find(heads)
    if word and word.casefold() not in meant:
        raise BadCell(head, f"is none of {', '.join(meant)}")
    return meant.get(word.casefold(), otherwise)


# --- members (F3) and cashback (G7) ---

_MEMBER: Heads = ("会员编号", "会员号", "member_id", "member")
_NAME: Heads = ("姓名", "会员名", "name")
_UNTIL: Heads = ("到期日", "有效期至", "到期时间", "until")
_SERVED_BY: Heads = ("专属客服", "服务人员", "served_by")
_CARD: Heads = ("卡号", "银卡号", "card_no", "card")
_AMOUNT: Heads = ("返现金额", "金额", "amount")
_MONTH: Heads = ("月份", "month")
_LOST: Heads = ("挂失", "遗失", "lost")
_LISTED: Heads = ("在名单", "名单", "listed")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: .*)?")
_MONTH_FORM = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_YES_NO = {"是": True, "yes": True, "1": True, "true": True, "否": False, "no": False, "0": False, "false": False}


def read_members(path: Path, zone: tzinfo, now: datetime) -> Iterator[Member | BadRow]:
    """A member a row: number and last day; name, phone and service person where they stand there."""
    return _read(path, zone, now, _MEMBER, _member)


def _member(cells: Cells) -> Member:
    number = cells.needed(_MEMBER, cells.text(_MEMBER, 60) or None)
    head, until = cells.find(_UNTIL)
    found = _DAY.fullmatch(until)
    if found is None:
        raise BadCell(head, "is no day, like 2026-12-31")
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise BadCell(head, "is no day of the calendar") from None
    return Member(number, cells.text(_NAME, 60), day, cells.text(_PHONE, 40), cells.text(_SERVED_BY, 16))


def read_cashback(path: Path, zone: tzinfo, now: datetime) -> Iterator[Cashback | BadRow]:
    """A card a row: number, name and amount; the month is this one where none stands there."""
    return _read(path, zone, now, _CARD, lambda cells: _cashback(cells, now.astimezone(zone)))


def _cashback(cells: Cells, now: datetime) -> Cashback:
    head, month = cells.find(_MONTH)
    found = _MONTH_FORM.fullmatch(month) if month else None
    if month and (found is None or not 1 <= int(found[2]) <= 12):
        raise BadCell(head, "is no month, like 2026-11")
    return Cashback(
        card_no=cells.needed(_CARD, cells.text(_CARD, 40) or None),
        name=cells.needed(_NAME, cells.text(_NAME, 60) or None),
        amount_fen=cells.needed(_AMOUNT, cells.fen(_AMOUNT)),
        month=f"{int(found[1]):04d}-{int(found[2]):02d}" if found else f"{now:%Y-%m}",
        phone=cells.text(_PHONE, 40),
        lost=_one_of(cells, _LOST, _YES_NO, False),
        listed=_one_of(cells, _LISTED, _YES_NO, True),
    )


def _read(path: Path, zone: tzinfo, now: datetime, key: Heads, build: Callable[[Cells], T]) -> Iterator[T | BadRow]:
    table = read_table(path, frozenset(key), key[0])
    heads = frozenset(table.heads)
    for row in table.rows:
        try:
            if row.fault is not None:
                raise row.fault
            yield build(Cells(row.cells, heads, zone, now))
        except BadCell as bad:
            yield BadRow(row.number, bad.column, bad.what)
