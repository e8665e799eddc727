from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.case_run import HANDOVER, CaseRules, open_case
from bot.core.cases import Case
from bot.core.messages import Attachment, Reply
from bot.core.move import Move
from bot.core.offers import offers_in
from bot.core.orders import Status
from bot.core.ownership import (
    Done,
    HeldBy,
    Refused,
    ask_approval,
    close,
    give_back,
    left_alone,
    note,
    speak,
    take,
    transfer,
)
from bot.core.people import Staff
from tests.core.people_at_work import ANN, BEN, MAX, NOW, SUE, context, move, order, talk, templates

HOUR = timedelta(hours=1)
PHOTO = (Attachment("photo", "telegram:F1"),)


def asked_for_a_person() -> Case:
    fresh = Case("C1", "race:1", "human", "agent", NOW, "人工")
    return open_case(HANDOVER, fresh, NOW, context().duty, CaseRules())[0]


def waiting(case: Case) -> Move:
    return move(talk("waiting", case_id=case.case_id), case)


def held_by(staff: Staff, *cases: Case) -> Move:
    return move(talk("agent", agent_id=staff.staff_id, person_spoke_at=NOW), *cases)


def test_the_first_to_take_it_owns_it_and_the_case_is_hers() -> None:
    done = waiting(asked_for_a_person())
    assert take(done, ANN) == Done()
    assert (done.conversation.owner, done.conversation.agent_id) == ("agent", "A01")
    assert [case.assigned for case in done.changed_cases] == ["A01"]
    assert templates(done) == ["taken"]


def test_taking_twice_changes_nothing() -> None:
    done = held_by(ANN)
    assert take(done, ANN) == Done()
    assert (done.events, done.told) == ([], [])


def test_the_other_is_told_who_has_it() -> None:
    done = held_by(ANN)
    assert take(done, BEN) == HeldBy("A01")
    assert speak(done, BEN, "我来", (), "") == HeldBy("A01")
    assert (done.events, done.told) == ([], [])


def test_whoever_speaks_in_a_free_conversation_takes_it() -> None:
    done = move(talk())
    assert speak(done, ANN, "您好", PHOTO, "telegram:-1:5") == Done()
    assert done.conversation.agent_id == "A01"
    assert templates(done) == ["taken", "said"]
    said = done.told[1]
    assert isinstance(said, Reply)
    assert (said.text, said.by, said.ref, said.media) == ("您好", "A01", "telegram:-1:5", PHOTO)


def test_whoever_speaks_before_the_payment_is_credited_with_the_order() -> None:
    done = move(talk(), orders=(order("XE1"), order("XE2", Status.PAID)))
    speak(done, ANN, "您好", (), "")
    assert [(sold.order_no, sold.staff_id) for sold in done.changed_orders] == [("XE1", "A01")]


@pytest.mark.parametrize(
    ("staff", "reason"),
    [(replace(ANN, state="disabled"), "disabled"), (replace(ANN, away_since=NOW), "away")],
)
def test_who_is_disabled_or_away_takes_no_chat(staff: Staff, reason: str) -> None:
    done = move(talk())
    assert take(done, staff) == Refused(reason)
    assert speak(done, staff, "您好", (), "") == Refused(reason)
    assert done.events == []


def test_who_went_away_may_end_the_chats_she_has() -> None:
    done = held_by(ANN)
    assert speak(done, replace(ANN, away_since=NOW), "马上好", (), "") == Done()


def test_a_private_note_is_never_told() -> None:
    done = held_by(ANN)
    assert note(done, BEN, "老顾客") == Done()
    assert [type(event) for event in done.events] == [e.StaffNoted]
    assert done.told == []


def test_giving_back_ends_what_only_asked_for_a_person_and_asks_how_it_was() -> None:
    done = held_by(ANN, asked_for_a_person())
    assert give_back(done, ANN, context()) == Done()
    assert done.conversation.owner == "bot"
    assert [case.state for case in done.changed_cases] == ["closed"]
    assert templates(done) == ["handed_back", "satisfaction"]


def test_closing_leaves_it_closed_until_she_writes_again() -> None:
    done = held_by(ANN, asked_for_a_person())
    assert close(done, ANN, context()) == Done()
    assert done.conversation.owner == "closed"
    assert templates(done) == ["satisfaction"]
    assert done.conversation.rating == "C1"


@pytest.mark.parametrize("leave", [give_back, close])
def test_only_the_owner_or_a_supervisor_gives_it_back_or_closes_it(leave: object) -> None:
    assert callable(leave)
    assert leave(held_by(ANN), BEN, context()) == HeldBy("A01")
    assert leave(held_by(ANN), SUE, context()) == Done()
    assert leave(move(talk()), ANN, context()) == Refused("not_held")


def test_a_transfer_waits_for_the_other_role_and_she_is_told() -> None:
    case = asked_for_a_person()
    done = held_by(ANN, case)
    assert transfer(done, "C1", "after_sales", ANN, context()) == Done()
    assert done.conversation.owner == "waiting"
    assert [(case.role, case.assigned) for case in done.changed_cases] == [("after_sales", "")]
    assert templates(done) == ["transferred"]
    assert transfer(held_by(ANN, case), "C1", "after_sales", BEN, context()) == HeldBy("A01")
    assert transfer(held_by(ANN, case), "C9", "after_sales", ANN, context()) == Refused("unknown")


def test_after_a_long_silence_the_bot_goes_on() -> None:
    done = move(talk("agent", agent_id="A01", person_spoke_at=NOW, last_at=NOW - HOUR), now=NOW + HOUR)
    assert left_alone(done, HOUR, context())
    assert done.conversation.owner == "bot"
    assert templates(done) == ["handed_back"]


def test_her_last_word_unanswered_for_so_long_calls_another_person() -> None:
    done = move(talk("agent", agent_id="A01", person_spoke_at=NOW - HOUR, last_at=NOW), now=NOW + HOUR)
    assert left_alone(done, HOUR, context())
    assert done.conversation.owner == "waiting"
    assert [(case.reason, case.role) for case in done.changed_cases] == [("human", "agent")]


def test_a_talk_that_goes_on_is_left_with_its_person() -> None:
    done = move(talk("agent", agent_id="A01", person_spoke_at=NOW, last_at=NOW), now=NOW + HOUR - timedelta(seconds=1))
    assert not left_alone(done, HOUR, context())
    assert done.events == []


def test_words_beyond_her_authority_wait_for_whoever_may_grant_them() -> None:
    done = held_by(ANN)
    (offer,) = offers_in("给您打八折")
    assert ask_approval(done, ANN, "给您打八折", offer, "manager", context()) == Done()
    (case,) = done.changed_cases
    assert (case.role, case.state, case.fact("percent"), case.fact("text")) == ("manager", "open", "20", "给您打八折")
    assert done.told == [], "nothing is promised yet"
    assert done.conversation.owner == "agent"
    assert MAX.roles == ("manager",)
