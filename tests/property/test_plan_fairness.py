"""The least share of a kelurahan beside every possible plan of few persons, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from bench.plan import purses, strata
from cakup.planning.optimise import shares, worker
from cakup.planning.optimise.build import Fair, Pot, Stratum, build
from rounds import examples

PLACES = ("12.75.01.1001", "12.75.01.1002", "12.75.01.1003")
AIMS = ("poorest", "fairness", "least_apbd", "keep")
PRICE = 16_800
FIRST = 10  # November: two ways for each person, and none
Case = tuple[list[Stratum], int, list[Fair], list[str]]
SMALL = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to five strata in three kelurahan, money for some of them, objectives with fairness."""
    strata = [
        Stratum(draw(st.sampled_from(PLACES)), draw(st.integers(0, 6)), "other",
                draw(st.booleans()), False, FIRST, 11, draw(st.sampled_from([11, 11, 11, 10])),
                (0,), draw(st.integers(1, 3)))
        for _ in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    strata = [s for k, s in enumerate(strata) if s not in strata[:k]]
    fair = [Fair(kode, draw(st.integers(0, 2)), draw(st.integers(2, 7))) for kode in PLACES]
    money = draw(st.integers(0, 2 * sum(s.persons for s in strata))) * PRICE + draw(
        st.sampled_from([0, PRICE - 1])
    )
    aims = list(draw(st.permutations(AIMS)))[: draw(st.integers(1, 4))]
    return strata, money, fair, aims if "fairness" in aims else [*aims, "fairness"]


def plans(strata: list[Stratum]) -> Iterator[list[tuple[Stratum, int]]]:
    """Yield every plan: each person begins in November, in December, or never."""
    ways = [
        list(combinations_with_replacement([None, *range(FIRST, s.end + 1)], s.persons))
        for s in strata
    ]
    for chosen in product(*ways):
        yield [(s, start) for s, starts in zip(strata, chosen, strict=True)
               for start in starts if start is not None]  # fmt: skip


def values(plan: list[tuple[Stratum, int]], fair: list[Fair], aims: list[str]) -> list[float]:
    """Return the value of every objective, more is better."""
    months = [s.end - start + 1 for s, start in plan]
    told = {
        "poorest": sum((11 - s.desil if s.desil else 0) * m
                       for (s, _), m in zip(plan, months, strict=True)),
        "keep": sum(m for (s, _), m in zip(plan, months, strict=True) if s.is_kept),
        "least_apbd": -PRICE * sum(months),
        "fairness": min(1.0, *(
            (f.covered + sum(s.kode == f.kode and 1 <= s.desil <= 4 and s.end == 11
                             for s, _ in plan)) / f.persons for f in fair)),
    }  # fmt: skip
    return [told[name] for name in aims]


def best(case: Case) -> list[float]:
    """Return the lexicographic best of all plans that the money pays for."""
    strata, money, fair, aims = case
    paid = (p for p in plans(strata) if PRICE * sum(s.end - b + 1 for s, b in p) <= money)
    return max(values(p, fair, aims) for p in paid)


def solved(case: Case) -> dict[str, tuple[float, float]]:
    """Return value and bound of every objective, more is better."""
    strata, money, fair, aims = case
    pot = Pot("apbd", money, 0, 11, True, {"other": [PRICE] * 12})
    found = worker.solve(build(strata, [pot], [], aims, fair=fair).problem)
    sign = {"least_apbd": -1.0}
    return {r.name: (r.value * sign.get(r.name, 1.0), r.bound * sign.get(r.name, 1.0))
            for r in found.reached}  # fmt: skip


@SMALL
@given(cases())
def test_the_least_share_is_the_best_of_all_plans_and_the_bound_says_so(case: Case) -> None:
    told, wanted = solved(case), dict(zip(case[3], best(case), strict=True))
    for name, value in wanted.items():
        if name in told:  # else nobody the objective speaks of
            assert told[name] == pytest.approx((value, value), abs=1e-9), name


@SMALL
@given(cases())
def test_without_a_search_of_the_whole_problem_the_bound_still_holds(case: Case) -> None:
    """As in problems too large to be searched: what is reached is real, the bound not below."""
    strata, money, fair, _ = case
    case = strata, money, fair, ["fairness"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "PROVEN_COLUMNS", 0)
        value, bound = solved(case)["fairness"]
    wanted = best(case)[0]
    assert value <= wanted + 1e-9
    assert bound >= wanted - 1e-9


def test_persons_change_places_where_the_first_solution_leaves_a_kelurahan_behind() -> None:
    """The poorest first says how many of each decile, not where; fairness then says where."""
    strata = [Stratum(kode, d, "other", False, False, 0, 0, 11, (0,), 20)
              for kode in PLACES for d in (1, 2)]  # fmt: skip
    pot = Pot("apbd", 40 * 12 * PRICE, 0, 11, True, {"other": [PRICE] * 12})
    fair = [Fair(kode, 0, 40) for kode in PLACES]
    found = worker.solve(build(strata, [pot], [], ("poorest", "fairness"), fair=fair).problem)
    told = {r.name: r for r in found.reached}
    assert told["poorest"].value == 40 * 10 * 12
    assert told["fairness"].value == pytest.approx(13 / 40)  # 40 persons in 3 kelurahan
    assert told["fairness"].gap == 0


def test_a_step_that_a_search_of_few_columns_misses_is_found_by_sums() -> None:
    """Six hundred persons in six kelurahan, three purses; nothing is proven as if it were large."""
    groups, pots = strata(6, 12, 3, 600, 11), purses(3, 600 * PRICE * 12 // 20)
    fair = [Fair(f"12.75.01.{1001 + k}", 5, 120) for k in range(6)]
    aims = ("keep", "poorest", "jkm_months", "fairness")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "PROVEN_COLUMNS", 0)
        patch.setattr(shares, "FEW_COLUMNS", 0)
        found = worker.solve(build(groups, pots, [], aims, fair=fair, with_prices=False).problem)
    told = {r.name: r for r in found.reached}
    assert told["fairness"].value == pytest.approx(8 / 120)
    assert told["fairness"].gap == 0
    assert not any(r.given for r in found.reached)
