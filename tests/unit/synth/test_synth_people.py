"""People of a fictitious city: numbers that cannot be real, kin, names, counts, noise."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import polars as pl
import pytest

from cakup.kernel.errors import UsageError
from cakup.kernel.identifiers import is_fictitious_nik, nik_facts
from cakup.synth import NOISE, City, Noise, city, parts
from cakup.synth.lists import PLANS
from cakup.synth.spec import Spec


@pytest.fixture(scope="module")
def town() -> City:
    return city(workers=20_000, covered=6_500, seed=11)


@pytest.mark.parametrize(
    ("workers", "covered", "listed", "expected"),
    [
        (60, 0, 0.0, (60, 0, 0)),
        (100, 100, 1.0, (100, 100, 100)),
        (777, 0.33, 0.5, (777, 256, 389)),
        (1_234, 500, 0.88, (1_234, 500, 1_086)),
    ],
)
@pytest.mark.parametrize("as_of", [date(2025, 10, 31), date(2026, 2, 28), date(2024, 1, 15)])
def test_counts_are_exact(
    workers: int, covered: int | float, listed: float, expected: tuple[int, ...], as_of: date
) -> None:
    made = city(workers=workers, covered=covered, listed=listed, as_of=as_of, seed=workers)
    counts = made.summary()
    assert (counts["workers"], counts["covered"], counts["listed"]) == expected
    assert counts["gap"] == workers - counts["covered"]


def test_a_city_in_parts_has_the_same_counts_and_no_number_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cakup.synth.spec.PART_WORKERS", 500)
    made = city(workers=1_733, covered=600, listed=0.8, seed=2)
    assert Spec.of(workers=1_733, covered=600).n_parts == 4
    counts = made.summary()
    assert (counts["workers"], counts["covered"], counts["listed"]) == (1_733, 600, 1_386)
    for column in ("true_person", "nik"):
        assert made.persons[column].n_unique() == len(made.persons)
    owners = made.peserta.group_by("kpj").agg(pl.col("true_person").n_unique())
    assert owners["true_person"].max() == 1


def test_binjai_of_the_demo_leaves_the_gap_of_the_article() -> None:
    spec = Spec.of(workers=132_826, covered=43_526)
    assert spec.workers - spec.covered == 89_300
    assert spec.n_parts == 1
    assert [area.kode for _, area in spec.areas][:1] == ["12.75.01.1001"]
    assert len(spec.areas) == 37


def test_every_nik_is_fictitious_and_unique(town: City) -> None:
    niks = town.persons["nik"].to_list()
    assert len(set(niks)) == len(niks)
    assert all(is_fictitious_nik(n) and nik_facts(n) is not None for n in niks)
    here = [n for n in niks if n.startswith("1275")]
    assert {n[:6] for n in here} == {"127591", "127592", "127593", "127594", "127595"}
    assert 0.15 < 1 - len(here) / len(niks) < 0.35, "some were born elsewhere"
    assert any(int(n) > 2**53 for n in niks), "some exceed the exact range of floats"


def test_no_written_nik_can_be_a_real_one(town: City) -> None:
    """Also after faults: sixteen digits with a plausible date keep kecamatan digits 91–99."""
    for nik in town.clean_records()["nik"].drop_nulls().to_list():
        plausible = nik_facts(nik) is not None and 11 <= int(nik[:2]) <= 96
        assert not plausible or is_fictitious_nik(nik)


def test_nik_carries_date_and_sex_but_for_a_few(town: City) -> None:
    facts = [
        (nik_facts(r["nik"]), r) for r in town.persons.sample(3_000, seed=1).iter_rows(named=True)
    ]
    agrees = [
        f is not None and (f.birth_day, f.birth_month) == (born.day, born.month)
        for f, r in facts
        for born in (r["tanggal_lahir"],)
    ]
    assert 0.97 < sum(agrees) / len(agrees) < 0.995
    assert all(f is not None and f.jenis_kelamin == r["jenis_kelamin"] for f, r in facts)


def test_kin(town: City) -> None:
    """Siblings share a mother; a few twins of one sex have neighbouring numbers."""
    inside = town.persons.filter("is_resident")
    families = inside.group_by("nama_ibu", "kode_wilayah_ktp").len()
    assert (families["len"] > 1).sum() > 3_000
    twins = inside.group_by("nama_ibu", "kode_wilayah_ktp", "tanggal_lahir", "jenis_kelamin").agg(
        pl.col("nik").sort()
    )
    pairs = twins.filter(pl.col("nik").list.len() == 2)["nik"].to_list()
    assert len(pairs) > 10
    assert sum(int(b) - int(a) == 1 for a, b in pairs) > 0.8 * len(pairs)


def test_names(town: City) -> None:
    names = town.persons["nama"]
    assert 0.07 < (~names.str.contains(" ")).mean() < 0.12
    men = town.persons.filter(pl.col("jenis_kelamin") == "L")["nama"]
    assert 0.07 < men.str.contains(r"^M[ou]h").mean() < 0.13
    counts = names.value_counts(sort=True)["count"]
    assert 0.0003 < counts[0] / len(names) < 0.004, "the most frequent full name"
    assert 0.6 < names.n_unique() / len(names) < 0.95
    words = names.str.split(" ").explode()
    assert words.n_unique() > 3_000


def test_correlated_names_repeat_more() -> None:
    free, bound = (
        city(workers=5_000, covered=0.3, seed=4, correlated_names=c).persons["nama"]
        for c in (False, True)
    )
    assert bound.n_unique() < 0.97 * free.n_unique()


def test_noise_zero_gives_what_is_true() -> None:
    made = city(workers=800, covered=0.3, seed=9, noise=0.0)
    rows = made.clean_records(with_peserta=False).join(
        made.persons, on="true_person", suffix="_true"
    )
    assert rows["nik"].equals(rows["nik_true"])
    assert rows["nama"].str.to_uppercase().equals(rows["nama_true"].str.to_uppercase())
    assert rows["tanggal_lahir"].equals(rows["tanggal_lahir_true"])
    assert all(not frame["true_person"].is_duplicated().any() for frame in made.lists.values())


def test_lists_have_their_noise(town: City) -> None:
    def missing(key: str) -> float:
        seen = town.lists[key]["nik"]
        digits = seen.str.count_matches("[1-9]").fill_null(0)
        return float((digits < 5).mean())

    assert missing("pasar") == pytest.approx(0.45, abs=0.05)
    assert missing("dukcapil") < 0.01
    excel = town.lists["dishub"]["nik"]
    damaged = excel.str.contains(r"E\+15|^[0-9]{15}0$").mean()
    assert damaged == pytest.approx(0.10, abs=0.05)
    assert excel.str.contains(r"^[0-9],[0-9]{5}E\+15$").any()
    assert town.lists["pasar"]["tanggal_lahir"].null_count() / len(town.lists["pasar"]) > 0.35
    first = town.lists["tani"]["tanggal_lahir"].drop_nulls()
    assert ((first.dt.month() == 1) & (first.dt.day() == 1)).mean() > 0.03


def test_every_list_has_rates_and_scaling_keeps_what_is_never_written() -> None:
    assert {p.key for p in PLANS} <= set(NOISE)
    doubled = NOISE["kepling"].scaled(2)
    assert doubled.mother_missing == 1.0
    assert doubled.nik_missing == pytest.approx(0.24)
    assert all(0 <= getattr(NOISE["pasar"].scaled(10), f.name) <= 1 for f in fields(Noise))


def test_some_listed_live_elsewhere_and_some_dtsen_rows_are_no_workers(town: City) -> None:
    resident = dict(town.persons.select("true_person", "is_resident").iter_rows())
    listed = {p for f in town.lists.values() for p in f["true_person"]}
    assert sum(not resident[p] for p in listed) > 50
    worker = dict(town.persons.select("true_person", "is_worker").iter_rows())
    idle = [r for r in town.dtsen.iter_rows(named=True) if not worker[r["true_person"]]]
    assert len(idle) > 1_000
    assert sum(r["is_pekerja"] for r in idle) > 10


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"workers": 59}, "synth.few_workers"),
        ({"covered": 101}, "synth.bad_covered"),
        ({"covered": -1}, "synth.bad_covered"),
        ({"covered": 1.01}, "synth.bad_covered"),
        ({"listed": 1.2}, "synth.bad_listed"),
        ({"noise": -0.1}, "synth.bad_noise"),
        ({"seed": -1}, "synth.bad_seed"),
        ({"place": "1275"}, "synth.bad_place"),
        ({"place": "12.75.01"}, "synth.bad_place"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], code: str) -> None:
    with pytest.raises(UsageError) as found:
        Spec.of(**{"workers": 100, "covered": 30, **wrong})  # type: ignore[arg-type]
    assert found.value.code == code


def test_another_city_has_invented_areas_under_its_code() -> None:
    made = city("73.71", workers=200, covered=0.5, seed=1)
    kode = made.persons["kode_wilayah_ktp"].drop_nulls()
    assert kode.str.starts_with("73.71.").all()
    niks = made.persons.filter("is_resident")["nik"]
    assert niks.str.starts_with("73719").any()
    assert all(is_fictitious_nik(n) for n in made.persons["nik"])


def test_parts_are_made_one_at_a_time() -> None:
    stream = parts(Spec.of(workers=100, covered=10))
    assert next(stream).summary()["workers"] == 100
    with pytest.raises(StopIteration):
        next(stream)
