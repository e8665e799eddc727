"""What erasing and retention need of the outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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


class PhotoEraser(Protocol):
    async def erase(self, owner: str) -> int:
        """Delete every picture of an owner; how many."""
        ...


class SmsEraser(Protocol):
    async def erase(self, phones: Sequence[str]) -> int:
        """Delete what was sent to these numbers (digits only); how many messages."""
        ...
