"""Employers: wages reported lower, people who left, lists too damaged to count, programmes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import cakup
from cakup.kernel.errors import InputError
from cakup.pipeline import employer_gap, ledger, link
from cakup.pipeline.workspace import Workspace
from hand_made import resolve_by_nik, write_import
from small_city import worker

DAY = date(2025, 10, 31)


def _active(n: int, nama: str, npp: str, **more: Any) -> dict[str, Any]:
    return worker(n, nama, kpj=f"K{n}", npp=npp, nama_pemberi_kerja=f"PT {npp}", segmen="pu",
                  status_kepesertaan="aktif", mulai_on=date(2024, 1, 1),
                  program="jkk,jkm,jht,jp") | more  # fmt: skip


def _made(folder: Path, *, damaged: bool = False) -> Workspace:
    workspace = Workspace.create(folder, "12.75", seed=7)
    listed = [
        worker(1, "Aman Tetap", npp="N1", upah_rp_month=3_500_000),
        worker(2, "Budi Rendah", npp="N1", upah_rp_month=4_000_000),
        worker(3, "Cici Takada", npp="N1", upah_rp_month=3_500_000),
        worker(4, "Dodi Rusak", npp="N1", nik=None, nik_status="excel15"),
    ]
    if damaged:
        listed += [
            worker(n, f"Rusak {n}", npp="N1", nik=None, nik_status="excel15") for n in (7, 8)
        ]
    write_import(workspace, "a" * 16, "daftar_pekerja", listed, sender="PT N1",
                 as_of=date(2025, 10, 1))  # fmt: skip
    write_import(workspace, "b" * 16, "daftar_pekerja", [worker(5, "Euis Pindah", npp="N2")],
                 sender="PT N2", as_of=date(2025, 10, 15))  # fmt: skip
    write_import(
        workspace, "c" * 16, "peserta",
        [
            _active(1, "Aman Tetap", "N1", upah_rp_month=3_500_000),
            _active(2, "Budi Rendah", "N1", upah_rp_month=2_000_000),
            _active(5, "Euis Pindah", "N1"), _active(6, "Fani Tinggal", "N1"),
            _active(9, "Gita Sebagian", "N3", program="jkk,jkm"),
        ],
        sender="BPJS",
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    return workspace


def _texts(path: str) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [str(c.value) for s in book.worksheets for r in s.iter_rows() for c in r if c.value]


def test_what_one_employer_is_asked(tmp_path: Path) -> None:
    workspace = _made(tmp_path / "w")
    result = cakup.gap_by_employer(workspace, tmp_path / "pk", as_of=DAY)
    one = next(f for f in result.files if f.firm == "N1")
    # Three of four NIKs are sound: below four fifths, so no number is said.
    assert (one.not_found, one.not_listed, one.wages) == (None, None, 1)
    texts = _texts(one.path)
    assert {"Cici Takada", "Dodi Rusak", "Euis Pindah", "Fani Tinggal", "Budi Rendah"} <= set(texts)
    assert not any("N2" in t for t in texts)
    assert any(t.startswith("Pekerja pada daftar Bapak/Ibu belum kami temukan") for t in texts)
    assert result.umk is None


def test_who_may_have_left_and_who_is_in_part(tmp_path: Path) -> None:
    """Euis is on the later list of N2 and still active at N1; Gita has JKK and JKM only."""
    workspace = _made(tmp_path / "w")
    result = cakup.gap_by_employer(workspace, tmp_path / "pk", as_of=DAY)
    assert result.left == 1
    assert result.candidates == {
        "pwbd": {"weak": 1}, "pds_tk": {"weak": 1}, "pds_upah": {"medium": 1},
        "pds_program": {"medium": 1},
    }  # fmt: skip
    index = openpyxl.load_workbook(result.index)
    assert [c.value for c in index["Mungkin sudah keluar"][5]][:1] == ["Euis Pindah"]
    assert "Euis Pindah" not in {c.value for r in index["Calon"].iter_rows() for c in r}


def test_an_export_by_employer_is_recorded_without_names(tmp_path: Path) -> None:
    workspace = _made(tmp_path / "w")
    cakup.gap_by_employer(workspace, tmp_path / "pk", as_of=DAY, purpose="uji")
    run = workspace.runs()[-1]
    assert (run["verb"], run["purpose"], run["rows"]["not_found"]) == ("gap-employer", "uji", 3)


def test_without_any_employer_the_command_says_what_to_import(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "12.75", seed=7)
    write_import(workspace, "a" * 16, "daftar_pekerja", [worker(1, "Aman")])
    write_import(workspace, "c" * 16, "peserta", [worker(1, "Aman", kpj="K", segmen="bpu",
                 status_kepesertaan="aktif")], sender="BPJS")  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(link, "_linkage", lambda: resolve_by_nik)
        link.run(link.Request(), workspace)
    ledger.run(ledger.Request(), workspace)
    with pytest.raises(InputError) as caught:
        employer_gap.run(employer_gap.Request(DAY, str(tmp_path)), workspace)
    assert caught.value.code == "gap.no_employers"
