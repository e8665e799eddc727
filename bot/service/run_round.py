"""Hold a round: find, list, tell and open cases, each once whatever restarts and however many processes there are."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from types import MappingProxyType

from bot.core import round_acts
from bot.core.case_effects import Context
from bot.core.errors import Conflict, TemplateError, XiaoerError
from bot.core.move import Move
from bot.core.orders import Order
from bot.core.reviews import Progress, Review
from bot.core.rounds import ROUND_BY_ID, Found, Line, Round, RoundRules, Run, due_rounds
from bot.core.slots import Slot, exists, latest_slot, moment
from bot.service.find_rounds import FindRounds, RoundsStore
from bot.service.keep_staff import StaffRefused, person_of
from bot.service.round_contacts import REVIEWS, After
from bot.service.staff_acts import Acts

log = logging.getLogger(__name__)

_DAY = timedelta(days=1)
NOTHING_AFTER: Mapping[str, After] = MappingProxyType({})


class NoSuchRound(XiaoerError):
    """There is no such round, or it is not held then."""


#: Rounds whose lines are reviews.
_OF_REVIEWS = ("bad_reviews", "review_table")
_MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What a person says of a line beside that it is done."""

    #: What was said, her opinion: kept with the line.
    note: str = ""
    #: Of a bad review (D1).
    progress: Progress = ""
    #: Until when it was promised to be changed.
    until: datetime | None = None


TOLD_NOTHING = Told()


@dataclass(slots=True)
class Held:
    """What one round did."""

    run: Run
    listed: int = 0
    settled: int = 0
    #: ``told``, ``case`` and reasons why somebody was not told -> how often.
    did: Counter[str] = field(default_factory=Counter)

    @property
    def queued(self) -> int:
        """Messages that wait to be sent."""
        return self.did["told"]


def round_named(name: str) -> Round:
    """Raises NoSuchRound naming them all."""
    found = ROUND_BY_ID.get(name)
    if found is None:
        raise NoSuchRound(f"there is no round {name!r}; there are {', '.join(ROUND_BY_ID)}")
    return found


def run_at(name: str, text: str, rules: RoundRules, now: datetime) -> Run:
    """The run of a round at ``2026-11-23T09:00`` in shop time; empty: the last one due. Raises NoSuchRound.

    A round without times may be held at any moment.
    """
    held, times = round_named(name), rules.times.get(name, ())
    shown = ", ".join(f"{at:%H:%M}" for at in times)
    if not text:
        return _latest(held, times, rules, now)
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise NoSuchRound(f"{text!r} is no moment; write one like 2026-11-23T09:00") from None
    if wall.tzinfo is not None or (times and wall.time() not in times):
        raise NoSuchRound(f"{text} is no round of {name}; it is held at {shown or 'any time'}, in shop time")
    slot = Slot(wall.date(), time(wall.hour, wall.minute))
    if not held.held_on(slot.day) or not exists(slot.day, rules.zone):
        raise NoSuchRound(f"{name} is not held on {slot.day.isoformat()}")
    return Run(name, slot, moment(slot, rules.zone))


def _latest(held: Round, times: tuple[time, ...], rules: RoundRules, now: datetime) -> Run:
    found = latest_slot(now, times, rules.zone)
    if found is not None and held.held_on(found[0].day):
        return Run(held.id, *found)
    local = now.astimezone(rules.zone)
    slot = Slot(local.date(), time(local.hour, local.minute))
    if not held.held_on(slot.day):
        raise NoSuchRound(f"{held.id} is not held on {slot.day.isoformat()}; say when with --at")
    return Run(held.id, slot, moment(slot, rules.zone))


class RunRounds:
    """``channels``: those on which a message of ours can begin."""

    def __init__(
        self,
        store: RoundsStore,
        find: FindRounds,
        acts: Acts,
        rules: RoundRules,
        channels: Collection[str],
        after: Mapping[str, After] = NOTHING_AFTER,
    ) -> None:
        self._store = store
        self._find = find
        self._acts = acts
        self._rules = rules
        self._channels = frozenset(channels)
        self._after = after
        self._broken_off: set[Run] = set()

    async def run_due(self, now: datetime) -> list[Held]:
        """Hold every round that is due and that nobody held; what was missed by too much is written down."""
        if not any(self._rules.times.values()):
            return []
        ran = await self._store.rounds_held((now - 2 * _DAY).astimezone(self._rules.zone).date())
        done = []
        for due in due_rounds(now, self._rules, ran):
            if due.missed:
                await self._miss(due.run, now)
            elif (held := await self.run(due.run, now)) is not None:
                done.append(held)
        return done

    async def _miss(self, run: Run, now: datetime) -> None:
        # No warning: a shop that has just opened lacks all of yesterday's.
        if await self._store.skip_round(run, now):
            log.info("round %s was missed: skipped", run.name)

    async def run(self, run: Run, now: datetime) -> Held | None:
        """None when somebody else holds it or held it."""
        # Broken off by a fault of the database, it is still ours and goes on.
        if run not in self._broken_off and not await self._store.claim_round(run, now):
            return None
        self._broken_off.add(run)
        done, held = Held(run), ROUND_BY_ID[run.round_id]
        async for page in self._find(run):
            await self._list(done, held, page, now)
        done.settled = await self._store.finish_round(run, now, done.listed, settle=held.standing)
        self._broken_off.discard(run)
        log.info("round %s: %d listed, %s", run.name, done.listed, dict(done.did))
        return done

    async def plan(self, run: Run) -> list[Found]:
        """What it would list; writes nothing."""
        found = [one async for page in self._find(run) for one in page]
        return sorted(found, key=lambda one: one.rank)

    async def _list(self, done: Held, held: Round, page: list[Found], now: datetime) -> None:
        done.listed += len(page)
        rows = [(found, found.role or held.role) for found in page]
        stored = await self._store.put_lines(done.run, rows, now) if rows else []
        noted: list[tuple[int, tuple[str, ...]]] = []
        for (found, role), (line_id, is_open) in zip(rows, stored, strict=True):
            did = await self._done(done.run, found, role, now) if is_open else ()
            if did:
                noted.append((line_id, did))
                done.did.update(what.partition(":")[0] for what in did)
        if noted:
            await self._store.lines_did(noted)

    async def _done(self, run: Run, found: Found, role: str, now: datetime) -> tuple[str, ...]:
        """What was done about a line at once."""
        did = await self._act(found, role) if found.tell or found.opens or found.care_days else ()
        after = self._after.get(run.round_id)
        if after is not None:
            did = (*did, *await after(found, did, now))
        return tuple(what for what in did if what != "told_before")

    async def _act(self, found: Found, role: str) -> tuple[str, ...]:
        if not found.conversation_id:
            return ("unbound",)
        order = await self._store.order(found.order_no) if found.order_no else None

        def decide(move: Move, context: Context) -> tuple[str, ...]:
            return round_acts.act(move, found, role, context, self._channels, partial(_still, order))

        channel = found.conversation_id.partition(":")[0]
        try:
            return await self._acts.act(found.conversation_id, channel, decide) or ()
        except Conflict:
            return ("busy",)  # she is found again by the next round
        except TemplateError:
            log.exception("no words for %s", found.tell)
            return ("unwritten",)

    # --- by hand ---

    async def lines(self, round_id: str, *, open_only: bool = True, days: int = 7) -> list[Line]:
        """What is to be done, or all of the last days."""
        if open_only:
            return await self._store.open_lines(round_named(round_id).id)
        return await self._store.lines_since(round_named(round_id).id, self._acts.clock.now() - days * _DAY)

    async def tick(self, line_id: int, staff_id: str, told: Told = TOLD_NOTHING) -> Line:
        """A person says that a line is done, and what came of it. Raises StaffRefused with a sentence."""
        person = person_of(staff_id, await self._store.staff())
        line = await self._store.line(line_id)
        if not person.active:
            raise StaffRefused(f"{staff_id} is disabled")
        if line is None:
            raise StaffRefused(f"there is no line {line_id}; `xiaoer report round NAME` shows them")
        if told.progress and line.round_id not in _OF_REVIEWS:
            raise StaffRefused("only a bad review has a progress")
        if not await self._store.tick_line(line_id, staff_id, self._acts.clock.now()):
            by = f", by {line.done_by}" if line.done_by else ""
            raise StaffRefused(f"line {line_id} is done already{by}")
        if told.note:
            await self._store.lines_did([(line_id, (f"note:{told.note[:_MOST_WORDS]}",))])
        if told.progress:
            await self._review_went_on(line.found.subject, staff_id, told)
        return line

    async def _review_went_on(self, review_id: str, staff_id: str, told: Told) -> None:
        review = await self._store.record(REVIEWS, Review, review_id)
        if review is not None:
            after = replace(review, progress=told.progress, until=told.until, by=staff_id)
            await self._store.put_records(REVIEWS, [(review_id, after.progress, after)])


def _still(order: Order | None, now: Order) -> bool:
    """Whether it is as the round found it."""
    return order is None or order.status is now.status
