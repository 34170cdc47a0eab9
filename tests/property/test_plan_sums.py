"""Whole persons found by how many go each way, beside a search of every column."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
from hypothesis import HealthCheck, given, settings

from cakup.planning.optimise import shares
from cakup.planning.optimise.build import Fair, Limit, Pot, Stratum, build
from cakup.planning.optimise.missing import Missing
from cakup.planning.optimise.pooled import pooled
from cakup.planning.optimise.problem import Floats, Problem
from cakup.planning.optimise.relaxed import Lp
from cakup.planning.optimise.rounding import settled
from rounds import examples

PLACES = ("12.75.01.1001", "12.75.01.1002", "12.75.02.1001")
PRICE = 16_800
SMALL = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Few persons in three kelurahan, two purses, ceilings, an earlier objective held."""
    strata = [
        Stratum(draw(st.sampled_from(PLACES)), draw(st.integers(1, 5)), "other",
                draw(st.booleans()), False, 8, 11, draw(st.sampled_from([11, 11, 10])),
                draw(st.sampled_from([(0,), (1,), (0, 1)])), draw(st.integers(1, 4)))
        for _ in range(draw(st.integers(2, 8)))
    ]  # fmt: skip
    money = st.integers(0, 2 * sum(s.persons for s in strata)).map(lambda n: n * PRICE)
    pots = [Pot("a", draw(money), 8, 11, True, {"other": [PRICE] * 12}),
            Pot("b", draw(money), 9, 11, False, {"other": [PRICE] * 12})]  # fmt: skip
    tops = [Limit(kode, 0, draw(st.integers(0, 8)), kode) for kode in ("12.75.01", PLACES[2])]
    fair = [Fair(kode, draw(st.integers(0, 2)), draw(st.integers(2, 7))) for kode in PLACES]
    aims = ("keep", "fairness", "poorest")
    problem = build(strata, pots, draw(st.sampled_from([[], tops])), aims, fair=fair).problem
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
