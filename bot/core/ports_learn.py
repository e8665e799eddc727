"""What learning from unanswered questions needs of the store and of the knowledge, beside :mod:`bot.core.ports`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.catalogue import Shop
from bot.core.unanswered import Lesson, LessonState, Missed, Settled


class LearnStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. What writes is one transaction."""

    async def missed(self, since: datetime, limit: int = 1000) -> list[Missed]:
        """Messages with words that were not understood, newest first."""
        ...

    async def lessons(self, state: LessonState, limit: int = 1000) -> list[Lesson]:
        """Newest first."""
        ...

    async def lesson(self, lesson_id: int) -> Lesson | None: ...

    async def put_lesson(self, lesson: Lesson) -> int | None:
        """Its id; None, and nothing stored, where one of the same question waits for the owner already."""
        ...

    async def settle_lesson(self, lesson_id: int, state: Settled, by: str, at: datetime) -> bool:
        """False when it is not proposed any more."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """Knowledge as it would be with one lesson more; checked, and not written yet."""

    shop: Shop
    #: The topic under which the phrasing stands.
    topic: str
    content: bytes
    #: What the file held when this was made; empty: there was none.
    before: bytes


class KnowledgeWriter(Protocol):
    """Writes the one file of the knowledge that is generated; what people wrote is never touched."""

    async def prepare(self, lesson: Lesson, accepted_by: str, at: datetime) -> Prepared:
        """Raises KnowledgeError with everything that would be wrong; nothing is written."""
        ...

    async def write(self, prepared: Prepared) -> None:
        """All or nothing. Raises KnowledgeError when the file was changed meanwhile or cannot be written."""
        ...


class Rebuild(Protocol):
    """Understanding of the changed shop; built beside the event loop."""

    async def __call__(self, prepared: Prepared, phrasing: str) -> Relearned: ...


class Relearned(Protocol):
    """A shop that knows more, ready to be put in place of the running one."""

    @property
    def understood(self) -> str | None:
        """Topic that the new phrasing is taken for; None: for none."""
        ...

    def put_in_place(self) -> None: ...
