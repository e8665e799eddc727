"""Logging in at the desk: passwords, locks, sessions. Who is staff is asked anew at every request."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.errors import XiaoerError
from bot.core.people import Staff
from bot.core.ports import Clock
from bot.core.ports_desk import DeskSession, DeskStore, Login, Passwords
from bot.core.ports_people import PeopleStore

#: Wrong tries of one log-in, or from one address, until it is locked.
MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
#: A session ends so long after it was last used, and so long after it began.
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
#: Being in use is written down no oftener than this.
_SEEN_EVERY = timedelta(minutes=1)

LEAST_CHARS = 10
MOST_CHARS = 200
#: Of the log-in that the first start makes.
FIRST = "admin"
_FIRST_NAME = "店长"
#: Without letters and digits that look alike.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class PasswordRefused(XiaoerError):
    """This password cannot be set."""


class DeskDoors(DeskStore, PeopleStore, Protocol):
    """Both sides of the store that logging in needs."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who is logged in."""

    staff: Staff
    csrf: str
    token_hash: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; the token is shown to her browser only."""

    token: str
    entered: Entered


class LogIn:
    def __init__(self, store: DeskDoors, passwords: Passwords, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock

    async def __call__(self, login: str, password: str, address: str) -> Opened | None:
        """None: wrong, unknown, disabled or locked; which of them is not told, and takes as long.

        A try counts before it is looked at, so that many at once find out no more than one after the other.
        """
        name = login.strip().casefold()[:64]
        subjects = (f"login:{name}", f"address:{address[:64]}")
        now = self._clock.now()
        open_ = await self._store.count_try(subjects, MOST_TRIES, LOCKED_FOR.total_seconds(), now)
        known = await self._store.login(name)
        fits = await self._passwords.fits(password[:MOST_CHARS], known.hash if known and open_ else "")
        staff = await self._staff(known.staff_id) if known and fits else None
        if staff is None:
            return None
        await self._store.forget_tries(subjects)
        return await self._open(staff, now)

    async def session(self, token: str) -> Entered | None:
        """Whose token it is, if she may still come in."""
        held = await self._store.session(_hash(token)) if token else None
        now = self._clock.now()
        if held is None or now - held.seen_at > IDLE or now - held.made_at > LONGEST:
            return None
        staff = await self._staff(held.staff_id)
        if staff is None:
            return None
        if now - held.seen_at >= _SEEN_EVERY:
            await self._store.session_seen(held.token_hash, now)
        return Entered(staff, held.csrf, held.token_hash)

    async def leave(self, entered: Entered) -> None:
        await self._store.drop_session(entered.token_hash)

    async def set_password(self, staff_id: str, password: str) -> None:
        """Her log-in is her staff id. Raises PasswordRefused; every session of hers ends."""
        if not LEAST_CHARS <= len(password) <= MOST_CHARS:
            raise PasswordRefused(f"a password has {LEAST_CHARS} to {MOST_CHARS} characters")
        if await self._staff(staff_id) is None:
            raise PasswordRefused(f"{staff_id} is not on the staff list, or is disabled")
        await self._put(staff_id, password)

    async def first(self, password: str | None) -> str | None:
        """On a shop without any log-in: one for ``admin``, a manager. The password if it was made here, to be shown."""
        if await self._store.logins():
            return None
        if all(person.staff_id != FIRST for person in await self._store.staff()):
            await self._store.put_staff(Staff(FIRST, _FIRST_NAME, ("manager",)))
        made = None if password else fresh_password()
        await self._put(FIRST, password or made or "")
        return made

    async def _put(self, staff_id: str, password: str) -> None:
        hashed = await self._passwords.hash(password)
        name = staff_id.casefold()
        await self._store.put_login(Login(name, staff_id, hashed), self._clock.now())
        await self._store.forget_tries([f"login:{name}"])

    async def _open(self, staff: Staff, now: datetime) -> Opened:
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        session = DeskSession(_hash(token), staff.staff_id, csrf, now, now)
        await self._store.put_session(session, now - IDLE)
        return Opened(token, Entered(staff, csrf, session.token_hash))

    async def _staff(self, staff_id: str) -> Staff | None:
        """Only who is active."""
        return next((p for p in await self._store.staff() if p.staff_id == staff_id and p.active), None)


def fresh_password() -> str:
    """About 79 bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
