"""The truth of a city follows from its own files by the counting rules, recomputed plainly."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from cakup.kernel.months import add_months, months_between
from cakup.synth import City, city
from cakup.synth.spec import Spec


@pytest.fixture(scope="module")
def small() -> City:
    return city(workers=300, covered=100, listed=0.9, seed=3)


def _paid(made: City) -> dict[str, set[date]]:
    """Months paid per participant number, from the payment file."""
    paid: dict[str, set[date]] = defaultdict(set)
    for line in made.pembayaran.iter_rows(named=True):
        paid[line["kpj"]].add(line["bulan"])
    return paid


def _is_active(row: dict[str, Any], paid: set[date], month: date, day: date) -> bool:
    """Return whether one register row is active on a day, by the rules in words.

    BPU: the fourth unpaid month in a row is the first without cover. All others: the spell.
    """
    if row["segmen"] == "bpu":
        return any(0 <= months_between(m, month) <= 3 for m in paid)
    return row["mulai_on"] <= day and (row["selesai_on"] is None or row["selesai_on"] >= day)


def _active_people(
    made: City, month: date, day: date, segments: tuple[str, ...] = ("pu", "bpu", "jakon", "pmi")
) -> set[int]:
    died = dict(made.persons.select("true_person", "meninggal_on").iter_rows())
    paid = _paid(made)
    found = set()
    for row in made.peserta.iter_rows(named=True):
        who = row["true_person"]
        alive = died[who] is None or died[who] > day
        if row["segmen"] in segments and alive and _is_active(row, paid[row["kpj"]], month, day):
            found.add(who)
    return found


def test_active_people_of_every_month_follow_from_the_files(small: City) -> None:
    spec = small.spec
    for month, day in zip(spec.months, spec.days, strict=True):
        said = small.person_months.filter(
            (small.person_months["bulan"] == month) & small.person_months["is_active"]
        )
        assert set(said["true_person"]) == _active_people(small, month, day), month


def test_covered_workers_follow_from_the_files(small: City) -> None:
    last, day = small.spec.months[-1], small.spec.as_of
    active = _active_people(small, last, day, ("pu", "bpu", "jakon"))
    workers = small.persons.filter("is_worker")
    assert set(workers.filter("is_covered")["true_person"]) == active & set(workers["true_person"])
    assert len(active & set(workers["true_person"])) == 100
    anyone = _active_people(small, last, day)
    assert set(small.persons.filter("is_active")["true_person"]) == anyone


def test_payments_are_the_paid_months(small: City) -> None:
    months = small.person_months.filter("is_paid")
    said = {(r["kpj"], r["kode_iuran"], r["bulan"]) for r in months.iter_rows(named=True)}
    lines = {
        (r["kpj"], r["kode_iuran"], r["bulan"]) for r in small.pembayaran.iter_rows(named=True)
    }
    assert said == lines
    first, last = small.spec.first_month, small.spec.as_of
    assert small.pembayaran["bulan"].min() >= first
    assert small.pembayaran["paid_on"].max() <= last
    assert set(small.pembayaran["program"].unique()) >= {"jkk", "jkm"}


def test_listed_workers_are_those_with_a_row() -> None:
    made = city(workers=400, covered=0.3, listed=0.6, seed=1)
    rows = {p for frame in made.lists.values() for p in frame["true_person"]}
    workers = made.persons.filter("is_worker")
    assert len(rows & set(workers["true_person"])) == 240
    assert set(workers.filter("is_listed")["true_person"]) == rows & set(workers["true_person"])


def test_history_has_what_the_domain_asks_for() -> None:
    """Each kind of trouble occurs in a city of 20,000 workers."""
    made = city(workers=20_000, covered=6_500, seed=5)
    persons, peserta, months = made.persons, made.peserta, made.person_months
    dead = persons.filter(persons["meninggal_on"].is_not_null())
    left = persons.filter(persons["left_on"].is_not_null())
    assert len(left) > 20, "people who left a firm but stay active"
    assert left["is_active"].mean() > 0.9
    died = dict(dead.select("true_person", "meninggal_on").iter_rows())
    after = [
        1 for r in made.pembayaran.iter_rows(named=True)
        if r["true_person"] in died and r["bulan"] > died[r["true_person"]]
    ]  # fmt: skip
    assert len(after) > 20, "contributions paid after death"
    open_dead = peserta.filter(
        peserta["true_person"].is_in(dead["true_person"].to_list()) & (peserta["status"] == "AKTIF")
    )
    assert len(open_dead) > 20, "dead but active in the register"
    at_death = months.filter(months["true_person"].is_in(dead["true_person"].to_list()))
    assert at_death["is_active"].sum() > 50, "died while covered"
    age = (made.spec.as_of.year - persons["tanggal_lahir"].dt.year()).alias("age")
    assert ((age >= 66) & persons["is_active"]).sum() > 20, "over-age participants"
    now = months.filter(months["bulan"] == made.spec.months[-2])
    several = (
        now.filter("is_active").select("true_person", "payer").unique()
        .group_by("true_person").len()
    )  # fmt: skip
    assert (several["len"] > 1).sum() > 20, "several payers for one person in one month"
    assert set(peserta["segmen"]) == {"pu", "bpu", "jakon", "pmi"}
    assert peserta["is_second_kpj"].mean() == pytest.approx(0.02, abs=0.01)
    outside = persons.filter(~persons["is_resident"])
    assert outside["is_active"].sum() > 100, "participants from outside the city"
    assert (persons.filter("is_covered")["is_listed"].not_()).sum() > 100, "covered on no list"


@pytest.mark.parametrize("correlated", [False, True])
def test_saw_tooth(correlated: bool) -> None:
    made = city(workers=20_000, covered=6_500, seed=5, correlated_names=correlated)
    months = made.person_months
    counts = {
        kind: {
            m: months.filter((months["bulan"] == m) & months[kind])["true_person"].n_unique()
            for m in made.spec.months
        }
        for kind in ("is_active", "is_paid")
    }
    for january in (m for m in made.spec.months if m.month == 1):
        december = add_months(january, -1)
        assert counts["is_active"][january] < 0.97 * counts["is_active"][december] or (
            january == made.spec.months[2]  # months paid before the history are not known
        )
        assert counts["is_paid"][january] < 0.6 * counts["is_paid"][december]
    assert counts["is_active"][date(2025, 4, 1)] < counts["is_active"][date(2025, 3, 1)]


def test_parts_add_up() -> None:
    spec = Spec.of(workers=1_000_003, covered=0.3277, listed=0.777)
    parts = [spec.part(i) for i in range(spec.n_parts)]
    assert len(parts) == 7
    assert sum(p.workers for p in parts) == spec.workers
    assert sum(p.covered for p in parts) == spec.covered
    assert sum(p.n_listed for p in parts) == spec.n_listed
    assert all(p.covered <= p.workers for p in parts)
