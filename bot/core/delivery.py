"""Who sends to a place, for how much, in how many days, and when it leaves (A3, A11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.core.catalogue import Courier, Logistics, Shop, Zone
from bot.core.places import Place, short_name


@dataclass(frozen=True, slots=True)
class Delivery:
    courier: Courier
    zone: Zone
    #: What the buyer pays; 0 when free.
    fee_fen: int
    #: Free by the shop's rule, not because the zone costs nothing.
    free: bool
    #: Inclusive, from dispatch.
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NotServed:
    #: The courier asked for; None when nobody was, or the shop has no such courier.
    courier: Courier | None
    place: Place
    #: Who would send there instead; None when nobody does.
    instead: Delivery | None


def deliver(
    shop: Shop, place: Place, goods_fen: int | None, courier_id: str | None = None
) -> Delivery | NotServed:  # fmt: skip
    """How a basket of ``goods_fen`` (None: not known, so never free) gets to ``place``.

    Without ``courier_id`` the shop's default courier, or, where that one does not go, the cheapest and then fastest
    that does.
    """
    asked = shop.courier_by_id.get(courier_id) if courier_id is not None else None
    if courier_id is None or asked is None:
        usual = _usual(shop, place, goods_fen)
        if courier_id is None and usual is not None:
            return usual
        return NotServed(None, place, usual)
    return _by(shop, asked, place, goods_fen) or NotServed(asked, place, _usual(shop, place, goods_fen))


def options(shop: Shop, place: Place, goods_fen: int | None) -> tuple[Delivery, ...]:
    """Every courier that goes to ``place``: cheapest first, then fastest, then in the order of the file."""
    found = (_by(shop, courier, place, goods_fen) for courier in shop.couriers)
    return tuple(sorted((d for d in found if d is not None), key=lambda d: (d.fee_fen, d.days[1], d.days[0])))


def dispatch_by(logistics: Logistics, paid_at: datetime) -> datetime:
    """The moment (aware, in ``paid_at``'s zone) by which an order paid then has left.

    Paid before ``same_day_before``: the end of that day; later: the end of the next; never later than
    ``dispatch_hours`` after payment, which alone counts where the shop promises no same-day dispatch.
    """
    if paid_at.tzinfo is None:
        raise ValueError("paid_at has no time zone")
    # By way of UTC, because hours across a change of clocks are not wall-clock hours.
    latest = (paid_at.astimezone(UTC) + timedelta(hours=logistics.dispatch_hours)).astimezone(paid_at.tzinfo)
    if logistics.same_day_before is None:
        return latest
    later = 0 if paid_at.time() < logistics.same_day_before else 1
    day = paid_at.date() + timedelta(days=later)
    evening = datetime.combine(day, time.max, paid_at.tzinfo)
    return min(latest, evening, key=lambda moment: moment.astimezone(UTC))


def _usual(shop: Shop, place: Place, goods_fen: int | None) -> Delivery | None:
    default = shop.courier_by_id.get(shop.logistics.default_courier) if shop.logistics else None
    usual = _by(shop, default, place, goods_fen) if default is not None else None
    return usual or next(iter(options(shop, place, goods_fen)), None)


def _by(shop: Shop, courier: Courier, place: Place, goods_fen: int | None) -> Delivery | None:
    zone = courier.zone(place.province)
    if zone is None or _is_left_out(courier, place):
        return None
    free = _is_free(shop.logistics, courier, place, goods_fen)
    return Delivery(courier, zone, 0 if free else zone.fee_fen, free, zone.days)


def _is_left_out(courier: Courier, place: Place) -> bool:
    """Whether the place, or the city or province it lies in, is named as not served."""
    names = {place.name, place.zh, place.en, place.province, place.city} - {""}
    return any(name in names or short_name(name) in names for name in courier.not_served)


def _is_free(logistics: Logistics | None, courier: Courier, place: Place, goods_fen: int | None) -> bool:
    if logistics is None or logistics.free_from_fen is None or goods_fen is None:
        return False
    if courier.id != logistics.default_courier or place.province in logistics.free_except:
        return False
    return goods_fen >= logistics.free_from_fen
