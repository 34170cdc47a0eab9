"""``measure`` from files to figures: what is counted, of what, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import cakup
from cakup.kernel.errors import InputError, RuleError, UsageError
from cakup.pipeline import link
from cakup.pipeline.measure import Measurement, Request, run
from cakup.pipeline.workspace import Workspace
from hand_made import write_import
from measured_city import OCTOBER, figure, person


def test_persons_are_counted_not_links(october: Measurement) -> None:
    """1, 2 and 20 pay; 5 and 6 are employed (6 twice); 3 lapsed; 10 is a civil servant."""
    active = figure(october, "aktif")
    assert active.numerator == 5
    assert active.denominator == 132_826
    assert active.value == 5 / 132_826
    assert figure(october, "terdaftar").numerator == 6
    assert october.unknown.active_without_place == 1
    assert october.unknown.active_elsewhere == 1
    assert october.unknown.workers_without_place == 2


def test_every_figure_carries_its_definitions_and_sources(october: Measurement) -> None:
    for f in october.figures:
        assert f.numerator_definition
        assert f.denominator_definition
        assert f.region_rule == "ktp"
        assert f.as_of == OCTOBER
        assert f.known_on == date(2025, 11, 1)
        assert f.sources
    assert "denominators.binjai-pers-2024" in figure(october, "aktif").unconfirmed
    assert "iuran dibayar" in figure(october, "aktif").numerator_definition


def test_bounds_name_what_is_not_linked(october: Measurement) -> None:
    assert october.bounds is not None
    assert (october.bounds.lower, october.bounds.counted, october.bounds.upper) == (5, 5, 7)
    assert october.bounds.place_unknown == 1
    assert october.bounds.unlinked == 1, "number 777 pays and is in no participant file"


def test_segments_add_up_with_a_line_for_several(city: Workspace) -> None:
    held = run(Request(OCTOBER, by=("segmen",)), city)
    parts = {f.by["segmen"]: f for f in held.figures if f.by and f.name == "aktif"}
    assert {k: f.numerator for k, f in parts.items()} == {"pu": 1, "bpu": 3, "lebih_dari_satu": 1}
    total = figure(held, "aktif")
    assert sum(f.numerator or 0 for f in parts.values()) == total.numerator
    assert sum(f.value or 0 for f in parts.values()) == pytest.approx(total.value)
    assert {f.denominator for f in parts.values()} == {132_826}


def test_switches(city: Workspace) -> None:
    assert figure(run(Request(OCTOBER, asn="in"), city), "aktif").numerator == 6
    with_pmi = replace(Request(OCTOBER), segments=("pu", "bpu", "jakon", "pmi"))
    assert figure(run(with_pmi, city), "aktif").numerator == 6
    only_pu = run(Request(OCTOBER, segments=("pu",)), city)
    assert figure(only_pu, "aktif").numerator == 2
    by_home = run(Request(OCTOBER, region="domisili"), city)
    assert figure(by_home, "aktif").numerator == 0
    assert by_home.unknown.active_without_place == 7


@pytest.mark.parametrize(
    "axis", ["kecamatan", "desa_kelurahan", "sektor", "jenis_kelamin", "umur", "desil"]
)
def test_groups_are_parts_of_the_listed_never_ucj(city: Workspace, axis: str) -> None:
    held = run(Request(OCTOBER, by=(axis,)), city)
    groups = [f for f in held.figures if f.by and f.name == "aktif"]
    assert sum(f.numerator or 0 for f in groups) == 5
    assert sum(f.denominator or 0 for f in groups) == held.sums["n_workers"] == 10
    for f in groups:
        assert "bagian dari pekerja tercatat" in f.denominator_definition
        assert "bukan UCJ" in f.denominator_definition
        assert f.value == pytest.approx((f.numerator or 0) / (f.denominator or 1))


def test_kecamatan_and_desil(city: Workspace) -> None:
    held = run(Request(OCTOBER, by=("kecamatan",)), city)
    there = figure(held, "aktif", kecamatan="12.75.02")
    assert (there.numerator, there.denominator) == (2, 3), "person 8 has died"
    assert held.names["12.75.02"]
    poor = run(Request(OCTOBER, by=("desil",)), city)
    assert figure(poor, "aktif", desil="2").numerator == 1


def test_payers_have_parts_but_no_coverage(city: Workspace) -> None:
    held = run(Request(OCTOBER, by=("pembayar",)), city)
    parts = {f.by["pembayar"]: f for f in held.figures if f.by and f.name == "aktif"}
    assert sum(f.numerator or 0 for f in parts.values()) == 5
    assert sum(f.value or 0 for f in parts.values()) == pytest.approx(1)
    assert all("bukan cakupan" in f.denominator_definition for f in parts.values())


def test_two_axes_make_all_combinations(city: Workspace) -> None:
    held = run(Request(OCTOBER, by=("kecamatan", "segmen")), city)
    groups = [f for f in held.figures if len(f.by) == 2 and f.name == "aktif"]
    assert sum(f.numerator or 0 for f in groups) == 5
    both = figure(held, "aktif", kecamatan="12.75.02", segmen="lebih_dari_satu")
    assert (both.numerator, both.denominator) == (1, 3)


def test_targets_and_the_three_readings(october: Measurement) -> None:
    readings = {t.reading: t for t in october.targets if t.reading}
    assert set(readings) == {"A", "B", "C"}
    assert all(t.baseline_on == "2024-12-31" for t in readings.values())
    city = next(t for t in october.targets if t.entry.id == "binjai-kemendagri")
    assert city.target_persons == 49_279
    assert city.needed_persons == 49_274


def test_completeness_counts_lists_not_cover(october: Measurement) -> None:
    """Persons 1–7, 10, 11, 20 and the migrant 23: 8 has died, 9 has no place.

    Person 10 is a civil servant: out of the coverage, but the labour force holds him.
    """
    assert figure(october, "kelengkapan").numerator == 11
    assert "termasuk ASN" in figure(october, "kelengkapan").numerator_definition
    assert any(f.name.startswith("perkiraan_tidak_tercatat") for f in october.figures)
    for f in october.figures:
        if f.name.startswith("perkiraan"):
            assert "PERKIRAAN" in f.numerator_definition
            assert f.interval is not None


def test_completeness_per_kecamatan_where_a_denominator_is_recorded(own: Workspace) -> None:
    cakup.add_denominator(cakup_request("12.75.02", "40"), own)
    held = run(Request(OCTOBER), own)
    assert figure(held, "kelengkapan", kecamatan="12.75.02").value == 3 / 40


def cakup_request(place: str, persons: str) -> Any:
    from cakup.pipeline.denominators import AddRequest

    return AddRequest(
        issuer="BPS", document="Potensi desa", year=2024, reading="pekerja", persons=persons,
        place=place,
    )  # fmt: skip


def test_without_participants_no_percentage_is_told(workspace: Workspace) -> None:
    write_import(workspace, "a", "daftar_pekerja", [person(n) for n in range(4)])
    link.run(link.Request(), workspace)
    held = run(Request(OCTOBER, by=("kecamatan",)), workspace)
    assert not held.has_participants
    assert held.targets == ()
    assert [f.numerator for f in held.figures] == [4, 4]
    assert all(f.value is None for f in held.figures)
    assert "data peserta" in held.figures[0].denominator_definition


def test_before_the_first_link(workspace: Workspace) -> None:
    with pytest.raises(InputError) as err:
        run(Request(OCTOBER), workspace)
    assert err.value.code == "workspace.table_missing"


def test_a_denominator_of_another_place_is_refused(own: Workspace) -> None:
    entry = cakup.add_denominator(cakup_request("12.75.02", "40"), own)
    with pytest.raises(UsageError) as err:
        run(Request(OCTOBER, denominator=entry.id), own)
    assert err.value.code == "coverage.measure.other_place"
    with pytest.raises(RuleError):
        run(Request(date(2023, 10, 31), denominator="binjai-pers-2024"), own)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"region": "rumah"}, "usage.bad_choice"),
        ({"segments": ("pu", "asn")}, "usage.bad_choice"),
        ({"segments": ()}, "coverage.measure.no_segment"),
        ({"by": ("agama",)}, "usage.bad_choice"),
        ({"since": OCTOBER}, "coverage.measure.since_after"),
        ({"since_known": OCTOBER}, "coverage.measure.since_missing"),
    ],
)
def test_what_is_refused(city: Workspace, change: dict[str, Any], code: str) -> None:
    with pytest.raises(UsageError) as err:
        run(replace(Request(OCTOBER), **change), city)
    assert err.value.code == code
