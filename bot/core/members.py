"""Members whose time ends (F3), and cashback of the silver card (G7). Pure."""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.core.money import yuan
from bot.core.orders import Address
from bot.core.rounds import Found

#: A lost card costs its owner so much when she is paid (G7).
LOST_CARD_FEN = 5_000
#: Days of the month for notices and for payments (G7); February ends on its last day.
NOTICE_DAYS = (10, 14)
PAYMENT_DAYS = (15, 30)


@dataclass(frozen=True, slots=True)
class Member:
    member_id: str
    name: str
    #: Last day of the membership.
    until: date
    phone: str = ""
    #: Staff id of her service person (F6); empty: nobody named.
    served_by: str = ""


def renewals(members: Iterable[Member], today: date) -> Iterator[Found]:
    """From a month before the end on a notice; what ended is the supervisor's (F3)."""
    for member in members:
        if member.until > month_later(today):
            continue
        ended = member.until < today
        facts = (
            ("until", member.until.isoformat()),
            *_person(member.name, member.phone),
            ("served_by", member.served_by),
        )
        yield Found(
            subject=member.member_id,
            reason="ended" if ended else "renewal",
            role="supervisor" if ended else "",
            facts=tuple((name, value) for name, value in facts if value),
            rank=(member.until - today).days,
            again=member.until.isoformat(),
        )


def month_later(day: date) -> date:
    """The same day of the next month, or its last one."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Cashback:
    """What one card gets for one month."""

    card_no: str
    name: str
    amount_fen: int
    #: ``2026-11``
    month: str
    phone: str = ""
    lost: bool = False
    #: On the information department's list; a name that is not has to be checked first.
    listed: bool = True

    @property
    def cashback_id(self) -> str:
        return f"{self.month} {self.card_no}"


def notices(cards: Iterable[Cashback], today: date) -> Iterator[Found]:
    """Every card of the month, from the 10th to the 14th; the last day they are the supervisor's (G7)."""
    for card in _of(cards, today):
        last = today.day >= NOTICE_DAYS[1]
        facts = (*_card(card), ("ask", "time and her opinion"))
        yield _found(card, "notice", "supervisor" if last else "", facts, rank=0 if last else 1)


def payments(cards: Iterable[Cashback], today: date) -> Iterator[Found]:
    """From the 15th to the 30th (February: to its last day), against the old card; a lost one costs 50 yuan (G7)."""
    ends = min(PAYMENT_DAYS[1], calendar.monthrange(today.year, today.month)[1])
    for card in _of(cards, today):
        if not card.listed:
            yield _found(card, "unlisted", "operations", (*_card(card), ("ask", "checked by information, then added")))
            continue
        due = max(0, card.amount_fen - (LOST_CARD_FEN if card.lost else 0))
        lost = (
            (("lost_card", f"{yuan(LOST_CARD_FEN)}, so {yuan(due)}"),) if card.lost else (("against", "the old card"),)
        )
        late = today.day >= ends
        yield _found(card, "payment", "supervisor" if late else "", (*_card(card), *lost), rank=0 if late else 1)


def _of(cards: Iterable[Cashback], today: date) -> Iterator[Cashback]:
    return (card for card in cards if card.month == f"{today:%Y-%m}")


def _found(card: Cashback, reason: str, role: str, facts: tuple[tuple[str, str], ...], rank: int = 1) -> Found:
    # By the last digits: the whole number is a means of payment.
    return Found(f"{card.month} …{card.card_no[-4:]}", reason, role=role, facts=facts, rank=rank, again=_mark(card))


def _mark(card: Cashback) -> str:
    """Tells cards of the same last digits apart without showing them."""
    return f"{zlib.crc32(card.card_no.encode()):08x}"


def _card(card: Cashback) -> tuple[tuple[str, str], ...]:
    return (("amount", yuan(card.amount_fen)), *_person(card.name, card.phone))


def _person(name: str, phone: str) -> tuple[tuple[str, str], ...]:
    """With the whole number: whoever has the line calls."""
    known = (("name", Address("", "", "", name, phone).masked().name if name else ""), ("phone", phone))
    return tuple((what, value) for what, value in known if value)
