"""Files in every shape that offices send give the same people."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from cakup.intake import source
from cakup.pipeline.workspace import Workspace
from made_files import write_parts
from office_files import (
    HEADER,
    born,
    crowd,
    csv,
    fields,
    imported,
    nik,
    notes,
    ods,
    person,
    reasons,
    table,
    xls,
    xlsx,
)

N = 12
SEEN = ("nik", "nama", "tanggal_lahir", "jenis_kelamin", "kode_wilayah_ktp")


def people(n: int = N) -> list[tuple[Any, ...]]:
    return [(nik(i), person(i)[2], born(i), person(i)[4], "12.75.01.1001") for i in range(n)]


def seen(workspace: Workspace, path: Path, **more: Any) -> list[tuple[Any, ...]]:
    result = imported(workspace, path, **more)
    assert (
        sum(result.counts["rows"][k] for k in ("accepted", "noted", "returned", "blank"))
        == (result.counts["rows"]["read"])
    )
    return table(workspace, result).select(SEEN).rows()


SEPARATORS, NEWLINES = (",", ";", "\t", "|"), ("\n", "\r\n", "\r")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")


def dialects() -> Iterator[Any]:
    """Yield every dialect; the short run takes those in which any two of the three things meet."""
    for at, (n, e, s) in enumerate(product(range(3), range(4), range(4))):
        is_enough = (e + s) % 3 == n
        marks = () if is_enough else pytest.mark.slow
        yield pytest.param(NEWLINES[n], ENCODINGS[e], SEPARATORS[s], marks=marks, id=str(at))


@pytest.mark.parametrize(("newline", "encoding", "separator"), list(dialects()))
def test_every_dialect_of_csv(
    workspace: Workspace, tmp_path: Path, separator: str, encoding: str, newline: str
) -> None:
    rows = crowd(N)
    rows[1][2] = "Renée Ço"
    path = csv(tmp_path / "daftar.csv", rows, separator, encoding, newline)
    found = seen(workspace, path)
    assert found == [(*people()[0][:1], "Renée Ço", *people()[0][2:]), *people()[1:]]


def test_quotes_and_line_breaks_inside_cells(workspace: Workspace, tmp_path: Path) -> None:
    text = "NIK,Nama,Alamat\n" + "".join(
        f'{nik(i)},"{person(i)[2]}","Jl. ""Melati"", No. {i}\nGg. Damai"\n' for i in range(N)
    )
    path = tmp_path / "daftar.csv"
    path.write_text(text)
    result = imported(workspace, path)
    held = table(workspace, result)
    assert held["sheet_row"].to_list() == list(range(2, 2 + 2 * N, 2)), "lines of a text editor"
    assert held["alamat"][0] == 'Jl. "Melati", No. 0 Gg. Damai'
    assert result.counts["rows"]["read"] == N


@pytest.mark.parametrize("titles", range(9))
def test_the_header_stands_below_title_rows(
    workspace: Workspace, tmp_path: Path, titles: int
) -> None:
    above = [["PEMERINTAH KOTA BINJAI"], ["DINAS SOSIAL"], [], ["Daftar Pekerja Rentan"], [],
             ["Keadaan", None, "Oktober"], ["No. 12/SK/2025"], [None, "Nama kegiatan: Verval"],
             []]  # fmt: skip
    path = xlsx(tmp_path / "judul.xlsx", [*above[:titles], *crowd(N)])
    result = imported(workspace, path)
    assert result.facts["sheets"][0]["header_rows"] == [titles + 1]
    assert table(workspace, result).select(SEEN).rows() == people()
    assert table(workspace, result)["sheet_row"].to_list() == list(
        range(titles + 2, titles + 2 + N)
    )


def _three(name: str) -> dict[str, list[list[Any]]]:
    half = crowd(N)
    return {
        "Petunjuk Pengisian": [["Isi semua kolom."], ["NIK 16 angka."]],
        "Binjai Utara": half[: 1 + N // 2],
        "Binjai Kota": [half[0], *half[1 + N // 2 :]],
        "Kosong": [],
    }


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_every_sheet_is_read(workspace: Workspace, tmp_path: Path, ending: str) -> None:
    write = {"xlsx": xlsx, "xls": xls, "ods": ods}[ending]
    result = imported(workspace, write(tmp_path / f"lembar.{ending}", _three(ending)))
    held = table(workspace, result)
    assert held.select(SEEN).rows() == people()
    assert held["sheet"].unique(maintain_order=True).to_list() == ["Binjai Utara", "Binjai Kota"]
    skipped = {s["sheet"]: s["code"] for s in result.facts["skipped"]}
    assert skipped == {"Petunjuk Pengisian": "other", "Kosong": "empty"}
    unchecked = {"xlsx": set(), "xls": {"unchecked_raw_digits"}, "ods": {"unchecked_raw_digits"}}
    assert {c for c in notes(result) if c.startswith("unchecked")} == unchecked[ending]


def test_hidden_rows_columns_and_sheets_are_read_and_reported(
    workspace: Workspace, tmp_path: Path
) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["Data"].row_dimensions[4].hidden = True
        book["Data"].row_dimensions[7].hidden = True
        book["Data"].column_dimensions["C"].hidden = True
        book["Lama"].sheet_state = "hidden"

    lists = {"Data": crowd(N), "Lama": [list(HEADER), person(N)]}
    result = imported(workspace, xlsx(tmp_path / "tersembunyi.xlsx", lists, hide))
    assert table(workspace, result).select(SEEN).rows() == people(N + 1)
    told = notes(result)
    assert told["hidden_rows"] == [4, 7]
    assert {"hidden_columns", "hidden_sheet"} <= set(told)


def test_merged_cells_give_their_value_to_every_row(workspace: Workspace, tmp_path: Path) -> None:
    rows = [["DAFTAR PEKERJA"], *crowd(N)]
    for row in rows[3:]:
        row[5] = None

    def merge(book: openpyxl.Workbook) -> None:
        book["Data"].merge_cells("A1:F1")
        book["Data"].merge_cells(f"F3:F{N + 2}")

    result = imported(workspace, xlsx(tmp_path / "gabung.xlsx", rows, merge))
    assert table(workspace, result).select(SEEN).rows() == people()
    assert notes(result)["merged_filled"] == list(range(4, N + 3))


def test_two_header_rows_with_groups(workspace: Workspace, tmp_path: Path) -> None:
    head = [["No", "NIK", "Nama", "LAHIR", None, "L/P", "ALAMAT", None],
            [None, None, None, "Tempat", "Tanggal", None, "Kelurahan", "Kecamatan"]]  # fmt: skip
    rows = [[r[0], r[1], r[2], "Binjai", r[3], r[4], r[5], "Binjai Utara"] for r in crowd(N)[1:]]

    def merge(book: openpyxl.Workbook) -> None:
        for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2", "G1:H1"):
            book["Data"].merge_cells(area)

    result = imported(workspace, xlsx(tmp_path / "kelompok.xlsx", [*head, *rows], merge))
    assert table(workspace, result).select(SEEN).rows() == people()
    assert fields(result)["tempat_lahir"] == "D"


def test_rows_that_are_no_data(workspace: Workspace, tmp_path: Path) -> None:
    held = crowd(N)
    rows = [
        held[0], ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], *held[1:4], [],
        ["KECAMATAN BINJAI UTARA"], *held[4:8], list(HEADER), *held[8:],
        [N + 1], [N + 2], ["JUMLAH", None, N], [], [None, None, None, "Binjai, 3 November 2025"],
        [None, None, None, "Lurah,"], [],
    ]  # fmt: skip
    result = imported(workspace, xlsx(tmp_path / "sela.xlsx", rows))
    assert table(workspace, result).select(SEEN).rows() == people()
    assert result.counts["rows"]["returned"] == result.counts["rows"]["noted"] == 0
    blank = {r["code"]: r["rows"] for r in result.counts["reasons"]}
    assert blank == {"blank": 2, "section_row": 1, "repeated_header": 1, "only_number": 2,
                     "total_row": 1, "footer": 2}  # fmt: skip


def test_a_list_without_header_is_read_by_its_content(workspace: Workspace, tmp_path: Path) -> None:
    result = imported(workspace, csv(tmp_path / "polos.csv", crowd(N)[1:]))
    assert result.facts["sheets"][0]["header_rows"] == []
    assert table(workspace, result).select(SEEN).rows() == people()


def test_the_place_of_a_list_may_stand_in_its_title(workspace: Workspace, tmp_path: Path) -> None:
    rows = [["DAFTAR PEKERJA"], ["KELURAHAN PAHLAWAN"], *(r[:5] for r in crowd(N))]
    result = imported(workspace, xlsx(tmp_path / "lurah.xlsx", rows))
    assert table(workspace, result).select(SEEN).rows() == people()
    assert result.facts["sheets"][0]["place"]["desa_kelurahan"] == "Pahlawan"


def test_every_accepted_value_knows_file_sheet_and_row(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The raw cell stands where the record says, in the file that the manifest names."""
    lists = {"Satu": [["JUDUL"], *crowd(5)], "Dua": [list(HEADER), *map(person, range(5, N))]}
    path = xlsx(tmp_path / "asal.xlsx", lists)
    result = imported(workspace, path)
    kept = workspace.root / "received" / f"{result.sha256}.xlsx"
    assert kept.read_bytes() == path.read_bytes()
    book = openpyxl.load_workbook(kept)
    for row in table(workspace, result).iter_rows(named=True):
        cells = [c.value for c in book[row["sheet"]][row["sheet_row"]]]
        assert cells[1] == row["nik"]
        assert cells[2] == row["nama"]
        assert row["record_id"].startswith(f"{result.import_id}.")


def test_parts_of_a_sheet_make_no_difference(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Repeats, orders of dates and feet are found over the borders of parts."""
    rows = [["DAFTAR"], *crowd(40)]
    rows[35][1] = rows[3][1]
    for row in rows[2:]:
        day = born(row[0] - 1)
        row[3] = f"{day.month}/{day.day}/{day.year}"
    rows += [["JUMLAH", None, 40], [None, None, None, "Lurah,"]]
    path = xlsx(tmp_path / "besar.xlsx", rows)
    whole = imported(workspace, path)
    one = (table(workspace, whole), table(workspace, whole, "rows"), whole.counts)
    monkeypatch.setattr(source, "PART_ROWS", 7)
    other = Workspace.create(tmp_path / "lain", "12.75", seed=7)
    cut = imported(other, path)
    assert table(other, cut).equals(one[0])
    assert table(other, cut, "rows").equals(one[1])
    assert cut.counts == one[2]
    assert reasons(cut)["nik_repeated"] == 1


def test_blocks_of_a_csv_make_no_difference(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cakup.intake.reading import delimited

    path = csv(tmp_path / "besar.csv", [*crowd(400), [], ["JUMLAH", "", "400"]])
    whole = imported(workspace, path)
    one = (table(workspace, whole), whole.counts)
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 1_500)
    monkeypatch.setattr(delimited, "SMALLEST_BLOCK_BYTES", 1_000)
    other = Workspace.create(tmp_path / "lain", "12.75", seed=7)
    cut = imported(other, path)
    assert table(other, cut).equals(one[0])
    assert cut.counts == one[1]


def test_the_same_rows_in_another_format_are_the_same_records(
    workspace: Workspace, tmp_path: Path
) -> None:
    sheets = {"Data": crowd(N)}
    made = [xlsx(tmp_path / "a.xlsx", sheets), xls(tmp_path / "b.xls", sheets),
            ods(tmp_path / "c.ods", sheets), csv(tmp_path / "d.csv", sheets["Data"])]  # fmt: skip
    frames: list[pl.DataFrame] = []
    for number, path in enumerate(made):
        result = imported(workspace, path, sender=f"Dinas {number}")
        lineage = ("record_id", "import_id", "sheet")
        frames.append(table(workspace, result).drop(lineage))
    assert all(frame.equals(frames[0]) for frame in frames)


@pytest.mark.parametrize("name", ["rows", "file", "-w", "daftar (1).csv", "a b;c'd.csv", "é" * 60])
def test_names_of_files_do_not_matter(workspace: Workspace, tmp_path: Path, name: str) -> None:
    path = csv(tmp_path / name, crowd(N))
    assert seen(workspace, path) == people()


def test_two_sheets_of_one_name_stay_two(workspace: Workspace, tmp_path: Path) -> None:
    """Excel does not allow it, other programs do not care."""
    path = xlsx(tmp_path / "kembar.xlsx", {"Satu": crowd(6), "Dua!": [list(HEADER), person(7)]})
    with zipfile.ZipFile(path) as package:
        parts = {n: package.read(n) for n in package.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'"Dua!"', b'"Satu"')
    result = imported(workspace, write_parts(path, parts))
    held = table(workspace, result)
    assert held["record_id"].n_unique() == held.height == 7
    assert held["sheet_row"].to_list() == [*range(2, 8), 2]


def test_a_title_between_rows_may_stand_where_names_stand(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = [r[2:3] + r[1:2] + r[3:] for r in crowd(N)]
    for at, title in ((7, "KELURAHAN NANGKA"), (4, "Kec. Binjai Kota"), (1, "Kelompok: Maju")):
        rows.insert(at, [title, None, None, None, None])
    rows.append(["Desi", None, None, None, None])  # a name alone is a person
    result = imported(workspace, csv(tmp_path / "nama.csv", rows))
    held = table(workspace, result)
    assert held["nama"].to_list() == [*(person(n)[2] for n in range(N)), "Desi"]
    assert reasons(result)["section_row"] == 3
