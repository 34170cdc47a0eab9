"""The least share of an area, as high as whole persons allow.

A share of whole persons is one of few numbers: some area's covered persons over its workers. So the
best share is looked for among these steps; at every step the floors of the areas are whole persons
again, and the relaxation says whether they can be met.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cakup.planning.optimise.problem import INFINITE, Aim, Floats, Ints, Problem
from cakup.planning.optimise.relaxed import NEAR, Lp
from cakup.planning.optimise.rounding import rounded, settled, stages

#: Steps below the best fractional one that are tried in whole persons.
TRIES = 2
#: Columns that are free beside those in question: floors must be met, not neared.
MANY_COLUMNS = 3000


@dataclass(frozen=True)
class _Areas:
    """The rows of the areas: persons + covered ≥ share × workers."""

    column: int
    rows: Ints
    workers: Floats
    covered: Floats

    def step(self, share: float) -> float:
        """Return the highest share of whole persons that is not above a share."""
        return float((np.floor(self.workers * share + NEAR) / self.workers).max())

    def floors(self, share: float) -> Floats:
        """Return the rows' lower bounds that ask for whole persons at a fixed share."""
        need = np.ceil(self.workers * share - self.covered - NEAR)
        return need - self.workers * share


def best_share(
    problem: Problem, lp: Lp, aim: Aim, values: Floats, before: Floats | None
) -> tuple[Floats, float]:
    """Return whole persons with the highest least share, and what no solution can better.

    Args:
        problem: The problem; its rows are fixed at the share that was reached.
        lp: Its relaxation.
        aim: The share.
        values: Fractional solution with the highest share.
        before: Whole persons of the objective before.
    """
    areas = _areas(problem, aim)
    high = float(values[areas.column])
    if before is None:
        # Nothing is reached yet: any whole-number solution is a beginning.
        before = rounded(problem, lp, Aim(aim.name, np.zeros(len(values))), values, None)
    low = _share_of(problem, areas, before)
    best, values = _bisected(lp, areas, low, high, values)
    bound, share = best, best
    for _ in range(TRIES):
        if share <= low + NEAR:
            break
        _fix(problem, lp, areas, share)
        found = lp.maximise(np.zeros(len(values)))
        whole = _settled(problem, lp, found[0], before) if found is not None else None
        if whole is not None:
            whole[areas.column] = share
            return whole, bound
        share = areas.step(share - 10 * NEAR)
    _fix(problem, lp, areas, low)
    before = before.copy()
    before[areas.column] = low
    return before, bound


def _areas(problem: Problem, aim: Aim) -> _Areas:
    column = int(np.flatnonzero(aim.costs)[0])
    span = slice(problem.starts[column], problem.starts[column + 1])
    rows = problem.rows[span]
    return _Areas(column, rows, -problem.values[span], -problem.row_low[rows])


def _share_of(problem: Problem, areas: _Areas, whole: Floats) -> float:
    """Return the least share of whole persons."""
    persons = whole.copy()
    persons[areas.column] = 0.0
    held = problem.loads(persons)[areas.rows]
    return float(((np.rint(held) + areas.covered) / areas.workers).min())


def _bisected(
    lp: Lp, areas: _Areas, low: float, high: float, values: Floats
) -> tuple[float, Floats]:
    """Return the highest step at which the relaxation with whole floors can be met."""
    at, nothing = areas.step(high), np.zeros(len(values))
    while at > low + NEAR:
        _fix(lp.problem, lp, areas, at, keep=True)
        found = lp.maximise(nothing)
        if found is not None:
            low, values = at, found[0]
        else:
            high = at - 10 * NEAR
        middle = areas.step((low + high) / 2)
        at = middle if middle > low + NEAR else areas.step(high)
    return low, values


def _fix(problem: Problem, lp: Lp, areas: _Areas, share: float, *, keep: bool = False) -> None:
    """Fix the share, with floors of whole persons; ``keep`` changes the relaxation only."""
    floors = areas.floors(share)
    lp.highs.changeColBounds(areas.column, share, share)
    for row, floor in zip(areas.rows, floors, strict=True):
        lp.highs.changeRowBounds(int(row), float(floor), INFINITE)
    if not keep:
        problem.row_low[areas.rows] = floors
        problem.lower[areas.column] = problem.upper[areas.column] = share


def _settled(problem: Problem, lp: Lp, values: Floats, before: Floats) -> Floats | None:
    """Return whole persons at the fixed share, None if none are found."""
    nothing = Aim("share", np.zeros(len(values)))
    for chosen in stages(problem, values, before, MANY_COLUMNS):
        found = settled(problem, lp, nothing, values, chosen, before)
        if found is not None:
            return found
    return None
