"""Staff, their roles, shifts and rosters: who is on duty at a moment (E1–E5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import Literal

from bot.core.calendar_days import last_moment
from bot.core.catalogue import Hours
from bot.core.slots import Slot, exists, moment


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


# --- who may act for whom ---

#: A supervisor steps in for those she leads; a manager for everybody (E1).
_LED = {"supervisor": frozenset({"agent", "after_sales"})}


def covers(roles: Iterable[str], role: str) -> bool:
    """Whether somebody with ``roles`` may act as ``role``; empty: as anybody."""
    held = frozenset(roles)
    if not role:
        return bool(held)
    return role in held or "manager" in held or any(role in _LED.get(own, ()) for own in held)


# --- who is there ---

#: Who does not come within so long counts as never coming.
HORIZON = timedelta(days=60)
_DAY = timedelta(days=1)
_ALL_DAY = (Interval(time(), time()),)

#: From, until. Computed in UTC: moments of one zone compare as their wall clocks show them.
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Ended:
    """A shift that is over: its last interval's end, and who of the active staff had it."""

    shift: str
    day: date
    at: datetime
    who: tuple[str, ...]


@dataclass(frozen=True)
class Duty:
    """Who is on duty, when somebody comes, and how long a role has for something.

    Whom a roster does not name works the shop's hours; a shop without hours is always open. Without any active staff
    the hours alone count, so that a shop without a staff list gives honest times too.
    """

    roster: Roster
    staff: Sequence[Staff]
    hours: Sequence[Hours]
    zone: tzinfo
    #: Ids of those who talk with a customer this moment: their shift lasts until that ends (E2).
    busy: frozenset[str] = frozenset()

    def now(self, at: datetime, role: str = "") -> tuple[Staff, ...]:
        """Active, not away, and on shift or busy, in the order of the staff list."""
        return tuple(p for p in self._present(role) if p.staff_id in self.busy or self._on_shift(p.staff_id, at))

    def there(self, at: datetime, role: str = "") -> bool:
        """Whether somebody answers now: a person on duty or, without a staff list, whoever is in the open shop."""
        return bool(self.now(at, role)) or (not self._active and self._on_shift("", at))

    def next(self, at: datetime, role: str = "") -> datetime | None:
        """When duty of the role begins next, later than ``at``; None: not within 60 days, or it does not end before.

        Those who are away are expected with their next shift, if nobody else comes.
        """
        _, begins = self._stretch(at, self._expected(role))
        return self._local(begins) if begins else None

    def until(self, at: datetime, role: str = "") -> datetime | None:
        """When the duty that holds at ``at`` ends; None: there is none. What has no end within 60 days ends then."""
        people = [p.staff_id for p in self._present(role)] or ([] if self._active else [""])
        start = at.astimezone(UTC)
        ends, _ = self._stretch(at, people)
        return self._local(min(ends, start + HORIZON)) if ends > start else None

    def deadline(self, at: datetime, role: str, minutes: float) -> datetime:
        """After so many minutes of the role's duty time.

        The time of those who are away counts: somebody has to notice. Where nobody of the role comes for 60 days, the
        minutes run on as on the clock.
        """
        left = timedelta(minutes=max(0.0, minutes))
        reached = at.astimezone(UTC)
        for begins, ends in self._spans(at, self._all_of(role)) if left else ():
            begins = max(begins, reached)
            if ends - begins >= left:
                return self._local(begins + left)
            if ends > begins:
                left, reached = left - (ends - begins), ends
        return self._local(reached + left)

    def days_end(self, at: datetime, days: int) -> datetime:
        """The end of the ``days``-th day of the calendar after that of ``at``, whoever works."""
        return last_moment(at, days, self.zone)

    def ended(self, after: datetime, until: datetime) -> list[Ended]:
        """Shifts of the roster over later than ``after`` and not later than ``until``, earliest first."""
        day, last = after.astimezone(self.zone).date() - 2 * _DAY, until.astimezone(self.zone).date()
        found = []
        while day <= last:
            for name, intervals in self._shifts.items():
                spans = _spans_on(intervals, day, self.zone)
                over = max((end for _, end in spans), default=None)
                who = tuple(p.staff_id for p in self._active if self._shift_of(p.staff_id, day) == name)
                if who and over is not None and after < over <= until:
                    found.append(Ended(name, day, self._local(over), who))
            day += _DAY
        return sorted(found, key=lambda ended: ended.at.astimezone(UTC))

    def gaps(self, after: datetime, until: datetime) -> Iterator[Span]:
        """When the shop is open and nobody works, as after a swap: the supervisor's to fill (E2)."""
        shop = replace(self, staff=())
        at, last = after.astimezone(UTC), until.astimezone(UTC)
        while at < last:
            closes, opens = shop._stretch(at, [""])
            if closes == at:
                at = opens or last
                continue
            leaves, comes = self._stretch(at, [p.staff_id for p in self._present("")])
            ends = min(closes, last, leaves if leaves > at else comes or last)
            if leaves == at:
                yield self._local(at), self._local(ends)
            at = ends

    # --- whose time counts ---

    @cached_property
    def _active(self) -> tuple[Staff, ...]:
        return tuple(person for person in self.staff if person.active)

    def _present(self, role: str) -> tuple[Staff, ...]:
        return tuple(p for p in self._active if p.away_since is None and covers(p.roles, role))

    def _expected(self, role: str) -> list[str]:
        return [p.staff_id for p in self._present(role)] or self._all_of(role)

    def _all_of(self, role: str) -> list[str]:
        """Also who is away; of a shop without staff whoever is in it."""
        return [p.staff_id for p in self._active if covers(p.roles, role)] if self._active else [""]

    # --- when they work ---

    def _on_shift(self, staff_id: str, at: datetime) -> bool:
        day = at.astimezone(self.zone).date()
        days = (day - 2 * _DAY, day - _DAY, day)
        return any(start <= at < until for day in days for start, until in self._spans_of(staff_id, day))

    def _stretch(self, at: datetime, people: Sequence[str]) -> tuple[datetime, datetime | None]:
        """When the duty of ``at`` ends (at once: there is none), and when the next one begins; both in UTC."""
        reached = start = at.astimezone(UTC)
        for begins, ends in self._spans(at, people):
            if begins > reached:
                return reached, begins
            reached = max(reached, ends)
            if reached - start > HORIZON:
                break
        return reached, None

    def _spans(self, at: datetime, people: Sequence[str]) -> Iterator[Span]:
        """Spans of any of ``people`` that end later than ``at``, by their start; ends with 60 days without one."""
        day, quiet_since = at.astimezone(self.zone).date() - 2 * _DAY, at.astimezone(UTC)
        ahead: list[Span] = []
        while True:
            ahead = sorted({*ahead, *(span for who in people for span in self._spans_of(who, day))})
            # No zone is a whole day ahead of UTC: what later days bring begins after this.
            complete = datetime.combine(day, time(), tzinfo=UTC)
            while ahead and ahead[0][0] <= complete:
                start, until = ahead.pop(0)
                if start - quiet_since > HORIZON:
                    return
                if until > at:
                    quiet_since = max(quiet_since, until)
                    yield start, until
            if complete - quiet_since > HORIZON:
                return
            day += _DAY

    def _spans_of(self, staff_id: str, day: date) -> tuple[Span, ...]:
        return _spans_on(self._intervals(staff_id, day), day, self.zone)

    def _intervals(self, staff_id: str, day: date) -> tuple[Interval, ...]:
        """What somebody works on a day; an empty id: whoever is in the shop."""
        shift = self._shift_of(staff_id, day)
        if shift is not None:
            return self._shifts.get(shift, ())
        if not self.hours:
            return _ALL_DAY
        return tuple(Interval(h.start, h.until) for h in self.hours if day.weekday() in h.days)

    def _shift_of(self, staff_id: str, day: date) -> str | None:
        """By the roster, empty for off; None: it says nothing of her, so she works the shop's hours."""
        exception = self._exceptions.get((day, staff_id), self._exceptions.get((day, "")))
        weeks = self._weeks.get(staff_id)
        if exception is not None or not weeks:
            return exception
        return weeks[(day - self.roster.rotation_from).days // 7 % len(weeks)][day.weekday()]

    @cached_property
    def _shifts(self) -> dict[str, tuple[Interval, ...]]:
        return {shift.name: shift.intervals for shift in self.roster.shifts}

    @cached_property
    def _weeks(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        return dict(self.roster.weeks)

    @cached_property
    def _exceptions(self) -> dict[tuple[date, str], str]:
        return {(found.day, found.staff_id): found.shift for found in self.roster.exceptions}

    def _local(self, moment_utc: datetime) -> datetime:
        return moment_utc.astimezone(self.zone)


@lru_cache(maxsize=4096)
def _spans_on(intervals: tuple[Interval, ...], day: date, zone: tzinfo) -> tuple[Span, ...]:
    """An interval whose hour the clock skips is shorter; none is left of one that lies in it as a whole."""
    if not exists(day, zone):
        return ()
    spans = []
    for interval in intervals:
        last = day if interval.until > interval.start else day + _DAY
        start = moment(Slot(day, interval.start), zone).astimezone(UTC)
        until = moment(Slot(last, interval.until), zone).astimezone(UTC)
        if start < until:
            spans.append((start, until))
    return tuple(spans)
