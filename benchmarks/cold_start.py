"""From starting `xiaoer ask --json` to its first answer, as a whole process; median of 5."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5


def first_answer_seconds(data: Path) -> float:
    """Wall time until the first line of output; the process then ends by itself."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "ask", "--json", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("包邮吗\n".encode())
        process.stdin.close()
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
        assert b'"action": "answer"' in line, line
    return seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = [first_answer_seconds(Path(folder) / f"empty{n}") for n in range(RUNS)]
        kept = Path(folder) / "kept"
        first_answer_seconds(kept)
        warm = [first_answer_seconds(kept) for _ in range(RUNS)]
    for name, found in (("no cache yet", empty), ("cache of an earlier run", warm)):
        print(
            f"ask, demo shop, {name}: median {statistics.median(found):.2f} s"
            f" (min {min(found):.2f}, max {max(found):.2f}, {RUNS} runs)"
        )


if __name__ == "__main__":
    main()
