"""Returned rows: the sender's own file again, mended, recognised, counted once; nothing else moves.

Also: the same file twice, later lists, withdrawn imports, lists of several files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

import cakup
from cakup.kernel.errors import InputError, UsageError
from cakup.pipeline.import_results import FileResult
from cakup.pipeline.imports import all_imports, in_force
from cakup.pipeline.workspace import Workspace
from office_files import (
    HEADER,
    crowd,
    csv,
    imported,
    nik,
    person,
    reasons,
    returned_again,
    table,
    xlsx,
)

ADDED = ["Baris asal", "Status", "Alasan", "Id impor"]


def _two_sheets(path: Path) -> Path:
    """Write a workbook of two lists; two rows of each cannot be used."""
    lists: dict[str, list[list[Any]]] = {}
    for number, name in enumerate(("Utara", "Kota")):
        rows = [[f"DAFTAR PEKERJA {name.upper()}"], ["Keadaan 31 Oktober 2025"], [], list(HEADER)]
        rows += [person(number * 20 + n) for n in range(10)]
        for n, filler in ((2, None), (5, "-")):
            rows[4 + n][1] = rows[4 + n][2] = filler
        lists[name] = [*rows, ["JUMLAH", None, 10]]

    def dress(book: openpyxl.Workbook) -> None:
        for sheet in book:
            sheet.merge_cells("A1:F1")

    return xlsx(path, {"Petunjuk": [["Isi semua kolom."]], **lists}, dress)


def _sent_back(workspace: Workspace, result: FileResult) -> Path:
    assert result.returned is not None
    return workspace.root / result.returned


def _mend(path: Path, to: Path, *, but: int | None = None) -> Path:
    """Fill in NIK and name of every returned row of a workbook, but of one original row."""
    book = openpyxl.load_workbook(path)
    for number, sheet in enumerate(s for s in book if s.title != "Petunjuk"):
        for row in sheet.iter_rows(min_row=5):
            if row[6].value and row[6].value != str(but):
                n = number * 20 + int(row[6].value) - 5
                row[1].value, row[2].value = nik(n), person(n)[2]
    book.save(to)
    return to


def _state(workspace: Workspace) -> dict[str, str]:
    held = [p for p in sorted(workspace.root.rglob("*")) if p.is_file()]
    held = [p for p in held if p.relative_to(workspace.root).parts[0] not in ("runs", "lock")]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in held}


def test_the_returned_workbook_has_the_senders_own_shape(
    workspace: Workspace, tmp_path: Path
) -> None:
    result = imported(workspace, _two_sheets(tmp_path / "dua.xlsx"), as_of=None)
    assert result.counts["rows"] == {
        "read": 22, "accepted": 16, "noted": 0, "returned": 4, "blank": 2,
    }  # fmt: skip
    book = openpyxl.load_workbook(_sent_back(workspace, result))
    assert book.sheetnames == ["Utara", "Kota", "Petunjuk"]
    for number, name in enumerate(("Utara", "Kota")):
        lines = [[c.value for c in row] for row in book[name].iter_rows()]
        assert lines[0][0] == f"DAFTAR PEKERJA {name.upper()}"
        assert lines[1][0] == "Keadaan 31 Oktober 2025"
        assert lines[3] == [*HEADER, *ADDED]
        assert [line[0] for line in lines[4:]] == [str(number * 20 + n + 1) for n in (2, 5)]
        assert [line[6:8] for line in lines[4:]] == [["7", "Dikembalikan"], ["10", "Dikembalikan"]]
        for line in lines[4:]:
            assert line[8].startswith("NIK dan nama sama-sama kosong")
            assert "Isi NIK 16 angka" in line[8]
            assert line[9] == result.import_id
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)


def test_a_mended_workbook_completes_the_first_one(workspace: Workspace, tmp_path: Path) -> None:
    first = imported(
        workspace, _two_sheets(tmp_path / "dua.xlsx"), as_of=None, received="2025-11-01"
    )
    before = {p: h for p, h in _state(workspace).items() if f"imports/{first.import_id}" in p}
    mended = _mend(_sent_back(workspace, first), tmp_path / "dua (betul).xlsx")
    second = returned_again(workspace, mended)
    assert (second.status, second.facts["corrects"]) == ("imported", first.import_id)
    for name in ("kind", "sender", "list_name", "as_of"):
        assert second.facts[name] == first.facts[name]
    assert second.counts["rows"] == {
        "read": 4, "accepted": 4, "noted": 0, "returned": 0, "blank": 0,
    }  # fmt: skip
    assert second.counts["sk_ready"] == 4
    held = pl.concat([table(workspace, first), table(workspace, second)])
    niks = [nik(number * 20 + n) for number in (0, 1) for n in range(10)]
    assert sorted(held["nik"]) == sorted(niks), "everybody once"
    after = {p: h for p, h in _state(workspace).items() if f"imports/{first.import_id}" in p}
    assert after == before, "nothing of the first import moves"
    again = returned_again(workspace, mended)
    assert (again.status, again.import_id) == ("unchanged", second.import_id)


def test_rows_come_back_until_all_are_mended(workspace: Workspace, tmp_path: Path) -> None:
    first = imported(workspace, _two_sheets(tmp_path / "dua.xlsx"), as_of=None)
    half = returned_again(
        workspace, _mend(_sent_back(workspace, first), tmp_path / "a.xlsx", but=7)
    )
    assert half.counts["rows"]["accepted"] == 2
    assert half.counts["rows"]["returned"] == 2
    last = returned_again(workspace, _mend(_sent_back(workspace, half), tmp_path / "b.xlsx"))
    assert last.facts["corrects"] == first.import_id
    assert last.counts["rows"]["accepted"] == 2
    # The first returned file once more: its rows are settled, none counts twice.
    late = returned_again(
        workspace, _mend(_sent_back(workspace, first), tmp_path / "c.xlsx", but=9)
    )
    assert late.counts["rows"]["returned"] == 4
    assert reasons(late) == {"already_corrected": 4}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_semicolon_csv_in_cp1252_goes_the_same_way(
    workspace: Workspace, tmp_path: Path, newline: str
) -> None:
    rows = [["DAFTAR RENÉ"], [], *crowd(10)]
    rows[4][2] = "Renée"
    rows[6][1:3] = [None, "-"]
    rows[7][1:3] = ["=1+1", None]
    path = csv(tmp_path / "nelayan.csv", rows, ";", "cp1252", newline)
    first = imported(workspace, path)
    back = _sent_back(workspace, first)
    assert back.suffix == ".csv"
    raw = back.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "a mark, so that Excel shows letters right"
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("DAFTAR RENÉ;")
    assert lines[2].split(";") == [*HEADER, *ADDED]
    assert [line.split(";")[6] for line in lines[3:-1]] == ["7", "8"]
    assert lines[4].split(";")[1] == "'=1+1", "no spreadsheet runs it"
    text = (
        raw.decode("utf-8-sig").replace("4;;-", f"4;{nik(3)};Siti").replace("'=1+1;", f"{nik(4)};")
    )
    mended = tmp_path / "kembali.csv"
    mended.write_bytes(text.encode("cp1252"))
    second = returned_again(workspace, mended)
    assert second.facts["corrects"] == first.import_id
    assert second.counts["rows"]["returned"] == 0
    assert reasons(second) == {"nama_missing": 1}
    held = pl.concat([table(workspace, first), table(workspace, second)])
    assert sorted(held["nik"]) == sorted(nik(n) for n in range(10))
    assert "Renée" in held["nama"].to_list()


def test_rows_added_to_a_returned_file_are_taken_in_and_noted(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = imported(workspace, _two_sheets(tmp_path / "dua.xlsx"), as_of=None)
    book = openpyxl.load_workbook(_sent_back(workspace, first))
    book["Utara"].append([99, nik(30), "Orang Tambahan", "01-01-1980", "L", "Nangka"])
    book.save(tmp_path / "tambah.xlsx")
    second = returned_again(workspace, tmp_path / "tambah.xlsx")
    assert second.counts["rows"] == {
        "read": 5, "accepted": 0, "noted": 1, "returned": 4, "blank": 0,
    }  # fmt: skip
    assert reasons(second)["row_added"] == 1


def test_returned_files_that_belong_nowhere(workspace: Workspace, tmp_path: Path) -> None:
    first = imported(workspace, _two_sheets(tmp_path / "dua.xlsx"), as_of=None)
    mended = _mend(_sent_back(workspace, first), tmp_path / "betul.xlsx")
    other = Workspace.create(tmp_path / "lain", "12.75", seed=7)
    with pytest.raises(InputError) as caught:
        returned_again(other, mended)
    assert caught.value.code == "intake.corrects.unknown"
    with pytest.raises(UsageError) as caught_use:
        imported(workspace, mended, kind="peserta")
    assert caught_use.value.code == "intake.corrects.conflict"
    book = openpyxl.load_workbook(mended)
    book["Kota"].cell(6, 10).value = "0123456789abcdef"
    book.save(tmp_path / "campur.xlsx")
    with pytest.raises(InputError) as caught:
        returned_again(workspace, tmp_path / "campur.xlsx")
    assert caught.value.code == "intake.corrects.several"
    cakup.withdraw(workspace, first.import_id, reason="salah berkas")
    with pytest.raises(InputError) as caught:
        returned_again(workspace, mended)
    assert caught.value.code == "intake.corrects.withdrawn"


@pytest.mark.parametrize(
    "make", [lambda p: csv(p / "a.csv", crowd(9)), lambda p: xlsx(p / "a.xlsx", crowd(9))]
)
def test_the_same_file_twice_changes_nothing(
    workspace: Workspace, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    first = imported(workspace, make(tmp_path))
    before = _state(workspace)
    renamed = tmp_path / f"salinan (1){first.file_name[1:]}"
    renamed.write_bytes((tmp_path / first.file_name).read_bytes())
    for path in (tmp_path / first.file_name, renamed):
        again = imported(workspace, path)
        assert (again.status, again.import_id) == ("unchanged", first.import_id)
        assert again.counts == first.counts
    assert _state(workspace) == before


def test_a_withdrawn_file_can_be_imported_again(workspace: Workspace, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", crowd(9))
    first = imported(workspace, path)
    cakup.withdraw(workspace, first.import_id, reason="salah pengirim")
    second = imported(workspace, path)
    assert second.status == "imported"
    assert second.import_id != first.import_id


def test_two_states_of_one_list_on_one_day_are_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    imported(workspace, csv(tmp_path / "a.csv", crowd(9)), received="2025-11-01")
    with pytest.raises(InputError) as caught:
        imported(workspace, csv(tmp_path / "b.csv", crowd(10)), received="2025-11-01")
    assert caught.value.code == "intake.list.taken"


def test_a_later_list_takes_over_with_the_rows_that_mend_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = crowd(9)
    rows[4][1] = rows[4][2] = None
    old = imported(workspace, csv(tmp_path / "a.csv", rows), as_of="2025-09", received="2025-10-01")
    text = _sent_back(workspace, old).read_text("utf-8-sig").replace("4;;;", f"4;{nik(3)};Siti;")
    (tmp_path / "betul.csv").write_text(text, encoding="utf-8")
    mended = returned_again(workspace, tmp_path / "betul.csv")
    new = imported(workspace, csv(tmp_path / "b.csv", crowd(9)), as_of="2025-10")
    assert new.facts["supersedes"] == old.import_id
    known = all_imports(workspace)
    from datetime import date

    september = {i.id for i in in_force(known, date(2025, 9, 30))}
    october = {i.id for i in in_force(known, date(2025, 10, 31))}
    assert (september, october) == ({old.import_id, mended.import_id}, {new.import_id})


def test_the_returned_workbook_shows_where_to_look(workspace: Workspace, tmp_path: Path) -> None:
    result = imported(workspace, _two_sheets(tmp_path / "dua.xlsx"), as_of=None)
    book = openpyxl.load_workbook(_sent_back(workspace, result))
    sheet = book["Utara"]
    assert all(cell.font.bold and cell.fill.fgColor.rgb != "00000000" for cell in sheet[4])
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:J6"
    reason = sheet["I5"]
    assert reason.alignment.wrap_text
    assert sheet.row_dimensions[5].height >= 30, "as many lines as the reason needs"
    tinted = {str(held.sqref) for held in sheet.conditional_formatting}
    assert tinted == {"B5:B6", "C5:C6", "D5:D6"}, "NIK, name, birth date where the reason says so"
    assert sheet.column_dimensions["I"].width >= 50


def test_a_numbering_row_below_the_header_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    rows = crowd(8)
    rows[3][1] = rows[3][2] = None
    rows.insert(1, [f"({n})" for n in range(1, 7)])
    result = imported(workspace, xlsx(tmp_path / "nomor.xlsx", rows))
    book = openpyxl.load_workbook(_sent_back(workspace, result))
    lines = [[c.value for c in row] for row in book["Data"].iter_rows()]
    assert lines[0] == [*HEADER, *ADDED]
    assert lines[1][:6] == [f"({n})" for n in range(1, 7)]
    book["Data"]["B3"], book["Data"]["C3"] = nik(2), person(2)[2]
    book.save(tmp_path / "betul.xlsx")
    again = returned_again(workspace, tmp_path / "betul.xlsx")
    assert again.counts["rows"]["accepted"] == 1
