"""``measure`` from files to figures: what is counted, of what, and what is said about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import cakup
from cakup.cli.main import main
from cakup.coverage.change import TERMS
from cakup.kernel.errors import InputError, RuleError, UsageError
from cakup.pipeline import decisions, ledger, link
from cakup.pipeline.decisions import Decision
from cakup.pipeline.measure import Measurement, Request, run
from cakup.pipeline.workspace import Workspace
from tests.hand_made import resolve_by_nik, write_import

OCTOBER = date(2025, 10, 31)
HERE, THERE, MEDAN = "12.75.01.1001", "12.75.02.1002", "12.71.01.1001"


@pytest.fixture(autouse=True, scope="module")
def _simple_linkage() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_linkage", lambda: resolve_by_nik)
        yield


def person(n: int, kode: str | None = HERE, **more: Any) -> dict[str, Any]:
    """A fictitious person; the kecamatan digits 91 belong to no area."""
    day = n % 28 + 1
    return {
        "nik": f"127591{day:02d}0180{n:04d}", "nama": f"Orang {n}",
        "tanggal_lahir": date(1980, 1, day), "jenis_kelamin": "L" if n % 2 else "P",
        "kode_wilayah_ktp": kode, **more,
    }  # fmt: skip


def participant(n: int, kode: str | None = HERE, **more: Any) -> dict[str, Any]:
    """An own-account participant since June 2024."""
    return person(n, kode) | {
        "kpj": f"{n:011d}", "segmen": "bpu", "status_kepesertaan": "aktif",
        "mulai_on": date(2024, 6, 1), "program": "jkk,jkm", "payer": "mandiri",
    } | more  # fmt: skip


def paid(n: int, first: date, months: int, **more: Any) -> list[dict[str, Any]]:
    """Months paid in a row, JKK and JKM."""
    return [
        {"kpj": f"{n:011d}", "segmen": "bpu", "program": program, "payer": "mandiri",
         "bulan": date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1),
         "paid_on": date(2025, 1, 10), "amount_rp": 8_400, **more}
        for k in range(months) for program in ("jkk", "jkm")
    ]  # fmt: skip


def rebuild(workspace: Workspace) -> None:
    link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)


def fill(workspace: Workspace) -> Workspace:
    """Ten listed workers and nine participants; see each line for what it is there for."""
    write_import(workspace, "a", "daftar_pekerja", [
        *(person(n, sektor="perdagangan") for n in range(1, 5)),
        *(person(n, THERE, sektor="pertanian") for n in range(5, 9)),
        person(9, None),                      # a worker without a place
        person(10, is_asn=True),              # a civil servant
    ], sender="dinas")  # fmt: skip
    write_import(workspace, "d", "dtsen", [
        person(1, desil=2), person(11, desil=3, is_pekerja=True), person(12, desil=1),
    ], sender="dinsos")  # fmt: skip
    write_import(workspace, "p", "peserta", [
        participant(1), participant(2),       # paid to October
        participant(3, status_kepesertaan="nonaktif"),  # lapsed in May
        participant(5, THERE, segmen="pu", npp="N1", payer="pemberi_kerja"),
        participant(6, THERE, segmen="pu", npp="N1", payer="pemberi_kerja"),
        {**participant(6, THERE), "kpj": "00000009006"},  # the same person, own-account too
        participant(10),                      # the civil servant
        participant(20),                      # on no list
        participant(21, MEDAN),               # of another city
        participant(22, None),                # nobody says where
        participant(23, segmen="pmi"),        # a migrant
    ], sender="cabang")  # fmt: skip
    write_import(workspace, "m", "pembayaran", [
        line for n in (1, 2, 10, 20, 21, 22) for line in paid(n, date(2024, 11, 1), 12)
    ] + paid(3, date(2024, 11, 1), 3) + paid(9006, date(2025, 8, 1), 3)
      + paid(777, date(2025, 9, 1), 2), sender="cabang")  # fmt: skip
    write_import(workspace, "k", "kematian", [
        person(8, THERE, meninggal_on=date(2025, 3, 1)),
    ], sender="dukcapil")  # fmt: skip
    rebuild(workspace)
    return workspace


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return fill(Workspace.create(tmp_path_factory.mktemp("city") / "w", "12.75", seed=7))


@pytest.fixture(scope="module")
def october(city: Workspace) -> Measurement:
    return run(Request(OCTOBER), city)


def figure(held: Measurement, name: str, **by: str) -> cakup.Figure:
    return next(f for f in held.figures if f.name == name and f.by == by)


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


def test_completeness_per_kecamatan_where_a_denominator_is_recorded(workspace: Workspace) -> None:
    fill(workspace)
    cakup.add_denominator(cakup_request("12.75.02", "40"), workspace)
    held = run(Request(OCTOBER), workspace)
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


def test_a_denominator_of_another_place_is_refused(workspace: Workspace) -> None:
    fill(workspace)
    entry = cakup.add_denominator(cakup_request("12.75.02", "40"), workspace)
    with pytest.raises(UsageError) as err:
        run(Request(OCTOBER, denominator=entry.id), workspace)
    assert err.value.code == "coverage.measure.other_place"
    with pytest.raises(RuleError):
        run(Request(date(2023, 10, 31), denominator="binjai-pers-2024"), workspace)


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


def test_why_it_moved_over_time(city: Workspace) -> None:
    """From January to October: 3 lapsed; 6 stays covered whatever he pays."""
    held = run(Request(OCTOBER, since=date(2025, 1, 31)), city)
    assert held.change is not None
    assert {t: n for t, n in held.change.terms.items() if n} == {"lapsed": -1}
    assert (held.change.persons_from, held.change.persons_to) == (6, 5)
    assert held.change.person_part == Fraction(-1, 132_826)
    assert held.change.denominator_part == 0
    assert list(held.change.terms) == list(TERMS)


def test_late_files_and_decisions_are_told_apart(workspace: Workspace) -> None:
    """Told in November; in December a payment file came late and two participants became one."""
    fill(workspace)
    told = run(Request(OCTOBER), workspace)
    write_import(workspace, "m2", "pembayaran", paid(3, date(2025, 8, 1), 3), sender="cabang",
                 received_on=date(2025, 12, 2))  # fmt: skip
    marks = pl.read_parquet(workspace.store().path("person_ids")).rows()
    prints = {p: f for f, p, *_ in marks}
    members = pl.read_parquet(workspace.store().path("memberships"))
    persons = dict(members.select("record_id", "person_id").rows())
    pair = persons["a.1.3"], persons["p.1.9"]
    same = Decision(
        "d1", "same_person",
        {"left": prints[pair[0]], "right": prints[pair[1]], "persons": list(pair),
         "records": ["a.1.3", "p.1.9"]},
        "Ani", "kunjungan", "2025-12-03", "2025-12-03",
    )  # fmt: skip
    with workspace.writing("test"):
        decisions.append(workspace, [same])
    rebuild(workspace)
    request = Request(date(2025, 11, 30), since=OCTOBER, since_known=date(2025, 11, 30))
    held = run(request, workspace)
    assert held.change is not None
    assert held.change.persons_from == figure(told, "aktif").numerator == 5
    moved = {t: n for t, n in held.change.terms.items() if n}
    assert moved == {"restated": 1, "relinked": -1}, moved
    repeated = run(Request(OCTOBER, known=date(2025, 11, 30)), workspace)
    assert repeated.as_json() == {**told.as_json(), "figures": [
        {**f, "known_on": "2025-11-30"} for f in told.as_json()["figures"]
    ]}  # fmt: skip


def test_new_files_that_were_not_linked_are_said(workspace: Workspace) -> None:
    fill(workspace)
    assert not run(Request(OCTOBER), workspace).is_behind
    write_import(workspace, "z", "daftar_pekerja", [person(30)])
    assert run(Request(OCTOBER), workspace).is_behind


def test_json_has_the_agreed_keys(october: Measurement) -> None:
    spoken = json.loads(json.dumps(october.as_json()))
    assert list(spoken) == ["figures", "targets"]
    assert {
        "value", "numerator", "denominator", "as_of", "known_on", "numerator_definition",
        "denominator_definition", "region_rule", "sources", "bounds", "interval", "unconfirmed",
        "suppressed", "by",
    } <= set(spoken["figures"][0])  # fmt: skip
    assert spoken["figures"][0]["by"] == {}


def _cli(workspace: Workspace, *words: str) -> int:
    with pytest.raises(SystemExit) as done:
        main(["measure", "-w", str(workspace.root), "--as-of", "2025-10", *words])
    return int(done.value.code or 0)


def test_the_screen_fits_and_says_what_it_is(
    city: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _cli(city, "--by", "kecamatan", "--since", "2025-01") == 0
    shown = capsys.readouterr().out
    assert all(len(line.rstrip()) <= 100 for line in shown.splitlines())
    assert "terlindungi pada 31 Oktober 2025 — 5 dari 132.826" in " ".join(shown.split())
    for word in ("Batas", "Jarak ke target", "bukan UCJ", "Mengapa berubah", "Kelengkapan daftar",
                 "belum dikonfirmasi", "Berikutnya:"):  # fmt: skip
        assert word in shown, word
    assert "None" not in shown
    assert "Orang 1" not in shown, "no name at the terminal"
    assert _cli(city, "--lang", "en", "--by", "kelurahan") == 0
    assert "of the workers of Kota Binjai are covered" in capsys.readouterr().out


def test_a_region_rule_without_places_warns(
    city: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _cli(city, "--region", "domisili") == 0
    assert "angka ini belum dapat dipakai" in " ".join(capsys.readouterr().out.split())


def test_the_screen_without_participants_shows_no_percentage(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    write_import(workspace, "a", "daftar_pekerja", [person(n) for n in range(4)])
    link.run(link.Request(), workspace)
    assert _cli(workspace) == 0
    shown = capsys.readouterr().out
    assert "%" not in shown
    assert "belum diimpor" in shown


def test_outputs(city: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _cli(city, "--json") == 0
    assert json.loads(capsys.readouterr().out)["figures"][0]["numerator"] == 5
    assert _cli(city, "--format", "csv", "--by", "segmen") == 0
    text = capsys.readouterr().out
    assert text.splitlines()[0].startswith("ukuran;segmen;pembilang;penyebut;nilai")
    assert _cli(city, "--out", str(tmp_path / "a.xlsx"), "--since", "2025-01") == 0
    sheets = pl.read_excel(tmp_path / "a.xlsx", sheet_id=0, has_header=False)
    assert {"Angka", "Target", "Perubahan", "Petunjuk"} <= set(sheets)
    assert _cli(city, "--out", str(tmp_path / "a.json")) == 0
    assert json.loads((tmp_path / "a.json").read_text())["targets"]
    noted = [r for r in city.runs() if r["verb"] == "measure-export"]
    assert noted
    assert all(r["rows"] and r["purpose"] for r in noted)
    for words in (("--format", "xlsx"), ("--out", str(tmp_path / "a.txt")),
                  ("--format", "table", "--out", str(tmp_path / "b.csv"))):  # fmt: skip
        assert _cli(city, *words) == 2


# Places ----------------------------------------------------------------------------------------

SPLIT = """kode,nama,valid_from,valid_to,successor
12.75,Kota Binjai,,,
12.75.01,Binjai Utara,,,
12.75.01.1001,Pahlawan,,2025-06-30,12.75.01.1091;12.75.01.1092
12.75.01.1091,Pahlawan Timur,2025-07-01,,
12.75.01.1092,Pahlawan Barat,2025-07-01,,
12.75.02,Binjai Kota,,,
12.75.02.1002,Setia,,2025-06-30,12.75.02.1099
12.75.02.1099,Setia Baru,2025-07-01,,
"""


def test_a_split_loses_the_kelurahan_and_never_the_city(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Records keep the code as given; figures use the places of the day and count what is lost."""
    from cakup.pipeline.places import ImportRequest, import_areas

    fill(workspace)
    before = run(Request(OCTOBER), workspace)
    path = tmp_path / "wilayah.csv"
    path.write_text(SPLIT, encoding="utf-8")
    import_areas(ImportRequest(str(path)), workspace)
    held = run(Request(OCTOBER, by=("desa_kelurahan",)), workspace)
    assert figure(held, "aktif").numerator == figure(before, "aktif").numerator == 5
    by_kode = {f.by["desa_kelurahan"]: f.numerator for f in held.figures
               if f.by and f.name == "aktif"}  # fmt: skip
    assert by_kode == {"12.75.02.1099": 2, "tidak_diketahui": 3}
    by_kecamatan = run(Request(OCTOBER, by=("kecamatan",)), workspace)
    assert figure(by_kecamatan, "aktif", kecamatan="12.75.01").numerator == 3
    assert held.unknown.not_carried == 8, "persons 1-4, 10, 11, 20 and the migrant"
    earlier = run(Request(date(2025, 5, 31), by=("desa_kelurahan",)), workspace)
    assert figure(earlier, "aktif", desa_kelurahan=HERE).numerator
    assert earlier.unknown.not_carried == 0
    rows = pl.read_parquet(workspace.root / "imports" / "a" / "records.parquet")
    assert rows["kode_wilayah_ktp"].drop_nulls().unique().sort().to_list() == [HERE, THERE]
