"""Whole persons found by how many go each way, beside a search of every column."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from cakup.planning.optimise import shares
from cakup.planning.optimise.build import Fair, build
from cakup.planning.optimise.missing import Missing
from cakup.planning.optimise.pooled import pooled
from cakup.planning.optimise.problem import Floats, Problem
from cakup.planning.optimise.relaxed import Lp
from cakup.planning.optimise.rounding import settled
from plan_problems import PLACES, SMALL, towns


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Few persons in three kelurahan, two purses, ceilings, an earlier objective held."""
    strata, pots, tops = draw(towns(first=8, later=9, persons=4, months=2, most=8))
    fair = [Fair(kode, draw(st.integers(0, 2)), draw(st.integers(2, 7))) for kode in PLACES]
    problem = build(strata, pots, tops, ("keep", "fairness", "poorest"), fair=fair).problem
    if draw(st.booleans()):  # ways of one stratum that an area does not count, as of a shorter path
        fairs = {r for r, kind in enumerate(problem.kinds) if kind == "fair"}
        for a, b in list(pairwise(problem.starts))[: int(problem.is_whole.sum()) : 3]:
            for at in range(a, b):
                if problem.rows[at] in fairs:
                    problem.values[at] = 0.0
    return pooled(problem).problem


def begun(problem: Problem, missing: Missing, areas: shares._Areas) -> Floats | None:
    """Return whole persons who reach what is held of the earlier objective."""
    count = len(areas.rows)
    nobody = missing.counted(np.zeros(len(problem.upper)))
    every = np.append(problem.is_whole, np.zeros(count, np.bool_))
    found = settled(missing.soft, missing.held, missing.aim, nobody, every, None)
    return None if found is None else found[:-count].copy()


@SMALL
@given(problems(), st.floats(0.05, 1.0))
def test_sums_miss_as_few_persons_as_a_search_of_every_column(
    problem: Problem, share: float
) -> None:
    lp, aims = Lp(problem), {a.name: a for a in problem.aims}
    if "keep" in aims:
        best = lp.maximise(aims["keep"].costs)
        assert best is not None
        lp.hold(aims["keep"].costs, float(np.floor(best[1] / 2)))
    areas = shares._areas(problem, aims["fairness"])
    shares._fix(problem, lp, areas, areas.step(share))
    missing = Missing(problem, lp.held, areas.rows)
    start = begun(problem, missing, areas)
    if start is None:  # the earlier objective and this share exclude each other
        return
    start[areas.column] = problem.lower[areas.column]
    counted = missing.counted(start)
    wanted, is_impossible = missing.proven(counted)
    found, is_proven = missing.everywhere(counted)
    assert missing.of(found) == missing.of(wanted)
    assert is_proven == is_impossible
    assert missing.soft.is_met(found)
    persons = found[: len(problem.upper)][problem.is_whole]
    assert np.array_equal(persons, np.rint(persons))
    near = missing.near(counted, start)
    assert missing.of(wanted) <= missing.of(near) <= missing.of(counted)
