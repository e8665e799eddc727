"""Buttons pressed in the staff group. What a button says is a wish: the list, the roles and the topic decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram.types import CallbackQuery, InaccessibleMessage, Message

from bot.core.case_card import full_facts
from bot.core.group_buttons import Press, card_buttons, flag_buttons, named, parse, role_buttons
from bot.core.messages import RenderedButton
from bot.core.orders import Flag
from bot.core.ownership import Done
from bot.core.ports import StaffRoom
from bot.core.staff_rights import may
from bot.service.hand_over import Warned
from handlers.telegram.staff_acts import Enter, StaffActs
from handlers.telegram.staff_albums import Albums
from handlers.telegram.staff_answers import Answers, Result, sentence, told
from handlers.telegram.staff_content import content_of
from handlers.telegram.staff_message import ref_of
from handlers.telegram.staff_talk import Talk

_DONE = {"take": "taken", "back": "given_back", "close": "ended", "do": "done"}
_TALKING = frozenset({"take", "back", "close", "pass", "sure", "ask"})


class Presses:
    """``ask``: has somebody enter something with her next message."""

    def __init__(
        self,
        acts: StaffActs,
        room: StaffRoom,
        answers: Answers,
        albums: Albums,
        ask: Callable[[Talk, Enter | None], Awaitable[None]],
    ) -> None:
        self._acts = acts
        self._room = room
        self._answers = answers
        self._albums = albums
        self._ask = ask

    async def on_press(self, query: CallbackQuery, message: Message, talk: Talk) -> str:
        """What she who pressed is told. What changes something ends the inbox row, the caller all others."""
        press = parse(query.data or "")
        if press is None or press.verb == "sheet":
            return sentence(talk.reader.labels, "unknown")
        if press.case_id and talk.case(press.case_id) is None:
            return await self._not_here(press, talk)
        if press.verb in _TALKING and not talk.may("talk"):
            case = talk.case(press.case_id) or talk.own_case
            return sentence(talk.reader.labels, "not_yours", role=case.role if case else "agent")
        return await self._act(press, query, message, talk)

    async def _act(self, press: Press, query: CallbackQuery, message: Message, talk: Talk) -> str:
        match press.verb:
            case "take":
                return self._told(await self._acts.take(talk), press, talk)
            case "back":
                return self._told(await self._acts.give_back(talk), press, talk)
            case "close":
                return self._told(await self._acts.close(talk), press, talk)
            case "do":
                return await self._decide(press, talk)
            case "note":
                await self._ask(talk, None)
                return sentence(talk.reader.labels, "note_ask")
            case "flag":
                return await self._flag(press, message, talk)
            case "pass":
                return await self._pass(press, message, talk)
            case "see":
                return await self._see(press, talk)
            case "menu":
                await self._usual_buttons(press, message, talk)
                return ""
            case "sure" | "ask":
                return await self._send_after_warning(press, query, message, talk)
        return sentence(talk.reader.labels, "unknown")

    async def _decide(self, press: Press, talk: Talk) -> str:
        case = talk.case(press.case_id)
        if case is None:
            return sentence(talk.reader.labels, "unknown")
        step_id, outcome_id = named((await self._acts.look_at.context()).book(case), press)
        result = await self._acts.choose(talk, case.case_id, step_id, outcome_id)
        if isinstance(result, Enter):
            await self._ask(talk, result)
            return result.fact.ask.get(self._acts.look_at.language)
        return told(result, talk.reader, "done", case.role)

    async def _flag(self, press: Press, message: Message, talk: Talk) -> str:
        labels = talk.reader.labels
        if not press.arg:
            await self._room.edit_buttons(message.message_id, flag_buttons(press.case_id, talk.reader))
            return sentence(labels, "flag_which")
        flag = next((flag for flag in Flag if flag.name.lower() == press.arg), None)
        if flag is None:
            return sentence(labels, "unknown")
        result = await self._acts.flag(talk, flag, "", ref_of(message))
        await self._usual_buttons(press, message, talk)
        if isinstance(result, Done):
            return sentence(labels, "flagged", what=labels[f"flag.{press.arg}"])
        return sentence(labels, "no_order")

    async def _pass(self, press: Press, message: Message, talk: Talk) -> str:
        case = talk.case(press.case_id)
        if case is None:
            return sentence(talk.reader.labels, "unknown")
        if not press.arg:
            await self._room.edit_buttons(message.message_id, role_buttons(case, talk.reader))
            return sentence(talk.reader.labels, "pass_which")
        result = await self._acts.pass_on(talk, case, press.arg)
        if not isinstance(result, Done):
            await self._usual_buttons(press, message, talk)
        return told(result, talk.reader, "passed", press.arg)

    async def _see(self, press: Press, talk: Talk) -> str:
        case = talk.case(press.case_id)
        if case is None or not may(talk.person, "see", (case,)):
            return sentence(talk.reader.labels, "not_yours", role=case.role if case else "")
        book = (await self._acts.look_at.context()).book(case)
        return "\n".join(full_facts(case, book, self._acts.look_at.language))

    async def _send_after_warning(self, press: Press, query: CallbackQuery, message: Message, talk: Talk) -> str:
        """Her own message, read again from Telegram; the warning's buttons are hers alone."""
        labels, origin = talk.reader.labels, message.reply_to_message
        if origin is None or origin.from_user is None:
            return sentence(labels, "unknown")
        if origin.from_user.id != query.from_user.id:
            return sentence(labels, "not_yours", role=f"{origin.from_user.full_name[:40]}")
        ref = f"telegram:{message.chat.id}:{origin.message_id}"
        content = content_of(origin)
        if content is None or await self._acts.said(talk, ref):
            await self._room.edit_buttons(message.message_id, ())
            return sentence(labels, "sent" if content else "unknown")
        text, media = content[0], self._albums.whole(origin, content[1])
        result: Result
        if press.verb == "sure":
            result = await self._acts.say(talk, text, media, ref, sure=True)
        else:
            result = await self._acts.ask_approval(talk, text, media, ref)
        if isinstance(result, Warned):
            await self._answers.warn(talk.thread_id, result, talk.reader, origin.message_id)
        if isinstance(result, (Done, Warned)):
            await self._room.edit_buttons(message.message_id, ())
        if press.verb == "ask" and isinstance(result, Done):
            return told(result, talk.reader, "asked", await self._acts.approver(talk))
        return told(result, talk.reader, "sent")

    async def _usual_buttons(self, press: Press, message: Message, talk: Talk) -> None:
        case = talk.case(press.case_id)
        context = await self._acts.look_at.context()
        book = context.book(case) if case else None
        conversation = await self._acts.conversation(talk)
        buttons: list[RenderedButton] = card_buttons(case, book, conversation, talk.reader)
        await self._room.edit_buttons(message.message_id, buttons)

    async def _not_here(self, press: Press, talk: Talk) -> str:
        """A case that is closed, or of another conversation: nothing more is said than that."""
        known = await self._acts.case_of(press.case_id)
        here = known is not None and known.conversation_id == talk.conversation_id
        return sentence(talk.reader.labels, "closed" if here else "foreign")

    @staticmethod
    def _told(result: Result, press: Press, talk: Talk) -> str:
        return told(result, talk.reader, _DONE[press.verb])


def pressed_message(query: CallbackQuery) -> Message | None:
    """None where it is too old for Telegram to tell what it says."""
    message = query.message
    return None if message is None or isinstance(message, InaccessibleMessage) else message
