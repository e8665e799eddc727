"""Passwords by argon2id, a few at a time and never in the event loop."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Hashes at once; each takes 19 MiB and a processor.
_AT_ONCE = 2
#: Of a password that nobody knows, so that looking for somebody who is not there takes as long.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$7ORlHNAlxsou4xoqliei8w$oLCko+Jytc5/mI445cRfl14Wno4tQ3Stp/bv5rxtHQM"


class ArgonPasswords:
    """Fulfils :class:`bot.core.ports_desk.Passwords`, with the least that OWASP recommends for argon2id."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, hashed: str) -> bool:
        async with self._room:
            return await asyncio.to_thread(self._fits, password, hashed)

    def _fits(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed or _NOBODYS, password) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False
