"""What later whole persons reach of an earlier objective is asked for from then on."""

from __future__ import annotations

import numpy as np

from cakup.planning.optimise.problem import INFINITE, Problem
from cakup.planning.optimise.relaxed import Lp


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
