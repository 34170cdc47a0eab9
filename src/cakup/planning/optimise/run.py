"""Run the solver in a process that can be ended: by a time limit, by Ctrl-C, by the system."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import numpy as np

from cakup.kernel.errors import EngineError
from cakup.planning.optimise.problem import Problem, Reached, Solution

#: Wall seconds after which a solver is ended.
TIME_LIMIT_SECONDS = 120.0


def solve(problem: Problem, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> Solution:
    """Solve a problem in a process of its own.

    Args:
        problem: The problem.
        time_limit_seconds: Wall seconds after which the process is ended.

    Raises:
        EngineError: ``plan.solver.stopped`` if it did not end by itself in time.
    """
    worker = subprocess.Popen(
        [sys.executable, "-m", "cakup.planning.optimise.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        out, _ = worker.communicate(problem.packed(), timeout=time_limit_seconds)
    except subprocess.TimeoutExpired as err:
        raise EngineError("plan.solver.stopped", seconds=int(time_limit_seconds)) from err
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
    if worker.returncode != 0:
        raise EngineError("plan.solver.stopped", seconds=0)
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
