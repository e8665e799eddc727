"""Unanswered questions become knowledge: staff propose, the owner accepts, the running shop understands (E7)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.catalogue import Text
from bot.core.discretion import Discretion
from bot.core.errors import KnowledgeError
from bot.core.people import Staff
from bot.core.ports import Clock
from bot.core.ports_learn import KnowledgeWriter, LearnStore, Rebuild
from bot.core.staff_rights import TALKING
from bot.core.unanswered import Lesson, Missed, Question, key_of, questions, unfit

log = logging.getLogger(__name__)

#: Older ones are history.
LOOK_BACK = timedelta(days=60)
MOST_MISSED = 2000
WEEK = timedelta(days=7)
MOST_ASKED = 5

Topics = Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class Learned:
    """Done."""


@dataclass(frozen=True, slots=True)
class NotLearned:
    """``reason``: name of a sentence; ``what``: what the check said."""

    reason: str
    what: str = ""


class ShowUnanswered:
    """What was not understood, grouped; nobody's phone or address in it. Reads only."""

    def __init__(self, store: LearnStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def most_asked(self) -> tuple[Question, ...]:
        """Of the last seven days, which no proposal waits for; most often asked first (E7)."""
        found = [question for question in await self(WEEK) if not question.proposed]
        return tuple(sorted(found, key=lambda question: (-question.count, -question.chats))[:MOST_ASKED])

    async def __call__(self, back: timedelta = LOOK_BACK) -> tuple[Question, ...]:
        missed = await self._store.missed(self._clock.now() - back, MOST_MISSED)
        over = [*await self._store.lessons("accepted"), *await self._store.lessons("dropped")]
        settled = dict[str, datetime]()
        for one in over:
            if one.settled_at is not None:
                settled[one.question] = max(one.settled_at, settled.get(one.question, one.settled_at))
        proposed = {lesson.question: lesson for lesson in await self._store.lessons("proposed")}
        return questions(map(hidden, missed), settled, proposed)


def hidden(one: Missed) -> Missed:
    return replace(one, words=Discretion(False, one.private).words(one.words))


class Learn:
    def __init__(
        self, store: LearnStore, writer: KnowledgeWriter, rebuild: Rebuild, topics: Topics, clock: Clock
    ) -> None:
        """``topics``: of the running shop, asked anew each time."""
        self._store = store
        self._writer = writer
        self._rebuild = rebuild
        self.topics = topics
        self._clock = clock
        # One lesson at a time: each is checked together with all before it.
        self._one_at_a_time = asyncio.Lock()

    async def propose(self, lesson: Lesson, staff: Staff) -> Learned | NotLearned:
        if not may_propose(staff):
            return NotLearned("role")
        fitting = replace(lesson, phrasing=" ".join(lesson.phrasing.split()), by=staff.staff_id, at=self._clock.now())
        if reason := unfit(fitting, self.topics()):
            return NotLearned(reason)
        return Learned() if await self._store.put_lesson(fitting) is not None else NotLearned("waits")

    async def drop(self, question: str, staff: Staff) -> Learned | NotLearned:
        """It is no question the shop wants to answer: not shown any more until it is asked again."""
        if not may_propose(staff):
            return NotLearned("role")
        if not question or key_of(question) != question:
            return NotLearned("empty")
        now = self._clock.now()
        by = staff.staff_id
        dropped = Lesson(question, "", "", Text(), by, now, "dropped", settled_by=by, settled_at=now)
        return Learned() if await self._store.put_lesson(dropped) is not None else NotLearned("waits")

    async def refuse(self, lesson_id: int, staff: Staff) -> Learned | NotLearned:
        if not may_decide(staff):
            return NotLearned("role")
        done = await self._store.settle_lesson(lesson_id, "refused", staff.staff_id, self._clock.now())
        return Learned() if done else NotLearned("moved")

    async def accept(self, lesson_id: int, staff: Staff) -> Learned | NotLearned:
        """Checked, rebuilt, written, in place: what fails on the way changes nothing."""
        if not may_decide(staff):
            return NotLearned("role")
        async with self._one_at_a_time:
            lesson = await self._store.lesson(lesson_id)
            if lesson is None or lesson.state != "proposed":
                return NotLearned("moved")
            try:
                return await self._accept(lesson, staff)
            except KnowledgeError as fault:
                return NotLearned("check", str(fault))

    async def _accept(self, lesson: Lesson, staff: Staff) -> Learned | NotLearned:
        now = self._clock.now()
        prepared = await self._writer.prepare(lesson, staff.staff_id, now)
        relearned = await self._rebuild(prepared, lesson.phrasing)
        if relearned.understood != prepared.topic:
            return NotLearned("unlike", relearned.understood or "")
        await self._writer.write(prepared)
        # A crash in between leaves it proposed; accepted anew it finds itself written already.
        await self._store.settle_lesson(lesson.lesson_id, "accepted", staff.staff_id, now)
        relearned.put_in_place()
        log.info("lesson %d on %s was accepted by %s", lesson.lesson_id, prepared.topic, staff.staff_id)
        return Learned()

    async def waiting(self) -> Sequence[Lesson]:
        """What the owner has to decide, oldest first."""
        return list(reversed(await self._store.lessons("proposed")))


def may_propose(staff: Staff) -> bool:
    return staff.active and not TALKING.isdisjoint(staff.roles)


def may_decide(staff: Staff) -> bool:
    """The owner: a sentence of hers is told to everybody who asks."""
    return staff.active and "manager" in staff.roles
