"""Returned rows go back and come again: as often as needed, without losing their first place."""

from __future__ import annotations

from pathlib import Path

import pytest

import cakup
from cakup.pipeline.import_results import FileResult
from cakup.pipeline.workspace import Workspace

#: Row 5 has neither NIK nor name; its own column *Status* must not be taken for ours.
LIST = """No;Nama;No. KTP;Tgl Lahir;Kelurahan;Status
1;Rudi Sitepu;1275910203850001;02-03-1985;Tunggurono;AKTIF
2;Mariana Br Ginting;1275915708900002;17-08-1990;Tunggurono;NONAKTIF
3;Poltak Sihombing;1275930512790003;05-12-1979;Tunggurono;NONAKTIF
4;;;11-11-1988;Tunggurono;AKTIF
"""


@pytest.fixture
def first(workspace: Workspace, tmp_path: Path) -> FileResult:
    """The import of the list."""
    path = tmp_path / "nelayan.csv"
    path.write_text(LIST, encoding="utf-8")
    made = cakup.import_files(
        workspace, path, kind="daftar_pekerja", sender="Rukun Nelayan", as_of="2025-09"
    )
    return made.files[0]


def _sent_back(workspace: Workspace, result: FileResult) -> list[list[str]]:
    assert result.returned is not None
    text = (workspace.root / result.returned).read_text(encoding="utf-8-sig")
    return [line.split(";") for line in text.splitlines()]


def _mended(workspace: Workspace, result: FileResult, path: Path, name: str) -> FileResult:
    """Import the returned file again with the name filled in; an empty name mends nothing."""
    assert result.returned is not None
    text = (workspace.root / result.returned).read_text(encoding="utf-8-sig")
    path.write_text(text.replace("4;;", f"4;{name};"), encoding="utf-8")
    return cakup.import_files(workspace, path).files[0]


def test_reasons_of_a_returned_row_are_told_once(workspace: Workspace, first: FileResult) -> None:
    assert [(r["code"], r["rows"]) for r in first.counts["reasons"]] == [("no_identity", 1)]
    head, row = _sent_back(workspace, first)
    assert head[-5:] == ["Status", "Baris asal", "Status", "Alasan", "Id impor"]
    assert row[:6] == ["4", "", "", "11-11-1988", "Tunggurono", "AKTIF"]
    assert row[6:8] == ["5", "Dikembalikan"]
    assert row[8].count("kosong") == 1


def test_added_columns_hold_nothing_about_a_person(
    workspace: Workspace, first: FileResult, tmp_path: Path
) -> None:
    second = _mended(workspace, first, tmp_path / "perbaikan.csv", "Sari Wahyuni")
    fields = {c["letter"]: c["field"] for c in second.facts["sheets"][0]["columns"]}
    assert set(fields) == set("ABCDEF")
    assert second.counts["rows"]["returned"] == 0
    assert {r["code"] for r in second.counts["reasons"]} == {"nik_missing"}


def test_a_row_that_goes_back_twice_keeps_its_first_number(
    workspace: Workspace, first: FileResult, tmp_path: Path
) -> None:
    second = _mended(workspace, first, tmp_path / "dua.csv", "")
    assert second.counts["rows"]["returned"] == 1
    head, row = _sent_back(workspace, second)
    assert (row[head.index("Baris asal")], row[-1]) == ("5", first.import_id)
    assert head.count("Status") == 2, "the sender's own column stays"
    third = _mended(workspace, second, tmp_path / "tiga.csv", "Sari Wahyuni")
    assert third.counts["rows"]["noted"] == 1
    again = _mended(workspace, second, tmp_path / "empat.csv", "Sari Wahyuni M.")
    assert [r["code"] for r in again.counts["reasons"]] == ["already_corrected"]
