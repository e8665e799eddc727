"""What each round looks through, page by page, and what it finds there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core import round_matters as matters
from bot.core import round_orders
from bot.core.catalogue import Shop
from bot.core.orders import Order, Status
from bot.core.ports import OrderFilter, OrderStore, PeopleStore, Store
from bot.core.ports_rounds import ParcelStore, RoundStore
from bot.core.round_orders import ORDER_ROUND_RULES, OrderRoundRules
from bot.core.rounds import Found, Run

_PAGE = 500
_MOST = 100_000
_A_DAY = timedelta(days=1)


class RoundsStore(Store, OrderStore, PeopleStore, RoundStore, ParcelStore, Protocol):
    """All ports that rounds read, one object."""


@dataclass(frozen=True, slots=True)
class FindRules:
    orders: OrderRoundRules = ORDER_ROUND_RULES
    #: Fewer pieces than this are announced (E5).
    low_stock_under: int = 10


Pages = AsyncIterator[list[Found]]
Find = Callable[[Run], Pages]


class FindRounds:
    def __init__(self, store: RoundsStore, shop: Shop, rules: FindRules) -> None:
        self._store = store
        self._shop = shop
        self._rules = rules
        self._find: Mapping[str, Find] = {
            "dispatch": self._dispatch,
            "dispatch_report": self._report,
            "unsigned": self._unsigned,
            "unconfirmed": self._unconfirmed,
            "follow_ups": self._follow_ups,
            "restock": self._restock,
            "stock_check": self._stock_check,
            "invoices": self._invoices,
            "oversold": self._oversold,
            "complaints": self._complaints,
            "late_shipping": self._late_shipping,
        }

    def __call__(self, run: Run) -> Pages:
        return self._find[run.round_id](run)

    def add(self, round_id: str, find: Find) -> None:
        """A round whose sources this module does not know."""
        self._find = {**self._find, round_id: find}

    # --- orders ---

    async def _late_shipping(self, run: Run) -> Pages:
        async for page in self._orders(Status.PAID):
            yield list(round_orders.late_shipping(page, run.due_at, self._rules.orders))

    async def _dispatch(self, run: Run) -> Pages:
        async for page in self._orders(Status.PAID, Status.SHIPPED):
            yield list(round_orders.dispatch(page, run.due_at, self._rules.orders))

    async def _unsigned(self, run: Run) -> Pages:
        async for page in self._orders(Status.SHIPPED):
            signed = await self._signed(page, run.due_at)
            yield list(round_orders.unsigned(page, run.due_at, self._rules.orders, signed))

    async def _unconfirmed(self, run: Run) -> Pages:
        async for page in self._orders(Status.SHIPPED, Status.SIGNED):
            signed = await self._signed(page, run.due_at)
            yield list(round_orders.unconfirmed(page, run.due_at, self._rules.orders, signed))

    async def _stock_check(self, run: Run) -> Pages:
        yield list(round_orders.short_goods(await self._short()))
        yield list(round_orders.low_stock(await self._left(), self._rules.low_stock_under, run.due_at))

    async def _oversold(self, run: Run) -> Pages:
        yield list(round_orders.oversold(await self._short()))

    async def _short(self) -> list[tuple[Order, tuple[str, ...]]]:
        shelf = {sku: variant.stock for sku, variant in self._shop.variant_by_sku.items()}
        paid = [order async for page in self._orders(Status.PAID) for order in page]
        return round_orders.short(paid, shelf)

    async def _left(self) -> dict[str, int]:
        """Of goods still sold; what is no longer made runs out, and nobody has to hear of it."""
        reserved = await self._store.reserved(self._shop.variant_by_sku)
        sold = (product for product in self._shop.products if not product.discontinued)
        return {v.sku: v.stock - reserved.get(v.sku, 0) for product in sold for v in product.variants}

    async def _signed(self, orders: list[Order], at: datetime) -> dict[str, datetime]:
        """Number -> when the courier says that it was delivered."""
        parcels = await self._store.parcels([order.tracking_no for order in orders if order.tracking_no])
        known = {order.order_no: parcels.get(order.tracking_no) for order in orders}
        return {
            number: found[0].delivered_at.astimezone(at.tzinfo)
            for number, found in known.items()
            if found is not None and found[0].delivered_at is not None
        }

    async def _orders(self, *states: Status) -> AsyncIterator[list[Order]]:
        for status in states:
            after = ""
            while True:
                page = await self._store.find_orders(OrderFilter(status=status), after, _PAGE)
                yield list(page.orders)
                after = page.next
                if not after:
                    break

    # --- matters ---

    async def _report(self, run: Run) -> Pages:
        since = run.due_at.replace(hour=0, minute=0, second=0, microsecond=0) - 2 * _A_DAY
        yield [matters.tracking_report(await self._store.lines_since("dispatch", since, _MOST), run.due_at)]

    async def _invoices(self, run: Run) -> Pages:
        yield list(matters.invoices(await self._store.open_cases(limit=_MOST)))

    async def _complaints(self, run: Run) -> Pages:
        cases, staff = await self._store.open_cases(limit=_MOST), await self._store.staff()
        yield list(matters.complaints(cases, run.due_at, staff))

    async def _follow_ups(self, run: Run) -> Pages:
        promises = await self._store.promises(open_only=True, limit=_MOST)
        yield list(matters.follow_ups(promises, run.due_at))

    async def _restock(self, run: Run) -> Pages:
        left, after = await self._left(), ""
        sold = {sku: product.name.get("zh") for sku, product in self._shop.product_by_sku.items() if sku in left}
        while page := await self._store.wishes(after, _PAGE):
            yield list(matters.back_in_stock(page, left, sold))
            after = page[-1][0]
