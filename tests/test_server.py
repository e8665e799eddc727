"""The server as it is started: what it loads, what it answers, and how it says no."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Runs the shop without a token and prints, once it serves, whether Telegram's library was loaded.
SERVE = """
import asyncio, sys
from pathlib import Path
from bot.app.server import Server
from bot.app.shop import Places
from bot.settings import load_secrets, load_settings

root, data, port = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
places = Places(root / "config.yaml", root / "knowledge", root / "templates" / "replies", data)

def say(words):
    if "healthz" in words:
        print(sorted({"aiogram", "aiohttp"} & set(sys.modules)), flush=True)

asyncio.run(Server(load_settings(places.config), places, load_secrets({}), say).run("127.0.0.1", port))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "BOT_TOKEN" and not k.startswith(("XIAOER_", "TELEGRAM_"))}


@contextmanager
def serving(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SERVE, str(ROOT), str(data), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


def get(port: int, path: str) -> int:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return int(answer.status)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("never answered")


def test_without_a_token_the_shop_serves_and_never_loads_aiogram(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "[]"
        assert [get(port, p) for p in ("/healthz", "/readyz", "/metrics", "/api/docs")] == [200] * 4


def test_a_second_run_on_the_same_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port):
        get(port, "/healthz")
        command = [sys.executable, "-m", "bot", "run", "--data", str(tmp_path), "--port", str(free_port())]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, env=environment())
    assert second.returncode == 1
    assert "already serves" in second.stderr and "Traceback" not in second.stderr


def test_a_busy_port_is_a_clear_message(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "bot", "run", "--data", str(tmp_path), "--port", port]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, env=environment())
    assert done.returncode == 1
    assert f"port {port}" in done.stderr and "in use" in done.stderr and "Traceback" not in done.stderr
