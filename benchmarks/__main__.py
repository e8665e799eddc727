"""``make bench``: every figure of docs/benchmarks.md, each ratio measured within one run. Needs no network."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

from benchmarks import bench_web, cold_start, matcher, message, nudges

PARTS = {
    "cold": cold_start.main,
    "message": message.main,
    "matcher": matcher.main,
    "nudges": nudges.main,
    "web": bench_web.main,
}


def machine() -> str:
    """The processor and what of it this process may use."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one or more of {', '.join(PARTS)} (default: all)")
    chosen = parser.parse_args().parts or list(PARTS)
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(f"machine: {machine()}")
    for part in chosen:
        print(f"\n== {part} ==", flush=True)
        PARTS[part]()


main()
