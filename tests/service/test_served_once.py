"""Two customers with one receipt at the same moment: one is the first, the other one is the supervisor's to decide."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from sqlite3 import connect

import pytest

from bot.core.case_run import Denied
from bot.core.errors import Conflict
from bot.core.messages import Incoming
from bot.core.ports import Turn
from tests.procedure_house import MORNING, ProcedureHouse, person, procedure_house

CHATS = ("test:1", "test:2")
WORDS = ("我来领赠品", "", "小票号 20261120888", "开业活动")


async def says(house: ProcedureHouse, chat: str, number: int, text: str) -> None:
    media = () if text else ("test:photo",)
    kind = "text" if text else "photo"
    at: datetime = house.clock.now()
    incoming = Incoming("test", chat, f"{chat}/{number}", at, kind=kind, text=text, media=media)  # type: ignore[arg-type]
    assert await house.converse(incoming, None) is not None


@pytest.mark.parametrize("turn", range(5))
async def test_of_two_who_come_with_one_receipt_at_once_one_is_the_first(tmp_path: Path, turn: int) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        for number, words in enumerate(WORDS):
            await asyncio.gather(*(says(house, chat, number, words) for chat in CHATS))
        await asyncio.gather(*(says(house, chat, 9, f"13900001{n}{turn}") for n, chat in enumerate(CHATS, 10)))
        cases = [(await house.store.cases(chat))[-1] for chat in CHATS]
        assert sorted(case.step for case in cases) == ["check", "second_time"]
        assert sorted(case.fact("seen_before") for case in cases) == ["no", "yes"]
        second = next(case for case in cases if case.step == "second_time")
        first = next(case for case in cases if case.step == "check")
        assert second.fact("earlier") == f"{first.case_id} · 2026-11-23"
        answer = await house.run_case.choose(
            second.case_id, second.conversation_id, "second_time", "allow", person("after_sales"), "x"
        )
        assert answer == Denied("not_yours")


async def test_the_store_refuses_who_took_for_new_what_another_one_took_meanwhile(tmp_path: Path) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        for number, words in enumerate((*WORDS, "13900001111")):
            await says(house, CHATS[0], number, words)
        await says(house, CHATS[1], 0, WORDS[0])
        (first,), (asking,) = [await house.store.cases(chat) for chat in CHATS]
        loaded = await house.store.load(CHATS[1], "test")
        late = asking.with_fact("seen_before", "no")
        late = type(late)(**{**{name: getattr(late, name) for name in late.__slots__}, "key": first.key})
        turn = Turn(None, loaded.version, loaded.conversation, (), (), house.clock.now(), cases=(late,))
        with pytest.raises(Conflict, match="taken by another one"):
            await house.store.commit(turn)


async def test_what_is_kept_of_a_household_is_a_digest_that_tells_nobody_where_it_lives(tmp_path: Path) -> None:
    async with procedure_house(tmp_path, MORNING) as house:
        for number, words in enumerate(
            ("我要办会员卡", "本人", "李小梅", "没有", "13900001111", "佛山市禅城区某路12号")
        ):
            await says(house, CHATS[0], number, words)
        with connect(tmp_path / "shop.db") as db:
            rows = db.execute("SELECT case_id, key FROM case_keys").fetchall()
        (case,) = await house.store.cases(CHATS[0])
        assert rows == [(case.case_id, case.key)]
        assert len(case.key) == 64 and "某路" not in str(rows)
