"""Stand-ins for the outside, real code each of them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from tests.bot_api_server import TOKEN as TOKEN
from tests.bot_api_server import BotApiServer as BotApiServer
from tests.bot_api_server import Call as Call
from tests.memory_store import MemoryStore as MemoryStore


class FakeClock:
    """Stands still until told to move."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)


class RunningClock:
    """Runs as the wall clock does, from a moment of the test's choice."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)
