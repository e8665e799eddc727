"""Matters that words of hers begin, and matters that forks sort out before anybody is called."""

from __future__ import annotations

from dataclasses import replace

from bot.core.catalogue import Text
from bot.core.orders import Order
from bot.core.playbooks import End, Outcome, Playbook, Step
from tests.core.dialogue.books import composer_with_books, shop_with_books
from tests.demo import demo_understanding
from tests.test_dialogues import Talk, check_always, known_order

LOOK = Step(
    "look", "after_sales", Text("看", "Look"), 60, "supervisor", (Outcome("done", Text("好了", "Done"), "done"),)
)


def fork(name: str, states: tuple[str, ...], goes: str, otherwise: str) -> Step:
    when = (("order_state", states),)
    return Step(name, "", Text(), 0, "", when=when, otherwise=otherwise, goes=goes)


#: Hers begin it by name; without an order it goes on as the next one, with one that is signed for it ends in nothing.
REFUSED = Playbook(
    "refused", Text("拒收"), ("refused",),
    (fork("none", ("none",), "onward", "over"), fork("over", ("signed",), "over_now", "look"), LOOK),
    (End("done"), End("onward", then="inquiry"), End("over_now")),
    said=("拒收", "refused the parcel"),
    source="knowledge/playbooks/x.yaml:1",
)  # fmt: skip
INQUIRY = Playbook(
    "inquiry", Text("合作"), ("inquiry",), (LOOK,), (End("done"),), said=("franchise", "加盟"),
    source="knowledge/playbooks/x.yaml:30",
)  # fmt: skip


def talk(*orders: Order) -> Talk:
    shop = replace(shop_with_books(), playbooks=(*shop_with_books().playbooks, REFUSED, INQUIRY))
    on = Talk(composer_with_books())
    on.composer.know(shop, demo_understanding())
    on.orders = list(orders)
    return on


def said(on: Talk, words: str) -> list[tuple[str, str]]:
    composed = on.turn({"say": words})
    check_always(composed, on, words)
    return [(case.reason, case.step) for case in on.cases if case.open]


def order(status: str) -> Order:
    return known_order({"order": "A-1001", "status": status, "since": "2026-11-22T09:00"})


def test_her_own_words_begin_a_matter_whatever_topic_they_come_near_to() -> None:
    assert said(talk(order("shipped")), "包裹我拒收了") == [("refused", "look")]
    assert said(talk(order("shipped")), "I refused the parcel yesterday.") == [("refused", "look")]


def test_they_win_over_the_bulk_specialist() -> None:
    assert said(talk(), "We would like to talk about a franchise.") == [("inquiry", "look")]
    assert said(talk(), "我要批发") == [("bulk", "")]


def test_who_only_asks_how_it_goes_is_offered_it() -> None:
    on = talk(order("shipped"))
    assert said(on, "可以拒收吗") == []
    assert said(on, "好的") == [("refused", "look")]


def test_where_forks_lead_to_another_matter_at_once_only_that_one_is_opened() -> None:
    assert said(talk(), "包裹我拒收了") == [("inquiry", "look")]


def test_where_forks_end_in_nothing_a_person_talks_with_her() -> None:
    on = talk(order("signed"))
    assert said(on, "包裹我拒收了") == [("human", "answer")]
    assert on.conversation.owner == "waiting"


def test_said_again_while_it_runs_no_second_case_is_opened() -> None:
    on = talk(order("shipped"))
    assert said(on, "包裹我拒收了") == said(on, "我说了，包裹我拒收了") == [("refused", "look")]
