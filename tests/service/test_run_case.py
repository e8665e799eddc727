from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.case_run import Denied
from bot.core.ownership import Done
from tests.service.people import ANN, SUE, House, house


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


async def test_nobody_comes_and_she_hears_of_it_twice_while_staff_are_called_again_and_again(shop: House) -> None:
    await shop.shopper("转人工")
    roles = []
    for _ in range(8):
        shop.clock.advance(61)
        await shop.run_case.alarms(shop.clock.now())
        (case,) = await shop.store.open_cases()
        roles.append(case.role)
    waiting = [text for text in await shop.told() if "久等" in text]
    assert len(waiting) == 2
    assert roles[-1] == "manager"
    assert "supervisor" in roles


async def test_a_case_that_was_taken_is_not_called_unanswered(shop: House) -> None:
    await shop.shopper("转人工")
    await shop.hand_over.take(shop.chat, "telegram", ANN)
    shop.clock.advance(3600)
    await shop.run_case.alarms(shop.clock.now())
    assert not [text for text in await shop.told() if "久等" in text]


async def test_a_case_of_another_conversation_cannot_be_decided(shop: House) -> None:
    await shop.shopper("转人工")
    (case,) = await shop.store.open_cases()
    assert await shop.run_case.choose(case.case_id, "telegram:8", "answer", "done", ANN) == Denied("unknown")
    assert await shop.run_case.choose("C9", shop.chat, "answer", "done", ANN) == Denied("unknown")
    assert [case.state for case in await shop.store.open_cases()] == ["open"]


async def test_the_second_decision_on_a_step_comes_too_late(shop: House) -> None:
    await shop.shopper("转人工")
    (case,) = await shop.store.open_cases()
    assert await shop.run_case.choose(case.case_id, shop.chat, "answer", "done", ANN) == Done()
    assert await shop.run_case.choose(case.case_id, shop.chat, "answer", "done", SUE) == Denied("closed")


async def test_alarms_after_a_restart_go_on_where_they_were(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        await first.shopper("转人工")
        late = first.clock.now()
    async with house(tmp_path, late) as second:
        second.clock.advance(61)
        assert await second.run_case.alarms(second.clock.now()) == 1
        assert await second.run_case.alarms(second.clock.now()) == 0
        assert [text for text in await second.told() if "久等" in text]
