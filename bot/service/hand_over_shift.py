"""When a shift ends: a sheet of what is open. The next shift confirms it, or the supervisor hears of it (E3)."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.catalogue import Text
from bot.core.group_words import Reader
from bot.core.handover_sheet import sheet_lines
from bot.core.messages import Language
from bot.core.people import Duty, Ended, covers
from bot.core.ports_people import PeopleStore, Sheet
from bot.service.keep_staff import StaffRefused, person_of

#: A shop that was down at a shift's end makes its sheet so much later.
LOOK_BACK = timedelta(hours=12)
#: Confirms a sheet on which nothing stands: nobody has to.
NOBODY = "clock"

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def fresh_sheet_id() -> str:
    """Short: it is typed, and stands on a button."""
    return "S" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


@dataclass(frozen=True, slots=True)
class ShiftRound:
    """What one look at the clock led to."""

    #: Of shifts that just ended.
    made: tuple[Sheet, ...] = ()
    #: Those the supervisor is to hear of: the next shift has begun and did not confirm them.
    escalated: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetWords:
    """How sheets are written."""

    language: Language
    #: Read when the first sheet is written: a shop without a roster needs no words for it.
    labels: Callable[[], Mapping[str, str]]
    #: Titles of playbooks by id.
    titles: Mapping[str, Text]


class HandOverShift:
    """``duty``: staff and roster as they are now."""

    def __init__(
        self,
        store: PeopleStore,
        duty: Callable[[], Awaitable[Duty]],
        words: SheetWords,
        unconfirmed_minutes: float,
        new_id: Callable[[], str] = fresh_sheet_id,
    ) -> None:
        self._store = store
        self._duty = duty
        self._words = words
        self._unconfirmed = timedelta(minutes=unconfirmed_minutes)
        self._new_id = new_id
        self._known: set[Ended] = set()

    async def run(self, now: datetime) -> ShiftRound:
        """Make the sheets that are due and escalate those nobody confirmed; each once, whoever else looks too."""
        duty = await self._duty()
        ended = duty.ended(now - LOOK_BACK, now)
        self._known &= set(ended)
        made = [sheet for over in ended if (sheet := await self._make(over, now, duty))]
        escalated = [s for s in await self._store.sheets() if not s.escalated_at and self._is_overdue(s, now, duty)]
        marked = [replace(sheet, escalated_at=now) for sheet in escalated]
        return ShiftRound(tuple(made), tuple([sheet for sheet in marked if await self._store.put_sheet(sheet)]))

    async def sheets(self, *, open_only: bool = True) -> list[Sheet]:
        """Oldest first."""
        return await self._store.sheets(open_only=open_only)

    async def confirm(self, sheet_id: str, staff_id: str, now: datetime) -> Sheet:
        """Somebody of the next shift has read it. Raises StaffRefused with a sentence."""
        person = person_of(staff_id, await self._store.staff())
        sheet = next((s for s in await self._store.sheets(open_only=False) if s.sheet_id == sheet_id.upper()), None)
        if not person.active:
            raise StaffRefused(f"{staff_id} is disabled")
        if sheet is None:
            raise StaffRefused(f"there is no sheet {sheet_id}; staff sheets shows them")
        if sheet.confirmed_at is None and not covers(person.roles, "supervisor"):
            _refuse_own(sheet, staff_id, now, await self._duty())
        confirmed = replace(sheet, confirmed_by=staff_id, confirmed_at=now)
        if sheet.confirmed_at is not None or not await self._store.put_sheet(confirmed):
            raise StaffRefused(f"{sheet.sheet_id} was confirmed already{_by(sheet)}")
        return confirmed

    async def _make(self, over: Ended, now: datetime, duty: Duty) -> Sheet | None:
        """None: it was made before, or the shift lasts while one of it talks with a customer (E2)."""
        if over in self._known or duty.busy.intersection(over.who):
            return None
        lines = await self._lines(now, duty)
        sheet = Sheet(self._new_id(), over.shift, over.day.isoformat(), now, lines)
        if not lines:
            sheet = replace(sheet, confirmed_by=NOBODY, confirmed_at=now)
        is_first = await self._store.put_sheet(sheet)
        self._known.add(over)
        return sheet if is_first else None

    async def _lines(self, now: datetime, duty: Duty) -> tuple[str, ...]:
        names = {person.staff_id: person.name for person in duty.staff}
        return sheet_lines(
            await self._store.open_cases(),
            await self._store.held_conversations(),
            await self._store.promises(open_only=True),
            now,
            Reader(self._words.labels(), duty.zone, names),
            self._words.language,
            self._words.titles,
        )

    def _is_overdue(self, sheet: Sheet, now: datetime, duty: Duty) -> bool:
        """The next shift begins when somebody is there after the last one; where nobody ever comes, at once."""
        rostered = replace(duty, busy=frozenset())
        at = sheet.made_at
        began = at if rostered.there(at) else rostered.next(at) or at
        return now >= began + self._unconfirmed


def _refuse_own(sheet: Sheet, staff_id: str, now: datetime, duty: Duty) -> None:
    """Whoever leaves it cannot confirm it; who works on may."""
    own = [e for e in duty.ended(sheet.made_at - LOOK_BACK - timedelta(days=1), sheet.made_at) if staff_id in e.who]
    left_it = any((e.shift, e.day.isoformat()) == (sheet.shift, sheet.day) for e in own)
    if left_it and all(person.staff_id != staff_id for person in duty.now(now)):
        raise StaffRefused(f"{sheet.sheet_id} is of {staff_id}'s own shift; somebody of the next one confirms it")


def _by(sheet: Sheet) -> str:
    return f", by {sheet.confirmed_by}" if sheet.confirmed_by not in ("", NOBODY) else ""
