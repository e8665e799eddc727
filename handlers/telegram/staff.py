"""The staff group: messages in a topic go to its customer, commands and notes do what they say.

Who may do what is looked up for every message and every press; an account that is not on the staff list changes
nothing and learns nothing.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiogram.types import CallbackQuery, Message

from bot.core.group_buttons import parse
from bot.core.group_words import Reader
from bot.core.ownership import Done, Refused
from bot.core.people import Staff
from bot.core.ports import Clock, InboxRow, StaffRoom
from bot.service.hand_over import Warned
from bot.service.hand_over_shift import HandOverShift
from bot.service.keep_staff import KeepStaff, StaffRefused
from bot.service.staff_acts import FullStore
from handlers.telegram.commands import parse_command
from handlers.telegram.staff_acts import Enter, StaffActs
from handlers.telegram.staff_albums import Albums
from handlers.telegram.staff_answers import DONE, NOTED, Answers, Result, sentence, told
from handlers.telegram.staff_content import content_of, is_said
from handlers.telegram.staff_message import answered_by, flag_named, ref_of, roles_named, thread_of
from handlers.telegram.staff_presses import Presses, pressed_message
from handlers.telegram.staff_talk import Talk

log = logging.getLogger(__name__)

#: Somebody who is asked for a reason and writes something else later is not taken by her word for so long.
_ASKED_FOR = timedelta(minutes=10)
#: Strangers are answered once in so long: answers cost the group's posts.
_STRANGER_AGAIN = timedelta(minutes=1)
#: A message that was refused is passed on when it is mended so soon.
_MENDED_WITHIN_SECONDS = 600
#: The last line of a question to staff says what its answer is for. Nothing a customer writes can stand so in a topic.
_ASKED = re.compile(r"[^\n]{1,80}: ❓ .+\n#(?P<case>[\w.-]+) (?P<step>[\w.-]+) (?P<outcome>[\w.-]+)", re.DOTALL)
_NOTE_ASKED = re.compile(r"[^\n]{1,80}: ❓ .+\n#note", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody's next message answers; None: it is a note."""

    enter: tuple[str, str, str] | None
    until: datetime


class StaffDesk:
    """Handles updates of one group; the caller sees to it that they are that group's."""

    def __init__(
        self,
        store: FullStore,
        acts: StaffActs,
        room: StaffRoom,
        keep: KeepStaff,
        clock: Clock,
        shift: HandOverShift | None = None,
        answers: Answers | None = None,
        albums: Albums | None = None,
    ) -> None:
        self.chat_id = room.chat_id
        self._store = store
        self._acts = acts
        self._room = room
        self._keep = keep
        self._clock = clock
        self._shift = shift
        self._answers = answers or Answers(room)
        self._albums = albums or Albums(store)
        self._presses = Presses(acts, room, self._answers, self._albums, self._ask)
        self._asked: dict[tuple[int, int], _Asked] = {}
        self._strangers: dict[int, datetime] = {}

    # --- what comes in ---

    async def on_message(self, message: Message, row: InboxRow) -> None:
        await self._message(message, row, edited=False)

    async def on_edited(self, message: Message, row: InboxRow) -> None:
        await self._message(message, row, edited=True)

    async def on_press(self, query: CallbackQuery, row: InboxRow) -> None:
        message, reader = pressed_message(query), await self._reader()
        person = await self._person(query.from_user.id)
        if person is None or not person.active:
            words = sentence(reader.labels, "disabled" if person else "not_staff")
        elif message is None:
            words = sentence(reader.labels, "unknown")
        else:
            words = await self._pressed(query, message, person, reader, row)
        await self._room.toast(query.id, words, alert=len(words) > 40)
        await self._finish(row)

    async def link(self, code: str, telegram_id: int) -> str:
        """The answer to ``/staff CODE`` in a private chat."""
        labels = (await self._reader()).labels
        person = await self._keep.link(code, telegram_id) if code else None
        return sentence(labels, "linked", who=person.name) if person else sentence(labels, "bad_code")

    async def failed(self, row: InboxRow) -> None:
        """An update of the group was set aside: whoever sent it must know that nothing came of it."""
        thread = row.conversation_id.removeprefix(f"telegram:{self.chat_id}").removeprefix(":")
        if thread.isascii() and thread.isdigit():
            await self._answers.post(int(thread), sentence((await self._reader()).labels, "failed"))

    def owns(self, row: InboxRow) -> bool:
        return f"{row.conversation_id}:".startswith(f"telegram:{self.chat_id}:")

    # --- messages ---

    async def _message(self, message: Message, row: InboxRow, *, edited: bool) -> None:
        sender = message.from_user
        if sender is None or not is_said(message):
            await self._finish(row)
            return
        reader, person = await self._reader(), await self._person(sender.id)
        command = parse_command(message.text or "")
        if command is not None and command[0] == "staff" and not edited:
            # Meant for the private chat; used up at once, because everybody here can read it.
            linked = await self.link(command[1][:100], sender.id)
            await self._answers.post(thread_of(message), linked, reply_to=message.message_id)
        elif person is None or not person.active:
            await self._stranger(message, reader, "disabled" if person else "not_staff")
        elif (talk := await self._talk(message, person, reader, row)) is None:
            await self._elsewhere(message, reader)
        elif edited:
            await self._edited(message, talk, row)
        else:
            await self._said(message, talk, row)
        await self._finish(row)

    async def _stranger(self, message: Message, reader: Reader, why: str) -> None:
        sender, now = message.from_user, self._clock.now()
        if sender is None or now - self._strangers.get(sender.id, now - _STRANGER_AGAIN) < _STRANGER_AGAIN:
            return
        self._strangers = {who: at for who, at in self._strangers.items() if now - at < _STRANGER_AGAIN}
        self._strangers[sender.id] = now
        await self._answers.post(thread_of(message), sentence(reader.labels, why), reply_to=message.message_id)

    async def _elsewhere(self, message: Message, reader: Reader) -> None:
        """The general topic, or one that staff opened: talk among themselves, and who is on duty."""
        command = parse_command(message.text or "")
        if command is None:
            return
        if command[0] == "duty":
            await self._answers.post(thread_of(message), await self._on_duty(reader), reply_to=message.message_id)
        elif command[0] in ("take", "back", "close", "note", "flag", "pass", "fix"):
            await self._answers.post(
                thread_of(message), sentence(reader.labels, "no_topic"), reply_to=message.message_id
            )

    async def _said(self, message: Message, talk: Talk, row: InboxRow) -> None:
        text = message.text or ""
        if text.startswith("//"):
            await self._note(message, talk, text.removeprefix("//").strip())
            return
        asked = self._asked_of(message, talk)
        if asked is not None:
            await self._entered(message, talk, asked)
            return
        command = parse_command(text)
        if command is not None:
            await self._command(message, talk, *command)
            return
        content = content_of(message)
        if content is None:
            await self._reply(message, talk, sentence(talk.reader.labels, "empty"))
            return
        if not talk.may("talk"):
            await self._reply(message, talk, self._not_hers(talk))
            return
        # A page shows pictures, which are fetched when she looks; files of other kinds it cannot show.
        if talk.channel != "telegram" and any(file.kind != "photo" for file in content[1]):
            await self._reply(message, talk, sentence(talk.reader.labels, "media"))
            return
        whole = await self._albums.gathered(message, row, talk.conversation_id, content)
        if whole is None:
            return
        result = await self._acts.say(talk, whole[0], whole[1], ref_of(message))
        if result is not None and not isinstance(result, Done):
            self._albums.hold(message, whole[1])
        await self._after_saying(message, talk, result)

    async def _after_saying(self, message: Message, talk: Talk, result: Result) -> None:
        """Nothing where it is on its way: the delivery mark will tell."""
        if isinstance(result, Warned):
            await self._answers.warn(talk.thread_id, result, talk.reader, message.message_id)
        elif result is not None and not isinstance(result, Done):
            await self._reply(message, talk, told(result, talk.reader))

    async def _edited(self, message: Message, talk: Talk, row: InboxRow) -> None:
        text, ref = message.text or message.caption or "", ref_of(message)
        if text.startswith(("//", "/")) or not talk.may("talk"):
            return
        if not await self._acts.said(talk, ref):
            # It was refused, and she mends it. What was written long ago was written for other eyes.
            soon = (message.edit_date or 0) - message.date.timestamp() <= _MENDED_WITHIN_SECONDS
            if soon and content_of(message) is not None and answered_by(message) is None:
                await self._said(message, talk, row)
            return
        result = await self._acts.edit(talk, text, ref)
        if result is not None and not isinstance(result, Done):
            why = sentence(talk.reader.labels, "edit_warned", what=told(result, talk.reader))
            await self._reply(message, talk, why)

    # --- commands and notes ---

    async def _command(self, message: Message, talk: Talk, name: str, words: str) -> None:
        match name:
            case "take":
                await self._done(message, talk, await self._acts.take(talk) if talk.may("talk") else None)
            case "back":
                await self._done(message, talk, await self._acts.give_back(talk) if talk.may("talk") else None)
            case "close":
                await self._done(message, talk, await self._acts.close(talk) if talk.may("talk") else None)
            case "note":
                await self._note(message, talk, words)
            case "flag":
                await self._flag(message, talk, words)
            case "pass":
                await self._pass(message, talk, words)
            case "fix":
                await self._fix(message, talk, words)
            case "duty":
                await self._reply(message, talk, await self._on_duty(talk.reader))
            case _:
                # Never to the customer: it was meant for us.
                await self._answers.sign(message.message_id, "🤔")

    async def _done(self, message: Message, talk: Talk, result: Result) -> None:
        if isinstance(result, Done):
            await self._answers.sign(message.message_id, DONE)
        else:
            await self._reply(message, talk, told(result, talk.reader) if result else self._not_hers(talk))

    async def _note(self, message: Message, talk: Talk, words: str) -> None:
        if not words:
            await self._ask(talk, None)
            return
        if isinstance(await self._acts.note(talk, words[:4000], ref_of(message)), Done):
            await self._answers.sign(message.message_id, NOTED)

    async def _flag(self, message: Message, talk: Talk, words: str) -> None:
        color, _, why = words.partition(" ")
        flag = flag_named(color, talk.reader)
        if flag is None:
            await self._reply(message, talk, sentence(talk.reader.labels, "flag_ask"))
            return
        result = await self._acts.flag(talk, flag, why.strip()[:500], ref_of(message))
        if isinstance(result, Refused) and result.reason == "unknown":
            await self._reply(message, talk, sentence(talk.reader.labels, "no_order"))
            return
        await self._done(message, talk, result)

    async def _pass(self, message: Message, talk: Talk, role: str) -> None:
        case, labels = talk.own_case, talk.reader.labels
        chosen = roles_named(talk.reader).get(role.strip().casefold(), "")
        if case is None or not chosen:
            await self._reply(message, talk, sentence(labels, "pass_which" if case else "closed"))
            return
        await self._done(message, talk, await self._acts.pass_on(talk, case, chosen) if talk.may("talk") else None)

    async def _fix(self, message: Message, talk: Talk, words: str) -> None:
        case, labels = talk.own_case, talk.reader.labels
        if case is None:
            await self._reply(message, talk, sentence(labels, "closed"))
            return
        result = await self._acts.correct(talk, case, words[:1000])
        if result is None:
            await self._reply(message, talk, sentence(labels, "fix_how"))
            return
        await self._done(message, talk, result)

    async def _on_duty(self, reader: Reader) -> str:
        duty = (await self._acts.look_at.context()).duty
        there = [f"{person.name} ({person.staff_id})" for person in duty.now(self._clock.now())]
        if not there:
            return sentence(reader.labels, "duty_nobody")
        return sentence(reader.labels, "duty", what=reader.labels["comma"].join(there))

    # --- questions to staff ---

    async def _ask(self, talk: Talk, enter: Enter | None) -> None:
        """Her next message here, or her reply to this one whenever it comes, is taken as the answer."""
        labels, language = talk.reader.labels, self._acts.look_at.language
        if enter is None:
            text, wanted = f"❓ {sentence(labels, 'note_ask')}\n#note", None
        else:
            question = enter.fact.ask.get(language) or enter.fact.label.get(language) or enter.fact.id
            text = f"❓ {question}\n#{enter.case_id} {enter.step_id} {enter.outcome_id}"
            wanted = (enter.case_id, enter.step_id, enter.outcome_id)
        who = talk.person.name
        if await self._answers.post(talk.thread_id, text, asks=(talk.user_id, who)):
            self._asked[talk.thread_id, talk.user_id] = _Asked(wanted, self._clock.now() + _ASKED_FOR)

    def _asked_of(self, message: Message, talk: Talk) -> _Asked | None:
        """What this message answers: by replying to the question, else by coming next after it."""
        held = self._asked.pop((talk.thread_id, talk.user_id), None)
        question, now = answered_by(message), self._clock.now()
        if question is not None and question.from_user is not None and question.from_user.is_bot:
            words = question.text or ""
            if found := _ASKED.fullmatch(words):
                return _Asked((found["case"], found["step"], found["outcome"]), now)
            if _NOTE_ASKED.fullmatch(words):
                return _Asked(None, now)
        if held is not None and now <= held.until and parse_command(message.text or "") is None:
            return held
        return None

    async def _entered(self, message: Message, talk: Talk, asked: _Asked) -> None:
        words = (message.text or message.caption or "").strip()
        if asked.enter is None:
            await self._note(message, talk, words)
            return
        case = talk.case(asked.enter[0])
        result = await self._acts.choose(talk, *asked.enter, entered=words) if words or case is None else None
        if isinstance(result, Enter):
            await self._ask(talk, result)
        elif result is None:
            await self._reply(message, talk, sentence(talk.reader.labels, "unknown"))
        elif isinstance(result, Done):
            await self._answers.sign(message.message_id, DONE)
        else:
            await self._reply(message, talk, told(result, talk.reader, role=case.role if case else ""))

    # --- buttons ---

    async def _pressed(
        self, query: CallbackQuery, message: Message, person: Staff, reader: Reader, row: InboxRow
    ) -> str:
        press = parse(query.data or "")
        if press is not None and press.verb == "sheet" and thread_of(message) is None:
            return await self._confirmed(press.case_id, person, message, reader)
        talk = await self._talk(message, person, reader, row, user_id=query.from_user.id)
        if talk is None:
            return sentence(reader.labels, "no_topic")
        return await self._presses.on_press(query, message, talk)

    async def _confirmed(self, sheet_id: str, person: Staff, message: Message, reader: Reader) -> str:
        if self._shift is None:
            return sentence(reader.labels, "unknown")
        try:
            await self._shift.confirm(sheet_id, person.staff_id, self._clock.now())
        except StaffRefused as refused:
            return str(refused)
        words = sentence(reader.labels, "sheet_done", who=person.name)
        await self._room.edit(message.message_id, f"{message.text or ''}\n\n✔ {words}")
        return words

    # --- who, where ---

    async def _person(self, telegram_id: int) -> Staff | None:
        return next((p for p in await self._store.staff() if p.telegram_id == telegram_id), None)

    async def _talk(
        self, message: Message, person: Staff, reader: Reader, row: InboxRow, user_id: int | None = None
    ) -> Talk | None:
        thread = thread_of(message)
        topic = await self._store.topic_of(self.chat_id, thread) if thread is not None else None
        if topic is None or thread is None:
            return None
        sender = message.from_user.id if message.from_user is not None else 0
        cases = tuple(case for case in await self._store.cases(topic.conversation_id) if case.open)
        return Talk(topic.conversation_id, thread, person, user_id or sender, cases, reader, row.id)

    async def _reader(self) -> Reader:
        return await self._acts.look_at.reader(self.chat_id)

    async def _reply(self, message: Message, talk: Talk, words: str) -> None:
        await self._answers.post(talk.thread_id, words, reply_to=message.message_id)

    def _not_hers(self, talk: Talk) -> str:
        case = talk.own_case
        return sentence(talk.reader.labels, "not_yours", role=case.role if case else "agent")

    async def _finish(self, row: InboxRow) -> None:
        await self._store.finish_inbox(row.id, self._clock.now())
