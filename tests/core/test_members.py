"""Memberships that end (F3) and cashback (G7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.members import Cashback, Member, month_later, notices, payments, renewals
from bot.core.rounds import ROUND_BY_ID


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2026, 12, 23), date(2027, 1, 23)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(day: date, later: date) -> None:
    assert month_later(day) == later


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_everybody_hears_of_the_end_before_it_comes(until: date) -> None:
    """Whoever looks each day finds a member at least 28 days before the end."""
    member = Member("M", "Li", until)
    assert [one.reason for one in renewals([member], until - timedelta(days=28))] == ["renewal"]
    assert [one.reason for one in renewals([member], until)] == ["renewal"]
    assert [one.reason for one in renewals([member], until + timedelta(days=1))] == ["ended"]
    assert list(renewals([member], until - timedelta(days=32))) == []


CARD = Cashback("88001234", "王芳", 12_000, "2026-11")


def test_a_lost_card_costs_fifty_yuan_and_never_makes_a_debt() -> None:
    day = date(2026, 11, 15)
    lost = [
        dict(next(payments([Cashback("1", "Li", fen, "2026-11", lost=True)], day)).facts) for fen in (12_000, 4_999)
    ]
    assert [facts["lost_card"] for facts in lost] == ["¥50, so ¥70", "¥50, so ¥0"]


@pytest.mark.parametrize(("day", "role"), [(10, ""), (13, ""), (14, "supervisor")])
def test_notices_are_the_supervisors_on_their_last_day(day: int, role: str) -> None:
    assert next(notices([CARD], date(2026, 11, day))).role == role


@pytest.mark.parametrize(
    ("day", "role"), [(date(2026, 11, 29), ""), (date(2026, 11, 30), "supervisor"), (date(2026, 2, 28), "supervisor")]
)
def test_payments_end_on_the_thirtieth_and_in_february_on_its_last_day(day: date, role: str) -> None:
    card = Cashback("88001234", "王芳", 12_000, f"{day:%Y-%m}")
    assert next(payments([card], day)).role == role


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_each_day_of_a_month_belongs_to_one_of_them_at_most(day: date) -> None:
    told, paid = ROUND_BY_ID["cashback_notice"].held_on(day), ROUND_BY_ID["cashback_payment"].held_on(day)
    assert told == (10 <= day.day <= 14)
    assert paid == (15 <= day.day <= 30)


def test_no_line_shows_a_whole_card_and_two_cards_of_the_same_last_digits_are_two() -> None:
    cards = [CARD, Cashback("99001234", "Li", 100, "2026-11")]
    found = list(payments(cards, date(2026, 11, 15)))
    assert len({one.key for one in found}) == 2
    assert "88001234" not in str(found)
