"""Who sees what of a customer's data, and what the others see instead (E8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.cases import Case
from bot.core.conversation import AddressParts, Conversation
from bot.core.discretion import Discretion, discretion, knows, looks_at
from bot.core.people import Staff

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANN, BEN = Staff("A1", "Ann", ("agent",)), Staff("A2", "Ben", ("agent",))
SUE, FIN = Staff("S1", "Sue", ("supervisor",)), Staff("F1", "Fin", ("finance",))
TALK = Conversation("web:x", "web", owner="agent", agent_id="A1")


def case(role: str, assigned: str = "") -> Case:
    return Case("C1", "web:x", "invoice", role, NOW, "", assigned=assigned)


@pytest.mark.parametrize(
    ("staff", "cases", "sees"),
    [
        (ANN, [], True),
        (BEN, [], False),
        (SUE, [], True),
        (FIN, [], False),
        (FIN, [case("finance")], True),
        (BEN, [case("agent")], False),
        (BEN, [case("agent", "A2")], True),
        (FIN, [case("warehouse")], False),
        (replace(ANN, state="disabled"), [], False),
    ],
)
def test_only_whose_chat_or_matter_it_is_and_who_leads_sees_it_whole(
    staff: Staff, cases: list[Case], sees: bool
) -> None:
    assert knows(staff, TALK, cases) is sees


def test_who_has_left_the_chat_knows_no_more() -> None:
    assert not knows(ANN, replace(TALK, owner="bot", agent_id=""), [])


@pytest.mark.parametrize(
    ("staff", "cases", "opens"),
    [(BEN, [], True), (FIN, [], False), (FIN, [case("finance")], True), (FIN, [case("agent")], False)],
)
def test_who_only_acts_on_her_own_matters_opens_no_other_conversation(
    staff: Staff, cases: list[Case], opens: bool
) -> None:
    assert looks_at(staff, cases) is opens


@pytest.mark.parametrize(
    "number",
    ["13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "6222021234567890123", "0571-88776655"],
)
def test_numbers_that_lead_to_a_person_are_hidden(number: str) -> None:
    shown = Discretion(open=False).words(f"打{number}找我")
    assert number not in shown and shown.startswith("打") and shown.endswith("找我") and "*" in shown


@pytest.mark.parametrize("words", ["XE26112410773676", "满199减20", "2026-11-23 10:00", "175 70", "CDEK1234567"])
def test_other_figures_stay(words: str) -> None:
    assert Discretion(open=False).words(words) == words


def test_a_mail_address_is_hidden() -> None:
    assert "mei.li@example.com" not in Discretion(open=False).words("发到 mei.li@example.com")


def test_what_is_known_to_be_hers_is_hidden_wherever_it_stands() -> None:
    talk = replace(TALK, address=AddressParts(detail="文三路1号", name="欧阳锋", phone="13812345678"))
    hiding = discretion(False, talk, (), ())
    shown = hiding.words("欧阳锋 住 文三路1号")
    assert "欧阳锋" not in shown and "文三路1号" not in shown
    assert discretion(True, talk, (), ()).words("欧阳锋 13812345678") == "欧阳锋 13812345678"
