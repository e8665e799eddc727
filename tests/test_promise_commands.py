"""The ledger of promises as commands, beside a shop that runs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from tests.adapters.people_samples import ANNA, happen, promise
from tests.test_order_commands import ROOT, xiaoer

#: Due in a thousand years, and due long ago: the commands read the real clock.
FAR = datetime(3000, 1, 1, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)


async def granted(data: Path) -> None:
    store = SqliteStore(data / "xiaoer.db")
    await store.open()
    try:
        await store.put_staff(ANNA)
        gift = replace(promise("PA"), due_at=FAR)
        refund = replace(promise("PB", kind="cash"), words="赔付", amount_fen=2050, due_at=PAST, role="supervisor")
        coupon = replace(promise("PC", kind="coupon"), percent=10, due_at=FAR + timedelta(days=1))
        await happen(store, promised=(gift, refund, coupon))
    finally:
        await store.close()


async def test_the_ledger_is_shown_and_settled_by_hand(tmp_path: Path) -> None:
    data = tmp_path
    await granted(data)
    options = ("--data", data, "--config", ROOT / "config.yaml")

    async def run(*words: str) -> tuple[int, str, str]:
        done = await asyncio.to_thread(xiaoer, *words, *options)
        return done.returncode, done.stdout, done.stderr

    async def rows(*words: str) -> list[dict[str, str]]:
        code, out, err = await run("report", "promises", "--json", *words)
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]

    assert [(row["id"], row["state"], row["figure"]) for row in await rows()] == [
        ("PB", "broken", "¥20.50"),
        ("PA", "open", ""),
        ("PC", "open", "10%"),
    ]
    assert [row["id"] for row in await rows("--broken")] == ["PB"]
    assert await rows("--open") == await rows()
    assert (await run("report", "promises"))[1].count("broken") == 1

    code, out, _ = await run("promise", "kept", "PB", "--staff", "anna")
    assert (code, out) == (0, "PB is kept: 赔付\n")
    assert (await run("promise", "withdrawn", "PC", "--staff", "anna"))[0] == 0
    assert [row["id"] for row in await rows("--open")] == ["PA"]
    assert {row["id"]: row["state"] for row in await rows()} == {"PB": "kept", "PA": "open", "PC": "withdrawn"}

    code, out, err = await run("promise", "kept", "PB", "--staff", "anna")
    assert (code, out) == (1, "")
    assert err.startswith("there is no open promise PB") and "Traceback" not in err
    assert (await run("promise", "kept", "PA"))[0] == 2
