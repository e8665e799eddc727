"""SMS as lines of a file, for a shop whose SMS provider reads one, or whose people send them by hand."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.adapters.store_locks import FileLock
from bot.core.erasure import digits
from bot.core.errors import StoreError
from bot.core.ports import Clock
from bot.core.ports_rounds import SmsRefused

_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
_PATIENCE_SECONDS = 5.0


class SmsLog:
    """Fulfils :class:`bot.core.ports_rounds.Sms`: one JSON object a line, readable by the file's owner only.

    Several processes may append, and one of them take lines out; whoever writes holds the lock beside the file.
    """

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

    async def erase(self, phones: Sequence[str]) -> int:
        """How many messages to these numbers (digits only) were taken out."""
        wanted = frozenset(phones)
        return await asyncio.to_thread(self._take_out, lambda line: digits(str(line.get("phone", ""))) in wanted)

    async def forget(self, before: datetime) -> int:
        """How many that were sent earlier were taken out."""
        return await asyncio.to_thread(self._take_out, lambda line: _at(line) < before)

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line.encode())
                os.fsync(handle)
            finally:
                os.close(handle)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self._path.with_name(f"{self._path.name}.lock"))
        try:
            lock.acquire(time.monotonic() + _PATIENCE_SECONDS)
        except StoreError:
            raise TimeoutError(errno.ETIMEDOUT, "another process is writing to it for too long") from None
        try:
            yield
        finally:
            lock.release()

    def _take_out(self, gone: Callable[[dict[str, Any]], bool]) -> int:
        """Written anew beside it and put in its place; a line that cannot be read stays."""
        if not self._path.is_file():
            return 0
        with self._locked():
            lines = self._path.read_text("utf-8").splitlines(keepends=True)
            kept = [line for line in lines if not _matches(line, gone)]
            if len(kept) < len(lines):
                self._replace("".join(kept))
        return len(lines) - len(kept)

    def _replace(self, text: str) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, text.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        fresh.replace(self._path)


def _matches(line: str, gone: Callable[[dict[str, Any]], bool]) -> bool:
    try:
        held = json.loads(line)
        return isinstance(held, dict) and gone(held)
    except (ValueError, TypeError):
        return False


def _at(line: dict[str, Any]) -> datetime:
    """Raises ValueError or TypeError where it tells no moment."""
    at = datetime.fromisoformat(str(line["at"])) if "at" in line else None
    if at is None or at.tzinfo is None:
        raise ValueError("no moment")
    return at
