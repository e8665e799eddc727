from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.conversation import Conversation, fold
from bot.core.dialogue.decide import decide
from bot.core.dialogue.scene import Decision, DialogueRules, Ids, Situation
from bot.core.messages import Incoming
from bot.core.understanding.meaning import Meaning
from tests.core.dialogue.shopper import MOVES, ORDERS, PRESSES, RandomShopper
from tests.demo import demo_composer, demo_shop, demo_understanding
from tests.test_dialogues import Talk, expired_names

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
#: Of every button there is, and one there is not.
KINDS = ("m", "cmd", "p", "c", "o", "k", "s", "t", "w", "e", "x")

IDS = Ids("XE26112300000001", "C1")


def decided(conversation: Conversation, incoming: Incoming, now: datetime = NOW) -> Decision:
    meaning = Meaning(text="", language="zh")
    if incoming.text:
        meaning = demo_understanding().understand(incoming.text)
    return decide(conversation, incoming, meaning, demo_shop(), Situation(), DialogueRules(), now, IDS)


def said(text: str) -> Incoming:
    return Incoming("test", "test:1", "1", NOW, text=text)


def pressed(action: str) -> Incoming:
    return Incoming("test", "test:1", "1", NOW, kind="button", action=action)


def ready() -> Talk:
    """A conversation whose order was read back and waits for a yes."""
    talk = Talk(demo_composer())
    talk.turn({"say": ORDERS[0]})
    assert talk.conversation.read_back_fen == 23800
    return talk


WORDS = ("你好", "重磅T恤多少钱", ORDERS[0], "转人工", "能便宜点吗", "什么时候发货", "{{ 7*7 }}")


@pytest.mark.parametrize("words", WORDS)
def test_the_same_message_at_the_same_moment_always_leads_to_the_same(words: str) -> None:
    conversation = Conversation("test:1", "test")
    assert decided(conversation, said(words)) == decided(conversation, said(words))


def test_deciding_changes_nothing_that_was_given() -> None:
    talk = ready()
    before = replace(talk.conversation)
    decided(talk.conversation, said("换成白色"))
    assert talk.conversation == before


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.text(max_size=64),
        st.builds("{}:{}".format, st.sampled_from(KINDS), st.text()),
        st.sampled_from(PRESSES),
    )
)
def test_no_button_whatever_it_says_breaks_anything_or_grants_an_order(action: str) -> None:
    """Promise 9: callback data comes from outside."""
    for conversation in (Conversation("test:1", "test"), ready().conversation):
        decision = decided(conversation, pressed(action))
        assert decision.says
        assert fold(conversation, decision.events) == decision.conversation
        assert not decision.orders or action == "ok" or action.startswith("ok:")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.sampled_from(["", *ORDERS]),
    st.lists(st.one_of(st.integers(0, MOVES - 1), st.integers(MOVES - 6, MOVES - 1)), min_size=4, max_size=12),
)
def test_whatever_a_shopper_does_no_turn_breaks_a_promise(first: str, moves: list[int]) -> None:
    shopper = RandomShopper()
    if first:
        shopper.talk.turn({"say": first})
    for move in moves:
        shopper.play(move)


def test_a_person_owns_the_chat_and_the_bot_is_silent() -> None:
    """Promise 6."""
    taken = fold(Conversation("test:1", "test"), [e.HandedOver("C1", "human", "agent"), e.TakenOver("KF02")])
    for incoming in (said("多少钱"), said("转人工"), pressed("m:hot"), pressed("bot"), replace(said(""), kind="photo")):
        decision = decided(taken, incoming)
        assert decision.says == ()
        assert decision.conversation.owner == "agent"
        assert (decision.orders, decision.cases) == ((), ())


@pytest.mark.parametrize("days", range(0, 420, 7))
def test_a_promotion_that_is_not_running_is_never_told(days: int) -> None:
    """Promise 7, on days all over the year and the next."""
    day = datetime(2025, 10, 1, 12, 0, tzinfo=NOW.tzinfo) + timedelta(days=days)
    talk = Talk(demo_composer())
    talk.now = day
    for words in ("有什么优惠活动", "重磅T恤多少钱", "有赠品吗", "能便宜点吗"):
        told = "\n".join(r.text for r in talk.turn({"say": words}).replies)
        assert not [name for name in expired_names(day) if name in told]


def test_the_promotion_of_last_november_was_told_then() -> None:
    """So that the test above cannot pass by never telling anything."""
    talk = Talk(demo_composer())
    talk.now = datetime(2025, 11, 1, 12, 0, tzinfo=NOW.tzinfo)
    told = "\n".join(r.text for r in talk.turn({"say": "有什么优惠活动"}).replies)
    assert "双十一" in told


def test_a_gift_beyond_the_standard_is_not_granted_however_often_she_asks() -> None:
    """Promise 7 (A6)."""
    talk = Talk(demo_composer())
    talk.turn({"say": "重磅T恤 黑色 XL 一件"})
    talk.turn({"say": "有赠品吗"})
    assert talk.conversation.gifts == ()
    asked_again = talk.turn({"say": "有赠品吗"}).decision
    assert talk.conversation.gifts == ()
    assert (asked_again.action, asked_again.role) == ("handoff", "supervisor")


def test_no_discount_is_granted_however_often_she_asks() -> None:
    """Promise 7 (A12)."""
    talk = ready()
    total = talk.conversation.read_back_fen
    talk.turn({"say": "能便宜点吗"})
    second = talk.turn({"say": "能便宜点吗"}).decision
    assert (second.action, second.role) == ("handoff", "supervisor")
    talk.turn({"press": "ok"})
    assert [o.total_fen for o in talk.orders] == [total]


def test_pieces_for_the_bulk_specialist_are_never_ordered_by_the_bot() -> None:
    """A7: also when the number grows line by line."""
    talk = ready()
    talk.turn({"say": "改成19件"})
    assert dict(talk.conversation.basket) == {"SYT01-BLK-XL": 19}
    decision = talk.turn({"say": "再来一件珠地polo 白色 XL"}).decision
    assert (decision.action, decision.role) == ("handoff", "bulk_specialist")
    talk.turn({"press": "bot"})
    talk.turn({"press": "ok"})
    assert talk.orders == []


def test_an_order_is_placed_as_it_was_read_back_or_not_at_all() -> None:
    talk = ready()
    talk.now += timedelta(days=30)
    assert talk.turn({"say": "确认"}).decision.orders == ()
    assert len(talk.turn({"say": "确认"}).decision.orders) == 1


def test_stock_that_was_ordered_by_others_meanwhile_is_not_sold_again() -> None:
    talk = ready()
    talk.reserved["SYT01-BLK-XL"] = 45
    told = "\n".join(r.text for r in talk.turn({"say": "确认"}).replies)
    assert talk.orders == []
    assert "只剩1件" in told


def test_the_price_of_one_chance_is_used_by_the_order_even_if_it_is_closed_later() -> None:
    """A5: what the store keeps is the promotion's id."""
    talk = Talk(demo_composer())
    talk.turn({"say": "速干五分裤 灰色 L 三条 王芳 13911112222 浙江省杭州市西湖区文三路1号"})
    assert talk.turn({"say": "确认"}).decision.uses_promotions == ("shorts-limit-59",)


@pytest.mark.parametrize(
    ("words", "language"),
    [("你好", "zh"), ("hello there", "en"), ("{{ 7*7 }}", "zh"), ("???", "zh"), ("😀", "zh"), ("包邮 please", "zh")],
)
def test_the_first_words_decide_the_language_and_figures_do_not(words: str, language: str) -> None:
    assert decided(Conversation("test:1", "test"), said(words)).conversation.language == language


def test_a_case_carries_what_a_person_would_otherwise_ask_again() -> None:
    talk = ready()
    (case,) = talk.turn({"say": "转人工"}).decision.cases
    assert case.basket == ("SYT01-BLK-XL × 2",)
    assert dict(case.facts)["region"] == "西湖"
    assert case.words == "转人工"
