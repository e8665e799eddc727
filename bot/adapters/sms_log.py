"""SMS as lines of a file, for a shop whose SMS provider reads one, or whose people send them by hand."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

from bot.core.ports import Clock
from bot.core.ports_rounds import SmsRefused

_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")


class SmsLog:
    """Fulfils :class:`bot.core.ports_rounds.Sms`: one JSON object a line, readable by the file's owner only."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    async def send(self, phone: str, text: str) -> None:
        """On disk when it returns. Raises SmsRefused."""
        if not _PHONE.fullmatch(phone):
            raise SmsRefused("this is no phone number")
        line = json.dumps(
            {"at": self._clock.now().isoformat(timespec="seconds"), "phone": phone, "text": text}, ensure_ascii=False
        )
        try:
            await asyncio.to_thread(self._append, line + "\n")
        except OSError as error:
            raise SmsRefused(f"{self._path}: {error.strerror}") from error

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # One write of one line: several processes may append.
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
