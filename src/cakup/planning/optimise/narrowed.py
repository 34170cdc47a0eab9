"""What can still better a known solution: ranges of columns and rows from what they lose.

The relaxation says what every column loses per person and every row per unit, away from where they
stand. All losses of a solution add up to its distance from the bound, so one that is not worse than
the solution known loses nowhere more than that distance. Most columns can then take nobody, and a
row of whole numbers becomes nearly an equation: a purse spent to the last unit, an earlier
objective reached exactly. Of that many units no *part* of a person can be made, which the
relaxation would otherwise promise; so the search becomes small and its bound close.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cakup.planning.optimise.problem import Floats, Problem
from cakup.planning.optimise.relaxed import NEAR, Lp
from cakup.planning.optimise.rounding import Bools, parted

#: Bounds of rows of reached objectives stand a little below the whole number that is meant.
NEARLY_WHOLE = 1e-5


def narrowed(problem: Problem, lp: Lp, distance: float) -> Problem:
    """Return the problem without what loses more than a distance; its last rows are those held.

    Every solution in whole persons whose value is at least the bound less the distance is one of
    the result, and the other way round every solution of the result is one of the problem.

    Args:
        problem: The problem; whole columns have whole bounds.
        lp: Its relaxation with the rows of the objectives reached, solved for an objective whose
            coefficients are whole.
        distance: Of the value of a known solution from that of the relaxation.
    """
    n, m = len(problem.upper), len(problem.row_low)
    part = parted(problem, lp.held, np.arange(n), np.zeros(n))
    used = np.unique(problem.rows)
    duals = np.append(lp.duals[used], lp.duals[m:])
    kinds = [problem.kinds[r] for r in used] + ["held"] * len(lp.held)
    columns = part.is_whole | _is_group(part, kinds)
    rows = _is_whole(part, columns)
    low, high = _within(part.lower, part.upper, lp.reduced, columns, distance)
    row_low, row_high = _within(part.row_low, part.row_high, duals, rows, distance)
    return Problem(
        high, part.is_whole, part.starts, part.rows, part.values, row_low, row_high, lower=low,
        kinds=kinds,
    )  # fmt: skip


def _is_group(part: Problem, kinds: Sequence[str]) -> Bools:
    """Return which columns count the persons of groups: whole where the ways of their pool are."""
    is_pool = np.array([kind == "stratum" for kind in kinds])
    column = np.repeat(np.arange(len(part.upper)), np.diff(part.starts))
    in_pools: Bools = np.bincount(column, is_pool[part.rows], len(part.upper)) > 0
    return in_pools & ~part.is_whole


def _is_whole(part: Problem, columns: Bools) -> Bools:
    """Return which rows add up to whole numbers: whole persons with whole coefficients only."""
    column = np.repeat(np.arange(len(part.upper)), np.diff(part.starts))
    is_part = ~columns[column] | (part.values != np.rint(part.values))
    whole: Bools = np.bincount(part.rows, is_part, len(part.row_low)) == 0
    return whole


def _within(
    low: Floats, high: Floats, loss: Floats, is_whole: Bools, distance: float
) -> tuple[Floats, Floats]:
    """Return ranges in which nothing loses more than a distance: above 0 from below, else above."""
    steps = np.floor(distance / np.maximum(np.abs(loss), NEAR) + NEAR)
    at_low, at_high = is_whole & (loss > NEAR), is_whole & (loss < -NEAR)
    top = np.where(at_low, np.minimum(high, np.ceil(low - NEARLY_WHOLE) + steps), high)
    return np.where(at_high, np.maximum(low, np.floor(high + NEARLY_WHOLE) - steps), low), top
