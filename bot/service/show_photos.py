"""Pictures of a conversation, for whoever may see it: kept by the shop, or fetched once from where they lie."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.errors import ChannelError
from bot.core.photos import files_said, is_photo_id, kept_handle, owner_of, photo_id_of
from bot.core.ports import Clock
from bot.core.ports_people import Happened
from bot.core.ports_web import PhotoKeeper, PhotoRefused, PhotoSource

log = logging.getLogger(__name__)

#: Events of a conversation in which a picture is looked for.
_EVENTS = 5_000


class Said(Protocol):
    async def last_events(self, conversation_id: str, limit: int) -> Sequence[Happened]: ...


class ShowPhotos:
    """``sources``: by channel, where pictures are fetched from; may be added to. ``keep``: zero means for ever."""

    def __init__(
        self,
        store: Said,
        keeper: PhotoKeeper,
        clock: Clock,
        sources: Mapping[str, PhotoSource] | None = None,
        keep: timedelta = timedelta(0),
    ) -> None:
        self.keeper = keeper
        self._store = store
        self._clock = clock
        self._sources = sources if sources is not None else {}
        self._keep = keep
        self._turns = dict[str, asyncio.Lock]()

    def can_show(self, conversation_id: str, handle: str, at: datetime) -> bool:
        """Whether a picture of this full handle, said at ``at``, is here or can still be fetched."""
        if self.keeper.path(owner_of(conversation_id), photo_id_of(handle)) is not None:
            return True
        return handle.partition(":")[0] in self._sources and not self._old(at)

    def has(self, conversation_id: str, photo_id: str) -> bool:
        """Whether it is kept for this conversation."""
        return self.keeper.path(owner_of(conversation_id), photo_id) is not None

    async def keep(self, conversation_id: str, content: bytes) -> str:
        """The picture's full handle. Raises PhotoRefused."""
        return kept_handle(await self.keeper.keep(owner_of(conversation_id), content))

    async def path(self, conversation_id: str, photo_id: str) -> str | None:
        """Its file; None when nobody said such a picture in this conversation, or it is not to be had any more."""
        if not is_photo_id(photo_id):
            return None
        owner = owner_of(conversation_id)
        path = self.keeper.path(owner, photo_id)
        if path is not None or not self._sources:
            return path
        # Two who look at once make one request.
        turn = self._turns.setdefault(f"{owner}/{photo_id}", asyncio.Lock())
        try:
            async with turn:
                return self.keeper.path(owner, photo_id) or await self._fetched(conversation_id, owner, photo_id)
        finally:
            self._turns.pop(f"{owner}/{photo_id}", None)

    async def _fetched(self, conversation_id: str, owner: str, photo_id: str) -> str | None:
        found = await self._said(conversation_id, photo_id)
        if found is None:
            return None
        handle, at = found
        channel, _, name = handle.partition(":")
        source = self._sources.get(channel)
        if source is None or self._old(at):
            return None
        try:
            # Its age counts from when it was said, not from when somebody first looked.
            await self.keeper.keep(owner, await source.fetch(name), photo_id, at)
        except (ChannelError, PhotoRefused, OSError) as error:
            log.warning("a picture of %s could not be fetched: %s", conversation_id, type(error).__name__)
            return None
        return self.keeper.path(owner, photo_id)

    async def _said(self, conversation_id: str, photo_id: str) -> tuple[str, datetime] | None:
        channel = conversation_id.partition(":")[0]
        for one in reversed(await self._store.last_events(conversation_id, _EVENTS)):
            for handle in files_said(one.event, channel):
                if photo_id_of(handle) == photo_id:
                    return handle, one.at
        return None

    def _old(self, at: datetime) -> bool:
        return bool(self._keep) and at < self._clock.now() - self._keep
