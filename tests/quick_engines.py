"""Engines and solvers of the short run: one thread, one database that stays open, no processes.

Opening a database takes DuckDB 22 ms, a small query takes it one, and the suite opens thousands.
Every connection has temporary tables and registered frames of its own, and Cakup makes no others.
A solver's process takes half a second to start; ``test_solver_process`` is about that process.
CI opens each database and starts each process anew, as production does.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from cakup.engines.duckdb import DuckEngine
from cakup.planning import compute, midyear
from cakup.planning.optimise import run, worker
from cakup.planning.optimise.problem import Problem, Solution
from rounds import WHOLE

#: How engines begin in production.
REAL = DuckEngine.__init__
#: An engine with less memory than this is there to test that limit.
USUAL_MB = 500
_OPEN: dict[int, Any] = {}


def _database() -> Any:
    """Return this process's database; a process that was split off opens its own."""
    if os.getpid() not in _OPEN:
        first = DuckEngine.__new__(DuckEngine)
        REAL(first, threads=1)
        _OPEN[os.getpid()] = first._db
    return _OPEN[os.getpid()]


def _quickly(init: Callable[..., None]) -> Callable[..., None]:
    """Return how an engine begins that differs in nothing that its caller asked for.

    Each worker has a core of its own: threads of small queries would only wait for each other.
    Tests about threads or memory name their number, and processes that tests start use all cores.
    """

    @wraps(init)
    def begin(
        self: DuckEngine,
        scratch: Path | None = None,
        *,
        memory_mb: int = 1600,
        threads: int | None = None,
    ) -> None:
        threads = threads or (1 if "PYTEST_XDIST_WORKER" in os.environ else None)
        if WHOLE or threads != 1 or memory_mb < USUAL_MB:
            init(self, scratch, memory_mb=memory_mb, threads=threads)
        else:
            self._memory_mb, self._db = memory_mb, _database().cursor()

    return begin


def _solved_here(problem: Problem, time_limit_seconds: float = run.TIME_LIMIT_SECONDS) -> Solution:
    """Solve in this process what is not there to test the limit."""
    if WHOLE or time_limit_seconds != run.TIME_LIMIT_SECONDS:
        return run.solve(problem, time_limit_seconds)
    return worker.solve(Problem.unpacked(problem.packed()))


def install() -> None:
    """Let engines and solvers begin quickly from now on."""
    DuckEngine.__init__ = _quickly(REAL)  # type: ignore[method-assign]
    for user in (compute, midyear):
        user.solve = _solved_here  # type: ignore[attr-defined]
