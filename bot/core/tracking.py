"""What a courier tells of a parcel, and how old that news is. Nothing is ever guessed from it (B3, B7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

#: ``waiting``: a label, nothing collected yet. ``out``: with the person who delivers it. ``problem``: stuck, damaged,
#: refused, out of area.
ParcelState = Literal["waiting", "moving", "out", "delivered", "returned", "problem", "unknown"]


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    at: datetime
    #: In the courier's own words.
    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    tracking_no: str
    state: ParcelState = "unknown"
    #: Newest first.
    events: tuple[TrackingEvent, ...] = ()
    courier: str = ""

    @property
    def latest(self) -> TrackingEvent | None:
        return self.events[0] if self.events else None

    @property
    def delivered_at(self) -> datetime | None:
        """None: not delivered, or nobody told when."""
        return self.events[0].at if self.state == "delivered" and self.events else None


def merged(known: Parcel, told: Parcel) -> Parcel:
    """Both's events, newest first; the newer news says the state. What was told before is never forgotten."""
    events = {(event.at.astimezone(UTC), event.words): event for event in (*known.events, *told.events)}
    ordered = tuple(event for _, event in sorted(events.items(), key=lambda one: one[0], reverse=True))
    newer = told if _newest(told) >= _newest(known) else known
    state = newer.state if newer.state != "unknown" else known.state
    return Parcel(known.tracking_no, state, ordered, told.courier or known.courier)


def _newest(parcel: Parcel) -> datetime:
    return max((event.at.astimezone(UTC) for event in parcel.events), default=datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago, in the largest whole unit."""

    unit: Literal["minutes", "hours", "days"]
    count: int


def age(event: TrackingEvent, now: datetime) -> Age:
    """Never negative: a courier's clock may be ahead of ours."""
    passed = max(timedelta(0), now.astimezone(UTC) - event.at.astimezone(UTC))
    if passed < timedelta(hours=1):
        return Age("minutes", passed // timedelta(minutes=1))
    if passed < timedelta(days=2):
        return Age("hours", passed // timedelta(hours=1))
    return Age("days", passed // timedelta(days=1))
