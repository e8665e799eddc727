"""What rounds and the looking up of parcels need of the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from bot.core.rounds import Found, Line, Run
from bot.core.slots import Slot
from bot.core.tracking import Parcel

T = TypeVar("T")


class RoundStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`. What writes is one transaction."""

    # the ledger

    async def rounds_held(self, since: date) -> set[tuple[str, Slot]]:
        """Rounds of that day and later that were run or written down as missed."""
        ...

    async def claim_round(self, run: Run, at: datetime) -> bool:
        """Whether this process may run it: nobody did, and nobody who lives is at it. One broken off by a process
        that died is given on; repeating it is harmless, since every line is listed once."""
        ...

    async def skip_round(self, run: Run, at: datetime) -> bool:
        """Write down that it was missed; False when it was run or written down before."""
        ...

    async def finish_round(self, run: Run, at: datetime, listed: int, *, settle: bool) -> int:
        """It is through. ``settle``: its lines that it did not find any more have settled themselves; how many."""
        ...

    # lines

    async def put_lines(self, run: Run, found: Sequence[tuple[Found, str]], at: datetime) -> list[tuple[int, bool]]:
        """List what was found, with the role it is for; ids, and whether each is to be done.

        The same reason and subject is one line: found again it stays, and what a person ticked off stays off.
        """
        ...

    async def lines_did(self, did: Sequence[tuple[int, Sequence[str]]]) -> None:
        """What was done about lines, beside what was done before; a reason why not holds for the newest run only."""
        ...

    async def tick_line(self, line_id: int, staff_id: str, at: datetime) -> bool:
        """False when there is no such open line."""
        ...

    async def line(self, line_id: int) -> Line | None: ...

    async def open_lines(self, round_id: str, limit: int = 10_000) -> list[Line]:
        """To be done, what comes first at the head."""
        ...

    async def lines_since(self, round_id: str, since: datetime, limit: int = 10_000) -> list[Line]:
        """First listed since then, newest first."""
        ...

    # what rounds look through

    async def wishes(self, after: str = "", limit: int = 500) -> list[tuple[str, tuple[str, ...]]]:
        """Conversations with SKUs that their shopper wishes for, in order of id."""
        ...

    async def put_records(self, kind: str, records: Sequence[tuple[str, str, object]], *, replace: bool = True) -> int:
        """Keep (id, state, value) of what was imported; how many were stored. ``replace``: also where it is known."""
        ...

    async def record(self, kind: str, of: type[T], record_id: str) -> T | None: ...

    async def records(self, kind: str, of: type[T], after: str = "", limit: int = 1000) -> list[T]:
        """In order of id; ``after`` is the last id of the page before."""
        ...


# --- SMS ---


class SmsRefused(Exception):
    """It was not sent; the sentence says why and holds no number."""


class Sms(Protocol):
    """Whoever sends SMS for the shop. Raises :class:`SmsRefused`; a message that may have left is not refused."""

    async def send(self, phone: str, text: str) -> None: ...


# --- parcels ---


class TrackingRefused(Exception):
    """The tracking service could not answer; the sentence says why and holds no secret."""


class Tracking(Protocol):
    """A service that tells of parcels. Raises :class:`TrackingRefused`; None: it does not know this one."""

    async def look_up(self, tracking_no: str, courier: str) -> Parcel | None: ...


class ParcelStore(Protocol):
    """Fulfilled by the same object as :class:`bot.core.ports.Store`."""

    async def put_parcels(self, parcels: Sequence[Parcel], asked_at: datetime) -> None:
        """Keep the news in place of older ones."""
        ...

    async def parcels(self, tracking_nos: Sequence[str]) -> Mapping[str, tuple[Parcel, datetime]]:
        """What is known, and when it was asked for; those nobody asked for are left out."""
        ...
