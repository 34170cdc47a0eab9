"""How many threads are worth starting."""

from __future__ import annotations

import os


def cores() -> int:
    """Return how many cores the system counts."""
    return os.cpu_count() or 1


def half() -> int:
    """Return the threads for work of many short steps: half of the cores, at least one.

    Threads of one process that ask for memory hold each other up, and steps of some hundredths of a
    second end before a second thread has earned what it costs (``docs/explanation/kecepatan.md``).
    """
    return max(cores() // 2, 1)
