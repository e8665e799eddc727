"""What the parts of the SQLite store stand on: the writer, two readers and the session of the store that joins them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from bot.adapters.store_locks import Session
from bot.adapters.store_writer import Job

T = TypeVar("T")


class StoreThreads(ABC):
    @abstractmethod
    async def _write(self, job: Job[T], undo: Callable[[T], Job[Any]] | None = None) -> T: ...

    @abstractmethod
    def _read(self, read: Callable[..., T], *what: object) -> T:
        """A point read, in the event loop itself."""

    @abstractmethod
    async def _read_slowly(self, read: Callable[..., T], *what: object) -> T:
        """A read that grows with the data, in a thread of its own."""

    @abstractmethod
    def _session(self) -> Session: ...
