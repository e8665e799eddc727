from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core import events as e
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.dialogue import reminders
from bot.core.dialogue.scene import DialogueRules, Ids, Scene, Situation
from bot.core.messages import Incoming, Language
from bot.core.orders import Address, Order, OrderLine, Source, Status
from bot.core.understanding.meaning import Meaning
from tests.demo import demo_renderer, demo_shop

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
ORDER = Order(
    order_no="XE1",
    conversation_id="telegram:1",
    status=Status.UNPAID,
    lines=(OrderLine("TEE-L", "tee", Text("T恤", "tee"), Text("黑色", "black"), "L", 2, 9900),),
    goods_fen=19800,
    shipping_fen=800,
    discounts=(),
    gifts=(),
    address=Address("西湖", "浙江", "文三路1号", "张三", "13800138000"),
    courier="zto",
    created_at=NOW - timedelta(hours=5),
)


def pressed(value: str, order: Order = ORDER) -> tuple[bool, Scene]:
    incoming = Incoming("telegram", "telegram:1", "1", NOW, kind="button", action=f"n:{value}")
    scene = Scene(
        Conversation("telegram:1", "telegram"),
        incoming,
        Meaning(text="", language="zh"),
        demo_shop(),
        Situation((order,)),
        DialogueRules(),
        NOW,
        Ids("XE2", "C1"),
    )
    return reminders.press(scene, value), scene


def platform(**changes: Any) -> Order:
    source: Source = "api"
    return replace(ORDER, source=source, **changes)


@pytest.mark.parametrize("order", [ORDER, platform()])
def test_paid_already_is_believed_so_far_that_nobody_reminds_her_and_staff_look(order: Order) -> None:
    understood, scene = pressed("paid:XE1", order)
    assert understood
    (noted,) = scene.orders
    assert (noted.status, noted.no_reminders) == (Status.UNPAID, True)
    assert (noted.notes[-1].content, noted.notes[-1].handling) == ("buyer says it is paid", "check payment")
    assert [say.template for say in scene.says] == ["nudge_paid"]
    (case,) = scene.cases
    assert (case.role, case.order_nos, scene.conversation.owner) == ("finance", ("XE1",), "bot")
    _, again = pressed("paid:XE1", noted)
    assert (again.orders, again.cases) == ([], [])


def test_an_order_of_the_chat_that_she_does_not_want_is_closed() -> None:
    _, scene = pressed("no:XE1")
    (closed,) = scene.orders
    assert (closed.status, closed.history[-1][2]) == (Status.CLOSED, "shopper")
    assert scene.says[0].data["closed"] is True


def test_an_order_of_a_platform_that_she_does_not_want_is_left_to_the_platform() -> None:
    _, scene = pressed("no:XE1", platform())
    (left,) = scene.orders
    assert (left.status, left.no_reminders) == (Status.UNPAID, True)
    assert scene.says[0].data["closed"] is False


def test_help_brings_a_person_with_the_order_on_the_card() -> None:
    _, scene = pressed("help:XE1")
    assert scene.conversation.owner == "waiting"
    assert (scene.cases[0].reason, scene.cases[0].order_nos[-1:]) == ("order", ("XE1",))


def test_no_more_reminders_and_reminders_again() -> None:
    _, scene = pressed("stop")
    assert scene.events == [e.RemindersStopped()]
    assert scene.conversation.no_reminders
    assert [button.action for button in scene.says[0].buttons] == ["n:again"]
    _, scene = pressed("again")
    assert scene.events == [e.RemindersWanted()]


@pytest.mark.parametrize("value", ["paid:XE9", "no:", "paid", "eat:XE1", "", "stop:XE1", "again:XE1"])
def test_what_is_not_hers_or_means_nothing_changes_nothing(value: str) -> None:
    understood, scene = pressed(value)
    assert not understood
    assert (scene.orders, scene.events, scene.says) == ([], [], [])


@pytest.mark.parametrize("answer", ["paid", "no", "help"])
def test_an_order_that_is_unpaid_no_more_is_told_as_it_is(answer: str) -> None:
    _, scene = pressed(f"{answer}:XE1", replace(ORDER, status=Status.PAID))
    assert (scene.orders, [say.template for say in scene.says]) == ([], ["order_state"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_say_what_how_much_until_when_and_how_to_pay(language: Language) -> None:
    until = datetime(2026, 11, 26, 14, 5, tzinfo=UTC)
    say = reminders.reminder(ORDER, language, until=until, link="https://pay.example/XE1", payment="")
    text = demo_renderer().render(say, language, "telegram").text
    assert all(part in text for part in ("XE1", "¥206", "14:05", "26", "https://pay.example/XE1", "× 2"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_answer_has_words(language: Language) -> None:
    for value in ("paid:XE1", "no:XE1", "stop", "again"):
        for order in (ORDER, platform()):
            for say in pressed(value, order)[1].says:
                assert demo_renderer().render(say, language, "telegram").text


def test_only_we_know_until_when_our_own_orders_wait() -> None:
    assert reminders.pay_until(ORDER, 72) == ORDER.created_at + timedelta(hours=72)
    assert reminders.pay_until(platform(), 72) is None


def test_buttons_fit_what_a_platform_carries() -> None:
    for order_no in ("XE1", "9" * 55, "9" * 200):
        assert all(len(b.action.encode()) <= 64 for b in reminders.buttons(order_no))
    assert [b.label for b in reminders.buttons("9" * 200)] == ["nudge.stop"]
