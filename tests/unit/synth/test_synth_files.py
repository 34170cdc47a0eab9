"""Files of a city, read back with other tools than Cakup's reader."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import pytest

from cakup.kernel.errors import UsageError
from cakup.kernel.schemas import KINDS
from cakup.pipeline.synth import Request, Result, make_city, run
from cakup.synth import City, city
from cakup.synth.files.cells import text
from cakup.synth.files.delimited import CsvFile
from cakup.synth.files.shapes import Column, Shape

WORKERS, COVERED, SEED = 2_500, 800, 21


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kota")


@pytest.fixture(scope="module")
def made(folder: Path) -> Result:
    return run(Request(str(folder), workers=WORKERS, covered=COVERED, seed=SEED))


@pytest.fixture(scope="module")
def held() -> City:
    return city(workers=WORKERS, covered=COVERED, seed=SEED)


@pytest.fixture(scope="module")
def truth(folder: Path, made: Result) -> pl.DataFrame:
    return pl.read_parquet(folder / "truth" / "records.parquet")


def _csv(path: Path, encoding: str, separator: str) -> dict[tuple[str, int], list[str]]:
    """Return records by the line on which they begin."""
    with path.open(encoding=encoding, newline="") as handle:
        reader = csv.reader(handle, delimiter=separator)
        found, line = {}, 1
        for record in reader:
            found[path.stem, line] = record
            line = reader.line_num + 1
    return found


def _xlsx(path: Path) -> dict[tuple[str, int], list[Any]]:
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, row): [c.value for c in cells]
        for sheet in book
        for row, cells in enumerate(sheet.iter_rows(), start=1)
    }


READERS = {
    "01_dukcapil.csv": ("utf-8", ";"), "06_umkm.csv": ("cp1252", ";"),
    "10_ojol.csv": ("utf-8-sig", ","), "13_dtsen.csv": ("utf-8", ","),
    "16_peserta.csv": ("utf-8", ";"), "17_pembayaran.csv": ("utf-8", ","),
}  # fmt: skip


def _rows(path: Path) -> dict[tuple[str, int], list[Any]]:
    return _csv(path, *READERS[path.name]) if path.suffix == ".csv" else _xlsx(path)


#: File → key of the in-memory list and the position of the name's column.
NAMED = {
    "01_dukcapil.csv": ("dukcapil", 2), "02_kepling.xlsx": ("kepling", 2),
    "03_pasar.xlsx": ("pasar", 1), "04_tani.xlsx": ("tani", 2), "05_dishub.xlsx": ("dishub", 1),
    "06_umkm.csv": ("umkm", 1), "07_non_asn.xlsx": ("non_asn", 1), "08_kesra.xlsx": ("kesra", 1),
    "10_ojol.csv": ("ojol", 0), "11_usulan_bpu.xlsx": ("bpu", 1), "12_lurah.xlsx": ("lurah", 2),
    "13_dtsen.csv": ("dtsen", 2), "14_kematian.xlsx": ("kematian", 2),
    "16_peserta.csv": ("peserta", 2),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_truth_points_at_the_right_rows(
    name: str, folder: Path, held: City, truth: pl.DataFrame
) -> None:
    key, column = NAMED[name]
    frame = held.lists[key] if key in held.lists else getattr(held, key)
    rows = _rows(folder / name)
    here = truth.filter(pl.col("file") == name)
    seen = sorted(
        (who, rows[sheet, row][column])
        for sheet, row, who in here.select("sheet", "sheet_row", "true_person").iter_rows()
    )
    assert seen == sorted(frame.select("true_person", "nama").iter_rows())


def test_payments_keep_their_rows(folder: Path, held: City, truth: pl.DataFrame) -> None:
    rows = _rows(folder / "17_pembayaran.csv")
    here = truth.filter(pl.col("file") == "17_pembayaran.csv")
    assert len(here) == len(held.pembayaran) == len(rows) - 1
    owner = dict(held.pembayaran.select("kpj", "true_person").iter_rows())
    for sheet, row, who in here.select("sheet", "sheet_row", "true_person").iter_rows():
        assert owner[rows[sheet, row][0]] == who


def test_manifest_names_every_file(folder: Path, made: Result) -> None:
    told = json.loads((folder / "daftar-berkas.json").read_text(encoding="utf-8"))
    assert [f["file"] for f in told["files"]] == [f.file for f in made.files]
    # Accidents and heads per project come from offices that this city does not have.
    assert {f["kind"] for f in told["files"]} == set(KINDS) - {"kecelakaan", "jakon"}
    assert told["truth"]["covered"] == COVERED
    workers = [f for f in told["files"] if f["kind"] == "daftar_pekerja"]
    assert len(workers) >= 8
    assert len({(f["sender"], f["list"]) for f in told["files"]}) == len(told["files"])
    for f in told["files"]:
        assert (folder / f["file"]).is_file()
        assert date.fromisoformat(f["as_of"]) <= date(2025, 10, 31)
    on_disk = {p.name for p in folder.iterdir() if p.suffix in (".csv", ".xlsx")}
    assert on_disk == {f["file"] for f in told["files"]} | {"daftar-berkas.csv"}


def test_workbook_traps_are_there(folder: Path, made: Result) -> None:
    kepling = openpyxl.load_workbook(folder / "02_kepling.xlsx")
    assert kepling.sheetnames[0] == "Petunjuk"
    assert len(kepling.sheetnames) == 6
    sheet = kepling.worksheets[1]
    assert sheet["A5"].value == "No"
    assert sheet["A6"].value == "(1)"
    assert "A1:I1" in {str(r) for r in sheet.merged_cells.ranges}
    tani = openpyxl.load_workbook(folder / "04_tani.xlsx").worksheets[0]
    assert tani["E4"].value == "LAHIR"
    assert [tani["E5"].value, tani["F5"].value] == ["TEMPAT", "TANGGAL"]
    assert any(isinstance(c.value, datetime) for c in tani["F"][5:])
    assert len(tani.merged_cells.ranges) > 10
    dishub = openpyxl.load_workbook(folder / "05_dishub.xlsx")
    assert len(dishub.sheetnames) >= 3
    assert any(d.hidden for s in dishub for d in s.row_dimensions.values())
    numbers = [c.value for s in dishub for c in s["C"] if isinstance(c.value, int)]
    assert any(n > 10**15 for n in numbers), "NIK stored as a number, all digits kept"
    pasar = openpyxl.load_workbook(folder / "03_pasar.xlsx").worksheets[0]
    column = [c.value for c in pasar["A"]]
    assert "JUMLAH" in column
    inside = column[6 : column.index("JUMLAH")]
    assert None in inside, "an empty row inside"
    tagana = openpyxl.load_workbook(folder / "09_tagana.xlsx").worksheets[0]
    assert any(isinstance(c.value, int) and c.value > 10_000 for c in tagana["E"])


def test_text_shapes_are_there(folder: Path, made: Result) -> None:
    assert (folder / "10_ojol.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        (folder / "06_umkm.csv").read_text(encoding="utf-8")
    head = (folder / "13_dtsen.csv").read_text(encoding="utf-8").split("\n")[0].split(",")
    assert all(h == h.upper() and len(h) <= 10 for h in head)
    upload = openpyxl.load_workbook(folder / "11_usulan_bpu.xlsx")
    assert upload.sheetnames == ["Data TK Baru"]
    assert [c.value for c in upload.worksheets[0][1]] == [
        "NOMOR_IDENTITAS", "NAMA_LENGKAP", "TGL_LAHIR", "HANDPHONE", "EMAIL", "JENIS_PEKERJAAN_1",
        "JENIS_PEKERJAAN_2", "LOKASI_PEKERJAAN", "UPAH", "KODE_PAKET", "BULAN_IURAN",
    ]  # fmt: skip
    kesra = openpyxl.load_workbook(folder / "08_kesra.xlsx").worksheets[0]
    assert any("," in str(c.value) and "19" in str(c.value) for c in kesra["C"][6:])
    peserta = (folder / "16_peserta.csv").read_text(encoding="utf-8").split("\n")
    assert peserta[3].startswith("KPJ;NIK;NAMA")


def test_scientific_notation_reaches_a_workbook(tmp_path: Path) -> None:
    run(Request(str(tmp_path / "k"), workers=600, covered=100, noise=4.0))
    cells = [
        str(c.value)
        for name in ("03_pasar.xlsx", "05_dishub.xlsx", "04_tani.xlsx")
        for sheet in openpyxl.load_workbook(tmp_path / "k" / name)
        for row in sheet.iter_rows()
        for c in row
    ]
    assert any(v.endswith("E+15") and "," in v for v in cells)
    assert any(len(v) == 16 and v.isdigit() and v.endswith("0") for v in cells)


def _sums(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_same_seed_same_bytes_whatever_the_threads(tmp_path: Path) -> None:
    options = {"workers": 400, "covered": 120, "seed": 5}
    run(Request(str(tmp_path / "a"), **options))
    run(Request(str(tmp_path / "a"), **options))
    program = (
        "from cakup.pipeline.synth import make_city; import sys; "
        "make_city(sys.argv[1], workers=400, covered=120, seed=5)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "b")],
        check=True, env={**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "99"},
    )  # fmt: skip
    assert _sums(tmp_path / "a") == _sums(tmp_path / "b")
    make_city(tmp_path / "c", workers=400, covered=120, seed=6)
    assert _sums(tmp_path / "a") != _sums(tmp_path / "c")


def test_long_lists_become_csv_and_parts_join(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cakup.synth.files.writing.XLSX_ROWS", 100)
    monkeypatch.setattr("cakup.synth.spec.PART_WORKERS", 300)
    made = run(Request(str(tmp_path / "k"), workers=1_000, covered=330))
    names = {f.file: f.rows for f in made.files}
    assert names["02_kepling.csv"] > 100
    assert "09_tagana.xlsx" in names or "08_kesra.xlsx" in names
    truth = pl.read_parquet(tmp_path / "k" / "truth" / "records.parquet")
    rows = _csv(tmp_path / "k" / "02_kepling.csv", "utf-8", ",")
    lists = city(workers=1_000, covered=330).lists
    here = truth.filter(pl.col("file") == "02_kepling.csv")
    seen = [
        (who, rows[sheet, row][2])
        for sheet, row, who in here.select("sheet", "sheet_row", "true_person").iter_rows()
    ]
    assert seen == list(lists["kepling"].select("true_person", "nama").iter_rows())
    umkm = truth.filter(pl.col("file") == "06_umkm.csv")
    lines = _csv(tmp_path / "k" / "06_umkm.csv", "cp1252", ";")
    names_by_person = set(lists["umkm"].select("true_person", "nama").iter_rows())
    for sheet, row, who in umkm.select("sheet", "sheet_row", "true_person").iter_rows():
        assert (who, lines[sheet, row][1]) in names_by_person


def test_other_files_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "penting.txt").write_text("isi", encoding="utf-8")
    with pytest.raises(UsageError) as found:
        run(Request(str(tmp_path), workers=100, covered=10))
    assert found.value.code == "synth.folder_not_empty"
    assert [p.name for p in tmp_path.iterdir()] == ["penting.txt"]


def test_a_city_without_built_in_areas_brings_its_areas(tmp_path: Path) -> None:
    made = run(Request(str(tmp_path / "k"), place="73.71", workers=100, covered=10))
    assert made.files[0].kind == "places"
    lines = (tmp_path / "k" / "00_wilayah.csv").read_text(encoding="utf-8").split("\n")
    assert lines[0] == "kode,nama"
    assert lines[1].startswith("73.71,")
    assert len(lines) - 3 == 5 + 35


def test_blank_rows_are_counted_across_parts(tmp_path: Path) -> None:
    shape = Shape(
        "x", "daftar_pekerja", "S", "L", (Column("NAMA", text("nama")),), is_sheet=False,
        titles=("JUDUL",), blank_every=3,
    )  # fmt: skip
    frame = pl.DataFrame({"nama": [f"n{i}" for i in range(11)], "true_person": range(11)})
    with CsvFile(tmp_path / "x.csv", shape, {}, np.random.default_rng(1)) as file:
        placed = pl.concat([file.add(part) for part in (frame[:4], frame[4:6], frame[6:])])
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8").split("\n")
    seen = [lines[row - 1] for row in placed["sheet_row"]]
    assert seen == frame["nama"].to_list()
    assert lines.count('""') + lines.count("") - 1 == 3
