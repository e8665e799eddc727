"""A small shop on a store, made to be killed: ``python -m tests.crash.worker FOLDER [LANE=NEXT …]``.

Every lane is one conversation whose messages ``lane-0``, ``lane-1`` … a pretended platform delivers from the given
number on; each is acknowledged on standard output, and only after it was stored. Answers are "sent" by a line appended
to ``FOLDER/sent``. Without lanes it works off what is left and ends.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from bot.core.conversation import fold
from bot.core.errors import AlreadyHandled, Conflict
from bot.core.events import Event, ShopperSpoke
from bot.core.messages import Reply
from bot.core.ports import InboxRow, OutboxRow, RawUpdate, Turn

#: Short, so that a slow turn loses its row to another.
LEASE_SECONDS = 0.1
CLAIM_MAX = 10
#: Shares of rows that are given back for a later try, and of turns that outlast their lease, to mix things up.
AGAIN, SLOW = 0.02, 0.01
AGAIN_AFTER = timedelta(milliseconds=20)


def now() -> datetime:
    return datetime.now(UTC)


class Shop:
    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / "shop.db")
        self._platform = os.open(folder / "sent", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._chance = random.Random()

    async def take_in(self, lane: str, number: int) -> None:
        """Deliver the messages of a lane for ever, now and then several at once."""
        while True:
            numbers = range(number, number + self._chance.choice((1, 1, 1, 3)))
            updates = [RawUpdate("telegram", f"{lane}-{n}", lane, f'{{"n":{n}}}', now()) for n in numbers]
            await self.store.take_in(updates)
            os.write(1, "".join(f"{lane}={n}\n" for n in numbers).encode())
            number = numbers[-1] + 1
            await asyncio.sleep(self._chance.uniform(0, 0.01))

    async def answer(self) -> None:
        while True:
            rows = await self.store.claim_inbox("answer", now(), LEASE_SECONDS, CLAIM_MAX)
            await asyncio.gather(*map(self._turn, rows))
            await asyncio.sleep(0 if rows else 0.002)

    async def _turn(self, row: InboxRow) -> None:
        if self._chance.random() < AGAIN:
            return await self.store.fail_inbox(row.id, "again", now() + AGAIN_AFTER)
        loaded = await self.store.load(row.conversation_id, row.channel)
        if self._chance.random() < SLOW:
            await asyncio.sleep(LEASE_SECONDS * 2)
        happened: tuple[Event, ...] = (ShopperSpoke(row.update_id, "text", row.payload, "zh", now().isoformat()),)
        conversation = fold(loaded.conversation, happened)
        replies = (Reply(row.update_id),)
        with suppress(AlreadyHandled, Conflict):
            await self.store.commit(Turn(row.id, loaded.version, conversation, happened, replies, now()))
        return None

    async def send(self) -> None:
        while True:
            rows = await self.store.claim_outbox("send", now(), ["telegram"], CLAIM_MAX)
            await asyncio.gather(*map(self._deliver, rows))
            await asyncio.sleep(0 if rows else 0.002)

    async def _deliver(self, row: OutboxRow) -> None:
        if self._chance.random() < AGAIN:
            return await self.store.postpone_outbox(row.id, now() + AGAIN_AFTER)
        os.write(self._platform, f"{row.reply.text}\n".encode())
        os.fsync(self._platform)
        return await self.store.record_delivery(row.id, "sent", now(), "1")

    async def drained(self) -> None:
        unfinished = ("inbox.waiting", "inbox.claimed", "outbox.waiting", "outbox.sending")
        while True:
            counts = await self.store.counts()
            if not any(counts[name] for name in unfinished):
                return
            await asyncio.sleep(0.02)

    async def run(self, lanes: dict[str, int]) -> None:
        await self.store.open()
        await self.store.serve_alone()
        await self.store.recover(now())
        os.write(1, b"ready\n")
        tasks = [asyncio.create_task(work) for work in (self.answer(), self.answer(), self.send())]
        if lanes:
            await asyncio.gather(*tasks, *(self.take_in(lane, number) for lane, number in lanes.items()))
        await asyncio.wait([asyncio.create_task(self.drained()), *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.store.close()


if __name__ == "__main__":
    given = (argument.split("=") for argument in sys.argv[2:])
    asyncio.run(Shop(Path(sys.argv[1])).run({lane: int(number) for lane, number in given}))
