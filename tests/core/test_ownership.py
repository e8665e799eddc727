from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.approval import files
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
    assert take(done, ANN, context()) == Done()
    assert (done.conversation.owner, done.conversation.agent_id) == ("agent", "A01")
    assert [case.assigned for case in done.changed_cases] == ["A01"]
    assert templates(done) == ["taken"]


def test_a_matter_that_others_decide_stays_theirs() -> None:
    """Who has a case is shown its hidden facts, also later (E8)."""
    book = context().shop.playbook_by_reason["gift"]
    ctx = context()
    fresh = Case("C2", "race:1", "gift", "supervisor", NOW, "送条皮带吧")
    gift = open_case(book, fresh, NOW, ctx.duty, ctx.rules)[0]
    done = move(talk("bot"), gift)
    take(done, ANN, ctx)
    assert done.changed_cases == ()
    take(lead := move(talk("bot"), gift), SUE, ctx)
    assert [case.assigned for case in lead.changed_cases] == ["S01"]


def test_who_was_disabled_holds_nothing_any_more() -> None:
    ctx = context()
    staff = (replace(ANN, state="disabled"), BEN)
    ctx = replace(ctx, duty=replace(ctx.duty, staff=staff))
    done = held_by(ANN)
    assert take(done, BEN, ctx) == Done()
    assert done.conversation.agent_id == "A02"
    asking = move(talk("agent", agent_id="A01", person_spoke_at=NOW, last_at=NOW + timedelta(seconds=9)), now=NOW)
    assert left_alone(asking, HOUR, ctx), "she writes to nobody"
    assert asking.conversation.owner == "waiting"


def test_taking_twice_changes_nothing() -> None:
    done = held_by(ANN)
    assert take(done, ANN, context()) == Done()
    assert (done.events, done.told) == ([], [])


def test_the_other_is_told_who_has_it() -> None:
    done = held_by(ANN)
    assert take(done, BEN, context()) == HeldBy("A01")
    assert speak(done, BEN, "我来", (), "", context()) == HeldBy("A01")
    assert (done.events, done.told) == ([], [])


def test_whoever_speaks_in_a_free_conversation_takes_it() -> None:
    done = move(talk())
    assert speak(done, ANN, "您好", PHOTO, "telegram:-1:5", context()) == Done()
    assert done.conversation.agent_id == "A01"
    assert templates(done) == ["taken", "said"]
    said = done.told[1]
    assert isinstance(said, Reply)
    assert (said.text, said.by, said.ref, said.media) == ("您好", "A01", "telegram:-1:5", PHOTO)


def test_whoever_speaks_before_the_payment_is_credited_with_the_order() -> None:
    done = move(talk(), orders=(order("XE1"), order("XE2", Status.PAID)))
    speak(done, ANN, "您好", (), "", context())
    assert [(sold.order_no, sold.staff_id) for sold in done.changed_orders] == [("XE1", "A01")]


@pytest.mark.parametrize(
    ("staff", "reason"),
    [(replace(ANN, state="disabled"), "disabled"), (replace(ANN, away_since=NOW), "away")],
)
def test_who_is_disabled_or_away_takes_no_chat(staff: Staff, reason: str) -> None:
    done = move(talk())
    assert take(done, staff, context()) == Refused(reason)
    assert speak(done, staff, "您好", (), "", context()) == Refused(reason)
    assert done.events == []


def test_who_went_away_may_end_the_chats_she_has() -> None:
    done = held_by(ANN)
    assert speak(done, replace(ANN, away_since=NOW), "马上好", (), "", context()) == Done()


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
    assert transfer(held_by(ANN, case), "C1", "king", ANN, context()) == Refused("unknown")


def test_a_transfer_while_facts_are_asked_for_calls_the_other_role_at_once() -> None:
    ctx = context()
    fresh = Case("C1", "race:1", "bulk", "bulk_specialist", NOW, "我要20双袜子")
    case = open_case(ctx.shop.playbook_by_reason["bulk"], fresh, NOW, ctx.duty, ctx.rules)[0]
    assert case.state == "collecting"
    done = held_by(ANN, case)
    assert transfer(done, "C1", "supervisor", ANN, ctx) == Done()
    (passed,) = done.cases
    assert (done.conversation.owner, passed.state, passed.role) == ("waiting", "open", "supervisor")
    assert done.conversation.collecting == ""


def test_giving_back_ends_no_matter_of_another_role() -> None:
    fresh = Case("C2", "race:1", "complaint", "complaints", NOW, "投诉")
    case = open_case(HANDOVER, fresh, NOW, context().duty, CaseRules())[0]
    done = held_by(ANN, case)
    give_back(done, ANN, context())
    assert [case.state for case in done.cases] == ["open"]
    by_manager = held_by(MAX, case)
    give_back(by_manager, MAX, context())
    assert by_manager.cases == ()


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
    assert templates(done) == ["handover"], "she hears who comes, and when"


def test_who_waited_and_was_taken_without_a_word_is_given_to_another_person() -> None:
    taken = waiting(asked_for_a_person())
    take(taken, ANN, context())
    silent = move(taken.conversation, *taken.cases, now=NOW + HOUR)
    assert left_alone(silent, HOUR, context())
    assert silent.conversation.owner == "waiting"
    speak(taken, ANN, "您好", (), "", context())
    answered = move(taken.conversation, *taken.cases, now=NOW + HOUR)
    left_alone(answered, HOUR, context())
    assert answered.conversation.owner == "bot"


def test_who_waits_is_told_when_her_chat_is_closed() -> None:
    done = waiting(asked_for_a_person())
    close(done, ANN, context())
    assert templates(done) == ["handed_back", "satisfaction"]


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


def test_asked_for_twice_it_is_one_matter_and_its_files_are_kept() -> None:
    done = held_by(ANN)
    (offer,) = offers_in("给您打八折")
    ask_approval(done, ANN, "给您打八折", offer, "manager", context(), PHOTO)
    assert ask_approval(done, ANN, "给您打八折", offer, "manager", context(), PHOTO) == Done()
    (case,) = done.cases
    assert files(case) == PHOTO
