"""The shop as people start it, in a process of its own, and a second hand on its database."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.adapters.photo_files import PhotoFiles
from bot.adapters.store_sqlite import SqliteStore
from bot.core.errors import Conflict
from bot.core.messages import Attachment, Reply
from bot.core.ports import Turn

ROOT = Path(__file__).resolve().parents[2]

CONFIG = """
web:
  allowed_origins: [{origin}]
  messages_per_minute: 600
  sessions_per_minute_per_address: 1000
"""


class RunningShop:
    """``origin``: another site whose pages may hold the chat."""

    def __init__(
        self, folder: Path, port: int, origin: str = "http://127.0.0.1:1", knowledge: Path = ROOT / "knowledge"
    ) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self._data = folder / "data"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "config.yaml").write_text(CONFIG.format(origin=origin), encoding="utf-8")
        (folder / "knowledge").symlink_to(knowledge)
        (folder / "templates").symlink_to(ROOT / "templates")
        #: For a second hand on it.
        self.database = self._data / "xiaoer.db"
        self._command = [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.yaml")]
        self._command += ["--data", str(self._data), "--port", str(port)]

    def start(self) -> None:
        kept = {k: v for k, v in os.environ.items() if k != "BOT_TOKEN" and not k.startswith(("XIAOER_", "TELEGRAM_"))}
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=kept, stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.base}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the shop never answered")

    def stop(self, how: int = signal.SIGINT) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)

    def tell(self, conversation_id: str, *replies: Reply) -> None:
        """As somebody else queues words: a person, the clock."""

        async def work() -> None:
            store = SqliteStore(self._data / "xiaoer.db")
            await store.open()
            try:
                await _commit(store, conversation_id, replies)
            finally:
                await store.close()

        _beside(work())

    def keep_photo(self, conversation_id: str, content: bytes) -> Attachment:
        """As the desk keeps a picture for one shopper."""
        made: list[str] = []

        async def work() -> None:
            made.append(await PhotoFiles(self._data / "uploads").keep(conversation_id.partition(":")[2], content))

        _beside(work())
        return Attachment("photo", f"web:{made[0]}")


async def _commit(store: SqliteStore, conversation_id: str, replies: Sequence[Reply]) -> None:
    while True:
        loaded = await store.load(conversation_id, "web")
        turn = Turn(None, loaded.version, loaded.conversation, (), tuple(replies), datetime.now(UTC))
        try:
            return await store.commit(turn)
        except Conflict:
            continue


def _beside(work: Coroutine[Any, Any, None]) -> None:
    """In a thread: the browser's own loop runs in this one."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not failed, failed
