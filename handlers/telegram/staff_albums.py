"""Albums of staff: Telegram brings the files one by one, and they go on to the customer together."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from aiogram.types import Message, Update
from pydantic import ValidationError

from bot.core import events as e
from bot.core.messages import Attachment
from bot.core.ports import InboxRow
from bot.service.staff_acts import FullStore
from handlers.telegram.staff_content import content_of

#: Files of one album come within a moment of each other; one that comes later goes on by itself.
_TICK_SECONDS, _TICKS = 0.3, 10
#: Ids of an album's messages follow each other, but for what others write meanwhile.
_NEAR = 30
_REMEMBERED = 200

Content = tuple[str, tuple[Attachment, ...]]


class Albums:
    """The first file's message stands for the album; the rows of the others find that they went on already."""

    def __init__(self, store: FullStore, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._store = store
        self._sleep = sleep
        #: Albums held back by a warning, by id, and all of their files by the first message.
        self._held: OrderedDict[str, tuple[int, tuple[Attachment, ...]]] = OrderedDict()

    async def gathered(self, message: Message, row: InboxRow, conversation_id: str, content: Content) -> Content | None:
        """Words and files of the whole album; None: this one went on, or is held back, with the first."""
        album = message.media_group_id
        if album is None:
            return content
        if album in self._held or await self._went_on(message, conversation_id, content[1]):
            return None
        found, waited = await self._behind(message, row), 0
        while waited < _TICKS:
            await self._sleep(_TICK_SECONDS)
            before, found, waited = found, await self._behind(message, row), waited + 1
            if len(found) == len(before) and waited > 1:
                break
        contents = [content, *(one for other in found if (one := content_of(other)))]
        words = [text for text, _ in contents if text]
        return "\n".join(words), tuple(file for _, files in contents for file in files)

    def hold(self, message: Message, media: tuple[Attachment, ...]) -> None:
        """A warning holds the album back: its other files must not go on without it."""
        if message.media_group_id is None:
            return
        self._held[message.media_group_id] = (message.message_id, media)
        while len(self._held) > _REMEMBERED:
            self._held.popitem(last=False)

    def whole(self, message: Message, media: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
        """All files of the album that ``message`` stands for, as long as it is remembered."""
        first, files = self._held.get(message.media_group_id or "", (0, ()))
        return files if first == message.message_id else media

    async def _went_on(self, message: Message, conversation_id: str, media: Sequence[Attachment]) -> bool:
        handles = {file.handle for file in media}
        for one in await self._store.last_events(conversation_id, 100):
            if isinstance(one.event, e.StaffSpoke) and handles <= set(one.event.media):
                chat, _, first = one.event.ref.removeprefix("telegram:").rpartition(":")
                if chat == str(message.chat.id) and first.isdigit() and 0 < message.message_id - int(first) <= _NEAR:
                    return True
        return False

    async def _behind(self, message: Message, row: InboxRow) -> list[Message]:
        """The other files, as far as they have come in."""
        found = list[Message]()
        for other in await self._store.waiting_behind(row.id):
            try:
                said = Update.model_validate_json(other.payload).message
            except ValidationError:
                continue
            if said is not None and said.media_group_id == message.media_group_id and _same_sender(said, message):
                found.append(said)
        return found


def _same_sender(one: Message, other: Message) -> bool:
    return one.from_user is not None and other.from_user is not None and one.from_user.id == other.from_user.id
