"""Who is contacted how about a bad review, and when (D1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.forbidden import FORBIDDEN_EN, FORBIDDEN_ZH
from bot.core.reviews import Review, contacts, facts_of, next_step, table, tried

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


NEW = Review("R1", ago(10), "王芳", "掉色", phone="13800001111", imported_at=ago(1))


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, "contact"),
        ({"fault": "courier"}, "platform"),
        ({"fault": "missing"}, "platform"),
        ({"fault": "not_as_described"}, "platform"),
        ({"fault": "courier", "imported_at": ago(24)}, "contact"),
        ({"tried_at": ago(23), "messaged_at": ago(23)}, None),
        ({"tried_at": ago(24), "messaged_at": ago(24)}, "sms"),
        ({"tried_at": ago(30), "messaged_at": ago(30), "texted_at": ago(6)}, None),
        ({"tried_at": ago(47.9), "texted_at": ago(47.9)}, None),
        ({"tried_at": ago(48), "texted_at": ago(48)}, "call"),
        ({"tried_at": ago(48)}, "call"),
        ({"progress": "changed", "tried_at": ago(99)}, None),
        ({"progress": "refused", "tried_at": ago(99)}, None),
        ({"progress": "waits", "tried_at": ago(99)}, None),
        ({"progress": "promised", "until": ago(-1), "tried_at": ago(99)}, None),
        ({"progress": "promised", "until": ago(0), "tried_at": ago(99)}, "call"),
        ({"progress": "promised", "tried_at": ago(99)}, "call"),
    ],
)
def test_message_then_sms_then_a_call(changes: dict[str, object], step: str | None) -> None:
    assert next_step(replace(NEW, **changes), NOW) == step  # type: ignore[arg-type]


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_review_that_is_tried_is_never_contacted_first_again(first: int, later: int) -> None:
    after = tried(NEW, ago(first), messaged=first % 2 == 0, texted=first % 2 == 1)
    assert next_step(after, ago(first) + timedelta(hours=later)) in (None, "sms", "call")
    assert tried(after, NOW, messaged=False, texted=True).tried_at == after.tried_at


def test_whoever_calls_sees_the_number_and_nobody_else() -> None:
    call = next(contacts([replace(NEW, tried_at=ago(50))], {}, NOW))
    contact = next(contacts([NEW], {}, NOW))
    assert dict(call.facts)["phone"] == "13800001111"
    assert dict(contact.facts)["phone"] == "138****1111"
    assert dict(facts_of(NEW))["buyer"] == "王*"


def test_the_table_marks_what_came_since_six_of_the_day_before() -> None:
    six = NOW.replace(hour=18) - timedelta(days=1)
    made = [replace(NEW, review_id="N", at=six), replace(NEW, review_id="O", at=six - timedelta(seconds=1))]
    assert [(one.subject, one.reason) for one in table(made, NOW)] == [("N", "review_new"), ("O", "review_open")]


def test_nothing_offers_money_for_deleting_a_review() -> None:
    assert any("删除" in words for words in FORBIDDEN_ZH)
    assert any("delete your review" in words for words in FORBIDDEN_EN)
