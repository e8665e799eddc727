"""Kills the worker again and again, and says what became of every message: ``python -m tests.crash.kill_loop 500``."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LANES = 12
#: Messages that the platform delivers again after a crash although they were acknowledged.
DELIVERED_AGAIN = 2
#: A round is killed at a random moment up to this long after it was ready, in seconds.
LONGEST_ROUND = 0.3
#: This share of rounds is killed at a random moment of its start.
KILLED_AT_START = 0.1
_ACKNOWLEDGED = re.compile(rb"^(\w+)=(\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Figures:
    kills: int
    seconds: float
    acknowledged: int
    answered: int
    sent: int
    uncertain: int
    #: What must not be, one line each.
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.kills} kills in {self.seconds:.0f} s: {self.acknowledged} messages acknowledged, "
            f"{self.answered} answered, {self.sent} answers sent, {self.uncertain} uncertain, {len(self.faults)} faults"
        )


def run(folder: Path, rounds: int, seed: int) -> Figures:
    chance, start = random.Random(seed), time.monotonic()
    acknowledged = {f"c{lane}": -1 for lane in range(LANES)}
    for number in range(rounds):
        for lane, last in _killed(folder, acknowledged, chance, folder / f"round-{number}").items():
            acknowledged[lane] = max(acknowledged[lane], last)
    _drain(folder)
    return _account(folder, acknowledged, rounds, time.monotonic() - start)


def _killed(folder: Path, acknowledged: dict[str, int], chance: random.Random, log: Path) -> dict[str, int]:
    """Last acknowledged number of each lane in one round that ends by kill -9."""
    lanes = [f"{lane}={max(0, last + 1 - DELIVERED_AGAIN)}" for lane, last in acknowledged.items()]
    with log.open("wb") as out, _worker(folder, lanes, out.fileno()) as worker:
        if chance.random() < KILLED_AT_START:
            time.sleep(chance.uniform(0, 0.3))
        else:
            _until_ready(log, worker)
            time.sleep(chance.uniform(0, LONGEST_ROUND))
        if worker.poll() is not None:
            raise AssertionError(f"the worker ended by itself with {worker.returncode}")
        worker.kill()
    return {lane.decode(): int(number) for lane, number in _ACKNOWLEDGED.findall(log.read_bytes())}


def _worker(folder: Path, lanes: list[str], out: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.crash.worker", str(folder), *lanes], cwd=ROOT, stdout=out)


def _until_ready(log: Path, worker: subprocess.Popen[bytes]) -> None:
    for _ in range(6000):
        if log.read_bytes().startswith(b"ready\n") or worker.poll() is not None:
            return
        time.sleep(0.005)
    raise AssertionError("the worker did not start within 30 s")


def _drain(folder: Path) -> None:
    with _worker(folder, [], subprocess.DEVNULL) as worker:
        if code := worker.wait(120):
            raise AssertionError(f"the last worker ended with {code}")


def _account(folder: Path, acknowledged: dict[str, int], kills: int, seconds: float) -> Figures:
    with closing(sqlite3.connect(folder / "shop.db")) as conn:
        answered = _texts(conn, "SELECT json_extract(body, '$.message_id') FROM events ORDER BY conversation_id, seq")
        queued = conn.execute("SELECT json_extract(body, '$.text'), state FROM outbox ORDER BY id").fetchall()
        sound = _texts(conn, "PRAGMA integrity_check")
    delivered = (folder / "sent").read_text("ascii").splitlines()
    expected = [f"{lane}-{n}" for lane, last in acknowledged.items() for n in range(last + 1)]
    faults = [
        *(f"{text}: acknowledged, but lost" for text in set(expected) - set(answered)),
        *(f"{text}: handled {times} times" for text, times in Counter(answered).items() if times > 1),
        *(f"{text}: queued {times} times" for text, times in Counter(t for t, _ in queued).items() if times > 1),
        *(f"{text}: delivered {times} times" for text, times in Counter(delivered).items() if times > 1),
        *(f"{text}: {state}" for text, state in queued if state not in ("sent", "uncertain")),
        *(f"{text}: sent, but not delivered" for text in {t for t, s in queued if s == "sent"} - set(delivered)),
        *(f"{text}: delivered, but not queued" for text in set(delivered) - {t for t, _ in queued}),
        *(f"handled out of order: {pair}" for pair in _out_of_order(answered, gaps_allowed=False)),
        *(f"delivered out of order: {pair}" for pair in _out_of_order(delivered, gaps_allowed=True)),
        *(f"database: {line}" for line in sound if line != "ok"),
    ]
    states = Counter(state for _, state in queued)
    return Figures(
        kills, seconds, len(expected), len(answered), states["sent"], states["uncertain"], tuple(sorted(faults))
    )


def _texts(conn: sqlite3.Connection, query: str) -> list[str]:
    return [row[0] for row in conn.execute(query)]


def _out_of_order(texts: Iterable[str], gaps_allowed: bool) -> list[str]:
    lanes: defaultdict[str, list[int]] = defaultdict(list)
    for text in texts:
        lane, number = text.split("-")
        lanes[lane].append(int(number))
    return [
        f"{lane}-{one} then {lane}-{two}"
        for lane, numbers in lanes.items()
        for one, two in pairwise([-1, *numbers])
        if two <= one or (two != one + 1 and not gaps_allowed)
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as chosen:
        figures = run(Path(chosen), int(sys.argv[1]), int.from_bytes(os.urandom(4)))
    sys.stdout.write("\n".join((*figures.faults, str(figures), "")))
    sys.exit(bool(figures.faults))
