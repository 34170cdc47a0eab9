"""What a command costs: CPU, wall and memory of a process of its own."""

from __future__ import annotations

import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any


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


def run(words: Sequence[str], *, limit_s: float | None = None) -> tuple[Spent, dict[str, Any]]:
    """Run Python with these words in a child process and say what it took.

    Args:
        words: Arguments, e.g. ``["-m", "cakup", "match", …]``.
        limit_s: Wall seconds after which it is stopped, None = never.

    Returns:
        Its cost, and what it printed as JSON (empty if it printed none).

    Raises:
        SystemExit: The child failed.
        subprocess.TimeoutExpired: The limit was reached.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        child = subprocess.Popen([sys.executable, *words], stdout=printed)
        used = _wait(child, limit_s)
        wall = time.monotonic() - began
        if child.returncode:
            raise SystemExit(child.returncode)
        printed.seek(0)
        text = printed.read().decode()
    told = json.loads(text) if text.startswith("{") else {}
    return Spent(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024), told


def _wait(child: subprocess.Popen[bytes], limit_s: float | None) -> resource.struct_rusage:
    """Wait for a child and return what it used."""
    stop = None if limit_s is None else threading.Timer(limit_s, child.kill)
    if stop is not None:
        stop.start()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if stop is not None:
        stop.cancel()
        if child.returncode == -signal.SIGKILL:
            raise subprocess.TimeoutExpired(child.args, limit_s or 0.0)
    return used


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
