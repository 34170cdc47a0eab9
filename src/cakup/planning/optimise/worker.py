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
from dataclasses import dataclass, replace

import numpy as np

from cakup.planning.optimise.impossible import impossible
from cakup.planning.optimise.pooled import Pooled, pooled
from cakup.planning.optimise.problem import Aim, Floats, Problem, Reached, Solution
from cakup.planning.optimise.relaxed import NEAR, Lp, room_of
from cakup.planning.optimise.rounding import proven, settled, value_of
from cakup.planning.optimise.search import rounded
from cakup.planning.optimise.shares import best_share

#: In problems of so few columns HiGHS looks for the whole-number optimum itself; in larger ones
#: that takes a minute (measured), and the gap is told as it is.
PROVEN_COLUMNS = 5_000


def solve(problem: Problem) -> Solution:
    """Solve a problem, objective by objective.

    Args:
        problem: The problem; the aim named ``price`` is solved last, alone, for its shadow prices.
    """
    small = pooled(problem)
    lp = Lp(small.problem)
    told: list[tuple[Aim, float, float]] = []
    most: list[float] = []
    whole: Floats | None = None
    for aim in (a for a in small.problem.aims if a.name != "price"):
        begun = time.process_time()
        relaxed = lp.maximise(aim.costs)
        if relaxed is None:
            return impossible(problem)
        whole, bound = _best(small.problem, lp, aim, relaxed, whole)
        if broken := small.problem.broken(whole):
            return impossible(problem, small.original(broken))
        lp.raise_held(whole)
        value = value_of(aim, whole)
        lp.hold(aim.costs, value, room_of(aim, value, bound))
        told.append((aim, bound, time.process_time() - begun))
        most = [max(m, value_of(a, whole)) for m, (a, _, _) in
                zip([*most, value], told, strict=True)]  # fmt: skip
    prices = _prices(small.problem, [a for a in small.problem.aims if a.name == "price"])
    if len(prices):
        prices = small.prices(prices, len(problem.row_low))
    if whole is None:
        whole = np.zeros(len(small.problem.upper))
    persons = np.rint(small.spread(_with_groups(small, lp, whole))).astype(np.int64)
    return Solution(persons, tuple(_reached(whole, told, most)), prices, {})


def _with_groups(small: Pooled, lp: Lp, whole: Floats) -> Floats:
    """Return a solution in which groups are whole persons too."""
    if not len(small.groups):
        return whole
    free = np.zeros(len(whole), np.bool_)
    free[small.groups] = True
    every = replace(small.problem, is_whole=small.problem.is_whole | free)
    nothing = Aim("groups", np.zeros(len(whole)))
    found = settled(every, lp.held, nothing, whole, free, None)
    if found is None:  # areas that do not lie inside each other; ``build`` makes none
        raise RuntimeError("groups without whole persons")
    return np.where(free, found, whole)


def _best(
    problem: Problem, lp: Lp, aim: Aim, relaxed: tuple[Floats, float], before: Floats | None
) -> tuple[Floats, float]:
    """Return whole persons for one objective and what no solution can better."""
    values, _ = relaxed
    if aim.is_share:
        return best_share(problem, lp, aim, values, before, most_proven=PROVEN_COLUMNS)
    is_large = len(values) > PROVEN_COLUMNS
    whole, bound = rounded(problem, lp, aim, values, before, has_sums=aim.is_whole and is_large)
    gap = (bound - value_of(aim, whole)) / max(1.0, abs(bound))
    if not is_large and gap > NEAR and problem.is_met(whole):
        return proven(problem, lp.held, aim, whole, bound, 0.0)
    return whole, bound


def _reached(
    whole: Floats, told: Sequence[tuple[Aim, float, float]], most: Sequence[float]
) -> Iterator[Reached]:
    """Yield what the final solution reaches of every objective, beside its bound."""
    for (aim, bound, seconds), before in zip(told, most, strict=True):
        value = value_of(aim, whole)
        given = max(0.0, before - value) * abs(aim.unit)
        yield Reached(
            aim.name, value * aim.unit, max(value, bound) * aim.unit, seconds,
            0.0 if given < NEAR else given,
        )  # fmt: skip


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
                {
                    "name": r.name,
                    "value": r.value,
                    "bound": r.bound,
                    "seconds": r.seconds,
                    "given": r.given,
                }
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
