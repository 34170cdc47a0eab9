"""What ``measure`` tells: why a figure moved, the screen, files, and places that were split."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from cakup.cli.main import main
from cakup.coverage.change import TERMS
from cakup.pipeline import decisions, link
from cakup.pipeline.decisions import Decision
from cakup.pipeline.measure import Measurement, Request, run
from cakup.pipeline.workspace import Workspace
from hand_made import write_import
from measured_city import HERE, OCTOBER, THERE, figure, paid, person, rebuild


def test_why_it_moved_over_time(city: Workspace) -> None:
    """From January to October: 3 lapsed; 6 stays covered whatever he pays."""
    held = run(Request(OCTOBER, since=date(2025, 1, 31)), city)
    assert held.change is not None
    assert {t: n for t, n in held.change.terms.items() if n} == {"lapsed": -1}
    assert (held.change.persons_from, held.change.persons_to) == (6, 5)
    assert held.change.person_part == Fraction(-1, 132_826)
    assert held.change.denominator_part == 0
    assert list(held.change.terms) == list(TERMS)


def test_late_files_and_decisions_are_told_apart(own: Workspace) -> None:
    """Told in November; in December a payment file came late and two participants became one."""
    told = run(Request(OCTOBER), own)
    write_import(own, "m2", "pembayaran", paid(3, date(2025, 8, 1), 3), sender="cabang",
                 received_on=date(2025, 12, 2))  # fmt: skip
    marks = pl.read_parquet(own.store().path("person_ids")).rows()
    prints = {p: f for f, p, *_ in marks}
    members = pl.read_parquet(own.store().path("memberships"))
    persons = dict(members.select("record_id", "person_id").rows())
    pair = persons["a.1.3"], persons["p.1.9"]
    same = Decision(
        "d1", "same_person",
        {"left": prints[pair[0]], "right": prints[pair[1]], "persons": list(pair),
         "records": ["a.1.3", "p.1.9"]},
        "Ani", "kunjungan", "2025-12-03", "2025-12-03",
    )  # fmt: skip
    with own.writing("test"):
        decisions.append(own, [same])
    rebuild(own)
    request = Request(date(2025, 11, 30), since=OCTOBER, since_known=date(2025, 11, 30))
    held = run(request, own)
    assert held.change is not None
    assert held.change.persons_from == figure(told, "aktif").numerator == 5
    moved = {t: n for t, n in held.change.terms.items() if n}
    assert moved == {"restated": 1, "relinked": -1}, moved
    repeated = run(Request(OCTOBER, known=date(2025, 11, 30)), own)
    assert repeated.as_json() == {**told.as_json(), "figures": [
        {**f, "known_on": "2025-11-30"} for f in told.as_json()["figures"]
    ]}  # fmt: skip


def test_new_files_that_were_not_linked_are_said(own: Workspace) -> None:
    assert not run(Request(OCTOBER), own).is_behind
    write_import(own, "z", "daftar_pekerja", [person(30)])
    assert run(Request(OCTOBER), own).is_behind


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


def test_a_split_loses_the_kelurahan_and_never_the_city(own: Workspace, tmp_path: Path) -> None:
    """Records keep the code as given; figures use the places of the day and count what is lost."""
    from cakup.pipeline.places import ImportRequest, import_areas

    before = run(Request(OCTOBER), own)
    path = tmp_path / "wilayah.csv"
    path.write_text(SPLIT, encoding="utf-8")
    import_areas(ImportRequest(str(path)), own)
    held = run(Request(OCTOBER, by=("desa_kelurahan",)), own)
    assert figure(held, "aktif").numerator == figure(before, "aktif").numerator == 5
    by_kode = {f.by["desa_kelurahan"]: f.numerator for f in held.figures
               if f.by and f.name == "aktif"}  # fmt: skip
    assert by_kode == {"12.75.02.1099": 2, "tidak_diketahui": 3}
    by_kecamatan = run(Request(OCTOBER, by=("kecamatan",)), own)
    assert figure(by_kecamatan, "aktif", kecamatan="12.75.01").numerator == 3
    assert held.unknown.not_carried == 8, "persons 1-4, 10, 11, 20 and the migrant"
    earlier = run(Request(date(2025, 5, 31), by=("desa_kelurahan",)), own)
    assert figure(earlier, "aktif", desa_kelurahan=HERE).numerator
    assert earlier.unknown.not_carried == 0
    rows = pl.read_parquet(own.root / "imports" / "a" / "records.parquet")
    assert rows["kode_wilayah_ktp"].drop_nulls().unique().sort().to_list() == [HERE, THERE]
