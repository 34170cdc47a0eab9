"""A budget that changes in July: who stays, who loses cover, what is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from cakup.law.catalogue import built_in
from cakup.planning.compute import BaseCover, Outcome, schedule
from cakup.planning.midyear import change
from cakup.planning.optimise.build import Limit, Stratum, build
from cakup.planning.optimise.worker import solve
from cakup.planning.people import KEYS, Ranked, named
from cakup.planning.purses import pots
from cakup.planning.scenarios import changed
from cakup.planning.settings import PlanSettings, Purse, Scenario

YEAR = [date(2027, 1, 1), date(2027, 12, 1)]
PRICE = 16_800
APBD = Purse("apbd", "apbd_kabkota", 10 * 12 * PRICE, *YEAR)
SETTINGS = PlanSettings(2027, date(2026, 10, 31), 1, "", ("poorest",), purses=(APBD,))


def planned(settings: PlanSettings, *, with_names: bool = True, mask: int = 1) -> Outcome:
    """Return a plan for twenty persons of two deciles, ranked by decile."""
    n_purses = len(settings.purses)
    purses = tuple(u for u in range(n_purses) if mask >> u & 1)
    strata = tuple(Stratum("12.75.01.1001", d, "other", False, False, 0, 11, 11, purses, 10)
                   for d in (1, 2))  # fmt: skip
    frame = pl.DataFrame({
        "person_id": [f"p{k:02}" for k in range(20)], "rank": range(1, 21),
        "kode": ["12.75.01.1001"] * 20, "desil": [1] * 10 + [2] * 10, "sector": ["other"] * 20,
        "is_kept": False, "is_fallback": False, "first": 0, "last_start": 11, "end": 11,
        "mask": mask, "is_waiting_over": False,
    })  # fmt: skip
    assert set(KEYS) <= set(frame.columns)
    made, prices = pots(settings, built_in())
    built = build(strata, made, [], settings.objectives)
    solution = solve(built.problem)
    ranked = Ranked(frame, pl.Series(dtype=pl.String), 0, 0)
    base = BaseCover((100,) * 12, 1000)
    held = Outcome(settings, ranked, strata, made, prices, built, solution, None, base)
    if with_names:
        held.names = named(frame, built, held.columns)
    return held


def after(settings: PlanSettings, changes: dict[str, object], base: Outcome) -> Outcome:
    scenario = Scenario("s", {"plan.changed_from": "2027-07", **changes})
    return change(base, changed(settings, scenario), None, built_in())


def test_a_cut_keeps_the_first_of_the_order_and_says_who_loses_cover() -> None:
    base = planned(SETTINGS)
    held = after(SETTINGS, {"purse.apbd.pagu_rp": 10 * 6 * PRICE + 4 * 6 * PRICE}, base)
    c = held.course
    assert (c.enrolled, c.kept, c.added) == (10, 4, 0)
    assert [name for name, _, _ in c.names] == [f"p{k:02}" for k in range(9, 3, -1)]
    assert c.stopped == {6: 6}  # without cover from July
    assert c.dry == [8]  # all ten: 24 person-months are July and August
    assert held.by_month().tolist() == [10] * 6 + [4] * 6
    assert int(held.money().sum()) == held.pots[0].pagu_rp


def test_what_is_left_carries_one_more_for_some_months() -> None:
    base = planned(SETTINGS)
    held = after(SETTINGS, {"purse.apbd.pagu_rp": (60 + 24 + 2) * PRICE + 1}, base)
    assert held.course.stopped == {8: 1, 6: 5}
    assert held.course.names[-1] == ("p04", 5, 8)
    assert held.by_month().tolist() == [10] * 6 + [5] * 2 + [4] * 4


def test_more_money_keeps_all_and_lets_others_begin_with_the_change() -> None:
    base = planned(SETTINGS)
    held = after(SETTINGS, {"purse.apbd.pagu_rp": (120 + 30) * PRICE}, base)
    assert (held.course.kept, held.course.added) == (10, 5)
    assert held.course.stopped == {}
    assert held.by_month().tolist() == [10] * 6 + [15] * 6


def test_another_purse_takes_over_and_one_person_has_one_payer_each_month() -> None:
    sponsor = Purse("csr", "csr", 3 * 6 * PRICE, *YEAR)
    settings = replace(SETTINGS, purses=(APBD, sponsor))
    base = planned(settings, mask=3)
    free = 3 * 6 * PRICE  # what the sponsor has beside what the plan already spends of it
    changes = {"purse.apbd.pagu_rp": 0, "purse.csr.pagu_rp": 2 * free}
    held = after(settings, changes, base)
    assert held.course.left_rp[0] < 0  # overspent, and said so
    for way in held.built.ways:
        months = [m for _, a, b in way.parts() for m in range(a, b + 1)]
        assert months == list(range(way.start, way.end + 1))
    csr = int(held.money()[1].sum())
    assert csr <= held.pots[1].pagu_rp
    assert held.course.moved > 0


def test_a_purse_that_opens_later_carries_on_whom_the_first_pays_until_then() -> None:
    later = Purse("apbd-p", "apbd_kabkota", 10 * 4 * PRICE, date(2027, 9, 1), YEAR[1])
    settings = replace(SETTINGS, purses=(APBD, later))
    base = planned(settings)  # the plan does not use it for them
    base = replace(base, strata=tuple(replace(s, purses=(0, 1)) for s in base.strata))
    held = after(settings, {"purse.apbd.pagu_rp": (60 + 20) * PRICE}, base)
    assert (held.course.kept, held.course.moved, held.course.stopped) == (10, 10, {})
    assert held.money().sum(axis=1).tolist() == [80 * PRICE, 40 * PRICE]


def test_by_numbers_the_same_change_counts_the_same() -> None:
    base = planned(SETTINGS, with_names=False)
    held = after(SETTINGS, {"purse.apbd.pagu_rp": (60 + 24) * PRICE}, base)
    assert (held.course.kept, held.course.stopped, held.course.names) == (4, {6: 6}, [])


def test_a_floor_that_the_rest_of_the_year_cannot_meet_is_said() -> None:
    base = planned(SETTINGS)
    scenario = Scenario("s", {"plan.changed_from": "2027-07"})
    limits = [Limit("12.75.01", 19, None, "lantai")]
    held = change(base, changed(SETTINGS, scenario), None, built_in(), limits)
    assert not held.solution.is_feasible


@pytest.mark.parametrize("pagu", [0, 61, 75, 84, 97, 110, 120, 133, 200])
def test_no_purse_pays_more_than_it_has_and_the_order_holds(pagu: int) -> None:
    base = planned(SETTINGS)
    held = after(SETTINGS, {"purse.apbd.pagu_rp": pagu * PRICE}, base)
    c, spent = held.course, int(held.money().sum())
    assert spent <= max(pagu, 60) * PRICE  # sixty were paid before the change
    assert c.kept + sum(c.stopped.values()) == c.enrolled == 10
    ranks = [rank for _, rank, _ in c.names]
    assert ranks == list(range(10, 10 - len(ranks), -1))
    assert np.all(held.by_month()[:6] == 10)
    assert not (c.added and c.stopped)


@pytest.mark.parametrize("money", [60 + 24, 60 + 26, 120 + 30])
def test_the_changed_year_by_name_adds_up_to_its_numbers(money: int) -> None:
    base = planned(SETTINGS)
    held = after(SETTINGS, {"purse.apbd.pagu_rp": money * PRICE + 1}, base)
    rows = schedule(held)
    assert rows.select("person_id", "bulan").is_duplicated().sum() == 0
    assert rows["rupiah"].sum() == int(held.money().sum())
    counts = dict(rows["bulan"].dt.month().value_counts().iter_rows())
    assert [counts.get(m, 0) for m in range(1, 13)] == held.by_month().tolist()
    ends = dict(rows.group_by("person_id").agg(pl.col("bulan").max()).iter_rows())
    for person, _, month in held.course.names:
        assert ends[person] == date(2027, month, 1), "last month before the one without cover"
    lost = {person for person, _, _ in held.course.names}
    assert all(ends[p] == YEAR[1] for p in set(ends) - lost)
