"""Procedures of the demo shop, killed by -9 at any step: they resume there, and no approval or payout counts twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crash.case_account import faults
from tests.crash.case_worker import CHATS
from tests.demo import demo_shop

ROOT = Path(__file__).resolve().parents[2]
#: More by ``XIAOER_KILL_CASES=1000``; from some hundred on all chats are at their end, and begin anew elsewhere.
KILLS = int(os.environ.get("XIAOER_KILL_CASES", "40"))


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_case_resumes_where_it_was_and_no_approval_is_counted_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start, kills, stood, shops = time.monotonic(), 0, set[str](), 0
    while kills < KILLS:
        folder = tmp_path / f"shop{shops}"
        folder.mkdir()
        killed = _lives(folder, KILLS - kills)
        assert faults(folder, CHATS) == []
        kills, shops = kills + len(killed), shops + 1
        stood |= {place for line in killed for place in line}
    with capsys.disabled():
        figures = f"{kills} kills of {shops} shops in {time.monotonic() - start:.0f} s, cases at {len(stood)} steps"
        sys.stdout.write(f"\nkilled cases: {figures}, {len(CHATS) * shops} chats, 0 faults\n")
    steps = {f"{book.id}:{step.id}" for book in demo_shop().playbooks for step in book.steps}
    assert len(stood & steps) >= min(24, KILLS), "it was hardly killed in the middle of anything"


def _lives(folder: Path, kills: int) -> list[list[str]]:
    """Where cases stood at each kill, until all chats were at their end."""
    command = [sys.executable, "-m", "tests.crash.case_worker", str(folder), str(kills)]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True, timeout=600).stdout
    return [line.split()[1:] for line in told.splitlines() if line.startswith("killed")]
