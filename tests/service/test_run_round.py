"""Rounds through restarts, broken databases and the clock."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import StoreError
from bot.core.rounds import ROUNDS, Run
from bot.core.slots import Slot
from bot.service.run_round import Held, NoSuchRound, RunRounds, run_at
from tests.adapters.store_samples import rows
from tests.round_house import RULES, House, furnish, house, with_stock

ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 23, 9, tzinfo=ZONE)
LATE = {"orders": [{"id": "A", "chat": "telegram:1", "paid": "2026-11-18T09:00", "shipped": "2026-11-18T10:00"}]}


def run(name: str = "unsigned", at: str = "2026-11-23T09:00") -> Run:
    return run_at(name, at, RULES, NINE)


async def told(home: House) -> int:
    return len(await home.store.outbox("telegram:1"))


async def test_a_round_whose_process_died_is_gone_on_with_and_tells_nobody_twice(tmp_path: Path) -> None:
    async with house(tmp_path, with_stock({}), NINE) as first:
        await furnish(first, LATE)
        assert await first.store.claim_round(run(), NINE)
        page = await first.rounds.plan(run())
        await first.rounds._list(Held(run()), ROUNDS[2], page, NINE)  # it died before the round was through
        assert await told(first) == 1
    async with house(tmp_path, with_stock({}), NINE) as second:
        held = await second.rounds.run(run(), NINE)
        assert held is not None
        assert (held.listed, held.queued) == (1, 0)
        assert await told(second) == 1
        assert len(await second.store.open_cases()) == 1


async def test_while_one_process_is_at_a_round_no_other_begins_it(tmp_path: Path) -> None:
    async with house(tmp_path, with_stock({}), NINE) as first, house(tmp_path, with_stock({}), NINE) as second:
        await furnish(first, LATE)
        tries = [home.rounds.run(run(), NINE) for home in (first, second) for _ in range(5)]
        held = [done for done in await asyncio.gather(*tries) if done is not None]
        assert len(held) == 1
        assert await told(first) == 1


class _Broken(RunRounds):
    """Its database goes away once, in the middle of a round."""

    broken = False

    async def _list(self, *what: object) -> None:
        await super()._list(*what)  # type: ignore[arg-type]
        if not self.broken:
            self.broken = True
            raise StoreError("the disk is away")


async def test_a_round_broken_off_by_the_database_goes_on_with_the_next_look(tmp_path: Path) -> None:
    async with house(tmp_path, with_stock({}), NINE) as home:
        await furnish(home, LATE)
        home.rounds.__class__ = _Broken
        with pytest.raises(StoreError):
            await home.rounds.run(run(), NINE)
        held = await home.rounds.run(run(), NINE)
        assert held is not None
        assert await told(home) == 1
        assert await home.rounds.run(run(), NINE) is None


async def test_the_loop_holds_what_is_due_and_writes_down_what_was_missed(tmp_path: Path) -> None:
    async with house(tmp_path, with_stock({}), NINE) as home:
        held = await home.rounds.run_due(NINE)
        assert {done.run.round_id for done in held} == {round.id for round in ROUNDS if round.held_on(NINE.date())}
        assert {done.run.slot for done in held} == {Slot(NINE.date(), NINE.time())}
        assert await home.rounds.run_due(NINE + timedelta(minutes=1)) == []
        missed = rows(tmp_path / "shop.db", "SELECT count(*) FROM rounds WHERE state = 'missed'")
        assert missed[0][0] > len(held)
        later = await home.rounds.run_due(NINE + timedelta(minutes=31))
        assert {done.run.slot.name for done in later} == {"2026-11-23T09:30"}


async def test_a_shop_that_has_no_rounds_asks_the_ledger_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, with_stock({}), NINE) as home:
        home.rounds._rules = type(RULES)(ZONE)
        assert await home.rounds.run_due(NINE) == []
        assert rows(tmp_path / "shop.db", "SELECT count(*) FROM rounds") == [(0,)]


@pytest.mark.parametrize(
    ("name", "at", "what"),
    [
        ("nonsense", "", "there are dispatch"),
        ("dispatch", "2026-11-23T09:01", "held at 00:00"),
        ("dispatch", "tomorrow", "is no moment"),
        ("dispatch", "2026-11-23T09:00+08:00", "in shop time"),
    ],
)
def test_a_round_that_there_is_not_is_refused_with_a_sentence(name: str, at: str, what: str) -> None:
    with pytest.raises(NoSuchRound, match=what):
        run_at(name, at, RULES, NINE)


def test_without_a_moment_it_is_the_last_one_due_and_without_times_this_minute() -> None:
    assert run_at("dispatch", "", RULES, NINE + timedelta(minutes=10)).slot.name == "2026-11-23T09:00"
    assert run_at("dispatch", "", type(RULES)(ZONE), NINE + timedelta(minutes=7)).slot.name == "2026-11-23T09:07"
