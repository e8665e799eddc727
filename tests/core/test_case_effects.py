from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.approval import APPROVAL, approval_book, kept
from bot.core.case_effects import apply, ask_person, goods_fen, order_of
from bot.core.case_run import HANDOVER, choose, open_case, proved
from bot.core.cases import Case
from bot.core.catalogue import Text
from bot.core.conversation import Conversation
from bot.core.messages import Attachment, Reply
from bot.core.move import Move, Told
from bot.core.orders import Flag, Status
from bot.core.playbooks import Ask, AskSatisfaction, CallStaff, Effect, Fact, Grant, NoteOrder, StillWaiting, Tell
from tests.core.people_at_work import ANN, MAX, NOW, context, move, order, talk, templates
from tests.demo import demo_shop

CASE = Case("C1", "race:1", "gift", "supervisor", NOW, "送条皮带吧")
NOTE = NoteOrder("加送皮带", "S01", Flag.RED)


def after(done: Move, *effects: Effect, by: str = "") -> Move:
    apply(done, CASE, CASE, effects, context(), by)
    return done


def test_a_note_stands_on_the_order_at_once_and_red_waits_for_the_payment() -> None:
    (unpaid,) = after(move(talk(), orders=(order(),)), NOTE).changed_orders
    (paid,) = after(move(talk(), orders=(order(status=Status.PAID),)), NOTE).changed_orders
    assert [(line.content, line.staff_id) for line in unpaid.notes] == [("加送皮带", "S01")]
    assert unpaid.flag is None
    assert paid.flag is Flag.RED


def test_without_an_order_the_note_is_kept_for_the_next_one() -> None:
    done = after(move(talk()), NOTE)
    assert done.changed_orders == ()
    assert done.conversation.granted == (("加送皮带", "S01"),)


def test_a_case_about_an_order_that_ended_writes_on_no_other() -> None:
    about = replace(CASE, order_nos=("XE1",))
    assert order_of((order("XE1", Status.CLOSED), order("XE2")), about) is None
    assert order_of((order("XE2"), order("XE1")), about) == order("XE1")
    assert order_of((order("XE1", Status.CLOSED), order("XE2")), CASE) == order("XE2")


def test_what_is_granted_stands_in_the_ledger_with_its_order_and_day() -> None:
    grant = Grant("gift", Text("皮带一条", "a belt"), 0, 0, 72, "S01", "supervisor")
    (line,) = after(move(talk(), orders=(order(),)), grant).promised
    assert (line.words, line.order_no, line.case_id, line.role) == ("皮带一条", "XE1", "C1", "supervisor")
    assert line.due_at == NOW + timedelta(hours=72)
    assert after(move(talk()), grant).promised[0].order_no == ""


YES = Tell(Text("可以", "yes"), "gift.yaml:1")


def test_what_a_person_decided_is_told_as_hers() -> None:
    (told,) = after(move(talk("agent", agent_id="A01")), YES, by="S01").told
    assert isinstance(told, Told)
    assert told.by == "S01"
    assert (told.say.data["text"], told.say.source) == ("可以", ("gift.yaml:1",))


def test_the_clock_says_nothing_into_a_talk_of_hers_with_a_person() -> None:
    done = after(move(talk("agent", agent_id="A01"), CASE), YES, StillWaiting(1), AskSatisfaction())
    assert done.told == []
    assert done.conversation.rating == "", "nobody asked her"


def test_a_matter_that_goes_on_after_the_chat_was_closed_is_still_told() -> None:
    """What the bot says into a closed chat would be dropped on its way out."""
    told = after(move(talk("closed")), YES)
    assert (templates(told), told.conversation.owner) == (["text"], "bot")
    asked = after(move(talk("closed")), AskSatisfaction())
    assert (templates(asked), asked.conversation.owner) == (["satisfaction"], "bot")
    assert after(move(talk("closed")), YES, by="S01").conversation.owner == "closed"


def test_a_question_of_the_case_is_waited_for() -> None:
    done = after(move(talk()), Ask(Fact("kind", ask=Text("哪一种？", "Which?")), "invoice.yaml:1"))
    assert done.conversation.collecting == "C1"


def test_a_call_for_staff_is_told_to_staff_and_not_to_her() -> None:
    done = after(move(talk()), CallStaff("manager", "late"))
    assert done.events == [e.CaseMoved("C1", "call:late:manager", "clock")]
    assert done.told == []


def test_that_nobody_came_is_told_her() -> None:
    assert templates(after(move(talk("waiting", case_id="C1")), StillWaiting(1))) == ["still_waiting"]


@pytest.mark.parametrize("conversation", [talk(), talk("waiting", case_id="C2"), talk("closed")])
def test_who_waits_for_nobody_or_for_another_matter_does_not_hear_that_nobody_came(conversation: Conversation) -> None:
    assert after(move(conversation), StillWaiting(1)).told == []


def test_satisfaction_waits_until_her_last_matter_is_closed() -> None:
    other = replace(CASE, case_id="C2")
    assert templates(after(move(talk(), CASE, other), AskSatisfaction())) == []
    done = move(talk(), CASE)
    apply(done, CASE, replace(CASE, state="closed", step="done"), (AskSatisfaction(),), context())
    assert templates(done) == ["satisfaction"]
    assert done.conversation.rating == "C1"


def test_a_case_that_ends_gives_the_waiting_conversation_back_to_the_bot() -> None:
    done = move(talk("waiting", case_id="C1"), CASE)
    apply(done, CASE, replace(CASE, state="closed", step="done"), (YES, AskSatisfaction()), context(), "S01")
    assert done.conversation.owner == "bot"
    assert templates(done) == ["text", "handed_back", "satisfaction"], "she waits for nobody any more, and is told so"
    held = move(talk("agent", agent_id="A01", case_id="C1"), CASE)
    apply(held, CASE, replace(CASE, state="closed", step="done"), (), context())
    assert held.conversation.owner == "agent"


def test_an_end_that_leaves_her_to_people_calls_one() -> None:
    case = approval()
    done = move(talk("waiting", case_id="C3"), case)
    apply(done, case, replace(case, state="closed", step="approved"), (), context())
    (open_one,) = done.cases
    assert (done.conversation.owner, done.conversation.case_id) == ("waiting", open_one.case_id)
    assert open_one.alarm_at is not None


def test_a_person_is_asked_for_anew() -> None:
    done = move(talk())
    ask_person(done, "human", "agent", context())
    (case,) = done.changed_cases
    assert context().book(case) is HANDOVER
    assert case.alarm_at is not None
    assert (done.conversation.owner, done.conversation.case_id) == ("waiting", case.case_id)


def approval(**facts: str) -> Case:
    known = {"text": "给您打八折，{小心}", "role": "manager", "kind": "discount", "percent": "20", "yuan": "", **facts}
    fresh = Case("C3", "race:1", APPROVAL, "manager", NOW, "打八折", tuple(known.items()), playbook=APPROVAL)
    ctx = context()
    return open_case(approval_book(fresh), fresh, NOW, ctx.duty, ctx.rules)[0]


def test_the_approval_of_a_promise_is_a_playbook_like_any_other() -> None:
    assert proved(approval_book(approval())) == []
    assert context().book(approval()).id == APPROVAL


def test_only_who_may_grant_it_approves_and_then_it_goes_out_as_written() -> None:
    ctx, case = context(), approval(percent="12")
    book = approval_book(case)
    refused = choose(book, case, "decide", "approve", ANN, "", ctx.shop.promises, 20_000, NOW, ctx.duty, ctx.rules)
    chosen = choose(book, case, "decide", "approve", MAX, "", ctx.shop.promises, 20_000, NOW, ctx.duty, ctx.rules)
    assert "reason='not_yours'" in repr(refused)
    told = [effect.text.zh for effect in getattr(chosen, "effects", ()) if isinstance(effect, Tell)]
    granted = [effect.percent for effect in getattr(chosen, "effects", ()) if isinstance(effect, Grant)]
    assert told == ["给您打八折，{小心}"]
    assert granted == [12]


def test_an_approved_message_goes_out_with_its_files() -> None:
    photo = Attachment("photo", "telegram:F1")
    case = approval(**dict(kept((photo,))))
    done = move(talk("agent", agent_id="A01"), case)
    apply(done, case, case, (Tell(Text("给您打八折", ""), ""),), context(), "M01")
    (said,) = done.told
    assert isinstance(said, Reply)
    assert (said.text, said.media, said.by) == ("给您打八折", (photo,), "M01")
    assert [event.media for event in done.events if isinstance(event, e.StaffSpoke)] == [("telegram:F1",)]


def test_an_approved_message_is_hers_who_wrote_it_and_of_no_other_matter() -> None:
    case = approval(asked_by="A01")
    done = move(talk("agent", agent_id="A01", owed_answer=True), case)
    apply(done, case, case, (Tell(Text("给您打八折", ""), ""),), context(), "M01")
    said = [(event.staff_id, event.text) for event in done.events if isinstance(event, e.StaffSpoke)]
    assert said == [("A01", "给您打八折")] and not done.conversation.owed_answer
    other = move(talk("agent", agent_id="A01"), CASE)
    apply(other, CASE, CASE, (Tell(Text("可以", ""), ""),), context(), "M01")
    assert not [event for event in other.events if isinstance(event, e.StaffSpoke)]
    assert templates(other) == ["text"], "what the playbook says is not said by a person"


def test_the_sum_is_that_of_the_order_else_of_the_case_else_of_the_basket() -> None:
    shop = demo_shop()
    variant = shop.products[0].variants[0]
    basket = talk(basket=((variant.sku, 2),))
    assert goods_fen(move(basket, orders=(order(),)), shop) == 20_000
    assert goods_fen(move(basket), shop, replace(CASE, facts=(("goods_fen", "9900"),))) == 9900
    assert 0 < goods_fen(move(basket), shop, CASE) <= 2 * variant.price_fen
    assert goods_fen(move(talk()), shop) == 0
