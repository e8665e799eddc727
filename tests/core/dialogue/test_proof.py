"""Asking for proof in the chat, and what is said to whoever gives it or cannot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core import events as e
from bot.core.binding import Claim
from bot.core.catalogue import Answer, Shop, Text
from bot.core.conversation import Conversation, fold
from bot.core.dialogue.binding import prove
from bot.core.dialogue.proof import took_link, took_proof
from bot.core.dialogue.scene import DialogueRules, Ids, Scene, Situation
from bot.core.messages import Incoming
from bot.core.orders import Address, Order, OrderLine, Status
from bot.core.understanding.meaning import Entities, Meaning

NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
NUMBER = "2605230000000000017"
SHOP = Shop(answers=(Answer("order.status", ("到哪了",), Text("请发订单号", "Your order number, please")),))
LINE = OrderLine("T1", "t1", Text("T恤", "Tee"), Text("黑", "black"), "L", 1, 9900)


def order(conversation_id: str = "") -> Order:
    return Order(
        order_no=NUMBER,
        conversation_id=conversation_id,
        status=Status.SHIPPED,
        lines=(LINE,),
        goods_fen=9900,
        shipping_fen=0,
        discounts=(),
        gifts=(),
        address=Address("", "", "", "", "13900001234"),
        courier="",
        created_at=NOW,
        source="import",
    )


def scene(
    words: str, claim: Claim | None = None, *, number: str | None = None, asked: bool = True, kind: str = "text"
) -> Scene:
    conversation = Conversation("chat-1", "web")
    if asked:
        conversation = fold(conversation, [e.OrderNamed(NUMBER), e.FactAsked("phone4", "order.status")])
    return Scene(
        conversation,
        Incoming("web", "chat-1", "1", NOW, kind=kind, text=words),  # type: ignore[arg-type]  # one of the kinds
        Meaning(words, "zh", entities=Entities(order_no=number)),
        SHOP,
        Situation(claim=claim),
        DialogueRules(),
        NOW,
        Ids("XE1", "C1"),
    )


def told(s: Scene) -> list[str]:
    return [say.template for say in s.says]


def test_an_order_that_is_not_hers_is_asked_to_be_proved() -> None:
    s = scene("到哪了", asked=False)
    prove(s, "order.status", NUMBER)
    assert (s.action, told(s)) == ("ask", ["ask_phone4"])
    known = s.conversation
    assert (known.named_order, known.awaiting, known.awaiting_topic) == (NUMBER, "phone4", "order.status")


def test_the_right_digits_make_it_hers_and_answer_what_she_asked() -> None:
    s = scene("1234", Claim(NUMBER, "bind", order()))
    assert took_proof(s)
    assert told(s) == ["order_proved", "order_state"]
    assert [(o.order_no, o.conversation_id) for o in s.orders] == [(NUMBER, "chat-1")]
    assert (s.action, s.topics) == ("answer", ["order.status"])
    assert s.conversation.named_order == "" and s.conversation.awaiting is None


def test_what_is_hers_already_is_not_stored_again() -> None:
    s = scene("1234", Claim(NUMBER, "taken", order("chat-1")))
    assert took_proof(s)
    assert told(s) == ["order_proved", "order_state"] and s.orders == []


def test_wrong_digits_are_asked_for_again_and_nothing_is_told() -> None:
    s = scene("9999", Claim(NUMBER, "no"))
    assert took_proof(s)
    assert (s.action, told(s), s.orders) == ("ask", ["phone4_wrong"], [])
    assert s.says[0].data == {}
    assert (s.conversation.awaiting, s.conversation.named_order) == ("phone4", NUMBER)


def test_when_it_is_locked_a_person_takes_over() -> None:
    s = scene("1234", Claim(NUMBER, "locked"))
    assert took_proof(s)
    assert (s.action, s.role, told(s)) == ("handoff", "after_sales", ["phone4_locked", "handover"])
    assert s.conversation.awaiting is None and s.conversation.named_order == ""


def test_another_number_is_another_order_to_prove() -> None:
    s = scene("那 2605230000000000099 呢", number="2605230000000000099")
    assert took_proof(s)
    assert told(s) == ["ask_phone4"] and s.conversation.named_order == "2605230000000000099"


@pytest.mark.parametrize("words", ["包邮吗", "不知道", NUMBER])
def test_what_proves_nothing_is_left_to_the_rest_of_the_dialogue(words: str) -> None:
    s = scene(words, number=NUMBER if words == NUMBER else None)
    assert not took_proof(s) and s.says == [] and s.events == []


def test_digits_that_nobody_asked_for_prove_nothing() -> None:
    assert not took_proof(scene("1234", Claim(NUMBER, "bind", order()), asked=False))


def test_a_link_welcomes_and_tells_how_the_order_stands() -> None:
    s = scene("", Claim(NUMBER, "bind", order()), asked=False, kind="start")
    assert took_link(s)
    assert told(s) == ["welcome", "order_proved", "order_state"]
    assert [o.conversation_id for o in s.orders] == ["chat-1"]


@pytest.mark.parametrize("claim", [None, Claim(NUMBER, "no")])
def test_a_link_that_proves_nothing_is_an_ordinary_start(claim: Claim | None) -> None:
    s = scene("", claim, asked=False, kind="start")
    assert not took_link(s) and s.says == []
