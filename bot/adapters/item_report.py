"""The report of goods: a row for every article of an order, with the seller's own number, price and attributes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from bot.adapters import report_columns as c
from bot.adapters.report_cells import Cells
from bot.adapters.snapshot import KIND, Snapshot, event, without_hidden
from bot.adapters.tables import BadCell, Row
from bot.core.catalogue import Product, Text
from bot.core.order_events import OrderData, OrderEvent
from bot.core.order_import import BadRow, ReadOrder
from bot.core.orders import OrderLine, Status

_COLOR = ("颜色分类", "颜色", "主要颜色", "色号")
_SIZE = ("尺码", "尺寸", "鞋码", "规格")
#: No order has more articles; a file with the same number in every row would fill the memory.
_MAX_ROWS = 500
_ATTRIBUTE = re.compile(r"\s*([^:;]+?)\s*:\s*([^;]*?)\s*(?:;|$)")
_GONE = (Status.CLOSED, Status.REFUNDED)
#: Of the states of its articles an order is in the one least far on.
_WAY = (Status.UNPAID, Status.PAID, Status.SHIPPED, Status.SIGNED, Status.CONFIRMED, Status.REFUNDED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class _Article:
    row: int
    order_no: str
    line: OrderLine
    #: None where the report does not tell.
    status: Status | None
    #: What the buyer owes for it.
    due_fen: int | None
    facts: OrderData


def read_items(
    rows: Iterable[Row], snapshot: Snapshot, products: Mapping[str, Product]
) -> Iterator[ReadOrder | BadRow]:
    """An entry for every order whose rows are all good, and one for every row that cannot be taken in."""
    # Of each number only a hash is kept: the one thing here that grows with the file.
    seen: set[int] = set()
    for order_no, group in groupby(rows, key=lambda row: snapshot.cells(row).find(c.ORDER_NO)[1]):
        apart = bool(order_no) and hash(order_no) in seen
        seen.add(hash(order_no))
        yield from _order(group, snapshot, products, apart)


def _order(
    group: Iterator[Row], snapshot: Snapshot, products: Mapping[str, Product], apart: bool
) -> Iterator[ReadOrder | BadRow]:
    articles: list[_Article] = []
    bad = False
    for row in group:
        try:
            if apart:
                raise BadCell("", "stands apart from the other rows of its order; sort the file by order number")
            if len(articles) == _MAX_ROWS:
                raise BadCell("", f"is beyond the {_MAX_ROWS} articles that an order may have")
            articles.append(_article(row, snapshot, products))
        except BadCell as fault:
            bad = True
            yield BadRow(row.number, fault.column, fault.what)
    if bad:
        yield from (BadRow(a.row, "", "is left out: another row of its order is bad") for a in articles)
    elif articles:
        yield _read(articles, snapshot)


def _read(articles: list[_Article], snapshot: Snapshot) -> ReadOrder:
    """Articles that were closed or refunded by themselves belong to the order no more, unless all were."""
    kept = [a for a in articles if a.status not in _GONE] or articles
    status = min((a.status for a in kept if a.status is not None), key=_WAY.index, default=None)
    first, lines = articles[0], tuple(a.line for a in kept)
    at = snapshot.taken_at
    if status is None or first.facts.created_at is None:
        events = (event("changed", first.order_no, at, OrderData(lines=lines)),)
        return ReadOrder(first.row, len(articles), events, must_be_known=True)
    if status is Status.CLOSED and first.facts.paid_at is not None:
        status = Status.REFUNDED
    dues = [a.due_fen for a in kept]
    goods_fen = None if None in dues else sum(due for due in dues if due is not None)
    told: tuple[OrderEvent, ...] = (
        event("created", first.order_no, at, replace(first.facts, lines=lines, goods_fen=goods_fen)),
        event(KIND[status], first.order_no, at, replace(without_hidden(first.facts), lines=lines)),
    )
    return ReadOrder(first.row, len(articles), told)


def _article(row: Row, snapshot: Snapshot, products: Mapping[str, Product]) -> _Article:
    if row.fault is not None:
        raise row.fault
    cells = snapshot.cells(row)
    return _Article(
        row=row.number,
        order_no=cells.order_no(c.ORDER_NO),
        line=_line(cells, products),
        status=cells.status(c.STATUS),
        due_fen=cells.fen(c.DUE),
        facts=_facts(cells),
    )


def _facts(cells: Cells) -> OrderData:
    tracking = cells.text(c.TRACKING, 64)
    return OrderData(
        buyer_id=cells.text(c.BUYER, 100) or None,
        address=cells.address(c.NAME, c.ADDRESS, c.PHONE),
        courier=cells.text(c.COURIER, 50) or None,
        tracking_no=tracking.removeprefix("No:").strip() or None,
        platform_memo=cells.text(c.MEMO, 1000) if cells.has(c.MEMO) else None,
        created_at=cells.moment(c.CREATED),
        paid_at=cells.moment(c.PAID_AT),
        shipped_at=cells.moment(c.SHIPPED_AT),
        note=cells.text(c.MESSAGE) or None,
        flag=cells.flag(c.FLAG),
    )


def _line(cells: Cells, products: Mapping[str, Product]) -> OrderLine:
    sku = cells.text(c.SKU, 64)
    product = products.get(sku)
    told = attributes(cells.text(c.ATTRIBUTES))
    return OrderLine(
        sku=sku,
        product_id=product.id if product else "",
        name=Text(cells.needed(c.ITEM_TITLE, cells.text(c.ITEM_TITLE, 300) or None)),
        color=Text(next((told[key] for key in _COLOR if key in told), "")),
        size=next((told[key] for key in _SIZE if key in told), ""),
        quantity=cells.needed(c.QUANTITY, cells.count(c.QUANTITY)),
        price_fen=cells.needed(c.PRICE, cells.fen(c.PRICE)),
    )


def attributes(text: str) -> dict[str, str]:
    """``颜色分类:黑色;尺码:XL`` by name; full-width signs are the same, a value may hold a colon."""
    plain = unicodedata.normalize("NFKC", text)
    return {name: value for name, value in _ATTRIBUTE.findall(plain) if value}
