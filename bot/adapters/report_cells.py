"""Cells of the platform's reports to values: money, moments, counts, states, flags. What is not sure is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TypeVar

from bot.adapters.tables import BadCell
from bot.core.money import parse_yuan
from bot.core.orders import Address, Flag, Status
from bot.core.places.finding import leading

_T = TypeVar("_T")

#: Sums beyond this are a slip of columns: ten million yuan.
_MAX_FEN = 1_000_000_000
#: A moment a little ahead of our clock is taken for now.
_CLOCKS_DIFFER = timedelta(minutes=10)
_ORDER_NO = re.compile(r"(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{5,40}")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_NO_MORE_THAN_FEN = re.compile(r"(\.\d\d)0+(?=\D*$)")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
)
_COUNT = re.compile(r"(\d{1,6})(?:\.0+)?")
_POSTCODE = re.compile(r"[(（]\s*\d{6}\s*[)）]\s*$")

#: States as the reports write them, without their punctuation.
_STATUS = {
    "等待买家付款": Status.UNPAID,
    "买家未付款": Status.UNPAID,
    "没有创建支付宝交易": Status.UNPAID,
    "定金已付等待尾款": Status.UNPAID,
    "待付款": Status.UNPAID,
    "未付款": Status.UNPAID,
    "买家已付款等待卖家发货": Status.PAID,
    "买家已付款": Status.PAID,
    "等待卖家发货": Status.PAID,
    "卖家部分发货": Status.PAID,
    "部分发货": Status.PAID,
    "待发货": Status.PAID,
    "已付款": Status.PAID,
    "卖家已发货等待买家确认": Status.SHIPPED,
    "卖家已发货": Status.SHIPPED,
    "等待买家确认收货": Status.SHIPPED,
    "待收货": Status.SHIPPED,
    "已发货": Status.SHIPPED,
    "买家已签收": Status.SIGNED,
    "已签收": Status.SIGNED,
    "交易成功": Status.CONFIRMED,
    "已完成": Status.CONFIRMED,
    "交易关闭": Status.CLOSED,
    "已关闭": Status.CLOSED,
    "已取消": Status.CLOSED,
    "退款成功": Status.REFUNDED,
    "已退款": Status.REFUNDED,
}

_FLAG = {
    word: flag
    for flag, words in {
        Flag.GREY: "0 灰 grey gray",
        Flag.RED: "1 红 red",
        Flag.YELLOW: "2 黄 yellow",
        Flag.GREEN: "3 绿 green",
        Flag.BLUE: "4 蓝 blue",
        Flag.PINK: "5 粉 紫 pink purple",
    }.items()
    for word in words.split()
}


class Cells:
    """One row, read by what its columns mean; heads differ from year to year, the first one that is filled counts."""

    def __init__(self, cells: Mapping[str, str], heads: Container[str], zone: tzinfo, now: datetime) -> None:
        self._cells = cells
        self._heads = heads
        self._zone = zone
        self._now = now

    def find(self, heads: tuple[str, ...]) -> tuple[str, str]:
        """The head and its cell; when all are empty the head that the file has, and nothing."""
        for head in heads:
            if head in self._cells:
                return head, self._cells[head]
        return next((head for head in heads if head in self._heads), heads[0]), ""

    def has(self, heads: tuple[str, ...]) -> bool:
        """Whether the file has such a column, filled or not."""
        return any(head in self._heads for head in heads)

    def text(self, heads: tuple[str, ...], limit: int = 500) -> str:
        return self.find(heads)[1][:limit]

    def needed(self, heads: tuple[str, ...], value: _T | None) -> _T:
        if value is None:
            raise BadCell(self.find(heads)[0], "is empty")
        return value

    def order_no(self, heads: tuple[str, ...]) -> str:
        head, cell = self.find(heads)
        if not cell:
            raise BadCell(head, "is empty")
        if _ROUNDED.fullmatch(cell):
            raise BadCell(
                head, "a spreadsheet program has rounded this number; export the report again and do not save it there"
            )
        if not _ORDER_NO.fullmatch(cell):
            raise BadCell(head, "is no order number")
        return cell

    def fen(self, heads: tuple[str, ...]) -> int | None:
        """Not negative; None when empty."""
        head, cell = self.find(heads)
        if not cell:
            return None
        try:
            fen = parse_yuan(_NO_MORE_THAN_FEN.sub(r"\1", cell[:60]))
        except ValueError:
            raise BadCell(head, "is no amount in yuan") from None
        if not 0 <= fen <= _MAX_FEN:
            raise BadCell(head, "is negative" if fen < 0 else "is too much for one order")
        return fen

    def moment(self, heads: tuple[str, ...]) -> datetime | None:
        """Aware: reports write the shop's own time."""
        head, cell = self.find(heads)
        if not cell:
            return None
        moment = _moment(cell, self._zone)
        if moment is None:
            raise BadCell(head, "is no date and time")
        if moment.year < 2000:
            raise BadCell(head, "lies before there were online shops")
        if moment > self._now + _CLOCKS_DIFFER:
            raise BadCell(head, "lies in the future; is shop.time_zone the zone of the report?")
        return min(moment, self._now)

    def count(self, heads: tuple[str, ...]) -> int | None:
        head, cell = self.find(heads)
        if not cell:
            return None
        found = _COUNT.fullmatch(cell)
        if found is None or int(found[1]) == 0:
            raise BadCell(head, "is no number of pieces")
        return int(found[1])

    def status(self, heads: tuple[str, ...]) -> Status | None:
        head, cell = self.find(heads)
        if not cell:
            return None
        plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", cell))
        if plain not in _STATUS:
            raise BadCell(head, "is no state that is known here")
        return _STATUS[plain]

    def flag(self, heads: tuple[str, ...]) -> Flag | None:
        head, cell = self.find(heads)
        plain = cell.casefold().removesuffix("旗").removesuffix("色")
        if not plain:
            return None
        if plain not in _FLAG:
            raise BadCell(head, "is no flag; a color or 0 to 5")
        return _FLAG[plain]

    def address(self, name: tuple[str, ...], where: tuple[str, ...], phone: tuple[str, ...]) -> Address | None:
        """None when the report tells neither place nor person; hidden parts stay as the platform shows them."""
        words = " ".join(_POSTCODE.sub("", self.text(where)).split())
        person, number = self.text(name, 50), self.text(phone, 40)
        if not (words or person or number):
            return None
        place = leading(words)
        return Address(
            region=place.name if place else "",
            province=place.province if place else "",
            detail=words,
            name=person,
            phone=number,
        )


def _moment(text: str, zone: tzinfo) -> datetime | None:
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
