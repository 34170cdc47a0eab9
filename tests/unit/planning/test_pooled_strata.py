"""Strata that differ only in their kelurahan: one pool, and the way back to persons."""

from __future__ import annotations

import numpy as np

from cakup.planning.optimise.build import Fair, Limit, Pot, Stratum, build
from cakup.planning.optimise.pooled import pooled
from cakup.planning.optimise.worker import solve

PLACES = tuple(f"12.75.01.{1001 + k}" for k in range(4))
PRICE = 16_800


def stratum(kode: str, desil: int = 1, persons: int = 10) -> Stratum:
    return Stratum(kode, desil, "other", False, False, 0, 11, 11, (0,), persons)


def money(months: int) -> Pot:
    return Pot("apbd", months * PRICE, 0, 11, True, {"other": [PRICE] * 12})


def test_without_rules_of_areas_alike_strata_are_one() -> None:
    strata = [stratum(kode, d) for kode in PLACES for d in (1, 2)]
    small = pooled(build(strata, [money(240)], [], ("poorest",)).problem)
    assert len(small.problem.upper) == 2 * 12
    assert not len(small.groups)
    assert sorted(small.problem.row_high[:2]) == [40, 40]


def test_an_area_with_a_rule_is_a_group_of_its_own() -> None:
    strata = [stratum(kode) for kode in PLACES]
    limits = [Limit(PLACES[0], 3, None, "a"), Limit("12.75.01", 0, 9, "b")]
    small = pooled(build(strata, [money(240)], limits, ("poorest",)).problem)
    assert len(small.groups) == 2  # the kelurahan with its floor, the three others


def test_places_of_a_pool_go_to_every_kelurahan_in_its_part() -> None:
    strata = [stratum(PLACES[0], persons=60), stratum(PLACES[1], persons=20)]
    built = build(strata, [money(40 * 12)], [], ("poorest",))
    persons = solve(built.problem).persons[: len(built.ways)]
    assert np.bincount(built.stratum, persons).tolist() == [30, 10]


def test_places_of_a_pool_follow_the_order_of_persons() -> None:
    strata = [stratum(PLACES[0]), stratum(PLACES[1])]
    built = build(strata, [money(6 * 12 + 1)], [], ("poorest",))
    # The second kelurahan has the first five persons of the list.
    built.problem.order = np.array([1] * 5 + [0] * 10 + [1] * 5)
    persons = solve(built.problem).persons[: len(built.ways)]
    by = {(int(s), w.start): int(n) for s, w, n in zip(built.stratum, built.ways, persons,
                                                       strict=True) if n}  # fmt: skip
    # Six of them from January; the month that is left buys one in December.
    assert by == {(1, 0): 5, (0, 0): 1, (0, 11): 1}


def test_floors_come_before_the_order_and_all_places_are_given() -> None:
    strata = [stratum(kode) for kode in PLACES]
    limits = [Limit(PLACES[3], 4, None, PLACES[3]), Limit(PLACES[0], 0, 2, PLACES[0])]
    fair = [Fair(kode, 0, 10) for kode in PLACES]
    built = build(strata, [money(12 * 12)], limits, ("poorest", "fairness"), fair=fair)
    built.problem.order = np.repeat(np.arange(4), 10)
    solution = solve(built.problem)
    here = np.bincount(built.stratum, solution.persons[: len(built.ways)]).tolist()
    assert sum(here) == 12
    assert here[0] == 2
    assert here[3] >= 4
    assert {r.name: r.value for r in solution.reached}["fairness"] == 0.2
    assert min(here) == 2


def test_columns_that_count_differently_in_an_area_stay_alone() -> None:
    """A share counts December only: who ages out in June is no part of it."""
    strata = [stratum(PLACES[0]), Stratum(PLACES[1], 1, "other", False, False, 0, 5, 5, (0,), 10)]
    built = build(strata, [money(60)], [], ("fairness",), fair=[Fair(PLACES[0], 0, 10)])
    small = pooled(built.problem)
    assert len(small.problem.row_low) - len(small.rows) == 2
    assert small.original({0: 1.0, 2: 3.0}) == {int(small.rows[0]): 3.0}
