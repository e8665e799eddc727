"""The report of orders: one row per order with buyer, sums, state and moments, but of its goods only a title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.adapters import report_columns as c
from bot.adapters.report_cells import Cells
from bot.adapters.snapshot import KIND, Snapshot, event, without_hidden
from bot.adapters.tables import BadCell, Row
from bot.core.catalogue import Text
from bot.core.order_events import OrderData, OrderEvent
from bot.core.order_import import BadRow, ReadOrder
from bot.core.orders import OrderLine, Status


def read_orders(rows: Iterable[Row], snapshot: Snapshot) -> Iterator[ReadOrder | BadRow]:
    """One entry for every row."""
    for row in rows:
        try:
            if row.fault is not None:
                raise row.fault
            yield ReadOrder(row.number, 1, _events(snapshot.cells(row), snapshot.taken_at))
        except BadCell as fault:
            yield BadRow(row.number, fault.column, fault.what)


def _events(cells: Cells, taken_at: datetime) -> tuple[OrderEvent, ...]:
    """Its creation, which a known order ignores, and its state, which moves it on or only changes its facts."""
    order_no = cells.order_no(c.ORDER_NO)
    status = cells.needed(c.STATUS, cells.status(c.STATUS))
    facts = _facts(cells, status)
    if status is Status.CLOSED and facts.paid_at is not None:
        status = Status.REFUNDED  # a paid order is only ever closed by paying back
    created = replace(facts, lines=_titled(cells, facts.goods_fen or 0))
    return (
        event("created", order_no, taken_at, created),
        event(KIND[status], order_no, _moment(cells, status, taken_at), without_hidden(facts)),
    )


def _moment(cells: Cells, status: Status, taken_at: datetime) -> datetime:
    """When the facts held; a finished trade changes no more, and its own moment is worth keeping."""
    finished = cells.moment(c.FINISHED_AT) if status is Status.CONFIRMED else None
    return finished or taken_at


def _facts(cells: Cells, status: Status) -> OrderData:
    goods_fen, shipping_fen = _sums(cells)
    tracking = cells.text(c.TRACKING, 64)
    return OrderData(
        buyer_id=cells.text(c.BUYER, 100) or None,
        goods_fen=goods_fen,
        shipping_fen=shipping_fen,
        # Reports say 0 of what is not paid yet.
        paid_fen=(cells.fen(c.PAID) or None) if status is not Status.UNPAID else None,
        address=cells.address(c.NAME, c.ADDRESS, c.PHONE),
        courier=cells.text(c.COURIER, 50) or None,
        tracking_no=tracking.removeprefix("No:").strip() or None,
        platform_memo=cells.text(c.MEMO, 1000) if cells.has(c.MEMO) else None,
        created_at=cells.needed(c.CREATED, cells.moment(c.CREATED)),
        paid_at=cells.moment(c.PAID_AT),
        shipped_at=cells.moment(c.SHIPPED_AT),
        note=cells.text(c.MESSAGE) or None,
        flag=cells.flag(c.FLAG),
    )


def _sums(cells: Cells) -> tuple[int, int]:
    """Goods and postage: what the buyer is asked for in all counts, where it differs from the parts."""
    goods, shipping, total = cells.fen(c.GOODS), cells.fen(c.POSTAGE) or 0, cells.fen(c.TOTAL)
    if total is None:
        return cells.needed(c.TOTAL, goods), shipping
    if total < shipping:
        raise BadCell(cells.find(c.TOTAL)[0], "is less than the postage")
    return total - shipping, shipping


def _titled(cells: Cells, goods_fen: int) -> tuple[OrderLine, ...]:
    """One line with the title told, until the report of goods tells more."""
    title = cells.needed(c.TITLE, cells.text(c.TITLE, 300) or None)
    pieces = cells.count(c.COUNT) or 1
    return (OrderLine("", "", Text(title), Text(), "", pieces, goods_fen // pieces),)
