"""``xiaoer erase`` as it is typed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.demo import ROOT
from tests.service.people import house

DATA = ("--config", str(ROOT / "config.yaml"), "--data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    async def talk() -> None:
        async with house(tmp_path) as home:
            await home.shopper("包邮吗 Zq7xErsMark")

    asyncio.run(talk())
    (tmp_path / "shop.db").rename(tmp_path / "xiaoer.db")
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["erase", *words, *DATA, str(folder)], env={"XIAOER_DATABASE": ""})
    return done.exit_code, done.stdout, done.stderr


def test_a_dry_run_shows_and_the_command_erases_and_says_what_is_left(folder: Path) -> None:
    code, out, err = run(folder, "telegram:7", "--dry-run", "--json")
    assert code == 0, err
    assert json.loads(out.splitlines()[0]) == {"what": "conversations", "count": 1, "which": ""}
    assert b"Zq7xErsMark" in (folder / "xiaoer.db").read_bytes()
    code, out, err = run(folder, "telegram:7", "--staff", "M01", "--json")
    assert code == 0, err
    assert json.loads(out.splitlines()[-1])["count"] > 3
    assert b"Zq7xErsMark" not in (folder / "xiaoer.db").read_bytes()
    code, out, err = run(folder, "telegram:7")
    assert (code, out) == (1, "") and "nobody is known by telegram:7" in err


@pytest.mark.parametrize("staff", ["NOBODY"])
def test_whose_word_it_is_must_be_of_the_staff(folder: Path, staff: str) -> None:
    code, _, err = run(folder, "telegram:7", "--staff", staff)
    assert code == 1 and staff in err
    assert b"Zq7xErsMark" in (folder / "xiaoer.db").read_bytes()
