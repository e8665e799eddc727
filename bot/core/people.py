"""Staff, their roles, shifts and rosters: who is on duty at a moment (E1–E5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal


@dataclass(frozen=True, slots=True)
class Staff:
    #: As it stands in order notes (工号).
    staff_id: str
    name: str
    #: Of :data:`bot.core.cases.ROLES`, at least one.
    roles: tuple[str, ...]
    #: Disabled staff may do nothing; the row stays, because notes name it.
    state: Literal["active", "disabled"] = "active"
    #: Since when she is away: suspended, no new chats (E4). None: she is not.
    away_since: datetime | None = None
    #: Of her Telegram account; None: not linked.
    telegram_id: int | None = None

    @property
    def active(self) -> bool:
        return self.state == "active"


@dataclass(frozen=True, slots=True)
class Interval:
    """Shop-local; ``until`` at or before ``start`` means past midnight."""

    start: time
    until: time


@dataclass(frozen=True, slots=True)
class Shift:
    name: str
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class RosterException:
    """One day on which the weekly pattern does not hold. ``staff_id`` empty: for everybody. ``shift`` empty: off."""

    day: date
    staff_id: str = ""
    shift: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    shifts: tuple[Shift, ...] = ()
    #: The Monday of a first week of the rotation.
    rotation_from: date = date(2026, 1, 5)
    #: Staff id -> weeks of the rotation, each seven shift names from Monday on, empty for off.
    weeks: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()
    exceptions: tuple[RosterException, ...] = ()

    @property
    def declared(self) -> bool:
        """Without a roster every active person who is not away counts as on duty during the shop's hours."""
        return bool(self.weeks)
