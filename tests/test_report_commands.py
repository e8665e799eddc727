"""Reports on the command line."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.adapters.store_sqlite import SqliteStore
from bot.cli import app
from bot.core import events as e
from bot.core.cases import Case
from bot.core.conversation import fold
from bot.core.people import Staff
from bot.core.ports import Turn

FORMULA = "=HYPERLINK(1)"


async def keep(data: Path, *cases: Case) -> None:
    store = SqliteStore(data / "xiaoer.db")
    await store.open()
    for case in cases:
        loaded = await store.load(case.conversation_id, "web")
        opened = (e.CaseMoved(case.case_id, "opened", "bot"),)
        talk = fold(loaded.conversation, opened)
        await store.commit(Turn(None, loaded.version, talk, opened, (), case.opened_at, cases=(case,)))
    await store.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    now = datetime.now(UTC)
    torn = Case(
        "C1", "web:王芳", "damaged", "after_sales", now, "13800001111", (("damage", "torn"),), playbook="damaged"
    )
    odd = Case("C2", "web:b", FORMULA, "after_sales", now, "")
    gift = Case("C3", "web:c", "gift", "supervisor", now, "")
    asyncio.run(keep(tmp_path, torn, odd, gift))
    return tmp_path


def run(*args: str) -> str:
    shown = CliRunner().invoke(app, ["report", *args])
    assert shown.exit_code == 0, shown.output
    return shown.stdout


def test_complaints_are_counted_without_a_name(data: Path) -> None:
    rows = [json.loads(line) for line in run("complaints", "--json", "--data", str(data)).splitlines()]
    counted = {(row["by"], row["key"]): row["count"] for row in rows}
    assert counted[("total", "opened")] == 2 and ("kind", "gift") not in counted
    assert counted[("kind", "damaged")] == 1 and counted[("outcome", "damaged.open")] == 1
    assert not [word for word in ("王芳", "13800001111", "web:") if word in json.dumps(rows, ensure_ascii=False)]


def test_two_reasons_of_one_playbook_are_told_apart(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    cases = [Case(f"C{n}", "web:a", name, "supervisor", now, "") for n, name in enumerate(("quality", "exchange"))]
    asyncio.run(keep(tmp_path, *cases))
    rows = [json.loads(line) for line in run("complaints", "--json", "--data", str(tmp_path)).splitlines()]
    names = [row["name"] for row in rows if row["by"] == "kind"]
    assert len(set(names)) == 2 and all(name.startswith("不满意或换货") for name in names)


def test_a_spreadsheet_runs_no_cell_of_it(data: Path) -> None:
    rows = list(csv.reader(io.StringIO(run("complaints", "--csv", "--data", str(data)))))
    assert rows[0] == ["by", "key", "name", "count", "before", "change"]
    assert ["kind", f"'{FORMULA}", f"'{FORMULA}", "1", "0", "1"] in rows


def test_what_is_no_month_is_said_in_a_sentence(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["report", "complaints", "--month", "Oktober", "--data", str(tmp_path)])
    assert (shown.exit_code, "no month" in shown.output) == (1, True)


def test_a_case_is_begun_by_hand_and_told_in_a_sentence(tmp_path: Path) -> None:
    async def hire() -> None:
        store = SqliteStore(tmp_path / "xiaoer.db")
        await store.open()
        await store.put_staff(Staff("A01", "小安", ("agent",)))
        await store.close()

    asyncio.run(hire())
    args = ["case", "open", "gift_mailing", "--staff", "A01", "--data", str(tmp_path)]
    begun = CliRunner().invoke(app, [*args, "--conversation", "web:a"])
    assert begun.exit_code == 0 and "is open: gift_mailing" in begun.stdout, begun.output
    again = CliRunner().invoke(app, [*args, "--conversation", "web:a"])
    assert (again.exit_code, "open already" in again.output) == (1, True)
    assert CliRunner().invoke(app, [*args, "--order", "NO1"]).exit_code == 1
    assert CliRunner().invoke(app, [*args, "--fact", "nonsense"]).exit_code == 2


def test_a_month_is_archived_once_and_one_that_is_not_over_is_refused(data: Path, tmp_path: Path) -> None:
    args = ["archive", "--to", str(tmp_path / "kept"), "--data", str(data), "--month"]
    place = Path(run(*args, "2025-10").strip())
    assert place == tmp_path / "kept" / "2025-10" and (place / "SHA256SUMS").is_file()
    assert run(*args, "2025-10").strip() == str(place)
    month = f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m}"
    refused = CliRunner().invoke(app, ["report", *args, month])
    assert (refused.exit_code, "is not over" in refused.output) == (1, True)
    so_far = Path(run(*args, month, "--so-far").strip())
    assert so_far.name.startswith(f"{month}-so-far-")
    text = (so_far / "cases.csv").read_text(encoding="utf-8-sig")
    assert "damaged" in text and "王芳" not in text and f"'{FORMULA}" in text
