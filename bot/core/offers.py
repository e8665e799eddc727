"""What somebody is about to promise in words of her own, and whether she may: the check before a person's message goes.

It reads clause by clause and would rather miss a promise worded strangely than warn at every second sentence: what
staff write is checked to remind them, not to catch them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.core.catalogue import Logistics, Promises, Promotion
from bot.core.offer_guards import is_denied, is_elsewhere, is_no_promise
from bot.core.offer_words import OVER, PATTERNS
from bot.core.playbooks import PromiseKind
from bot.core.promises import NOBODY, NeedsApproval, Ruling, grant
from bot.core.understanding.normalise import clean
from bot.core.understanding.numerals import value

#: More is not read; no channel sends longer messages.
_MAX_CHARS = 20_000
_MAX_CLAUSE_CHARS = 400
_SENTENCE = re.compile(r"[^。!！?？;；\n]+[?？]?|[?？]")
_CLAUSE = re.compile(r"(?:[^,，.]|(?<=\d)[,，](?=\d{3})|\.(?!\s|$))+")
_MAX_FEN = 10**11
#: By which a gift is known again, however much of its name is said: two characters of it, or a word; not by its count.
_WORD = re.compile(
    r"(?=((?:(?![一两个条双件份张顶只])[一-鿿]){2}|(?<![a-z])(?!and\b|the\b|for\b|with\b|pair\b)[a-z]{3,}))"
)
_NUMERALS = str.maketrans("一二两三四五六七八九", "1223456789")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something promised in words. No figure: "a little cheaper", "a coupon"."""

    kind: PromiseKind
    #: The words that say it, in the one way of writing (:func:`~bot.core.understanding.normalise.clean`).
    words: str
    percent: int = 0
    #: Of a gift: what it is said to be worth.
    amount_fen: int = 0
    #: The gift.
    what: str = ""
    #: It holds from this sum on; None: for what she has.
    over_fen: int | None = None


def offers_in(text: str) -> tuple[Offer, ...]:
    """Every promise in ``text``, in the order said. Questions, refusals and "I will ask" hold none.

    A rule told ("free from 99") is an offer with ``over_fen``: :func:`beyond` knows which rules the shop has.
    """
    found: list[Offer] = []
    for sentence in _SENTENCE.findall(text[:_MAX_CHARS]):
        over: int | None = None
        clauses = tuple(_clauses(sentence))
        for clause in clauses:
            over = _over(clause) or over
            offers = _in_clause(clause, ",".join(clauses))
            found += (replace(offer, over_fen=over) for offer in offers)
            over = None if offers else over
    return tuple(found)


def _clauses(sentence: str) -> Iterator[str]:
    for part in _CLAUSE.findall(sentence):
        for begin in range(0, len(part), _MAX_CLAUSE_CHARS):
            yield clean(part[begin : begin + _MAX_CLAUSE_CHARS])


def _in_clause(clause: str, sentence: str) -> list[Offer]:
    if is_no_promise(clause):
        return []
    taken: list[tuple[int, int, Offer]] = []
    for kind, pattern in PATTERNS:
        for found in pattern.finditer(clause):
            start, end = found.span()
            if any(start < until and begin < end for begin, until, _ in taken):
                continue
            offer = _read(kind, found)
            if offer and not is_elsewhere(kind, sentence, clause, found[0]) and not is_denied(clause, start, end):
                taken.append((start, end, offer))
    return [offer for _, _, offer in sorted(taken, key=lambda t: t[0])]


def _read(kind: PromiseKind, found: re.Match[str]) -> Offer | None:
    """None: the figures make no sense (10折, 0元)."""
    said = {name.rstrip("_"): text for name, text in found.groupdict().items() if text}
    words, what = found[0].strip(), said.get("what", "").strip()
    if kind == "gift" and re.search(r"券|coupon|voucher", what):
        kind, what = "coupon", ""
    percent, amount_fen = 0, _fen(said.get("yuan")) or 0
    if "half" in said:
        percent = 50
    elif "fold" in said:
        percent = _folded(said["fold"])
    elif "pct" in said:
        percent = ceil(value(said["pct"]) or 0)
    if ("fold" in said or "pct" in said) and not 0 < percent <= 100:
        return None
    if "yuan" in said and not amount_fen:
        return None
    return Offer(kind, words, percent, amount_fen, what)


def _over(clause: str) -> int | None:
    """The sum the clause makes its promise depend on, in fen."""
    found = OVER.search(clause)
    return _fen(found["over"] or found["over_"] or found["over__"]) if found else None


def _folded(said: str) -> int:
    """``9`` and ``九`` -> 10, ``85``, ``八五`` and ``8.5`` -> 15: what 折 takes off, in percent, never too little."""
    if said == "对":
        return 50
    kept = float(said.replace("点", "").translate(_NUMERALS))
    return ceil(100 - (kept * 10 if kept <= 10 else kept))


def _fen(said: str | None) -> int | None:
    yuan = value(said) if said else None
    fen = round(yuan * 100) if yuan is not None else 0
    return fen if 0 < fen <= _MAX_FEN else None


def beyond(
    promises: Promises,
    roles: Sequence[str],
    offers: Iterable[Offer],
    goods_fen: int,
    *,
    logistics: Logistics | None = None,
    promotions: Sequence[Promotion] | None = None,
) -> tuple[Offer, str] | None:
    """The first of ``offers`` that somebody with ``roles`` may not promise, and the lowest role that may;
    :data:`bot.core.promises.NOBODY` where the table lets nobody.

    ``goods_fen`` as for :func:`bot.core.promises.grant`. ``promotions``: those that run now; None: not known, and what
    is promised from a sum on is then taken for one of them, unless it is free shipping, whose rule is known.
    """
    for offer in offers:
        if _is_told_rule(offer, promotions):
            continue
        fen = goods_fen if offer.over_fen is None else offer.over_fen
        ruling = _ruled(promises, roles, offer, fen, logistics)
        if isinstance(ruling, NeedsApproval):
            at_all = _ruled(promises, ("manager",), offer, fen, logistics)
            return offer, NOBODY if isinstance(at_all, NeedsApproval) else ruling.role
    return None


def _ruled(
    promises: Promises, roles: Sequence[str], offer: Offer, goods_fen: int, logistics: Logistics | None
) -> Ruling:
    return grant(
        promises,
        roles,
        offer.kind,
        percent=offer.percent,
        amount_fen=offer.amount_fen,
        goods_fen=goods_fen,
        what=offer.what,
        logistics=logistics,
    )


def _is_told_rule(offer: Offer, promotions: Sequence[Promotion] | None) -> bool:
    if offer.over_fen is None or offer.kind == "free_shipping":
        return False
    if promotions is None:
        return True
    return any(_tells(offer, p) for p in promotions)


def _tells(offer: Offer, promotion: Promotion) -> bool:
    if promotion.over_fen != offer.over_fen:
        return False
    if promotion.kind == "threshold":
        return offer.kind == "discount" and offer.amount_fen == promotion.off_fen
    same = _WORD.findall(f"{promotion.gift.zh} {promotion.gift.en}".casefold())
    return promotion.kind == "gift" and offer.kind == "gift" and any(word in offer.what for word in same)
