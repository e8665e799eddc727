"""What each round looks through, page by page, and what it finds there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol, TypeVar

from bot.core import members, order_clock, reviews, round_orders
from bot.core import round_matters as matters
from bot.core.care import CARE_RULES, LOW_MARK, CareRules, Mark, disappointed
from bot.core.catalogue import Shop
from bot.core.goods_figures import goods as goods_lines
from bot.core.goods_figures import numbers as staff_lines
from bot.core.members import Cashback, Member
from bot.core.orders import Order, Status
from bot.core.ports import Store
from bot.core.ports_boards import NumbersStore
from bot.core.ports_orders import OrderFilter, OrderStore
from bot.core.ports_people import PeopleStore
from bot.core.ports_reports import ReportStore
from bot.core.ports_rounds import ParcelStore, RoundStore
from bot.core.reviews import REVIEW_RULES, Review, ReviewRules
from bot.core.round_orders import ORDER_ROUND_RULES, OrderRoundRules
from bot.core.rounds import Found, Run
from bot.core.spans import month_before
from bot.service.report_numbers import ReportNumbers, WhyOthersDidNotBuy
from bot.service.round_contacts import CASHBACK, MEMBERS, REVIEWS

T = TypeVar("T")
_PAGE = 500
_MOST = 100_000
_A_DAY = timedelta(days=1)
_AFTERNOON = time(13)


class RoundsStore(Store, OrderStore, PeopleStore, RoundStore, ParcelStore, ReportStore, NumbersStore, Protocol):
    """All ports that rounds read, one object."""


@dataclass(frozen=True, slots=True)
class FindRules:
    orders: OrderRoundRules = ORDER_ROUND_RULES
    #: Fewer pieces than this are announced (E5).
    low_stock_under: int = 10
    reviews: ReviewRules = REVIEW_RULES
    #: Whether there is a survey to be asked for, and who bought so long ago is asked (D6).
    survey: bool = False
    survey_days: float = 92
    care: CareRules = CARE_RULES


Pages = AsyncIterator[list[Found]]
Find = Callable[[Run], Pages]


class FindRounds:
    def __init__(self, store: RoundsStore, shop: Shop, rules: FindRules) -> None:
        self._store = store
        self._shop = shop
        self._rules = rules
        self._find: Mapping[str, Find] = {
            "dispatch": self._dispatch,
            "order_clock": self._order_clock,
            "dispatch_report": self._report,
            "unsigned": self._unsigned,
            "unconfirmed": self._unconfirmed,
            "follow_ups": self._follow_ups,
            "restock": self._restock,
            "stock_check": self._stock_check,
            "invoices": self._invoices,
            "oversold": self._oversold,
            "complaints": self._complaints,
            "care": self._care,
            "archive": self._archive,
            "numbers": self._numbers,
            "goods": self._goods,
            "late_shipping": self._late_shipping,
            "bad_reviews": self._bad_reviews,
            "review_table": self._review_table,
            "renewals": self._renewals,
            "cashback_notice": self._notices,
            "cashback_payment": self._payments,
            "survey": self._survey,
        }

    def __call__(self, run: Run) -> Pages:
        return self._find[run.round_id](run)

    # --- orders ---

    async def _late_shipping(self, run: Run) -> Pages:
        async for page in self._orders(Status.PAID):
            yield list(round_orders.late_shipping(page, run.due_at, self._rules.orders))

    async def _dispatch(self, run: Run) -> Pages:
        async for page in self._orders(Status.PAID, Status.SHIPPED):
            yield list(round_orders.dispatch(page, run.due_at, self._rules.orders))

    async def _order_clock(self, run: Run) -> Pages:
        hours = self._rules.orders.clock_hours
        async for page in self._orders(Status.UNPAID, Status.PAID, Status.SIGNED, Status.CONFIRMED):
            yield list(order_clock.overdue(page, run.due_at, hours))
        yield list(order_clock.disputes(await self._store.open_cases(limit=_MOST), run.due_at, hours))

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

    async def _numbers(self, run: Run) -> Pages:
        """Of the last week: to the supervisor in the morning, to operations in the afternoon (E5)."""
        since, until = run.due_at - 7 * _A_DAY, run.due_at
        rows = await ReportNumbers(self._store)(since, until)
        rows = await WhyOthersDidNotBuy(self._store)(rows, since, until)
        role = "supervisor" if run.slot.at < _AFTERNOON else "operations"
        yield list(staff_lines(rows, role, run.slot.name))

    async def _archive(self, run: Run) -> Pages:
        """The month before; on the days after the first it is there already, or is tried again."""
        month = month_before(run.due_at, run.due_at.tzinfo or UTC)
        yield [Found(month, "archive")]

    async def _goods(self, run: Run) -> Pages:
        since = run.due_at - _A_DAY
        yield list(goods_lines(await self._store.orders_moved(since), since, run.due_at))

    async def _care(self, run: Run) -> Pages:
        rules, at = self._rules.care, run.due_at
        cases = await self._store.cases_since(at - timedelta(days=rules.days))
        marks = [
            Mark(case, mark)
            for case_id, _, mark, _ in await self._store.ratings(at - timedelta(days=rules.look_back_days))
            if mark <= LOW_MARK and (case := await self._store.case(case_id)) is not None
        ]
        promises = await self._store.promises(open_only=True, limit=_MOST)
        reviews = [await self._with_chat(review) async for page in self._records(REVIEWS, Review) for review in page]
        yield list(disappointed(at, marks=marks, cases=cases, promises=promises, reviews=reviews, rules=rules))

    async def _with_chat(self, review: Review) -> tuple[Review, str]:
        order = await self._store.order(review.order_no) if review.order_no else None
        return review, order.conversation_id if order else ""

    async def _follow_ups(self, run: Run) -> Pages:
        promises = await self._store.promises(open_only=True, limit=_MOST)
        yield list(matters.follow_ups(promises, run.due_at))

    async def _restock(self, run: Run) -> Pages:
        left, after = await self._left(), ""
        sold = {sku: product.name.get("zh") for sku, product in self._shop.product_by_sku.items() if sku in left}
        while page := await self._store.wishes(after, _PAGE):
            yield list(matters.back_in_stock(page, left, sold))
            after = page[-1][0]

    # --- what is imported ---

    async def _bad_reviews(self, run: Run) -> Pages:
        async for page in self._records(REVIEWS, Review):
            named = [await self._store.order(review.order_no) for review in page if review.order_no]
            orders = {order.order_no: order for order in named if order is not None}
            yield list(reviews.contacts(page, orders, run.due_at, self._rules.reviews))

    async def _review_table(self, run: Run) -> Pages:
        async for page in self._records(REVIEWS, Review):
            yield list(reviews.table(page, run.due_at, self._rules.reviews))

    async def _renewals(self, run: Run) -> Pages:
        async for page in self._records(MEMBERS, Member):
            yield list(members.renewals(page, run.slot.day))

    async def _notices(self, run: Run) -> Pages:
        async for page in self._records(CASHBACK, Cashback):
            yield list(members.notices(page, run.slot.day))

    async def _payments(self, run: Run) -> Pages:
        async for page in self._records(CASHBACK, Cashback):
            yield list(members.payments(page, run.slot.day))

    async def _records(self, kind: str, of: type[T]) -> AsyncIterator[list[T]]:
        after = ""
        while page := await self._store.records(kind, of, after, _PAGE):
            yield page
            after = _ID[kind](page[-1])

    async def _survey(self, run: Run) -> Pages:
        """Whoever bought in the last quarter, once a quarter; nobody where there is nothing to answer (D6)."""
        since, seen = run.due_at - timedelta(days=self._rules.survey_days), set[str]()
        if not self._rules.survey:
            return
        async for page in self._orders(Status.CONFIRMED):
            recent = [o for o in page if o.conversation_id and (o.signed_at or o.created_at) >= since]
            fresh = dict.fromkeys(o.conversation_id for o in recent if o.conversation_id not in seen)
            seen.update(fresh)
            yield [matters.survey(chat, run.due_at) for chat in fresh]


#: What a record is known by.
_ID: Mapping[str, Callable[[Any], str]] = {
    REVIEWS: lambda review: review.review_id,
    MEMBERS: lambda member: member.member_id,
    CASHBACK: lambda card: card.cashback_id,
}
