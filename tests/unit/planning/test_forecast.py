"""Forecast: exact means beside a slow walk through the months, and beside what is drawn."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cakup.law.catalogue import built_in
from cakup.planning.claims import TABLES, death_rates, expected
from cakup.planning.forecast.expected import course, covered_by_money, person_months
from cakup.planning.forecast.people import AID, FIRM, OWN, Exits, People, leaving, survival
from cakup.planning.forecast.simulate import simulate

DAY = date(2025, 10, 31)
EXITS = Exits((0.9, 0.65), DAY)


def people(*rows: tuple[int, bool, int, int, int, int, bool]) -> People:
    """Rows of age in months, man, group, aid until, plan from, plan to, full death cover."""
    age, male, group, aid, first, last, full = zip(*rows, strict=True)
    whole = [np.array(x, dtype=np.int64) for x in (age, group, aid, first, last)]
    return People(whole[0], np.array(male), whole[1], whole[2], whole[3], whole[4],
                  np.array(full))  # fmt: skip


SOME = people(
    (30 * 12, True, FIRM, 0, 0, 0, True), (45 * 12 + 3, False, OWN, 0, 0, 0, False),
    (50 * 12, True, AID, 5, 0, 0, True), (63 * 12 + 6, True, AID, 2, 15, 17, True),
    (25 * 12, False, -1, 0, 15, 26, False), (40 * 12, True, OWN, 0, 20, 26, True),
)  # fmt: skip


def slow(held: People, exits: Exits, horizon: int) -> list[float]:
    """Walk through the months of every person with plain numbers."""
    leave = leaving(held, exits)
    total = [0.0] * (horizon + 1)
    for i in range(len(held)):
        alive, stays = 1.0, 1.0
        for month in range(horizon + 1):
            if month:
                years = int(held.age_months[i]) // 12 + (month - 1) // 12
                both = [
                    float(death_rates(t, np.array([float(years)]), held.is_male[i : i + 1], DAY)[0])
                    for t in TABLES
                ]
                alive *= (1 - sum(both) / 2) ** (1 / 12)
                stays *= 1 - leave[held.group[i]] if held.group[i] in (FIRM, OWN) else 0
            aided = held.group[i] == AID and month <= held.aid_until[i]
            planned = held.plan_first[i] and held.plan_first[i] <= month <= held.plan_last[i]
            own = stays if held.group[i] in (FIRM, OWN) else 0.0
            total[month] += alive * (1.0 if aided or planned else own)
    return total


def test_the_exact_course_is_that_of_a_slow_walk() -> None:
    assert course(SOME, EXITS, 36).active == pytest.approx(slow(SOME, EXITS, 36), rel=1e-9)


def test_groups_add_up_and_deaths_take_away() -> None:
    held = course(SOME, EXITS, 36)
    assert held.by_group.sum(axis=0) == pytest.approx(held.active)
    assert (held.deaths >= 0).all()
    assert held.active[0] == 5  # firm one, aid two, own two; the plan is to come


def test_deaths_are_part_of_those_who_left() -> None:
    """A year later as many are covered as the ledger measured: deaths are not counted twice."""
    firm = people(*[(40 * 12, True, FIRM, 0, 0, 0, True)] * 10)
    assert course(firm, EXITS, 12).active[12] == pytest.approx(9.0, rel=1e-9)


def test_levels_are_ordered() -> None:
    low, mid, high = (
        survival(SOME, Exits(EXITS.stay_year, DAY, level), 36)[1][:, 36].mean()
        for level in ("low", "mid", "high")
    )
    assert low > mid > high


def test_drawn_months_lie_around_the_exact_ones() -> None:
    columns = {name: np.tile(value, 500) for name, value in vars(SOME).items()}
    many = People(**columns)
    exact = course(many, EXITS, 36).active
    drawn = simulate(many, EXITS, 36, 200, 5)
    spread = drawn.active.std(axis=0)
    assert (np.abs(drawn.active.mean(axis=0) - exact) <= 4 * spread / np.sqrt(200) + 1e-9).all()
    low, _, high = drawn.interval()
    inside = (low <= exact) & (exact <= high)
    assert inside.all()
    assert (simulate(many, EXITS, 36, 3, 5).active == drawn.active[:3]).all()
    assert (simulate(many, EXITS, 36, 3, 6).active != drawn.active[:3]).any()


def test_paid_months_and_full_months() -> None:
    """Waiting runs anew after a gap; those with full cover today keep it while aid goes on."""
    paid, full = person_months(SOME, 36, 3)
    assert paid.tolist() == [0, 0, 5, 2 + 3, 12, 7]
    assert full.tolist() == [0, 0, 5, 2 + 0, 9, 4]
    assert covered_by_money(SOME, 0).tolist() == [False, False, True, True, False, False]


def test_a_plan_carried_on_ends_at_the_age_limit() -> None:
    on = SOME.carried_on(36, 64 * 12 + 11)
    # 63 years 6 months today: 64 years 11 months in 17 months.
    assert on.plan_last.tolist() == [0, 0, 0, 17, 36, 36]
    assert SOME.without_plan().plan_first.tolist() == [0] * 6


@pytest.mark.parametrize(("persons", "months"), [(3, 0.1), (30, 0.1), (7, 5 / 7), (1_000, 11.7)])
def test_parts_of_months_add_up_to_whole_person_months(persons: int, months: float) -> None:
    """1,000 candidates share the months of the places: 29.999… person-months are 30, not 29."""
    each = np.full(persons, months)
    held = expected(np.full(persons, 40.0), np.full(persons, True), each, each, DAY, built_in())
    assert abs(held.person_months - persons * months) <= 0.5
    assert held.person_months == {3: 0, 30: 3, 7: 5, 1_000: 11_700}[persons]
