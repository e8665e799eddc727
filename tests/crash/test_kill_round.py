"""A reminder round of 2,000 orders of 1,000 chats, killed by -9 again and again.

Each order is reminded once, or shown as uncertain, and each chat gets one message.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.adapters.store_samples import rows

ROOT = Path(__file__).resolve().parents[2]
ORDERS, CHATS, KILLS = 2000, 1000, 6


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.crash.nudge_worker", str(folder), str(ORDERS)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def until_ready(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_nobody_is_reminded_twice_and_nobody_forgotten(tmp_path: Path) -> None:
    chance, killed_in_between = random.Random(1), 0
    for _ in range(KILLS):
        with start(tmp_path) as worker:
            until_ready(worker)
            time.sleep(chance.uniform(0.02, 0.3))
            worker.kill()
        claimed, sent = figures(tmp_path)
        killed_in_between += 0 < sent < CHATS or 0 < claimed < ORDERS
    assert killed_in_between >= KILLS // 2, "hardly anything happened between the kills"

    with start(tmp_path) as worker:
        assert worker.wait(120) == 0

    arrived = Counter((tmp_path / "sent").read_text("ascii").splitlines())
    assert max(arrived.values()) == 1
    outcomes = dict(rows(tmp_path / "shop.db", "SELECT order_no, outcome FROM nudges"))
    assert len(outcomes) == ORDERS
    assert set(outcomes.values()) <= {"sent", "uncertain"}
    uncertain = {order_no for order_no, outcome in outcomes.items() if outcome == "uncertain"}
    # Two orders a message, eight messages at once for the loop that runs and for the one that drains.
    assert len(uncertain) <= KILLS * 8 * 2 * 2, "no more than were in flight when it was killed"
    numbers = [int(chat.partition(":")[2]) for chat in arrived]
    told = {f"T{n:04}" for n in numbers} | {f"T{n + CHATS:04}" for n in numbers}
    assert told | uncertain == set(outcomes)
    noted = rows(tmp_path / "shop.db", "SELECT order_no FROM notes WHERE content = 'reminded'")
    assert {order_no for (order_no,) in noted} == set(outcomes) - uncertain
    states = dict(rows(tmp_path / "shop.db", "SELECT state, count(*) FROM outbox GROUP BY state"))
    unsure = len(uncertain) // 2
    assert states == {k: v for k, v in (("sent", CHATS - unsure), ("uncertain", unsure)) if v}


def figures(folder: Path) -> tuple[int, int]:
    """Orders claimed and reminders sent so far."""
    ((claimed,),) = rows(folder / "shop.db", "SELECT count(*) FROM nudges")
    sent = (folder / "sent").read_text("ascii").count("\n") if (folder / "sent").exists() else 0
    return claimed, sent
