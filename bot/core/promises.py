"""The authority table: what may be granted, by whom (A6, A7, A12). Asked before anything is promised."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.catalogue import GiftStandard, Logistics, Promises, Text

NOTHING = Text()


@dataclass(frozen=True, slots=True)
class Allow:
    """May be told at once."""

    #: The gift granted; empty when none was asked about.
    gift: Text = NOTHING
    #: Off the sum; 0 when no discount was asked about.
    percent: int = 0


@dataclass(frozen=True, slots=True)
class Refuse:
    """May not be granted; told kindly, with what would help."""

    #: ``not_reached`` (see ``missing_fen``), ``no_gifts``, ``price_held``, ``never_free``, ``remote``.
    reason: str
    #: What the sum lacks; None when more would not help.
    missing_fen: int | None = None
    #: What may be given instead of a lower price: a gift within the standard (empty when none), free shipping (A12).
    gift: Text = NOTHING
    free_shipping: bool = False


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """A person of ``role`` decides; nothing is promised until then."""

    role: str
    #: ``gift``, ``bargain`` or ``free_shipping``.
    reason: str


Ruling = Allow | Refuse | NeedsApproval


def gift(promises: Promises, goods_fen: int, asked: str | None, *, insisting: bool = False) -> Ruling:
    """May a gift be added to a basket of ``goods_fen`` (A6)? ``asked`` is the gift the shopper named, if any.

    Within the standard: the one asked for where the sum reaches it, else the best one reached. Beyond it: refused with
    what is missing, or, when the shopper insists, for the supervisor to decide.
    """
    wanted = _named(promises, asked)
    reached = [g for g in promises.gifts if g.over_fen <= goods_fen]
    as_asked = wanted in reached if wanted else bool(reached) and not asked
    if insisting and not as_asked:
        return NeedsApproval("supervisor", "gift")
    if reached:
        return Allow(gift=wanted.gift if wanted and as_asked else max(reached, key=lambda g: g.over_fen).gift)
    if not promises.gifts:
        return Refuse("no_gifts")
    return Refuse("not_reached", (wanted or min(promises.gifts, key=lambda g: g.over_fen)).over_fen - goods_fen)


def _named(promises: Promises, asked: str | None) -> GiftStandard | None:
    word = (asked or "").strip().casefold()
    if not word:
        return None
    for standard in promises.gifts:
        names = (standard.gift.zh, standard.gift.en, *standard.aliases)
        if any(name and (name.casefold() in word or word in name.casefold()) for name in names):
            return standard
    return None


def bargain(promises: Promises, role: str, percent: int | None, goods_fen: int, *, insisting: bool = False) -> Ruling:
    """May ``role`` take ``percent`` off (A12)? None: "cheaper please", with no figure.

    The price is held first; a refusal names the gift or free shipping that this sum may have instead. What is beyond
    the role goes to the lowest role whose authority allows it, else to the manager.
    """
    own = promises.of(role)
    may = own.discount_percent if own else 0
    if percent is not None and 0 < percent <= may:
        return Allow(percent=percent)
    if percent is None and not insisting:
        return _hold(promises, role, goods_fen)
    if percent is not None and percent <= 0:
        return _hold(promises, role, goods_fen)
    needed = percent if percent is not None else may + 1
    higher = (a.role for a in promises.authority if a.discount_percent >= needed)
    return NeedsApproval(next(higher, "manager"), "bargain")


def _hold(promises: Promises, role: str, goods_fen: int) -> Refuse:
    reached = [g for g in promises.gifts if g.over_fen <= goods_fen]
    best = max(reached, key=lambda g: g.over_fen).gift if reached else Text()
    own = promises.of(role)
    from_fen = own.free_shipping_from_fen if own else None
    return Refuse("price_held", gift=best, free_shipping=from_fen is not None and goods_fen >= from_fen)


def free_shipping(
    promises: Promises,
    logistics: Logistics | None,
    role: str,
    goods_fen: int,
    *,
    province: str | None = None,
    insisting: bool = False,
) -> Ruling:
    """May a basket be sent free (A6): by the shop's rule or by the role's own authority?

    Neither holds for a ``province`` that the shop excepts. When the shopper insists: the lowest role whose authority
    allows it, else the manager.
    """
    own = promises.of(role)
    rules = (logistics.free_from_fen if logistics else None, own.free_shipping_from_fen if own else None)
    remote = logistics is not None and province in logistics.free_except
    limits = [fen for fen in rules if fen is not None and not remote]
    if any(goods_fen >= fen for fen in limits):
        return Allow()
    if insisting:
        higher = (
            a.role
            for a in promises.authority
            if a.role != role and a.free_shipping_from_fen is not None and goods_fen >= a.free_shipping_from_fen
        )
        return NeedsApproval(next(higher, "manager"), "free_shipping")
    if remote:
        return Refuse("remote")
    return Refuse("not_reached", min(limits) - goods_fen) if limits else Refuse("never_free")


def bulk(promises: Promises, quantity: int) -> bool:
    """Whether so many pieces are a bulk order, which goes to the bulk specialist (A7)."""
    return 0 < promises.bulk_from_pieces <= quantity
