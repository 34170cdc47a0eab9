"""The solver's process: reads a problem on standard input, writes a solution on standard output.

Run as ``python -m cakup.planning.optimise.worker``. Nothing but arrays goes in and out, so that the
parent may end this process at any time.

One objective after the other: the LP gives the bound; its fractional columns are settled by a small
MIP; where few columns are at stake HiGHS proves the optimum itself. What one objective reached in
whole persons becomes a row for all later ones, so every bound holds for whole persons too.
"""

from __future__ import annotations

import io
import json
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cakup.planning.optimise.impossible import impossible
from cakup.planning.optimise.problem import Aim, Floats, Problem, Reached, Solution
from cakup.planning.optimise.relaxed import NEAR, Lp, tightened
from cakup.planning.optimise.rounding import proven, rounded, value_of
from cakup.planning.optimise.shares import best_share

#: In problems of so few columns HiGHS always looks for the whole-number optimum itself.
SMALL_COLUMNS = 12_000
#: In larger ones it does where the gap is wider than this, and stops below it; in the largest a
#: proof takes minutes and the gap is told as it is.
WIDE_GAP = 5e-5
LARGE_COLUMNS = 30_000


def solve(problem: Problem) -> Solution:
    """Solve a problem, objective by objective.

    Args:
        problem: The problem; the aim named ``price`` is solved last, alone, for its shadow prices.
    """
    lp = Lp(problem)
    told: list[tuple[Aim, float, float]] = []
    whole: Floats | None = None
    for aim in (a for a in problem.aims if a.name != "price"):
        begun = time.process_time()
        relaxed = lp.maximise(aim.costs)
        if relaxed is None:
            return impossible(problem)
        whole, bound = _best(problem, lp, aim, relaxed, whole)
        if not problem.is_met(whole):
            return impossible(problem, whole)
        lp.hold(aim.costs, value_of(aim, whole))
        told.append((aim, bound, time.process_time() - begun))
    prices = _prices(problem, [a for a in problem.aims if a.name == "price"])
    if whole is None:
        whole = np.zeros(len(problem.upper))
    persons = np.rint(whole).astype(np.int64)
    return Solution(persons, tuple(_reached(whole, told)), prices, {})


def _best(
    problem: Problem, lp: Lp, aim: Aim, relaxed: tuple[Floats, float], before: Floats | None
) -> tuple[Floats, float]:
    """Return whole persons for one objective and what no solution can better."""
    values, bound = relaxed
    if aim.is_share:
        return best_share(problem, lp, aim, values, before, most_proven=LARGE_COLUMNS)
    bound = tightened(aim, bound)
    whole = rounded(problem, lp, aim, values, before)
    gap = (bound - value_of(aim, whole)) / max(1.0, abs(bound))
    least = 0.0 if len(whole) <= SMALL_COLUMNS else WIDE_GAP
    if len(whole) <= LARGE_COLUMNS and gap > max(NEAR, least) and problem.is_met(whole):
        return proven(problem, lp.held, aim, whole, bound, least)
    return whole, bound


def _reached(whole: Floats, told: Sequence[tuple[Aim, float, float]]) -> Iterator[Reached]:
    """Yield what the final solution reaches of every objective, beside its bound."""
    for aim, bound, seconds in told:
        value = value_of(aim, whole)
        yield Reached(aim.name, value * aim.unit, max(value, bound) * aim.unit, seconds)


def _prices(problem: Problem, aims: Sequence[Aim]) -> Floats:
    """Return the shadow price of every row for the aim ``price``, without the aims held."""
    if not aims:
        return np.zeros(0)
    lp = Lp(problem)
    if lp.maximise(aims[0].costs) is None:
        return np.zeros(0)
    duals: Floats = np.abs(np.array(lp.highs.getSolution().row_dual))
    return duals


@dataclass
class _Voice:
    """What goes back to the parent."""

    solution: Solution

    def packed(self) -> bytes:
        held = io.BytesIO()
        told = {
            "reached": [
                {"name": r.name, "value": r.value, "bound": r.bound, "seconds": r.seconds}
                for r in self.solution.reached
            ],
            "shortages": {str(k): v for k, v in self.solution.shortages.items()},
            "clash": self.solution.clash,
            "ways_out": [{str(k): v for k, v in w.items()} for w in self.solution.ways_out],
        }
        np.savez(
            held, persons=self.solution.persons, prices=self.solution.prices,
            told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        )  # fmt: skip
        return held.getvalue()


def _limited(seconds: float) -> None:
    """Let the system end this process after so many seconds of the processor."""
    try:
        import resource
    except ImportError:  # not on Windows: the parent ends it by the clock
        return
    whole = max(1, math.ceil(seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 5))


def main() -> None:
    """Read, solve, write; what libraries print goes to standard error."""
    if len(sys.argv) > 1:
        _limited(float(sys.argv[1]))
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        problem = Problem.unpacked(sys.stdin.buffer.read())
        answer.write(_Voice(solve(problem)).packed())


if __name__ == "__main__":
    main()
