"""What erasing and retention need of the outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.core.erasure import Person


@dataclass(frozen=True, slots=True)
class Sought:
    """By what a person is looked for; a JSON list each."""

    talks: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    #: Digits only (:func:`bot.core.erasure.digits`).
    phones: tuple[str, ...] = ()


class EraseStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`."""

    async def find_person(self, sought: Sought) -> Person:
        """All that belongs to who is sought; reads whole tables."""
        ...

    async def erase_person(self, person: Person, left: str, by: str, at: datetime) -> int:
        """Rows deleted or emptied, in one transaction; ``left``: id of the conversation that says it was done.

        Raises Conflict where she wrote, or something of hers changed, since she was looked for.
        """
        ...

    async def compact_due(self) -> bool:
        """Whether deleted rows may still stand in the file as bytes nobody points to."""
        ...

    async def compact(self) -> None:
        """Write the file anew, without them; others wait so long."""
        ...


#: ``raw``: messages as they came in. ``lines``: of rounds, done. ``records``: imported. ``questions``: not taken up.
Forgotten = Literal["raw", "lines", "records", "parcels", "questions"]


class KeepStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. One bite each; call it again until it is 0."""

    async def forget_rows(self, kind: Forgotten, before: datetime, limit: int = 500) -> int:
        """Delete up to ``limit`` that were over before then; what is open or due stays."""
        ...

    async def forget_talks(self, before: datetime, limit: int = 100) -> int:
        """Take the words out of conversations quiet since then; not of those in which something is open or owed.

        Orders, the ledger and that there were cases stay.
        """
        ...


class SmsForgetter(Protocol):
    async def forget(self, before: datetime) -> int:
        """Delete what was sent before then; how many messages."""
        ...


class PhotoEraser(Protocol):
    async def erase(self, owner: str) -> int:
        """Delete every picture of an owner; how many."""
        ...


class SmsEraser(Protocol):
    async def erase(self, phones: Sequence[str]) -> int:
        """Delete what was sent to these numbers (digits only); how many messages."""
        ...
