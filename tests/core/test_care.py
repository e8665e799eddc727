"""Special care: marked for its days and not a moment longer, and reminded once of an unpaid order (D5, B1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.care import CareRules, Mark, cared, disappointed
from bot.core.cases import Case
from bot.core.conversation import Conversation, fold
from bot.core.nudges import Facts, NudgeRules, Remind, Skip, Unpaid, due_nudges

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TALK = Conversation("web:1", "web")
CASE = Case("C1", "web:1", "missing", "after_sales", NOW, "")


def marked(*matters: tuple[str, datetime]) -> Conversation:
    return fold(TALK, [e.CareBegan(why, until.isoformat()) for why, until in matters])


@given(st.integers(1, 10**7), st.integers(-(10**7), 10**7))
def test_care_lasts_until_its_end_and_no_longer(seconds: int, later: int) -> None:
    until = NOW + timedelta(seconds=seconds)
    talk = marked(("refused", until))
    assert cared(talk, NOW + timedelta(seconds=later)) == ("refused" if later < seconds else "")


def test_nobody_is_cared_for_who_was_not_disappointed_and_the_newest_matter_counts() -> None:
    assert cared(TALK, NOW) == ""
    talk = marked(("refused", NOW + timedelta(days=1)), ("low_mark", NOW + timedelta(days=90)))
    assert cared(talk, NOW + timedelta(days=2)) == "low_mark"


@pytest.mark.parametrize("mark", range(1, 6))
def test_marks_of_one_and_two_disappoint(mark: int) -> None:
    found = list(disappointed(NOW, marks=[Mark(CASE, mark)], rules=CareRules(30)))
    assert [(one.reason, one.care_days) for one in found] == ([("low_mark", 30)] if mark <= 2 else [])


def test_complaints_longer_apart_than_the_care_lasts_are_not_several() -> None:
    first = replace(CASE, case_id="C0", reason="complaint", opened_at=NOW - timedelta(days=31))
    second = replace(CASE, reason="complaint")
    assert list(disappointed(NOW, cases=[first, second], rules=CareRules(30))) == []
    (found,) = disappointed(NOW, cases=[first, second], rules=CareRules(31))
    assert (found.reason, found.subject) == ("repeated", "C1")


def test_she_is_reminded_of_an_unpaid_order_once_while_she_is_cared_for() -> None:
    order = Unpaid("1", "web:1", "web", NOW - timedelta(hours=9), care_until=NOW + timedelta(days=1))
    again = replace(order, reminded_ever=1)
    over = replace(again, care_until=NOW)
    first, second, third = due_nudges([order, again, over], NOW, NudgeRules(), Facts())
    assert isinstance(first, Remind) and isinstance(third, Remind)
    assert isinstance(second, Skip) and (second.reason, second.call) == ("special_care", False)
