"""The card and its buttons: all a person needs in one message, nothing she need not see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.case_card import CARD_UNITS, card_values, fitted, full_facts
from bot.core.case_steps import HANDOVER
from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.group_buttons import (
    MAX_BYTES,
    action,
    card_buttons,
    flag_buttons,
    named,
    outcome_action,
    parse,
    role_buttons,
)
from bot.core.group_words import units
from bot.core.messages import Language, Say
from bot.core.playbooks import End, Fact, Outcome, Playbook, Step
from bot.core.ports_people import Happened
from tests.core.group_reader import reader, staff_renderer
from tests.core.people_at_work import order

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BOOK = Playbook(
    "invoice",
    Text("发票", "Invoice"),
    ("invoice",),
    (
        Step(
            "print",
            "finance",
            Text("开票给{company}", "Print it for {company}"),
            60,
            "manager",
            (
                Outcome("done", Text("已开", "Printed"), "end"),
                Outcome("refuse", Text("不开", "Refuse"), "end", enter=Fact("why", ask=Text("为什么", "Why"))),
            ),
        ),
    ),
    (End("end"),),
    (Fact("company", label=Text("抬头", "Title")), Fact("account", label=Text("账号", "Account"), masked=True)),
    source="knowledge/playbooks/invoice.yaml:3",
)
CASE = Case(
    "C2611230123456789",
    "telegram:77",
    "invoice",
    "finance",
    AT,
    "invoice please",
    facts=(
        ("order_state", "none"),
        ("company", "Acme"),
        ("account", "6222020200112233"),
        ("quantity", "3"),
        ("goods_fen", "1"),
    ),
    basket=("Tee ×3",),
    promised=("a tote bag",),
    playbook="invoice",
    step="print",
    due_at=AT + timedelta(hours=1),
)
TALK = Conversation("telegram:77", "telegram", name="Mei", owner="waiting", waiting_since=AT)


def _said(*texts: str) -> list[Happened]:
    spoken = (e.ShopperSpoke("1", "text", text, "en", AT.isoformat(), name="Mei") for text in texts)
    return [Happened(n, AT, event) for n, event in enumerate(spoken, 1)]


def _text(
    language: Language, case: Case | None = CASE, talk: Conversation = TALK, said: tuple[str, ...] = ("hello",)
) -> str:
    def render(chars: int) -> str:
        book = BOOK if case else None
        suggestions = ("Free from ¥99.",)
        values = card_values(case, book, talk, (), _said(*said), suggestions, reader(language), language, chars)
        return staff_renderer().render(Say("card", values), language, "staff").text

    return fitted(render)


def test_the_card_says_why_what_is_known_what_to_do_and_until_when() -> None:
    text = _text("en")
    for part in (
        "Invoice", "Mei", "#C2611230123456789", "finance: Print it for Acme", "invoice please", "invoice.yaml:3",
        "Title: Acme", "quantity: 3", "Tee ×3", "promised: a tote bag", "11-23 11:00", "nobody has it yet",
        "👤 10:00 Mei: hello", "1. Free from ¥99.",
    ):  # fmt: skip
        assert part in text
    assert not [name for name in ("goods_fen", "order_state") if name in text + _text("zh")]


def test_a_masked_fact_is_hidden_on_the_card_and_whole_for_who_asks() -> None:
    assert "6222020200112233" not in _text("en") + _text("zh")
    assert full_facts(CASE, BOOK, "en") == ["Account: 6222020200112233"]


def test_who_has_it_and_since_when() -> None:
    taken = replace(CASE, assigned="07").noted(AT + timedelta(minutes=5), "07", "taken")
    assert "Li has it (since 10:05)" in _text("en", taken, replace(TALK, owner="agent", agent_id="07"))


@given(st.lists(st.text(max_size=4096), max_size=12), st.sampled_from(["zh", "en"]))
def test_the_card_always_fits_one_message(said: list[str], language: Language) -> None:
    assert 0 < units(_text(language, said=tuple(said))) <= CARD_UNITS


def test_a_conversation_without_a_case_has_a_card_too() -> None:
    assert "Mei" in _text("en", None)
    assert {b.action for b in card_buttons(None, None, replace(TALK, owner="agent"), reader())} == {
        "k:back::",
        "k:note::",
        "k:close::",
    }


def test_buttons_follow_the_step_and_who_owns_the_conversation() -> None:
    waiting = [b.action for b in card_buttons(CASE, BOOK, TALK, reader())]
    assert waiting[:3] == [
        action("take", CASE.case_id),
        action("do", CASE.case_id, "print", "done"),
        action("do", CASE.case_id, "print", "refuse"),
    ]
    assert action("see", CASE.case_id) in waiting and action("flag", CASE.case_id) not in waiting
    held = card_buttons(CASE, BOOK, replace(TALK, owner="agent", order_nos=("X1",)), reader())
    assert {action("back", CASE.case_id), action("flag", CASE.case_id)} <= {b.action for b in held}
    settled = card_buttons(replace(CASE, state="closed"), BOOK, replace(TALK, owner="bot"), reader())
    assert not [b for b in settled if b.action.startswith(("k:do", "k:pass", "k:close"))]


def test_every_button_fits_and_comes_back_as_it_went() -> None:
    every = [
        *card_buttons(CASE, BOOK, TALK, reader()),
        *role_buttons(CASE, reader()),
        *flag_buttons(CASE.case_id, reader()),
    ]
    for button in every:
        assert len(button.action.encode()) <= MAX_BYTES and parse(button.action) is not None
    press = parse(outcome_action(BOOK, CASE, "print", "refuse"))
    assert press is not None and named(BOOK, press) == ("print", "refuse")


def test_ids_too_long_for_a_button_are_named_by_their_place() -> None:
    long = Step("s" * 40, "finance", Text("x"), 60, "manager", (Outcome("o" * 40, Text("x"), "end"),))
    book = Playbook("b", Text("b"), (), (*BOOK.steps, long), BOOK.ends)
    data = outcome_action(book, CASE, long.id, "o" * 40)
    press = parse(data)
    assert len(data.encode()) <= MAX_BYTES and press is not None
    assert named(book, press) == (long.id, "o" * 40)
    assert named(HANDOVER, press) == ("", "")


@pytest.mark.parametrize(
    "data", ["", "k", "k:do", "x:do:C:s", "k:fly:C:s", "k:do:C:s:a:b", "k:do:C s:x", "k:do:" + "x" * 60]
)
def test_what_is_no_button_of_ours_is_not_read(data: str) -> None:
    assert parse(data) is None


@given(st.text(max_size=80))
def test_no_data_breaks_the_reading(data: str) -> None:
    press = parse(data)
    assert press is None or named(BOOK, press)[0] in ("", "print", press.step)


def test_the_words_of_the_group_are_there_in_both_languages() -> None:
    assert staff_renderer().problems() == []


def test_what_is_masked_among_the_facts_is_masked_among_her_words_on_the_card() -> None:
    said = e.ShopperSpoke("1", "text", "工商银行 6222020200112233445 电话 138 0013 8000", "zh", AT.isoformat())
    card = card_values(CASE, BOOK, TALK, (), [Happened(1, AT, said)], (), reader(), "zh")
    (line,) = card["messages"]
    assert "6222020200112233445" not in line and "138 0013 8000" not in line
    assert "工商银行" in line


def test_the_number_of_an_order_is_not_masked() -> None:
    said = e.ShopperSpoke("1", "text", "订单 2605230000000000017 和 XE26112300000003", "zh", AT.isoformat())
    mine = replace(order(), order_no="2605230000000000017")
    card = card_values(CASE, BOOK, TALK, (mine,), [Happened(1, AT, said)], (), reader(), "zh")
    assert "2605230000000000017" in card["messages"][0] and "XE26112300000003" in card["messages"][0]
