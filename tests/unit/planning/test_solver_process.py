"""The solver's process: ended by the processor's time, never by the clock of a busy machine."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cakup.kernel.errors import EngineError
from cakup.planning.optimise import run
from cakup.planning.optimise.problem import Problem

NOTHING = Problem(
    np.zeros(0), np.zeros(0, np.bool_), np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0),
    np.zeros(0), np.zeros(0),
)  # fmt: skip
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="no signals on Windows")


def refused(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> EngineError:
    """Put a script in the place of the solver; return how its end is told."""
    made = folder / "solver"
    made.write_text(f"#!/bin/sh\n{script}\n")
    made.chmod(0o700)
    monkeypatch.setattr(run.sys, "executable", str(made))
    with pytest.raises(EngineError) as caught:
        run.solve(NOTHING, 7)
    return caught.value


@needs_signals
def test_a_solver_that_used_up_its_time_says_how_much(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = refused(monkeypatch, tmp_path, "kill -XCPU $$")
    assert told.code == "plan.solver.stopped"
    assert told.params["seconds"] == 7


@needs_signals
def test_a_solver_that_was_ended_by_the_system_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = refused(monkeypatch, tmp_path, "kill -9 $$")
    assert told.code == "plan.solver.stopped"
    assert told.params["seconds"] == 0


@needs_signals
def test_the_limit_counts_work_of_the_processor() -> None:
    code = (
        "from cakup.planning.optimise.worker import _limited\n"
        "import time\n_limited(0.1)\ntime.sleep(0.01)\nwhile True: pass"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGXCPU
