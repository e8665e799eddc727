"""The archive of a month: gathered, and written once (G5)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import PurePath
from typing import Protocol

from bot.core import archive
from bot.core.archive import ArchiveRefused, Table, archived_span
from bot.core.catalogue import Shop
from bot.core.messages import Language
from bot.core.ports import Clock, Store
from bot.core.ports_boards import NumbersStore
from bot.core.ports_learn import LearnStore
from bot.core.ports_people import PeopleStore
from bot.core.ports_reports import ArchiveStore, ReportStore
from bot.core.rounds import Found
from bot.core.spans import Span
from bot.service.learn import ShowUnanswered
from bot.service.report_complaints import COLUMNS, Names, ReportComplaints, complaint_rows
from bot.service.report_numbers import ReportNumbers, WhyOthersDidNotBuy

log = logging.getLogger(__name__)

_MOST = 1_000_000


class ArchiveRooms(Store, PeopleStore, NumbersStore, LearnStore, ReportStore, ArchiveStore, Protocol):
    """All that an archive reads, one object."""


class Shelf(Protocol):
    """Where archives stand. Raises ArchiveRefused."""

    def has(self, name: str) -> bool: ...

    def put(self, name: str, tables: Sequence[Table]) -> PurePath:
        """All of it or nothing; the same again changes nothing, another one of that name is refused."""
        ...


class ArchiveMonth:
    def __init__(self, store: ArchiveRooms, shop: Shop, clock: Clock, zone: tzinfo, language: Language) -> None:
        self._store = store
        self._shop = shop
        self._clock = clock
        self._zone = zone
        self._language: Language = language

    async def __call__(self, month: str, shelf: Shelf, *, so_far: bool = False) -> PurePath:
        """Where it stands. Raises NoSuchMonth, NotOver and ArchiveRefused."""
        name, span = archived_span(month, self._zone, self._clock.now(), so_far=so_far)
        tables = await self.tables(span)
        return await asyncio.to_thread(shelf.put, name, tables)

    async def tables(self, span: Span) -> tuple[Table, ...]:
        store, zone = self._store, self._zone
        numbers = await ReportNumbers(store)(span.since, span.until)
        numbers = await WhyOthersDidNotBuy(store)(numbers, span.since, span.until)
        last = span.until - timedelta(microseconds=1)
        return (
            archive.closed_table(await store.closed_between(span.since, span.until), zone),
            archive.cases_table(await store.cases_since(span.since), span, zone),
            await self._complaints(span),
            archive.promises_table(await store.promises(limit=_MOST), span, zone),
            archive.satisfaction_table(await store.marks_between(span.since, span.until)),
            archive.unanswered_table(await ShowUnanswered(store, self._clock)(), span, zone),
            archive.staff_table(numbers),
            archive.rounds_table(await store.rounds_between(_day(span.since, zone), _day(last, zone))),
        )

    async def _complaints(self, span: Span) -> Table:
        figures = await ReportComplaints(self._store, self._shop)(span)
        rows = complaint_rows(figures, Names(self._shop), self._language)
        return Table("complaints", COLUMNS, tuple(rows))


def _day(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


class WriteArchive:
    """After the round ``archive`` listed a month: it is written, once."""

    def __init__(self, archive_month: ArchiveMonth, shelf: Shelf) -> None:
        self._archive = archive_month
        self._shelf = shelf

    async def __call__(self, found: Found, did: tuple[str, ...], now: datetime) -> tuple[str, ...]:
        if self._shelf.has(found.subject):
            return ()
        try:
            await self._archive(found.subject, self._shelf)
        except ArchiveRefused as fault:
            # The round goes on; a later day tries again, and the line stays for a person.
            log.error("the archive of %s was not written: %s", found.subject, fault)
            return ("not_written",)
        return ("written",)
