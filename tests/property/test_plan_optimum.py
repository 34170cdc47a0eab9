"""The optimiser beside a slow MIP of single persons, and the rules that no plan may break."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
import numpy as np
from hypothesis import HealthCheck, given, settings

from cakup.planning.optimise.build import Built, Goal, Limit, Pot, Stratum, build
from cakup.planning.optimise.problem import Solution
from cakup.planning.optimise.relaxed import Lp
from cakup.planning.optimise.worker import solve
from plan_oracle import Bag, Bounds, Oracle, Soul
from rounds import examples

PLACES = ("12.75.01.1001", "12.75.01.1002")
AIMS = ("keep", "target", "poorest", "jkm_months", "least_apbd")
SMALL = settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Soul], list[Bag], list[Bounds], list[str], bool]:
    """Few persons, up to three purses of which one may end early, quotas, objectives."""
    n_bags = draw(st.integers(1, 3))
    prices = tuple(
        draw(st.sampled_from([16_800, 8_400])) if m < 3 else 16_800 for m in range(12)
    )  # fmt: skip
    bags = [
        Bag(draw(st.integers(0, 12 * 16_800 * 6)), draw(st.integers(0, 8)),
            draw(st.integers(6, 11)) if u == 1 else 11, u != 2, prices)
        for u in range(n_bags)
    ]  # fmt: skip
    bags = [b if b.first <= b.last else Bag(b.pagu_rp, 0, b.last, b.is_public, prices)
            for b in bags]  # fmt: skip
    souls = [
        Soul(
            draw(st.sampled_from(PLACES)), draw(st.integers(0, 5)), draw(st.booleans()),
            draw(st.sampled_from([0, 0, 0, 3])), draw(st.sampled_from([11, 11, 11, 5, 2])),
            tuple(u for u in range(n_bags) if u == 0 or draw(st.booleans())),
        )
        for _ in range(draw(st.integers(1, 12)))
    ]  # fmt: skip
    least, most = draw(st.integers(0, 2)), draw(st.one_of(st.none(), st.integers(0, 5)))
    most = most if most is None else max(least, most)
    bounds = [Bounds(PLACES[0], least, most)] if draw(st.booleans()) else []
    aims = draw(st.permutations(AIMS))[: draw(st.integers(1, 3))]
    return souls, bags, bounds, list(aims), draw(st.booleans())


def built_from(
    souls: list[Soul], bags: list[Bag], bounds: list[Bounds], aims: list[str], goal: Goal | None
) -> tuple[Built, list[Stratum]]:
    """Return the problem of the optimiser, persons alike gathered into strata."""
    counted = Counter(souls)
    strata = [
        Stratum(s.kode, s.desil, "other", s.is_kept, False, s.first, s.end, s.end, s.purses, n,
                s.is_kept)
        for s, n in counted.items()
    ]  # fmt: skip
    pots = [
        Pot(str(u), b.pagu_rp, b.first, b.last, b.is_public, {"other": list(b.prices)})
        for u, b in enumerate(bags)
    ]
    limits = [Limit(b.kode, b.least, b.most, b.kode) for b in bounds]
    return build(strata, pots, limits, aims, goal=goal), strata


def reached(built: Built) -> Solution:
    """Solve without a process of its own."""
    return solve(built.problem)


@SMALL
@given(cases())
def test_every_objective_is_that_of_the_mip_of_single_persons(
    case: tuple[list[Soul], list[Bag], list[Bounds], list[str], bool],
) -> None:
    souls, bags, bounds, aims, has_goal = case
    goal = Goal(9, 2, 20) if has_goal else None
    built, _ = built_from(souls, bags, bounds, aims, goal)
    solution = reached(built)
    oracle = Oracle(souls, bags, bounds, (9, 2, 20) if goal else None)
    told = {r.name: r for r in solution.reached}
    for name in aims:
        best = oracle.maximise(name)
        assert (best is None) == (not solution.is_feasible)
        if best is None:
            assert solution.ways_out
            return
        if name not in told:  # nobody the objective speaks of
            assert abs(best) < 1e-6
            continue
        assert told[name].gap == 0, name
        assert abs(told[name].value - best) <= 1e-5 * max(1, abs(best)), name


@SMALL
@given(cases())
def test_no_plan_breaks_money_age_quota_or_continuity(
    case: tuple[list[Soul], list[Bag], list[Bounds], list[str], bool],
) -> None:
    souls, bags, bounds, aims, _ = case
    built, strata = built_from(souls, bags, bounds, aims, None)
    solution = reached(built)
    if not solution.is_feasible:
        return
    persons = solution.persons[: len(built.ways)]
    spent = (built.cost * persons).sum(axis=1)
    assert all(int(rp) <= bag.pagu_rp for rp, bag in zip(spent, bags, strict=True))
    per_stratum = np.bincount(built.stratum, persons, len(strata)).astype(int)
    assert all(n <= s.persons for n, s in zip(per_stratum, strata, strict=True))
    for n, way, at in zip(persons, built.ways, built.stratum, strict=True):
        if not n:
            continue
        stratum = strata[at]
        assert stratum.first <= way.start <= way.end == stratum.end
        months = [m for _, first, last in way.parts() for m in range(first, last + 1)]
        assert months == list(range(way.start, way.end + 1))  # no gap, no month twice
        for u, first, last in way.parts():
            assert u in stratum.purses
            assert bags[u].first <= first <= last <= bags[u].last
    for one in bounds:
        here = sum(int(n) for n, at in zip(persons, built.stratum, strict=True)
                   if strata[at].kode == one.kode)  # fmt: skip
        assert one.least <= here <= (one.most if one.most is not None else here)


@SMALL
@given(cases())
def test_what_is_said_to_make_a_plan_possible_does_so(
    case: tuple[list[Soul], list[Bag], list[Bounds], list[str], bool],
) -> None:
    """Floors without money are refused with a way out; once it is taken the rules can be met."""
    souls, bags, _, aims, _ = case
    bounds = [Bounds(souls[0].kode, sum(s.kode == souls[0].kode for s in souls), None)]
    built, _ = built_from(souls, [Bag(0, b.first, b.last, b.is_public, b.prices) for b in bags],
                          bounds, aims, None)  # fmt: skip
    solution = reached(built)
    assert not solution.is_feasible
    assert solution.clash
    assert Lp(built.problem).maximise(np.zeros(len(built.problem.upper))) is None
    for row, amount in solution.ways_out[0].items():
        if amount > 0:
            built.problem.row_low[row] -= amount
        else:
            built.problem.row_high[row] -= amount
    assert Lp(built.problem).maximise(np.zeros(len(built.problem.upper))) is not None


def test_a_plan_that_may_pay_nobody_is_empty_not_impossible() -> None:
    late = Bag(16_800 * 12, 6, 11, True, (16_800,) * 12)
    child = Soul(PLACES[0], 1, False, 0, 2, (0,))
    built, _ = built_from([child], [late], [], ["keep", "poorest"], None)
    solution = reached(built)
    assert solution.is_feasible
    assert solution.persons.sum() == 0
    built, _ = built_from([child], [late], [Bounds(PLACES[0], 1, None)], ["keep"], None)
    assert not reached(built).is_feasible
