"""People decide on cases, and the clock looks after those nobody decides on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.core import case_fix, case_run, ownership
from bot.core.case_effects import Context, apply, goods_fen, order_of
from bot.core.case_order import order_meant, paid_fen
from bot.core.case_run import Denied
from bot.core.cases import Case
from bot.core.errors import Conflict
from bot.core.move import Move
from bot.core.ownership import Done, HeldBy, Refused
from bot.core.people import Staff
from bot.core.playbooks import AskSatisfaction, Effect, Tell
from bot.service.staff_acts import Acts

log = logging.getLogger(__name__)

Answer = Done | Denied | HeldBy | Refused | None


class RunCase:
    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        #: Cases looked at in one round of the clock.
        self.at_once = 100
        #: Cases whose alarm failed; they come first, and must not use up what is looked at in a round.
        self._failing: set[str] = set()

    async def choose(
        self,
        case_id: str,
        conversation_id: str,
        step_id: str,
        outcome_id: str,
        staff: Staff,
        entered: str = "",
        inbox_id: int | None = None,
    ) -> Answer:
        """A person chooses one of a step's outcomes. Denied, and nothing changed, when she may not or came too late."""
        channel = await self._channel(case_id, conversation_id)
        if channel is None:
            return await self._refuse(inbox_id)

        def decide(move: Move, context: Context) -> Answer:
            case = next((case for case in move.cases if case.case_id == case_id), None)
            if case is None:
                return Denied("closed")
            book = context.book(case)
            result = case_run.choose(
                book,
                case,
                step_id,
                outcome_id,
                staff,
                entered,
                context.shop.promises,
                goods_fen(move, context.shop, case),
                move.now,
                context.duty,
                context.rules,
                move.orders,
                paid_fen(order_meant(move.orders, case)),
                move.seen,
            )
            if isinstance(result, Denied):
                return result
            apply(move, case, result.case, result.effects, context, by=staff.staff_id)
            return Done()

        return await self._acts.act(conversation_id, channel, decide, inbox_id)

    async def correct(
        self,
        case_id: str,
        conversation_id: str,
        fact_id: str,
        written: str,
        staff: Staff,
        inbox_id: int | None = None,
    ) -> Answer:
        """A person puts right a fact of a case. Denied, and nothing changed, when she may not or it cannot be read."""
        channel = await self._channel(case_id, conversation_id)
        if channel is None:
            return await self._refuse(inbox_id)

        def decide(move: Move, context: Context) -> Answer:
            case = next((case for case in move.cases if case.case_id == case_id), None)
            if case is None:
                return Denied("closed")
            result = case_fix.correct(
                context.book(case),
                case,
                fact_id,
                written,
                staff,
                move.now,
                context.duty,
                context.rules,
                move.orders,
                move.seen,
            )
            if isinstance(result, Denied):
                return result
            apply(move, case, result.case, result.effects, context, by=staff.staff_id)
            return Done()

        return await self._acts.act(conversation_id, channel, decide, inbox_id)

    async def transfer(
        self, case_id: str, conversation_id: str, role: str, staff: Staff, inbox_id: int | None = None
    ) -> Answer:
        """Another role is to act, and she is told."""
        channel = await self._channel(case_id, conversation_id)
        if channel is None:
            return await self._refuse(inbox_id)
        return await self._acts.act(
            conversation_id,
            channel,
            lambda move, context: ownership.transfer(move, case_id, role, staff, context),
            inbox_id,
        )

    async def alarms(self, now: datetime) -> int:
        """Cases whose time has come go on: reminded, escalated, or past their waiting; how many."""
        count = 0
        for case in await self._acts.store.cases_due(now, self.at_once + len(self._failing)):
            count += await self._ring(case)
        return count

    async def _ring(self, case: Case) -> bool:
        channel = case.conversation_id.partition(":")[0]
        try:
            rang = await self._acts.act(case.conversation_id, channel, partial(_alarm, case.case_id))
        except Conflict:
            return False  # still due, so it comes again
        except Exception as error:
            # One case that cannot go on must not hold up all others; it comes again with the next round.
            if case.case_id not in self._failing:
                log.error("the alarm of case %s failed: %s", case.case_id, type(error).__name__)
            self._failing.add(case.case_id)
            return False
        self._failing.discard(case.case_id)
        return bool(rang)

    async def _channel(self, case_id: str, conversation_id: str) -> str | None:
        """None: there is no such case in this conversation."""
        case = await self._acts.store.case(case_id)
        if case is None or case.conversation_id != conversation_id:
            return None
        return conversation_id.partition(":")[0]

    async def _refuse(self, inbox_id: int | None) -> Denied:
        if inbox_id is not None:
            await self._acts.store.finish_inbox(inbox_id, self._acts.clock.now())
        return Denied("unknown")


def _alarm(case_id: str, move: Move, context: Context) -> bool:
    case = next((case for case in move.cases if case.case_id == case_id), None)
    if case is None or case.alarm_at is None or case.alarm_at > move.now:
        return False
    order = order_of(move.orders, case)
    after, effects = case_run.alarm(
        context.book(case), case, order, move.now, context.duty, context.rules, move.orders, move.seen
    )
    if case.state == "watching" and move.conversation.owner == "agent" and _has_word(case, after, effects):
        later = timedelta(minutes=max(1.0, context.rules.remind_again_minutes))
        move.put_case(replace(case, alarm_at=move.now + later))
        return True
    apply(move, case, after, effects, context)
    return True


def _has_word(case: Case, after: Case, effects: Sequence[Effect]) -> bool:
    """An order moved on and she is to hear of it: that waits until nobody talks with her, and is not left out."""
    return after.step != case.step and any(isinstance(effect, (Tell, AskSatisfaction)) for effect in effects)
