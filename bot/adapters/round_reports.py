"""Tables that are imported for rounds, CSV or XLSX: what couriers tell of parcels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from bot.adapters.report_cells import Cells
from bot.adapters.tables import BadCell, read_table
from bot.core.order_import import BadRow
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
