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
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from cakup.planning.optimise.problem import (
    INFINITE,
    Aim,
    Floats,
    Ints,
    Problem,
    Reached,
    Solution,
)

#: Up to this many columns HiGHS proves whole-number optima itself.
SMALL_COLUMNS = 12_000
PROOF_SECONDS = 2.5
ROUND_SECONDS = 2.0
NEAR = 1e-6
PRIMAL_SIMPLEX = 4
#: Relative distance to the bound at which rounding stops.
CLOSE = 2e-5
#: What later objectives may give back of a reached one in a large problem: so many persons, and at
#: most this part of it.
ROOM_PERSONS = 2
ROOM = 1e-5
#: Columns that are free beside those in question when what is left over must find a place.
SPARE_COLUMNS = 6_000


def solve(problem: Problem) -> Solution:
    """Solve a problem, objective by objective.

    Args:
        problem: The problem; the aim named ``price`` is solved last, alone, for its shadow prices.
    """
    lp = _Lp(problem)
    aims = [a for a in problem.aims if a.name != "price"]
    told: list[tuple[Aim, float, float]] = []
    whole = np.zeros(len(problem.upper))
    for aim in aims:
        begun = time.perf_counter()
        relaxed = lp.maximise(aim.costs)
        if relaxed is None:
            return Solution(whole.astype(np.int64), (), np.zeros(0), _shortages(problem))
        values, bound = relaxed
        bound = _tightened(aim, bound)
        whole = _round(problem, lp, aim, values, whole if told else None)
        value = _value(aim, whole)
        if bound - value > NEAR * max(1.0, abs(bound)) and len(whole) <= SMALL_COLUMNS:
            whole, value, bound = _prove(problem, lp, aim, whole, value, bound)
        lp.hold(aim.costs, value)
        told.append((aim, bound, time.perf_counter() - begun))
    prices = _prices(problem, [a for a in problem.aims if a.name == "price"])
    persons = np.rint(whole).astype(np.int64)
    return Solution(persons, tuple(_reached(whole, told)), prices, {})


def _value(aim: Aim, whole: Floats) -> float:
    """Return the value of an objective for whole persons."""
    value = float(aim.costs @ whole)
    return float(round(value)) if aim.is_whole else value


def _reached(whole: Floats, told: Sequence[tuple[Aim, float, float]]) -> Iterator[Reached]:
    """Yield what the final solution reaches of every objective, beside its bound."""
    for aim, bound, seconds in told:
        value = _value(aim, whole)
        yield Reached(aim.name, value, max(value, bound), seconds)


def _tightened(aim: Aim, bound: float) -> float:
    """Round the bound of a whole-number objective down."""
    return float(np.floor(bound + NEAR)) if aim.is_whole else bound


class _Lp:
    """The relaxation, with the rows of the objectives that were reached.

    Args:
        problem: The problem.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.held: list[tuple[Floats, float]] = []
        self.highs = _highs()
        self.highs.passModel(_model(problem, np.zeros(len(problem.upper))))

    def maximise(self, costs: Floats) -> tuple[Floats, float] | None:
        """Return the best fractional columns and the value, None if nothing is feasible."""
        n = len(costs)
        if self.held:
            # The last basis is still primal feasible for new costs; the dual simplex would begin
            # from afar (measured: fifty times slower for the least share of a kelurahan).
            self.highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        self.highs.changeColsCost(n, np.arange(n, dtype=np.int32), -costs)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # A basis from the objective before may mislead; begin anew once.
            self.highs.clearSolver()
            self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = np.array(self.highs.getSolution().col_value)
        return values, float(costs @ values)

    def is_close(self, aim: Aim, value: float, values: Floats) -> bool:
        """Return whether a whole-number value is good enough beside the fractional one."""
        bound = _tightened(aim, float(aim.costs @ values))
        return bound - value <= CLOSE * max(1.0, abs(bound))

    def hold(self, costs: Floats, value: float) -> None:
        """Ask all later solutions to reach a value; in a large problem nearly to reach it.

        The room of a few persons in a million lets later objectives settle in whole persons; what
        is finally reached of each objective is told.
        """
        at = np.flatnonzero(costs).astype(np.int32)
        if not len(at):
            return
        slack = 1e-7 * max(1.0, abs(value))
        if len(costs) > SMALL_COLUMNS:
            slack += min(ROOM_PERSONS * float(np.abs(costs).max()), ROOM * abs(value))
        self.held.append((costs, value - slack))
        self.highs.addRow(value - slack, INFINITE, len(at), at, costs[at])


def _highs() -> Any:
    held: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    held.setOptionValue("output_flag", False)
    held.setOptionValue("threads", 1)
    held.setOptionValue("random_seed", 1)
    return held


def _model(problem: Problem, costs: Floats) -> highspy.HighsLp:
    """Return the model of a problem for a minimising solver."""
    lp = highspy.HighsLp()
    n, m = len(problem.upper), len(problem.row_low)
    lp.num_col_, lp.num_row_ = n, m
    lp.col_cost_ = -costs
    lp.col_lower_ = np.zeros(n)
    lp.col_upper_ = problem.upper
    lp.row_lower_ = problem.row_low
    lp.row_upper_ = problem.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = problem.starts.astype(np.int32)
    lp.a_matrix_.index_ = problem.rows.astype(np.int32)
    lp.a_matrix_.value_ = problem.values
    return lp


def _round(problem: Problem, lp: _Lp, aim: Aim, values: Floats, before: Floats | None) -> Floats:
    """Return whole persons near a fractional solution.

    First only the few fractional columns are free; then those in which the whole-number solution
    of the objective before differs, which always leaves that solution; then all columns of some
    strata as well, in which what is left over finds a place.
    """
    whole = problem.is_whole
    near = np.rint(values)
    free = whole & (np.abs(values - near) >= NEAR)
    wider = free | (whole & (near != before)) if before is not None else free
    spare = _spare(problem)
    best = before
    for chosen, open_wide in ((free, free), (wider, free), (wider | spare, spare)):
        found = _settle(problem, lp, aim, values, chosen, before, open_wide)
        if found is not None and (best is None or _value(aim, found) > _value(aim, best)):
            best = found
        if best is not None and lp.is_close(aim, _value(aim, best), values):
            return best
    if best is None:
        best = _settle(problem, lp, aim, values, whole, None, whole)
    # Rounding down keeps every upper bound; floors may suffer, which is then told.
    return best if best is not None else np.where(whole, np.floor(values + NEAR), values)


def _spare(problem: Problem) -> np.ndarray:
    """Return the columns of some strata, evenly spread; a stratum is a column's first row."""
    n = int(problem.is_whole.sum())
    stratum = problem.rows[problem.starts[:n]]
    count = int(stratum.max()) + 1 if n else 1
    per_stratum = max(1, n // max(count, 1))
    step = max(1, count * per_stratum // SPARE_COLUMNS)
    held = np.zeros(len(problem.upper), np.bool_)
    held[:n] = stratum % step == step // 2
    return held


def _settle(
    problem: Problem, lp: _Lp, aim: Aim, values: Floats, free: np.ndarray, before: Floats | None,
    open_wide: np.ndarray,
) -> Floats | None:  # fmt: skip
    """Settle the free columns by a MIP around the others, held at their whole values."""
    chosen = np.flatnonzero(free | ~problem.is_whole)
    fixed = np.where(free | ~problem.is_whole, 0.0, np.rint(values))
    part = _part(problem, lp, chosen, fixed)
    low, high = _room(problem, values, before)
    low, high = np.where(open_wide, 0.0, low), np.where(open_wide, problem.upper, high)
    highs = _highs()
    highs.setOptionValue("time_limit", ROUND_SECONDS)
    highs.setOptionValue("mip_rel_gap", CLOSE / 4)
    model = _model(part, aim.costs[chosen])
    model.col_lower_, model.col_upper_ = low[chosen], high[chosen]
    model.integrality_ = _kinds(problem.is_whole[chosen])
    highs.passModel(model)
    if before is not None:
        start = highspy.HighsSolution()
        start.col_value = list(before[chosen])
        highs.setSolution(start)
    highs.run()
    if not _has_solution(highs):
        return None
    made = fixed.copy()
    made[chosen] = np.array(highs.getSolution().col_value)
    return np.where(problem.is_whole, np.rint(made), made)


def _room(problem: Problem, values: Floats, before: Floats | None) -> tuple[Floats, Floats]:
    """Return how far a column may move: around the fractional and the earlier whole value."""
    low, high = np.floor(values + NEAR), np.ceil(values - NEAR)
    if before is not None:
        low, high = np.minimum(low, before), np.maximum(high, before)
    low, high = np.maximum(low - 2, 0.0), np.minimum(high + 2, problem.upper)
    return np.where(problem.is_whole, low, 0.0), np.where(problem.is_whole, high, problem.upper)


def _kinds(is_whole: np.ndarray) -> list[highspy.HighsVarType]:
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    return [whole if one else part for one in is_whole]


def _has_solution(highs: highspy.Highs) -> bool:
    """Return whether a whole-number solution was found."""
    primal = highs.getInfo().primal_solution_status
    return bool(primal == highspy.SolutionStatus.kSolutionStatusFeasible)


def _part(problem: Problem, lp: _Lp, chosen: Ints, fixed: Floats) -> Problem:
    """Return the problem over some columns, the rest moved to the bounds; held aims are rows."""
    n = len(problem.upper)
    of = np.repeat(np.arange(n), np.diff(problem.starts))
    load = np.bincount(
        problem.rows, weights=problem.values * fixed[of], minlength=len(problem.row_low)
    )
    spans = [(problem.starts[c], problem.starts[c + 1]) for c in chosen]
    take = np.concatenate([np.arange(a, b) for a, b in spans]) if spans else np.zeros(0, np.int64)
    rows, values = problem.rows[take], problem.values[take]
    counts = np.array([b - a for a, b in spans], dtype=np.int64)
    low, high = problem.row_low - load, problem.row_high - load
    m = len(low)
    used = np.unique(rows)
    renamed = np.full(m + len(lp.held), -1)
    renamed[used] = np.arange(len(used))
    parts_rows, parts_values = [renamed[rows]], [values]
    column = [np.repeat(np.arange(len(chosen)), counts)]
    lows, highs = [low[used]], [high[used]]
    for k, (costs, least) in enumerate(lp.held):
        at = np.flatnonzero(costs[chosen])
        column.append(at)
        parts_rows.append(np.full(len(at), len(used) + k))
        parts_values.append(costs[chosen][at])
        lows.append(np.array([least - float(costs @ fixed)]))
        highs.append(np.array([INFINITE]))
    where = np.concatenate(column)
    order = np.argsort(where, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(where, minlength=len(chosen)))])
    return Problem(
        problem.upper[chosen], problem.is_whole[chosen], starts,
        np.concatenate(parts_rows)[order], np.concatenate(parts_values)[order],
        np.concatenate(lows), np.concatenate(highs),
    )  # fmt: skip


def _prove(
    problem: Problem, lp: _Lp, aim: Aim, whole: Floats, value: float, bound: float
) -> tuple[Floats, float, float]:
    """Let HiGHS look for a better whole-number solution, or prove that there is none."""
    everything = np.arange(len(problem.upper))
    part = _part(problem, lp, everything, np.zeros(len(everything)))
    highs = _highs()
    highs.setOptionValue("time_limit", PROOF_SECONDS)
    highs.setOptionValue("mip_rel_gap", 0.0)
    model = _model(part, aim.costs)
    model.integrality_ = _kinds(problem.is_whole)
    highs.passModel(model)
    start = highspy.HighsSolution()
    start.col_value = list(whole)
    highs.setSolution(start)
    highs.run()
    if _has_solution(highs):
        found = np.array(highs.getSolution().col_value)
        found = np.where(problem.is_whole, np.rint(found), found)
        better = float(aim.costs @ found)
        better = float(round(better)) if aim.is_whole else better
        if better > value:
            whole, value = found, better
    proven = _tightened(aim, -float(highs.getInfo().mip_dual_bound))
    return whole, value, max(value, min(bound, proven))


def _prices(problem: Problem, aims: Sequence[Aim]) -> Floats:
    """Return the shadow price of every row for the aim ``price``, without the aims held."""
    if not aims:
        return np.zeros(0)
    lp = _Lp(problem)
    if lp.maximise(aims[0].costs) is None:
        return np.zeros(0)
    duals: Floats = np.abs(np.array(lp.highs.getSolution().row_dual))
    return duals


def _shortages(problem: Problem) -> dict[int, float]:
    """Return by how much which rows must give way, in all as little as possible."""
    n, m = len(problem.upper), len(problem.row_low)
    starts = list(problem.starts)
    rows, values = [problem.rows], [problem.values]
    sides = [(r, -1.0) for r in range(m) if problem.row_high[r] < INFINITE]
    sides += [(r, 1.0) for r in range(m) if problem.row_low[r] > -INFINITE]
    for row, sign in sides:
        starts.append(starts[-1] + 1)
        rows.append(np.array([row]))
        values.append(np.array([sign]))
    loose = Problem(
        np.concatenate([problem.upper, np.full(len(sides), INFINITE)]),
        np.zeros(n + len(sides), np.bool_), np.array(starts), np.concatenate(rows),
        np.concatenate(values), problem.row_low, problem.row_high,
    )  # fmt: skip
    found = _Lp(loose).maximise(np.concatenate([np.zeros(n), -np.ones(len(sides))]))
    assert found is not None
    return {
        row: sign * float(amount)
        for (row, sign), amount in zip(sides, found[0][n:], strict=True)
        if amount > NEAR
    }


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
        }
        np.savez(
            held, persons=self.solution.persons, prices=self.solution.prices,
            told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        )  # fmt: skip
        return held.getvalue()


def main() -> None:
    """Read, solve, write; what libraries print goes to standard error."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        problem = Problem.unpacked(sys.stdin.buffer.read())
        answer.write(_Voice(solve(problem)).packed())


if __name__ == "__main__":
    main()
