"""The staff list and handover sheets, shown in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from bot.core.people import HORIZON, Duty, Staff
from bot.core.ports_people import Sheet
from bot.service.keep_staff import LinkCode

Row = Mapping[str, Any]

#: Hours without anybody are told so long before.
GAPS_AHEAD = timedelta(days=14)
_MOST_GAPS = 10


def staff_row(person: Staff, duty: Duty, now: datetime) -> Row:
    """``state``: active, away or disabled. ``duty``: until when she works, or from when."""
    alone = Duty(duty.roster, (person,), duty.hours, duty.zone)
    return {
        "id": person.staff_id,
        "name": person.name,
        "roles": ", ".join(person.roles),
        "state": "away" if person.active and person.away_since else person.state,
        "duty": _duty(alone, now) if person.active else "",
        "telegram": "" if person.telegram_id is None else "linked",
    }


def _duty(alone: Duty, now: datetime) -> str:
    until, begins = alone.until(now), alone.next(now)
    if until is not None:
        return "always" if until - now > HORIZON - timedelta(days=1) else f"until {until:%Y-%m-%d %H:%M}"
    return f"from {begins:%Y-%m-%d %H:%M}" if begins is not None else "never"


def code_lines(staff_id: str, link: LinkCode) -> list[str]:
    """Shown once."""
    return [
        f"link code of {staff_id}: {link.code}",
        f"She sends /staff {link.code} to the bot, before {link.until:%Y-%m-%d %H:%M}; it is good for one account.",
    ]


def unknown_lines(duty: Duty) -> list[str]:
    """Ids that the roster names and nobody has."""
    planned = [who for who, _ in duty.roster.weeks] + [e.staff_id for e in duty.roster.exceptions if e.staff_id]
    known = {person.staff_id for person in duty.staff}
    missing = dict.fromkeys(who for who in planned if who not in known)
    return [f"warning: the roster names {who}, who is not on the staff list" for who in missing]


def gap_lines(duty: Duty, now: datetime) -> list[str]:
    """Open hours of the next days that nobody works, of a shop with a roster and a staff list."""
    if not (duty.roster.declared and duty.hours and any(person.active for person in duty.staff)):
        return []
    found = [
        f"warning: nobody works from {start:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}, though the shop is open"
        for start, until in duty.gaps(now, now + GAPS_AHEAD)
    ]
    return [*found[:_MOST_GAPS], *([f"warning: {len(found) - _MOST_GAPS} more"] if len(found) > _MOST_GAPS else [])]


def sheet_row(sheet: Sheet) -> Row:
    return {
        "sheet": sheet.sheet_id,
        "shift": sheet.shift,
        "day": sheet.day,
        "made": sheet.made_at.isoformat(timespec="minutes"),
        "lines": list(sheet.lines),
        "confirmed_by": sheet.confirmed_by or None,
        "confirmed": sheet.confirmed_at.isoformat(timespec="minutes") if sheet.confirmed_at else None,
        "escalated": sheet.escalated_at.isoformat(timespec="minutes") if sheet.escalated_at else None,
    }


def sheet_text(sheet: Sheet, zone: tzinfo) -> str:
    """A head line, and what stands on it below."""
    state = "not confirmed" + (", the supervisor was told" if sheet.escalated_at else "")
    if sheet.confirmed_at is not None:
        state = f"confirmed by {sheet.confirmed_by}, {sheet.confirmed_at.astimezone(zone):%Y-%m-%d %H:%M}"
    head = f"{sheet.sheet_id}  {sheet.shift} of {sheet.day}, made {sheet.made_at.astimezone(zone):%H:%M}, {state}"
    return "\n".join([head, *(f"  · {_plain(line)}" for line in sheet.lines)])


def _plain(line: str) -> str:
    """Words of customers stand in it: nothing a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in line)
