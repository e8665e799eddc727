"""Complaint figures of a span, and what their rows are called (G1). Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from bot.core.books import book_of
from bot.core.case_order import order_meant
from bot.core.cases import Case
from bot.core.catalogue import Shop, Text
from bot.core.complaint_figures import ComplaintFigures, Counted, Matter, Total, complaint_figures
from bot.core.messages import Language
from bot.core.orders import Order
from bot.core.playbooks import Fact, Playbook
from bot.core.ports_reports import ReportStore
from bot.core.spans import Span

#: Of a row of :func:`complaint_rows`.
COLUMNS = ("by", "key", "name", "count", "before", "change")


class ReportComplaints:
    def __init__(self, store: ReportStore, shop: Shop) -> None:
        self._store = store
        self._shop = shop

    async def __call__(self, span: Span) -> ComplaintFigures:
        cases = await self._store.cases_since(span.before_since)
        numbers = {number for case in cases for number in (*case.order_nos, case.fact("order_no")) if number}
        orders = {order.order_no: order for order in await self._store.orders_named(sorted(numbers))}
        matters = [self._matter(case, orders) for case in cases]
        return complaint_figures(matters, span.since, span.until, span.before_since)

    def _matter(self, case: Case, orders: Mapping[str, Order]) -> Matter:
        hers = [
            orders[number] for number in dict.fromkeys((*case.order_nos, case.fact("order_no"))) if number in orders
        ]
        choices = {fact.id for fact in facts_of(book_of(self._shop, case)) if fact.kind == "choice" and not fact.masked}
        return Matter(case, order_meant(hers, case), choices)


def facts_of(book: Playbook) -> Iterator[Fact]:
    """Those she is asked for, and those people enter."""
    yield from book.facts
    for step in book.steps:
        yield from (outcome.enter for outcome in step.outcomes if outcome.enter is not None)


class Names:
    """What stands in a row, in words of the shop; an id nobody wrote words for stands as it is."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def __call__(self, row: Counted, language: Language, words: Mapping[str, str]) -> str:
        """``words``: of ends, under ``figures.end.<id>``."""
        match row.dimension:
            case "kind":
                return self._reason(row.key, language)
            case "product":
                return self._goods.get(row.key, Text(row.key, row.key)).get(language)
            case "outcome":
                reason, _, end = row.key.rpartition(".")
                return f"{self._reason(reason, language)} · {words.get(f'figures.end.{end}', end)}"
            case "cause":
                return self._cause(row.key, language)
            case "party":
                return self._choice("party", row.key, language)
            case _:
                return row.key

    @cached_property
    def _goods(self) -> Mapping[str, Text]:
        return {product.id: product.name for product in self._shop.products}

    def _reason(self, reason: str, language: Language) -> str:
        book = self._shop.playbook_by_reason.get(reason)
        if book is None:
            return reason
        title = book.title.get(language)
        return f"{title} ({reason})" if len(book.reasons) > 1 else title

    def _cause(self, key: str, language: Language) -> str:
        reason, _, rest = key.partition(".")
        name, _, value = rest.partition("=")
        return f"{self._reason(reason, language)} · {self._choice(name, value, language, reason)}"

    def _choice(self, name: str, value: str, language: Language, reason: str = "") -> str:
        book = self._shop.playbook_by_reason.get(reason)
        books: tuple[Any, ...] = (book,) if book else tuple(self._shop.playbooks)
        facts = (fact for one in books for fact in facts_of(one) if fact.id == name)
        labels = (choice.label for fact in facts for choice in fact.choices if choice.id == value)
        return next((label.get(language) for label in labels), value)


def complaint_rows(figures: ComplaintFigures, names: Names, language: Language) -> Iterator[Mapping[str, Any]]:
    """First the totals, ``by`` being ``total``."""
    before = _total(figures.before)
    for name, value in _total(figures.total).items():
        change = None if value is None or before[name] is None else round(value - before[name], 2)
        yield {"by": "total", "key": name, "name": name, "count": value, "before": before[name], "change": change}
    for row in figures.rows:
        called = names(row, language, {})
        yield {
            "by": row.dimension,
            "key": row.key,
            "name": called,
            "count": row.count,
            "before": row.before,
            "change": row.change,
        }


def _total(total: Total) -> dict[str, Any]:
    return {
        "opened": total.opened,
        "led_on": total.led_on,
        "closed": total.closed,
        "late": total.late,
        "late_share": _rounded(total.late_share, 4),
        "median_hours": _rounded(total.median_hours, 1),
        "longest_hours": _rounded(total.longest_hours, 1),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
