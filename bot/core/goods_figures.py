"""What left and what came back, by product (E5), and why buyers who were received did not buy. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Literal, get_args

from bot.core.cases import Case
from bot.core.complaint_figures import NO_GRIEVANCE
from bot.core.conversation import Conversation
from bot.core.money import yuan
from bot.core.orders import Order, Status
from bot.core.rounds import Found
from bot.core.staff_numbers import StaffNumbers

#: ``unpaid``: an order waits to be paid. ``lapsed``: it was closed unpaid. ``given_back``: bought, and refunded.
#: ``sold_out``: she wishes for goods that are not there. ``price``: she asked for less, or for more beside it.
#: ``after_sales``: she came about something bought before. ``asked``: she asked, and nothing tells why not.
WhyNot = Literal["unpaid", "given_back", "lapsed", "sold_out", "price", "after_sales", "asked"]
WHY_NOTS: Final[tuple[WhyNot, ...]] = get_args(WhyNot)
_PRICE: Final = frozenset({"bargain", "gift", "bulk"})


def goods(orders: Iterable[Order], since: datetime, until: datetime) -> Iterator[Found]:
    """A line a product with pieces that were shipped, or came back, from ``since`` until before ``until``."""
    shipped, returned, names = Counter[str](), Counter[str](), dict[str, str]()
    for order in orders:
        sent, back = order.shipped_at, order.reached_at(Status.REFUNDED)
        for line in order.lines:
            product = line.product_id or line.sku
            names.setdefault(product, line.name.get("zh"))
            if sent is not None and since <= sent < until:
                shipped[product] += line.quantity
            if sent is not None and back is not None and since <= back < until:
                returned[product] += line.quantity
    for place, product in enumerate(sorted(shipped.keys() | returned.keys(), key=lambda key: (-shipped[key], key))):
        facts = (("goods", names[product]), ("shipped", str(shipped[product])), ("returned", str(returned[product])))
        yield Found(product, "goods", facts=facts, rank=place, again=until.date().isoformat())


def why_not(talk: Conversation, orders: Sequence[Order], cases: Sequence[Case]) -> WhyNot:
    """Of a buyer who did not buy; ``orders`` and ``cases``: all of hers. What is nearest to buying counts first."""
    states = {order.status for order in orders}
    reasons = {case.reason for case in cases}
    if Status.UNPAID in states:
        return "unpaid"
    if Status.REFUNDED in states:
        return "given_back"
    if Status.CLOSED in states:
        return "lapsed"
    if talk.stock_wishes:
        return "sold_out"
    if reasons & _PRICE:
        return "price"
    return "after_sales" if reasons - NO_GRIEVANCE else "asked"


def numbers(rows: Iterable[StaffNumbers], role: str, again: str) -> Iterator[Found]:
    """A line a person for whoever leads; she who did nothing in that time has none."""
    for place, row in enumerate(row for row in rows if row.buyers or row.deals or row.marks):
        known = {
            "name": row.name,
            "buyers": str(len(row.buyers)),
            "deals": str(row.deals),
            "amount": yuan(row.amount_fen),
            "conversion": "" if row.conversion is None else f"{row.conversion:.0%}",
            "order_value": "" if row.order_value_fen is None else yuan(row.order_value_fen),
            "satisfaction": "" if row.satisfaction is None else f"{row.satisfaction:.1f}",
            "not_bought": " ".join(f"{why}:{count}" for why, count in row.not_bought),
        }
        facts = tuple((name, value) for name, value in known.items() if value)
        yield Found(row.staff_id, "numbers", role=role, facts=facts, rank=place, again=again)
