"""Quick replies: whose they are, and that filling them is never more than text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people import Staff
from bot.core.quick_replies import (
    SHARED,
    UNUSED,
    QuickReply,
    filled,
    fits,
    may_change,
    of_role,
    owned_by,
    sees,
    short_for,
    unfit,
    unused,
)

ANN, BEN = Staff("A01", "小安", ("agent",)), Staff("A02", "阿本", ("after_sales",))
SUE, MAX = Staff("S01", "苏主管", ("supervisor",)), Staff("M01", "马店长", ("manager",))
REPLY = QuickReply(SHARED, "发货", "{name}您好，{order_no} 今天发", "S01", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("owner", "readers", "writers"),
    [
        (SHARED, (ANN, BEN, SUE, MAX), (SUE, MAX)),
        (of_role("agent"), (ANN, SUE, MAX), (ANN, SUE, MAX)),
        (of_role("finance"), (MAX,), (MAX,)),
        (owned_by(ANN), (ANN,), (ANN,)),
        ("role:nonsense", (), ()),
        ("", (), ()),
    ],
)
def test_whose_it_is_decides_who_sees_and_changes_it(
    owner: str, readers: tuple[Staff, ...], writers: tuple[Staff, ...]
) -> None:
    everybody = (ANN, BEN, SUE, MAX)
    assert tuple(person for person in everybody if sees(person, owner)) == readers
    assert tuple(person for person in everybody if may_change(person, owner)) == writers


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (REPLY, ""),
        (replace(REPLY, short=""), "empty"),
        (replace(REPLY, words=" "), "empty"),
        (replace(REPLY, short="x" * 25), "long"),
        (replace(REPLY, short="a b"), "short"),
        (replace(REPLY, words="{phone}"), "placeholder"),
        (replace(REPLY, words="{{ config }}"), "placeholder"),
        (replace(REPLY, words="{name.__class__}"), "placeholder"),
    ],
)
def test_only_the_known_placeholders_may_stand_in_it(reply: QuickReply, why: str) -> None:
    assert unfit(reply) == why


def test_what_is_not_known_stays_for_a_person_to_fill() -> None:
    assert filled(REPLY.words, {"name": "王芳", "order_no": ""}) == "王芳您好，{order_no} 今天发"


@given(st.text(), st.text())
def test_a_value_is_never_filled_again(name: str, other: str) -> None:
    assert filled("{name}|{product}", {"name": name, "product": other or "x"}) == f"{name or '{name}'}|{other or 'x'}"


def test_it_is_found_by_the_beginning_of_its_name_or_by_its_words() -> None:
    assert fits(REPLY, "") and fits(REPLY, "发") and fits(REPLY, "今天")
    assert not fits(REPLY, "货") and not fits(REPLY, "退款")


def test_what_nobody_used_for_60_days_is_marked_and_what_is_new_is_not() -> None:
    now = REPLY.changed_at + UNUSED
    assert not unused(REPLY, now) and unused(REPLY, now + timedelta(seconds=1))
    used = replace(REPLY, used_at=now)
    assert not unused(used, now + UNUSED) and unused(used, now + UNUSED + timedelta(seconds=1))


@given(st.text(max_size=40))
def test_the_name_made_for_a_question_may_be_kept(question: str) -> None:
    short = short_for(question)
    assert unfit(replace(REPLY, short=short)) == ("" if short else "empty")
