"""The commands about people, as they are typed, beside a shop that runs."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from typer.main import get_command

from bot.adapters.store_sqlite import SqliteStore
from bot.cli import app
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Status
from bot.core.ports_people import Sheet
from bot.service.keep_staff import code_hash
from tests.test_order_commands import CLEAN, LINE, NOW, ROOT, xiaoer

ROSTER = """
roster:
  shifts: {day: ["00:00-24:00"]}
  weeks:
    KF01: [day day day day day day day]
    KF08: [off off off off off off off]
"""


def shop(tmp_path: Path) -> list[str]:
    """Options of a shop with a roster."""
    (tmp_path / "config.yaml").write_text(ROSTER, encoding="utf-8")
    for name in ("templates", "knowledge"):
        (tmp_path / name).symlink_to(ROOT / name)
    return ["--config", str(tmp_path / "config.yaml"), "--data", str(tmp_path / "data")]


def people(options: list[str]) -> list[dict[str, str]]:
    done = xiaoer("staff", "list", "--json", *options)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_staff_list_is_kept_by_hand(tmp_path: Path) -> None:
    options = shop(tmp_path)
    added = xiaoer("staff", "add", "KF01", "--name", "蕙兰", "--role", "agent", "--role", "finance", *options)
    assert added.returncode == 0, added.stderr
    assert "send" in added.stdout and re.search(r"/staff [A-Z2-9]{5}-[A-Z2-9]{5} ", added.stdout)
    assert people(options) == [
        {"id": "KF01", "name": "蕙兰", "roles": "agent, finance", "state": "active", "duty": "always", "telegram": ""}
    ]
    table = xiaoer("staff", "list", *options)
    assert "蕙兰" in table.stdout
    assert table.stderr == "warning: the roster names KF08, who is not on the staff list\n"
    for command, state in (("away", "away"), ("back", "active"), ("disable", "disabled")):
        assert xiaoer("staff", command, "KF01", *options).returncode == 0
        assert people(options)[0]["state"] == state


def test_mistakes_are_told_in_a_sentence(tmp_path: Path) -> None:
    options = shop(tmp_path)
    for words, said in (
        (("staff", "add", "KF01", "--name", "Lan", "--role", "boss"), "there is no role 'boss'"),
        (("staff", "code", "KF09"), "KF09 is not on the staff list"),
        (("paid", "XE1", "--staff", "KF09"), "KF09 is not on the staff list"),
    ):
        done = xiaoer(*words, *options)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(said) and "Traceback" not in done.stderr
    assert xiaoer("staff", "add", "KF01", *options).returncode == 2


async def test_people_and_payments_are_written_beside_a_running_shop(tmp_path: Path) -> None:
    options = await asyncio.to_thread(shop, tmp_path)
    command = (sys.executable, "-m", "bot", "run", "--port", "0", *options)
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=CLEAN, stderr=asyncio.subprocess.PIPE)
    try:
        assert running.stderr is not None
        greeting = await asyncio.wait_for(running.stderr.readline(), 60)
        assert b"is open" in greeting
        adding = ("staff", "add", "KF01", "--name", "Lan", "--role", "finance", *options)
        added = await asyncio.to_thread(xiaoer, *adding)
        assert added.returncode == 0, added.stderr
        store = SqliteStore(tmp_path / "data" / "xiaoer.db")
        await store.open()
        created = OrderEvent("created", "26050001", NOW, "api", data=OrderData(lines=(LINE,)))
        await store.take_order_events([created], "XE01", NOW)
        paid = await asyncio.to_thread(xiaoer, "paid", "26050001", "--staff", "KF01", *options)
        assert (paid.returncode, paid.stdout) == (0, "26050001 is paid, ¥99; marked by KF01\n")
        order = await store.order("26050001")
        assert order is not None
        assert (order.status, order.history[-1][2]) == (Status.PAID, "staff:KF01")
        code = re.findall(r"[A-Z2-9]{5}-[A-Z2-9]{5}", added.stdout)[0]
        assert await store.link_telegram(code_hash(code), 42, order.history[-1][1]) is not None
        await store.close()
    finally:
        with suppress(ProcessLookupError):
            running.terminate()
        await running.communicate()


async def test_a_sheet_is_shown_and_confirmed_by_the_next_shift(tmp_path: Path) -> None:
    options = await asyncio.to_thread(shop, tmp_path)
    adding = ("staff", "add", "KF01", "--name", "Lan", "--role", "agent", *options)
    assert (await asyncio.to_thread(xiaoer, *adding)).returncode == 0
    store = SqliteStore(tmp_path / "data" / "xiaoer.db")
    await store.open()
    sheet = Sheet("SABCDEF", "day", "2026-05-23", NOW, ("王** 在等\x1b[2J",))
    assert await store.put_sheet(sheet)
    shown = await asyncio.to_thread(xiaoer, "staff", "sheets", *options)
    assert shown.stdout == "SABCDEF  day of 2026-05-23, made 17:00, not confirmed\n  · 王** 在等 [2J\n"
    plain = await asyncio.to_thread(xiaoer, "staff", "sheets", "--json", *options)
    assert json.loads(plain.stdout)["lines"] == ["王** 在等\x1b[2J"]
    confirm = ("staff", "confirm", "sabcdef", "--staff", "KF01", *options)
    done = await asyncio.to_thread(xiaoer, *confirm)
    assert (done.returncode, done.stdout) == (0, "SABCDEF (shift day of 2026-05-23) is confirmed by KF01\n")
    again = await asyncio.to_thread(xiaoer, *confirm)
    assert (again.returncode, again.stderr) == (1, "SABCDEF was confirmed already, by KF01\n")
    assert (await asyncio.to_thread(xiaoer, "staff", "sheets", *options)).stdout == ""
    every = await asyncio.to_thread(xiaoer, "staff", "sheets", "--all", "--json", *options)
    assert json.loads(every.stdout)["confirmed_by"] == "KF01"
    await store.close()


def test_open_hours_that_nobody_works_are_told(tmp_path: Path) -> None:
    options = shop(tmp_path)
    (tmp_path / "config.yaml").write_text(ROSTER.replace("day day day day day day day", "off " * 7), encoding="utf-8")
    assert xiaoer("staff", "add", "KF01", "--name", "Lan", "--role", "agent", *options).returncode == 0
    told = xiaoer("staff", "list", *options).stderr.splitlines()
    gaps = [line for line in told if "nobody works from" in line]
    assert len(gaps) == 10 and all(line.endswith("though the shop is open") for line in gaps)
    assert re.fullmatch(r"warning: \d more", told[-1])


@pytest.mark.parametrize("command", ["add", "list", "disable", "away", "back", "code", "sheets", "confirm"])
def test_every_command_takes_the_options_of_all(command: str) -> None:
    (staff,) = [group for name, group in get_command(app).commands.items() if name == "staff"]  # type: ignore[attr-defined]
    taken = {option for param in staff.commands[command].params for option in param.opts}
    assert {"--config", "--knowledge", "--data"} <= taken
    assert staff.commands[command].help


def test_a_password_is_made_and_shown_once_or_read_from_a_pipe(tmp_path: Path) -> None:
    options = shop(tmp_path)
    xiaoer("staff", "add", "KF01", "--name", "蕙兰", "--role", "agent", *options)
    made = xiaoer("staff", "password", "KF01", "--generate", *options)
    assert made.returncode == 0, made.stderr
    assert re.search(r"password of KF01, shown once: [a-z2-9]{4}(-[a-z2-9]{4}){3}\n", made.stdout)
    # No terminal and nothing piped in: an empty password.
    short = xiaoer("staff", "password", "KF01", *options)
    assert short.returncode == 1 and "10 to 200 characters" in short.stderr
    unknown = xiaoer("staff", "password", "KF99", "--generate", *options)
    assert unknown.returncode == 1 and "KF99 is not on the staff list" in unknown.stderr
