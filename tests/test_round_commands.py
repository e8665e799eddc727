"""``xiaoer round`` and ``xiaoer report round`` as a person runs them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.people import Staff
from tests.adapters.store_samples import rows
from tests.round_house import House, furnish, house, with_stock
from tests.test_nudge_command import xiaoer

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.now(ZONE)


def day(ago: int) -> str:
    return (NOW - timedelta(days=ago)).date().isoformat()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, with_stock({}), NOW, "xiaoer.db") as home:
        await home.store.put_staff(Staff("KF01", "小安", ("after_sales",)))
        await furnish(home, {"orders": [{"id": "A", "chat": "telegram:1", "paid": f"{day(9)}T09:00"}]})
        yield home


async def test_a_round_by_hand_lists_once_and_is_ticked_off(home: House, tmp_path: Path) -> None:
    at = f"{day(1)}T09:00"
    dry = await xiaoer(tmp_path, "round", "dispatch", "--at", at, "--dry-run", "--json")
    assert dry.code == 0, dry.err
    assert [(row["reason"], row["about"], row["state"]) for row in dry.objects] == [("not_shipped", "A", "dry run")]
    for table in ("rounds", "round_lines"):
        assert rows(tmp_path / "xiaoer.db", f"SELECT count(*) FROM {table}") == [(0,)]
    done = await xiaoer(tmp_path, "round", "dispatch", "--at", at, "--json")
    assert done.code == 0, done.err
    assert "1 found" in done.err
    line = done.objects[0]["line"]
    again = await xiaoer(tmp_path, "round", "dispatch", "--at", at)
    assert "held before" in again.err
    ticked = await xiaoer(tmp_path, "round", "done", str(line), "--staff", "KF01")
    assert ticked.code == 0, ticked.err
    assert "not_shipped A" in ticked.out
    assert (await xiaoer(tmp_path, "report", "round", "dispatch", "--json")).objects == []
    every = await xiaoer(tmp_path, "report", "round", "dispatch", "--all", "--json")
    assert [row["state"] for row in every.objects] == ["done by KF01"]


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (("round", "nonsense"), 1, "there are dispatch"),
        (("round", "dispatch", "--at", "2026-11-23T09:17"), 1, "held at 09:00"),
        (("round", "done"), 2, "LINE"),
        (("round", "dispatch", "7"), 2, "LINE"),
        (("round", "done", "7", "--staff", "KF01"), 1, "no line 7"),
        (("report", "round", "nonsense"), 1, "there are dispatch"),
    ],
)
async def test_what_cannot_be_is_told_in_a_sentence(
    home: House, tmp_path: Path, words: tuple[str, ...], code: int, what: str
) -> None:
    done = await xiaoer(tmp_path, *words)
    assert done.code == code
    assert what in done.err
    assert "Traceback" not in done.err
