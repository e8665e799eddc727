"""The commands about orders as people type them, and the way back to the platform while the shop runs."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.store_sqlite import SqliteStore
from bot.core.binding import order_of_start
from bot.core.catalogue import Text
from bot.core.order_events import OrderData, OrderEvent
from bot.core.orders import Note, OrderLine
from tests.adapters.reports import ORDER_HEADS, PAID, UNPAID, write_csv
from tests.platform_server import SECRET, PlatformServer
from tests.waiting import until

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 5, 24, 9, 0, tzinfo=UTC)
LINE = OrderLine("T1", "t1", Text("T恤"), Text("黑"), "L", 1, 9900)
#: Nothing of the developer's own environment.
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("XIAOER_", "BOT_", "TELEGRAM_"))}


def xiaoer(*words: str | Path, env: Mapping[str, str] = CLEAN) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120)


async def note(data: Path, order_no: str, words: str, *, report: bool = False) -> None:
    store = SqliteStore(data / "xiaoer.db")
    await store.open()
    try:
        if report:
            created = OrderEvent("created", order_no, NOW, "import", data=OrderData(lines=(LINE,)))
            await store.take_order_events([created], "XE01", NOW)
        assert await store.add_note(order_no, Note(words, "XE01", NOW), NOW) is not None
    finally:
        await store.close()


async def test_a_report_goes_in_and_its_notes_come_out(tmp_path: Path) -> None:
    data, shop = tmp_path / "data", ROOT / "config.yaml"
    heads = ORDER_HEADS
    file = write_csv(tmp_path / "ExportOrderList202605240830.csv", heads, UNPAID, {**UNPAID, "总金额": "面议"}, PAID)
    done = await asyncio.to_thread(xiaoer, "import", "orders", file, "--data", data, "--config", shop)
    assert done.returncode == 1
    assert done.stdout == "3 rows read; orders: 2 new, 0 changed, 0 known already; 1 bad rows\n"
    assert f"{file}:3: 总金额: is no amount in yuan" in done.stderr.splitlines()

    good = write_csv(file, heads, UNPAID, PAID)
    done = await asyncio.to_thread(xiaoer, "import", "orders", good, "--data", data, "--config", shop)
    assert (done.returncode, done.stdout) == (
        0,
        "2 rows read; orders: 0 new, 0 changed, 2 known already; 0 bad rows\n",
    )

    await note(data, "2605220000000000028", "=HYPERLINK(1) 加赠袜子")
    out = tmp_path / "notes.csv"
    done = await asyncio.to_thread(xiaoer, "export", "notes", out, "--data", data, "--config", shop)
    assert (done.returncode, done.stdout) == (0, "1 orders with notes\n")
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(raw.decode("utf-8-sig").splitlines())
    assert row["订单编号"] == "2605220000000000028\t"
    assert not row["备注"].startswith("=") and "加赠袜子" in row["备注"]
    assert row["旗子"] == "1"


def test_a_file_that_is_no_report_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "photo.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    done = xiaoer("import", "orders", file, "--data", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "订单编号" in done.stderr and "Traceback" not in done.stderr
    missing = xiaoer("import", "orders", tmp_path / "none.csv", "--data", tmp_path)
    assert missing.returncode == 1 and "Traceback" not in missing.stderr


async def test_the_running_shop_tells_the_platform(tmp_path: Path) -> None:
    await asyncio.to_thread((tmp_path / "data").mkdir)
    await note(tmp_path / "data", "26050001", "加赠袜子", report=True)
    config = tmp_path / "config.yaml"
    with PlatformServer() as platform:
        config.write_text(f"platform: {{webhook_url: '{platform.url}'}}\n", encoding="utf-8")
        (tmp_path / "templates").symlink_to(ROOT / "templates")
        (tmp_path / "knowledge").symlink_to(ROOT / "knowledge")
        words = ("run", "--config", str(config), "--data", str(tmp_path / "data"), "--port", "0")
        command = (sys.executable, "-m", "bot", *words)
        secret = {**CLEAN, "XIAOER_PLATFORM_SECRET": SECRET}
        shop = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=secret, stderr=asyncio.subprocess.PIPE)
        try:
            await until(lambda: "26050001" in platform.memos, 60)
        finally:
            shop.terminate()
            await shop.communicate()
    assert "加赠袜子" in platform.memos["26050001"][0]
    refused = await asyncio.to_thread(xiaoer, *words)
    assert refused.returncode == 1 and "XIAOER_PLATFORM_SECRET" in refused.stderr


async def test_dead_letters_are_listed(tmp_path: Path) -> None:
    await note(tmp_path, "26050001", "加赠袜子", report=True)
    store = SqliteStore(tmp_path / "xiaoer.db")
    await store.open()
    (row,) = await store.claim_platform("w", NOW, 60, 10)
    await store.fail_platform(row.id, "answered 404", NOW, None)
    await store.close()
    done = await asyncio.to_thread(xiaoer, "report", "letters", "--json", "--data", tmp_path)
    (letter,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (letter["order"], letter["error"]) == ("26050001", "answered 404")


LINK_SECRET = "links of this very shop"


async def test_a_link_proves_the_order_it_was_made_for(tmp_path: Path) -> None:
    await note(tmp_path, "#1001", "gift card", report=True)
    env = {**CLEAN, "XIAOER_LINK_SECRET": LINK_SECRET}
    done = await asyncio.to_thread(xiaoer, "link", "1001", "--data", tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert order_of_start(done.stdout.strip(), LINK_SECRET.encode()) == "#1001"
    assert "telegram.bot_name" in done.stderr
    config = tmp_path / "config.yaml"
    config.write_text("telegram: {bot_name: XiaoerDemoBot}\n", encoding="utf-8")
    named = await asyncio.to_thread(xiaoer, "link", "#1001", "--data", tmp_path, "--config", config, env=env)
    assert (named.stdout, named.stderr) == (f"https://t.me/XiaoerDemoBot?start={done.stdout}", "")


async def test_without_a_secret_or_an_order_there_is_no_link(tmp_path: Path) -> None:
    await note(tmp_path, "A" * 60, "gift card", report=True)
    bare = await asyncio.to_thread(xiaoer, "link", "A-1", "--data", tmp_path)
    assert (bare.returncode, bare.stdout) == (1, "")
    assert "XIAOER_LINK_SECRET" in bare.stderr and "Traceback" not in bare.stderr
    env = {**CLEAN, "XIAOER_LINK_SECRET": LINK_SECRET}
    for order_no, said in (("A-1", "there is no order A-1"), ("A" * 60, "does not fit into a link")):
        done = await asyncio.to_thread(xiaoer, "link", order_no, "--data", tmp_path, env=env)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr and LINK_SECRET not in done.stderr and "Traceback" not in done.stderr
