"""What a command costs: CPU, wall and memory of a process of its own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version


@dataclass(frozen=True)
class Spent:
    """What a process took.

    Args:
        cpu_s: User and system seconds, start of the program included.
        wall_s: Seconds on the clock.
        memory_mb: Largest resident set.
    """

    cpu_s: float
    wall_s: float
    memory_mb: float


def run(words: Sequence[str]) -> Spent:
    """Run Python with these words in a child process and say what it took.

    Args:
        words: Arguments, e.g. ``["-m", "cakup", "match", …]``.

    Raises:
        SystemExit: The child failed.
    """
    began = time.monotonic()
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(child.returncode)
    return Spent(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def machine(*packages: str) -> str:
    """Return date, machine and versions for the line under a table."""
    processor = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            processor = next(x.split(":")[1].strip() for x in info if x.startswith("model name"))
    except (OSError, StopIteration):
        pass
    told = ", ".join(f"{name} {version(name)}" for name in packages)
    today = datetime.now(UTC).date().isoformat()
    python = platform.python_version()
    return f"{today}, {processor}, {os.cpu_count()} inti, Python {python}, {told}"
