"""What the boards show, on the command line."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from bot.adapters.store_sqlite import SqliteStore
from bot.cli import app
from bot.core import events as e
from bot.core.people import Staff
from tests.adapters.test_store_desk import happen, spoke


def test_unanswered_questions_are_listed_without_phone_numbers(tmp_path: Path) -> None:
    async def ask() -> None:
        store = SqliteStore(tmp_path / "xiaoer.db")
        await store.open()
        for talk, words in (("web:a", "阿巴阿巴？"), ("web:b", "阿巴阿巴"), ("web:c", "嘎嘎 13912345678")):
            await happen(store, talk, datetime.now(UTC), spoke(words), e.NotUnderstood(), e.ChoicesOffered(("t:fee",)))
        await store.close()

    asyncio.run(ask())
    shown = CliRunner().invoke(app, ["report", "unanswered", "--json", "--data", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    rows = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [(row["times"], row["chats"], row["offered"]) for row in rows] == [(1, 1, "fee"), (2, 2, "fee")]
    assert "13912345678" not in shown.stdout and rows[1]["question"] == "阿巴阿巴"
    assert "阿巴阿巴" in CliRunner().invoke(app, ["report", "unanswered", "--data", str(tmp_path)]).stdout


def test_numbers_per_person_are_listed(tmp_path: Path) -> None:
    async def talk() -> None:
        store = SqliteStore(tmp_path / "xiaoer.db")
        await store.open()
        await store.put_staff(Staff("A01", "小安", ("agent",)))
        now = datetime.now(UTC)
        await happen(store, "web:a", now, spoke("在吗"), e.StaffSpoke("A01", "在的", now.isoformat()))
        await store.close()

    asyncio.run(talk())
    shown = CliRunner().invoke(app, ["report", "staff", "--days", "1", "--json", "--data", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    row = json.loads(shown.stdout)
    assert (row["staff"], row["buyers"], row["buyer_ids"]) == ("A01", 1, ["web:a"])
    assert (row["deals"], row["conversion"], row["order_value"]) == (0, 0.0, None)
    assert "小安" in CliRunner().invoke(app, ["report", "staff", "--data", str(tmp_path)]).stdout
