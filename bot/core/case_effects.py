"""What a case's move leads to, put on the conversation: words, notes, flags, promises, and who is asked next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core import events as e
from bot.core.approval import APPROVAL, files
from bot.core.books import book_of
from bot.core.case_run import HANDOVER, CaseRules, open_case
from bot.core.case_steps import carried, last_told
from bot.core.cases import Case
from bot.core.catalogue import Shop
from bot.core.dialogue.basket import chosen
from bot.core.dialogue.case_words import fact_buttons
from bot.core.dialogue.satisfaction import ask_satisfaction
from bot.core.ledger import Promised
from bot.core.messages import Say
from bot.core.move import Move
from bot.core.orders import Flag, Note, Order, with_note
from bot.core.people import Duty
from bot.core.playbooks import (
    Ask,
    AskSatisfaction,
    CallStaff,
    Effect,
    Follow,
    Grant,
    Keep,
    NoteOrder,
    Playbook,
    StillWaiting,
    Tell,
)
from bot.core.pricing import price_basket

#: What comes after everything that the matter itself still has to say.
_LAST = (Follow, AskSatisfaction)


@dataclass(frozen=True, slots=True)
class Context:
    """What running cases needs beside the conversation."""

    shop: Shop
    duty: Duty
    rules: CaseRules
    bot_staff_id: str
    #: Makes a fresh id that begins with the letter given; the core invents nothing.
    new_id: Callable[[str], str]

    def book(self, case: Case) -> Playbook:
        """The playbook that runs ``case``; one that is no longer written down goes on as a plain handover."""
        return book_of(self.shop, case)


def apply(move: Move, before: Case, after: Case, effects: Sequence[Effect], context: Context, by: str = "") -> None:
    """Put ``after`` in the place of ``before``, and all its effects on the conversation.

    ``by``: staff id of who moved it; her decisions are told even while a person owns the conversation.
    """
    move.put_case(after)
    for entry in after.history[len(before.history) :]:
        move.happen(e.CaseMoved(after.case_id, entry.what, entry.who))
    freed = not after.open and before.open and _ended(move, after, context)
    for effect in effects:
        if not isinstance(effect, _LAST):
            _apply(move, after, effect, context, by)
    if freed:
        move.say("handed_back", by=by, silent=False)
    for effect in effects:
        if isinstance(effect, _LAST):
            _apply(move, after, effect, context, by)


def ask_person(move: Move, reason: str, role: str, context: Context, words: str = "") -> None:
    """Ask for a person anew: the conversation waits for one."""
    fresh = Case(
        case_id=context.new_id("C"),
        conversation_id=move.conversation.id,
        reason=reason,
        role=role,
        opened_at=move.now,
        words=words,
        order_nos=tuple(order.order_no for order in move.orders),
    )
    opened, effects = open_case(HANDOVER, fresh, move.now, context.duty, context.rules)
    move.happen(e.HandedOver(opened.case_id, reason, role, move.now.isoformat()))
    apply(move, fresh, opened, effects, context)


def _ended(move: Move, case: Case, context: Context) -> bool:
    """Whether she waited for this, so that the bot has her again. An end that leaves her to people asks for one."""
    end = context.book(case).end(case.step)
    waits = waits_for(move, case)
    result = last_told(context.book(case), case).get(move.language) if case.reason == "complaint" else ""
    move.happen(e.CaseEnded(case.case_id, case.step, case.reason, result))
    if not waits:
        return False
    if end is not None and not end.to_bot:
        ask_person(move, "human", case.role, context, case.words)
        return False
    move.happen(e.HandedBack("case"))
    return True


def waits_for(move: Move, case: Case) -> bool:
    """Whether she waits for a person to come for this very case."""
    return move.conversation.owner == "waiting" and move.conversation.case_id == case.case_id


def _apply(move: Move, case: Case, effect: Effect, context: Context, by: str) -> None:
    match effect:
        case Tell():
            _tell(move, case, effect, by)
        case StillWaiting():
            if waits_for(move, case):
                move.say("still_waiting", stage=effect.stage)
        case Ask():
            move.happen(e.CaseOpened(case.case_id, case.reason))
            words = {"text": effect.fact.ask.get(move.language)}
            move.tell(Say("text", words, fact_buttons(effect.fact, move.language), source=(effect.source,)), by)
        case NoteOrder():
            _note(move, case, effect, context)
        case Grant():
            _grant(move, case, effect, context)
        case CallStaff():
            move.happen(e.CaseMoved(case.case_id, f"call:{effect.why}:{effect.role}", "clock"))
        case AskSatisfaction():
            _ask_satisfaction(move, case, by)
        case Keep():
            move.happen(e.PromisesKept(case.case_id, case.follows, effect.staff_id))
        case Follow():
            _follow(move, case, effect.reason, context, by)


def _follow(move: Move, ended: Case, reason: str, context: Context, by: str) -> None:
    """The next matter begins where this one ended, and nothing that is known is asked again."""
    book = context.shop.playbook_by_reason.get(reason, HANDOVER)
    fresh = Case(
        case_id=context.new_id("C"),
        conversation_id=ended.conversation_id,
        reason=reason,
        role=book.role or ended.role,
        opened_at=move.now,
        words=ended.words,
        facts=carried(context.book(ended), ended, book),
        basket=ended.basket,
        promised=ended.promised,
        order_nos=(ended.fact("order_no"),) if ended.fact("order_no") else ended.order_nos,
        follows=ended.case_id,
    )
    opened, effects = open_case(book, fresh, move.now, context.duty, context.rules, move.orders, move.seen)
    if book.talks and opened.state != "collecting" and move.conversation.owner == "bot":
        move.happen(e.HandedOver(opened.case_id, reason, opened.role, move.now.isoformat()))
    apply(move, fresh, opened, effects, context, by)


def _tell(move: Move, case: Case, effect: Tell, by: str) -> None:
    """In the playbook's words. A matter that goes on after somebody closed the chat makes it the bot's again."""
    if not by and move.conversation.owner == "closed":
        move.happen(e.Reopened())
    text, media = effect.text.get(move.language), files(case)
    if case.playbook != APPROVAL or not by:
        move.tell(Say("text", {"text": text}, source=(effect.source,)), by)
        return
    # Somebody wrote it, and another one let it go out: it is hers who wrote it.
    handles, kinds = tuple(file.handle for file in media), tuple(file.kind for file in media)
    speaker = case.fact("asked_by") or by
    move.happen(e.StaffSpoke(speaker, text, move.now.isoformat(), media=handles, kinds=kinds))
    move.pass_on(text, media, by, "")


def _note(move: Move, case: Case, effect: NoteOrder, context: Context) -> None:
    """On her order at once; where there is none yet, on the one she places next. Red waits for the payment (A10)."""
    order = order_of(move.orders, case)
    if order is None:
        move.happen(e.WishNoted(effect.content, effect.staff_id or context.bot_staff_id))
        return
    noted = with_note(order, Note(effect.content, effect.staff_id or context.bot_staff_id, move.now, effect.flag))
    if effect.flag is not None and (effect.flag is not Flag.RED or order.paid_at is not None):
        noted = replace(noted, flag=effect.flag)
    move.put_order(noted)


def _grant(move: Move, case: Case, effect: Grant, context: Context) -> None:
    order = order_of(move.orders, case)
    move.promised.append(
        Promised(
            promise_id=context.new_id("P"),
            conversation_id=move.conversation.id,
            kind=effect.kind,
            words=effect.words.get(move.language),
            staff_id=effect.staff_id,
            role=effect.role,
            at=move.now,
            due_at=_to_keep_by(move, case, effect, context),
            order_no=order.order_no if order else "",
            case_id=case.case_id,
            percent=effect.percent,
            amount_fen=effect.amount_fen,
        )
    )


def _to_keep_by(move: Move, case: Case, effect: Grant, context: Context) -> datetime:
    if effect.calendar is None:
        return move.now + timedelta(hours=effect.within_hours)
    begun = case.opened_at if effect.calendar.from_request else move.now
    return context.duty.days_end(begun, effect.calendar.days)


def _ask_satisfaction(move: Move, case: Case, by: str) -> None:
    """Once a matter, and not while another one of hers is still open (G3)."""
    if any(other.case_id != case.case_id for other in move.cases):
        return
    if not by and move.conversation.owner == "agent":
        return  # she is talked with: who does asks at the end
    if not by and move.conversation.owner == "closed":
        move.happen(e.Reopened())
    move.happen(e.SatisfactionAsked(case.case_id))
    move.tell(ask_satisfaction(move.conversation, case), by)


def order_of(orders: Sequence[Order], case: Case) -> Order | None:
    """The order a case is about: the one it names, else her newest that has not ended."""
    named = (case.fact("order_no"), *reversed(case.order_nos))
    for number in named:
        found = next((order for order in orders if order.order_no == number), None)
        if found is not None and not found.ended:
            return found
    return next((order for order in reversed(orders) if not order.ended), None) if not case.order_nos else None


def goods_fen(move: Move, shop: Shop, case: Case | None = None) -> int:
    """The sum that the authority table looks at: of the order at hand, of the case as it was opened, of the basket.

    0: none is known.
    """
    order = order_of(move.orders, case) if case else next((o for o in reversed(move.orders) if not o.ended), None)
    if order is not None:
        return order.goods_fen
    known = case.fact("goods_fen") if case else ""
    if known.isdecimal():
        return int(known)
    lines = tuple(chosen(move.conversation, shop))
    return price_basket(lines, shop.running(move.now)).goods_fen if lines else 0
