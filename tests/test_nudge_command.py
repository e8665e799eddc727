"""``xiaoer nudge`` and ``xiaoer report late`` as a person runs them, against a Bot API server."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store_sqlite import SqliteStore
from bot.app.commands import nudge_rules
from bot.core.orders import Address, Flag
from bot.settings import Settings, load_secrets
from tests.adapters.order_samples import BOT, chat, report, take, unpaid
from tests.adapters.store_samples import rows
from tests.demo import ROOT
from tests.fakes import TOKEN, BotApiServer

TEN = "2026-11-23T10:00"


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
async def api() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as server:
        yield server


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "xiaoer.db")
    await store.open()
    yield store
    await store.close()


async def xiaoer(folder: Path, *words: str, api: BotApiServer | None = None) -> Done:
    """Without ``api`` nothing can be sent; a dry run has a token all the same, and uses it for nothing."""
    environment = {name: value for name, value in os.environ.items() if name != "BOT_TOKEN"}
    if api is not None:
        environment |= {"BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.base}
    elif "--dry-run" in words:
        environment |= {"BOT_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, "--data", str(folder),
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return Done(process.returncode or 0, out.decode(), err.decode())


async def test_a_dry_run_says_whom_and_why_not_and_writes_nothing(store: SqliteStore, tmp_path: Path) -> None:
    await unpaid(store, "DUE")
    await take(store, report("created", "YOUNG", hours=1), report("created", "UNBOUND"))
    done = await xiaoer(tmp_path, "nudge", "--at", TEN, "--dry-run", "--json")
    assert done.code == 0, done.err
    assert done.objects == [
        {"order": "DUE", "decision": "remind", "reason": None},
        {"order": "UNBOUND", "decision": "skip", "reason": "unbound"},
        {"order": "YOUNG", "decision": "skip", "reason": "too_young"},
    ]
    for table in ("slots", "nudges", "outbox", "phone_list"):
        assert rows(tmp_path / "xiaoer.db", f"SELECT count(*) FROM {table}") == [(0,)]
    shown = await xiaoer(tmp_path, "nudge", "--at", TEN, "--dry-run")
    assert all(word in shown.out for word in ("DUE", "remind", "too_young"))


async def test_a_round_by_hand_sends_each_reminder_once(store: SqliteStore, tmp_path: Path, api: BotApiServer) -> None:
    await unpaid(store, "A", "telegram:11")
    await unpaid(store, "B", "telegram:12")
    await unpaid(store, "BLOCKED", "telegram:13")
    api.fail("sendMessage", chat_id=13, status=403)
    api.fail("sendMessage", chat_id=12, status=429, retry_after=1, times=1)
    for _ in range(2):
        done = await xiaoer(tmp_path, "nudge", "--at", TEN, api=api)
        assert done.code == 0, done.err
    assert len(api.texts(11)) == len(api.texts(12)) == 1
    assert "A" in api.texts(11)[0]
    assert api.sent(11)[0].buttons == ["n:paid:A", "n:no:A", "n:help:A", "n:stop"]
    order = await store.order("A")
    assert order is not None
    assert (order.flag, order.notes[-1].content, order.notes[-1].staff_id) == (Flag.BLUE, "reminded", BOT)
    calls = await xiaoer(tmp_path, "nudge", "--calls", "--json")
    assert [(c["order"], c["reason"]) for c in calls.objects] == [("BLOCKED", "unreachable")]


async def test_a_connection_cut_after_telegram_took_it_is_shown_and_not_repeated(
    store: SqliteStore, tmp_path: Path, api: BotApiServer
) -> None:
    await unpaid(store, "A", "telegram:11")
    api.fail("sendMessage", chat_id=11, cut=True)
    first = await xiaoer(tmp_path, "nudge", "--at", TEN, api=api)
    again = await xiaoer(tmp_path, "nudge", "--at", TEN, api=api)
    assert len(api.texts(11)) == 1
    assert "1 messages of the shop are uncertain" in first.err
    assert "run before" in again.err
    order = await store.order("A")
    assert order is not None
    assert (order.flag, order.notes) == (None, ())


async def test_a_shop_that_runs_sends_them_itself(store: SqliteStore, tmp_path: Path, api: BotApiServer) -> None:
    await unpaid(store)
    await store.serve_alone()
    done = await xiaoer(tmp_path, "nudge", "--at", TEN, api=api)
    assert (done.code, api.sent()) == (0, [])
    assert "1 reminded" in done.err
    assert len(await store.claim_outbox("s", datetime.now(UTC), ["telegram"], 5)) == 1


async def test_where_telegram_is_not_served_whoever_is_due_goes_to_the_phone_list(
    store: SqliteStore, tmp_path: Path
) -> None:
    await unpaid(store)
    done = await xiaoer(tmp_path, "nudge", "--at", TEN, "--json")
    assert done.objects == [{"order": "T1", "decision": "skip", "reason": "unreachable"}]
    assert "BOT_TOKEN" in done.err
    calls = await xiaoer(tmp_path, "nudge", "--calls", "--json")
    assert [(c["order"], c["reason"]) for c in calls.objects] == [("T1", "unreachable")]


def test_the_rounds_of_a_running_shop_remind_on_the_channels_it_serves() -> None:
    assert nudge_rules(Settings(), load_secrets({"BOT_TOKEN": TOKEN})).channels == {"telegram"}
    assert nudge_rules(Settings(), load_secrets({})).channels == frozenset()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--at", "2026-11-23T11:00"), 1, "10:00, 16:00"),
        (("--at", "soon"), 1, "10:00, 16:00"),
        ((), 2, "--calls"),
    ],
)
async def test_a_round_that_is_none_is_refused(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = await xiaoer(tmp_path, "nudge", *words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


async def test_the_phone_list_shows_whom_to_call(store: SqliteStore, tmp_path: Path) -> None:
    home = Address("杭州", "浙江", "文三路 1 号", "李雷", "13800138000")
    await take(store, report("created", "UNBOUND", address=home))
    await xiaoer(tmp_path, "nudge", "--at", TEN)
    (call,) = (await xiaoer(tmp_path, "nudge", "--calls", "--json")).objects
    assert (call["phone"], call["name"], call["total"], call["reason"]) == ("13800138000", "李雷", "¥99", "unbound")


async def test_late_orders_are_listed_by_how_late_they_are(store: SqliteStore, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    past = [report("created", f"T{n}") for n in range(4)]
    await take(store, *past)
    hours = {"T0": 23, "T1": 25, "T2": 80}
    await take(store, *(replace(report("paid", no), at=now - timedelta(hours=h)) for no, h in hours.items()))
    await take(store, replace(report("shipped", "T3"), at=now - timedelta(hours=97)))
    done = await xiaoer(tmp_path, "report", "late", "--json")
    assert done.code == 0, done.err
    assert {late["order"]: late["late"] for late in done.objects} == {
        "T1": "dispatch_24h",
        "T2": "dispatch_72h",
        "T3": "arrival_96h",
    }


async def test_what_reminding_brought_is_counted(store: SqliteStore, tmp_path: Path) -> None:
    done = await xiaoer(tmp_path, "report", "reminders", "--json")
    assert done.objects == [{"reminded": 0, "reminded_paid": 0, "held_out": 0, "held_out_paid": 0}]


async def test_words_of_a_stranger_cannot_paint_the_terminal(store: SqliteStore, tmp_path: Path) -> None:
    await chat(store)
    rude = Address("", "", "", "[red]\x1b[31mLI[/]", "1")
    await take(store, report("created", "UNBOUND", address=rude))
    await xiaoer(tmp_path, "nudge", "--at", TEN)
    assert "\x1b" not in (await xiaoer(tmp_path, "nudge", "--calls")).out


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
async def test_the_readme_shows_what_a_dry_run_prints(store: SqliteStore, tmp_path: Path, readme: str) -> None:
    await unpaid(store, "XE26112200000101")
    await unpaid(store, "XE26112200000102", "telegram:2")
    await chat(store, "telegram:2", owner="agent")
    await take(store, report("created", "XE26112300000103", hours=1), report("created", "3021688412345678"))
    done = await xiaoer(tmp_path, "nudge", "--at", TEN, "--dry-run")
    shown = (ROOT / readme).read_text(encoding="utf-8").split("<!-- nudge -->")[1]
    assert f"```text\n{done.out}```" in shown
