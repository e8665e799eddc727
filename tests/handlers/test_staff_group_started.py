"""The staff group as `xiaoer run` starts it: from the settings to the card in a topic."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

from tests.core.group_reader import GROUP
from tests.demo import ROOT
from tests.fakes import TOKEN, BotApiServer
from tests.waiting import until


async def test_a_running_shop_calls_its_staff_in_their_group(tmp_path: Path) -> None:
    for folder in ("knowledge", "templates"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    config = (ROOT / "config.yaml").read_text(encoding="utf-8")
    (tmp_path / "config.yaml").write_text(re.sub(r"staff_group: 0", f"staff_group: {GROUP}", config), encoding="utf-8")
    async with BotApiServer() as api:
        api.group(GROUP)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("XIAOER_", "TELEGRAM_"))}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", str(tmp_path / "config.yaml"), "--port", "0",
            "--data", str(tmp_path / "data"),
            cwd=ROOT, env={**inherited, "BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.base},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            api.say(7, "转人工")
            await until(lambda: any("k:take" in b for s in api.chats.shown.values() for b in s.buttons), 60)
            card = next(s for s in api.chats.shown.values() if any("k:take" in b for b in s.buttons))
            assert card.chat_id == GROUP and "转人工" in card.text
            taking = next(b for b in card.buttons if b.startswith("k:take"))
            query = api.press_in(GROUP, card.message_id, 900, taking)
            await until(lambda: query in api.toasts)
            assert "名单" in api.toasts[query]
        finally:
            process.send_signal(signal.SIGINT)
            await process.wait()
