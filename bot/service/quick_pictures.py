"""Pictures of quick replies: brought before they are saved, kept with them, copied into a conversation when used (E7).

They lie beside the pictures of conversations, so what is forgotten there by age is never one of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol

from bot.core.people import Staff
from bot.core.photos import is_photo_id, owner_of
from bot.core.ports_boards import QuickStore
from bot.core.ports_web import PhotoKeeper, PhotoRefused

log = logging.getLogger(__name__)

#: Folder of those that a quick reply has.
_KEPT: Final = "kept"
#: Pictures that one person brought and did not save yet; then the earlier ones are forgotten.
_MOST_BROUGHT: Final = 12


class QuickPhotos(PhotoKeeper, Protocol):
    """A keeper of which single pictures, and all of one owner, can be deleted."""

    async def drop(self, owner: str, photo_id: str) -> None: ...

    async def erase(self, owner: str) -> int: ...

    async def count(self, owner: str) -> int: ...


class QuickPictures:
    """``photos``: of conversations; ``own``: of quick replies, which nothing forgets by age."""

    def __init__(self, store: QuickStore, own: QuickPhotos, photos: PhotoKeeper) -> None:
        self._store = store
        self._own = own
        self._photos = photos

    async def bring(self, staff: Staff, content: bytes) -> str:
        """One that she may save with a quick reply; its id. Raises PhotoRefused."""
        mine = _brought_by(staff)
        if await self._own.count(mine) >= _MOST_BROUGHT:
            await self._own.erase(mine)
        return await self._own.keep(mine, content)

    def path(self, staff: Staff, photo_id: str, hers: Iterable[str]) -> str | None:
        """The file of a picture of ``hers``, those of quick replies she sees, or of one she brought herself."""
        kept = self._own.path(_KEPT, photo_id) if photo_id in set(hers) else None
        return kept or self._own.path(_brought_by(staff), photo_id)

    async def keep(self, staff: Staff, photo_ids: Iterable[str], hers: Iterable[str]) -> bool:
        """Those she brought are kept from now on; False: one is neither of ``hers`` nor brought by her."""
        paths = {photo_id: self.path(staff, photo_id, hers) for photo_id in photo_ids if is_photo_id(photo_id)}
        if len(paths) < len(set(photo_ids)) or None in paths.values():
            return False
        for photo_id, path in paths.items():
            if path is not None and self._own.path(_KEPT, photo_id) is None:
                try:
                    await self._own.keep(_KEPT, await asyncio.to_thread(Path(path).read_bytes), photo_id)
                except (OSError, PhotoRefused) as error:
                    log.error("a picture of a quick reply could not be kept: %s", type(error).__name__)
                    return False
        return True

    async def forget(self, photo_ids: Iterable[str]) -> None:
        """Delete those that no quick reply has any more."""
        used = await self._store.quick_pictures()
        for photo_id in set(photo_ids) - used:
            await self._own.drop(_KEPT, photo_id)

    async def saved(self, staff: Staff) -> None:
        """What she brought is kept by now, or was left out."""
        await self._own.erase(_brought_by(staff))

    async def copy(self, photo_ids: Iterable[str], conversation_id: str) -> list[str]:
        """Put them with a conversation, as if its agent had added them there; those that are there then."""
        made = list[str]()
        for photo_id in photo_ids:
            path = self._own.path(_KEPT, photo_id)
            try:
                content = await asyncio.to_thread(Path(path).read_bytes) if path else b""
                made.append(await self._photos.keep(owner_of(conversation_id), content))
            except (OSError, PhotoRefused) as error:
                log.warning("a picture of a quick reply could not be used: %s", type(error).__name__)
        return made


def _brought_by(staff: Staff) -> str:
    return f"new-{hashlib.sha256(staff.staff_id.encode()).hexdigest()[:16]}"
