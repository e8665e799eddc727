from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.core import events as e
from bot.core.conversation import Conversation, fold
from bot.core.dialogue import order_change
from bot.core.dialogue.scene import DialogueRules, Ids, Scene, Situation
from bot.core.messages import Incoming
from bot.core.orders import Order, Status
from bot.core.understanding.meaning import Entities, Meaning
from tests.core.dialogue.test_reminders import ORDER
from tests.demo import demo_shop

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
PAID = replace(ORDER, status=Status.PAID, history=((Status.PAID, NOW - timedelta(hours=1), "api"),))
#: "Shall I cancel it?" was asked.
ASKED = fold(
    Conversation("telegram:1", "telegram"), [e.OrderNamed("XE1"), e.FactAsked(order_change.YES, order_change.CANCEL)]
)


def scene(words: str, *orders: Order, number: str | None = None, rules: DialogueRules | None = None) -> Scene:
    return Scene(
        Conversation("telegram:1", "telegram"),
        Incoming("telegram", "telegram:1", "1", NOW, text=words),
        Meaning(words, "zh", entities=Entities(order_no=number)),
        demo_shop(),
        Situation(orders),
        rules or DialogueRules(),
        NOW,
        Ids("XE2", "C1"),
    )


def told(s: Scene) -> list[str]:
    return [say.template for say in s.says]


@pytest.mark.parametrize("ends, expected", [(time(11), "order_refused"), (time(12), "order_passed_on")])
def test_the_hour_at_which_printing_ends_decides(ends: time, expected: str) -> None:
    s = scene("取消", PAID, rules=DialogueRules(printing_ends=ends))
    assert order_change.found(s, order_change.CANCEL)
    assert told(s) == [expected]


def test_where_printing_never_ends_a_paid_order_waits_for_the_parcel() -> None:
    old = replace(PAID, history=((Status.PAID, NOW - timedelta(days=3), "api"),))
    s = scene("取消", old, rules=DialogueRules(printing_ends=None))
    assert order_change.found(s, order_change.CANCEL) and told(s) == ["order_passed_on"]


def test_the_newest_order_that_is_not_over_is_meant_when_no_number_is_said() -> None:
    closed = replace(ORDER, order_no="XE9", status=Status.CLOSED)
    assert order_change.own(scene("", PAID, closed), None) == PAID
    assert order_change.own(scene("", closed), None) == closed
    assert order_change.own(scene(""), None) is None


def test_a_number_that_is_said_counts_in_any_case() -> None:
    assert order_change.own(scene("", PAID), "xe1") == PAID
    assert order_change.own(scene("", PAID), "XE7") is None


def test_the_button_of_an_order_paid_meanwhile_cancels_nothing_by_itself() -> None:
    s = scene("", PAID)
    assert order_change.press(s, "XE1")
    assert (s.orders, told(s), [case.role for case in s.cases]) == ([], ["order_passed_on"], ["printing"])


def test_the_button_of_somebody_elses_order_means_nothing() -> None:
    s = scene("", PAID)
    assert not order_change.press(s, "XE7") and s.says == []


@pytest.mark.parametrize("words", ["不取消了", "别取消", "don't cancel it", "please do not cancel"])
def test_not_to_cancel_is_no_yes(words: str) -> None:
    s = scene(words, ORDER)
    s.before = s.conversation = ASKED
    assert order_change.found(s, order_change.CANCEL)
    assert (s.orders, s.conversation.awaiting) == ([], "")
