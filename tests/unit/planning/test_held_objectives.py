"""What later whole persons reach of an earlier objective is asked for from then on."""

from __future__ import annotations

import numpy as np

from cakup.planning.optimise.problem import INFINITE, Aim, Problem
from cakup.planning.optimise.relaxed import Lp
from cakup.planning.optimise.rounding import proven


def test_an_earlier_objective_rises_and_never_falls() -> None:
    # Two groups of persons, three places in all.
    places = Problem(
        np.array([3.0, 3.0]), np.ones(2, np.bool_), np.array([0, 1, 2]), np.zeros(2, np.int64),
        np.ones(2), np.array([-INFINITE]), np.array([3.0]), ["purse:one"],
    )  # fmt: skip
    first, second = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    lp = Lp(places)
    lp.hold(first, 1.0)

    def best() -> float:
        found = lp.maximise(second)
        assert found is not None
        return round(found[1], 3)

    assert best() == 2.0
    lp.raise_held(np.array([2.0, 1.0]))
    assert best() == 1.0
    lp.raise_held(np.array([0.0, 3.0]))
    assert best() == 1.0, "less of an earlier objective is not asked for"


def test_a_better_solution_is_returned_where_presolve_betters_the_first() -> None:
    # HiGHS 1.16 ends here with the value of the better one and the columns of the first.
    months = np.array([5.0, 4.0, 3.0, 2.0, 1.0, *[4.0, 3.0, 2.0, 1.0] * 2])
    pools = np.array([0] * 5 + [1] * 4 + [2] * 4)
    ways = np.arange(13)
    rows = np.stack([pools, 3 + (pools > 0)], axis=1).ravel()
    problem = Problem(
        np.array([1.0] * 5 + [3.0] * 4 + [2.0] * 4), np.ones(13, np.bool_), np.arange(14) * 2,
        rows, np.stack([np.ones(13), months], axis=1).ravel(), np.full(5, -INFINITE),
        np.array([1.0, 3.0, 2.0, 11.0, 3.0]), kinds=["stratum"] * 3 + ["purse"] * 2,
    )  # fmt: skip
    kept, poor = months * (pools == 2), 10.0 * months
    full = np.where(ways == 0, 2.0, np.where(np.isin(ways, (1, 5, 9)), 1.0, 0.0))
    first = np.where(ways == 10, 1.0, 0.0)
    held = [(kept, 2.0 - 1e-6), (poor, 29.0 - 1e-6)]
    found, bound = proven(problem, held, Aim("full", full, is_whole=True), first, 2.75, 0.0)
    assert problem.is_met(found)
    assert float(full @ found) == bound == 2.0
