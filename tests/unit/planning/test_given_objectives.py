"""What a later objective may take of an earlier one that is not proven, and what it never takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cakup.planning.optimise import shares, worker
from cakup.planning.optimise.build import Built, Fair, Pot, Stratum, build
from cakup.planning.optimise.pooled import pooled
from cakup.planning.optimise.problem import Aim, Floats
from cakup.planning.optimise.relaxed import Lp, room_of
from cakup.planning.optimise.rounding import value_of

AIM = Aim("poorest", np.ones(1), is_whole=True)
PLACES = ("12.75.01.1001", "12.75.01.1002", "12.75.01.1003")
PRICE = 16_800


def test_nothing_of_a_proven_value_little_of_another() -> None:
    assert room_of(AIM, 1_496_092, 1_496_092) == 0
    assert room_of(AIM, 1_496_092, 1_496_099) == 14
    assert room_of(AIM, 40, 41) == 1
    assert room_of(Aim("fairness", np.ones(1), is_share=True), 0.3, 0.4) == 0


def city() -> Built:
    """Money for ten persons; the poorest all live in the first kelurahan."""
    strata = [Stratum(kode, desil, "other", False, False, 0, 0, 11, (0,), 10)
              for kode, desil in zip(PLACES, (1, 2, 2), strict=True)]  # fmt: skip
    pot = Pot("apbd", 10 * 12 * PRICE, 0, 11, True, {"other": [PRICE] * 12})
    fair = [Fair(kode, 0, 10) for kode in PLACES]
    return build(strata, [pot], [], ("poorest", "fairness"), fair=fair)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Treat a small problem like a large one, its first objective proven up to a distance."""

    def treat(distance: float) -> None:
        monkeypatch.setattr(shares, "FEW_COLUMNS", 0)
        monkeypatch.setattr(worker, "PROVEN_COLUMNS", 0)
        plain: Callable[[Lp, Floats], tuple[Floats, float] | None] = Lp.maximise

        def further(lp: Lp, costs: Floats) -> tuple[Floats, float] | None:
            found = plain(lp, costs)
            far = 0.0 if lp.held or found is None else distance
            return None if found is None else (found[0], found[1] + far)

        monkeypatch.setattr(Lp, "maximise", further)

    return treat


def test_a_proven_objective_gives_nothing(large: Callable[[float], None]) -> None:
    large(0.0)
    poorest, fairness, *_ = worker.solve(city().problem).reached
    assert (poorest.value, poorest.given) == (10 * 10 * 12, 0)
    assert fairness.value == 0


def searched(room: float) -> tuple[float, float]:
    """Search a share of a tenth where the poorest all live elsewhere; return both values."""
    problem = pooled(city().problem).problem
    aims = {a.name: a for a in problem.aims}
    lp = Lp(problem)
    best = lp.maximise(aims["poorest"].costs)
    assert best is not None
    lp.hold(aims["poorest"].costs, 1200, room)
    areas = shares._areas(problem, aims["fairness"])
    whole, _ = shares._Search(problem, lp, areas, best[0], np.rint(best[0])).at(0.1, 0)
    assert lp.held[0][1] <= value_of(aims["poorest"], whole), "later objectives ask for no more"
    return shares._share_of(problem, areas, whole), value_of(aims["poorest"], whole)


def test_as_little_is_given_as_the_share_needs(large: Callable[[float], None]) -> None:
    large(0.0)
    # One person in each of the two other kelurahan costs a decile for twelve months each.
    assert searched(60.0) == (pytest.approx(0.1), 1200 - 24)
    assert searched(23.0) == (0, 1200)
    assert searched(0.0) == (0, 1200)
