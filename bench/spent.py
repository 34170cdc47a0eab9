"""What a command costs: CPU, wall and memory of a process of its own."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

#: Exit code of a starter whose program ran into its limit.
STOPPED = 97


@dataclass(frozen=True)
class Spent:
    """What a process took.

    Args:
        cpu_s: User and system seconds, start of the program included.
        wall_s: Seconds on the clock.
        memory_mb: Largest resident set of the process and its children together.
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
    with tempfile.TemporaryFile() as printed, tempfile.NamedTemporaryFile() as told:
        limit = [] if limit_s is None else [str(limit_s)]
        starter = [sys.executable, "-m", "bench.spent", told.name, str(len(limit)), *limit, *words]
        status = subprocess.run(starter, stdout=printed, check=False).returncode
        if status == STOPPED:
            raise subprocess.TimeoutExpired(list(words), limit_s or 0.0)
        if status:
            raise SystemExit(status)
        used = json.loads(told.read())
        printed.seek(0)
        text = printed.read().decode()
    return Spent(**used), json.loads(text) if text.startswith("{") else {}


def start(words: Sequence[str], limit_s: float | None) -> tuple[Spent, int]:
    """Run Python with these words and wait for it; to be called in a small process.

    The system counts what a process held before it began its program, which is what its parent
    holds: a child of a large bench would be told as large as the bench.

    Returns:
        Its cost and its exit code, ``STOPPED`` if the limit was reached.
    """
    began = time.monotonic()
    child = subprocess.Popen([sys.executable, *words])
    stop = None if limit_s is None else threading.Timer(limit_s, child.kill)
    if stop is not None:
        stop.start()
    watch = _Watch(child.pid)
    watch.start()
    _, status, used = os.wait4(child.pid, 0)
    watch.ended.set()
    watch.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    if stop is not None:
        stop.cancel()
        if child.returncode == -signal.SIGKILL:
            child.returncode = STOPPED
    spent = Spent(used.ru_utime + used.ru_stime, wall, max(used.ru_maxrss / 1024, watch.most_mb))
    return spent, child.returncode


def main() -> None:
    """Start a program for ``run``: file for its cost, 1 and a limit or 0, the program's words."""
    told, has_limit, *rest = sys.argv[1:]
    limits = int(has_limit)
    spent, status = start(rest[limits:], float(rest[0]) if limits else None)
    with open(told, "w", encoding="utf-8") as file:
        json.dump(asdict(spent), file)
    raise SystemExit(status)


class _Watch(threading.Thread):
    """Looks, as long as a process lives, how much it and its children hold together."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most_mb, self.ended = pid, 0.0, threading.Event()

    def run(self) -> None:
        """Look every fifth of a second."""
        while not self.ended.wait(0.2):
            self.most_mb = max(self.most_mb, sum(map(_resident_mb, _family(self.pid))))


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for one in found:
        try:
            with open(f"/proc/{one}/task/{one}/children", encoding="ascii") as told:
                found += [int(child) for child in told.read().split()]
        except OSError:
            continue
    return found


def _resident_mb(pid: int) -> float:
    """Return the memory of a process that no other shares, and its part of what is shared."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as told:
            return sum(int(x.split()[1]) for x in told if x.startswith("Pss:")) / 1024
    except OSError:
        return 0.0


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


if __name__ == "__main__":
    main()
