from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.handover_sheet import MOST, sheet_lines
from bot.core.ledger import Promised
from bot.core.messages import Language
from tests.core.group_reader import reader

#: When the evening shift ends, in the shop's zone.
NOW = datetime(2026, 11, 23, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TITLES = {"gift": Text("赠品申请", "gift request")}


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


WAITS = Conversation("telegram:1", "telegram", owner="waiting", name="王小姐", last_at=ago(10), waiting_since=ago(30))
HELD = Conversation(
    "telegram:2", "telegram", owner="agent", name="Ann", agent_id="07", last_at=ago(50), person_spoke_at=ago(40)
)
UNANSWERED = replace(HELD, id="telegram:3", name="", person_spoke_at=ago(60))
CASE = Case("C9", "telegram:9", "gift", "supervisor", ago(100), "再送双袜子呗", order_nos=("XE1",), playbook="gift")
PROMISE = Promised(
    "P1", "telegram:9", "gift", "一双袜子", "08", "supervisor", ago(900), NOW + timedelta(hours=3), "XE1"
)


def lines(*what: Case | Conversation | Promised, language: Language = "en", now: datetime = NOW) -> tuple[str, ...]:
    return sheet_lines(
        [one for one in what if isinstance(one, Case)],
        [one for one in what if isinstance(one, Conversation)],
        [one for one in what if isinstance(one, Promised)],
        now,
        reader(language),
        language,
        TITLES,
    )


def test_a_shift_that_leaves_nothing_has_an_empty_sheet() -> None:
    assert lines() == ()


def test_whoever_waits_comes_first_then_open_matters_then_promises() -> None:
    assert lines(PROMISE, CASE, HELD, UNANSWERED, WAITS) == (
        "❗ Customer has no answer to what was said at 22:10; Li has the chat · telegram:3",
        "⏳ 王** waits for a person since 22:30 · telegram:1",
        "A** talks with Li, last at 22:10 · telegram:2",
        "#C9 gift request: for the supervisor · XE1 · “再送双袜子呗”",
        "promised until 11-24 02:00: 一双袜子 · XE1 · Wang",
    )


def test_it_is_written_in_the_language_of_the_shop() -> None:
    assert lines(PROMISE, CASE, WAITS, language="zh") == (
        "⏳ 王** 从 22:30 起在等人工 · telegram:1",
        "#C9 赠品申请：等主管处理 · XE1 · “再送双袜子呗”",
        "承诺 11-24 02:00 前兑现：一双袜子 · XE1 · Wang",
    )


def test_a_request_for_a_person_is_told_once_with_her_conversation() -> None:
    asked = Case("C1", "telegram:1", "human", "agent", ago(30), "转人工")
    assert lines(WAITS, asked) == ("⏳ 王** waits for a person since 22:30 · #C1 · “转人工”",)
    alone = replace(asked, conversation_id="telegram:7")
    (line,) = lines(alone)
    assert line.startswith("#C1 ")


@pytest.mark.parametrize(
    ("case", "ends"),
    [
        (replace(CASE, due_at=ago(1)), "late (22:59) · XE1 · “再送双袜子呗”"),
        (
            replace(CASE, due_at=NOW + timedelta(hours=10), assigned="08"),
            "Wang · until 11-24 09:00 · XE1 · “再送双袜子呗”",
        ),
        (replace(CASE, playbook="gone", reason="bulk", order_nos=(), words=""), "bulk order: for the supervisor"),
    ],
)
def test_a_matter_says_who_has_it_and_until_when(case: Case, ends: str) -> None:
    (line,) = lines(case)
    assert line.endswith(ends)


def test_what_the_bot_still_asks_about_is_left_out() -> None:
    assert lines(replace(CASE, state="collecting")) == ()


def test_what_only_time_moves_stands_behind_what_people_have_to_do() -> None:
    watched = replace(CASE, case_id="C1", state="watching")
    assert [line[:3] for line in lines(watched, CASE)] == ["#C9", "#C1"]


def test_promises_that_are_broken_or_due_within_a_day_are_told_the_oldest_first() -> None:
    broken = replace(PROMISE, promise_id="P2", due_at=ago(5), order_no="")
    far = replace(PROMISE, promise_id="P3", due_at=NOW + timedelta(hours=25))
    kept = replace(PROMISE, promise_id="P4", state="kept")
    first, second = lines(PROMISE, far, kept, broken)
    assert first == "❗ broken promise (22:55): 一双袜子 · telegram:9 · Wang"
    assert second.startswith("promised until")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("打我电话13800138000", "打我电话138****8000"),
        ("电话 １３８ ００１３ ８０００", "电话 138****8000"),
        ("call +86 138-0013-8000 please", "call 861****8000 please"),
        ("座机 0571-8812345 转 8", "座机 057****2345 转 8"),
        ("发到 lan.hui@example.com", "发到 ***"),
        ("88123456", "****"),
        ("要200双 2026-11-23前", "要200双 ****前"),
        ("长" * 60, "长" * 39 + "…"),
        ("一\n二\u202e三", "一 二三"),
    ],
)
def test_words_are_short_and_do_not_tell_who_she_is(words: str, shown: str) -> None:
    (line,) = lines(replace(CASE, words=words))
    assert line.endswith(f"“{shown}”")


def test_a_sheet_stays_short() -> None:
    many = [replace(CASE, case_id=f"C{n}") for n in range(MOST + 3)]
    found = lines(*many, PROMISE)
    assert len(found) == MOST + 2
    assert found[MOST] == "3 more"


def test_the_fullest_sheet_is_one_message() -> None:
    case = replace(CASE, words="长" * 99, order_nos=("3021688412345678123",) * 5, due_at=ago(1), assigned="08")
    cases = [replace(case, case_id=f"C{n:08}") for n in range(50)]
    talks = [replace(UNANSWERED, id=f"telegram:{n:012}", name="王" * 50) for n in range(50)]
    promises = [replace(PROMISE, promise_id=str(n), words="长" * 99, order_no="3021688412345678123") for n in range(50)]
    for language in get_args(Language):
        text = "\n· ".join(lines(*cases, *talks, *promises, language=language))
        assert len(text.encode("utf-16-le")) // 2 < 4000
