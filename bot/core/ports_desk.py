"""What the agents' desk needs of the store and of password hashing, beside :mod:`bot.core.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.core.conversation import Conversation
from bot.core.ports_people import Happened


@dataclass(frozen=True, slots=True)
class Login:
    """How somebody of the staff proves who she is."""

    #: Lower case.
    login: str
    staff_id: str
    #: Of the password; never the password.
    hash: str


@dataclass(frozen=True, slots=True)
class DeskSession:
    #: SHA-256 of the token that only her browser has.
    token_hash: str
    staff_id: str
    #: Every form of hers carries it.
    csrf: str
    made_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Glance:
    """A conversation as the queue shows it."""

    conversation: Conversation
    changed_at: datetime
    #: The newest event in which she or a person of the staff spoke; None: neither has.
    last: Happened | None


class DeskStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. What writes is one transaction."""

    # log-ins

    async def logins(self) -> int:
        """How many there are."""
        ...

    async def login(self, login: str) -> Login | None: ...

    async def put_login(self, login: Login, at: datetime) -> None:
        """Add or replace; every session of that person ends, and her lock."""
        ...

    async def count_try(self, subjects: Sequence[str], limit: int, seconds: float, now: datetime) -> bool:
        """Count a try for each subject before it is looked at; False, and nothing counted, where one is locked.

        Locked is a subject after ``limit`` tries, for ``seconds`` from the last of them; then it begins anew.
        """
        ...

    async def forget_tries(self, subjects: Sequence[str]) -> None: ...

    # sessions

    async def put_session(self, session: DeskSession, older_than: datetime) -> None:
        """Add one; those not seen since ``older_than`` are forgotten on the way."""
        ...

    async def session(self, token_hash: str) -> DeskSession | None: ...

    async def session_seen(self, token_hash: str, at: datetime) -> None: ...

    async def drop_session(self, token_hash: str) -> None: ...

    # conversations

    async def glances(
        self, kind: Literal["held", "snoozed", "recent", "closed"], before: datetime | None = None, limit: int = 200
    ) -> list[Glance]:
        """``held``: those people have or are waited for in, longest quiet first; else the newest first.

        ``snoozed``: those that somebody put aside, also where they are back; ``before`` means nothing to both.
        """
        ...

    async def glances_among(self, conversation_ids: Sequence[str]) -> list[Glance]:
        """Of those that exist, in no order."""
        ...

    async def states_of_words(self, conversation_id: str, limit: int = 200) -> dict[str, str]:
        """Ref of people's newest messages -> what became of each."""
        ...

    # what changed

    async def change_mark(self) -> int:
        """Another number than before once anything was written, by whichever process."""
        ...

    async def queue_mark(self) -> str:
        """Another text than before once something changed that people have or wait for."""
        ...

    async def talk_mark(self, conversation_id: str) -> str:
        """Another text than before once something of this conversation changed; empty: there is no such one."""
        ...


class Passwords(Protocol):
    """Slow on purpose; runs beside the event loop."""

    async def hash(self, password: str) -> str: ...

    async def fits(self, password: str, hashed: str) -> bool:
        """Takes as long for ``hashed`` empty (nobody's), and is False then."""
        ...
