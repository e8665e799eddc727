"""What staff are answered in their group: out of the room kept for answers, by a sign where there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.core.case_run import Denied
from bot.core.errors import ChannelError
from bot.core.group_buttons import Verb, action
from bot.core.group_words import Reader
from bot.core.messages import RenderedButton
from bot.core.ownership import Done, HeldBy, Refused
from bot.core.ports import StaffRoom
from bot.service.hand_over import Warned

log = logging.getLogger(__name__)

Result = Done | Denied | HeldBy | Refused | Warned | None

#: Longer than this nobody is kept waiting for an answer in words.
_PATIENCE_SECONDS = 20.0
NOT_DONE, DONE, NOTED = "👎", "👌", "✍"

_REFUSED = {
    "disabled": "disabled",
    "away": "away",
    "not_held": "not_held",
    "not_yours": "not_written",
    "unknown": "unknown",
}


def sentence(labels: Mapping[str, str], name: str, *, who: str = "", role: str = "", what: str = "") -> str:
    return labels[f"say.{name}"].format(who=who, role=labels.get(f"role.{role}", role), what=what)


def told(result: Result, reader: Reader, done: str = "done", role: str = "") -> str:
    """One sentence for what came of an act."""
    labels = reader.labels
    match result:
        case HeldBy(staff_id):
            return sentence(labels, "held", who=reader.name(staff_id))
        case Refused(reason):
            return sentence(labels, _REFUSED.get(reason, "unknown"))
        case Warned("forbidden", what):
            return sentence(labels, "forbidden", what=what)
        case Warned(kind, what, needed):
            return sentence(labels, kind, what=what, role=needed)
        case Denied(reason, by):
            return _denied(reason, by, reader, role)
        case _:
            return sentence(labels, done, role=role)


def _denied(reason: str, by: str, reader: Reader, role: str) -> str:
    kind, _, rest = reason.partition(":")
    known = kind if f"say.{kind}" in reader.labels else "unknown"
    name = {"beyond": "beyond_step", "enter": "enter_again"}.get(kind, known)
    who = f" ({reader.name(by)})" if by else ""
    return sentence(reader.labels, name, who=who, role=rest if kind == "beyond" else role, what="")


class Answers:
    def __init__(self, room: StaffRoom, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._room = room
        self._sleep = sleep

    async def post(
        self,
        thread_id: int | None,
        text: str,
        buttons: Sequence[RenderedButton] = (),
        *,
        reply_to: int | None = None,
        asks: tuple[int, str] | None = None,
    ) -> bool:
        """False: it could not be posted in time; the message answered carries a sign instead."""
        waited = 0.0
        while (wait := self._room.wait_seconds(urgent=True)) > 0:
            waited += wait
            if waited > _PATIENCE_SECONDS:
                await self.sign(reply_to, NOT_DONE)
                return False
            await self._sleep(wait)
        try:
            await self._room.post(thread_id, text, buttons, reply_to=reply_to, asks=asks)
        except ChannelError as error:
            log.warning("an answer to staff was not posted: %s", type(error).__name__)
            await self.sign(reply_to, NOT_DONE)
            return False
        return True

    async def sign(self, message_id: int | None, emoji: str) -> None:
        """On somebody's own message; costs no post."""
        if message_id is None:
            return
        try:
            await self._room.react(message_id, emoji)
        except ChannelError as error:
            log.debug("a sign was not set: %s", type(error).__name__)

    async def warn(self, thread_id: int | None, warned: Warned, reader: Reader, message_id: int) -> None:
        """Not sent, why, and what she may do about it; the buttons name no words, the answered message holds them."""
        labels = reader.labels
        # What nobody may grant is put before nobody.
        does: dict[str, Verb] = {"forbidden": "sure", "beyond": "ask"}
        verb = does.get(warned.kind)
        buttons = (RenderedButton(labels[f"do.{verb}"], action(verb)),) if verb else ()
        await self.post(thread_id, told(warned, reader), buttons, reply_to=message_id)
