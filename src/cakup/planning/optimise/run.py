"""Run the solver in a process that can be ended: by a time limit, by Ctrl-C, by the system."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys

import numpy as np

from cakup.kernel.errors import EngineError
from cakup.planning.optimise.problem import Problem, Reached, Solution

#: Seconds of the processor after which a solver is ended: a busy machine is no reason to refuse.
TIME_LIMIT_SECONDS = 120.0
#: A process that hangs without working is ended after so many times as long.
PATIENCE = 20


def solve(problem: Problem, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> Solution:
    """Solve a problem in a process of its own.

    Args:
        problem: The problem.
        time_limit_seconds: Seconds of the processor after which the process is ended; where the
            system cannot count them, seconds of the clock.

    Raises:
        EngineError: ``plan.solver.stopped`` if it did not end by itself in time.
    """
    patience = PATIENCE if os.name == "posix" else 1
    worker = subprocess.Popen(  # noqa: S603 - our own module and a number, no outside words
        [sys.executable, "-m", "cakup.planning.optimise.worker", f"{time_limit_seconds:g}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        out, _ = worker.communicate(problem.packed(), timeout=time_limit_seconds * patience)
    except subprocess.TimeoutExpired as err:
        raise EngineError("plan.solver.stopped", seconds=int(time_limit_seconds)) from err
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
    if worker.returncode != 0:
        is_over = -worker.returncode == getattr(signal, "SIGXCPU", None)
        raise EngineError("plan.solver.stopped", seconds=int(time_limit_seconds) if is_over else 0)
    return _read(out)


def _read(raw: bytes) -> Solution:
    """Return what the process wrote."""
    with np.load(io.BytesIO(raw), allow_pickle=False) as held:
        told = json.loads(held["told"].tobytes())
        return Solution(
            held["persons"], tuple(Reached(**r) for r in told["reached"]), held["prices"],
            {int(k): v for k, v in told["shortages"].items()}, tuple(told["clash"]),
            tuple({int(k): v for k, v in way.items()} for way in told["ways_out"]),
        )  # fmt: skip
