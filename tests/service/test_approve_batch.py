"""The day's invoices: approved in one act, once, by operations alone; finance is called for each (C2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import events as e
from bot.core.batch_approval import APPROVED_BY
from bot.core.rounds import Run
from bot.service.approve_batch import ApproveBatch, Approved
from bot.service.keep_staff import StaffRefused
from bot.service.run_round import run_at
from tests.demo import demo_shop
from tests.round_house import RULES, House, at, commit, furnish, house

FIVE = at("2026-11-23T17:00")
DATA = {
    "cases": [
        {"id": "C1", "chat": "telegram:1", "reason": "invoice", "role": "finance", "opened": "2026-11-22T08:00"},
        {"id": "C2", "chat": "telegram:2", "reason": "invoice", "role": "agent", "opened": "2026-11-23T08:00"},
        {"id": "C3", "chat": "telegram:2", "reason": "gift", "role": "supervisor", "opened": "2026-11-23T08:00"},
    ]
}


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, demo_shop(), at("2026-11-23T09:00")) as opened:
        await furnish(opened, DATA)
        opened.turn(FIVE)
        assert await opened.rounds.run(_run(), FIVE) is not None
        yield opened


def _run() -> Run:
    return run_at("invoices", f"{FIVE:%Y-%m-%dT%H:%M}", RULES, FIVE)


def batch(home: House) -> ApproveBatch:
    return ApproveBatch(home.store, home.acts)


async def calls(home: House, chat: str) -> list[str]:
    return [x.what for x in await home.store.events(chat) if isinstance(x, e.CaseMoved) and x.what.startswith("call:")]


async def test_all_are_approved_in_one_act_and_finance_is_called_for_its_own(home: House) -> None:
    assert await batch(home)("O01") == Approved(("C1", "C2"), 0)
    first, second = await home.store.case("C1"), await home.store.case("C2")
    assert first is not None and second is not None
    assert (first.fact(APPROVED_BY), first.history[-1].what, first.history[-1].who) == ("O01", "approved", "O01")
    assert (first.state, first.step, second.fact(APPROVED_BY)) == ("open", "", "O01")
    assert await calls(home, "telegram:1") == ["call:step:finance"] and await calls(home, "telegram:2") == []
    gift = await home.store.case("C3")
    assert gift is not None and not gift.fact(APPROVED_BY)
    assert await home.rounds.lines("invoices") == []
    assert await batch(home)("O01") == Approved((), 0)


async def test_one_line_alone_and_the_rest_later(home: House) -> None:
    (line, _) = await home.rounds.lines("invoices")
    assert await batch(home)("O01", line.line_id) == Approved((line.found.subject,), 0)
    with pytest.raises(StaffRefused, match="no open line"):
        await batch(home)("O01", line.line_id)
    assert (await batch(home)("O01")).cases == ("C2",)


async def test_a_case_that_ended_meanwhile_is_ticked_off_and_not_approved(home: House) -> None:
    case = await home.store.case("C1")
    assert case is not None
    await commit(home, "telegram:1", cases=[replace(case, state="closed", step="done")])
    assert await batch(home)("O01") == Approved(("C2",), 1)


@pytest.mark.parametrize("who", ["A01", "F01", "X01", "K01"])
async def test_nobody_but_operations_approves(home: House, who: str) -> None:
    with pytest.raises(StaffRefused, match="may not approve"):
        await batch(home)(who)
    assert len(await home.rounds.lines("invoices")) == 2
