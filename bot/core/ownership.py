"""Who owns a conversation: a person takes it, speaks, gives it back or closes it. Pure; one owner at a time.

Whoever speaks in a free conversation takes it. While a person owns it nobody else speaks in it, neither the bot nor
another person: the shopper is never told two things.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import case_run, snooze
from bot.core import events as e
from bot.core.approval import APPROVAL, approval_book, kept
from bot.core.case_effects import Context, apply, ask_person
from bot.core.cases import ANYBODY, ROLES, Case
from bot.core.dialogue.handover import BACK
from bot.core.dialogue.honest_time import when
from bot.core.erasure import ERASED
from bot.core.messages import Attachment
from bot.core.move import Move
from bot.core.offers import Offer
from bot.core.orders import sold_by
from bot.core.people import Staff, covers
from bot.core.playbooks import AskSatisfaction


@dataclass(frozen=True, slots=True)
class Done:
    """It holds now."""


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Nothing changed: another person owns the conversation."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changed. ``reason``: ``disabled``, ``away``, ``not_held``, ``not_yours``, ``unknown``, or of
    :func:`bot.core.snooze.may_wait`."""

    reason: str


Result = Done | HeldBy | Refused


def take(move: Move, staff: Staff, context: Context) -> Result:
    """The first to take it owns it; taking it again changes nothing."""
    refused = _refused(move, staff, context)
    if refused is not None:
        return refused
    if not _owns(move, staff):
        _take(move, staff, context)
    return Done()


def speak(move: Move, staff: Staff, text: str, media: tuple[Attachment, ...], ref: str, context: Context) -> Result:
    """Pass a person's message on; ``ref`` names it on her side, for delivery marks and edits."""
    refused = _refused(move, staff, context)
    if refused is not None:
        return refused
    if not _owns(move, staff):
        _take(move, staff, context)
    handles, kinds = tuple(file.handle for file in media), tuple(file.kind for file in media)
    move.happen(e.StaffSpoke(staff.staff_id, text, move.now.isoformat(), ref, handles, kinds))
    move.pass_on(text, media, staff.staff_id, ref)
    for order in sold_by(move.orders, staff.staff_id):
        move.put_order(order)
    return Done()


def note(move: Move, staff: Staff, text: str, ref: str = "") -> Result:
    """A private note; anybody of the staff may leave one, whoever owns it. ``ref``: as in :func:`speak`."""
    if not staff.active:
        return Refused("disabled")
    move.happen(e.StaffNoted(staff.staff_id, text, move.now.isoformat(), ref))
    return Done()


def give_back(move: Move, staff: Staff, context: Context) -> Result:
    """The bot goes on; what only asked for a person is done."""
    refused = _may_leave(move, staff)
    if refused is not None:
        return refused
    move.happen(e.HandedBack(staff.staff_id))
    move.say("handed_back", by=staff.staff_id, silent=False)
    _end_handovers(move, staff, context, asking=True)
    return Done()


def close(move: Move, staff: Staff, context: Context) -> Result:
    """The matter is over; her next word begins a new one."""
    refused = _may_leave(move, staff)
    if refused is not None:
        return refused
    if move.conversation.owner == "waiting":
        move.say("handed_back", by=staff.staff_id, silent=False)
    move.happen(e.ConversationClosed(staff.staff_id))
    _end_handovers(move, staff, context, asking=True)
    return Done()


def put_aside(move: Move, staff: Staff, until: datetime, context: Context) -> Result:
    """Her chat, or one of the bot's, comes back to her at ``until``; it keeps its owner."""
    talk, matters = move.conversation, [(case, context.book(case)) for case in move.cases]
    if not staff.active:
        return Refused("disabled")
    if talk.owner == "agent" and talk.agent_id != staff.staff_id:
        return HeldBy(talk.agent_id)
    if talk.owner == "bot" and talk.snoozed_by not in ("", staff.staff_id):
        return HeldBy(talk.snoozed_by)
    reason = snooze.may_wait(talk, staff, matters, until, move.now)
    if reason:
        return Refused(reason)
    move.happen(e.Snoozed(staff.staff_id, until.isoformat(), move.now.isoformat()))
    return Done()


def look_again(move: Move, staff: Staff) -> Result:
    """What she put aside, or anybody's for a supervisor, is looked at again; looking twice changes nothing."""
    by = move.conversation.snoozed_by
    if not staff.active:
        return Refused("disabled")
    if by and by != staff.staff_id and not covers(staff.roles, "supervisor"):
        return HeldBy(by)
    if by:
        move.happen(e.SnoozeEnded(staff.staff_id))
    return Done()


def transfer(move: Move, case_id: str, role: str, staff: Staff, context: Context) -> Result:
    """Another role is to act; she is told, and waits for it if it was a talk."""
    if not staff.active:
        return Refused("disabled")
    case = next((case for case in move.cases if case.case_id == case_id), None)
    if case is None or role not in ROLES:
        return Refused("unknown")
    if move.conversation.owner == "agent" and not _leads(move, staff):
        return HeldBy(move.conversation.agent_id)
    book = context.book(case)
    # Whoever it goes to asks for what is still missing.
    begun, _ = case_run.go_on(book, case, staff.staff_id, move.now, context.duty, context.rules)
    passed_on = case_run.transfer(book, begun, role, staff, move.now, context.duty, context.rules)
    apply(move, case, passed_on, (), context, by=staff.staff_id)
    if book.talks:
        move.happen(e.HandedOver(case_id, case.reason, role, move.now.isoformat()))
    move.say("transferred", by=staff.staff_id, role=role, when=when(context.duty, move.now, role))
    return Done()


def ask_approval(
    move: Move,
    staff: Staff,
    text: str,
    offer: Offer,
    role: str,
    context: Context,
    media: tuple[Attachment, ...] = (),
) -> Result:
    """Keep a message that promises more than she may until ``role`` grants it; then it goes out as it stands.

    Asked for again while it is looked at, it is the same matter.
    """
    refused = _refused(move, staff, context)
    if refused is not None:
        return refused
    if any(case.playbook == APPROVAL and case.fact("text") == text for case in move.cases):
        return Done()
    case = Case(
        case_id=context.new_id("C"),
        conversation_id=move.conversation.id,
        reason=APPROVAL,
        role=role,
        opened_at=move.now,
        words=offer.words,
        facts=(
            ("text", text),
            ("role", role),
            ("kind", offer.kind),
            ("percent", str(offer.percent or "")),
            ("yuan", f"{offer.amount_fen / 100:.2f}" if offer.amount_fen else ""),
            ("asked_by", staff.staff_id),
            *kept(media),
        ),
        order_nos=tuple(order.order_no for order in move.orders[-1:]),
        playbook=APPROVAL,
    )
    opened, effects = case_run.open_case(approval_book(case), case, move.now, context.duty, context.rules)
    apply(move, case, opened, effects, context, by=staff.staff_id)
    return Done()


def left_alone(move: Move, silence: timedelta, context: Context) -> bool:
    """After so long a silence the bot goes on; when she waits for a word, another person is asked instead.

    At once, where the person who has her may do nothing any more.
    """
    talk = move.conversation
    wrote_last = talk.last_at is not None and talk.person_spoke_at is not None and talk.last_at > talk.person_spoke_at
    asked_last = wrote_last or talk.owed_answer
    deserted = asked_last and _gone(talk.agent_id, context)
    if talk.owner != "agent" or (move.now - _last_word(move, context) < silence and not deserted):
        return False
    if asked_last:
        _end_handovers(move, None, context, asking=False)
        ask_person(move, "human", "agent", context)
        move.say("handover", reason="told", buttons=BACK, **when(context.duty, move.now, "agent"))
        return True
    move.happen(e.HandedBack("silence"))
    move.say("handed_back", silent=True)
    _end_handovers(move, None, context, asking=True)
    return True


def _last_word(move: Move, context: Context) -> datetime:
    """What she put aside was not left alone until it came back."""
    talk = move.conversation
    aside = None if _gone(talk.agent_id, context) else talk.snoozed_until
    words = [moment for moment in (talk.last_at, talk.person_spoke_at, aside) if moment]
    return max(words, default=move.now)


def _refused(move: Move, staff: Staff, context: Context) -> Result | None:
    """Whether ``staff`` may not talk to her now. Whoever was disabled holds nothing any more."""
    talk = move.conversation
    if not staff.active:
        return Refused("disabled")
    if talk.channel == ERASED:
        return Refused("unknown")
    if talk.owner == "agent" and talk.agent_id != staff.staff_id and not _gone(talk.agent_id, context):
        return HeldBy(talk.agent_id)
    if staff.away_since is not None and not _owns(move, staff):
        return Refused("away")
    return None


def _may_leave(move: Move, staff: Staff) -> Result | None:
    if not staff.active:
        return Refused("disabled")
    if move.conversation.owner not in ("agent", "waiting"):
        return Refused("not_held")
    return None if _leads(move, staff) else HeldBy(move.conversation.agent_id)


def _gone(staff_id: str, context: Context) -> bool:
    return any(person.staff_id == staff_id and not person.active for person in context.duty.staff)


def _owns(move: Move, staff: Staff) -> bool:
    return move.conversation.owner == "agent" and move.conversation.agent_id == staff.staff_id


def _leads(move: Move, staff: Staff) -> bool:
    """Her own conversation, a free one, or anybody's for a supervisor."""
    return move.conversation.owner != "agent" or _owns(move, staff) or covers(staff.roles, "supervisor")


def _take(move: Move, staff: Staff, context: Context) -> None:
    """She has the chat, and with it what is talked about; what others decide meanwhile stays theirs (E8)."""
    move.happen(e.TakenOver(staff.staff_id, move.now.isoformat()))
    for case in move.cases:
        book = context.book(case)
        hers = book.talks or (case.state == "open" and case_run.may_act(book, case, staff))
        if hers and not case.assigned:
            move.put_case(case_run.take(case, staff, move.now))
    move.say("taken", by=staff.staff_id, name=staff.name)


def _end_handovers(move: Move, staff: Staff | None, context: Context, *, asking: bool) -> None:
    """What only asked for a person is over, since a person was there; what asked for somebody else is not.

    ``staff`` None: by the clock. ``asking``: how satisfied she was.
    """
    by = staff.staff_id if staff else "clock"
    for case in move.cases:
        if case.playbook or not (case.reason in ANYBODY or (staff and covers(staff.roles, case.role))):
            continue
        ended = replace(case, state="closed", step="done", alarm_at=None, due_at=None)
        effects = (AskSatisfaction(),) if asking else ()
        apply(move, case, ended.noted(move.now, by, "closed"), effects, context, by=staff.staff_id if staff else "")
