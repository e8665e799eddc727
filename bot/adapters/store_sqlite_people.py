"""The part of the SQLite store that keeps people, cases, promises and the staff group."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.adapters import store_people as people
from bot.adapters.store_rows import to_ms
from bot.adapters.store_threads import StoreThreads
from bot.core.case_keys import Earlier
from bot.core.cases import Case
from bot.core.conversation import Conversation
from bot.core.ledger import LedgerState, Promised
from bot.core.people import Staff
from bot.core.ports import InboxRow
from bot.core.ports_people import Happened, Mark, Sheet, Topic, Unposted


class SqlitePeople(StoreThreads):
    """Fulfils :class:`bot.core.ports_people.PeopleStore` on the file and the threads of the store that extends it."""

    # --- staff ---

    async def put_staff(self, staff: Staff) -> None:
        await self._write(partial(people.put_staff, staff=staff))

    async def staff(self) -> list[Staff]:
        return self._read(people.all_staff)

    async def put_link_code(self, staff_id: str, code_hash: str, until: datetime) -> None:
        """Raises Conflict when the code is an unused one of somebody else, StoreError when nobody has this id."""
        code = partial(people.put_link_code, staff_id=staff_id, code_hash=code_hash, until_ms=to_ms(until))
        await self._write(code)

    async def link_telegram(self, code_hash: str, telegram_id: int, now: datetime) -> Staff | None:
        link = partial(people.link_telegram, code_hash=code_hash, telegram_id=telegram_id, now_ms=to_ms(now))
        return await self._write(link)

    # --- conversations and cases ---

    async def case(self, case_id: str) -> Case | None:
        return self._read(people.case, case_id)

    async def earlier_case(self, case_id: str, key: str) -> Earlier | None:
        return self._read(people.earlier_case, case_id, key)

    async def open_cases(self, role: str = "", limit: int = 500) -> list[Case]:
        return await self._read_slowly(people.open_cases, role, limit)

    async def cases_due(self, now: datetime, limit: int = 100) -> list[Case]:
        return await self._read_slowly(people.cases_due, to_ms(now), limit)

    async def held_conversations(self, limit: int = 1000) -> list[Conversation]:
        return await self._read_slowly(people.held_conversations, limit)

    async def events_after(self, conversation_id: str, seq: int, limit: int = 200) -> list[Happened]:
        return await self._read_slowly(people.events_after, conversation_id, seq, limit)

    async def last_events(self, conversation_id: str, limit: int) -> list[Happened]:
        return await self._read_slowly(people.last_events, conversation_id, limit)

    # --- promises ---

    async def promises(
        self, *, conversation_id: str = "", order_no: str = "", open_only: bool = False, limit: int = 500
    ) -> list[Promised]:
        return await self._read_slowly(people.promises, conversation_id, order_no, open_only, limit)

    async def settle_promise(self, promise_id: str, state: LedgerState, by: str, at: datetime) -> bool:
        to_ms(at)  # a moment without a zone is refused
        settled = {"promise_id": promise_id, "state": state, "by": by, "at": at.isoformat()}
        return await self._write(partial(people.settle_promise, settled=settled))

    # --- satisfaction ---

    async def ratings(self, since: datetime) -> list[tuple[str, str, int, str]]:
        return await self._read_slowly(people.ratings, to_ms(since))

    # --- the staff group ---

    async def topic(self, conversation_id: str) -> Topic | None:
        return self._read(people.topic, conversation_id)

    async def topic_of(self, chat_id: int, thread_id: int) -> Topic | None:
        return self._read(people.topic_of, chat_id, thread_id)

    async def put_topic(self, topic: Topic) -> None:
        """Raises StoreError when there is no such conversation, or the thread is another one's topic."""
        await self._write(partial(people.put_topic, topic=topic))

    async def unposted(self, limit: int = 100) -> list[Unposted]:
        return await self._read_slowly(people.unposted, limit)

    async def marks_due(self, limit: int = 100) -> list[Mark]:
        return await self._read_slowly(people.marks_due, limit)

    async def waiting_behind(self, row_id: int, limit: int = 20) -> list[InboxRow]:
        return self._read(people.waiting_behind, row_id, limit)

    async def mark_shown(self, row_id: int) -> None:
        await self._write(partial(people.mark_shown, row_id=row_id))

    async def sent_ids(self, ref: str) -> list[str]:
        return self._read(people.sent_ids, ref)

    # --- handover sheets ---

    async def put_sheet(self, sheet: Sheet) -> bool:
        """False also when it was confirmed before: a confirmed sheet stays as it is."""
        return await self._write(partial(people.put_sheet, sheet=sheet))

    async def sheets(self, *, open_only: bool = True) -> list[Sheet]:
        return await self._read_slowly(people.sheets, open_only)
