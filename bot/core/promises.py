"""The authority table: what may be granted, by whom (A6, A7, A12, head of C). Asked before anything is promised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.catalogue import Authority, Compensation, GiftStandard, Logistics, Promises, Text
from bot.core.people import covers
from bot.core.playbooks import PromiseKind

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
    #: ``gift``, ``bargain`` or ``free_shipping``; of :func:`grant` the kind that was asked about.
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


#: In place of a role: the table lets nobody grant it.
NOBODY = "nobody"


def most_percent(promises: Promises, kind: PromiseKind) -> int:
    """The most that anybody may give of this kind, in percent; 0: the table names no percentage, or sets no bound."""
    rows = promises.authority
    if kind == "discount":
        found = [max(row.discount_percent, row.bulk_discount_percent or 0) for row in rows]
    elif kind in ("coupon", "cash"):
        causes = [cause for row in rows for cause in row.compensation]
        found = [(c.cash_percent if kind == "cash" else c.coupon_percent) or 0 for c in causes]
    else:
        found = []
    return max(found, default=0) if promises.of("manager") is not None else 0


# --- by whomever: the bot, or a person with her roles ---

#: As ``cause`` of a discount: the order is a bulk order (A7).
BULK = "bulk"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody is about to grant."""

    kind: PromiseKind
    percent: int
    amount_fen: int
    goods_fen: int
    cause: str
    what: str


def grant(
    promises: Promises,
    roles: Iterable[str],
    kind: PromiseKind,
    *,
    percent: int = 0,
    amount_fen: int = 0,
    goods_fen: int,
    cause: str = "",
    what: str = "",
    logistics: Logistics | None = None,
) -> Ruling:
    """May somebody with ``roles`` promise this? Allow, or NeedsApproval by the lowest role that may, else the manager.

    ``percent`` or ``amount_fen`` says how much; both 0: no figure was said, and a role that may any of it may say so.
    ``goods_fen``: the sum it is counted from (of compensation: the amount paid); 0: not known, and then an amount can
    be granted only by the highest role that has such authority at all, free shipping by a supervisor who has (A6).
    ``cause``: one of ``catalogue.CAUSES``, or
    :data:`BULK` for a discount; empty: not known, and the best of the role's causes counts. ``what``: the gift, in
    words. ``logistics``: the shop's own rule of free shipping, which everybody may tell.

    The bot's row holds for everybody, and a role may what those may whom it covers. A manager without a row of her own
    may anything, so that there is always somebody who can decide.
    """
    asked = _Asked(kind, percent, amount_fen, goods_fen, cause, what)
    held = tuple(roles)
    if kind == "other" or _is_rule(promises, asked, logistics) or _may(promises, held, asked):
        return Allow(percent=max(percent, 0) if kind == "discount" else 0)
    higher = (a.role for a in promises.authority if _may(promises, (a.role,), asked))
    return NeedsApproval(next(higher, "manager"), kind)


def _is_rule(promises: Promises, asked: _Asked, logistics: Logistics | None) -> bool:
    """Whether the shop gives it to everybody whose goods make this sum."""
    if asked.kind == "free_shipping" and logistics is not None and logistics.free_from_fen is not None:
        return asked.goods_fen >= logistics.free_from_fen
    return asked.kind == "gift" and _in_standard(promises, asked)


def _in_standard(promises: Promises, asked: _Asked) -> bool:
    """The gift named, or, where the words name none of the standard's (“a small gift”), any whose sum is reached."""
    reached = [g for g in promises.gifts if g.over_fen <= asked.goods_fen]
    wanted = _named(promises, asked.what)
    if _SEVERAL.search(asked.what.casefold()):
        return False
    if wanted is None:
        return bool(reached) and not _other_gift(asked.what)
    return wanted in reached


#: Words for a gift that say nothing of what it is.
_ANY_GIFT = ("礼物", "礼品", "赠品", "小礼", "好礼", "gift", "present", "something", "freebie", "extra")
#: The standard gives one.
_SEVERAL = re.compile(
    r"(?<![\d.])(?:[2-9]|[1-9]\d+|[两二三四五六七八九十]{1,3})\s*[双条个件份张顶盒支套只块对款把本]"
    r"|\b(?:two|three|four|five|six|ten|[2-9]|[1-9]\d+)\s+[a-z]"
)


def _other_gift(what: str) -> bool:
    word = what.strip().casefold()
    return bool(word) and not any(name in word for name in _ANY_GIFT)


def _may(promises: Promises, roles: tuple[str, ...], asked: _Asked) -> bool:
    if asked.percent < 0 or asked.amount_fen < 0:
        return False
    if "manager" in roles and promises.of("manager") is None:
        return True
    if asked.kind == "gift" and not asked.amount_fen:
        # A6: nobody said what it is worth, so the supervisor decides.
        return covers(roles, "supervisor")
    highest = next((a for a in reversed(promises.authority) if _allows(a, _no_figures(asked), highest=True)), None)
    rows = (a for a in promises.authority if a.role == "bot" or covers(roles, a.role))
    return any(_allows(row, asked, highest=row is highest) for row in rows)


def _no_figures(asked: _Asked) -> _Asked:
    return replace(asked, percent=0, amount_fen=0, goods_fen=0)


def _allows(row: Authority, asked: _Asked, *, highest: bool) -> bool:
    """``highest``: nobody above has authority of this kind, so what cannot be counted is decided here."""
    if asked.kind == "gift":
        return asked.amount_fen <= row.gift_up_to_fen
    if asked.kind == "free_shipping":
        least = row.free_shipping_from_fen
        if least is None or asked.goods_fen:
            return least is not None and asked.goods_fen >= least
        return least == 0 or highest or covers((row.role,), "supervisor")
    if asked.kind == "discount":
        bulk_percent = row.bulk_discount_percent if asked.cause == BULK else None
        return _within(max(row.discount_percent, bulk_percent or 0), asked, highest)
    return any(_within_cause(c, asked, highest) for c in row.makes_up_for(asked.cause))


def _within_cause(most: Compensation, asked: _Asked, highest: bool) -> bool:
    # Hundredths of a fen, so that no percentage is rounded.
    amount = max(asked.amount_fen * 100, asked.percent * asked.goods_fen)
    percent = most.cash_percent if asked.kind == "cash" else most.coupon_percent
    return _within(percent or 0, asked, highest) and amount <= most.up_to_fen * 100


def _within(percent: int, asked: _Asked, highest: bool) -> bool:
    if not 0 < percent >= asked.percent:
        return False
    if not asked.goods_fen:
        return highest or not asked.amount_fen
    return asked.amount_fen * 100 <= percent * asked.goods_fen
