"""What staff can do in a topic, by button or by command: one method for each, called with rights checked already."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import events as e
from bot.core.approval import APPROVAL
from bot.core.case_fix import fact_named
from bot.core.case_run import Denied
from bot.core.case_steps import current
from bot.core.cases import ROLES, Case
from bot.core.conversation import Conversation
from bot.core.messages import Attachment
from bot.core.orders import Flag
from bot.core.ownership import Refused
from bot.core.playbooks import Fact
from bot.service.hand_over import HandOver
from bot.service.look_at_talk import LookAtTalk
from bot.service.run_case import RunCase
from bot.service.staff_acts import FullStore
from handlers.telegram.staff_answers import Result
from handlers.telegram.staff_talk import Talk


@dataclass(frozen=True, slots=True)
class Enter:
    """An outcome that asks for something to be entered first."""

    case_id: str
    step_id: str
    outcome_id: str
    fact: Fact


class StaffActs:
    def __init__(self, store: FullStore, hand_over: HandOver, run_case: RunCase, look_at: LookAtTalk) -> None:
        self._store = store
        self._hand_over = hand_over
        self._run_case = run_case
        self.look_at = look_at

    async def take(self, talk: Talk) -> Result:
        return await self._hand_over.take(talk.conversation_id, talk.channel, talk.person, talk.row_id)

    async def say(
        self, talk: Talk, text: str, media: tuple[Attachment, ...], ref: str, *, sure: bool = False
    ) -> Result:
        return await self._hand_over.say(
            talk.conversation_id, talk.channel, talk.person, text, media, ref, talk.row_id, sure=sure
        )

    async def ask_approval(self, talk: Talk, text: str, media: tuple[Attachment, ...], ref: str) -> Result:
        return await self._hand_over.ask_approval(
            talk.conversation_id, talk.channel, talk.person, text, media, ref, talk.row_id
        )

    async def edit(self, talk: Talk, text: str, ref: str) -> Result:
        return await self._hand_over.edit(talk.conversation_id, talk.channel, talk.person, text, ref, talk.row_id)

    async def note(self, talk: Talk, text: str, ref: str) -> Result:
        return await self._hand_over.note(talk.conversation_id, talk.channel, talk.person, text, talk.row_id, ref)

    async def give_back(self, talk: Talk) -> Result:
        return await self._hand_over.give_back(talk.conversation_id, talk.channel, talk.person, talk.row_id)

    async def close(self, talk: Talk) -> Result:
        return await self._hand_over.close(talk.conversation_id, talk.channel, talk.person, talk.row_id)

    async def flag(self, talk: Talk, flag: Flag, words: str, ref: str) -> Result:
        """On the order the case names, else on her newest that is not over."""
        orders = await self._store.orders(talk.conversation_id)
        named = {number for case in talk.cases for number in case.order_nos}
        open_ones = [order for order in orders if not order.ended]
        chosen = [order for order in open_ones if order.order_no in named] or open_ones or list(orders)
        if not chosen:
            return Refused("unknown")
        text = words or talk.reader.labels[f"flag.{flag.name.lower()}"]
        return await self._hand_over.order_note(
            talk.conversation_id, talk.channel, talk.person, chosen[-1].order_no, text, flag, talk.row_id, ref
        )

    async def pass_on(self, talk: Talk, case: Case, role: str) -> Result:
        if role not in ROLES:
            return Refused("unknown")
        return await self._run_case.transfer(case.case_id, talk.conversation_id, role, talk.person, talk.row_id)

    async def correct(self, talk: Talk, case: Case, words: str) -> Result | None:
        """``order number A-1002``: a fact by its name, and what it is. None: no fact is named, or not what it is."""
        named = fact_named((await self.look_at.context()).book(case), words)
        if named is None or not named[1]:
            return None
        fact, written = named
        return await self._run_case.correct(
            case.case_id, talk.conversation_id, fact.id, written, talk.person, talk.row_id
        )

    async def choose(
        self, talk: Talk, case_id: str, step_id: str, outcome_id: str, entered: str = ""
    ) -> Result | Enter:
        """An :class:`Enter` where something has to be entered, or entered again."""
        case = talk.case(case_id)
        if case is None:
            return Denied("closed")
        book = (await self.look_at.context()).book(case)
        step = book.step(step_id)
        outcome = next((one for one in step.outcomes if one.id == outcome_id), None) if step else None
        asks = outcome.enter if outcome is not None and current(book, case) is step else None
        # An optional fact would be taken as left out: it is asked for before anything is decided.
        if asks is not None and asks.optional and not entered:
            return Enter(case_id, step_id, outcome_id, asks)
        result = await self._run_case.choose(
            case_id, talk.conversation_id, step_id, outcome_id, talk.person, entered, talk.row_id
        )
        if isinstance(result, Denied) and result.reason.startswith("enter:") and asks is not None:
            return Enter(case_id, step_id, outcome_id, asks)
        return result

    async def said(self, talk: Talk, ref: str) -> bool:
        """Whether this very message was passed on before."""

        newest = await self._store.last_events(talk.conversation_id, 400)
        return any(isinstance(one.event, e.StaffSpoke) and one.event.ref == ref for one in newest)

    async def conversation(self, talk: Talk) -> Conversation:
        return (await self._store.load(talk.conversation_id, talk.channel)).conversation

    async def case_of(self, case_id: str) -> Case | None:
        return await self._store.case(case_id)

    async def approver(self, talk: Talk) -> str:
        """The role that was asked to approve something last."""
        cases = await self._store.cases(talk.conversation_id)
        return next((case.role for case in reversed(cases) if case.reason == APPROVAL and case.open), "supervisor")
