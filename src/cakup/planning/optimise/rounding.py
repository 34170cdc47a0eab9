"""Whole persons near a fractional solution, and the proof where few columns are at stake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.relaxed import CLOSE, NEAR, Held, modelled, solver, tightened

Bools = NDArray[np.bool_]
#: Work is limited by nodes, never by the clock: the same plan comes out on any machine.
PROOF_NODES = 200
ROUND_NODES = 10
#: Only a machine that hangs comes here.
SAFETY_SECONDS = 100.0
#: Columns that are free beside those in question when what is left over must find a place, where
#: nothing is known yet.
SPARE_COLUMNS = 2_000
#: By how many persons a free column may differ from the fractional solution.
ROOM = 3.0
#: Most columns that are free because they cost the relaxation nothing.
FACE_COLUMNS = 350
#: The same where a solution is near: about how many, and where the first of their strata stands
#: (measured: where few hide the persons looked for, more find them at the first node).
SPARE = ((350, 0.5), (700, 0.25), (700, 0.75), (1_500, 0.5), (1_500, 0.1))


def value_of(aim: Aim, whole: Floats) -> float:
    """Return the value of an objective for whole persons."""
    value = float(aim.costs @ whole)
    return float(round(value)) if aim.is_whole else value


def stages(problem: Problem, values: Floats, before: Floats | None, idle: Bools) -> Iterator[Bools]:
    """Yield which columns are free; all others stay at their fractional value, rounded.

    First only the few fractional columns are free; then those in which the whole-number solution
    of the objective before differs, which always leaves that solution; then those that cost the
    relaxation nothing, and all columns of some strata, in which what is left over finds a place; at
    last those of other strata.
    """
    whole = problem.is_whole
    near = np.rint(values)
    free = whole & (np.abs(values - near) >= NEAR)
    yield free
    wider = free | (whole & (near != before)) if before is not None else free
    if before is None:
        yield wider | spread(problem, SPARE_COLUMNS)
        return
    yield wider
    face = np.flatnonzero(whole & idle)
    wider[face[:: max(1, -(-len(face) // FACE_COLUMNS))]] = True
    for most, share in SPARE:
        yield wider | spread(problem, most, share)


def spread(problem: Problem, most: int, share: float = 0.5) -> Bools:
    """Return the columns of some strata, evenly spread; a stratum is a column's first row.

    Args:
        problem: The problem.
        most: About how many columns.
        share: Where between two of them the first stands, 0–1.
    """
    n = int(problem.is_whole.sum())
    stratum = problem.rows[problem.starts[:n]]
    count = int(stratum.max()) + 1 if n else 1
    per_stratum = max(1, n // max(count, 1))
    step = max(1, count * per_stratum // most)
    held = np.zeros(len(problem.upper), np.bool_)
    held[:n] = stratum % step == int(step * share)
    return held


def settled(
    problem: Problem,
    held: Held,
    aim: Aim,
    values: Floats,
    free: Bools,
    before: Floats | None,
    room: float = INFINITE,
    without: Sequence[str] = (),
) -> Floats | None:
    """Settle the free columns by a MIP around the others, held at their whole values.

    Args:
        problem: The problem.
        held: The rows of the objectives reached.
        aim: The objective.
        values: Fractional solution.
        free: Columns that may take any number of persons.
        before: Whole-number solution to begin with.
        room: By how many persons a free column may differ from ``values`` and ``before``.
        without: Heuristics of HiGHS that are left out.

    Returns:
        Whole persons, None if there are none with these columns.
    """
    open_columns = free | ~problem.is_whole
    chosen = np.flatnonzero(open_columns)
    fixed = np.where(open_columns, 0.0, np.rint(values))
    part = parted(problem, held, chosen, fixed)
    _narrow(part, np.rint(values[chosen]), None if before is None else before[chosen], room)
    bound = tightened(aim, float(aim.costs @ values))
    enough = bound - CLOSE * max(1.0, abs(bound)) - float(aim.costs @ fixed)
    highs = solver()
    highs.setOptionValue("objective_target", -enough)
    highs.setOptionValue("mip_max_nodes", ROUND_NODES)
    highs.setOptionValue("time_limit", SAFETY_SECONDS)
    highs.setOptionValue("mip_rel_gap", CLOSE / 4)
    if aim.is_whole:
        highs.setOptionValue("mip_abs_gap", 1.0 - NEAR)
    model = modelled(part, aim.costs[chosen])
    model.integrality_ = _kinds(problem.is_whole[chosen])
    highs.passModel(model)
    for name in without:
        highs.setOptionValue(f"mip_heuristic_run_{name}", False)
    if before is not None:
        start = highspy.HighsSolution()
        start.col_value = list(before[chosen])
        highs.setSolution(start)
    highs.run()
    if not has_solution(highs):
        return None
    made = fixed.copy()
    made[chosen] = np.array(highs.getSolution().col_value)
    made = np.where(problem.is_whole, np.rint(made), made)
    # Rows without a free column are not in the MIP; rounding the others may have broken one.
    return made if problem.is_met(made) else None


def _narrow(part: Problem, near: Floats, before: Floats | None, room: float) -> None:
    """Keep whole columns near their values; the solution to begin with stays inside.

    What is left over is a handful of persons, so nothing is lost, and the search is up to four
    times faster (measured).
    """
    low, high = near - room, near + room
    if before is not None:
        low, high = np.minimum(low, before), np.maximum(high, before)
    whole = part.is_whole
    part.lower = np.where(whole, np.maximum(part.lower, low), part.lower)
    part.upper = np.where(whole, np.minimum(part.upper, high), part.upper)


def _kinds(is_whole: Bools) -> list[highspy.HighsVarType]:
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    return [whole if one else part for one in is_whole]


def has_solution(highs: highspy.Highs) -> bool:
    """Return whether a whole-number solution was found."""
    primal = highs.getInfo().primal_solution_status
    return bool(primal == highspy.SolutionStatus.kSolutionStatusFeasible)


def run_from(highs: highspy.Highs, costs: Floats, start: Floats) -> None:
    """Search from a solution.

    The presolve of HiGHS 1.16 may better what a search begins with, and the search then ends with
    the value of the better one and the columns of the other: then it begins anew, from nothing.

    Args:
        highs: The solver with its model.
        costs: What is maximised.
        start: The solution.
    """
    given = highspy.HighsSolution()
    given.col_value = list(start)
    highs.setSolution(given)
    highs.run()
    told = -float(highs.getInfo().objective_function_value)
    # Values are whole numbers.
    if has_solution(highs) and told > float(costs @ highs.getSolution().col_value) + 0.5:
        highs.clearSolver()
        highs.run()


def parted(problem: Problem, held: Held, chosen: Ints, fixed: Floats) -> Problem:
    """Return the problem over some columns, the rest moved to the bounds.

    Objectives held are its last rows.
    """
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
    renamed = np.full(m + len(held), -1)
    renamed[used] = np.arange(len(used))
    parts_rows, parts_values = [renamed[rows]], [values]
    column = [np.repeat(np.arange(len(chosen)), counts)]
    lows, highs = [low[used]], [high[used]]
    for k, (costs, least) in enumerate(held):
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
        np.concatenate(lows), np.concatenate(highs), lower=problem.lower[chosen],
    )  # fmt: skip


def proven(
    problem: Problem, held: Held, aim: Aim, whole: Floats, bound: float, gap: float
) -> tuple[Floats, float]:
    """Let HiGHS look for a better whole-number solution, or prove that there is none.

    Args:
        problem: The problem.
        held: The rows of the objectives reached.
        aim: The objective.
        whole: Whole-number solution to begin with.
        bound: What no solution can better, so far.
        gap: Relative distance at which the search may stop.

    Returns:
        The best solution and the best bound.
    """
    value = value_of(aim, whole)
    everything = np.arange(len(problem.upper))
    part = parted(problem, held, everything, np.zeros(len(everything)))
    highs = solver()
    highs.setOptionValue("mip_max_nodes", PROOF_NODES)
    highs.setOptionValue("time_limit", SAFETY_SECONDS)
    highs.setOptionValue("mip_rel_gap", gap)
    if aim.is_whole:  # between two whole values there is none to look for
        highs.setOptionValue("mip_abs_gap", 1.0 - NEAR)
    model = modelled(part, aim.costs)
    model.integrality_ = _kinds(problem.is_whole)
    highs.passModel(model)
    run_from(highs, aim.costs, whole)
    if has_solution(highs):
        found = np.array(highs.getSolution().col_value)
        found = np.where(problem.is_whole, np.rint(found), found)
        better = float(aim.costs @ found)
        better = float(round(better)) if aim.is_whole else better
        if better > value:
            whole, value = found, better
    proven = tightened(aim, -float(highs.getInfo().mip_dual_bound))
    return whole, max(value, min(bound, proven))
