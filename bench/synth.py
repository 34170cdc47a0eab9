"""What a fictitious city costs: ``python -m bench.synth --workers 132826 --workers 1000000``.

Every size runs in a process of its own; CPU seconds are user + system of that process, memory is
its largest resident set. The files are thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SIZES = (20_000, 132_826, 1_000_000)
PROGRAM = """
import sys
from cakup.pipeline.synth import make_city
make_city(sys.argv[1], workers=int(sys.argv[2]), covered=0.327692, seed=7)
"""


@dataclass(frozen=True)
class Cost:
    """Cost of one city.

    Args:
        workers: Workers in it.
        rows: Rows in all files.
        megabytes: Size of all files.
        cpu_s: User and system seconds.
        wall_s: Seconds on the clock.
        memory_mb: Largest resident set.
    """

    workers: int
    rows: int
    megabytes: float
    cpu_s: float
    wall_s: float
    memory_mb: float


def measure(workers: int) -> Cost:
    """Make one city in a child process and say what it took.

    Args:
        workers: Workers in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kota"
        began = time.monotonic()
        child = subprocess.Popen([sys.executable, "-c", PROGRAM, str(target), str(workers)])
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(child.returncode)
        told = json.loads((target / "daftar-berkas.json").read_text(encoding="utf-8"))
        size = sum(p.stat().st_size for p in target.rglob("*") if p.is_file())
    return Cost(
        workers, sum(f["rows"] for f in told["files"]), size / 1e6,
        used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024,
    )  # fmt: skip


def main() -> None:
    """Measure the sizes asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, action="append")
    sizes = parser.parse_args().workers or SIZES
    print("| pekerja | baris | MB | detik CPU | detik jam | memori MB |")
    print("|---|---|---|---|---|---|")
    for workers in sizes:
        c = measure(workers)
        print(
            f"| {c.workers:,} | {c.rows:,} | {c.megabytes:.0f} | {c.cpu_s:.1f} | {c.wall_s:.1f} "
            f"| {c.memory_mb:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
