"""``xiaoer erase`` as it is typed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.ports_people import Topic
from tests.core.group_reader import GROUP
from tests.demo import ROOT
from tests.fakes import TOKEN, BotApiServer
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


def run(folder: Path, *words: str, **more: str) -> tuple[int, str, str]:
    environment = {"XIAOER_DATABASE": "", "BOT_TOKEN": "", **more}
    done = CliRunner().invoke(app, ["erase", *words, *DATA, str(folder)], env=environment)
    return done.exit_code, done.stdout, done.stderr


def test_a_dry_run_shows_and_the_command_erases_and_says_what_is_left(folder: Path) -> None:
    code, out, err = run(folder, "telegram:7", "--dry-run", "--json")
    assert code == 0, err
    assert json.loads(out.splitlines()[0]) == {"what": "conversations", "count": 1, "which": ""}
    assert b"Zq7xErsMark" in (folder / "xiaoer.db").read_bytes()
    (folder / "archive").mkdir()
    code, out, err = run(folder, "telegram:7", "--staff", "M01", "--json")
    assert code == 0 and "archive is sealed and stays" in err
    assert json.loads(out.splitlines()[-1])["count"] > 3
    assert b"Zq7xErsMark" not in (folder / "xiaoer.db").read_bytes()
    code, out, err = run(folder, "telegram:7")
    assert (code, out) == (1, "") and "nobody is known by telegram:7" in err


async def test_her_topic_of_the_staff_group_goes_too_or_is_named(folder: Path) -> None:
    async with BotApiServer() as api:
        api.group(GROUP)
        threads = [api.chats.open_topic(GROUP, "Mei") for _ in range(2)]
        for chat, thread in zip(("telegram:7", "telegram:8"), threads, strict=True):
            await _with_topic(folder, chat, thread)
        code, _, err = await asyncio.to_thread(run, folder, "telegram:7", **_at(api))
        assert code == 0 and "topic" not in err
        assert list(api.group(GROUP).topics) == threads[1:]
        api.fail("deleteForumTopic", status=400, description="Bad Request: not enough rights to delete a topic")
        code, _, err = await asyncio.to_thread(run, folder, "telegram:8", **_at(api))
        assert code == 0 and f"delete topic {threads[1]} of the staff group {GROUP}" in err


def _at(api: BotApiServer) -> dict[str, str]:
    return {"BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.base}


async def _with_topic(folder: Path, chat: str, thread: int) -> None:
    (folder / "xiaoer.db").rename(folder / "shop.db")
    async with house(folder) as home:
        await home.shopper("包邮吗", chat)
        await home.store.put_topic(Topic(chat, GROUP, thread))
    (folder / "shop.db").rename(folder / "xiaoer.db")


@pytest.mark.parametrize("staff", ["NOBODY"])
def test_whose_word_it_is_must_be_of_the_staff(folder: Path, staff: str) -> None:
    code, _, err = run(folder, "telegram:7", "--staff", staff)
    assert code == 1 and staff in err
    assert b"Zq7xErsMark" in (folder / "xiaoer.db").read_bytes()
