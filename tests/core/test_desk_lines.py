"""A conversation as the desk shows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core import events as e
from bot.core.conversation import Conversation
from bot.core.desk_lines import desk_lines, last_question, last_words
from bot.core.discretion import Discretion
from bot.core.ports_people import Happened

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OPEN, HIDING = Discretion(True), Discretion(False)
TALK = Conversation("web:x", "web")


def happened(*events: e.Event) -> list[Happened]:
    return [Happened(n, NOW, event) for n, event in enumerate(events, 1)]


def spoke(text: str, kind: str = "text") -> e.ShopperSpoke:
    return e.ShopperSpoke("m", kind, text, "zh", NOW.isoformat())


def test_an_answer_names_what_was_understood_and_where_it_stands() -> None:
    source = ("knowledge/logistics.yaml:12", "templates/replies/zh/courier.j2")
    lines = desk_lines(
        happened(spoke("发什么快递"), e.TopicAnswered("logistics.courier"), e.BotSpoke("courier", "中通", source)),
        {},
        OPEN,
    )
    assert [line.who for line in lines] == ["shopper", "bot"]
    assert lines[1].understood == ("logistics.courier",) and lines[1].source == source


def test_what_was_understood_belongs_to_the_next_answer_only() -> None:
    lines = desk_lines(
        happened(spoke("?"), e.NotUnderstood(), e.BotSpoke("miss", "请再说一次"), e.BotSpoke("lead", "还看什么")),
        {},
        OPEN,
    )
    assert [line.understood for line in lines] == [(), ("?",), ()]


def test_a_persons_message_shows_what_became_of_it() -> None:
    events = happened(
        e.StaffSpoke("A1", "您好", NOW.isoformat(), "desk:1"),
        e.StaffEdited("A1", "您好呀", "desk:1"),
        e.StaffNoted("A1", "老顾客", NOW.isoformat()),
    )
    lines = desk_lines(events, {"desk:1": "sent"}, OPEN)
    assert [(line.who, line.kind, line.state) for line in lines] == [
        ("staff", "text", "sent"), ("staff", "edited", "sent"), ("note", "text", "")
    ]  # fmt: skip


def test_where_she_gave_her_address_her_own_words_are_hidden_whole() -> None:
    events = happened(spoke("张三 西湖区文三路1号"), e.AddressGiven(detail="文三路1号", name="张三"), spoke("好的"))
    assert [line.text for line in desk_lines(events, {}, OPEN)] == ["张三 西湖区文三路1号", "好的"]
    hidden = desk_lines(events, {}, HIDING)
    assert [(line.text, line.kind) for line in hidden] == [("", "hidden"), ("好的", "text")]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (e.HandedOver("C1", "human", "agent"), "handed_over"),
        (e.TakenOver("A1"), "taken"),
        (e.HandedBack("A1"), "back"),
        (e.HandedBack("silence"), "back_silence"),
        (e.ConversationClosed("A1"), "closed"),
        (e.OrderPlaced("XE1", 100), "order"),
        (e.CaseMoved("C1", "transferred:finance", "A1"), "transferred"),
        (e.CaseMoved("C1", "late:supervisor", "clock"), "late"),
        (e.CaseMoved("C1", "decide:approve", "S1"), "decided"),
        (e.SatisfactionGiven("C1", 5), "mark"),
    ],
)
def test_what_happened_between_the_words_is_a_sentence(event: e.Event, sentence: str) -> None:
    (line,) = desk_lines(happened(event), {}, OPEN)
    assert line.who == "event" and line.event == sentence


@pytest.mark.parametrize(
    "event",
    [
        e.StepReached("promo"),
        e.CaseMoved("C1", "fact:phone", "shopper"),
        e.CaseMoved("C1", "step:decide", "S1"),
        e.Welcomed(),
    ],
)
def test_what_only_the_bot_needs_is_left_out(event: e.Event) -> None:
    assert desk_lines(happened(event), {}, OPEN) == ()


def test_the_queue_shows_who_spoke_last_on_one_line_and_hides_numbers() -> None:
    last = happened(spoke("我的电话\n13812345678"))[0]
    who, staff_id, words = last_words(TALK, last, HIDING)
    assert (who, staff_id) == ("shopper", "") and "\n" not in words and "13812345678" not in words
    assert last_words(TALK, happened(spoke("", "photo"))[0], HIDING)[2] == "[photo]"
    assert last_words(TALK, None, HIDING) == ("event", "", "")


def test_her_last_question_is_what_she_wrote_not_what_she_pressed() -> None:
    assert (
        last_question(happened(spoke("发什么快递"), spoke("看看T恤", "button"), e.BotSpoke("x", "y"))) == "发什么快递"
    )
    assert last_question(happened(e.BotSpoke("x", "y"))) == ""
