"""The tables of the shop itself, couriers, logistics, promotions and promises."""

from __future__ import annotations

import re
from typing import Any, Final

from bot.adapters import yaml_fields as read
from bot.adapters.yaml_book import KeyPath, Place, Reading, Reported, Wrong, unknown
from bot.adapters.yaml_fields import Record, Spot, may, need
from bot.adapters.yaml_nodes import Entries, Node, Scalar
from bot.core.cases import ROLES
from bot.core.catalogue import (
    CAUSES,
    About,
    Authority,
    Compensation,
    Courier,
    GiftStandard,
    Hours,
    Logistics,
    Period,
    Promises,
    Promotion,
    Zone,
)

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PROVINCE_NAMES: Final = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州"
    " 云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 台湾"
)
PROVINCES: Final = tuple(_PROVINCE_NAMES.split())

_province = read.one_of("province", PROVINCES)
_one_day = read.one_of("day", DAYS)


def _days(reading: Reading, node: Node, path: KeyPath) -> frozenset[int]:
    if isinstance(node, Scalar) and node.text == "all":
        return frozenset(range(7))
    if isinstance(node, Scalar):
        raise Wrong(node, "should be all, or a list of mon, tue, wed, thu, fri, sat, sun")
    return frozenset(DAYS.index(name) for name in read.many(_one_day, least=1)(reading, node, path))


_HOURS: Final = Record(
    read.build(Hours),
    {
        "days": need(_days),
        "from": need(read.clock, "start"),
        "until": need(read.clock),
    },
)

_FACT_NAME: Final = re.compile(r"\w+")


def _fact_name(name: str) -> str | None:
    """A name that ``{group.name}`` can carry."""
    return None if _FACT_NAME.fullmatch(name) else "the name of a fact holds only letters, digits and '_'"


#: Figures and words that answers quote as ``{service.name}``.
SERVICE: Final = read.by_name(read.text, _fact_name)

#: Gives the About and the facts that answers may quote.
ABOUT: Final = Record(
    lambda spot, values: (values.pop("facts", {}), About(source=spot.source, **values)),
    {
        "name": may(read.text),
        "brands": may(read.many(read.text)),
        "about": may(read.text),
        "hours": may(read.many(_HOURS)),
        "favourite_link": may(read.word),
        "payment": may(read.text),
        "facts": may(read.by_name(read.text, _fact_name)),
    },
)

# --- sending ---


def _zone(spot: Spot, values: dict[str, Any]) -> tuple[Spot, Zone]:
    return spot, Zone(source=spot.source, **values)


_ZONE: Final = Record(
    _zone,
    {
        "provinces": need(read.many(_province, least=1)),
        "fee": need(read.money, "fee_fen"),
        "days": need(read.span(read.whole(most=365))),
    },
)


def _courier(spot: Spot, values: dict[str, Any]) -> Courier:
    served: dict[str, int] = {}
    for zone_spot, zone in values["zones"]:
        for province in zone.provinces:
            first = served.setdefault(province, zone_spot.node.line)
            if first != zone_spot.node.line:
                zone_spot.fault("provinces", f"{province} stands in the zone of line {first} already")
    values["zones"] = tuple(zone for _, zone in values["zones"])
    return Courier(source=spot.source, **values)


COURIER: Final = Record(
    _courier,
    {
        "id": need(read.declares("courier")),
        "name": need(read.text),
        "aliases": may(read.many(read.word)),
        "site": may(read.word),
        "phone": may(read.word),
        "insurance": may(read.text),
        "note": may(read.text),
        "not_served": may(read.many(read.word)),
        "zones": need(read.many(_ZONE)),
    },
)

LOGISTICS: Final = Record(
    read.build_located(Logistics),
    {
        "default_courier": need(read.refers("courier")),
        "ships_from": may(read.text),
        "free_from": may(read.money, "free_from_fen"),
        "free_except": may(read.many(_province)),
        "same_day_before": may(read.clock),
        "dispatch_hours": may(read.whole(least=1, most=720)),
    },
)

# --- promotions ---


def _month_day(reading: Reading, node: Node, path: KeyPath) -> int:
    if isinstance(node, Scalar) and node.text == "last":
        return 31
    return int(read.whole(least=1, most=31)(reading, node, path))


def _fixed(spot: Spot, values: dict[str, Any]) -> Period:
    if values["end"] < values["start"]:
        spot.fault("until", f"ends on {values['end']}, before it starts on {values['start']}")
    return Period(**values)


def _monthly(spot: Spot, values: dict[str, Any]) -> Period:
    first, last = values["from_day"], values["until_day"]
    if last < first:
        spot.fault("until_day", f"ends on day {last}, before it starts on day {first}")
    return Period(monthly=(first, last))


_FIXED: Final = Record(_fixed, {"from": need(read.day, "start"), "until": need(read.day, "end")})
_MONTHLY: Final = Record(
    _monthly,
    {
        "every": need(read.one_of("rhythm", ("month",))),
        "from_day": need(_month_day),
        "until_day": need(_month_day),
    },
)


def _period(reading: Reading, node: Node, path: KeyPath) -> Any:
    is_monthly = isinstance(node, Entries) and not node.nodes.keys().isdisjoint({"every", "from_day", "until_day"})
    return (_MONTHLY if is_monthly else _FIXED)(reading, node, path)


_GOODS: Final = Record(
    lambda spot, values: {kind: frozenset(ids) for kind, ids in values.items()},
    {
        "products": may(read.many(read.refers("product"), least=1)),
        "categories": may(read.many(read.refers("category"), least=1)),
    },
)

_POSITIVE = read.whole(least=1)
_PERCENT = read.whole(most=100)


def _amount(reading: Reading, node: Node, path: KeyPath) -> int:
    fen = read.money(reading, node, path)
    if fen == 0:
        raise Wrong(node, "must be above 0")
    return fen


_EVERY_KIND: Final = {
    "id": need(read.declares("promotion")),
    "kind": need(read.word),
    "name": need(read.text),
    "note": may(read.text),
    "period": need(_period),
    "goods": may(_GOODS),
}
#: The figures of each kind; a figure of another kind is refused.
_FIGURES: Final = {
    "threshold": {"over": need(_amount, "over_fen"), "off": need(_amount, "off_fen"), "repeat": may(read.yes_no)},
    "buy_n_get_m": {"buy": need(_POSITIVE), "free": need(_POSITIVE)},
    "gift": {"over": need(read.money, "over_fen"), "gift": need(read.text)},
    "limit": {"price": need(read.money, "price_fen"), "per_buyer": need(_POSITIVE)},
}


def _made_promotion(spot: Spot, values: dict[str, Any]) -> Promotion:
    if values.get("off_fen", 0) > values.get("over_fen", 0):
        spot.fault("off", "takes off more than the sum it needs")
    return Promotion(source=spot.source, **values.pop("goods", {}), **values)


_PROMOTIONS: Final = {
    kind: Record(_made_promotion, _EVERY_KIND | figures, f"a promotion of kind {kind}")
    for kind, figures in _FIGURES.items()
}


def promotion(reading: Reading, node: Node, path: KeyPath) -> Any:
    kind = node.nodes.get("kind") if isinstance(node, Entries) else None
    if kind is None:
        what = "is missing" if isinstance(node, Entries) else "should be keys with values"
        reading.fault(node.line, (path, "kind") if isinstance(node, Entries) else path, what)
        raise Reported
    try:
        name = read.one_of("kind", _FIGURES)(reading, kind, path)
    except Wrong as wrong:
        reading.fault(wrong.line, (path, "kind"), wrong.what)
        raise Reported from None
    return _PROMOTIONS[name](reading, node, path)


# --- promises ---

_GIFT: Final = Record(
    read.build_located(GiftStandard),
    {
        "over": need(read.money, "over_fen"),
        "gift": need(read.text),
        "aliases": may(read.many(read.word)),
    },
)


def _role(reading: Reading, node: Node, path: KeyPath) -> str:
    name = read.one_of("role", ("bot", *ROLES))(reading, node, path)
    reading.book.declare("authority of role", name, Place(reading.file, node.line, path))
    return str(name)


def _compensated(spot: Spot, values: dict[str, Any]) -> dict[str, int]:
    if spot.node.nodes.keys().isdisjoint({"coupon_percent", "cash_percent"}):
        spot.fault("", "gives nothing; write coupon_percent, cash_percent or both, or leave the cause out")
    return values


#: Where ``up_to`` is not written, 200 yuan hold, as for most causes (head of C).
_COMPENSATED: Final = Record(
    _compensated,
    {
        "coupon_percent": may(_PERCENT),
        "cash_percent": may(_PERCENT),
        "up_to": may(_amount, "up_to_fen"),
    },
    "a compensation",
)


def _cause(name: str) -> str | None:
    return None if name in CAUSES else unknown("cause", name, CAUSES)


_BY_CAUSE: Final = read.by_name(_COMPENSATED, _cause)


def _compensation(reading: Reading, node: Node, path: KeyPath) -> tuple[Compensation, ...]:
    found = _BY_CAUSE(reading, node, path)
    return tuple(Compensation(cause, **found[cause]) for cause in CAUSES if cause in found)


_AUTHORITY: Final = Record(
    read.build_located(Authority),
    {
        "role": need(_role),
        "discount_percent": may(_PERCENT),
        "bulk_discount_percent": may(_PERCENT),
        "compensation": may(_compensation),
        "free_shipping_from": may(read.money, "free_shipping_from_fen"),
        "gift_up_to": may(read.money, "gift_up_to_fen"),
    },
)

PROMISES: Final = Record(
    read.build_located(Promises),
    {
        "bulk_from": may(_POSITIVE, "bulk_from_pieces"),
        "gifts": may(read.many(_GIFT)),
        "authority": may(read.many(_AUTHORITY)),
    },
)
