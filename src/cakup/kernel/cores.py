"""How many threads are worth starting."""

from __future__ import annotations

import os


def cores() -> int:
    """Return how many cores this process may use; a container often has fewer than its machine."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def half() -> int:
    """Return the threads for work of many short steps: half of the cores, at least one.

    Threads of one process that ask for memory hold each other up, and steps of some hundredths of a
    second end before a second thread has earned what it costs (``docs/explanation/kecepatan.md``).
    """
    return max(cores() // 2, 1)
