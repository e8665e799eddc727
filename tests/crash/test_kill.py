"""What was acknowledged survives kill -9, and nothing is handled or told twice."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.crash import kill_loop

#: More by ``XIAOER_KILL_ROUNDS=500``, or ``python -m tests.crash.kill_loop 500``.
ROUNDS = int(os.environ.get("XIAOER_KILL_ROUNDS", "50"))


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = kill_loop.run(tmp_path, ROUNDS, seed=ROUNDS)
    with capsys.disabled():
        sys.stdout.write(f"\nkill loop: {figures}\n")
    assert figures.faults == ()
    assert figures.acknowledged > ROUNDS * 5, "hardly anything happened between the kills"
    assert figures.answered >= figures.acknowledged
    assert figures.sent + figures.uncertain == figures.answered
