"""What the whole demo costs, step by step: ``python -m bench.demo --workers 132826``.

The demo runs in a process of its own; CPU seconds are user + system with the second process of
``cakup synth``, memory is the largest resident set of any of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.spent import machine

PROGRAM = """
import json, sys
from cakup.pipeline import demo
made = demo.run(demo.Request(sys.argv[1], workers=int(sys.argv[2]), covered=int(sys.argv[3])))
json.dump(made.seconds, open(sys.argv[4], "w"))
"""
#: Share of the workers who are covered, as in the city of the demo.
COVERED = 43_526 / 132_826


def main() -> None:
    """Run the demo once and print a line per step."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--workers", type=int, default=132_826)
    workers = arguments.parse_args().workers
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "seconds.json"
        words = [str(Path(folder) / "demo"), str(workers), str(round(workers * COVERED)), str(told)]
        began = time.monotonic()
        child = subprocess.Popen([sys.executable, "-c", PROGRAM, *words])
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(child.returncode)
        seconds = json.loads(told.read_text(encoding="utf-8"))
    print("| langkah | detik jam |\n|---|---:|")
    for verb, wall_s in seconds.items():
        print(f"| {verb} | {wall_s:.1f} |")
    cpu = used.ru_utime + used.ru_stime
    print(f"| **semua** | {wall:.1f} (CPU {cpu:.1f}) |")
    print(f"\nmemori puncak {used.ru_maxrss / 1024:,.0f} MB; beban mesin {os.getloadavg()[0]:.1f}")
    print(machine("cakup", "polars", "duckdb", "pyarrow"))


if __name__ == "__main__":
    main()
