"""What binds is told for the months that a new place really has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cakup.planning.compute import Outcome, binding
from cakup.planning.scenarios import is_over
from cakup.planning.settings import PlanSettings, Scenario

YEAR = PlanSettings(2027, date(2026, 10, 31), 1, "uji", ("target",))
RUNNING = replace(YEAR, as_of=date(2027, 6, 30))


def _outcome(settings: PlanSettings, first: int = 0) -> Any:
    """Return an outcome of one purse whose money binds at one price the whole year."""
    held = SimpleNamespace(
        settings=settings, strata=(), persons=0,
        solution=SimpleNamespace(prices=np.array([1.0 / 16_800])),
        built=SimpleNamespace(rows={"purse:baznas": 0}, units=[1]),
        pots=(SimpleNamespace(id="baznas", first=first, last=11, pagu_rp=1_000),),
        money=lambda: np.zeros((1, 12), dtype=np.int64),
    )  # fmt: skip
    held.earliest = Outcome.earliest.fget(held)  # type: ignore[attr-defined]
    return held


@pytest.mark.parametrize(
    ("settings", "first", "months", "people"),
    [
        (YEAR, 0, 12, 496), (YEAR, 8, 4, 1_488), (RUNNING, 0, 6, 992), (RUNNING, 8, 4, 1_488),
        (replace(YEAR, start=date(2027, 4, 1)), 0, 9, 661),
        (replace(YEAR, changed_from=date(2027, 10, 1)), 0, 3, 1_984),
    ],
)  # fmt: skip
def test_more_money_adds_people_for_the_months_that_are_left(
    settings: PlanSettings, first: int, months: int, people: int
) -> None:
    [told] = binding(_outcome(settings, first))
    assert (told["months"], told["persons_per_100m_rp"]) == (months, people)
    assert f"untuk {months} bulan" in told["text"].id


@pytest.mark.parametrize(
    ("settings", "key", "day", "left_out"),
    [
        (RUNNING, "start", date(2027, 4, 1), True), (RUNNING, "start", date(2027, 7, 1), True),
        (RUNNING, "start", date(2027, 8, 1), False), (YEAR, "start", date(2027, 4, 1), False),
        (RUNNING, "changed_from", date(2027, 7, 1), True),
        (RUNNING, "changed_from", date(2027, 9, 1), False),
        (YEAR, "changed_from", date(2027, 7, 1), False),
    ],
)  # fmt: skip
def test_a_scenario_of_a_month_that_is_over_is_left_out(
    settings: PlanSettings, key: str, day: date, left_out: bool
) -> None:
    scenario = Scenario("x", {f"plan.{key}": f"{day:%Y-%m}"})
    assert is_over(settings, scenario, replace(settings, **{key: day})) is left_out
    assert not is_over(settings, Scenario("y", {"plan.yield": 0.2}), settings)
