"""docs/procedures.md names every procedure of the manual, files that exist, and commands that do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.rounds import ROUND_BY_ID
from tests.demo import ROOT, demo_shop
from tests.procedure_house import order_of, procedure_house

DOCUMENT = (ROOT / "docs/procedures.md").read_text(encoding="utf-8")
IDS = [
    f"{letter}{number}"
    for letter, last in (("A", 12), ("B", 7), ("C", 15), ("D", 7), ("E", 9), ("F", 6), ("G", 9))
    for number in range(1, last + 1)
]
ROWS = {cells[1].strip(): cells for line in DOCUMENT.splitlines() if len(cells := line.split("|")) == 7}


def test_every_procedure_has_a_row_with_a_place_a_way_to_try_it_and_what_is_left() -> None:
    assert [name for name in ROWS if re.fullmatch(r"[A-G]\d+", name)] == IDS
    assert [name for name in IDS if not all(cell.strip() for cell in ROWS[name][2:6])] == []


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:bot|knowledge|tests|docs)(?:/[\w./-]+)?)`", DOCUMENT)
    assert len(named) > 60
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_playbook_of_the_demo_shop_is_named() -> None:
    files = {book.source.rpartition(":")[0] for book in demo_shop().playbooks}
    assert sorted(file for file in files if f"`{file}`" not in DOCUMENT) == []


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`xiaoer ([a-z_ ]+)`", DOCUMENT))))
def test_every_command_that_is_named_exists(command: str) -> None:
    words = command.split()
    if words[0] == "round" and len(words) == 2:
        assert words[1] in ROUND_BY_ID
        words = words[:1]
    told = CliRunner().invoke(app, [*words, "--help"])
    assert told.exit_code == 0, command


SAID = {
    name: (book, re.findall(r'"([^"]+)"', ROWS[name][4]))
    for name in IDS
    if (book := next(iter(re.findall(r"`knowledge/playbooks/(\w+)\.yaml`", ROWS[name][3])), ""))
    and "say " in ROWS[name][4]
}


@pytest.mark.parametrize("name", sorted(SAID))
async def test_what_the_table_says_begins_that_procedure(name: str, tmp_path: Path) -> None:
    book, words = SAID[name]
    status = "paid" if name == "C13" else "signed"
    async with procedure_house(tmp_path) as house:
        await house.put_orders(order_of({"order": "A-1001", "status": status, "since": "2026-11-22T20:00"}))
        for said in words[:1] if name == "C15" else words * 2 if "twice" in ROWS[name][4] else words:
            await house.shopper(said)
        assert [case.playbook for case in await house.cases() if case.open] == [book]
