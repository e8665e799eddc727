"""The staff list: who belongs to the shop, as which role, and whose Telegram account is hers (E1)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.cases import ROLES
from bot.core.errors import XiaoerError
from bot.core.people import Staff
from bot.core.ports import Clock
from bot.core.ports_people import PeopleStore

#: A link code is good for so long, and for one use.
CODE_LASTS = timedelta(hours=24)
#: Without letters and digits that look alike; ten of them nobody guesses in a day.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE_CHARS = 10

_STAFF_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_MAX_NAME_CHARS = 40
#: Stand where a staff id stands, for what nobody of the staff did.
_RESERVED = frozenset({"bot", "shopper", "buyer", "clock", "silence", "case"})


class StaffRefused(XiaoerError):
    """This cannot be done to the staff list."""


@dataclass(frozen=True, slots=True)
class LinkCode:
    """Shown once; only its hash is stored."""

    code: str
    until: datetime


def fresh_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARS))
    return f"{letters[:5]}-{letters[5:]}"


def code_hash(code: str) -> str:
    """SHA-256 of a code however it was typed: upper or lower case, with or without hyphen and spaces."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


class KeepStaff:
    """What cannot be done raises StaffRefused with a sentence and changes nothing."""

    def __init__(
        self, store: PeopleStore, clock: Clock, bot_staff_id: str, code: Callable[[], str] = fresh_code
    ) -> None:
        self._store = store
        self._clock = clock
        self._bot_staff_id = bot_staff_id
        self._code = code

    async def staff(self) -> list[Staff]:
        """All of them, disabled ones too, in order of id."""
        return await self._store.staff()

    async def add(self, staff_id: str, name: str, roles: Sequence[str], *, replacing: bool = False) -> LinkCode:
        """A new person, active at once, with a code to link her Telegram account.

        ``replacing``: one who is on the list already gets this name and these roles, and is active again.
        """
        name, roles = " ".join(name.split()), tuple(dict.fromkeys(roles))
        self._check(staff_id, name, roles)
        known = await self._store.staff()
        same = next((p for p in known if p.staff_id.casefold() == staff_id.casefold()), None)
        if same is not None and not (replacing and same.staff_id == staff_id):
            again = f"; add --replace gives {staff_id} this name and these roles" if same.staff_id == staff_id else ""
            raise StaffRefused(f"{same.staff_id} is on the staff list already, as {same.name}{again}")
        person = replace(same, name=name, roles=roles, state="active") if same else Staff(staff_id, name, roles)
        await self._store.put_staff(person)
        return await self.code(staff_id)

    async def disable(self, staff_id: str) -> Staff:
        """She may do nothing any more, and her Telegram account is nobody's; the row stays, since notes name it."""
        person = await self._person(staff_id)
        return await self._put(replace(person, state="disabled", away_since=None, telegram_id=None))

    async def away(self, staff_id: str) -> Staff:
        """Suspended: she keeps her chats and gets no new ones (E4)."""
        person = await self._active(staff_id)
        return await self._put(replace(person, away_since=person.away_since or self._clock.now()))

    async def back(self, staff_id: str) -> Staff:
        return await self._put(replace(await self._active(staff_id), away_since=None))

    async def code(self, staff_id: str) -> LinkCode:
        """A new code in place of an older one; using it links another account in place of the present one."""
        await self._active(staff_id)
        link = LinkCode(self._code(), self._clock.now() + CODE_LASTS)
        await self._store.put_link_code(staff_id, code_hash(link.code), link.until)
        return link

    async def link(self, code: str, telegram_id: int) -> Staff | None:
        """Whose account it is from now on; None: no such code, used up, too old, or of somebody disabled."""
        return await self._store.link_telegram(code_hash(code), telegram_id, self._clock.now())

    async def _put(self, person: Staff) -> Staff:
        await self._store.put_staff(person)
        return person

    async def _active(self, staff_id: str) -> Staff:
        person = await self._person(staff_id)
        if not person.active:
            raise StaffRefused(f"{staff_id} is disabled; staff add {staff_id} --replace makes her active again")
        return person

    async def _person(self, staff_id: str) -> Staff:
        return person_of(staff_id, await self._store.staff())

    def _check(self, staff_id: str, name: str, roles: Sequence[str]) -> None:
        if not _STAFF_ID.fullmatch(staff_id):
            raise StaffRefused("a staff id has 1 to 16 letters, digits, '_' or '-'")
        if staff_id.casefold() in _RESERVED | {self._bot_staff_id.casefold()}:
            raise StaffRefused(f"{staff_id} stands for the bot or for somebody outside the staff; choose another id")
        if not name or len(name) > _MAX_NAME_CHARS or not name.isprintable():
            raise StaffRefused(f"a name has 1 to {_MAX_NAME_CHARS} characters")
        if not roles:
            raise StaffRefused("at least one role is needed")
        for role in roles:
            if role not in ROLES:
                raise StaffRefused(f"there is no role {role!r}; the roles are {', '.join(ROLES)}")


def person_of(staff_id: str, staff: Sequence[Staff]) -> Staff:
    """Raises StaffRefused for an id that nobody has."""
    for person in staff:
        if person.staff_id == staff_id:
            return person
    raise StaffRefused(f"{staff_id} is not on the staff list; staff list shows who is")
