"""A shop whose people decide, killed by -9 again and again: ``python -m tests.crash.case_worker FOLDER KILLS``.

What is slow to load is loaded once; each life is a fork of it that opens the store anew and goes on with what it says.
The platform it pretends to have delivers the next thing of a chat once the one before was handled, and the last one
again after each crash. Prints at which steps cases stood when it was killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.adapters.store_sqlite import SqliteStore
from bot.core.case_effects import Context
from bot.core.case_run import CaseRules
from bot.core.dialogue.scene import DialogueRules
from bot.core.messages import Incoming, Reply
from bot.core.order_events import OrderEvent
from bot.core.people import Roster, Staff
from bot.core.ports import InboxRow, RawUpdate
from bot.service.compose import Composer, fresh_ids
from bot.service.converse import Converse
from bot.service.hand_over import HandOver
from bot.service.on_duty import OnDuty
from bot.service.run_case import RunCase
from bot.service.staff_acts import Acts
from handlers.loops.inbox_worker import InboxWorker
from handlers.loops.outbox_sender import OutboxSender
from tests.crash.case_scripts import AFTER, PHOTO, WAYS, Act
from tests.demo import demo_renderer, demo_shop, demo_understanding

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 11, 23, 10, tzinfo=ZONE)
#: Chats of each way before the sale; after it one of each is enough for all its steps.
COPIES = 2
#: A life ends when it began to do a random number of things, up to so many; however slow the machine is at the moment.
MOST_DEEDS = 40
#: And then a random moment later, in seconds.
LATER = 0.006
#: What the last life has to come to the end.
PATIENCE_SECONDS = 100
ROLES = (
    "agent", "after_sales", "supervisor", "manager", "bulk_specialist", "finance",
    "auditor", "complaints", "operations", "warehouse",
)  # fmt: skip
STAFF = tuple(Staff(f"{role}-{n}", role, (role,)) for role in ROLES for n in (1, 2))
_SCRIPTS = [*(script for script in WAYS.values() for _ in range(COPIES)), *AFTER.values()]
CHATS = {f"telegram:{n}": script for n, script in enumerate(_SCRIPTS, 1)}


class StoredClock:
    """Stands still until the shop has nothing to do; where it stands survives the process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._at = datetime.fromisoformat(file.read_text()).astimezone(ZONE) if file.exists() else BEGIN

    def now(self) -> datetime:
        return self._at

    def jump(self, to: datetime) -> None:
        self._at = max(self._at, to.astimezone(ZONE))
        half = self._file.with_suffix(".new")
        half.write_text(self._at.isoformat())
        half.replace(self._file)


class Phone:
    """A channel that notes each message as it arrives."""

    name = "telegram"

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def send(self, conversation_id: str, reply: Reply) -> str:
        os.write(self._file, json.dumps([conversation_id, reply.text]).encode() + b"\n")
        await asyncio.sleep(0.001)
        return "1"

    async def typing(self, conversation_id: str) -> None: ...


class Life:
    """From the opening of the store to the end of all chats, or to the kill."""

    def __init__(self, folder: Path, deeds: int) -> None:
        """``deeds``: a pipe into which each thing it begins to do is told by a byte."""
        self._deeds = deeds
        self.store = SqliteStore(folder / "shop.db")
        self.clock = StoredClock(folder / "clock")
        self._folder = folder
        shop = demo_shop()
        duty = OnDuty(self.store, Roster(), shop.about.hours, ZONE, self.clock)

        async def context() -> Context:
            return Context(shop, await duty.fresh(), CaseRules(), "XE01", lambda letter: letter + secrets.token_hex(5))

        acts = Acts(self.store, demo_renderer(), self.clock, context)
        composer = Composer(shop, demo_understanding(), demo_renderer(), DialogueRules(), fresh_ids("XE"), duty=duty)
        self.converse = Converse(self.store, composer, self.clock)
        self.hand_over = HandOver(acts, {})
        self.run_case = RunCase(acts)
        # Few at once: what a life began must mostly be done when it is killed, or nothing ever gets on.
        self.inbox = InboxWorker(self.store, {"telegram": self.handle}, self.clock, concurrency=3, poll_seconds=0.05)
        phone = Phone(folder / "sent")
        self.outbox = OutboxSender(self.store, {"telegram": phone}, self.clock, poll_seconds=0.05)
        self._next = dict.fromkeys(CHATS, 0)

    async def run(self) -> None:
        await self.store.open()
        await self.store.serve_alone()
        await self.store.recover(self.clock.now())
        for staff in STAFF:
            await self.store.put_staff(staff)
        tasks = [asyncio.create_task(loop.run()) for loop in (self.inbox, self.outbox)]
        with closing(sqlite3.connect(self._folder / "shop.db")) as self._db:
            await self._again()
            while await self._round():
                self.inbox.wake()
                self.outbox.wake()
                await asyncio.sleep(0.001)
        for loop in (self.inbox, self.outbox):
            loop.stop()
        await asyncio.gather(*tasks)
        await self.store.close()

    # --- the pretended platform ---

    async def _round(self) -> bool:
        """False: every chat has come to its end."""
        await self.run_case.alarms(self.clock.now())
        delivered = [await self._deliver(chat) for chat in CHATS]
        if any(delivered) or self._busy():
            return True
        return self._let_time_pass()

    async def _again(self) -> None:
        """After a crash what was delivered last is delivered once more."""
        known = {update_id for (update_id,) in self._db.execute("SELECT update_id FROM inbox")}
        for chat, script in CHATS.items():
            given = [n for n in range(len(script)) if _name(chat, n, 1) in known]
            self._next[chat] = max(given, default=-1) + 1
            for n in given[-1:]:
                await self.store.take_in(self._updates(chat, n))

    async def _deliver(self, chat: str) -> bool:
        """The next thing of a chat, if its time has come."""
        number, script = self._next[chat], CHATS[chat]
        if number == len(script) or self._in_hand(chat):
            return False
        if script[number].verb in ("late", "at"):
            reached = self._reached(chat, script[number])
        else:
            updates = self._updates(chat, number)
            reached = bool(updates) and await self.store.take_in(updates) > 0
        self._next[chat] += reached
        return reached

    def _updates(self, chat: str, number: int) -> list[RawUpdate]:
        """Two people of a role do what they do at once, each in a lane of her own. Empty: the step is not there yet."""
        act = CHATS[chat][number]
        lanes = [chat] if act.verb in ("say", "order") else [f"{chat}:{act.role}-{n}" for n in (1, 2)]
        case = next((case for case in self._cases(chat) if case["state"] != "closed" and case["step"] == act.step), {})
        if act.verb == "press" and not case:
            return []
        payload = json.dumps([chat, *act, case.get("case_id", "")])
        now = self.clock.now()
        return [RawUpdate("telegram", _name(chat, number, n), lane, payload, now) for n, lane in enumerate(lanes, 1)]

    def _reached(self, chat: str, act: Act) -> bool:
        if act.verb == "at":
            return any(case["step"] == act.step for case in self._cases(chat))
        for case in self._cases(chat):
            begun = [n for n, entry in enumerate(case["history"]) if entry["what"] == f"step:{act.step}"]
            if begun and any(entry["what"] == "late" for entry in case["history"][begun[-1] :]):
                return True
        return False

    def _let_time_pass(self) -> bool:
        """To the next moment at which a case of a chat that still goes on has to be looked at."""
        unfinished = {chat for chat, script in CHATS.items() if self._next[chat] < len(script)}
        alarms = self._db.execute("SELECT conversation_id, doc FROM cases WHERE alarm_ms IS NOT NULL").fetchall()
        moments = [json.loads(doc)["alarm_at"] for chat, doc in alarms if chat in unfinished]
        if unfinished and not moments:
            raise AssertionError(f"nothing will ever happen to {unfinished}")
        if unfinished:
            os.write(self._deeds, b".")
            self.clock.jump(min(map(datetime.fromisoformat, moments)))
        return bool(unfinished)

    def _in_hand(self, chat: str) -> bool:
        names = [_name(chat, self._next[chat] - 1, n) for n in (1, 2)]
        return self._any("SELECT 1 FROM inbox WHERE update_id IN (?, ?) AND state != 'done'", *names)

    def _busy(self) -> bool:
        return self._any("SELECT 1 FROM inbox WHERE state != 'done'") or self._any(
            "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')"
        )

    def _any(self, query: str, *params: str) -> bool:
        return self._db.execute(query, params).fetchone() is not None

    def _cases(self, chat: str) -> list[dict[str, Any]]:
        rows = self._db.execute("SELECT doc FROM cases WHERE conversation_id = ?", (chat,))
        return [{"state": "open", "step": "", "history": [], **json.loads(doc)} for (doc,) in rows]

    # --- what the shop does with it ---

    async def handle(self, row: InboxRow) -> None:
        os.write(self._deeds, b".")
        chat, verb, what, step, _, entered, case_id = json.loads(row.payload)
        if verb == "say":
            await self.converse(_incoming(chat, what, row), row.id)
            return
        if verb == "order":
            (order,) = await self.store.orders(chat)
            report = OrderEvent(what, order.order_no, self.clock.now(), "api", row.update_id)
            await self.store.take_order_events([report], "XE01", self.clock.now())
            await self.store.finish_inbox(row.id, self.clock.now())
            return
        who = row.conversation_id.rpartition(":")[2]
        staff = next(person for person in await self.store.staff() if person.staff_id == who)
        do: dict[str, Callable[..., Awaitable[object]]] = {
            "press": partial(self.run_case.choose, case_id, chat, step, what, staff, entered),
            "speak": partial(self.hand_over.say, chat, "telegram", staff, what, (), row.update_id),
            "ask": partial(self.hand_over.ask_approval, chat, "telegram", staff, what, (), row.update_id),
            "back": partial(self.hand_over.give_back, chat, "telegram", staff),
        }
        await do[verb](inbox_id=row.id)


def _name(chat: str, number: int, person: int) -> str:
    return f"{chat}/{number}/{person}"


def _incoming(chat: str, text: str, row: InboxRow) -> Incoming:
    if text == PHOTO:
        return Incoming("telegram", chat, row.update_id, row.received_at, "photo", media=("telegram:F1",))
    return Incoming("telegram", chat, row.update_id, row.received_at, text=text)


# --- lives and kills ---


def main(folder: Path, kills: int) -> None:
    chance = random.Random(kills)
    demo_shop(), demo_understanding()
    for _ in range(kills):
        if not _live(folder, chance.randint(0, MOST_DEEDS), chance.uniform(0, LATER)):
            sys.stdout.write("ended\n")
            return
        sys.stdout.write(" ".join(["killed", *_stood_at(folder / "shop.db")]) + "\n")
        sys.stdout.flush()
    if _live(folder, 10**9):
        raise AssertionError("the last life did not come to the end")


def _live(folder: Path, deeds: int, later: float = 0.0) -> bool:
    """Whether it had to be killed, after it began to do so many things; a life that fails is an error."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(Life(folder, tell).run())
            code = 0
        finally:
            os._exit(code)
    os.close(tell)
    killed = _seen(told, deeds)
    if killed:
        time.sleep(later)
        os.kill(child, signal.SIGKILL)
    os.close(told)
    _, status = os.waitpid(child, 0)
    if status and not killed:
        raise AssertionError(f"a life ended by itself with {status}")
    return killed


def _seen(told: int, deeds: int) -> bool:
    """Wait for so many deeds; False: it ended before. What hangs is killed, and found out by who asked for the end."""
    until = time.monotonic() + PATIENCE_SECONDS
    seen = 0
    while seen < deeds and time.monotonic() < until:
        if select.select([told], [], [], 1.0)[0]:
            heard = os.read(told, 4096)
            if not heard:
                return False
            seen += len(heard)
    return True


def _stood_at(file: Path) -> list[str]:
    """``playbook:step`` of every case that is not over, by name; and how much has been handled."""
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        try:
            docs = [json.loads(doc) for (doc,) in db.execute("SELECT doc FROM cases WHERE state != 'closed'")]
        except sqlite3.OperationalError:
            return []  # killed before there was a table
    return sorted({f"{doc.get('playbook', '')}:{doc.get('step') or doc.get('state')}" for doc in docs})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
