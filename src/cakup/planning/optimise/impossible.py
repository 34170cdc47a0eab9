"""When not all rules can be met: which of them clash, and the least changes that would do."""

from __future__ import annotations

import numpy as np

from cakup.planning.optimise.problem import INFINITE, Problem, Solution
from cakup.planning.optimise.relaxed import NEAR, Lp

#: What gives way, way by way: money alone, quotas alone, money and quotas, anything.
WAYS_OUT = (("purse",), ("quota",), ("purse", "quota"), ("purse", "quota", "stratum", "other"))


def impossible(problem: Problem, broken: dict[int, float] | None = None) -> Solution:
    """Return a solution that says what stands in the way.

    Args:
        problem: The problem.
        broken: Rows that whole persons break where only fractional persons meet all of them.
    """
    ways: list[dict[int, float]] = []
    clash: tuple[int, ...] = ()
    for kinds in WAYS_OUT:
        found = _loosened(problem, kinds)
        if found is None:
            continue
        clash = clash or found[1]
        if found[0] and found[0] not in ways:
            ways.append(found[0])
        if len(ways) >= 2 or "other" in kinds:
            break
    if not ways and broken:
        ways, clash = [broken], tuple(sorted(broken))
    persons = np.zeros(len(problem.upper), dtype=np.int64)
    return Solution(persons, (), np.zeros(0), ways[0] if ways else {}, clash, tuple(ways))


def _loosened(
    problem: Problem, kinds: tuple[str, ...]
) -> tuple[dict[int, float], tuple[int, ...]] | None:
    """Return by how much rows of some kinds must give way in all as little as possible, and the
    rows that together cannot be met; None if these rows giving way does not help."""
    n, m = len(problem.upper), len(problem.row_low)
    starts = list(problem.starts)
    rows, values = [problem.rows], [problem.values]
    open_rows = [r for r in range(m) if problem.kind_of(r) in kinds]
    sides = [(r, -1.0) for r in open_rows if problem.row_high[r] < INFINITE]
    sides += [(r, 1.0) for r in open_rows if problem.row_low[r] > -INFINITE]
    for row, sign in sides:
        starts.append(starts[-1] + 1)
        rows.append(np.array([row]))
        values.append(np.array([sign]))
    loose = Problem(
        np.concatenate([problem.upper, np.full(len(sides), INFINITE)]),
        np.zeros(n + len(sides), np.bool_), np.array(starts), np.concatenate(rows),
        np.concatenate(values), problem.row_low, problem.row_high,
    )  # fmt: skip
    lp = Lp(loose)
    found = lp.maximise(np.concatenate([np.zeros(n), -np.ones(len(sides))]))
    if found is None:
        return None
    duals = np.abs(np.array(lp.highs.getSolution().row_dual))
    changes = {
        row: sign * float(amount)
        for (row, sign), amount in zip(sides, found[0][n:], strict=True)
        if amount > NEAR
    }
    return changes, tuple(int(r) for r in np.flatnonzero(duals > NEAR))
